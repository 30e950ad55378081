"""Policies and schemas that came, went or say something else.

Takes both revisions; reads only the files of rules that changed. Whether a schema refuses less is
proved (`prompts.subsumption`), or not told. Nobody can prove that of a policy: of a file that both
sides have, only the rules are counted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gitconfig_tool.builtin import BUILTIN
from gitconfig_tool.changes.both import Both, content, moved_paths
from gitconfig_tool.changes.model import Kind, RuleChange, RuleKind
from gitconfig_tool.changes.wording import counted, listed
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import parse_document, plain_value
from gitconfig_tool.glob import Glob
from gitconfig_tool.pointer import format_pointer

if TYPE_CHECKING:
    from gitconfig_tool.prompts.subsumption import Gap, Verdict

_SCHEMA_ENDINGS = (".schema.json", ".schema.yaml", ".schema.yml")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
# What a schema says to people alone.
_WORDS = frozenset({"$comment", "$id", "default", "deprecated", "description", "examples", "title"})
# A string, a raw string or a comment of Rego (OPA, "Policy Language").
_REGO_PIECE = re.compile(r'("(?:\\.|[^"\\\n])*"|`[^`]*`)|#[^\n]*')
_REGO_RULE = re.compile(r"(?m)^(deny|violation|warn)(?:_[a-zA-Z0-9]+)*\b")
# No schema: null and false could be one.
_MISSING = object()
_MAX_GAPS = 3
_LONGEST = 60


def changed_checks(both: Both) -> Iterator[RuleChange]:
    """Yield the changes of policies and schemas."""
    yield from _policy_list(both)
    yield from _policy_files(both)
    yield from _schema_list(both)
    yield from _schema_files(both)


def _policy_list(both: Both) -> Iterator[RuleChange]:
    old, new = (
        {} if project is None else {each.name: each.span for each in project.policies}
        for project in (both.old_project, both.new_project)
    )
    if both.old_project is None or both.new_project is None:
        return
    for name, span in old.items():
        if name not in new:
            text = f"the policies {name} are evaluated no longer"
            yield _policy(Kind.REMOVED, name, text, span, both.bundles, is_weaker=True)
    for name, span in new.items():
        if name not in old:
            text = f"the policies {name} are evaluated now"
            yield _policy(Kind.ADDED, name, text, span, both.bundles, is_weaker=False)


def _policy_files(both: Both) -> Iterator[RuleChange]:
    moved = {
        path
        for path in moved_paths(both)
        if _is_policy(both.old, path) or _is_policy(both.new, path)
    }
    for path in sorted(each for each in both.paths if each.endswith(".rego") and each not in moved):
        texts = [
            _code(content(view, path)) if _is_policy(view, path) else None
            for view in (both.old, both.new)
        ]
        before, after = texts
        if before == after or both.old_project is None or both.new_project is None:
            continue
        span = Span(path)
        if after is None:
            text = f"the policy file is gone, with {_rules(before)}"
            yield _policy(Kind.REMOVED, path, text, span, both.bundles, is_weaker=True)
        elif before is None:
            text = f"a new policy file, with {_rules(after)}"
            # What a package gets from a new file may also be an exception.
            yield _policy(Kind.ADDED, path, text, span, both.bundles, is_weaker=None)
        else:
            one, other = _rules(before), _rules(after)
            text = f"it has other rules: {one} before, {other} now"
            if one == other:
                text = f"the code changed; it has {other}, as before"
            is_weaker = False if _is_test(path, before, after) else _has_fewer(before, after)
            yield _policy(Kind.CHANGED, path, text, span, both.bundles, is_weaker=is_weaker)


def _policy(
    kind: Kind,
    name: str,
    text: str,
    span: Span,
    bundles: tuple[str, ...],
    *,
    is_weaker: bool | None,
) -> RuleChange:
    return RuleChange(RuleKind.POLICY, kind, name, text, span.path, span.line, bundles, is_weaker)


def _is_policy(view: View | None, path: str) -> bool:
    project = None if view is None else view.project
    if project is None or view is None or path not in view.snapshot.files:
        return False
    names = (each.name for each in project.policies if not each.name.startswith(BUILTIN))
    return any(path == name or path.startswith(f"{name.rstrip('/')}/") for name in names)


def _code(data: bytes | None) -> str | None:
    """Return the text of a policy without comments, and with one blank wherever there are some."""
    if data is None:
        return None
    text = data.decode("utf-8", "replace")
    without = _REGO_PIECE.sub(lambda found: found[1] or "", text)
    # Rules end with their lines: these must stay apart.
    lines = (" ".join(line.split()) for line in without.splitlines())
    return "\n".join(line for line in lines if line)


def _has_fewer(before: str, after: str) -> bool | None:
    """Tell whether rules were lost and none came in their place; None where nobody can tell.

    Two rules that were made one count as a loss: better once too often than once too seldom.
    """
    was, now = _numbers(before), _numbers(after)
    has_lost = any(now.get(name, 0) < number for name, number in was.items())
    return True if has_lost and not any(now[name] > was.get(name, 0) for name in now) else None


def _numbers(code: str | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in _REGO_RULE.finditer(code or ""):
        found[match[1]] = found.get(match[1], 0) + 1
    return found


def _rules(code: str | None) -> str:
    found = _numbers(code)
    texts = [counted(number, f"rule '{name}'") for name, number in sorted(found.items())]
    return " and ".join(texts).replace("'s ", "' ") or "no rule that refuses anything"


def _is_test(path: str, before: str, after: str) -> bool:
    return path.endswith("_test.rego") and not any(map(_REGO_RULE.search, (before, after)))


def _schema_list(both: Both) -> Iterator[RuleChange]:
    if both.old_project is None or both.new_project is None:
        return
    old, new = (
        {(each.match, each.schema): each.span for each in project.schemas}
        for project in (both.old_project, both.new_project)
    )
    for view, ours, others, kind in (
        (both.old, old, new, Kind.REMOVED),
        (both.new, new, old, Kind.ADDED),
    ):
        for (match, schema), span in ours.items():
            if (match, schema) in others:
                continue
            said = "no longer have to" if kind is Kind.REMOVED else "must now"
            yield RuleChange(
                RuleKind.SCHEMA,
                kind,
                match,
                f"documents {match} {said} satisfy {schema}",
                span.path,
                span.line,
                _bundles_with(both, view, [match]),
                kind is Kind.REMOVED,
            )


def _schema_files(both: Both) -> Iterator[RuleChange]:
    matches: dict[str, list[str]] = {}
    for project in (both.old_project, both.new_project):
        for each in () if project is None else project.schemas:
            matches.setdefault(each.schema, []).append(each.match)
    if not matches or both.old_project is None or both.new_project is None:
        return
    for path in sorted(both.paths):
        if path not in matches and not path.endswith(_SCHEMA_ENDINGS):
            continue
        before, after = (_schema(content(view, path), path) for view in (both.old, both.new))
        if path not in matches and (before is _MISSING or after is _MISSING):
            continue  # Nothing but what refers to it can tell what that means.
        change = _schema_change(path, before, after)
        if change is None:
            continue
        kind, text, is_weaker = change
        # A schema that no rule names may be a part of any of them.
        globs = matches.get(path) or [
            glob
            for name, globs in matches.items()
            if not name.startswith(BUILTIN)
            for glob in globs
        ]
        bundles = _bundles_with(both, both.new if kind is not Kind.REMOVED else both.old, globs)
        yield RuleChange(RuleKind.SCHEMA, kind, path, text, path, 1, bundles, is_weaker)


def _schema(data: bytes | None, path: str) -> Any:
    if data is None:
        return _MISSING
    root = parse_document(path, data)[0].root
    return _MISSING if root is None else plain_value(root)


def _schema_change(path: str, before: Any, after: Any) -> tuple[Kind, str, bool | None] | None:
    if before is _MISSING or after is _MISSING:
        if before is after:
            return None
        if after is _MISSING:
            return Kind.REMOVED, "the schema is gone, or cannot be read", True
        return Kind.ADDED, "a new schema", False
    if _plain(before) == _plain(after):
        return None
    if not all(_is_known_draft(each) for each in (before, after)):
        return Kind.CHANGED, "the schema changed; what it accepts cannot be compared", None
    # Proving loads a validator: only a schema that changed needs one.
    from gitconfig_tool.prompts.subsumption import subsumes

    wider, narrower = subsumes(after, before), subsumes(before, after)
    return Kind.CHANGED, *_compared(wider, narrower)


def _compared(wider: "Verdict", narrower: "Verdict") -> tuple[str, bool | None]:
    """Say what two verdicts mean: new within old, and old within new."""
    from gitconfig_tool.prompts.subsumption import Answer

    more = f"it accepts what it refused: {_gaps(wider)}"
    less = f"it refuses what it accepted: {_gaps(narrower)}"
    if wider.answer is Answer.NO:
        return (f"{more}; {less}" if narrower.answer is Answer.NO else more), True
    if wider.answer is Answer.YES:
        if narrower.answer is Answer.YES:
            return "it accepts the same values; what it says beside that changed", None
        return (less if narrower.answer is Answer.NO else "it accepts no more than before"), False
    if narrower.answer is Answer.NO:
        return f"{less}; whether it accepts more cannot be proved", None
    return "the schema changed; whether it accepts more or less cannot be proved", None


def _gaps(verdict: "Verdict") -> str:
    found = [_gap(each) for each in verdict.gaps if each.witness]
    more = f" and {len(found) - _MAX_GAPS} more" if len(found) > _MAX_GAPS else ""
    return "; ".join(found[:_MAX_GAPS]) + more


def _gap(gap: "Gap") -> str:
    """Say where one side accepts more: what is written there, and what the other side has."""
    where = format_pointer(gap.path) or "the document"
    if gap.keyword == "required":
        return f"{where} missing"
    if gap.keyword == "false":
        return f"any {where}"
    if gap.keyword == "enum" and isinstance(gap.inner, list):
        return f"{where} of {listed(map(_shown, gap.inner))}"
    return f"{where} with '{gap.keyword}' {_shown(gap.inner)} in place of {_shown(gap.outer)}"


def _shown(value: Any) -> str:
    from gitconfig_tool.prompts.subsumption import ABSENT

    if value is ABSENT:
        return "nothing"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _plain(value: Any, *, is_schema: bool = True) -> Any:
    """Return a schema without what it says to people alone; names of properties are kept."""
    if isinstance(value, Mapping):
        return {
            key: _plain(item, is_schema=not (is_schema and key in ("properties", "$defs")))
            for key, item in value.items()
            if not (is_schema and key in _WORDS)
        }
    if isinstance(value, list):
        return [_plain(item, is_schema=is_schema) for item in value]
    return (type(value).__name__, value) if isinstance(value, bool) else value


def _is_known_draft(schema: Any) -> bool:
    named = schema.get("$schema", _DRAFT) if isinstance(schema, Mapping) else _DRAFT
    return isinstance(schema, Mapping | bool) and str(named).rstrip("#") == _DRAFT


def _bundles_with(both: Both, view: View | None, matches: Iterable[str]) -> tuple[str, ...]:
    """Return the bundles with a document that a glob matches; reads no document."""
    if view is None:
        return ()
    globs = [Glob(each) for each in dict.fromkeys(matches)]
    known: dict[str, bool] = {}
    found = []
    for name in both.bundles:
        for each in view.document_ids(view.bundles[name]) if name in view.bundles else ():
            if each not in known:
                known[each] = any(glob.fullmatch(each) for glob in globs)
            if known[each]:
                found.append(name)
                break
    return tuple(found)
