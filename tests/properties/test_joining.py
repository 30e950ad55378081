"""Merging two branches' YAML: values as an independent merge has them, and every comment there."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.document import parse_document, plain_value
from gitconfig_tool.joining import Joined, join_files
from gitconfig_tool.joining.aligning import chunks
from gitconfig_tool.source import Labels, merge_lines
from tests.properties.strategies import EXAMPLES

# A model of a file: mappings of keys to values, each with a comment above and one beside.
_KEYS = st.sampled_from("abcdef")
_LEAVES = st.integers(0, 3)


@st.composite
def _models(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    keys = draw(st.lists(_KEYS, min_size=1, max_size=4, unique=True))
    return {key: draw(_values(depth)) for key in keys}


def _values(depth: int) -> st.SearchStrategy[Any]:
    return st.one_of(_LEAVES, _models(depth - 1)) if depth else _LEAVES


@st.composite
def _edited(draw: st.DrawFn, model: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a model with a few edits."""
    edited = {}
    for key, value in model.items():
        what = draw(st.sampled_from(["keep"] * 5 + ["drop", "set"]))
        if what == "set":
            edited[key] = draw(_values(1))
        elif what == "keep":
            edited[key] = draw(_edited(value, name)) if isinstance(value, dict) else value
    if draw(st.booleans()):
        edited[draw(_KEYS | st.just(f"new-{name}"))] = draw(_values(1))
    return edited or dict(model)


def _lines(model: dict[str, Any], indent: int, step: int, comments: str, at: str = "") -> list[str]:
    found = []
    for key, value in model.items():
        path = f"{at}/{key}"
        pad = " " * indent
        if comments:
            found.append(f"{pad}# {comments} {path}")
        if isinstance(value, dict):
            found.append(f"{pad}{key}:" if value else f"{pad}{key}: {{}}")
            found += _lines(value, indent + step, step, comments, path)
        else:
            found.append(f"{pad}{key}: {value}")
    return found


def _text(model: dict[str, Any], step: int = 2, comments: str = "") -> bytes:
    return "".join(f"{line}\n" for line in _lines(model, 0, step, comments)).encode()


def _merge_text(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, int]:
    """Merge lines as Git does, without its time: a process for each would take minutes."""
    versions = [each.splitlines(keepends=True) for each in (base, ours, theirs)]
    found: list[bytes] = []
    count = 0
    for b, o, t in chunks(*versions):
        old, mine, other = (
            each[part.start : part.stop] for each, part in zip(versions, (b, o, t), strict=True)
        )
        is_conflict = other not in (old, mine) and mine != old
        count += is_conflict
        if is_conflict:
            found += [b"<<<<<<< ours\n", *mine, b"=======\n", *other, b">>>>>>> theirs\n"]
        else:
            found += other if mine == old else mine
    return b"".join(found), count


def _join(base: bytes, ours: bytes, theirs: bytes) -> Joined:
    return join_files("x.yaml", base, ours, theirs, _merge_text)


def _value(data: bytes) -> Any:
    document, problems = parse_document("x.yaml", data)
    assert problems == ()
    return {} if document.root is None else plain_value(document.root)


_GONE = object()


