"""How many tokens a text is for a model, without asking its provider.

Exact where the model's encoding is published and the extra `tokens` is installed; else estimated
from the kinds of characters, with bounds. Counts text alone: what a provider adds around messages
is `budget`'s. Does not know prompts, and reads no file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Protocol

# The encodings of OpenAI's models: `tiktoken/model.py` of tiktoken 0.14.0 (MIT), read 2026-11-23.
# First those that are named whole, then those that begin so; the first one that fits counts.
_O200K = "o200k_base"
_CL100K = "cl100k_base"
_NAMES: Mapping[str, str] = {
    "o1": _O200K,
    "o3": _O200K,
    "o4-mini": _O200K,
    "gpt-4.1": _O200K,
    "gpt-4o": _O200K,
    "gpt-4": _CL100K,
    "gpt-3.5-turbo": _CL100K,
    "gpt-35-turbo": _CL100K,
    "text-embedding-ada-002": _CL100K,
    "text-embedding-3-small": _CL100K,
    "text-embedding-3-large": _CL100K,
}
_PREFIXES: tuple[tuple[str, str], ...] = (
    ("o1-", _O200K),
    ("o3-", _O200K),
    ("o4-mini-", _O200K),
    ("gpt-5", _O200K),
    ("gpt-4.5-", _O200K),
    ("gpt-4.1-", _O200K),
    ("chatgpt-4o-", _O200K),
    ("gpt-4o-", _O200K),
    ("gpt-4-", _CL100K),
    ("gpt-3.5-turbo-", _CL100K),
    ("gpt-35-turbo-", _CL100K),
    # Its encoding is o200k_harmony: o200k_base with further special tokens, which no text makes.
    ("gpt-oss-", _O200K),
    ("ft:gpt-4o", _O200K),
    ("ft:gpt-4", _CL100K),
    ("ft:gpt-3.5-turbo", _CL100K),
)
# Who serves models of OpenAI under their names; Bedrock puts the maker before the name.
_PROVIDERS = frozenset({"openai", "azure-openai"})
_BEDROCK = "aws-bedrock"
_BEDROCK_MAKER = "openai."


@dataclass(frozen=True, slots=True)
class Count:
    """A number of tokens: `tokens`, and between which bounds it is.

    `encoding` is the encoding that was counted with, and then all three are the same; None where
    the count is estimated.
    """

    least: int
    tokens: int
    most: int
    encoding: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the text was counted, not estimated."""
        return self.encoding is not None

    @property
    def error(self) -> float:
        """How much larger the real number may be, as a share of `tokens`."""
        return 0.0 if self.tokens == 0 else (self.most - self.tokens) / self.tokens

    def __add__(self, other: "Count") -> "Count":
        """Add counts; a sum is exact where both are, by one encoding."""
        return Count(
            self.least + other.least,
            self.tokens + other.tokens,
            self.most + other.most,
            self.encoding if self.encoding == other.encoding else None,
        )


