"""`gitconfig-tool prompts import`: prompts of other formats to prompt files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.ending import show_error
from gitconfig_tool.cli.output import echo_report, format_option, output_width, say
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.prompts.exchange.planning import Planned

# gitconfig_tool/prompts/exchange/formats.py has the table; --help must not import it.
READABLE = ("github", "prompty", "dotprompt", "litellm", "langfuse", "langchain", "openai")


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--id", "prompt_id", metavar="ID", help="The prompt's id; else the source's name.")
@click.option(
    "--version", "version", metavar="VERSION", help="Its version; else the source's, else 1.0.0."
)
@click.option(
    "--from",
    "form",
    type=click.Choice(READABLE),
    help="The format; else it is recognised, which may be impossible.",
)
@click.option("--dry-run", is_flag=True, help="Print the prompt files; write nothing.")
@format_option
@click.pass_obj
def command(
    settings: Settings,
    files: Sequence[str],
    prompt_id: str | None,
    version: str | None,
    form: str | None,
    dry_run: bool,
    output: str,
) -> int:
    """Import prompts of other formats as prompts/ID/VERSION.prompt.yaml.

    Reads GitHub .prompt.yml, Prompty (1 and 2), dotprompt (its simple part), LiteLLM .prompt,
    Langfuse JSON, LangChain YAML and JSON, and OpenAI stored prompts. Lists what could not be
    carried over, each field with the reason. What would render to another text is an error. Nothing
    is written over; of several files, all are imported or none. FILE is relative to -C.

    \b
    Examples:
      gitconfig-tool prompts import summarizer.prompt.yml
      gitconfig-tool prompts import --from langfuse --id faq --dry-run export.json
      gitconfig-tool prompts import old/*.prompty
    """
    from gitconfig_tool.prompts.exchange.model import ExchangeError
    from gitconfig_tool.prompts.exchange.placing import write_new
    from gitconfig_tool.prompts.exchange.planning import check_names, plan
    from gitconfig_tool.source import open_project

    if len(files) > 1 and (prompt_id or version):
        raise click.UsageError("--id and --version are for one FILE, found several")
    wrong = check_names(prompt_id, version)
    if wrong:
        raise click.UsageError(wrong)
    repository = open_project(settings.directory, settings.project)
    folder = _folder(settings)
    planned: list[Planned] = []
    failed = False
    for file in files:
        try:
            data = _read(settings.directory, file)
            new = plan(file, data, folder, prompt_id, version, form)
            _check_free(repository.root, new, planned)
            planned.append(new)
        except ExchangeError as error:
            show_error(error)
            failed = True
    if failed:
        if len(files) > 1:
            click.echo("nothing was written", err=True)
        return ExitCode.WORLD
    if not dry_run:
        write_new(repository.root, {each.path: each.text for each in planned})
    if output == "json":
        prompts = [_json(each) for each in planned]
        echo_report("PromptImport", {"written": not dry_run, "prompts": prompts})
        return ExitCode.OK
    for index, each in enumerate(planned):
        if index:
            click.echo()
        _show(each, dry_run=dry_run)
    if not dry_run:
        say(settings, "next: gitconfig-tool validate", always=True)
    return ExitCode.OK


def _folder(settings: Settings) -> str:
    """Return the project's folder of prompts."""
    from gitconfig_tool.cli.loading import open_snapshot
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.inputs import read_project_file
    from gitconfig_tool.prompts.exchange.model import ExchangeError

    repository, snapshot = open_snapshot(settings, None)
    if repository.is_bare:
        raise ExchangeError(
            "expected a work tree to write into, found a bare repository", hint="use a clone"
        )
    project, _ = read_project_file(ProjectFiles(snapshot))
    if project is None:
        raise ExchangeError(
            "expected a project file that can be read, found one with errors",
            hint="gitconfig-tool validate says what is wrong",
        )
    return project.llm.prompts.folder


def _read(directory: Path, file: str) -> bytes:
    """Read a file that the user names: any file, of which no more than is needed."""
    from gitconfig_tool.document import MAX_BYTES
    from gitconfig_tool.prompts.exchange.model import ExchangeError

    path = directory / file
    try:
        if path.exists() and not path.is_file():
            found = "a folder" if path.is_dir() else "a device"
            raise ExchangeError(f"expected a file at {file}, found {found}", hint="name the files")
        with path.open("rb") as stream:
            # One byte more than may be: so it is known to be too large.
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a name that no file can have"
        raise ExchangeError(
            f"expected to read {file}, found: {reason}",
            hint="FILE is relative to the present folder, or to -C DIR",
        ) from error


def _check_free(root: Path, new: "Planned", others: "Sequence[Planned]") -> None:
    from gitconfig_tool.prompts.exchange.model import ExchangeError
    from gitconfig_tool.prompts.exchange.placing import exists

    if (root / new.path).is_symlink() or (root / new.path).exists():
        raise exists(new.path)
    for other in others:
        if other.path == new.path:
            raise ExchangeError(
                f"{new.source}: expected another prompt than that of {other.source}, found both to "
                f"be {new.path}",
                hint="import one of them alone, with --id or --version",
            )


def _json(planned: "Planned") -> dict[str, Any]:
    return {
        "source": planned.source,
        "format": planned.form,
        "path": planned.path,
        "id": planned.id,
        "version": planned.version,
        "carried": list(planned.draft.carried),
        "notCarried": [
            {"field": each.field, "reason": each.reason} for each in planned.draft.not_carried
        ],
        "content": dict(planned.draft.content),
    }


def _show(planned: "Planned", *, dry_run: bool) -> None:
    from gitconfig_tool.cli.prompts.carrying import not_carried_lines
    from gitconfig_tool.report.tables import printable

    if dry_run:
        click.echo(f"# {planned.path}")
        click.echo(planned.text, nl=False)
    done = "would write" if dry_run else "wrote"
    click.echo(f"{done} {planned.path} from {planned.title} ({printable(planned.source)})")
    carried = printable(", ".join(planned.draft.carried))
    if carried:
        import textwrap

        click.echo(
            textwrap.fill(
                f"carried: {carried}", output_width(), initial_indent="  ", subsequent_indent="    "
            )
        )
    click.echo("\n".join(not_carried_lines(planned.draft.not_carried, output_width())))
