"""The table of parameters: one row for each family of models.

Pure data, the first row that fits counts. Each row names the pages where its facts belong and can
be looked up, with a date. Few of them were read at their provider: mostly copies of them, guides of
others, litellm's source (1.109.1) and the flags of the catalogue were, in November 2026. So a row
may be behind its page; what litellm says otherwise is told in docs/chains.md.
"""

import re

from gitconfig_tool.models.parameters import Accepts, Family

_ANY = Accepts()
_UNIT = Accepts(0, 1)
_TWO = Accepts(0, 2)
_PENALTY = Accepts(-2, 2)
_EFFORT = ("low", "medium", "high")
_JSON = Accepts(values=("text", "json", "json-schema"))
_OPENAI = ("openai", "azure-openai")
# Azure and Vertex serve Claude by Anthropic's own API.
_ANTHROPIC = ("anthropic", "google-vertex", "azure-openai")
_GEMINI = ("google-gemini", "google-vertex")

_OPENAI_REASONING = {
    "temperature": Accepts(values=(1,)),
    "max_tokens": _ANY,
    "seed": _ANY,
    "response_format": _JSON,
    "content_filter": _ANY,
}
_OPENAI_CHAT = {
    "temperature": _TWO,
    "top_p": _UNIT,
    "max_tokens": _ANY,
    "stop": Accepts(at_most=4),
    "seed": _ANY,
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "response_format": _JSON,
    "content_filter": _ANY,
}
_CLAUDE_NEW = {
    "max_tokens": _ANY,
    "stop": _ANY,
    "response_format": _JSON,
    "reasoning_effort": Accepts(
        values=("none", "minimal", *_EFFORT, "xhigh", "max"), needs="reasoning"
    ),
}
_CLAUDE = {
    **_CLAUDE_NEW,
    "temperature": _UNIT,
    "top_p": _UNIT,
    "top_k": Accepts(0, None),
}
_CONVERSE = {
    "temperature": _UNIT,
    "top_p": _UNIT,
    "max_tokens": _ANY,
    "stop": Accepts(at_most=2500),
    "response_format": _JSON,
    "content_filter": _ANY,
}
_GEMINI_NEW = {
    "max_tokens": _ANY,
    "stop": Accepts(at_most=5),
    "seed": _ANY,
    "response_format": _JSON,
    "safety_settings": _ANY,
    "reasoning_effort": Accepts(values=("none", "minimal", *_EFFORT), needs="reasoning"),
}
_GEMINI_3 = {**_GEMINI_NEW, "temperature": _TWO, "top_p": _UNIT, "top_k": Accepts(1, None)}
_GEMINI_2 = {**_GEMINI_3, "frequency_penalty": _PENALTY, "presence_penalty": _PENALTY}
_MISTRAL = {
    "temperature": Accepts(0, 1.5),
    "top_p": _UNIT,
    "max_tokens": _ANY,
    "stop": _ANY,
    "seed": Accepts(0, None),
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "response_format": _JSON,
    "reasoning_effort": Accepts(values=("none", *_EFFORT), needs="reasoning"),
}
_GROK_REASONING = {
    "temperature": _TWO,
    "top_p": _UNIT,
    "max_tokens": _ANY,
    "seed": _ANY,
    "response_format": _JSON,
}

# The versions of Claude whose names say them: opus-4-7 and later, and every 5 and later.
_CLAUDE_WITHOUT_SAMPLING = (
    r"claude-(?:opus-4-(?:[7-9]|\d\d)(?!\d)"
    r"|(?:opus|sonnet|haiku)-(?:[5-9]|\d\d)(?!\d)|fable|mythos)"
)
_CLAUDE_ONE_OF = r"claude-(?:opus-4-[156]|sonnet-4-[56]|haiku-4-5)(?!\d)"
_CLAUDE_SOURCE = (
    "Anthropic: Messages API reference; What's new in Claude Opus 4.7; migration guide (2026-11)"
)
_OPENAI_SOURCE = "OpenAI: Chat Completions API reference; reasoning guide (2026-11)"
_CONVERSE_SOURCE = "AWS: Bedrock Converse API, InferenceConfiguration; model parameters (2026-11)"
_GEMINI_SOURCE = "Google: Gemini API, GenerationConfig; Vertex AI inference reference (2026-11)"


def _family(
    name: str,
    providers: tuple[str, ...],
    pattern: str,
    parameters: dict[str, Accepts],
    source: str,
    *,
    refusal: str = "refuses",
    exclusive: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    effort: str = "",
) -> Family:
    compiled = re.compile(pattern)
    return Family(
        name, providers, compiled, parameters, source, refusal, exclusive, required, effort
    )


