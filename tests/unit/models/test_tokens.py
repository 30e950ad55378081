"""Counting tokens: exactly by published encodings, else between bounds."""

import sys

import pytest

from gitconfig_tool.models.tokens import Count, Tokenizers, encoding_of, estimate

# Counted with tiktoken 0.14.0, another program: (text, o200k_base, cl100k_base).
COUNTED = [
    ("", 0, 0),
    ("hello world", 2, 2),
    ("Answer in at most five sentences.", 7, 7),
    ("tiktoken is great!", 6, 6),
    ("<|endoftext|>", 7, 7),
    ("12345678", 3, 3),
    ("Grüße aus Köln", 5, 6),
    ("Привет, как дела?", 6, 8),
    ("お元気ですか", 5, 5),
    ("\U00012000\U00012000", 8, 8),
    ('{"role": "user", "content": "Hi"}', 12, 12),
    (" " * 50 + "\n\n\n", 2, 2),
]


@pytest.mark.parametrize(("text", "new", "old"), COUNTED)
def test_counts_are_those_of_another_program(text: str, new: int, old: int) -> None:
    pytest.importorskip("rs_bpe")
    tokenizers = Tokenizers()

    assert tokenizers.count(text, "openai", "gpt-4.1-mini") == Count(new, new, new, "o200k_base")
    assert tokenizers.count(text, "azure-openai", "gpt-4") == Count(old, old, old, "cl100k_base")


@pytest.mark.parametrize(("text", "new", "old"), COUNTED)
def test_the_estimate_holds_what_is_counted(text: str, new: int, old: int) -> None:
    count = estimate(text)

    assert count.least <= min(new, old)
    assert count.most >= max(new, old) or count.most == len(text.encode())


def test_an_estimate_is_worked_out_by_kinds_of_characters() -> None:
    # 9 letters, a number of 3 digits with a space before it, and a full stop:
    # at most 9 * 0.46 + 3 + 1 + 1 = 9.14, typically 9 * 0.25 + 3 * 0.6 + 0.6 + 0.9 = 5.55,
    # at least 9 * 0.16 + 3 * 0.33 + 0.2 + 0.3 = 2.93.
    assert estimate("Paragraph 218.") == Count(2, 6, 10)
    # No more than a token for each byte.
    assert estimate("\U00012000") == Count(1, 3, 4)
    assert estimate("").error == 0.0
    assert estimate("Paragraph 218.").error == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("provider", "model", "encoding"),
    [
        ("openai", "gpt-4.1", "o200k_base"),
        ("openai", "gpt-4.1-mini", "o200k_base"),
        ("openai", "gpt-5-mini", "o200k_base"),
        ("openai", "o3", "o200k_base"),
        ("openai", "gpt-4o-2024-08-06", "o200k_base"),
        ("openai", "gpt-4-0613", "cl100k_base"),
        ("azure-openai", "gpt-35-turbo-16k", "cl100k_base"),
        ("openai", "text-embedding-3-large", "cl100k_base"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::1", "o200k_base"),
        ("aws-bedrock", "openai.gpt-oss-120b-1:0", "o200k_base"),
        # A model whose tokenizer is not published, and a name that only looks like one.
        ("anthropic", "claude-haiku-4-5", None),
        ("openai", "gpt-7", None),
        ("custom", "gpt-4.1", None),
        ("aws-bedrock", "anthropic.claude-3", None),
    ],
)
def test_encodings_of_models(provider: str, model: str, encoding: str | None) -> None:
    assert encoding_of(provider, model) == encoding


def test_without_the_extra_counts_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rs_bpe.bpe", None)
    tokenizers = Tokenizers()

    assert not tokenizers.can_be_exact
    assert tokenizers.count("hello world", "openai", "gpt-4o") == estimate("hello world")


def test_sums_are_exact_only_of_one_encoding() -> None:
    exact = Count(3, 3, 3, "o200k_base")

    assert exact + exact == Count(6, 6, 6, "o200k_base")
    assert exact + Count(1, 2, 3) == Count(4, 5, 6)
    assert not (exact + Count(1, 1, 1, "cl100k_base")).is_exact
