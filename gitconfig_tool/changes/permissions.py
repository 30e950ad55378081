"""Who may read and who may change: recipients of secrets, isolation of tenants, code owners.

Takes both revisions; compares the lists of the project file, every `.sops.yaml` and `CODEOWNERS`
that changed. Who can open a SOPS file that is there already, `sealed` tells.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.changes.both import Both, content
from gitconfig_tool.changes.model import Kind, RuleChange, RuleKind
from gitconfig_tool.changes.wording import listed, paired_by_key
from gitconfig_tool.compiler.view import View
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import parse_document
from gitconfig_tool.project import RecipientRule
from gitconfig_tool.secrets import CONFIG_FILE, CreationRule, Names, find_same, read_config

# Where GitHub, GitLab and Gitea look for it.
_CODEOWNERS = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
_MAX_LINES = 20


@dataclass(frozen=True, slots=True)
class _Said:
    """A change of one rule: the sentence, and whether more is allowed now."""

    text: str
    is_weaker: bool | None


def changed_permissions(both: Both) -> Iterator[RuleChange]:
    """Yield the changes of who may read what, and of who agrees to a change."""
    if both.old_project is None or both.new_project is None:
        return
    yield from _allowed(both)
    yield from _isolation(both)
    for path in sorted(both.paths):
        if path == CONFIG_FILE or path.endswith(f"/{CONFIG_FILE}"):
            yield from _creation_rules(both, path)
        elif path in _CODEOWNERS:
            yield from _owners(both, path)


def _change(kind: Kind, name: str, said: _Said, span: Span) -> RuleChange:
    return RuleChange(
        RuleKind.PERMISSION, kind, name, said.text, span.path, span.line, (), said.is_weaker
    )


def _allowed(both: Both) -> Iterator[RuleChange]:
    """Compare `secrets.allow`; the first rule that matches decides, so the order counts."""
    old, new = (
        {} if project is None else _by_match(project.secrets.allow)
        for project in (both.old_project, both.new_project)
    )
    names = both.names
    for kind, match, was, now in paired_by_key(old, new):
        rule = now or was
        if rule is None:
            continue
        name = f"secrets.allow: {match}"
        if was is None:
            # Without any rule, every key of age and PGP passes; with some, no other file does.
            said = _Said(f"{match}: {_shown(rule.recipients, names)} may read it now", bool(old))
        elif now is None:
            said = _Said(f"{match}: no rule says who may read it any more", not new)
        else:
            found = tuple(_rule(match, was, now, names))
            for each in found:
                yield _change(kind, name, each, now.span)
            continue
        yield _change(kind, name, said, rule.span)
    if [each for each in old if each in new] != [each for each in new if each in old]:
        first = next(iter(new.values()))
        text = "the rules stand in another order, and the first one that matches decides"
        yield _change(Kind.CHANGED, "secrets.allow", _Said(text, None), first.span)


def _rule(match: str, was: RecipientRule, now: RecipientRule, names: Names) -> Iterator[_Said]:
    for what, before, after, when_added in (
        ("may read it now", was.recipients, now.recipients, True),
        ("must be able to read it now", was.require, now.require, False),
        ("must not read it now", was.never, now.never, False),
    ):
        gained, lost = _only_in(after, before), _only_in(before, after)
        if gained:
            yield _Said(f"{match}: {_shown(gained, names)} {what}", when_added)
        if lost:
            text = f"no longer said that {_shown(lost, names)} {what.removesuffix(' now')}"
            yield _Said(f"{match}: {text}", not when_added)


def _by_match(rules: Iterable[RecipientRule]) -> dict[str, RecipientRule]:
    found: dict[str, RecipientRule] = {}
    for each in rules:
        found.setdefault(each.match, each)
    return found


def _only_in(these: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = tuple(others)
    return tuple(each for each in these if find_same(each, known) is None)


def _shown(recipients: Iterable[str], names: Names) -> str:
    return listed(map(names.show, recipients))


def _isolation(both: Both) -> Iterator[RuleChange]:
    if both.old_project is None or both.new_project is None:
        return
    old, new = both.old_project.governance.isolation, both.new_project.governance.isolation
    span = Span("gitconfig.yaml")
    for each in old.dimensions:
        if each not in new.dimensions:
            said = _Said(f"two values of {each} may have a recipient in common now", True)
            yield _change(Kind.REMOVED, "isolation", said, span)
    for each in new.dimensions:
        if each not in old.dimensions:
            said = _Said(f"no two values of {each} may have a recipient in common now", False)
            yield _change(Kind.ADDED, "isolation", said, span)
    names = both.names
    gained, lost = sorted(new.shared - old.shared), sorted(old.shared - new.shared)
    if gained and old.dimensions:
        said = _Said(f"{_shown(gained, names)} may open the secrets of all of them now", True)
        yield _change(Kind.CHANGED, "isolation.shared", said, span)
    if lost and new.dimensions:
        said = _Said(f"{_shown(lost, names)} may open the secrets of one only", False)
        yield _change(Kind.CHANGED, "isolation.shared", said, span)


def _creation_rules(both: Both, path: str) -> Iterator[RuleChange]:
    """Compare the rules of a `.sops.yaml`: to whom sops encrypts each new file."""
    old, new = (_rules_at(view, path) for view in (both.old, both.new))
    if old is None or new is None:
        kind = Kind.CHANGED
        text = "it cannot be read as configuration of sops, so its rules cannot be compared"
        yield _change(kind, path, _Said(text, None), Span(path))
        return
    names = both.names
    for kind, regex, was, now in paired_by_key(old, new):
        rule = now or was
        if rule is None:
            continue
        what = f"new files {regex}" if regex else "all other new files"
        if was is None:
            said = _Said(f"{what} are encrypted to {_shown(rule.recipients, names)}", None)
        elif now is None:
            said = _Said(f"{what} have no rule of their own any more", None)
        else:
            for each in _recipients(what, was, now, names):
                yield _change(kind, path, each, Span(path, now.span.line))
            continue
        yield _change(kind, path, said, Span(path, rule.span.line))
    if [each for each in old if each in new] != [each for each in new if each in old]:
        text = "the rules stand in another order, and the first one that matches decides"
        yield _change(Kind.CHANGED, path, _Said(text, None), Span(path))


def _recipients(what: str, was: CreationRule, now: CreationRule, names: Names) -> Iterator[_Said]:
    gained, lost = (
        _only_in(now.recipients, was.recipients),
        _only_in(was.recipients, now.recipients),
    )
    if gained:
        yield _Said(f"{what} are encrypted to {_shown(gained, names)} as well", True)
    if lost:
        yield _Said(f"{what} are no longer encrypted to {_shown(lost, names)}", False)
    if not gained and not lost and (was.groups, was.threshold) != (now.groups, now.threshold):
        is_weaker = now.threshold < was.threshold if len(was.groups) == len(now.groups) else None
        text = (
            f"{what} are opened by {now.threshold} of {len(now.groups)} key groups, and were by "
            f"{was.threshold} of {len(was.groups)}"
        )
        yield _Said(text, is_weaker)
    if was.selection != now.selection:
        yield _Said(f"another part of {what} is encrypted", None)


def _rules_at(view: View | None, path: str) -> Mapping[str, CreationRule] | None:
    data = content(view, path)
    if data is None:
        return {}
    config, _ = read_config(parse_document(path, data)[0])
    if not config.is_sound:
        return None
    found: dict[str, CreationRule] = {}
    for rule in config.rules:
        found.setdefault(rule.path_regex, rule)
    return found


def _owners(both: Both, path: str) -> Iterator[RuleChange]:
    """Compare who must agree to a change; the last line that matches a file decides."""
    old, new = (_lines(content(view, path)) for view in (both.old, both.new))
    found = []
    for kind, pattern, was, now in paired_by_key(old, new):
        if was is None and now is not None:
            said = _Said(f"{pattern} needs the consent of {_any(now[1])}", None)
        elif now is None:
            said = _Said(f"nothing is said of {pattern} any more", None)
        elif was is not None and now[1] != was[1]:
            said = _Said(
                f"{pattern} needs the consent of {_any(now[1])}, and needed that of {_any(was[1])}",
                _is_easier(was[1], now[1]),
            )
        else:
            continue
        found.append(_change(kind, path, said, Span(path, (now or was or (1,))[0])))
    if [each for each in old if each in new] != [each for each in new if each in old]:
        text = "the lines stand in another order, and the last one that matches decides"
        found.append(_change(Kind.CHANGED, path, _Said(text, None), Span(path)))
    yield from found[:_MAX_LINES]
    if len(found) > _MAX_LINES:
        text = f"{len(found) - _MAX_LINES} more lines changed"
        yield _change(Kind.CHANGED, path, _Said(text, None), Span(path))


def _is_easier(was: tuple[str, ...], now: tuple[str, ...]) -> bool | None:
    """Tell whether consent is easier to get: one of the owners is enough."""
    if not now:
        return True
    if not was or set(now) < set(was):
        return False
    return True if set(was) < set(now) else None


def _any(owners: tuple[str, ...]) -> str:
    return " or ".join(owners) or "nobody"


def _lines(data: bytes | None) -> dict[str, tuple[int, tuple[str, ...]]]:
    found = {}
    for number, line in enumerate((data or b"").decode("utf-8", "replace").splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            found[words[0]] = (number, tuple(words[1:]))
    return found