def _expected(base: Any, ours: Any, theirs: Any, conflicts: list[str], at: str = "") -> Any:
    """Merge by the definition, on plain values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        merged = {}
        for key in {**ours, **theirs}:
            sides = (each.get(key, _GONE) for each in (before, ours, theirs))
            value = _expected(*sides, conflicts, f"{at}/{key}")
            if value is not _GONE:
                merged[key] = value
        return merged
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    conflicts.append(at)
    return ours


@EXAMPLES
@given(st.data())
def test_values_are_those_of_the_definition(data: st.DataObject) -> None:
    base = data.draw(_models())
    ours, theirs = data.draw(_edited(base, "ours")), data.draw(_edited(base, "theirs"))
    conflicts: list[str] = []
    expected = _expected(base, ours, theirs, conflicts)

    joined = _join(_text(base), _text(ours), _text(theirs))
    other = _join(_text(base), _text(theirs), _text(ours))

    assert joined.reason == other.reason == ""
    assert sorted(joined.conflicts) == sorted(conflicts) == sorted(other.conflicts)
    if not conflicts:
        assert _value(joined.data) == _value(other.data) == expected
    else:
        assert joined.data.count(b"<<<<<<< ours\n") >= 1


@EXAMPLES
@given(st.data())
def test_another_layout_of_one_side_changes_no_value(data: st.DataObject) -> None:
    base = data.draw(_models())
    ours, theirs = data.draw(_edited(base, "ours")), data.draw(_edited(base, "theirs"))
    step = data.draw(st.sampled_from([1, 4]))
    conflicts: list[str] = []
    expected = _expected(base, ours, theirs, conflicts)

    joined = _join(_text(base), _text(ours, step), _text(theirs))

    assert joined.reason == ""
    assert sorted(joined.conflicts) == sorted(conflicts)
    assert conflicts or _value(joined.data) == expected


@EXAMPLES
@given(st.data())
def test_what_one_side_left_alone_is_the_other_side(data: st.DataObject) -> None:
    base = data.draw(_models())
    ours = data.draw(_edited(base, "ours"))
    # The other side wrote comments, which changes no value.
    theirs = _text(base, comments="theirs")

    joined = _join(_text(base), _text(ours), theirs)

    assert joined.reason == ""
    if not joined.conflicts:
        assert _value(joined.data) == ours
    else:
        # Our side removed a key that their side wrote about: a person must look.
        assert ours.keys() != base.keys() or b"# theirs" in joined.data


@EXAMPLES
@given(st.data())
def test_comments_of_both_sides_are_there(data: st.DataObject) -> None:
    base = data.draw(_models())
    ours = _text(data.draw(_edited(base, "ours")), comments="ours")
    theirs = _text(data.draw(_edited(base, "theirs")), comments="theirs")

    joined = _join(_text(base), ours, theirs)

    for line in {*ours.split(b"\n"), *theirs.split(b"\n")}:
        if line.strip().startswith(b"#"):
            assert line.strip() in joined.data
    assert joined.reason == ""


@EXAMPLES
@given(st.data())
def test_items_of_lists(data: st.DataObject) -> None:
    items = st.lists(st.integers(0, 6), max_size=5)
    base, ours = data.draw(items), data.draw(items)
    style = data.draw(st.booleans())

    def text(values: list[int]) -> bytes:
        if style or not values:
            return f"x: [{', '.join(map(str, values))}]\n".encode()
        return b"x:\n" + b"".join(f"  - {each}\n".encode() for each in values)

    # One side alone changed the list; the other one changed another key of the file.
    joined = _join(text(base) + b"y: 1\n", text(ours) + b"y: 1\n", text(base) + b"y: 2\n")

    assert joined.conflicts == ()
    assert _value(joined.data) == {"x": ours, "y": 2}


def test_git_is_the_judge_of_what_merges_by_lines() -> None:
    """A text merge that holds the values is taken as Git makes it, byte for byte."""
    base = "".join(f"k{n}: {n}   # {n}\n\n" for n in range(9)).encode()
    ours, theirs = base.replace(b"k1: 1", b"k1:  'one'"), base.replace(b"k7: 7 ", b"k7: 70")
    with TemporaryDirectory() as folder:
        for name, content in (("b", base), ("o", ours), ("t", theirs)):
            Path(folder, name).write_bytes(content)
        done = subprocess.run(
            ["git", "merge-file", "-p", "o", "b", "t"], cwd=folder, check=True, capture_output=True
        )

    def merge_text(*versions: bytes) -> tuple[bytes, int]:
        return merge_lines(*versions, Labels())

    assert join_files("x.yaml", base, ours, theirs, merge_text) == Joined(done.stdout)
