"""Keys, documents, attributes and folders with `::`, dots, slashes, spaces and non-ASCII letters.

They are ordinary names in layers, paths, pointers (RFC 6901) and bundles.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

NODE = "größen & Maße/node: eins"
FILES = {
    "gitconfig.yaml": f"""\
apiVersion: gitconfig-tool/v1
name: odd
dimensions:
  host:
    web1: {{standort: Zürich West, "net.zone::id": "a.b::c", "größe": 3}}
    web2: {{standort: Genf}}
layers:
  - base
  - sites/{{host.standort}}
  - sites/{{host.net.zone::id}}
  - {{file: "sizes {{host.größe}}.yaml", document: "{NODE}"}}
bundles:
  - {{name: "{{host}}", include: [{{host.größe: 3}}, {{host.net.zone::id: "a*::?"}}]}}
""",
    f"base/{NODE}.yaml": f"""\
profile::base::ntp: {{servers: [a, b]}}
a/b: {{c~d: 1, "~1": 2, "e f": 3}}
net.core: {{"": 5, über: 6, "#": 7, "%41": 8}}
same: !ref "{NODE}#/profile::base::ntp/servers/1"
slash: !ref "#/a~1b/c~0d"
tilde: !ref "#/a~1b/~01"
empty: !ref "#/net.core/"
hash: !ref "#/net.core/#"
percent: !ref "#/net.core/%41"
""",
    "sites/Zürich West/other doc.yaml": f'x: !ref "{NODE}#/a~1b/e f"\n',
    f"sites/a.b::c/{NODE}.yaml": """\
profile::base::ntp: {servers: !append [c]}
a/b: {c~d: 10, neu: 1}
""",
    "sizes 3.yaml": "größe: drei\n",
}
# Worked out by hand from the files above.
VALUE = {
    "profile::base::ntp": {"servers": ["a", "b", "c"]},
    "a/b": {"c~d": 10, "~1": 2, "e f": 3, "neu": 1},
    "net.core": {"": 5, "über": 6, "#": 7, "%41": 8},
    "same": "b",
    "slash": 10,
    "tilde": 2,
    "empty": 5,
    "hash": 7,
    "percent": 8,
    "größe": "drei",
}
Call = Callable[..., str]


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    folder = tmp_path / "odd"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Odd names"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    def output(*arguments: str) -> str:
        code = run(group, ["-C", str(folder), *arguments])
        text, errors = capfd.readouterr()
        assert (code, errors) == (ExitCode.OK, "")
        return text

    return output


def test_odd_names_have_the_values_that_they_should(call: Call) -> None:
    shown = json.loads(call("show", "--format", "json", "web1"))

    assert shown["documents"][NODE] == VALUE
    assert shown["documents"]["other doc"] == {"x": 3}


# Second: a key that is text for a URI, third: a key of two escapes, RFC 6901 section 4.
@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/profile::base::ntp/servers/2", "c\n"),
        ("/net.core/%41", "8\n"),
        ("/a~1b/~01", "2\n"),
        ("/a~1b/c~0d", "10\n"),
        ("/a~1b/e f", "3\n"),
        ("/net.core/über", "6\n"),
        ("/net.core/#", "7\n"),
        ("/net.core/", "5\n"),
        ("/größe", "drei\n"),
    ],
)
def test_pointers_reach_odd_keys(call: Call, pointer: str, expected: str) -> None:
    assert call("show", "web1", f"{NODE}#{pointer}") == expected


def test_explain_knows_where_an_odd_key_comes_from(call: Call) -> None:
    text = call("explain", "web1", f"{NODE}#/a~1b/c~0d")

    assert f"{NODE}#/a~1b/c~0d in web1 is 10\n" in text
    assert f"sites/a.b::c/{NODE}.yaml:2:12" in text
    assert f"base/{NODE}.yaml:2:12" in text


def test_odd_names_can_be_packed(call: Call, tmp_path: Path) -> None:
    assert "web1" in call("compile", "-o", str(tmp_path / "bundles"))