class _Encoder(Protocol):
    def count(self, text: str) -> int:
        """Return how many tokens a text is."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """Tokens for a character of each kind.

    `codes` are ASCII letters of a word with digits, such as those of a hash. `two_bytes` and so on
    is the length in UTF-8; `wide` are the three-byte characters of Chinese, Japanese and Korean.
    `breaks` are line ends, and runs of white space that are more than one space between words.
    """

    letters: float
    codes: float
    digits: float
    signs: float
    two_bytes: float
    wide: float
    three_bytes: float
    four_bytes: float
    breaks: float


# Measured on 2026-11-23 over 927 texts of 1,500 characters in 31 languages, and in Markdown,
# Python, JSON and YAML, with five tokenizers (o200k_base, cl100k_base, Mistral's Tekken v3,
# Anthropic's of Claude 2, DeepSeek's): docs/token-budget.md has the table. `_MOST` holds for each
# text and tokenizer of that measurement, `_LEAST` too; `_TYPICAL` lies near the median.
_LEAST = _Weights(0.16, 0.3, 0.33, 0.2, 0.25, 0.5, 0.3, 1.0, 0.3)
_TYPICAL = _Weights(0.25, 0.5, 0.6, 0.6, 0.5, 0.85, 0.8, 3.0, 0.9)
_MOST = _Weights(0.46, 1.0, 1.0, 1.0, 1.4, 1.6, 3.0, 4.0, 1.0)

_WORD = re.compile(r"[A-Za-z0-9]+")
_BREAK = re.compile(r"[^\S\n]{2,}|\n+|\s(?=[\d\u0800-\uffff])")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_TWO_BYTES, _THREE_BYTES, _FOUR_BYTES = 0x80, 0x800, 0x10000


class Tokenizers:
    """Counts tokens; loads an encoding when a model needs it, and keeps what it has counted."""

    def __init__(self, *, exact: bool = True) -> None:
        """With `exact` false, every count is estimated, as without the extra `tokens`."""
        self._exact = exact
        self._encoders: dict[str, _Encoder | None] = {}
        self._counts: dict[tuple[str | None, str], Count] = {}

    @cached_property
    def can_be_exact(self) -> bool:
        """Whether the extra `tokens` is installed, and may be used."""
        return self._encoder(_O200K) is not None

    def count(self, text: str, provider: str, model: str) -> Count:
        """Return how many tokens a text is for a model."""
        encoding = encoding_of(provider, model)
        encoder = None if encoding is None else self._encoder(encoding)
        key = (None if encoder is None else encoding, text)
        if key not in self._counts:
            if encoder is None:
                self._counts[key] = estimate(text)
            else:
                number = encoder.count(text)
                self._counts[key] = Count(number, number, number, encoding)
        return self._counts[key]

    def _encoder(self, encoding: str) -> _Encoder | None:
        if encoding not in self._encoders:
            self._encoders[encoding] = _load(encoding) if self._exact else None
        return self._encoders[encoding]


def encoding_of(provider: str, model: str) -> str | None:
    """Return the name of the published encoding of a model; None where none is known."""
    name = model.lower()
    if provider == _BEDROCK and name.startswith(_BEDROCK_MAKER):
        name = name.removeprefix(_BEDROCK_MAKER)
    elif provider not in _PROVIDERS:
        return None
    if name in _NAMES:
        return _NAMES[name]
    return next((encoding for prefix, encoding in _PREFIXES if name.startswith(prefix)), None)


def estimate(text: str) -> Count:
    """Estimate the tokens of a text for a model whose encoding is not known.

    `most` is no more than the bytes of the text: an encoding of bytes gives no byte two tokens.
    """
    counted = _kinds(text)
    size = len(text.encode("utf-8", "surrogatepass"))
    most = min(ceil(_weigh(counted, _MOST)), size)
    typical = min(ceil(_weigh(counted, _TYPICAL)), most)
    # Any text is a token at the least.
    least = max(floor(_weigh(counted, _LEAST)), min(size, 1))
    return Count(min(least, typical), typical, most)


def _kinds(text: str) -> _Weights:
    """Count the characters of each kind."""
    letters = codes = digits = 0
    for word in _WORD.findall(text):
        numbers = sum(char.isdigit() for char in word)
        digits += numbers
        if numbers:
            codes += len(word) - numbers
        else:
            letters += len(word)
    wide = len(_WIDE.findall(text))
    signs = two = three = four = 0
    for char in text:
        point = ord(char)
        if point < _TWO_BYTES:
            signs += not (char.isalnum() or char.isspace())
        elif point < _THREE_BYTES:
            two += 1
        elif point < _FOUR_BYTES:
            three += 1
        else:
            four += 1
    breaks = len(_BREAK.findall(text))
    return _Weights(letters, codes, digits, signs, two, wide, three - wide, four, breaks)


def _weigh(counted: _Weights, weights: _Weights) -> float:
    return (
        counted.letters * weights.letters
        + counted.codes * weights.codes
        + counted.digits * weights.digits
        + counted.signs * weights.signs
        + counted.two_bytes * weights.two_bytes
        + counted.wide * weights.wide
        + counted.three_bytes * weights.three_bytes
        + counted.four_bytes * weights.four_bytes
        + counted.breaks * weights.breaks
    )


def _load(encoding: str) -> _Encoder | None:
    """Load an encoding out of the extra `tokens`; None where it is not installed."""
    try:
        from rs_bpe.bpe import openai
    except ImportError:
        return None
    encoder: _Encoder = getattr(openai, encoding)()
    return encoder
