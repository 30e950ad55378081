"""All that `validate` checks of SOPS files, without a key: one place for every check.

Takes the project and the files of one snapshot; returns diagnostics. Each check is a function of
`secrets`; this module says what it is given. Merging, linking and schemas come elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.builtin import builtin_names, builtin_text
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.sops_files import (
    Asked,
    Configs,
    check_configs,
    everything,
    read_configs,
    read_promised,
)
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project import Project
from gitconfig_tool.secrets import (
    Names,
    check_demo_keys,
    check_recipients,
    demo_recipients,
    parse_sops_file,
)
from gitconfig_tool.secrets.allowed import rule_for
from gitconfig_tool.secrets.recipients import find_same

_EXAMPLE_NAME = "acme-llm"
_DEMO_KEYS = "demo-keys-public-not-secret/"


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The SOPS files of a bundle that was verified, by path; `name` is for messages."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)


def check_sealed(
    project: Project, files: ProjectFiles, asked: Asked | None = everything
) -> Iterator[Diagnostic]:
    """Check the SOPS files that were read so far, and those outside of all layers.

    `asked` tells which paths of the project are looked at besides; None: no others.
    """
    if asked is not None:
        read_promised(files, asked)
        yield from check_configs(project, files, asked)
    # Each check is loaded where it is asked for: who needs one does not wait for the others.
    from gitconfig_tool.secrets.replacing import check_rotations

    yield from _check_readers(project, files)
    yield from _check_tampering(project, files)
    yield from _check_types(project, files)
    yield from check_rotations(files.snapshot, files.sealed_files(), project.secrets)


def _check_tampering(project: Project, files: ProjectFiles) -> tuple[Diagnostic, ...]:
    """Compare the SOPS files that changed with what they were, see docs/tampering.md."""
    from gitconfig_tool.secrets.tampering import check_tampering

    sealed = [sops.path for _, sops in files.sealed_files()]
    names = Names(project.secrets.names)
    return check_tampering(files.snapshot, sealed, Announcements(project, files), names)


def check_signed(
    project: Project, files: ProjectFiles, signed: Iterable[SignedFiles]
) -> Iterator[Diagnostic]:
    """Compare the SOPS files with those of verified bundles; equal ones of several, once."""
    from gitconfig_tool.secrets.tampering import compare_with_sealed

    names, announced = Names(project.secrets.names), Announcements(project, files)
    done: set[tuple[str, bytes]] = set()
    for bundle in signed:
        new = {
            path: data
            for path, data in bundle.files.items()
            if path in files.snapshot.files and (path, data) not in done
        }
        done.update(new.items())
        now = {path: files.peek(path) for path in new}
        yield from compare_with_sealed(now, new, bundle.name, announced, names)


class Announcements:
    """What the project says of who reads a file: its own list, and `.sops.yaml`."""

    def __init__(self, project: Project, files: ProjectFiles) -> None:
        self._project = project
        self._files = files
        self._configs: Configs | None = None

    def __call__(self, path: str, recipient: str) -> bool | None:
        """Tell whether the project names a recipient for a file; None where it says nothing.

        False also where `.sops.yaml` says who reads the file: what differs from that is drift, and
        is reported as such, with or without a change.
        """
        if self._configs is None:  # Recipients seldom change: this is seldom asked.
            self._configs = read_configs(self._files)
        config = self._configs.for_path(path)
        rule = config.rule_for(path) if config is not None and config.is_sound else None
        if rule is not None:
            return False
        allow = rule_for(path, self._project.secrets.allow)
        return None if allow is None else find_same(recipient, allow.recipients) is not None


def _check_types(project: Project, files: ProjectFiles) -> Iterator[Diagnostic]:
    """Check the rules that give secrets a type, and the shape of the secrets that have one."""
    rules = project.secrets.types
    if not rules:
        return
    from gitconfig_tool.secrets.types import check_rules, check_shapes

    yield from check_rules(rules)
    for document, sops in files.sealed_files():
        if sops.format in ("yaml", "json"):
            root = files.parse(sops.path).root
        else:
            root = parse_sops_file(sops.path, files.peek(sops.path))[0].root
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
