"""Every odd or hostile YAML file that the project's plan names: what exactly is said of it.

Nothing crashes, hangs or changes a value silently. Places are counted by hand. Files that are made
to cost time or memory are validated by the real program in a process with a bound on its memory.
"""

import json
import unicodedata
from typing import Any

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.diagnostics import Quote, Severity, rule
from gitconfig_tool.document import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_PROBLEMS,
    MAX_SAFE_INTEGER,
    MAX_TAG_DIRECTIVES,
    TAGS,
    parse_document,
    plain_value,
)
from tests.hostile.conftest import problems_of, run_bounded, validate_bounded
from tests.unit.conftest import PROJECT_FILE, GitProject

PATH = "base/doc.yaml"
Found = tuple[str, str, str, str]
TOO_MANY_NODES = (
    "GCT018",
    "expected at most 1,000,000 nodes once aliases are written out, found more",
    "split the document, and remove aliases that repeat one another",
)


def said(project: GitProject, data: str | bytes) -> list[Found]:
    """Commit a layer file; return code, place, message and hint of all that is said."""
    project.commit({PATH: data})
    return [
        (found.code, str(found.span), found.message, found.hint) for found in problems_of(project)
    ]


def at(code: str, place: str, message: str, hint: str) -> Found:
    return (code, f"{PATH}:{place}", message, hint)


def value(project: GitProject, data: str | bytes, capfd: pytest.CaptureFixture[str]) -> Any:
    """Commit a layer file; return the value that the bundle gets, as `show` prints it."""
    project.commit({PATH: data})
    assert run(group, ["-C", str(project.root), "show", "default", "doc", "--format", "json"]) == 0
    return json.loads(capfd.readouterr().out)["value"]


# --- bombs -------------------------------------------------------------------------------------


def test_alias_bomb(project: GitProject) -> None:
    lines = ["a0: &a0 [" + ", ".join("0" * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 30)]
    project.commit({PATH: "\n".join(lines)})

    # a0 to a4 are 123,455 nodes when written out, the mapping and a5 are two more: the eighth a4 of
    # 111,111 nodes passes the bound.
    assert validate_bounded(project) == [at("GCT018", "6:45", *TOO_MANY_NODES[1:])]


def test_bomb_of_open_lists(project: GitProject) -> None:
    """Many lists that are never closed: what each holds is small, together they are not."""
    project.commit({PATH: "[" + ("a," * 80_000 + "[") * 95})

    found = validate_bounded(project)

    assert [(each[0], each[2], each[3]) for each in found] == [TOO_MANY_NODES]


def test_most_nodes() -> None:
    # The mapping is 1, x and its items are 1,000, y repeats x 998 times and is 1 more: 999,002.
    # z is 1 more, and its items fill the rest.
    start = "x: &x [" + "a," * 999 + "]\ny: [" + "*x," * 998 + "]\nz: ["
    rest = MAX_NODES - 999_003

    _, at_bound = parse_document(PATH, (start + "a," * rest + "]\n").encode())
    _, above = parse_document(PATH, (start + "a," * (rest + 1) + "]\n").encode())

    assert at_bound == ()
    assert [each.code for each in above] == ["GCT018"]


def test_anchor_within_itself(project: GitProject) -> None:
    assert said(project, "a: &a {b: [*a]}\n") == [
        at(
            "GCT021",
            "1:12",
            "expected an anchor that is complete before its alias, found *a",
            "an alias may not stand inside the value that it repeats",
        )
    ]


@pytest.mark.parametrize("text", ["[" * 20_000 + "]" * 20_000, "{a: " * 20_000, "[" * 20_000])
def test_depth_of_20_000(project: GitProject, text: str) -> None:
    project.commit({PATH: text})
    column = 1 + MAX_DEPTH * (text.index("a") + 3 if "a" in text else 1)

    assert validate_bounded(project) == [
        at(
            "GCT018",
            f"1:{column}",
            "expected at most 100 levels of nesting, found more",
            "flatten the document",
        )
    ]


def test_scalar_of_10_mb(project: GitProject) -> None:
    project.commit({PATH: b"a: " + b"x" * 10_000_000})

    assert validate_bounded(project) == []


def test_file_of_50_mb(project: GitProject) -> None:
    project.commit({PATH: b"a: 1\n" * 10_000_000})

    assert validate_bounded(project) == [
        at(
            "GCT019",
            "1:1",
            "expected a file of at most 16,777,216 bytes, found 50,000,000",
            "split the document, or keep large data out of configuration",
        )
    ]


