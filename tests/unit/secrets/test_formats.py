"""dotenv, INI and binary files as trees; files of the real sops are read in tests/integration."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import MappingNode, node_at, plain_value
from gitconfig_tool.secrets import is_sops, parse_sops_file


def parse(path: str, text: str) -> tuple[object, tuple[Diagnostic, ...]]:
    document, problems = parse_sops_file(path, text.encode())
    return None if document.root is None else plain_value(document.root), problems


def test_dotenv_metadata_is_unflattened() -> None:
    found, problems = parse(
        "a.env",
        "# said\nA=x=y\nB=one\\ntwo\n\nC=\n"
        "sops_age__list_1__map_recipient=second\n"
        "sops_age__list_0__map_recipient=first\n"
        "sops_key_groups__list_0__map_kms__list_0__map_context__map_App=web\n"
        "sops_mac=m\nsops_shamir_threshold=2\nsops_mac_only_encrypted=true\n",
    )

    assert problems == ()
    assert found == {
        "A": "x=y",
        "B": "one\ntwo",
        "C": "",
        "sops": {
            "age": [{"recipient": "first"}, {"recipient": "second"}],
            "key_groups": [{"kms": [{"context": {"App": "web"}}]}],
            "mac": "m",
            "shamir_threshold": 2,
            "mac_only_encrypted": True,
        },
    }


def test_ini_sections_and_quotes() -> None:
    found, problems = parse(
        "a.ini",
        '; said\ntop = 1\n[s]\nkey : two = 2\n"quo=ted" = \'x\'\nlong = """a\nb"""\n'
        "tick = `c;d`\n[empty]\n[sops]\nmac = m\nage__list_0__map_enc = x\\ny\n",
    )

    assert problems == ()
    assert found == {
        "DEFAULT": {"top": "1"},
        "s": {"key": "two = 2", "quo=ted": "x", "long": "a\nb", "tick": "c;d"},
        "empty": {},
        "sops": {"mac": "m", "age": [{"enc": "x\ny"}]},
    }


def test_places_are_those_of_the_text() -> None:
    document, _ = parse_sops_file("a.ini", b"[s]\n  key = value\n")
    assert document.root is not None
    node = node_at(document.root, ("s", "key"))
    section = node_at(document.root, ("s",))

    assert node is not None
    assert tuple(node.mark) == (2, 9, 2, 14)
    assert isinstance(section, MappingNode)
    assert tuple(section.entries["key"].key_mark) == (2, 3, 2, 6)
    document, _ = parse_sops_file("a.env", b"A=1\nLONG=value\n")
    assert document.root is not None
    node = node_at(document.root, ("LONG",))
    assert node is not None
    assert tuple(node.mark) == (2, 6, 2, 11)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.env", "A=1\nno value\n", 2),
        ("a.env", "A=1\nA=2\n", 2),
        ("a.ini", "[s]\n\nno value\n", 3),
        ("a.ini", "[s]\na=1\n[s]\nb=2\n", 3),
        ("a.ini", "[s]\na=1\na=2\n", 3),
        ("a.ini", "[s\n", 1),
    ],
)
def test_what_sops_would_refuse(path: str, text: str, line: int) -> None:
    _, (found,) = parse(path, text)

    assert found.code == "GCT410"
    assert found.span is not None
    assert found.span.line == line
    assert found.sensitive


def test_other_bytes_than_text_are_told() -> None:
    document, (found,) = parse_sops_file("a.env", b"A=\xff\n")

    assert document.root is None
    assert found.code == "GCT410"


def test_a_binary_file_is_json_around_one_text() -> None:
    document, _ = parse_sops_file("a.p12.sops", b'{"data": "ENC[x]", "sops": {"mac": "m"}}')
    assert is_sops(document.root)
    for clear in (b"{ no json", b"\x00\x01", b"[1]", b"a: b"):
        document, problems = parse_sops_file("a.p12.sops", clear)
        assert problems == ()
        assert document.root is not None
        assert not is_sops(document.root)
    assert parse_sops_file("a.sops", b"")[0].root is None


@pytest.mark.parametrize(
    "line",
    [
        "sops_" + "a__map_" * 2000 + "=1",
        "sops_a__list_999999999999999999__map_b=1",
        "sops_a=1\nsops_a__map_b=2\nsops_a__list_0=3",
        "sops_=1",
        "sops_a__map___list_0=1",
    ],
)
def test_metadata_of_any_shape_is_read(line: str) -> None:
    document, problems = parse_sops_file("a.env", line.encode())

    assert problems == ()
    assert document.root is not None
