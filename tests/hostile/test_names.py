"""Names that Git can hold and no project should: each with its diagnostic, wherever it is read.

Trees that git would not make are written by hand, as `git hash-object --literally` does.
"""

import hashlib
import unicodedata
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Severity, Span, rule
from gitconfig_tool.source import SourceError
from gitconfig_tool.source.trees import MAX_PATH_BYTES
from tests.hostile.conftest import problems, problems_of, validate_bounded
from tests.unit.conftest import GitProject

FOLDER, FILE, LINK = "40000", "100644", "120000"
ODD_HINT = "rename it: git mv; a name that Git refuses itself was made by hand: remove it"
TWICE_HINT = "git fsck names the tree; commit the folder anew: git rm -r --cached, then git add"


class ByHand:
    """Writes objects that git would refuse to write."""

    def __init__(self, project: GitProject) -> None:
        self._project = project

    def write(self, kind: str, data: bytes) -> str:
        raw = f"{kind} {len(data)}".encode() + b"\0" + data
        oid = hashlib.sha1(raw).hexdigest()
        path = self._project.root / ".git/objects" / oid[:2] / oid[2:]
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(raw))
        return oid

    def blob(self, text: str) -> str:
        return self.write("blob", text.encode())

    def tree(self, *entries: tuple[str, str, str]) -> str:
        parts = (
            f"{mode} ".encode()
            + name.encode("utf-8", "surrogateescape")
            + b"\0"
            + bytes.fromhex(oid)
            for mode, name, oid in entries
        )
        return self.write("tree", b"".join(parts))

    def commit(
        self, *base: tuple[str, str, str], root: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        """Commit a project whose layer `base` has these entries."""
        text = (self._project.root / "gitconfig.yaml").read_text()
        tree = self.tree(
            *root, (FOLDER, "base", self.tree(*base)), (FILE, "gitconfig.yaml", self.blob(text))
        )
        who = "A <a@example.invalid> 1709294400 +0000"
        body = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nOdd\n"
        oid = self.write("commit", body.encode())
        self._project.git("update-ref", "refs/heads/main", oid)


@pytest.fixture
def by_hand(project: GitProject) -> ByHand:
    return ByHand(project)


def of_commit(project: GitProject) -> tuple[Diagnostic, ...]:
    return problems(project.open().at_commit())


def odd(path: str, found: str) -> Diagnostic:
    return Diagnostic(
        "GCT007",
        f"expected names that every system can check out, found {found}",
        Span(path),
        hint=ODD_HINT,
    )


# --- GCT007 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "git~1", ".g\u200cit"])
@pytest.mark.parametrize("kind", [FILE, FOLDER])
def test_names_that_leave_the_project(
    project: GitProject, by_hand: ByHand, name: str, kind: str
) -> None:
    right = by_hand.blob("a: 1\n")
    inner = (
        right if kind == FILE else by_hand.tree((FILE, "config", right), (FILE, "x.yaml", right))
    )
    by_hand.commit((kind, name, inner), (FILE, "right.yaml", right))

    assert of_commit(project) == (odd(f"base/{name}", f"'{name}'"),)


def test_an_empty_name(project: GitProject, by_hand: ByHand) -> None:
    right = by_hand.blob("a: 1\n")
    by_hand.commit((FILE, "", right), (FILE, "right.yaml", right))

    assert of_commit(project) == (odd("base/", "''"),)


def test_a_slash_within_a_name(project: GitProject, by_hand: ByHand) -> None:
    right = by_hand.blob("a: 1\n")
    by_hand.commit((FILE, "../../x.yaml", right), (FILE, "right.yaml", right))

    assert of_commit(project) == (odd("base/../../x.yaml", "'/' within the name of one entry"),)


@pytest.mark.parametrize(
    ("name", "shown", "code"),
    [
        ("new\nline.yaml", "new\\nline.yaml", "U+000A"),
        ("tab\t.yaml", "tab\\t.yaml", "U+0009"),
        ("\x1b[31mred.yaml", "\\x1b[31mred.yaml", "U+001B"),
        ("nel\x85.yaml", "nel\\x85.yaml", "U+0085"),
        ("line\u2028.yaml", "line\\u2028.yaml", "U+2028"),
    ],
)
def test_control_characters(project: GitProject, name: str, shown: str, code: str) -> None:
    project.commit({f"base/{name}": "a: 1\n"})

    assert problems_of(project) == (odd(f"base/{shown}", f"the character {code} in one"),)


def test_a_path_that_is_too_long(project: GitProject) -> None:
    folder = "base/" + "/".join(["d" * 200] * 5)
    longest = f"{folder}/".ljust(MAX_PATH_BYTES - len(".yaml"), "x") + ".yaml"
    project.commit({longest: "a: 1\n"})
    assert problems_of(project) == ()

    project.commit({longest.replace(".yaml", "x.yaml"): "a: 1\n"})

    short = folder[:60] + "..."
    assert problems_of(project) == (
        Diagnostic(
            "GCT007",
            f"expected a path of at most 1,024 bytes, found more in {short}",
            Span(short),
            hint="no program on macOS can open it: use shorter names",
        ),
    )


def test_odd_names_that_nobody_reads(project: GitProject, by_hand: ByHand) -> None:
    right = by_hand.blob("a: 1\n")
    by_hand.commit((FILE, "right.yaml", right), root=[(FILE, "..", right), (FILE, ".git", right)])

    assert of_commit(project) == ()


def test_many_odd_names(project: GitProject, by_hand: ByHand) -> None:
    """Each is told once, in time that grows with their number."""
    right = by_hand.blob("a: 1\n")
    entries = [(FILE, f"new\n{n}.yaml", right) for n in range(30_000)]
    by_hand.commit(*entries, (FILE, "right.yaml", right))

    found = of_commit(project)

    assert len(found) == 30_000
    assert {each.code for each in found} == {"GCT007"}


# --- GCT003 ------------------------------------------------------------------------------------


def test_a_name_that_is_not_utf_8(project: GitProject, by_hand: ByHand) -> None:
    right = by_hand.blob("a: 1\n")
    by_hand.commit((FILE, "caf\udce9.yaml", right), (FILE, "right.yaml", right))

    assert of_commit(project) == (
        Diagnostic(
            "GCT003",
            "expected a file name in UTF-8, found base/caf\\xe9.yaml",
            Span("base/caf\\xe9.yaml"),
            hint="rename the file: git mv",
        ),
    )


# --- GCT004 and GCT005 -------------------------------------------------------------------------


def clash(name: str, other: str) -> Diagnostic:
    return Diagnostic(
        "GCT004",
        f"expected names that differ by more than case, found {name} beside {other}",
        Span(name),
        notes=(Note("the other name", Span(other)),),
        hint="macOS and Windows keep only one of the two: rename one",
    )


@pytest.mark.parametrize(
    ("one", "two", "name", "other"),
    [
        ("base/Model.yaml", "base/model.yaml", "base/model.yaml", "base/Model.yaml"),
        ("base/É.yaml", "base/é.yaml", "base/é.yaml", "base/É.yaml"),
        ("base/A/x.yaml", "base/a/y.yaml", "base/a", "base/A"),  # two folders
        ("base/A.yaml", "base/a.yaml/x.yaml", "base/a.yaml", "base/A.yaml"),  # file and folder
        ("Base/x.yaml", "base/x.yaml", "base", "Base"),  # the layer itself
    ],
)
def test_names_that_differ_by_case(
    project: GitProject, one: str, two: str, name: str, other: str
) -> None:
    project.commit({one: "a: 1\n", two: "a: 1\n"})

    assert problems_of(project) == (clash(name, other),)
    assert rule("GCT004").severity is Severity.WARNING


def test_each_further_name_is_told(project: GitProject) -> None:
    project.commit(dict.fromkeys(["base/DOC.yaml", "base/Doc.yaml", "base/doc.yaml"], "a: 1\n"))

    assert problems_of(project) == (
        clash("base/Doc.yaml", "base/DOC.yaml"),
        clash("base/doc.yaml", "base/DOC.yaml"),
    )


def test_clashes_that_nobody_reads(project: GitProject) -> None:
    project.commit({"README.md": "a", "readme.md": "b", "docs/cafe\u0301.md": "c"})

    assert problems_of(project) == ()


def not_normalised(name: str, normal: str, *, beside: bool) -> Diagnostic:
    note = Note("the name in form NFC stands beside it", Span(normal))
    return Diagnostic(
        "GCT005",
        f"expected a name in Unicode normalisation form NFC, found another form of '{normal}'",
        Span(name),
        notes=(note,) if beside else (),
        hint="macOS takes both for one name: rename it with git mv, typing the name anew",
    )


@pytest.mark.parametrize("beside", [False, True])
def test_a_name_that_is_not_normalised(project: GitProject, beside: bool) -> None:
    composed = "base/café.yaml"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    project.commit({decomposed: "a: 1\n"} | ({composed: "a: 2\n"} if beside else {}))

    assert problems_of(project) == (not_normalised(decomposed, composed, beside=beside),)


def test_a_folder_that_is_not_normalised_is_told_once(project: GitProject) -> None:
    folder = unicodedata.normalize("NFD", "base/é")
    project.commit({f"{folder}/x.yaml": "a: 1\n", f"{folder}/y.yaml": "a: 1\n"})

    assert problems_of(project) == (not_normalised(folder, "base/é", beside=False),)


# --- GCT008 ------------------------------------------------------------------------------------


def twice(path: str) -> Diagnostic:
    return Diagnostic(
        "GCT008",
        f"expected each name once in a tree, found {path} twice",
        Span(path),
        hint=TWICE_HINT,
    )


def test_a_file_twice(project: GitProject, by_hand: ByHand) -> None:
    one, two, right = (by_hand.blob(f"a: {n}\n") for n in range(3))
    by_hand.commit((FILE, "doc.yaml", one), (FILE, "doc.yaml", two), (FILE, "right.yaml", right))

    assert of_commit(project) == (twice("base/doc.yaml"),)
    assert "base/doc.yaml" not in project.open().at_commit().files


def test_a_file_and_a_folder_of_one_name(project: GitProject, by_hand: ByHand) -> None:
    one, right = by_hand.blob("a: 1\n"), by_hand.blob("a: 2\n")
    inner = by_hand.tree((FILE, "x.yaml", one))
    by_hand.commit(
        (FILE, "doc.yaml", one), (FOLDER, "doc.yaml", inner), (FILE, "right.yaml", right)
    )

    assert of_commit(project) == (twice("base/doc.yaml"),)


def test_a_folder_twice(project: GitProject, by_hand: ByHand) -> None:
    right = by_hand.blob("a: 1\n")
    one, two = (by_hand.tree((FILE, f"{name}.yaml", right)) for name in "xy")
    by_hand.commit((FOLDER, "sub", one), (FOLDER, "sub", two), (FILE, "right.yaml", right))

    assert of_commit(project) == (twice("base/sub"),)


# --- bombs and damage --------------------------------------------------------------------------


def test_a_tree_bomb(project: GitProject, by_hand: ByHand) -> None:
    """Ten trees that name one another ten times each: 10^10 files out of ten small objects."""
    entries = tuple((FILE, f"f{n}.yaml", by_hand.blob("a: 1\n")) for n in range(10))
    for _ in range(10):
        tree = by_hand.tree(*entries)
        entries = tuple((FOLDER, f"d{n}", tree) for n in range(10))
    by_hand.commit(*entries)

    with pytest.raises(SourceError) as caught:
        project.open().at_commit()

    assert caught.value.message == "expected at most 500,000 files and folders, found more"


@pytest.mark.parametrize(
    "data", [b"100644 right.yaml", b"100644 right.yaml\0short", b"mode right.yaml\0" + b"x" * 20]
)
def test_a_tree_that_is_damaged(project: GitProject, by_hand: ByHand, data: bytes) -> None:
    tree = by_hand.write("tree", data)
    by_hand.commit((FOLDER, "sub", tree))

    with pytest.raises(SourceError) as caught:
        project.open().at_commit()

    assert caught.value.message.startswith(f"expected the object {tree} to be a tree, found ")
    assert caught.value.hint == "run git fsck: the repository is damaged"


# --- links -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("base/doc.yaml", "right.yaml"),  # inside
        ("base/doc.yaml", "../../../etc/hostname"),  # outside
        ("base/doc.yaml", "/etc/hostname"),
        ("base/doc.yaml", "doc.yaml"),  # a loop
        ("base/doc.yaml", "nowhere.yaml"),
        ("base/doc.yaml", "/dev/zero"),
        ("base/sub", "../other"),  # to a folder
        ("base/sub", "."),  # to the folder that it lies in
        ("base/sub", ".."),
    ],
)
def test_links(project: GitProject, name: str, target: str) -> None:
    project.write({"other/x.yaml": "a: 1\n"})
    (project.root / name).symlink_to(target)
    project.commit({})

    assert problems_of(project) == (
        Diagnostic(
            "GCT001",
            f"expected a file, found a symbolic link at {name}",
            Span(name),
            hint="links are never followed: put the file itself there",
        ),
    )


def test_the_project_file_is_a_link(project: GitProject) -> None:
    text = (project.root / "gitconfig.yaml").read_text()
    (project.root / "gitconfig.yaml").unlink()
    (project.root / "gitconfig.yaml").symlink_to("real.yaml")
    project.commit({"real.yaml": text})

    assert [found.code for found in problems_of(project)] == ["GCT001"]


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes"])
def test_files_of_git_that_link_to_what_never_ends(project: GitProject, name: str) -> None:
    (project.root / name).symlink_to("/dev/zero")
    project.commit({"base/doc.yaml": "a: 2\n"})
    Path(project.root / "base/doc.yaml").write_text("a: 3\n")

    assert validate_bounded(project) == []