@pytest.mark.parametrize(
    "path", [PATH, "schemas/s.json", "prompts/a/1.0.0.prompt.yaml", "p/a.rego"]
)
@pytest.mark.parametrize("format", ["text", "sarif"])
def test_any_file_of_50_mb_in_any_report(project: GitProject, path: str, format: str) -> None:
    """The line that is shown is looked for in ten million others."""
    more = 'schemas: [{match: "*", schema: schemas/s.json}]\npolicies: [p/]\n'
    files = {"schemas/s.json": "{}", "p/a.rego": "package a\n", path: b"# x\n" * 12_500_000}
    project.commit({**files, "gitconfig.yaml": PROJECT_FILE + more})

    done = run_bounded(project, "validate", "--format", format)

    assert done.returncode == 1
    assert f"expected a {'policy' if path.endswith('rego') else 'file'} of at most" in done.stdout


def test_largest_file(project: GitProject) -> None:
    _, at_bound = parse_document(PATH, b"#" * MAX_BYTES)
    _, above = parse_document(PATH, b"#" * (MAX_BYTES + 1))

    assert at_bound == ()
    assert [each.code for each in above] == ["GCT019"]


def test_tag_directives_that_take_an_hour(project: GitProject) -> None:
    project.commit({PATH: "".join(f"%TAG !a{n}! x\n" for n in range(500_000)) + "---\na: 1\n"})

    assert validate_bounded(project) == [
        at(
            "GCT018",
            "101:1",
            "expected at most 100 %TAG directives, found more",
            "remove them: no tag of ours needs one",
        )
    ]


def test_most_tag_directives() -> None:
    lines = [f"%TAG !a{n}! x\n" for n in range(MAX_TAG_DIRECTIVES)]
    _, at_bound = parse_document(PATH, ("".join(lines) + "---\na: 1\n").encode())
    # Text that only looks like a directive is text.
    _, text = parse_document(PATH, b"a: |\n" + b"  %TAG\n" * (MAX_TAG_DIRECTIVES + 1))

    assert at_bound == ()
    assert text == ()


def test_a_million_problems(project: GitProject) -> None:
    project.commit({PATH: "".join(f"{n}: a\n" for n in range(1_500_000))})

    found = validate_bounded(project)

    assert len(found) == MAX_PROBLEMS
    assert {each[0] for each in found} == {"GCT014"}


def test_the_last_problem_says_that_reading_stopped() -> None:
    lines = "".join(f"{n}: a\n" for n in range(MAX_PROBLEMS))
    _, at_bound = parse_document(PATH, lines.encode())

    assert len(at_bound) == MAX_PROBLEMS
    assert at_bound[-1].notes[-1].text == "reading of this file stopped here, after 1,000 errors"
    assert at_bound[-2].notes == ()


def test_warnings_never_hide_an_error() -> None:
    data = "a:\n" + "- no\n" * (MAX_PROBLEMS + 1) + "1: b\n"
    document, found = parse_document(PATH, data.encode())

    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].code == "GCT014"
    assert document.root is not None


# --- keys --------------------------------------------------------------------------------------


def test_duplicate_keys(project: GitProject) -> None:
    assert said(project, "a: 1\nb: 2\n'a': 3\n") == [
        at("GCT012", "3:1", "expected each key once, found 'a' again", "remove one of the two")
    ]


def test_duplicate_keys_through_merge_keys(project: GitProject) -> None:
    merge_key = "expected an ordinary key, found the merge key '<<' of YAML 1.1"
    hint = "YAML 1.2 has no merge key: put shared values in a weaker layer, or use !ref"

    assert said(project, "d: &d {x: 1}\na:\n  x: 2\n  <<: *d\n  <<: {x: 3}\n") == [
        at("GCT015", "4:3", merge_key, hint),
        at("GCT015", "5:3", merge_key, hint),
    ]


def test_keys_that_json_would_make_one(project: GitProject) -> None:
    assert said(project, '1: a\ntrue: b\n"1": c\n"true": d\n') == [
        at(
            "GCT014",
            "1:1",
            "expected a string as key, found the integer 1",
            'put it in quotes: "1"',
        ),
        at(
            "GCT014",
            "2:1",
            "expected a string as key, found the boolean true",
            'put it in quotes: "true"',
        ),
    ]


