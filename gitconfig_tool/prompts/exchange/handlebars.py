"""The simple part of Handlebars to Jinja2: variables, `#if`, `#unless`, `#each`, `{{role}}`.

As Handlebars 4.7 renders with `noEscape`, which dotprompt sets. What a variable may be decides how
it is written: a value that may be missing is rendered as nothing, and only of text, whole numbers
and true or false is it certain that both languages write the same. All else is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.prompts.exchange.curly import Tag, tokens_of
from gitconfig_tool.prompts.exchange.jinja import Code, Piece, Text, is_name
from gitconfig_tool.prompts.exchange.model import ExchangeError

# What tells it from other templates with double braces.
OF_HANDLEBARS = re.compile(
    r"\{\{~?\s*(?:#(?:if|each|unless|with)\b|role\s|history\b|media\s|else\b)"
)
_ROLE = re.compile(r"""role\s+(?:"([a-z]+)"|'([a-z]+)')""")
_BLOCK = re.compile(r"(if|unless|each)\s+(\S+)")
# Methods of Python's mappings and lists would be found before a key of that name.
_METHODS = frozenset({"clear", "copy", "count", "fromkeys", "get", "index", "items", "keys"}) | {
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One message: a role of dotprompt, None for the history that the caller gives."""

    role: str | None
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class Variables:
    """The schema of the variables. Where the source has none, it grows with what is used.

    `optional` are names that a template tests: where nothing is declared, they may be missing.
    """

    schema: dict[str, Any]
    is_declared: bool
    optional: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Value:
    code: str
    schema: dict[str, Any]
    is_sure: bool  # that it is there, and not null


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a name is looked up in: the variables, or the item of a loop."""

    code: str  # nothing for the variables
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that is open: what ends it, and whether it is a loop."""

    word: str
    line: int
    end: str


def turns_of(where: str, text: str, variables: Variables) -> list[Turn]:
    """Translate a template into messages; the schema of the variables may grow."""
    translator = _Translator(where, variables)
    tokens = list(tokens_of(where, text, handlebars=True))
    if not variables.is_declared:
        variables.optional.update(_tested(tokens))
    for token in tokens:
        translator.read(token)
    return translator.finish()


def _tested(tokens: list[str | Tag]) -> set[str]:
    found = set()
    for token in tokens:
        if isinstance(token, Tag) and (token.sigil == "#" or token.inner.startswith("else if ")):
            match = _BLOCK.fullmatch(token.inner.removeprefix("else "))
            if match and match[1] != "each" and is_name(match[2]):
                found.add(match[2])
    return found


