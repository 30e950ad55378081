"""The partial check against the whole one: edits of every kind of file of the example.

For each edit, the errors that the whole check finds now and did not find before must be among those
of the partial check; and the partial check says nothing that the whole one does not say.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.compiler.partial import PartialCheck, check_affected
from gitconfig_tool.diagnostics import Diagnostic, Severity, rule
from gitconfig_tool.source import open_project
from tests.projects import commit, git, make_project

Edit = Callable[[Path], None]
Said = frozenset[tuple[str, str, int, str]]

_MODEL = "base/ml-service/inference/model.yaml"
_PRODUCTION = "environments/production"
_ACME = "tenants/acme"


def _put(name: str, text: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return edit


def _swap(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"expected {old!r} in {name}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return edit


def _append(name: str, text: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def _remove(name: str) -> Edit:
    def edit(folder: Path) -> None:
        at = folder / name
        shutil.rmtree(at) if at.is_dir() else at.unlink()

    return edit


def _move(name: str, to: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / to).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).rename(folder / to)

    return edit


def _all(*edits: Edit) -> Edit:
    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


# name: what is edited, whether the edit breaks anything, and whether all must be looked at
EDITS: dict[str, tuple[Edit, bool, bool]] = {
    "a comment": (_append(_MODEL, "# a remark\n"), False, False),
    "broken YAML": (_append(_MODEL, "model: twice\n"), True, False),
    "a value that the schema refuses": (_swap(_MODEL, "temperature:", "temperatur:"), True, False),
    "a document that others refer to is gone": (
        _remove("base/platform/endpoints.yaml"),
        True,
        False,
    ),
    "a referenced value is gone": (_put("base/platform/region.yaml", "{}\n"), True, False),
    "a required layer is gone": (_remove("regions/eu-west-1.yaml"), True, False),
    "a required layer is empty": (_put("regions/us-east-1.yaml", "\n"), True, False),
    "a layer file is renamed": (
        _move(f"{_PRODUCTION}/platform/rate-limits.yaml", f"{_PRODUCTION}/platform/limits.yaml"),
        False,
        False,
    ),
    "two files for one document": (
        _put("base/platform/database.yml", "host: db.example.com\n"),
        True,
        False,
    ),
    "a file of a tenant": (
        _append(f"{_ACME}/base/ml-service/inference/model.yaml", "no_such_key: 1\n"),
        True,
        False,
    ),
    "a value that a policy refuses": (
        _swap("regions/eu-west-1.yaml", "eu", "us"),
        True,
        False,
    ),
    "a secret that nobody has": (
        _swap("base/platform/database.yaml", "!secret secrets/", "!secret sekrets/"),
        True,
        False,
    ),
    "a SOPS file is gone": (
        _remove(f"{_PRODUCTION}/secrets/database.sops.yaml"),
        False,
        False,
    ),
    "every SOPS file of a document is gone": (
        _all(
            *(
                _remove(f"environments/{each}/secrets/jwt.sops.yaml")
                for each in ("development", "production", "staging")
            )
        ),
        True,
        False,
    ),
    "a SOPS file with a value in the clear": (
        _put(f"{_ACME}/production/secrets/extra.sops.yaml", "password: in-the-clear-fake\n"),
        True,
        False,
    ),
    "a SOPS file copied to where others read it": (
        lambda folder: (
            shutil.copy(
                folder / f"{_PRODUCTION}/secrets/jwt.sops.yaml",
                folder / f"{_ACME}/production/secrets/jwt.sops.yaml",
            )
            and None
        ),
        True,
        False,
    ),
    "who opens files": (_swap(".sops.yaml", "age1", "age1x"), True, True),
    "a schema of the project": (
        _swap("schemas/region.schema.json", '"required"', '"requires": true, "required"'),
        False,
        False,
    ),
    "a schema that refuses all": (
        _put("schemas/audit.schema.json", '{"type": "string"}'),
        True,
        False,
    ),
    "a schema is gone": (_remove("schemas/endpoints.schema.json"), True, False),
    "a policy that denies all": (
        _append("policies/models.rego", '\ndeny contains "nothing goes" if true\n'),
        True,
        True,
    ),
    "the project file says more": (
        _swap("gitconfig.yaml", "documents: 50", "documents: 1"),
        True,
        True,
    ),
    "a comment in the project file": (_append("gitconfig.yaml", "# done\n"), False, False),
    "a quota is passed": (
        _all(
            *(_put(f"{_ACME}/base/more/number-{each}.yaml", "a: 1\n") for each in range(50)),
        ),
        True,
        False,
    ),
    "a prompt changed": (
        _swap("prompts/document-search/2.0.0.prompt.yaml", "{{", "{{ nobody_gives_this }}{{"),
        True,
        False,
    ),
    "a partial changed": (
        _swap("prompts/house-style/1.0.0.partial.yaml", "template:", "templat:"),
        True,
        False,
    ),
    "a text that a prompt names is gone": (
        _remove("prompts/support-assistant/system-1.2.0.md.j2"),
        True,
        False,
    ),
    "a prompt is gone": (_remove("prompts/document-search"), True, False),
    "another file": (_append("README.md", "more\n"), False, False),
    "a file that no layer has": (_put("notes/todo.yaml", "a: [\n"), False, False),
    "a fallback that is no model": (
        _append(f"{_PRODUCTION}/ml-service/inference/model.yaml", "fallbacks: [nobody/knows]\n"),
        True,
        False,
    ),
    "a link in the place of a document": (
        _all(
            _remove("base/platform/audit.yaml"),
            lambda folder: (folder / "base/platform/audit.yaml").symlink_to("database.yaml"),
        ),
        True,
        False,
    ),
    "public flags refer to what is not public": (
        _append("base/platform/feature-flags.yaml", "host: !ref platform/database#/host\n"),
        True,
        False,
    ),
    "merged from elsewhere: many files": (
        _all(
            _append(_MODEL, "# a remark\n"),
            _remove("base/platform/endpoints.yaml"),
            _append("README.md", "more\n"),
            _swap("prompts/document-search/2.0.0.prompt.yaml", "description:", "descriptio:"),
        ),
        True,
        False,
    ),
}


@pytest.fixture(scope="module")
def example(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the example, with the tag that releases its prompts."""
    folder = tmp_path_factory.mktemp("partial") / "platform"
    shutil.copytree(checkout / "example-repo", folder)
    git(folder, "init", "--quiet", "-b", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "the example", date="2026-06-01T12:00:00Z")
    git(folder, "tag", "v1")
    return folder