@pytest.mark.parametrize("text", ["null: a\n", "~: a\n"])
def test_null_as_key(project: GitProject, text: str) -> None:
    key = text.partition(":")[0]
    assert said(project, text) == [
        at("GCT014", "1:1", "expected a string as key, found null", f'put it in quotes: "{key}"')
    ]


@pytest.mark.parametrize(
    ("text", "place"), [("? [a, b]\n: 1\n", "1:3"), ("? {a: 1}\n: 1\n", "1:3"), ("[a]: 1\n", "1:1")]
)
def test_complex_keys(project: GitProject, text: str, place: str) -> None:
    assert said(project, text) == [
        at(
            "GCT014",
            place,
            "expected a string as key, found a collection or an alias",
            "use a plain string as key",
        )
    ]


def test_two_spellings_of_one_key(project: GitProject) -> None:
    composed, decomposed = "café", unicodedata.normalize("NFD", "café")

    assert said(project, f"{composed}: 1\n{decomposed}: 2\n") == [
        at("GCT012", "2:1", "expected each key once, found 'café' again", "remove one of the two"),
        at(
            "GCT016",
            "2:1",
            "expected a key in Unicode normalisation form NFC, found another form of 'café'",
            "type the key anew, or run the file through a normaliser (uconv -x NFC)",
        ),
    ]


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.inf", "+.INF"])
def test_numbers_that_are_not_finite(project: GitProject, text: str) -> None:
    assert said(project, f"a: {text}\n") == [
        at(
            "GCT020",
            "1:4",
            f"expected a finite number, found {text}",
            "JSON has no infinity and no NaN; use null or a string",
        )
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (str(MAX_SAFE_INTEGER + 1), "9007199254740992"),
        (str(-MAX_SAFE_INTEGER - 1), "-9007199254740992"),
        ("7" * 5_000, "7" * 30 + "... (5000 characters)"),
        ("0x" + "f" * 5_000, "0x" + "f" * 28 + "... (5002 characters)"),
    ],
)
def test_integers_out_of_range(project: GitProject, text: str, shown: str) -> None:
    assert said(project, f"a: {text}\n") == [
        at(
            "GCT020",
            "1:4",
            f"expected an integer within +-(2^53 - 1), found {shown}",
            "other programs would round it: write it as a string",
        )
    ]


def test_largest_integers(project: GitProject, capfd: pytest.CaptureFixture[str]) -> None:
    text = f"a: [{MAX_SAFE_INTEGER}, -{MAX_SAFE_INTEGER}]\n"

    assert value(project, text, capfd) == {"a": [2**53 - 1, 1 - 2**53]}


# --- tags --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("!!binary aGVsbG8=", "!!binary"),
        ("!!set {a, b}", "!!set"),
        ("!!omap [a: 1]", "!!omap"),
        ("!!timestamp 2024-10-01", "!!timestamp"),
        ("!!python/object:os.system ls", "!!python/object:os.system"),
        ("!!python/object/apply:os.system [ls]", "!!python/object/apply:os.system"),
        ("!custom 1", "!custom"),
        ("!<tag:example.org,2024:x> 1", "tag:example.org,2024:x"),
    ],
)
def test_tags_that_nobody_knows(project: GitProject, text: str, shown: str) -> None:
    assert said(project, f"a: {text}\n") == [
        at(
            "GCT013",
            "1:4",
            f"expected one of our tags, found {shown}",
            f"known tags: {', '.join(TAGS)}",
        )
    ]


# --- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "place", "byte"),
    [
        ("a: café\n".encode("utf-16"), "1:1", "0xff"),
        ("a: café\n".encode("utf-16-be"), "1:14", "0xe9"),
        ("a: café\n".encode("latin-1"), "1:7", "0xe9"),
        (b"a: \xed\xa0\x80\n", "1:4", "0xed"),  # a lone surrogate, as if it were a character
    ],
)
def test_text_that_is_not_utf_8(project: GitProject, data: bytes, place: str, byte: str) -> None:
    message = f"expected UTF-8 text, found the byte {byte}"

    assert said(project, data) == [at("GCT011", place, message, "save the file as UTF-8")]


def test_utf_16_of_ascii(project: GitProject) -> None:
    """Each of its bytes is UTF-8, but NUL is no character of YAML."""
    assert said(project, "a: 1\n".encode("utf-16-le")) == [
        at(
            "GCT011",
            "1:2",
            "expected printable characters, found U+0000",
            'write it as an escape in double quotes, such as "\\u0007"',
        )
    ]


