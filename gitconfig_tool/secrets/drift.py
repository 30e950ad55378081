"""What a SOPS file is, compared with what `.sops.yaml` says it should be.

Takes a file and the configuration that is for it; returns diagnostics with the command that mends
each. Needs no key. Does not say who may read a file: that is the project's own list (`allowed`).
"""

import shlex
from collections.abc import Iterator

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.secrets.config import CreationRule, SopsConfig
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.recipients import Names, find_same

Groups = tuple[tuple[str, ...], ...]


def check_drift(sops: SopsDocument, config: SopsConfig, names: Names) -> Iterator[Diagnostic]:
    """Compare the recipients and key groups of a file with the first rule that matches it.

    Says nothing where a rule cannot be read, which is reported: it might be the one that matches.
    """
    if not config.is_sound or not config.rules:
        return
    rule = config.rule_for(sops.path)
    if rule is None:
        yield Diagnostic(
            "GCT419",
            f"expected a creation rule for this file in {config.path}, found none that matches",
            sops.block_span or Span(sops.path),
            hint="add one, or the next 'sops updatekeys' fails, and nothing tells who should be "
            "able to open the file",
        )
        return
    missing = [each for each in rule.recipients if find_same(each, sops.recipients) is None]
    surplus = [each for each in sops.recipients if find_same(each, rule.recipients) is None]
    said = (Note(f"rule {rule.number} of {config.path} is the first that matches", rule.span),)
    hint = f"run, where gitconfig.yaml lies: {update_command(sops.path, config)}"
    for each in missing:
        yield Diagnostic(
            "GCT412",
            f"expected {names.show(each)} among the recipients, found it is missing",
            sops.block_span or Span(sops.path),
            "lacks a recipient",
            said,
            hint,
        )
    for each in surplus:
        yield Diagnostic(
            "GCT412",
            f"expected only recipients of rule {rule.number} of {config.path}, "
            f"found {names.show(each)}",
            sops.recipient_spans.get(each),
            "can open the file all the same",
            said,
            f"{hint}; who could open the file may have read it: replace its secrets",
        )
    if not missing and not surplus and not _same_groups(sops, rule):
        yield Diagnostic(
            "GCT413",
            f"expected {describe(rule.groups, rule.threshold, names)}, "
            f"found {describe(sops.groups, sops.threshold, names)}",
            sops.block_span or Span(sops.path),
            "other key groups",
            said,
            hint,
        )


def update_command(path: str, config: SopsConfig) -> str:
    """Return the command that gives a file the recipients of its rule.

    SOPS looks for its configuration from the working directory upwards, not from the file.
    """
    chosen = ["--config", config.path] if config.folder else []
    return shlex.join(["sops", *chosen, "updatekeys", path])


def describe(groups: Groups, threshold: int, names: Names) -> str:
    """Say who can open a file: `any one of A, B and any one of C`."""
    each = [
        names.show(group[0])
        if len(group) == 1
        else f"any one of {', '.join(map(names.show, group))}"
        for group in groups
    ]
    if len(each) <= 1:
        return each[0] if each else "nobody"
    if threshold >= len(each):
        return " and ".join(each)
    return f"{threshold} of {len(each)} groups: {'; '.join(each)}"


def _same_groups(sops: SopsDocument, rule: CreationRule) -> bool:
    if len(sops.groups) != len(rule.groups):
        return False
    if len(rule.groups) > 1 and sops.threshold != rule.threshold:
        return False
    return all(
        all(find_same(each, theirs) for each in ours)
        and all(find_same(each, ours) for each in theirs)
        for ours, theirs in zip(sops.groups, rule.groups, strict=True)
    )
