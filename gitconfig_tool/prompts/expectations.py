"""What a test case expects of the rendered text, and whether that is so.

    expected:
      contains: [Ledger, "{{"]          # each of these texts, letter by letter
      notContains: [undefined]          # none of these texts
      forbidden: [guarantee, refund]    # none of these words, in small letters or large
      equals: Hello Ada                 # the whole text
      regex: ["^Hello .+$"]             # each pattern is found somewhere
      jsonSchema: {type: object}        # the text is JSON, and fits
      minLength: 10                     # characters (Unicode code points)
      maxLength: 4000
      messages:                         # the same for the messages of one role alone
        - {role: system, contains: Be brief}
      variants:                         # instead of all that, for one variant
        short: {maxLength: 200}

The text of a conversation is that of its messages, one empty line between them. Takes JSON and
rendered text; returns problems with the place of each within `expected`. Renders nothing. Patterns
are matched in a time that grows with the text alone, by an engine without backtracking.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.json_text import NotJsonError, misfits, read_json, schema_mistake

_TEXTS = ("contains", "notContains", "forbidden", "regex")
_BOUNDS = ("minLength", "maxLength")
# What says something about one text.
PLAIN = ("contains", "notContains", "forbidden", "equals", "regex", "jsonSchema", *_BOUNDS)
NAMES = (*PLAIN, "messages", "variants")
_SHAPES = {
    **dict.fromkeys(_TEXTS, "text or a list of text"),
    "equals": "text",
    "jsonSchema": "a JSON Schema",
    **dict.fromkeys(_BOUNDS, "a whole number from 0"),
    "messages": "a list of {role, ...}",
    "variants": "a mapping from variants to what is expected of them",
}
_LIKE = {
    "contains": "[Ada, the order]",
    "notContains": "[undefined]",
    "forbidden": "[guarantee]",
    "equals": "Hello Ada",
    "regex": "'^Hello'",
    "jsonSchema": "{type: object}",
    "minLength": "10",
    "maxLength": "400",
    "messages": "[{role: system, contains: brief}]",
    "variants": "{short: {maxLength: 200}}",
}
_BETWEEN = "\n\n"
# Characters of an excerpt on each side of what it is about.
_AROUND = 30
_MAX_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that is not met, or is none (GCT580); `path` leads to it in `expected`.

    `is_key` says that the key itself is wrong, and not what stands under it. `role` is that of the
    messages that the expectation is for.
    """

    code: str
    path: Path
    message: str
    hint: str = ""
    is_key: bool = False
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came out: the role of each message with its text; the role is None for a single text."""

    messages: tuple[tuple[str | None, str], ...]

    def text(self, role: str | None = None) -> str:
        """Return the whole text, or that of the messages of one role."""
        return _BETWEEN.join(text for each, text in self.messages if role is None or each == role)

    def roles(self) -> tuple[str, ...]:
        """Return the roles that occur, each once."""
        return tuple(dict.fromkeys(role for role, _ in self.messages if role is not None))


def check_expected(
    expected: Mapping[str, Any], roles: Sequence[str], variants: Sequence[str] = ()
) -> Iterator[Unmet]:
    """Check that expectations can be met at all: names, kinds of values, patterns and schemas.

    `roles` and `variants` are those that the prompt has.
    """
    yield from _check_names(expected, NAMES, ())
    yield from _check_plain(expected, ())
    messages = expected.get("messages")
    for index, each in enumerate(messages if isinstance(messages, list) else ()):
        path: Path = ("messages", index)
        if not isinstance(each, Mapping):
            hint = f"such as messages: {_LIKE['messages']}"
            yield _wrong(path, "a mapping with 'role'", each, hint)
            continue
        yield from _check_names(each, ("role", *PLAIN), path)
        yield from _check_plain(each, path)
        role = each.get("role")
        if role not in roles:
            yield _wrong_role(path, role, roles, is_given="role" in each)
    of_variants = expected.get("variants")
    for name, each in (of_variants if isinstance(of_variants, Mapping) else {}).items():
        path = ("variants", name)
        if name not in variants:
            near = get_close_matches(name, variants, n=1)
            hint = f"did you mean '{near[0]}'?" if near else ""
            found = _wrong(
                path, "the id of a variant of this prompt", name, hint or "see 'variants'"
            )
            yield replace(found, is_key=True)
        if not isinstance(each, Mapping):
            yield _wrong(path, "a mapping", each, f"such as {name}: {{maxLength: 200}}")
            continue
        inner = {key: value for key, value in each.items() if key != "variants"}
        if "variants" in each:
            yield Unmet(
                "GCT580", (*path, "variants"), "expected no variants of a variant, found some"
            )
        for found in check_expected(inner, roles):
            yield replace(found, path=(*path, *found.path))


def unmet(
    expected: Mapping[str, Any], rendered: Rendered, variant: str | None = None
) -> Iterator[Unmet]:
    """Hold rendered text against expectations that `check_expected` accepts.

    What is expected of the prompt itself holds for a variant too, but for `equals`; unless
    `variants` says what is expected of it.
    """
    path: Path = ()
    if variant is not None:
        own = expected.get("variants", {}).get(variant)
        if own is None:
            expected = {name: value for name, value in expected.items() if name != "equals"}
        else:
            expected, path = own, ("variants", variant)
    for found in _unmet_plain(expected, rendered.text()):
        yield replace(found, path=(*path, *found.path))
    for index, each in enumerate(expected.get("messages", ())):
        inner: Path = (*path, "messages", index)
        if variant is not None and not path:
            each = {name: value for name, value in each.items() if name != "equals"}
        for found in _unmet_plain(each, rendered.text(each["role"])):
            yield replace(found, path=(*inner, *found.path), role=each["role"])


def _wrong_role(path: Path, role: Any, roles: Sequence[str], *, is_given: bool) -> Unmet:
    if not roles:
        return Unmet(
            "GCT580",
            path,
            "expected no 'messages' for a prompt that is one text, found some",
            "write what is expected of the text without 'messages' around it",
        )
    known = f"a role that a message of this prompt has ({', '.join(roles)})"
    near = get_close_matches(str(role), roles, n=1)
    return _wrong(
        (*path, "role") if is_given else path,
        known,
        role,
        f"did you mean '{near[0]}'?" if near else "",
    )


def _check_names(given: Mapping[str, Any], known: Sequence[str], path: Path) -> Iterator[Unmet]:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            yield Unmet(
                "GCT580",
                (*path, name),
                f"expected an expectation, found '{name}'",
                f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}",
                is_key=True,
            )


def _check_plain(given: Mapping[str, Any], path: Path) -> Iterator[Unmet]:
    for name, value in given.items():
        if name in _SHAPES and not _has_shape(name, value):
            hint = f"such as {name}: {_LIKE[name]}"
            yield _wrong((*path, name), f"{_SHAPES[name]} in '{name}'", value, hint)
    for index, pattern in _texts(given, "regex"):
        if not _is_pattern(pattern):
            yield _wrong(
                (*path, *index),
                "a pattern",
                pattern,
                "write it as in JSON Schema; what looks ahead or back, and \\1, is not known here",
            )
    for name in ("contains", "notContains", "forbidden"):
        for index, text in _texts(given, name):
            if not text.strip() if name == "forbidden" else not text:
                hint = f"such as {name}: {_LIKE[name]}"
                yield _wrong((*path, *index), f"text in '{name}'", text, hint)
    schema = given.get("jsonSchema")
    if isinstance(schema, Mapping):
        mistake = schema_mistake(schema)
        if mistake is not None:
            where, message = mistake
            yield Unmet("GCT580", (*path, "jsonSchema", *where), message)
    least, most = given.get("minLength"), given.get("maxLength")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Unmet(
            "GCT580",
            (*path, "minLength"),
            f"expected 'minLength' to be at most 'maxLength', found {least} and {most}",
            "exchange the two",
        )


def _has_shape(name: str, value: Any) -> bool:
    if name in _TEXTS:
        return isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
        )
    if name in _BOUNDS:
        return _is_bound(value)
    if name == "messages":
        return isinstance(value, list)
    return isinstance(value, str if name == "equals" else Mapping)


def _is_bound(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _unmet_plain(expected: Mapping[str, Any], text: str) -> Iterator[Unmet]:
    for path, wanted in _texts(expected, "contains"):
        if wanted not in text:
            yield Unmet(
                "GCT581",
                path,
                f"expected the text to contain {_quoted(wanted)}, found {_nearest(text, wanted)}",
                "correct the prompt, the variables of the case, or what it expects",
            )
    for path, unwanted in _texts(expected, "notContains"):
        at = text.find(unwanted)
        if at >= 0:
            yield _forbidden(path, f"without {_quoted(unwanted)}", text, at, len(unwanted))
    for path, word in _texts(expected, "forbidden"):
        match = _word(word).search(text)
        if match is not None:
            wanted = f"without the word {_quoted(word)}"
            yield _forbidden(path, wanted, text, match.start(), len(match[0]))
    if "equals" in expected and text != expected["equals"]:
        yield _unequal(expected["equals"], text)
    for path, pattern in _texts(expected, "regex"):
        if not _pattern(pattern).is_valid(text):
            yield Unmet(
                "GCT584",
                path,
                f"expected the text to match {_quoted(pattern)}, found {_beginning(text)}",
                "a pattern is found anywhere: ^ and $ bind it to the beginning and the end",
            )
    if "jsonSchema" in expected:
        yield from _unfit(expected["jsonSchema"], text)
    yield from _wrong_length(expected, text)


def _texts(expected: Mapping[str, Any], name: str) -> Iterator[tuple[Path, str]]:
    """Yield the texts of an expectation that holds one or several, each with its path."""
    value = expected.get(name)
    if isinstance(value, str):
        yield (name,), value
    elif isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, str):
                yield (name, index), each


def _forbidden(path: Path, wanted: str, text: str, at: int, length: int) -> Unmet:
    return Unmet(
        "GCT582",
        path,
        f"expected a text {wanted}, found {_excerpt(text, at, length)}",
        "correct the prompt, or allow it in this case",
    )


def _unequal(wanted: str, text: str) -> Unmet:
    at = next(
        (
            index
            for index, (one, other) in enumerate(zip(wanted, text, strict=False))
            if one != other
        ),
        min(len(wanted), len(text)),
    )
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return Unmet(
        "GCT583",
        ("equals",),
        f"expected {_excerpt(wanted, at, 1)}, found {_excerpt(text, at, 1)}",
        f"the two part at line {line}, column {column} of the text",
    )


def _unfit(schema: Mapping[str, Any], text: str) -> Iterator[Unmet]:
    path: Path = ("jsonSchema",)
    try:
        value = read_json(text)
    except NotJsonError as error:
        yield Unmet(
            "GCT585",
            path,
            f"expected the text to be JSON, found {_excerpt(text, error.offset, 1)}",
            "write variables with |tojson",
        )
        return
    for where, message in misfits(schema, value):
        yield Unmet(
            "GCT585",
            path,
            f"expected JSON that fits the schema, found at '{where}': {message}",
            "correct the prompt, or the schema that the case expects",
        )


def _wrong_length(expected: Mapping[str, Any], text: str) -> Iterator[Unmet]:
    for name, words in (("minLength", "at least"), ("maxLength", "at most")):
        bound = expected.get(name)
        if bound is None or (len(text) >= bound if name == "minLength" else len(text) <= bound):
            continue
        yield Unmet(
            "GCT586",
            (name,),
            f"expected {words} {bound:,} characters, found {len(text):,}",
            "correct the prompt, the variables of the case, or the bound",
        )


def _wrong(path: Path, expected: str, found: Any, hint: str = "") -> Unmet:
    return Unmet("GCT580", path, f"expected {expected}, found {_described(found)}", hint)


def _described(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list) else str(value).lower()


def _nearest(text: str, wanted: str) -> str:
    """Say what stands in a text that is most like what is missing, or how the text begins."""
    lowered = text.lower().find(wanted.lower())
    if lowered >= 0:
        return f"other capitals: {_excerpt(text, lowered, len(wanted))}"
    # A long text would take long to compare.
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()][:200]
    near = get_close_matches(wanted, lines, n=1) if len(wanted) <= 500 else []
    if near:
        match = SequenceMatcher(None, near[0], wanted, autojunk=False).find_longest_match()
        return f"a line like it: {_excerpt(near[0], match.a, 0)}"
    return f"none: it begins with {_beginning(text)}" if text else "no text at all"


def _beginning(text: str) -> str:
    return _excerpt(text, 0, _AROUND)


def _excerpt(text: str, at: int, length: int) -> str:
    """Quote what stands around a place of a text, on one line."""
    if not text:
        return "no text"
    if at >= len(text):
        return (
            f"the end of the text after {_quoted(text[-_AROUND:], cut_front=len(text) > _AROUND)}"
        )
    first = max(at - _AROUND, 0)
    end = min(max(at + length, at) + _AROUND, first + _MAX_EXCERPT, len(text))
    return _quoted(text[first:end], cut_front=first > 0, cut_back=end < len(text))


def _quoted(text: str, *, cut_front: bool = False, cut_back: bool = False) -> str:
    if len(text) > _MAX_EXCERPT:
        text, cut_back = text[:_MAX_EXCERPT], True
    line = text.replace("\r\n", "\n").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'...' if cut_front else ''}'{line}'{'...' if cut_back else ''}"


@lru_cache(maxsize=256)
def _word(word: str) -> re.Pattern[str]:
    """Return a pattern for a whole word, or several: the text itself, which takes linear time."""
    return re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.IGNORECASE)


def _is_pattern(pattern: str) -> bool:
    import jsonschema_rs

    try:
        _pattern(pattern)
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> Any:
    # Loaded here, not above: it takes 15 ms, and few prompts expect a pattern.
    import jsonschema_rs

    # Rust's `regex`: no backtracking, and a bound on the size of what it compiles.
    return jsonschema_rs.Draft202012Validator(
        {"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()
    )