def test_byte_order_mark(project: GitProject, capfd: pytest.CaptureFixture[str]) -> None:
    assert value(project, b"\xef\xbb\xbfa: 1\n", capfd) == {"a": 1}


@pytest.mark.parametrize(("char", "shown"), [("\x07", "U+0007"), ("\x1b", "U+001B")])
def test_control_characters(project: GitProject, char: str, shown: str) -> None:
    assert said(project, f"a: 'x{char}y'\n") == [
        at(
            "GCT011",
            "1:6",
            f"expected printable characters, found {shown}",
            'write it as an escape in double quotes, such as "\\u0007"',
        )
    ]


@pytest.mark.parametrize(
    ("char", "shown"), [("\x85", "U+0085"), ("\u2028", "U+2028"), ("\u2029", "U+2029")]
)
def test_nel_and_other_line_breaks(project: GitProject, char: str, shown: str) -> None:
    assert said(project, f"a: 'x{char}y'\n") == [
        at(
            "GCT011",
            "1:6",
            f"expected line breaks of YAML 1.2, found {shown}",
            'not all programs end a line there: write "\\N", "\\L" or "\\P" in quotes',
        )
    ]


def test_lone_surrogate_in_an_escape(project: GitProject) -> None:
    assert said(project, 'a: "\\ud800"\n') == [
        at(
            "GCT011",
            "1:7",
            "expected the escape of a character, found a lone surrogate or a number too large",
            "write the character itself instead of two \\u escapes",
        )
    ]


def test_crlf(project: GitProject, capfd: pytest.CaptureFixture[str]) -> None:
    text = "a: 1\r\nb: |\r\n  one\r\n  two\r\nc: 'x\r\n  y'\r\n"

    assert value(project, text, capfd) == {"a": 1, "b": "one\ntwo\n", "c": "x y"}
    assert value(project, text.replace("\r\n", "\n"), capfd) == value(project, text, capfd)


@pytest.mark.parametrize(("text", "place"), [("\ta: 1\n", "1:1"), ("a:\n\tb: 1\n", "2:1")])
def test_tabs_for_indentation(project: GitProject, text: str, place: str) -> None:
    assert said(project, text) == [
        at(
            "GCT010",
            place,
            "expected spaces as indentation, found a tab",
            "replace the tab with spaces",
        )
    ]


# --- documents ---------------------------------------------------------------------------------


