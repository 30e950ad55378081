"""`gitconfig-tool schema export`: JSON Schemas and settings for editors."""

import json
import os
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.loading import rev_option
from gitconfig_tool.cli.schema.exporting import exported
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.disk import LinkError, folder_of, make_folders, read_in, write_beside
from gitconfig_tool.errors import ExitCode, GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.schema.associations import Association

# Begins with a dot, so that no layer has it.
FOLDER = ".gitconfig-tool/schemas"
SETTINGS = "vscode-settings.json"
VSCODE = ".vscode/settings.json"


class ExportError(GitConfigError):
    """A schema or the settings could not be written."""


@click.command("export")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Write to DIR.  [default: {FOLDER} in the project]",
)
@click.option(
    "--vscode", is_flag=True, help="Write the settings into .vscode/settings.json as well."
)
@click.option("--stdout", "name", metavar="NAME", help="Print one schema and write nothing.")
@rev_option
@click.pass_context
def command(
    ctx: click.Context, folder: Path | None, vscode: bool, name: str | None, rev: str | None
) -> int:
    """Write JSON Schemas of documents, gitconfig.yaml and prompts, with settings for editors.

    The YAML language server, which VS Code and most other editors use, then completes and checks
    while you type. Layers may be partial and values may stand behind our tags. The settings are in
    vscode-settings.json beside the schemas. The same project gives the same bytes.

    \b
    Examples:
      gitconfig-tool schema export --vscode
      gitconfig-tool schema export -o build/schemas
      gitconfig-tool schema export --stdout model-config
    """
    settings: Settings = ctx.obj
    if name is not None and (folder is not None or vscode):
        raise click.UsageError("--stdout prints one schema and writes nothing: leave out the rest")
    found = exported(settings, rev, ctx)
    if found is None:
        return int(ExitCode.PROBLEMS)
    repository, prefix, each_schema = found
    if name is not None:
        click.echo(_text(_named(each_schema, name).content), nl=False)
        return int(ExitCode.OK)
    if repository.is_bare and (folder is None or vscode):
        raise click.UsageError("there is no work tree to write to: name a folder with -o DIR")
    _write(each_schema, repository.root, prefix, folder, vscode=vscode, settings=settings)
    return int(ExitCode.OK)


def _write(
    each_schema: "tuple[Association, ...]",
    root: Path,
    prefix: str,
    folder: Path | None,
    *,
    vscode: bool,
    settings: Settings,
) -> None:
    from gitconfig_tool.report.tables import count
    from gitconfig_tool.schema.editor_settings import editor_settings

    # Editors open the repository, whose root is above the project by its prefix.
    workspace = root.resolve()
    for _ in prefix.split("/")[:-1]:
        workspace = workspace.parent
    if folder is None:
        base, below = root, f"{FOLDER}/"
    else:
        base, below = folder, ""
    target = base / below
    at = os.path.relpath(target.resolve(), workspace).replace(os.sep, "/")
    content = editor_settings(each_schema, at, prefix=prefix)
    try:
        base.mkdir(parents=True, exist_ok=True)
        for each in each_schema:
            _put(base, below + each.file_name, _text(each.content))
        _put(base, below + SETTINGS, _text(content))
        if vscode:
            _merge(workspace, content)
    except LinkError as error:
        raise ExportError(
            f"expected folders and files below {workspace if vscode else base}, found a link",
            hint="put the folder itself there, or name another one with -o DIR",
        ) from error
    except OSError as error:
        raise ExportError(
            f"expected to write {error.filename or target}, found: {error.strerror or error}",
            hint="check that the folder may be written",
        ) from error
    if settings.verbosity >= 0:
        shown = _from_here(target)
        click.echo(f"wrote {count(len(each_schema), 'schema')} to {shown}", err=True)
        if vscode:
            click.echo(f"wrote {_from_here(workspace / VSCODE)}", err=True)
        else:
            click.echo(f"settings for VS Code: {shown / SETTINGS}, or use --vscode", err=True)


def _from_here(path: Path) -> Path:
    """Return a path as it is named from where the user is; whole where it lies elsewhere."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path


def _put(base: Path, path: str, text: str) -> None:
    """Write a file below a folder in one step, without following a link."""
    make_folders(base, path)
    with folder_of(base, path) as (folder, name):
        try:
            before = read_in(folder, name)
        except FileNotFoundError:
            before = None
        if before != text.encode():
            temporary = write_beside(folder, name, before, text.encode())
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _merge(workspace: Path, content: dict[str, Any]) -> None:
    """Put settings into VS Code's file, which may have others; those of one name are replaced."""
    known: Any = {}
    with suppress(FileNotFoundError), folder_of(workspace, VSCODE) as (folder, name):
        try:
            known = json.loads(read_in(folder, name))
        except ValueError as error:
            raise ExportError(
                f"expected plain JSON in {VSCODE}, found something else, such as a comment",
                hint=f"copy the settings from {SETTINGS} by hand; the schemas are written",
            ) from error
    if not isinstance(known, dict):
        raise ExportError(
            f"expected an object in {VSCODE}, found another value",
            hint="correct the file, or remove it",
        )
    _put(workspace, VSCODE, _text({**known, **content}))


def _named(each_schema: "tuple[Association, ...]", name: str) -> "Association":
    names = [each.name for each in each_schema]
    for each in each_schema:
        if name in (each.name, each.file_name, each.source):
            return each
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names)}"
    raise click.UsageError(f"expected the name of a schema, found '{name}': {hint}")


def _text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