@pytest.fixture(scope="module")
def known(example: Path) -> Said:
    """Return what the whole check says of the example as it is committed."""
    return _said(compile_snapshot(open_project(example).at_index()).diagnostics)


@pytest.fixture
def edited(example: Path) -> Iterator[Path]:
    """Return the example; what a test changes in it is undone."""
    yield example
    git(example, "reset", "--quiet", "--hard")
    git(example, "clean", "--quiet", "-d", "--force")


def _said(diagnostics: tuple[Diagnostic, ...]) -> Said:
    return frozenset(
        (
            each.code,
            each.span.path if each.span else "",
            each.span.line if each.span else 0,
            each.message,
        )
        for each in diagnostics
    )


def _errors(said: Said) -> Said:
    return frozenset(each for each in said if rule(each[0]).severity is Severity.ERROR)


def _check(folder: Path, edit: Edit) -> tuple[PartialCheck, Said, Said]:
    edit(folder)
    git(folder, "add", "--all")
    snapshot = open_project(folder).at_index()
    partial = check_affected(snapshot)
    return partial, _said(partial.diagnostics), _said(compile_snapshot(snapshot).diagnostics)


@pytest.mark.parametrize("name", EDITS)
def test_finds_what_the_whole_check_finds(edited: Path, known: Said, name: str) -> None:
    edit, breaks, is_whole = EDITS[name]
    partial, said, whole = _check(edited, edit)

    new = _errors(whole) - _errors(known)
    assert bool(new) is breaks, "the edit is not what the table says"
    assert new <= _errors(said)
    assert said <= whole
    assert bool(partial.whole) is is_whole


def test_a_prompt_that_only_an_earlier_version_of_a_document_asks_for_is_gone(
    tmp_path: Path,
) -> None:
    prompt = (
        "apiVersion: gitconfig-tool/v1\ndescription: Greets.\n"
        "messages: [{role: user, content: Hello}]\n"
    )
    make_project(
        tmp_path,
        {
            "base/app/bot.yaml": 'greeting: !prompt "greet@1.0.0"\n',
            "prompts/greet/1.0.0.prompt.yaml": prompt,
        },
    )
    git(tmp_path, "tag", "v1")
    (tmp_path / "base/app/bot.yaml").write_text("greeting: none\n")
    (tmp_path / "base/app/other.yaml").write_text('greeting: !ref "app/bot@v1#/greeting"\n')
    commit(tmp_path, "Refer to the version", 2)
    known = _said(compile_snapshot(open_project(tmp_path).at_index()).diagnostics)

    partial, said, whole = _check(tmp_path, _remove("prompts"))

    new = _errors(whole) - _errors(known)
    assert new
    assert new <= _errors(said)
    assert partial.documents == {"app/other"}
