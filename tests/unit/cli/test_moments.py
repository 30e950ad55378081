"""Days and times on the command line: both commands that judge by one read them alike."""

import click
import pytest
from click.testing import CliRunner

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.cli.secrets.moments import as_of_option


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+00:00"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T12:00:00+02:00"),
    ],
)
def test_a_day_and_a_time(text: str, read: str) -> None:
    @click.command()
    @as_of_option("When.")
    def command(as_of: object) -> None:
        click.echo(as_of.isoformat() if hasattr(as_of, "isoformat") else "none")

    assert CliRunner().invoke(command, ["--as-of", text]).output == f"{read}\n"
    assert CliRunner().invoke(command, []).output == "none\n"


@pytest.mark.parametrize("command", [("status",), ("check", "--decrypt")])
def test_what_is_no_day_is_a_usage_error(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(group, ["secrets", *command, "--as-of", "31.1.2026"]) == 2
    assert "expected a day or a time such as 2026-01-31" in capsys.readouterr().err
