"""How sensitive documents and values are: what declares them, and what references carry along."""

from collections.abc import Callable, Mapping

import pytest

from gitconfig_tool.classification import Reason
from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.project import Level
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
layers: [base, top]
bundles: [{name: default}]
"""
SCHEMA = """\
schemas: [{match: "db/*", schema: schemas/db.schema.yaml}]
"""
SCHEMA_FILE = """\
type: object
properties:
  url: {type: string, x-classification: confidential}
  motto: {type: string, x-classification: public}
  any: {oneOf: [{type: string}, {type: object, x-classification: restricted}]}
  list: {type: array, items: {x-classification: confidential}}
"""
ENCRYPTED = f"ENC[AES256_GCM,data:AAAA,iv:{'A' * 43}=,tag:{'A' * 22}==,type:str]"
SOPS = f"""\
password: {ENCRYPTED}
sops:
  age: [{{recipient: age1fake, enc: fake}}]
  lastmodified: "2024-03-01T12:00:00Z"
  mac: {ENCRYPTED}
  version: 3.10.2
"""


def compiled(git_project: Build, files: Mapping[str, str], settings: str = "") -> Compilation:
    """Compile one commit; `settings` are more lines of the project file."""
    project = git_project({"gitconfig.yaml": PROJECT + settings, **files})
    return compile_snapshot(project.open().at_commit())


def level(compilation: Compilation, document: str, *tokens: str) -> Reason:
    """Return the level of a document, or of a value in it."""
    documents = compilation.bundles["default"].documents
    assert compilation.levels is not None
    return compilation.levels.value_level(documents[document], tokens, documents)


def codes(compilation: Compilation) -> list[str]:
    """Return the codes of all diagnostics."""
    return [found.code for found in compilation.diagnostics]


def test_levels_are_in_order() -> None:
    assert Level.PUBLIC < Level.INTERNAL < Level.CONFIDENTIAL < Level.RESTRICTED
    assert str(Level.CONFIDENTIAL) == "confidential"


def test_a_document_is_internal_by_default(git_project: Build) -> None:
    found = level(compiled(git_project, {"base/a.yaml": "x: 1\n"}), "a")

    assert (found.level, found.text, found.span) == (Level.INTERNAL, "internal by default", None)


def test_the_default_can_be_set_and_weakens_nothing(git_project: Build) -> None:
    files = {"base/a.yaml": "x: 1\n", "base/b.yaml": "classification: public\n"}
    compilation = compiled(git_project, files, "classification: {default: confidential}\n")

    assert level(compilation, "a").level is Level.CONFIDENTIAL
    assert level(compilation, "b").level is Level.PUBLIC


def test_a_stronger_layer_cannot_lower_a_level(git_project: Build) -> None:
    files = {
        "base/a.yaml": "classification: restricted\n",
        "top/a.yaml": "classification: internal\n",
    }
    found = level(compiled(git_project, files), "a")

    assert found.level is Level.RESTRICTED
    assert str(found.span) == "base/a.yaml:1:17"


def test_the_strongest_of_field_rule_and_schema_counts(git_project: Build) -> None:
    files = {
        "base/db/a.yaml": "classification: internal\nmotto: x\n",
        "base/db/b.yaml": "classification: internal\nurl: x\n",
        "base/c.yaml": "classification: restricted\n",
        "schemas/db.schema.yaml": SCHEMA_FILE,
    }
    rules = 'classification: {rules: [{match: "db/a", level: public}, {match: c, level: public}]}\n'
    compilation = compiled(git_project, files, SCHEMA + rules)

    assert level(compilation, "db/a").level is Level.INTERNAL
    assert level(compilation, "db/b").level is Level.CONFIDENTIAL
    assert level(compilation, "c").level is Level.RESTRICTED


def test_a_rule_may_name_a_file(git_project: Build) -> None:
    files = {"base/a.yaml": "x: 1\n", "top/a.yaml": "y: 1\n", "base/b.yaml": "x: 1\n"}
    rules = 'classification: {rules: [{match: "top/**", level: confidential}]}\n'
    compilation = compiled(git_project, files, rules)

    assert level(compilation, "a").level is Level.CONFIDENTIAL
    assert level(compilation, "b").level is Level.INTERNAL


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (("url",), Level.CONFIDENTIAL),
        (("motto",), Level.PUBLIC),
        (("other",), Level.INTERNAL),
        (("list",), Level.CONFIDENTIAL),
        (("list", "0"), Level.CONFIDENTIAL),
        # Which form of a `oneOf` holds is not asked: better too strong than too weak.
        (("any",), Level.RESTRICTED),
        ((), Level.RESTRICTED),
    ],
)
def test_a_schema_classifies_values(
    git_project: Build, pointer: tuple[str, ...], expected: Level
) -> None:
    files = {
        "base/db/a.yaml": "url: x\nmotto: x\nother: x\nlist: [x]\nany: x\n",
        "schemas/db.schema.yaml": SCHEMA_FILE,
    }
    assert level(compiled(git_project, files, SCHEMA), "db/a", *pointer).level is expected


def test_references_carry_the_level_along(git_project: Build) -> None:
    files = {
        "base/secrets.sops.yaml": SOPS,
        "base/db.yaml": "host: x\nlogin: {user: x, password: !secret secrets#/password}\n",
        "base/one.yaml": "all: !ref db#/login\nuser: !ref db#/login/user\n",
        "base/two.yaml": "word: !ref one#/all/password\nuser: !ref one#/all/user\n",
        "base/three.yaml": 'host: !format "https://{db#/host}"\n',
    }
    compilation = compiled(git_project, files)

    assert codes(compilation) == []
    assert level(compilation, "db").level is Level.RESTRICTED
    assert level(compilation, "db", "host").level is Level.INTERNAL
    assert level(compilation, "one").level is Level.RESTRICTED
    assert level(compilation, "one", "user").level is Level.INTERNAL
    assert level(compilation, "two", "word").level is Level.RESTRICTED
    assert level(compilation, "two", "user").level is Level.INTERNAL
    assert level(compilation, "three").level is Level.INTERNAL
    # What made it so is where the secret is linked to.
    assert str(level(compilation, "two").span) == "base/db.yaml:2:28"


def test_a_declared_document_may_hold_what_is_not_above_it(git_project: Build) -> None:
    files = {
        "base/a.yaml": "classification: confidential\nx: 1\n",
        "base/b.yaml": "classification: confidential\nx: !ref a#/x\n",
        "base/c.yaml": "classification: internal\nx: !ref a#/x\n",
        "base/d.yaml": "x: !ref a#/x\n",
    }
    compilation = compiled(git_project, files)

    (found,) = compilation.diagnostics
    assert found.code == "GCT801"
    assert str(found.span) == "base/c.yaml:2:4"
    assert [str(note.span) for note in found.notes] == ["base/c.yaml:1:17", "base/a.yaml:1:17"]
    assert level(compilation, "d").level is Level.CONFIDENTIAL


def test_a_property_that_is_declared_weaker(git_project: Build) -> None:
    """The place of the reference counts, and a property that is declared strong may hold it."""
    files = {
        "schemas/db.schema.yaml": SCHEMA_FILE,
        "base/a.yaml": "classification: confidential\nx: word\n",
        "base/db/b.yaml": "motto: !ref a#/x\n",
        "base/db/c.yaml": "classification: internal\nurl: !ref a#/x\n",
    }
    compilation = compiled(git_project, files, SCHEMA)

    assert [str(found.span) for found in compilation.diagnostics] == ["base/db/b.yaml:1:8"]
    assert codes(compilation) == ["GCT801"]


def test_a_value_of_another_time_has_the_level_that_it_has_now(git_project: Build) -> None:
    project = git_project(
        {"gitconfig.yaml": PROJECT, "base/a.yaml": "x: 1\n", "base/gone.yaml": "x: 1\n"}
    )
    project.git("tag", "v1")
    project.git("rm", "-q", "base/gone.yaml")
    rules = 'classification: {rules: [{match: "gone", level: restricted}]}\n'
    project.commit(
        {
            "gitconfig.yaml": PROJECT + rules,
            "base/a.yaml": "classification: confidential\nx: 2\n",
            "base/b.yaml": "classification: internal\nx: !ref a@v1#/x\ny: !ref gone@v1#/x\n",
        }
    )
    compilation = compile_snapshot(project.open().at_commit())

    assert [str(found.span) for found in compilation.diagnostics if found.code == "GCT801"] == [
        "base/b.yaml:2:4",
        "base/b.yaml:3:4",
    ]


def test_an_id_with_an_at_sign_is_no_version(git_project: Build) -> None:
    files = {
        "base/a@b.yaml": "classification: restricted\nx: 1\n",
        "base/c.yaml": "classification: internal\nx: !ref a@b#/x\n",
    }
    assert codes(compiled(git_project, files)) == ["GCT801"]


def test_a_circle_ends(git_project: Build) -> None:
    files = {
        "base/a.yaml": "classification: public\nx: !ref b#/x\n",
        "base/b.yaml": "x: !ref a#/x\n",
    }
    assert "GCT152" in codes(compiled(git_project, files))


def test_a_level_by_reference_is_not_taken(git_project: Build) -> None:
    files = {
        "base/a.yaml": "classification: !ref b#/x\n",
        "base/b.yaml": "x: restricted\n",
    }
    compilation = compiled(git_project, files)

    assert codes(compilation) == ["GCT802"]
    assert compilation.diagnostics[0].hint == "write classification: restricted"


@pytest.mark.parametrize("text", ["softmax", "external", "{a: 1}", "3", "null"])
def test_a_field_that_means_something_else(git_project: Build, text: str) -> None:
    compilation = compiled(git_project, {"base/a.yaml": f"classification: {text}\nx: 1\n"})

    assert codes(compilation) == []
    assert level(compilation, "a").level is Level.INTERNAL


def test_a_misspelt_level_in_a_schema(git_project: Build) -> None:
    files = {
        "base/db/a.yaml": "url: x\n",
        "schemas/db.schema.yaml": "properties: {url: {x-classification: Secret}}\n",
    }
    compilation = compiled(git_project, files, SCHEMA)

    assert codes(compilation) == ["GCT214"]
    assert compilation.diagnostics[0].message == (
        "expected one of public, internal, confidential, restricted for x-classification, "
        "found 'Secret'"
    )


def test_many_references_take_time_that_grows_with_them(git_project: Build) -> None:
    count = 5_000
    lines = "".join(f"k{number}: !ref a#/k{number}\n" for number in range(count))
    files = {
        "base/a.yaml": "".join(f"k{number}: {number}\n" for number in range(count)),
        "base/b.yaml": lines,
        "base/c.yaml": "classification: public\n" + lines.replace("a#", "b#"),
    }
    compilation = compiled(git_project, files)

    assert codes(compilation).count("GCT801") == count