_SAMPLING = ("temperature", "top_p")

FAMILIES: tuple[Family, ...] = (
    _family(
        "OpenAI o3 and o4",
        _OPENAI,
        r"o3(?!-mini)|o[4-9]",
        # `stop` is not supported with the latest reasoning models, o3 and o4-mini.
        {**_OPENAI_REASONING, "reasoning_effort": Accepts(values=_EFFORT)},
        _OPENAI_SOURCE,
    ),
    _family(
        "OpenAI o1-mini and o1-preview",
        _OPENAI,
        r"o1-(?:mini|preview)",
        {
            **_OPENAI_REASONING,
            "stop": Accepts(at_most=4),
            "response_format": Accepts(values=("text",)),
        },
        _OPENAI_SOURCE,
    ),
    _family(
        "OpenAI o1 and o3-mini",
        _OPENAI,
        r"o\d",
        {
            **_OPENAI_REASONING,
            "stop": Accepts(at_most=4),
            "reasoning_effort": Accepts(values=_EFFORT),
        },
        _OPENAI_SOURCE,
    ),
    _family(
        "GPT-5 search",
        _OPENAI,
        r"gpt-5.*search",
        {"max_tokens": _ANY, "response_format": _JSON, "content_filter": _ANY},
        _OPENAI_SOURCE,
    ),
    _family("GPT-5 chat", _OPENAI, r"gpt-5-chat", _OPENAI_CHAT, _OPENAI_SOURCE),
    _family(
        "GPT-5 and what always reasons",
        _OPENAI,
        r"gpt-(?:5(?![.\d])|(?:[5-9]|1\d)(?:\.\d+)?-.*(?:codex|pro|chat))",
        {
            **_OPENAI_REASONING,
            "reasoning_effort": Accepts(values=("minimal", *_EFFORT, "xhigh")),
        },
        _OPENAI_SOURCE,
    ),
    _family(
        "GPT-5.1 to 5.4",
        _OPENAI,
        r"gpt-5\.[1-4](?!\d)",
        {
            **_OPENAI_REASONING,
            "temperature": Accepts(0, 2, without_reasoning=True, reasoning_value=1),
            "top_p": Accepts(0, 1, without_reasoning=True, reasoning_value=1),
            "reasoning_effort": Accepts(values=("none", *_EFFORT, "xhigh")),
        },
        _OPENAI_SOURCE,
        effort="none",
    ),
    _family(
        "GPT-5.5 and later",
        _OPENAI,
        r"gpt-(?:5\.(?:[5-9]|\d\d)|[6-9]|1\d)(?!\d)",
        {
            **_OPENAI_REASONING,
            "temperature": Accepts(0, 2, without_reasoning=True, reasoning_value=1),
            "top_p": Accepts(0, 1, without_reasoning=True, reasoning_value=1),
            "reasoning_effort": Accepts(values=("none", *_EFFORT, "xhigh", "max")),
        },
        _OPENAI_SOURCE,
        effort="medium",
    ),
    _family(
        "OpenAI chat of the first generation",
        _OPENAI,
        r"gpt-4(?:-0314|-0613|-32k.*)?$|gpt-3\.5-turbo-16k",
        {**_OPENAI_CHAT, "response_format": Accepts(values=("text",))},
        _OPENAI_SOURCE,
    ),
    _family(
        "Claude without sampling",
        _ANTHROPIC,
        _CLAUDE_WITHOUT_SAMPLING,
        _CLAUDE_NEW,
        _CLAUDE_SOURCE,
        required=("max_tokens",),
    ),
    _family(
        "Claude 4.1 to 4.6",
        _ANTHROPIC,
        _CLAUDE_ONE_OF,
        _CLAUDE,
        _CLAUDE_SOURCE,
        exclusive=_SAMPLING,
        required=("max_tokens",),
    ),
    _family(
        "Claude",
        _ANTHROPIC,
        r"claude",
        _CLAUDE,
        _CLAUDE_SOURCE,
        required=("max_tokens",),
    ),
    _family("Claude", ("anthropic",), "", _CLAUDE, _CLAUDE_SOURCE, required=("max_tokens",)),
    _family(
        "Claude without sampling, on Bedrock",
        ("aws-bedrock",),
        rf"(?:anthropic\.)?{_CLAUDE_WITHOUT_SAMPLING}",
        {**_CLAUDE_NEW, "stop": Accepts(at_most=2500), "content_filter": _ANY},
        _CONVERSE_SOURCE,
    ),
    _family(
        "Claude 4.1 to 4.6, on Bedrock",
        ("aws-bedrock",),
        rf"(?:anthropic\.)?{_CLAUDE_ONE_OF}",
        {**_CLAUDE, **_CONVERSE, "top_k": Accepts(0, 500)},
        _CONVERSE_SOURCE,
        exclusive=_SAMPLING,
    ),
    _family(
        "Claude, on Bedrock",
        ("aws-bedrock",),
        r"anthropic\.|claude",
        {**_CLAUDE, **_CONVERSE, "top_k": Accepts(0, 500)},
        _CONVERSE_SOURCE,
    ),
    _family(
        "Amazon Nova",
        ("aws-bedrock",),
        r"amazon\.nova",
        {
            **_CONVERSE,
            "top_k": Accepts(0, 128),
            "reasoning_effort": Accepts(values=_EFFORT, needs="reasoning"),
        },
        _CONVERSE_SOURCE,
    ),
    _family(
        "OpenAI, on Bedrock",
        ("aws-bedrock",),
        r"openai\.gpt-(?:5|6)",
        {
            "max_tokens": _ANY,
            "stop": Accepts(at_most=2500),
            "response_format": _JSON,
            "content_filter": _ANY,
            "reasoning_effort": Accepts(values=("none", "minimal", *_EFFORT, "xhigh", "max")),
        },
        _CONVERSE_SOURCE,
    ),
    _family(
        "Reasoning models on Bedrock",
        ("aws-bedrock",),
        r"openai\.gpt-oss|deepseek\.v",
        {**_CONVERSE, "reasoning_effort": Accepts(values=_EFFORT)},
        _CONVERSE_SOURCE,
    ),
    _family(
        "Bedrock Converse",
        ("aws-bedrock",),
        "",
        {**_CONVERSE, "reasoning_effort": Accepts(values=_EFFORT, needs="reasoning")},
        _CONVERSE_SOURCE,
    ),
    _family(
        "Gemini without sampling",
        _GEMINI,
        r"gemini-3\.(?:5-flash-lite|[6-9]|\d\d)",
        _GEMINI_NEW,
        _GEMINI_SOURCE,
        refusal="ignores",
    ),
    _family("Gemini 3 and later", _GEMINI, r"gemini-[3-9]", _GEMINI_3, _GEMINI_SOURCE),
    _family(
        "Gemini",
        _GEMINI,
        r"gemini|gemma|learnlm",
        _GEMINI_2,
        _GEMINI_SOURCE,
    ),
    _family("Gemini", ("google-gemini",), "", _GEMINI_2, _GEMINI_SOURCE),
    _family(
        "Mistral",
        ("mistral", "google-vertex"),
        r"(?:mistral|ministral|magistral|codestral|pixtral|devstral|open-mi|voxtral|labs-)",
        _MISTRAL,
        "Mistral: Chat Completion API reference (2026-11)",
    ),
    _family(
        "Mistral", ("mistral",), "", _MISTRAL, "Mistral: Chat Completion API reference (2026-11)"
    ),
    _family(
        "Cohere",
        ("cohere",),
        "",
        {
            "temperature": _UNIT,
            "top_p": Accepts(0.01, 0.99),
            "top_k": Accepts(0, 500),
            "max_tokens": _ANY,
            "stop": Accepts(at_most=5),
            "seed": Accepts(0, None),
            "frequency_penalty": _UNIT,
            "presence_penalty": _UNIT,
            "response_format": _JSON,
        },
        "Cohere: Chat API v2 reference (2026-11)",
    ),
    _family(
        "Grok 3 mini",
        ("xai",),
        r"grok-3-mini",
        {**_GROK_REASONING, "reasoning_effort": Accepts(values=("low", "high"))},
        "xAI: Chat Completions API reference; reasoning guide (2026-11)",
    ),
    _family(
        "Grok 4 and code",
        ("xai",),
        r"grok-(?:[4-9]|code|build|latest)",
        {
            **_GROK_REASONING,
            "reasoning_effort": Accepts(values=("none", *_EFFORT), needs="reasoning"),
        },
        "xAI: Chat Completions API reference; reasoning guide (2026-11)",
    ),
    _family(
        "Grok",
        ("xai",),
        "",
        {key: each for key, each in _OPENAI_CHAT.items() if key != "content_filter"},
        "xAI: Chat Completions API reference (2026-11)",
    ),
    _family("OpenAI chat", _OPENAI, "", _OPENAI_CHAT, _OPENAI_SOURCE),
    # What else Vertex serves answers an API like OpenAI's.
    _family(
        "Vertex partner models",
        ("google-vertex",),
        "",
        {key: each for key, each in _OPENAI_CHAT.items() if key != "content_filter"},
        "Google: Vertex AI, OpenAI compatibility (2026-11)",
    ),
)
