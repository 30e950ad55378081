"""The SOPS files of a project, in a layer or not, and the `.sops.yaml` that is for each.

Takes the files of one snapshot; returns SOPS files and diagnostics. Knows which file is asked what;
the checks themselves are functions of `secrets`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import parse_document
from gitconfig_tool.project import BoundLayer, Project
from gitconfig_tool.secrets import (
    CONFIG_FILE,
    Names,
    SopsConfig,
    SopsDocument,
    check_clear,
    check_drift,
    format_of,
    is_meant,
    is_sops_path,
    parse_sops_file,
    read_config,
)

Asked = Callable[[str], bool]


def everything(path: str) -> bool:
    """Ask for every path."""
    return True


def find_sops_files(
    files: ProjectFiles, layers: Mapping[str, BoundLayer], asked: Asked
) -> Mapping[str, SopsDocument]:
    """Read every SOPS file of the project that is asked for, whatever its name; by path.

    Of `layers`, only the SOPS files are read.
    """
    for layer in layers.values():
        for document, path in files.layer_paths(layer).items():
            if asked(path) and files.looks_sealed(path):
                files.layer_file(document, path)
    found = {}
    for path in files.snapshot.files:
        if asked(path) and files.looks_sealed(path):
            sops = files.read_sealed(path)
            if sops is not None:
                found[path] = sops
    return found


def read_promised(files: ProjectFiles, asked: Asked) -> None:
    """Read the files outside of all layers whose name promises SOPS content."""
    for path in files.snapshot.files:
        if is_sops_path(path) and asked(path):
            files.read_sealed(path)


@dataclass(frozen=True, slots=True)
class Configs:
    """Every `.sops.yaml` of a project, by its folder; the one above it stands for its top."""

    by_folder: Mapping[str, SopsConfig]
    diagnostics: tuple[Diagnostic, ...]

    def for_path(self, path: str) -> SopsConfig | None:
        """Return the nearest one upwards from a file."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            found = self.by_folder.get(f"{folder}/" if folder else "")
            if found is not None:
                return found
        return None


def read_configs(files: ProjectFiles) -> Configs:
    """Read every `.sops.yaml` of the project, and the nearest one above it."""
    found = {}
    diagnostics: list[Diagnostic] = []
    for path in files.snapshot.files:
        if path != CONFIG_FILE and not path.endswith(f"/{CONFIG_FILE}"):
            continue
        before = files.is_broken(path)
        config, problems = read_config(files.parse(path))
        diagnostics += problems
        if not before and not files.is_broken(path):
            found[config.folder] = config
    above = files.snapshot.above(CONFIG_FILE)
    # The project's own one comes first, also where it cannot be read.
    if above is not None and CONFIG_FILE not in files.snapshot.files:
        document, problems = parse_document(*above)
        folders = files.snapshot.prefix.split("/")[:-1]
        within = "/".join(folders[-document.path.count("/") :]) + "/"
        config, odd = read_config(document, within)
        diagnostics += (*problems, *odd)
        if document.root is not None:
            found[config.folder] = config
    return Configs(found, tuple(diagnostics))


def check_configs(project: Project, files: ProjectFiles, asked: Asked) -> Iterator[Diagnostic]:
    """Hold every file that was read, and every one in the clear, against its `.sops.yaml`."""
    configs = read_configs(files)
    yield from (each for each in configs.diagnostics if each.span is None or asked(each.span.path))
    if not configs.by_folder:
        return
    names = Names(project.secrets.names)
    sealed = {sops.path: sops for _, sops in files.sealed_files()}
    for path, sops in sealed.items():
        config = configs.for_path(path)
        if config is not None and asked(path):
            yield from check_drift(sops, config, names)
    for path in files.snapshot.files:
        if path in sealed or is_sops_path(path) or not asked(path):
            continue
        config = configs.for_path(path)
        rule = None if config is None or not config.is_sound else is_meant(path, config)
        if config is None or rule is None or _is_ours(path, project):
            continue
        if files.looks_sealed(path) and files.read_sealed(path) is not None:
            continue
        data = files.peek(path)
        if format_of(path) in ("yaml", "json"):
            # What a file in the clear that is no document looks like is not our concern.
            document, _ = parse_document(path, data, sensitive=True)
        else:
            document, _ = parse_sops_file(path, data)
        yield from check_clear(document, rule, config)


def _is_ours(path: str, project: Project) -> bool:
    """Tell whether a file says how the project is read: nobody encrypts a prompt or a schema."""
    folders = (project.llm.prompts.folder, *(policy.name for policy in project.policies))
    named = {each.schema for each in project.schemas}
    return path in named or any(path.startswith(f"{each.rstrip('/')}/") for each in folders)
