"""GCT620-GCT659: whether each model of a chain takes what is sent to it."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT620",
        name="parameter-not-taken",
        group="compatibility",
        summary="A model does not take a parameter that reaches it.",
        why="The provider's API refuses the request, or a gateway drops the parameter without a "
        "word: the fallback then fails too, or answers otherwise than was asked. What a chain or a "
        "prompt sets reaches every model of the chain. `gitconfig-tool models params` shows what a "
        "model takes.",
        failing="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {seed: 7, max_tokens: 512}\n"
        "fallbacks:\n"
        "  - {provider: anthropic, model: claude-opus-4-6}",
        fixed="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {seed: 7, max_tokens: 512}\n"
        "fallbacks:\n"
        "  - {provider: anthropic, model: claude-opus-4-6, drop_parameters: [seed]}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT621",
        name="parameter-out-of-range",
        group="compatibility",
        summary="A parameter is out of the range of a model that it reaches.",
        why="Providers do not agree: a temperature goes to 2 at OpenAI, to 1.5 at Mistral, and to "
        "1 at Anthropic and Bedrock. A value that suits the first model makes every fallback to "
        "another one fail.",
        failing="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {temperature: 1.3, max_tokens: 512}\n"
        "fallbacks:\n"
        "  - {provider: anthropic, model: claude-opus-4-6}",
        fixed="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {temperature: 1.3, max_tokens: 512}\n"
        "fallbacks:\n"
        "  - {provider: anthropic, model: claude-opus-4-6, parameters: {temperature: 0.9}}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT622",
        name="too-many-stop-sequences",
        group="compatibility",
        summary="There are more stop sequences than a model takes.",
        why="OpenAI takes four, Gemini and Cohere take five. More make the request fail.",
        failing="provider: google-gemini\n"
        "model: gemini-2.5-flash\n"
        "parameters: {stop: [END, STOP, DONE, BYE, QUIT, HALT]}",
        fixed="provider: google-gemini\n"
        "model: gemini-2.5-flash\n"
        "parameters: {stop: [END, STOP, DONE, BYE, QUIT]}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT623",
        name="reasoning-fixes-sampling",
        group="compatibility",
        summary="A model that reasons is given a temperature other than 1.",
        why="OpenAI's models that reason refuse every temperature but their default. From GPT-5.1 "
        "on, sampling is taken where the reasoning effort is none.",
        failing="provider: openai\nmodel: gpt-5.5\nparameters: {temperature: 0.2}",
        fixed="provider: openai\n"
        "model: gpt-5.5\n"
        "parameters: {temperature: 0.2, reasoning_effort: none}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT624",
        name="parameters-exclude-each-other",
        group="compatibility",
        summary="Two parameters are set of which a model takes one.",
        why="Claude from 4.1 to 4.6 refuses a request with both temperature and top_p.",
        failing="provider: anthropic\n"
        "model: claude-opus-4-6\n"
        "parameters: {max_tokens: 512, temperature: 0.2, top_p: 0.9}",
        fixed="provider: anthropic\n"
        "model: claude-opus-4-6\n"
        "parameters: {max_tokens: 512, temperature: 0.2}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT625",
        name="parameter-demanded",
        group="compatibility",
        summary="A parameter is missing that the API of a model demands.",
        why="Anthropic's API refuses a request without max_tokens. A gateway puts a number of its "
        "own there, and answers end where nobody expects it.",
        failing="provider: anthropic\nmodel: claude-opus-4-6",
        fixed="provider: anthropic\nmodel: claude-opus-4-6\nparameters: {max_tokens: 1024}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT626",
        name="max-tokens-above-ceiling",
        group="compatibility",
        summary="A model is asked for more tokens than it can answer with.",
        why="The request fails. It is most often a fallback, which gets the max_tokens of the "
        "chain and has a lower ceiling than the first model.",
        failing="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {max_tokens: 16000}\n"
        "fallbacks:\n"
        '  - {provider: aws-bedrock, model: "amazon.nova-premier-v1:0"}',
        fixed="provider: openai\n"
        "model: gpt-5.2\n"
        "parameters: {max_tokens: 16000}\n"
        "fallbacks:\n"
        "  - provider: aws-bedrock\n"
        "    model: amazon.nova-premier-v1:0\n"
        "    parameters: {max_tokens: 10000}",
    ),
    Rule(
        code="GCT627",
        name="fallback-window-smaller",
        group="compatibility",
        summary="A fallback has a smaller context window than the first model.",
        why="A long request that only the first model takes has no fallback: when the first fails, "
        "so does the second. With longest_request_tokens the chain says how long requests get, "
        "and every model is held against that instead; so it is with the prompts of the chain.",
        failing="provider: openai\n"
        "model: gpt-5.2\n"
        "fallbacks:\n"
        "  - {provider: mistral, model: mistral-large-2512}",
        fixed="provider: openai\n"
        "model: gpt-5.2\n"
        "longest_request_tokens: 20000\n"
        "fallbacks:\n"
        "  - {provider: mistral, model: mistral-large-2512}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT628",
        name="capability-missing",
        group="compatibility",
        summary="A model cannot do what its requests need.",
        why="A request with an image, with functions or with a JSON Schema for the answer fails "
        "where the model does not support it. `requires` says what requests need; a prompt with a "
        "JSON Schema and response_format say it too.",
        failing="provider: openai\n"
        "model: gpt-5.2\n"
        "requires: [vision]\n"
        "fallbacks:\n"
        "  - provider: vllm\n"
        "    model: own\n"
        "    endpoint: http://llm.internal:8000/v1\n"
        "    metadata: {vision: false}",
        fixed="provider: openai\n"
        "model: gpt-5.2\n"
        "requires: [vision]\n"
        "fallbacks:\n"
        "  - provider: vllm\n"
        "    model: own\n"
        "    endpoint: http://llm.internal:8000/v1\n"
        "    metadata: {vision: true}",
    ),
    Rule(
        code="GCT629",
        name="parameter-value-unknown",
        group="compatibility",
        summary="A parameter has a value that a model does not know.",
        why="Each model has its own levels of reasoning effort, and some have no JSON mode.",
        failing="provider: openai\nmodel: gpt-5.2\nparameters: {reasoning_effort: max}",
        fixed="provider: openai\nmodel: gpt-5.2\nparameters: {reasoning_effort: high}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT630",
        name="window-too-small",
        group="compatibility",
        summary="A model does not take requests as long as the chain says that they may be.",
        why="longest_request_tokens is a promise to whoever calls the chain, and each of its "
        "models must keep it. The answer takes its share of the context window.",
        failing="provider: mistral\n"
        "model: mistral-large-2512\n"
        "longest_request_tokens: 260000\n"
        "parameters: {max_tokens: 4096}",
        fixed="provider: mistral\n"
        "model: mistral-large-2512\n"
        "longest_request_tokens: 250000\n"
        "parameters: {max_tokens: 4096}",
    ),
)