def test_several_documents(project: GitProject) -> None:
    assert said(project, "a: 1\n---\nb: 2\n---\nc: 3\n") == [
        at(
            "GCT017",
            "2:1",
            "expected one YAML document in the file, found another",
            "give each document a file of its own",
        )
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n# and another\n", "---\n...\n"])
def test_files_without_a_value(project: GitProject, text: str) -> None:
    """An empty file is a document that a layer says nothing of."""
    assert said(project, text) == []


# --- what YAML 1.1 would make of it ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "read", "hint"),
    [
        ("no", "no", "false", 'write "no", or false'),
        ("NO", "NO", "false", 'write "NO", or false'),
        ("Yes", "Yes", "true", 'write "Yes", or true'),
        ("on", "on", "true", 'write "on", or true'),
        ("OFF", "OFF", "false", 'write "OFF", or false'),
        ("=", "=", "the default of a mapping", 'write "="'),
        ("<<", "<<", "a merge key", 'write "<<"'),
        # 12 * 3600 + 30 * 60; 22 * 60 + 22; 190 * 3600 + 20 * 60 + 30
        ("12:30:00", "12:30:00", "45000 (base 60)", 'write "12:30:00"'),
        ("22:22", "22:22", "1342 (base 60)", 'write "22:22"'),
        ("-1:30", "-1:30", "-90 (base 60)", 'write "-1:30"'),
        ("190:20:30.15", "190:20:30.15", "685230.15 (base 60)", 'write "190:20:30.15"'),
        ("1_000", "1_000", "1000", 'write "1_000"'),
        ("1_000.5", "1_000.5", "1000.5", 'write "1_000.5"'),
        ("0b101", "0b101", "5 (binary)", 'write "0b101"'),
        ("-0x1F", "-0x1F", "-31 (hexadecimal)", 'write "-0x1F"'),
        ("0x_1F", "0x_1F", "31 (hexadecimal)", 'write "0x_1F"'),
        ("0_7", "0_7", "7 (octal)", 'write "0_7"'),
        ("2024-10-01", "2024-10-01", "a date", 'write "2024-10-01"'),
        ("2024-10-01T12:30:00Z", "2024-10-01T12:30:00Z", "a time", 'write "2024-10-01T12:30:00Z"'),
        ("2024-1-1 2:30:00", "2024-1-1 2:30:00", "a time", 'write "2024-1-1 2:30:00"'),
        ("010", 10, "8 (octal)", "write 10; if it is text, put it in quotes"),
        ("-0644", -644, "-420 (octal)", "write -644; if it is text, put it in quotes"),
        ("089", 89, "text", "write 89; if it is text, put it in quotes"),
        ("0o17", 15, "text", "write 15; if it is text, put it in quotes"),
        ("1e3", 1000.0, "text", "write 1000.0; if it is text, put it in quotes"),
        (".5e3", 500.0, "text", "write 500.0; if it is text, put it in quotes"),
        ("+12e03", 12000.0, "text", "write 12000.0; if it is text, put it in quotes"),
        ("1e-7", 1e-7, "text", "write 1.0e-07; if it is text, put it in quotes"),
        ("1.5e30", 1.5e30, "text", "write 1.5e+30; if it is text, put it in quotes"),
    ],
)
def test_lookalikes_of_yaml_1_1(
    project: GitProject,
    capfd: pytest.CaptureFixture[str],
    text: str,
    expected: Any,
    read: str,
    hint: str,
) -> None:
    is_text = isinstance(expected, str)
    wanted = (
        "text in quotes" if is_text else f"a number that every YAML program reads as {expected}"
    )
    message = f"expected {wanted}, found {text}, which YAML 1.1 programs read as {read}"

    assert said(project, f"a: !final {text}\n") == [at("GCT023", "1:11", message, hint)]
    assert rule("GCT023").severity is Severity.WARNING
    (found,) = problems_of(project)
    assert found.span is not None
    assert (found.span.line, found.span.end_line) == (1, 1)
    assert found.span.end_column == 11 + len(text)
    assert found.fix == (Quote() if is_text else None)
    # The value is what YAML 1.2 says, and the repair does not change it.
    shown = value(project, f"a: {text}\n", capfd)["a"]
    assert (shown, type(shown)) == (expected, type(expected))
    repaired = hint.removeprefix("write ").partition("; ")[0].partition(", ")[0]
    document, diagnostics = parse_document(PATH, f"a: {repaired}\n".encode())
    assert diagnostics == ()
    assert document.root is not None
    assert plain_value(document.root) == {"a": expected}


@pytest.mark.parametrize(
    "text",
    [
        *("y", "n", "Y", "N", "true", "null", "~", "nope", "None", "text", "+", "-x"),
        *("0", "-0", "00", "07", "1", "+1", "1.0", "1.", ".5", "-.5", "01.5", "1.5e+3", "0x1F"),
        *("1.2.3", "2024-1-1", "2024-10", "08:30", "00:30", "8080:80", "1:60", "10.0.0.0/8"),
        *("1e", "0b", "0b2", "0xg", "_1", "1,000", "v1_0", "::1", "-1-", "2024-10-01x", "9" * 15),
        *("'no'", '"12:30:00"', "!!str no", "! no", "|-\n  no", "!required no"),
    ],
)
def test_no_lookalikes(text: str) -> None:
    """Quotes, tags and block scalars are plain to all; the rest is read alike by both versions."""
    _, diagnostics = parse_document(PATH, f"a: {text}\n".encode())

    assert diagnostics == ()


def test_lookalikes_as_keys(project: GitProject) -> None:
    assert said(project, "no: 1\nx: {12:30: 1, y: 2}\n") == [
        at(
            "GCT023",
            "1:1",
            "expected a key in quotes, found no, which YAML 1.1 programs read as false",
            'write "no", or false',
        ),
        at(
            "GCT023",
            "2:5",
            "expected a key in quotes, found 12:30, which YAML 1.1 programs read as 750 (base 60)",
            'write "12:30"',
        ),
    ]


@pytest.mark.parametrize(
    "text", ["sops: {mac: x, version: y}\na: no\n", "a: 12:30:00\nsops:\n  version: 1\n"]
)
def test_nobody_is_asked_to_quote_in_a_sops_file(project: GitProject, text: str) -> None:
    """SOPS signs its values: whoever edits one by hand breaks the file."""
    assert "GCT023" not in {each[0] for each in said(project, text)}


def test_json_has_no_lookalikes() -> None:
    assert parse_document("a.json", b'{"a": 1e3, "b": 1E-7}')[1] == ()
