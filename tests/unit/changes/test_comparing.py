"""What a comparison tells where one side has errors: nothing that only the errors make differ."""

from pathlib import Path

from gitconfig_tool.changes import Changes
from tests.comparisons import PROJECT, compared
from tests.projects import git, make_project, write

FILES = {"base/a.yaml": "n: 1\nm: 1\n", "environments/production/a.yaml": "n: 2\nk: 2\n"}
BROKEN = "n: [2\n"


def _project(folder: Path, **more: str) -> Path:
    return make_project(folder / "p", {**FILES, **more}, PROJECT)


def _told(changes: Changes) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.kind.value, each.pointer, each.bundles) for each in changes.values]


def test_a_file_that_cannot_be_read_removes_nothing(tmp_path: Path) -> None:
    folder = _project(tmp_path, **{"base/only.yaml": "n: 1\n"})
    write(folder, {"environments/production/a.yaml": BROKEN, "base/only.yaml": BROKEN})

    changes = compared(folder)

    # Without its file, production would seem to fall back to what base says, and `only` be gone.
    assert (changes.values, changes.pairs) == ((), ())
    assert [each.partition(":")[0] for each in sorted(changes.unknown)] == [
        "a has errors in work tree, in production",
        "only has errors in work tree, in development, production",
    ]


def test_a_file_that_could_not_be_read_adds_nothing(tmp_path: Path) -> None:
    folder = _project(tmp_path, **{"environments/production/a.yaml": BROKEN})
    write(folder, FILES)

    changes = compared(folder)

    assert changes.values == ()
    assert [each.partition(":")[0] for each in changes.unknown] == [
        "a has errors in HEAD, in production"
    ]


def test_what_another_file_says_is_compared_all_the_same(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"environments/production/a.yaml": BROKEN, "base/a.yaml": "n: 1\nm: 3\n"})

    assert _told(compared(folder)) == [("changed", "/m", ("development", "production"))]


def test_a_file_that_was_taken_away_removes_its_values(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    git(folder, "rm", "-q", "environments/production/a.yaml")

    assert _told(compared(folder)) == [
        ("changed", "/n", ("production",)),
        ("removed", "/k", ("production",)),
    ]
