"""Who may, must and must never open a SOPS file, by the project's own list.

Takes a file and the rules of `secrets.allow`; returns diagnostics. Contacts nobody: that is the
danger of the kinds that carry an address, which are therefore refused unless they are allowed.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from gitconfig_tool.artifact.vocabulary import LOCAL_KINDS
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import RecipientRule
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.recipients import Names, find_same


def check_recipients(
    sops: SopsDocument, rules: Sequence[RecipientRule], names: Names
) -> tuple[Diagnostic, ...]:
    """Check who can open a file against the project's list.

    The first rule whose glob matches the file's path decides, and a file that none matches may have
    no recipient at all. With an empty list, `age` and `pgp` pass, and the kinds that make the
    fetcher contact an address do not.
    """
    refused = [problem for _, problem in refused_recipients(sops, rules, names)]
    rule = rule_for(sops.path, rules)
    if rule is not None:
        for required in rule.require:
            refused += _required(sops, rule, required, names)
    return tuple(refused)


def refused_recipients(
    sops: SopsDocument, rules: Sequence[RecipientRule], names: Names
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield each recipient that may not open a file, and what to say of it."""
    rule = rule_for(sops.path, rules)
    if rule is not None:
        yield from _by_rule(sops, rule, names)
        return
    for recipient in sops.recipients:
        if rules:
            expected = "expected a rule for this file in the allow list"
            yield recipient, _refused(sops, recipient, expected, (), names)
        elif recipient.partition(":")[0] not in LOCAL_KINDS:
            expected = "expected an age or pgp recipient"
            yield recipient, _refused(sops, recipient, expected, (), names)


def rule_for(path: str, rules: Sequence[RecipientRule]) -> RecipientRule | None:
    """Return the rule that decides who may open a file: the first whose glob matches its path."""
    return next((rule for rule in rules if Glob(rule.match).fullmatch(path)), None)


def allowed_for(path: str, rules: Sequence[RecipientRule]) -> frozenset[str]:
    """Return the recipients that a rule allows for a file; none where no rule is for it."""
    rule = rule_for(path, rules)
    if rule is None:
        return frozenset()
    return frozenset(each for each in rule.recipients if find_same(each, rule.never) is None)


def _by_rule(
    sops: SopsDocument, rule: RecipientRule, names: Names
) -> Iterator[tuple[str, Diagnostic]]:
    for recipient in sops.recipients:
        if find_same(recipient, rule.never) is not None:
            found = Diagnostic(
                "GCT415",
                f"expected no file of '{rule.match}' to be encrypted to {names.show(recipient)}, "
                "found this one is",
                sops.recipient_spans.get(recipient),
                "can open the file",
                (Note("'never' says so", rule.span),),
                _TAKE_OUT,
            )
            yield recipient, found
        elif find_same(recipient, rule.recipients) is None:
            expected = f"expected a recipient allowed for '{rule.match}'"
            may = rule.recipients
            yield recipient, _refused(sops, recipient, expected, may, names, rule.span)


_TAKE_OUT = (
    "take it out of .sops.yaml and run 'sops updatekeys' on the file; whoever holds its key may "
    "have read the secrets: replace them"
)


def _required(
    sops: SopsDocument, rule: RecipientRule, required: str, names: Names
) -> Iterator[Diagnostic]:
    """A required recipient must be able to open the file: with key groups, by itself."""
    holds = sum(find_same(required, group) is not None for group in sops.groups)
    holds = holds or int(find_same(required, sops.recipients) is not None)
    if holds and (not sops.needs_all_of_several or holds >= sops.threshold):
        return
    shown = names.show(required)
    if holds:
        found = f"found it in {holds} of {len(sops.groups)} key groups, of which it takes "
        found += f"{sops.threshold}"
        hint = f"put it into {sops.threshold} groups in .sops.yaml, or lower shamir_threshold, "
        hint += "and encrypt the file anew"
    else:
        found = "found it is no recipient"
        hint = "add it to the rule of this file in .sops.yaml, and run 'sops updatekeys' on the "
        hint += "file"
    yield Diagnostic(
        "GCT414",
        f"expected {shown} to be able to open every file of '{rule.match}', {found}",
        sops.block_span or Span(sops.path),
        "lacks a required recipient",
        (Note("'require' says so", rule.span),),
        hint,
    )


def _refused(
    sops: SopsDocument,
    recipient: str,
    expected: str,
    allowed: tuple[str, ...],
    names: Names,
    rule: Span | None = None,
) -> Diagnostic:
    near = get_close_matches(recipient, allowed, n=1, cutoff=0.8)
    hint = (
        "run 'sops updatekeys' with the recipients that belong there, "
        "or allow this one under secrets.allow in gitconfig.yaml"
    )
    if recipient.partition(":")[0] not in LOCAL_KINDS:
        hint += "; a fetcher contacts the address that such a recipient names"
    return Diagnostic(
        "GCT405",
        f"{expected}, found {names.show(recipient)}",
        sops.recipient_spans.get(recipient),
        "not allowed",
        (Note("the rule that decides", rule),) if rule else (),
        f"did you mean {names.show(near[0])}? Otherwise {hint}" if near else hint,
    )