class _Translator:
    def __init__(self, where: str, variables: Variables) -> None:
        self._where = where
        self._variables = variables
        self._scopes = [_Scope("", variables.schema)]
        self._open: list[_Open] = []
        self._pieces: list[Piece] = []
        self._turns: list[Turn] = []
        self._role: str | None = "user"
        self._line = 0

    def read(self, token: str | Tag) -> None:
        if isinstance(token, str):
            self._pieces.append(Text(token))
            return
        self._line = token.line
        if token.sigil == "!":
            return
        if token.sigil in (">", "=", "^"):
            raise self._refuse(f"'{{{{{token.sigil}{token.inner[:80]}}}}}'")
        if token.sigil == "#":
            self._begin(token)
        elif token.sigil == "/":
            self._end(token)
        elif token.inner == "else" or token.inner.startswith("else "):
            self._else(token.inner.removeprefix("else").strip())
        else:
            self._write(token.inner)

    def finish(self) -> list[Turn]:
        if self._open:
            last = self._open[-1]
            raise ExchangeError(
                f"{self._where}: expected '{{{{/{last.word}}}}}' for the block of line "
                f"{last.line}, found the end of the template",
                hint="close the block",
            )
        self._turn(self._role)
        return self._turns

    def _turn(self, next_role: str | None) -> None:
        """End a message. One of white space alone is none."""
        is_blank = all(isinstance(each, Text) and not each.value.strip() for each in self._pieces)
        if not is_blank:
            self._turns.append(Turn(self._role, tuple(self._pieces)))
        self._pieces = []
        self._role = next_role

    def _begin(self, tag: Tag) -> None:
        match = _BLOCK.fullmatch(tag.inner)
        if match is None:
            raise self._refuse(f"the block '{{{{#{tag.inner[:80]}}}}}'")
        word, path = match[1], match[2]
        if word == "each":
            value = self._look_up(path, "array")
            kinds = _kinds(value.schema)
            if kinds != {"array"} or not value.is_sure:
                found = "what may be missing" if kinds == {"array"} else "what may be no list"
                raise self._refuse(f"'{path}', {found}", "a list that is always there in '#each'")
            name = self._loop_name()
            self._code(f"{{% for {name} in {value.code} %}}")
            self._scopes.append(_Scope(name, value.schema.setdefault("items", {})))
            self._open.append(_Open(word, tag.line, "{% endfor %}"))
            return
        condition = self._condition(path)
        self._code(f"{{% if {f'not ({condition})' if word == 'unless' else condition} %}}")
        self._open.append(_Open(word, tag.line, "{% endif %}"))

    def _end(self, tag: Tag) -> None:
        if not self._open or self._open[-1].word != tag.inner:
            raise ExchangeError(
                f"{self._where}: expected the end of "
                + (f"'{self._open[-1].word}'" if self._open else "no block")
                + f", found '{{{{/{tag.inner[:80]}}}}}' in line {tag.line} of the template",
                hint="close blocks in the order in which they were opened, the last one first",
            )
        found = self._open.pop()
        if found.word == "each" and self._scopes[-1].code:
            self._scopes.pop()
        self._code(found.end)

    def _else(self, rest: str) -> None:
        if not self._open:
            raise self._refuse("'{{else}}' outside a block", "a block")
        word = self._open[-1].word
        if not rest:
            self._code("{% else %}")
            if word == "each":
                # What follows is for an empty list: it stands outside the loop's item.
                self._scopes.append(self._scopes[-2])
                self._scopes.pop(-2)
            return
        match = _BLOCK.fullmatch(rest)
        if match is None or match[1] != "if" or word == "each":
            raise self._refuse(f"'{{{{else {rest[:80]}}}}}'")
        self._code(f"{{% elif {self._condition(match[2])} %}}")

    def _write(self, inner: str) -> None:
        role = _ROLE.fullmatch(inner)
        if role is not None or inner == "history":
            if self._open:
                raise self._refuse(f"'{{{{{inner}}}}}' inside a block", "whole messages")
            self._turn(role[1] or role[2] if role is not None else None)
            if role is None:
                self._turns.append(Turn(None, ()))
                self._role = "model"  # as dotprompt has it
            return
        value = self._look_up(inner, "string")
        kinds = _kinds(value.schema)
        if kinds == {"string"}:
            code = value.code if value.is_sure else f"{value.code}|default('', true)"
        elif kinds == {"integer"} and value.is_sure:
            code = value.code
        elif kinds == {"boolean"} and value.is_sure:
            code = f"'true' if {value.code} else 'false'"
        else:
            raise self._refuse(
                f"'{inner}', which may be something else",
                "text, or a whole number or true or false that is always there",
            )
        self._code(f"{{{{ {code} }}}}")

    def _condition(self, path: str) -> str:
        if path in ("@first", "@last"):
            self._in_loop(path)
            return f"loop.{path[1:]}"
        value = self._look_up(path, "string")
        kinds = _kinds(value.schema)
        if not kinds <= {"array", "boolean", "integer", "number", "string"}:
            raise self._refuse(f"'{path}', which may be something else", "text, a list or a number")
        if value.is_sure:
            return value.code
        return f"{value.code} is defined and {value.code}"

    def _look_up(self, path: str, kind: str) -> _Value:
        """Find a value. `kind` is what it is taken for where nothing is declared."""
        if path == "@index":
            self._in_loop(path)
            return _Value("loop.index0", {"type": "integer"}, True)
        scopes = list(self._scopes)
        rest = path
        while rest.startswith("../") and len(scopes) > 1:
            scopes.pop()
            rest = rest[3:]
        if rest.startswith("@root."):
            scopes, rest = scopes[:1], rest[6:]
        scope = scopes[-1]
        for word in ("this", "."):
            if rest == word and scope.code:
                if not scope.schema and not self._variables.is_declared:
                    scope.schema["type"] = kind
                return _Value(scope.code, scope.schema, True)
        names = rest.removeprefix("this.").removeprefix("./").split(".")
        if not all(map(is_name, names)):
            raise self._refuse(f"'{path[:80]}'", "a variable or its parts")
        value = _Value(scope.code, scope.schema, True)
        for index, name in enumerate(names):
            value = self._part(path, value, name, kind if index == len(names) - 1 else "object")
        return value

    def _part(self, path: str, value: _Value, name: str, kind: str) -> _Value:
        if not value.is_sure:
            raise self._refuse(f"'{path}', of which a part may be missing", "a value that is there")
        properties = value.schema.get("properties")
        if (properties is None or name not in properties) and not self._variables.is_declared:
            value.schema.setdefault("type", "object")
            properties = value.schema.setdefault("properties", {})
            properties[name] = {"type": kind} if kind != "array" else {"type": kind, "items": {}}
            if value.code or name not in self._variables.optional:
                value.schema.setdefault("required", []).append(name)
        schema = properties.get(name) if isinstance(properties, Mapping) else None
        if not isinstance(schema, dict):
            raise self._refuse(f"'{path}', which 'input.schema' does not declare", "a variable")
        if not value.code:
            code = name
        else:
            code = f"{value.code}['{name}']" if name in _METHODS else f"{value.code}.{name}"
        is_there = name in value.schema.get("required", ()) or "default" in schema
        return _Value(code, schema, is_there and not _may_be_null(schema))

    def _in_loop(self, path: str) -> None:
        if len(self._scopes) == 1:
            raise self._refuse(f"'{path}' outside '#each'", "a variable")

    def _loop_name(self) -> str:
        taken = {scope.code for scope in self._scopes} | set(
            self._variables.schema.get("properties", ())
        )
        name, number = "item", 2
        while name in taken:
            name, number = f"item_{number}", number + 1
        return name

    def _code(self, code: str) -> None:
        self._pieces.append(Code(code))

    def _refuse(self, found: str, expected: str = "the simple part of dotprompt") -> ExchangeError:
        return ExchangeError(
            f"{self._where}: expected {expected}, found {found} in line {self._line} of the "
            "template",
            hint="variables, #if, #unless, #each and role can be translated exactly: write the "
            "rest as Jinja2 in a prompt file",
        )


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    kinds = schema.get("type")
    if kinds is None and isinstance(schema.get("enum"), list):
        only_text = all(isinstance(each, str) or each is None for each in schema["enum"])
        return {"string"} if only_text else {"any"}
    found = set(kinds) if isinstance(kinds, list) else {kinds}
    return {str(kind) for kind in found - {"null"}}


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or None in (schema.get("enum") or ())
