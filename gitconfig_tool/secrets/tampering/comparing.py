"""Two versions of a SOPS file under one MAC: what differs that SOPS would have sealed anew.

SOPS writes a new MAC whenever it writes values; `sops updatekeys` alone keeps it, and then seals
the data key anew for every recipient. So whatever else differs was not written by SOPS. Pure: takes
two `Sealed`, returns diagnostics, and quotes no value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.secrets.model import METADATA_KEY
from gitconfig_tool.secrets.recipients import Names
from gitconfig_tool.secrets.tampering.reading import Comment, Sealed, is_encrypted
from gitconfig_tool.sops.values import MalformedValueError, encrypted_type

_EDIT = "make the change with sops: sops edit {path}; or take the file as it was: {restore}"
# `sops updatekeys` may write these as it seals anew.
_OF_UPDATEKEYS = ("shamir_threshold", "version")
_MAX_SHOWN = 80


def compare_contents(now: Sealed, then: Sealed, since: str, restore: str) -> Iterator[Diagnostic]:
    """Yield what differs between two versions with the same MAC, recipients left aside.

    `since` says which version `then` is, as in `in commit 0123`; `restore` is a command.
    """
    yield from _Values(now, then, since, restore).compare()
    yield from _comments(now, then, since)
    yield from _rules(now, then, since, restore)


def compare_clear_values(now: Sealed, then: Sealed, since: str) -> Iterator[Diagnostic]:
    """Yield the values in the clear that changed, of a file whose MAC leaves them out."""
    if now.mac_only_encrypted:
        yield from _Values(now, then, since, "", only_clear=True).compare()


class _Values:
    """A walk through two trees at once; below a difference it does not go on."""

    def __init__(
        self, now: Sealed, then: Sealed, since: str, restore: str, *, only_clear: bool = False
    ) -> None:
        self._now = now
        self._then = then
        self._since = since
        self._hint = _EDIT.format(path=now.path, restore=restore)
        self._only_clear = only_clear
        self._clear_is_outside = now.mac_only_encrypted

    def compare(self) -> Iterator[Diagnostic]:
        found = tuple(self._mapping(self._now.root, self._then.root, ()))
        yield from found
        if found or self._only_clear:
            return
        order, before = (
            tuple(pointer for pointer, _ in leaves(each.root)) for each in (self._now, self._then)
        )
        moved = next((one for one, other in zip(order, before, strict=True) if one != other), None)
        if moved is not None:
            yield self._odd(
                self._now.root.mark.in_file(self._now.path),
                f"expected the values in the order that the MAC seals, {self._since}; found "
                f"{moved or 'the root'} in another place",
            )

    def _nodes(self, now: Node, then: Node, path: Path) -> Iterator[Diagnostic]:
        if isinstance(now, MappingNode) and isinstance(then, MappingNode):
            yield from self._mapping(now, then, path)
        elif (
            isinstance(now, SequenceNode)
            and isinstance(then, SequenceNode)
            and len(now.items) == len(then.items)
        ):
            for index, (item, before) in enumerate(zip(now.items, then.items, strict=True)):
                yield from self._nodes(item, before, (*path, index))
        elif not _same(now, then):
            yield from self._differing(now, then, path)

    def _mapping(self, now: MappingNode, then: MappingNode, path: Path) -> Iterator[Diagnostic]:
        for key, entry in now.entries.items():
            if not path and key == METADATA_KEY:
                continue
            at = (*path, key)
            if key in then.entries:
                yield from self._nodes(entry.value, then.entries[key].value, at)
            else:
                yield from self._change(
                    entry.key_mark.in_file(self._now.path),
                    f"expected nothing at {format_pointer(at)}, as {self._since}; "
                    f"found {_described(entry.value)}",
                    entry.value,
                )
        for key, entry in then.entries.items():
            if key not in now.entries:
                yield from self._change(
                    now.mark.in_file(self._now.path),
                    f"expected {_described(entry.value)} at {format_pointer((*path, key))}, as "
                    f"{self._since}; found nothing",
                    entry.value,
                )

    def _differing(self, now: Node, then: Node, path: Path) -> Iterator[Diagnostic]:
        before, found = _described(then), _described(now)
        if before == found:
            before, found = f"{before} that it was", "another one"
        yield from self._change(
            now.mark.in_file(self._now.path),
            f"expected {before} at {format_pointer(path)}, as {self._since}; found {found}",
            now,
            then,
        )

    def _change(self, span: Span, message: str, *nodes: Node) -> Iterator[Diagnostic]:
        is_clear = all(_is_clear(node) for node in nodes)
        if is_clear and self._clear_is_outside:
            yield Diagnostic(
                "GCT431",
                message,
                _start(span),
                label="in the clear, and outside the MAC",
                hint="with mac_only_encrypted nothing proves who changed it: look at the change, "
                "or have sops write the file without that option",
                sensitive=True,
            )
        elif not self._only_clear:
            # A value in the clear is nobody's secret by SOPS's rules; it is not shown all the same.
            yield self._odd(span, message, sensitive=any(map(_has_clear_text, nodes)))

    def _odd(self, span: Span, message: str, *, sensitive: bool = False) -> Diagnostic:
        return Diagnostic(
            "GCT427",
            message,
            _start(span),
            label="changed under the same MAC",
            hint=self._hint,
            sensitive=sensitive,
        )


def _comments(now: Sealed, then: Sealed, since: str) -> Iterator[Diagnostic]:
    found, before = (
        Counter((comment.text, comment.above) for comment in each.comments) for each in (now, then)
    )
    added = [each for each in now.comments if (each.text, each.above) in found - before]
    gone = [each for each in then.comments if (each.text, each.above) in before - found]
    # A comment that stands above another key was moved, neither dropped nor added.
    missing = Counter(each.text for each in gone)
    for comment in added:
        if missing[comment.text]:
            missing[comment.text] -= 1
            yield _comment_changed(now, comment, f"each where it was {since}, found one moved")
        else:
            yield _comment_changed(now, comment, f"as {since}, found another one")
    for comment in gone:
        if missing[comment.text]:
            missing[comment.text] -= 1
            place = f"above '{comment.above}'" if comment.above else "at the end of the file"
            yield _comment_changed(now, None, f"as {since}, found none {place}")
    if not added and not gone:
        pairs = zip(now.comments, then.comments, strict=True)
        moved = next((one for one, other in pairs if one.text != other.text), None)
        if moved is not None:
            yield _comment_changed(now, moved, f"in the order {since}, found another order")


def _comment_changed(now: Sealed, comment: Comment | None, message: str) -> Diagnostic:
    line = comment.line if comment else 1
    return Diagnostic(
        "GCT428",
        f"expected the comments {message}",
        Span(now.path, line, 1, line, 1),
        label="not sealed by the MAC",
        hint="SOPS does not sign comments: look whether what they say is still true",
        # A comment that sops has not encrypted may hold what it should have.
        sensitive=comment is not None and not comment.text.startswith("#ENC["),
    )


def _rules(now: Sealed, then: Sealed, since: str, restore: str) -> Iterator[Diagnostic]:
    sealed_anew = is_sealed_anew(now, then)
    block = now.root.entries[METADATA_KEY].key_mark.in_file(now.path)
    for name in dict.fromkeys((*then.rules, *now.rules)):
        one, other = now.rules.get(name), then.rules.get(name)
        if one == other or (sealed_anew and name in _OF_UPDATEKEYS):
            continue
        yield Diagnostic(
            "GCT429",
            f"expected {_rule(name, other)}, as {since}; found {_rule(name, one)}",
            now.rule_spans.get(name, block),
            label="changed under the same MAC",
            hint="SOPS obeys these fields the next time that it writes the file, and may then "
            f"leave secrets in the clear; take the file as it was: {restore}",
        )


def _rule(name: str, text: str | None) -> str:
    if text is None:
        return f"no '{name}' in the 'sops' block"
    shown = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
    return f"'{name}: {shown}' in the 'sops' block"


def is_sealed_anew(now: Sealed, then: Sealed) -> bool:
    """Tell whether no seal of the data key was kept, as `sops updatekeys` and `rotate` do it."""
    kept = now.seals.keys() & then.seals.keys()
    return all(now.seals[name].text != then.seals[name].text for name in kept)


def compare_seals(
    now: Sealed,
    then: Sealed,
    since: str,
    restore: str,
    announced: Callable[[str], bool | None],
    names: Names,
) -> Iterator[Diagnostic]:
    """Yield recipients that came or went, and seals that somebody else than SOPS wrote.

    `announced` says of a recipient whether the project names it as one of this file; None where
    the project says nothing. One that it does not name is found by the check of recipients, with
    or without a change.
    """
    came = [name for name in now.seals if name not in then.seals]
    gone = [name for name in then.seals if name not in now.seals]
    block = now.root.entries[METADATA_KEY].key_mark.in_file(now.path)
    for name in came:
        if announced(name) is None:
            yield _unannounced(
                now.seals[name].span,
                f"expected the recipients {since}, or others that the project names for this file; "
                f"found {names.show(name)} added",
                "added",
                now.path,
            )
    for name in gone:
        if announced(name) is not False:
            yield _unannounced(
                block,
                f"expected the recipient {names.show(name)}, as {since}; found it removed",
                "a recipient was removed",
                now.path,
            )
    yield from _kept_seals(now, then, since, restore, bool(came or gone), names)


def _kept_seals(
    now: Sealed, then: Sealed, since: str, restore: str, changed: bool, names: Names
) -> Iterator[Diagnostic]:
    kept = [name for name in now.seals if name in then.seals]
    anew = [name for name in kept if now.seals[name].text != then.seals[name].text]
    regrouped = [name for name in kept if now.seals[name].group != then.seals[name].group]
    if now.mac != then.mac or (changed and len(anew) == len(kept)):
        return  # SOPS wrote the file: with a new data key, or by `sops updatekeys`.
    hint = (
        f"only SOPS can seal the data key: take the file as it was ({restore}), and change "
        f"recipients in .sops.yaml, then: sops updatekeys {now.path}"
    )
    if changed:
        yield Diagnostic(
            "GCT432",
            "expected the data key sealed anew for every recipient, as 'sops updatekeys' does it; "
            f"found the one kept that {names.show(_first(kept, anew))} had {since}",
            now.root.entries[METADATA_KEY].key_mark.in_file(now.path),
            label="recipients changed by hand",
            hint=hint,
        )
    elif len(anew) < len(kept) or not (regrouped or _threshold(now) != _threshold(then)):
        for name in anew:
            yield Diagnostic(
                "GCT432",
                f"expected the seal of {names.show(name)} as {since}, found another one under "
                "the same MAC",
                now.seals[name].span,
                label="may no longer open the file",
                hint=hint,
            )
    if regrouped and not anew:
        yield Diagnostic(
            "GCT432",
            f"expected {names.show(regrouped[0])} in its key group, as {since}; found it "
            "in another one with its seal kept",
            now.seals[regrouped[0]].span,
            label="key groups changed by hand",
            hint=hint,
        )


def _threshold(each: Sealed) -> str | None:
    return each.rules.get("shamir_threshold")


def _first(kept: list[str], anew: list[str]) -> str:
    return next(name for name in kept if name not in anew)


def _unannounced(span: Span, message: str, label: str, path: str) -> Diagnostic:
    return Diagnostic(
        "GCT430",
        message,
        _start(span),
        label=label,
        hint="say who reads this file in .sops.yaml and under secrets.allow in gitconfig.yaml, in "
        f"the same commit, then: sops updatekeys {path}",
    )


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[str, ScalarNode]]:
    """Yield the values that the MAC covers, in its order: all but nulls and empty strings."""
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            if path or key != METADATA_KEY:
                yield from leaves(entry.value, (*path, key))
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from leaves(item, (*path, index))
    elif node.value not in (None, ""):
        yield format_pointer(path), node


def _same(now: Node, then: Node) -> bool:
    return (
        isinstance(now, ScalarNode)
        and isinstance(then, ScalarNode)
        and now.value == then.value
        and type(now.value) is type(then.value)
    )


def _described(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping" if node.entries else "an empty mapping"
    if isinstance(node, SequenceNode):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    if node.value is None:
        return "null"
    if node.value == "":
        return "an empty string"
    if not is_encrypted(node):
        return f"a value in the clear ({type(node.value).__name__})"
    try:
        return f"an encrypted value ({encrypted_type(str(node.value))})"
    except MalformedValueError:
        return "a damaged encrypted value"


def _is_clear(node: Node) -> bool:
    """Tell whether a subtree holds values in the clear and no other."""
    found = [leaf for _, leaf in leaves(node, ("",))]
    return bool(found) and not any(map(is_encrypted, found))


def _has_clear_text(node: Node) -> bool:
    return any(not is_encrypted(leaf) for _, leaf in leaves(node, ("",)))


def _start(span: Span) -> Span:
    """Return the begin of a place: a frame must not underline, and so measure, a value."""
    return Span(span.path, span.line, span.column, span.line, span.column)


def sorted_by_place(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics as a reader goes through the file."""
    return tuple(sorted(found, key=lambda each: (each.span or Span(""), each.code, each.message)))
