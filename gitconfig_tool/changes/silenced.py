"""Problems that are no longer reported, or are again: in the project file, and in comments.

Takes both revisions; reads comments in the files that changed and in no other.
"""

from collections import Counter
from collections.abc import Iterator

from gitconfig_tool.changes.both import Both, content, moved_paths
from gitconfig_tool.changes.model import Kind, RuleChange, RuleKind
from gitconfig_tool.changes.wording import paired_by_key
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import RULES, Span
from gitconfig_tool.document import parse_document
from gitconfig_tool.project import Project
from gitconfig_tool.project.silencing import Ignore
from gitconfig_tool.suppress import MARKER
from gitconfig_tool.suppress.comments import rego_comments, yaml_comments
from gitconfig_tool.suppress.directives import Directive, read_comment

_MARKER = MARKER.encode()
_YAML = (".yaml", ".yml")


def changed_silencing(both: Both) -> Iterator[RuleChange]:
    """Yield what is silenced now and was not, and the other way round."""
    old, new = both.old_project, both.new_project
    if old is not None and new is not None:
        yield from _ignored(both)
        for kind, code, was, now in paired_by_key(
            dict(old.silencing.allow), dict(new.silencing.allow)
        ):
            span = now or was
            if span is not None and kind is not Kind.CHANGED:
                said = "may be silenced now" if now else "may not be silenced any more"
                text = f"{_named(code)}, which guards secrets or bundles, {said}"
                yield _change(kind, f"diagnostics.allow: {code}", text, span, both.bundles)
    for path in sorted(both.paths - moved_paths(both)):
        yield from _comments(both, path)


def _ignored(both: Both) -> Iterator[RuleChange]:
    old, new = (_by_place(project) for project in (both.old_project, both.new_project))
    for ours, others, kind in ((new, old, Kind.ADDED), (old, new, Kind.REMOVED)):
        for (code, match), each in ours.items():
            if (code, match) in others:
                continue
            said = "is not reported" if kind is Kind.ADDED else "is reported again"
            reason = f": {each.reason}" if kind is Kind.ADDED else ""
            text = f"{_named(code)} {said} in {match}{reason}"
            yield _change(kind, f"diagnostics.ignore: {code}", text, each.span, both.bundles)


def _by_place(project: Project | None) -> dict[tuple[str, str], Ignore]:
    every = () if project is None else project.silencing.ignore
    return {(each.code, each.match): each for each in every}


def _comments(both: Both, path: str) -> Iterator[RuleChange]:
    """Yield the codes that comments of one file silence; where in the file does not matter."""
    old, new = (_directives(view, path) for view in (both.old, both.new))
    if not old and not new:
        return
    was, now = Counter(each.code for each in old), Counter(each.code for each in new)
    for code in sorted({*was, *now}):
        if was[code] == now[code]:
            continue
        is_more = now[code] > was[code]
        # The last comment of that code shows what is meant well enough.
        place = [each for each in (new if is_more else old) if each.code == code][-1]
        said = "silenced" if is_more else "no longer silenced"
        times = abs(now[code] - was[code])
        where = "in one place" if times == 1 else f"in {times} places"
        reason = f": {place.reason}" if is_more and place.reason else ""
        kind = Kind.ADDED if is_more else Kind.REMOVED
        text = f"{_named(code)} is {said} {where} of {path}{reason}"
        yield _change(kind, path, text, place.span, ())


def _directives(view: View | None, path: str) -> list[Directive]:
    if not path.endswith((*_YAML, ".rego")):
        return []
    data = content(view, path)
    if data is None or _MARKER not in data:
        return []
    text = data.decode("utf-8", "replace")
    if path.endswith(".rego"):
        comments = rego_comments(text)
    else:
        comments = yaml_comments(text, parse_document(path, data)[0].root)
    found = (each for comment in comments for each in read_comment(comment, path, sealed=False))
    return [each for each in found if isinstance(each, Directive)]


def _named(code: str) -> str:
    return f"{code} ({RULES[code].name})" if code in RULES else code


def _change(kind: Kind, name: str, text: str, span: Span, bundles: tuple[str, ...]) -> RuleChange:
    is_weaker = kind is Kind.ADDED
    return RuleChange(
        RuleKind.SILENCING, kind, name, text, span.path, span.line, bundles, is_weaker
    )
