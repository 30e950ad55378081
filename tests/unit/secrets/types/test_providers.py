"""What the keys of providers look like. The keys are made up; their forms are the providers'."""

import pytest

from gitconfig_tool.secrets.types.providers import FORMS, form_of, nearest_provider, owner_of

_FILL = "a1B2c3D4e5F6g7H8i9J0"


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("openai", f"sk-{_FILL}"),
        ("openai", f"sk-proj-{_FILL}"),
        ("openai", f"sk-svcacct-{_FILL}"),
        ("anthropic", f"sk-ant-api03-{_FILL}"),
        ("google", "AIza" + "x" * 35),
        ("gemini", "AIza" + "x" * 35),
        ("groq", f"gsk_{_FILL}"),
        ("huggingface", f"hf_{_FILL}"),
        ("xai", f"xai-{_FILL}"),
        ("aws", "AKIA" + "A" * 16),
        ("aws", "ASIA" + "7" * 16),
        ("github", f"ghp_{_FILL}"),
        ("github", f"github_pat_{_FILL}"),
        ("gitlab", f"glpat-{_FILL}"),
        ("slack", "xoxb-1234567890-abc"),
        ("stripe", f"sk_live_{_FILL}"),
        ("vault", f"hvs.{_FILL}"),
    ],
)
def test_keys_of_a_provider(provider: str, key: str) -> None:
    form = form_of(provider)

    assert form is not None
    assert form.pattern.fullmatch(key)


@pytest.mark.parametrize(
    ("provider", "key"),
    [
        ("openai", f"sk-ant-api03-{_FILL}"),
        ("openai", f"sk-or-v1-{_FILL}"),
        ("anthropic", f"sk-proj-{_FILL}"),
        ("groq", f"xai-{_FILL}"),
        ("google", "AIza" + "x" * 34),
        ("aws", "AKIA" + "A" * 15),
        ("aws", "AKIA" + "1" * 16),
        ("aws", "AROA" + "A" * 16),
        ("huggingface", f"hf_{_FILL} "),
    ],
)
def test_keys_of_another(provider: str, key: str) -> None:
    form = form_of(provider)

    assert form is not None
    assert not form.pattern.fullmatch(key)


def test_nothing_is_said_of_others() -> None:
    assert form_of("mistral") is None
    assert form_of("acme") is None


def test_whose_a_key_is() -> None:
    assert owner_of(f"sk-ant-api03-{_FILL}") == "anthropic"
    assert owner_of(f"sk-lf-{_FILL}") == "langfuse"
    assert owner_of(f"sk-{_FILL}") is None  # Several providers took this form over.
    assert owner_of("canary") is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("opnai", "openai"),
        ("anthropc", "anthropic"),
        ("mistrl", "mistral"),
        ("openai", None),
        ("grok", None),  # xAI's, and not Groq's.
        ("acme", None),
        (5, None),
    ],
)
def test_what_was_probably_meant(name: object, meant: str | None) -> None:
    assert nearest_provider(name) == meant


def test_no_form_can_take_long() -> None:
    for form in FORMS.values():
        assert not form.pattern.fullmatch("sk-" + "a-" * 50_000 + "!")
