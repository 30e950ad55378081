"""All that `validate` checks of SOPS files, without a key: one place for every check.

Takes the project and the files of one snapshot; returns diagnostics. Each check is a function of
`secrets`; this module says what it is given. Merging, linking and schemas come elsewhere.
"""

import time
from collections.abc import Iterator

from gitconfig_tool.builtin import builtin_names, builtin_text
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.sops_files import Asked, check_configs, everything, read_promised
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import Project
from gitconfig_tool.secrets import Names, check_demo_keys, check_recipients, demo_recipients
from gitconfig_tool.secrets.replacing import check_rotations
from gitconfig_tool.secrets.tampering import check_tampering
from gitconfig_tool.secrets.types import check_rules, check_shapes

_EXAMPLE_NAME = "acme-llm"
_DEMO_KEYS = "demo-keys-public-not-secret/"


def check_sealed(
    project: Project, files: ProjectFiles, asked: Asked | None = everything
) -> Iterator[Diagnostic]:
    """Check the SOPS files that were read so far, and those outside of all layers.

    `asked` tells which paths of the project are looked at besides; None: no others.
    """
    if asked is not None:
        read_promised(files, asked)
        yield from check_configs(project, files, asked)
    yield from _check_readers(project, files)
    yield from _check_tampering(project, files)
    yield from _check_types(project, files)
    yield from check_rotations(
        files.snapshot, files.sealed_files(), project.secrets, int(time.time())
    )


def _check_tampering(project: Project, files: ProjectFiles) -> Iterator[Diagnostic]:
    """Compare the SOPS files that changed with what they were, see docs/tampering.md."""
    sealed = [sops.path for _, sops in files.sealed_files()]
    names = {recipient: name for name, recipient in project.secrets.names.items()}
    yield from check_tampering(
        files.snapshot, sealed, lambda path, who: is_announced(project, path, who), names
    )


def is_announced(project: Project, path: str, recipient: str) -> bool | None:
    """Tell whether the project names a recipient for a file; None where it says nothing."""
    for rule in project.secrets.allow:
        if Glob(rule.match).fullmatch(path):
            return recipient in rule.recipients
    return None


def _check_types(project: Project, files: ProjectFiles) -> Iterator[Diagnostic]:
    """Check the rules that give secrets a type, and the shape of the secrets that have one."""
    rules = project.secrets.types
    yield from check_rules(rules)
    for document, sops in files.sealed_files() if rules else ():
        is_tree = sops.format in ("yaml", "json")
        root = files.parse(sops.path).root if is_tree else None
        yield from check_shapes(sops, document, rules, root)


def _check_readers(project: Project, files: ProjectFiles) -> Iterator[Diagnostic]:
    """Check who may read the SOPS files that the layers have given so far."""
    encrypted = {sops.path: sops for _, sops in files.sealed_files()}.values()
    if not encrypted:
        return  # The example's keys need not be looked up.
    names = Names(project.secrets.names)
    # A team that starts from the example renames it, and is told from then on.
    is_example = project.name == _EXAMPLE_NAME and any(
        path.startswith(_DEMO_KEYS) for path in files.snapshot.files
    )
    demo = frozenset() if is_example else _demo_recipients()
    for sops in encrypted:
        yield from check_recipients(sops, project.secrets.allow, names)
        yield from check_demo_keys(sops, demo)


def _demo_recipients() -> frozenset[str]:
    texts = [
        builtin_text("example-repo", name) or ""
        for name in builtin_names("example-repo")
        if name.startswith(_DEMO_KEYS) and name.endswith(".txt")
    ]
    return frozenset(recipient for text in texts for recipient in demo_recipients(text))
