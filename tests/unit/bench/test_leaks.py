"""The comparison of scanners: what is planted and what is clean, and how a scanner is judged."""

from pathlib import Path

from bench.credentials import clean, planted
from bench.leaks import measure, write_corpus


def test_the_same_seed_plants_the_same() -> None:
    assert list(planted(1)) == list(planted(1))
    assert list(planted(1)) != list(planted(2))
    assert list(clean(20, 1)) == list(clean(20, 1))


def test_more_than_thirty_kinds_are_planted() -> None:
    assert len({each.kind for each in planted()}) > 30
    assert all(each.secret.split("\n")[0] in each.text for each in planted())


def test_a_scanner_is_judged_by_files(tmp_path: Path) -> None:
    kinds = write_corpus(tmp_path, 10, 1)

    def complains(folder: Path) -> frozenset[str]:
        """Complain about the first file by name, whatever it holds."""
        return frozenset({min(path.name for path in folder.iterdir())})

    result = measure("first", complains, tmp_path, kinds)

    assert (result.found, len(result.missed), result.false) == (1, len(kinds) - 1, 1)
