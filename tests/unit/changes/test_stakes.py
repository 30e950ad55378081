"""What is at stake: protected bundles, and values that are sensitive or final."""

from pathlib import Path

from gitconfig_tool.changes.model import Level, Reason
from tests.comparisons import PROJECT, compared
from tests.projects import make_project, write

LEVELS = """\
classification:
  default: public
  rules: [{match: "customers/*", level: restricted}]
"""


def _texts(folder: Path) -> list[tuple[str, str]]:
    return [(each.level.value, each.text) for each in compared(folder).risk.reasons]


def test_a_rule_and_the_documents_own_field_say_how_sensitive_a_value_is(tmp_path: Path) -> None:
    files = {
        "base/customers/acme.yaml": "n: 1\n",
        "base/own.yaml": "classification: confidential\nn: 1\n",
        "base/plain.yaml": "n: 1\n",
    }
    folder = make_project(tmp_path / "p", files, PROJECT + LEVELS)
    write(folder, {path: text.replace("1", "2") for path, text in files.items()})

    assert _texts(folder) == [
        ("high", "a restricted value changed: customers/acme#/n"),
        ("medium", "a confidential value changed: own#/n"),
        ("low", "a public value changed: plain#/n"),
    ]


def test_the_side_that_takes_it_more_seriously_counts(tmp_path: Path) -> None:
    files = {"base/own.yaml": "classification: restricted\nn: 1\n"}
    folder = make_project(tmp_path / "p", files, PROJECT + LEVELS)
    write(folder, {"base/own.yaml": "classification: public\nn: 2\n"})

    assert _texts(folder) == [("high", "a restricted value changed: own#/classification; own#/n")]


def test_a_schema_says_how_sensitive_one_value_is(tmp_path: Path) -> None:
    schema = '{"properties": {"n": {"x-classification": "restricted"}}}'
    project = PROJECT + "schemas: [{match: a, schema: schemas/a.schema.json}]\n"
    files = {"base/a.yaml": "n: 1\nm: 1\n", "schemas/a.schema.json": schema}
    folder = make_project(tmp_path / "p", files, project)
    write(folder, {"base/a.yaml": "n: 2\nm: 2\n"})

    assert _texts(folder) == [
        ("high", "a restricted value changed: a#/n"),
        ("medium", "a value changed: a#/m"),
    ]


def test_what_a_mapping_holds_goes_with_it(tmp_path: Path) -> None:
    schema = '{"properties": {"m": {"properties": {"n": {"x-classification": "restricted"}}}}}'
    project = PROJECT + "schemas: [{match: a, schema: schemas/a.schema.json}]\n"
    files = {
        "base/a.yaml": "m: {n: 1}\nz: 1\n",
        "base/b.yaml": "m: {n: [!final 1]}\nz: 1\n",
        "base/c.yaml": "m: [{region: eu}]\nz: 1\n",
        "schemas/a.schema.json": schema,
    }
    folder = make_project(tmp_path / "p", files, project)
    write(folder, {f"base/{name}.yaml": "z: 1\n" for name in "abc"})

    assert _texts(folder) == [
        ("high", "data are kept or processed in another place: c#/m"),
        ("high", "a final value is another one: b#/m"),
        ("high", "a restricted value changed: a#/m"),
    ]


def test_a_final_value_that_changed(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"base/a.yaml": "n: !final 1\nm: 1\n"}, PROJECT)
    write(folder, {"base/a.yaml": "n: !final 2\nm: 2\n"})

    assert _texts(folder) == [
        ("high", "a final value is another one: a#/n"),
        ("medium", "a value changed: a#/m"),
    ]


def test_a_value_within_a_final_mapping(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"base/a.yaml": "n: !final {in: 1}\n"}, PROJECT)
    write(folder, {"base/a.yaml": "n: !final {in: 2}\n"})

    assert _texts(folder) == [("high", "a final value is another one: a#/n/in")]


def test_taking_the_protection_away_makes_nothing_harmless(tmp_path: Path) -> None:
    files = {"base/a.yaml": "n: 1\n", "environments/production/a.yaml": "n: 5\n"}
    folder = make_project(tmp_path / "p", files, PROJECT)
    write(
        folder,
        {
            "gitconfig.yaml": PROJECT.replace(", protected: true", ""),
            "environments/production/a.yaml": "n: 6\n",
        },
    )

    changes = compared(folder)

    assert changes.protected == frozenset({"production"})
    assert changes.risk.reasons == (
        Reason(
            Level.HIGH,
            "the project file asks for less: environment production is no longer protected",
            ("production",),
        ),
        Reason(Level.MEDIUM, "a value changed: a#/n", ("production",)),
    )


def test_where_nothing_is_protected_all_but_development_is_at_stake(tmp_path: Path) -> None:
    project = PROJECT.replace(", protected: true", "")
    files = {
        "environments/development/a.yaml": "n: 1\n",
        "environments/production/a.yaml": "n: 5\n",
    }
    folder = make_project(tmp_path / "p", files, project)
    write(folder, {"environments/development/a.yaml": "n: 2\n"})

    assert compared(folder).risk.level is Level.LOW

    write(folder, {"environments/production/a.yaml": "n: 6\n"})

    assert compared(folder).risk.reasons[0] == Reason(
        Level.MEDIUM, "a value changed: a#/n", ("production",)
    )


def test_a_credential_in_the_clear_is_critical_in_development_too(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"environments/development/a.yaml": "n: 1\n"}, PROJECT)
    write(folder, {"environments/development/a.yaml": "n: 1\npassword: plainly-fake\n"})

    changes = compared(folder)

    assert changes.risk.level is Level.CRITICAL
    assert changes.risk.reasons[0].text == (
        "a value looks like a credential in the clear: a#/password"
    )
    assert "plainly-fake" not in repr(changes.risk)


def test_no_change_reads_nothing_and_has_no_risk(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"base/a.yaml": "n: 1\n"}, PROJECT)
    write(folder, {"base/a.yaml": "# A comment.\nn:   1\n"})

    changes = compared(folder)

    assert changes.is_empty
    assert (changes.risk.level, changes.radius.bundles) == (Level.NONE, ())
