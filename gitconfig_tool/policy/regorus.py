"""Rego by regorus: the only module that knows the library.

Rego v1 is tried first; a file that only parses as v0 is taken as v0. Built-in functions raise on
arguments that they cannot take, where OPA's give undefined: such a rule is a `Fault`, so that the
caller can deny. The library has no time limit; `MAX_BYTES` and `MAX_NESTING` bound what a file can
cost before it runs.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import regorus

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.policy.engine import FACTS, DataPath, Fault, Module
from gitconfig_tool.policy.syntax import (
    IMPURE_FUNCTIONS,
    SourceFile,
    check_rules,
    read_tree,
    refused_import,
    unresolved_calls,
)

MAX_BYTES = 256 * 1024  # one file; the largest in public policy libraries have about 60 KiB
MAX_COLUMNS = 4096  # the library's own default is 1,024
MAX_LINES = 20_000
# The library's parser tries a bracket as a comprehension and then as a collection, at each level:
# every level doubles the time, and ten take 0.1 s.
MAX_NESTING = 10

# The functions that the library has, by number of arguments. It has no list of its own; a test
# holds this one against it. Without it, an unknown function would be noticed only by the document
# that reaches it.
_FUNCTIONS_BY_ARITY = {
    1: "abs ceil count floor intersection lower max min product round sort sum to_number trace "
    "trim_space type_name union upper walk array.reverse base64.decode base64.encode "
    "base64.is_valid base64url.decode base64url.encode base64url.encode_no_pad bits.negate "
    "glob.quote_meta hex.decode hex.encode is_array is_boolean is_null is_number is_object is_set "
    "is_string json.is_valid json.marshal json.unmarshal json.verify_schema net.cidr_expand "
    "net.cidr_is_valid object.keys object.union_n regex.is_valid semver.is_valid strings.reverse "
    "time.clock time.date time.format time.parse_duration_ns time.parse_rfc3339_ns time.weekday "
    "units.parse units.parse_bytes urlquery.decode urlquery.decode_object urlquery.encode "
    "urlquery.encode_object uuid.parse yaml.is_valid yaml.marshal yaml.unmarshal",
    2: "concat contains endswith format_int indexof indexof_n split sprintf startswith trim "
    "trim_left trim_prefix trim_right trim_suffix array.concat bits.and bits.lsh bits.or bits.rsh "
    "bits.xor graph.reachable graph.reachable_paths json.filter json.marshal_with_options "
    "json.match_schema json.patch json.remove net.cidr_contains numbers.range object.filter "
    "object.remove object.subset object.union regex.match regex.split semver.compare "
    "strings.any_prefix_match strings.any_suffix_match strings.count strings.replace_n time.diff "
    "time.parse_ns",
    3: "replace substring array.slice glob.match numbers.range_step object.get "
    "regex.find_all_string_submatch_n regex.find_n regex.replace",
    4: "regex.template_match time.add_date",
}
FUNCTIONS: Mapping[str, int] = MappingProxyType(
    {name: arity for arity, names in _FUNCTIONS_BY_ARITY.items() for name in names.split()}
)
VARIADIC_FUNCTIONS = frozenset({"print"})

_PLACE = re.compile(r"-->\s*(.+?):(\d+):(\d+)\s*$", re.MULTILINE)
_ERROR = re.compile(r"^error: (.*)$", re.MULTILINE)
_BACKTRACE = "Stack backtrace:"
_TAB = 4  # src/lexer.rs of regorus
_UNDEFINED = '"<undefined>"'
# A string, a raw string, a comment or a bracket.
_TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*|[\[\]{}]')
_V1_KEYWORDS = re.compile(r"\b(?:rego\.v1|if|in|every)\b|\bcontains\s+(?!\()")
# The facts are rules, not data: new data makes the library analyse every policy again, which takes
# ten times as long as an evaluation.
_FACT = "gitconfig_tool_fact"
_FACTS_MODULE = f"""package {FACTS}
document := fact if {{ fact := {_FACT}("document"); fact != null }}
bundle := fact if {{ fact := {_FACT}("bundle"); fact != null }}
"""
_PROBE = ("gitconfig_tool_probe", "ready")


class _Facts:
    """What the policies of the evaluation under way may know."""

    def __init__(self) -> None:
        self.now: Mapping[str, Any] = {}

    def get(self, name: str) -> Any:
        return self.now.get(name)


class RegorusProgram:
    """Compiled policies; each evaluation works on a clone of the prepared engine.

    A program belongs to the thread that compiled it: the library refuses any other.
    """

    def __init__(
        self, engine: Any, facts: _Facts, modules: tuple[Module, ...], texts: Mapping[str, str]
    ) -> None:
        self._engine = engine
        self._texts = texts
        self._facts = facts
        self._modules = modules

    @property
    def modules(self) -> tuple[Module, ...]:
        """The files that compiled."""
        return self._modules

    def evaluate(
        self, rules: Iterable[DataPath], document: Any, facts: Mapping[str, Any]
    ) -> Mapping[DataPath, Any]:
        """Return the value of each rule as JSON; see `engine.Program`."""
        engine = self._engine.clone()
        engine.set_input(document)
        values: dict[DataPath, Any] = {}
        self._facts.now = facts
        try:
            for rule in rules:
                value = _evaluate(engine, rule, self._texts)
                if value is not None:
                    values[rule] = value
        finally:
            self._facts.now = {}
        return values


class Regorus:
    """The engine; it has no state of its own."""

    def compile(self, files: Mapping[str, str]) -> tuple[RegorusProgram, tuple[Fault, ...]]:
        """Compile files, given by path; see `engine.Engine`."""
        faults: list[Fault] = []
        sources: dict[str, tuple[SourceFile, bool]] = {}
        for path, text in sorted(files.items()):
            parsed = _parse(path, text)
            if isinstance(parsed, Fault):
                faults.append(parsed)
            else:
                sources[path] = parsed
        all_parsed = not faults
        faults += check_rules(source for source, _ in sources.values())
        faults += _check_calls([source for source, _ in sources.values()], all_parsed)
        facts = _Facts()
        engine = _load(files, sources, faults, facts)
        modules = tuple(source.module() for source, _ in sources.values())
        return RegorusProgram(engine, facts, modules, files), tuple(faults)


def _load(
    files: Mapping[str, str],
    sources: dict[str, tuple[SourceFile, bool]],
    faults: list[Fault],
    facts: _Facts,
) -> Any:
    """Load the files without a fault into one engine, and let it analyse all of them.

    The library analyses on the first evaluation, and stops at the first fault: each round takes the
    file of that fault out.
    """
    for fault in faults:
        if fault.span is not None:
            sources.pop(fault.span.path, None)
    while True:
        engine = _engine()
        for path, (_, v0) in sources.items():
            engine.set_rego_v0(v0)
            engine.add_policy(path, files[path])
        engine.set_rego_v0(False)
        engine.add_extension(_FACT, 1, facts.get)
        engine.add_policy("", _FACTS_MODULE)
        engine.add_policy("", f"package {_PROBE[0]}\n{_PROBE[1]} := true\n")
        engine.set_input({})
        value = _evaluate(engine, _PROBE, files)
        if not isinstance(value, Fault):
            return engine
        faults.append(value)
        path = value.span.path if value.span is not None else ""
        if sources.pop(path, None) is None:
            # The engine does not say which file it means: none can be trusted.
            sources.clear()


def _engine() -> Any:
    engine = regorus.Engine()
    engine.set_policy_length_config(
        max_col=MAX_COLUMNS, max_file_bytes=MAX_BYTES, max_lines=MAX_LINES
    )
    # print() in a policy must not reach our own output.
    engine.set_gather_prints(True)
    return engine


# Two revisions that are compared mostly have the same policies; a project has a few dozen.
@lru_cache(maxsize=128)
def _parse(path: str, text: str) -> tuple[SourceFile, bool] | Fault:
    """Parse one file; tells whether it is Rego v0."""
    size = len(text.encode())
    if size > MAX_BYTES:
        return Fault(
            f"expected a policy of at most {MAX_BYTES:,} bytes, found {size:,}",
            Span(path),
            "split the file; keep large tables out of policies",
        )
    deep = _too_deep(path, text)
    if deep is not None:
        return deep
    faults = []
    for v0 in (False, True) if _may_be_v0(text) else (False,):
        engine = _engine()
        engine.set_rego_v0(v0)
        try:
            engine.add_policy(path, text)
        except RuntimeError as error:
            faults.append(_fault(error, {path: text}))
            continue
        tree = json.loads(engine.get_ast_as_json())[0]["ast"]
        return refused_import(path, text, tree) or (read_tree(path, text, tree), v0)
    return Fault(
        f"expected a Rego policy, found: {faults[0].text}",
        faults[0].span or Span(path),
        "opa check and opa fmt show what Rego expects here",
    )


def _may_be_v0(text: str) -> bool:
    """Tell whether a file can be Rego v0: it has none of v1's keywords, or imports them.

    Parsing v1 as v0 must not even be tried: the library writes warnings to stderr.
    """
    words = _TOKENS.sub(" ", text)
    return "future.keywords" in words or _V1_KEYWORDS.search(words) is None


def _too_deep(path: str, text: str) -> Fault | None:
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in ("[", "{"):
            depth += 1
        elif token[0] in ("]", "}"):
            depth -= 1
        if depth > MAX_NESTING:
            before = text[: token.start()]
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            return Fault(
                f"expected brackets nested at most {MAX_NESTING} deep, found more",
                Span(path, line, column, line, column + 1),
                "give the inner value a name of its own",
            )
    return None


def _check_calls(sources: list[SourceFile], all_parsed: bool) -> Iterator[Fault]:
    for call, fault in unresolved_calls(sources):
        if fault is not None:
            # A file that did not parse may define it: one fault at a time.
            if all_parsed:
                yield fault
            continue
        name = ".".join(call.name)
        if name in VARIADIC_FUNCTIONS or name in IMPURE_FUNCTIONS:
            continue
        arity = FUNCTIONS.get(name)
        if arity is None:
            near = get_close_matches(name, FUNCTIONS, n=1)
            yield Fault(
                f"expected a function that the engine has, found {name}",
                call.span,
                f"did you mean {near[0]}?" if near else "write the check without this function",
            )
        # One argument more takes the result: count(x, n) is n = count(x).
        elif call.arguments not in (arity, arity + 1):
            yield Fault(
                f"expected {arity} argument{'' if arity == 1 else 's'} for {name}, "
                f"found {call.arguments}",
                call.span,
                "give the function the arguments that it takes",
            )


def _evaluate(engine: Any, rule: DataPath, texts: Mapping[str, str]) -> Any:
    """Return the value of a rule, a `Fault`, or None where it is undefined."""
    try:
        text = engine.eval_rule_as_json(_rule_path(rule))
    except RuntimeError as error:
        return _fault(error, texts)
    if text.strip() == _UNDEFINED:
        return None
    return json.loads(text)


@lru_cache(maxsize=1024)
def _rule_path(rule: DataPath) -> str:
    """Write the path of a rule as the engine reads it."""
    plain = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
    parts = (f".{part}" if plain.fullmatch(part) else f"[{json.dumps(part)}]" for part in rule)
    return "data" + "".join(parts)


def _fault(error: RuntimeError, texts: Mapping[str, str]) -> Fault:
    """Read the library's error: its first place, its first message, never its backtrace."""
    text = str(error).partition(_BACKTRACE)[0]
    place = _PLACE.search(text)
    message = _ERROR.search(text)
    span = None
    if place is not None and place[1]:
        line, column = int(place[2]), int(place[3])
        if place[1] in texts:
            column = _column(texts[place[1]], line, column)
        span = Span(place[1], line, column, line, column + 1)
    said = message[1].strip() if message is not None else " ".join(text.split())
    return Fault(said.replace("`", "'") or "the engine gave no reason", span)


def _column(text: str, line: int, counted: int) -> int:
    """Return a column in code points; the library counts bytes, and four for a tab."""
    at = column = 1
    for char in text.split("\n")[line - 1]:
        if at >= counted:
            break
        at += _TAB if char == "\t" else len(char.encode())
        column += 1
    return column
