"""Which values of a SOPS file belong together, by the rules of the project."""

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project import Rotation, SecretRule
from gitconfig_tool.secrets import SopsDocument, previous_pointer, secrets_of


def _file(*encrypted: str, clear: tuple[str, ...] = ()) -> SopsDocument:
    types = {"": "map"}
    for pointer in (*encrypted, *clear):
        for at in range(1, len(pointer)):
            if pointer[at] == "/":
                types.setdefault(pointer[:at], "map")
        types[pointer] = "str"
    return SopsDocument(
        path="base/s.sops.yaml",
        format="yaml",
        recipients=("age:age1x",),
        version="3.11.0",
        last_modified="",
        has_mac=True,
        types=types,
        encrypted=frozenset(encrypted),
        spans={},
        recipient_spans={},
    )


def _rule(match: str, kind: str) -> SecretRule:
    documents, _, pointers = match.partition("#")
    return SecretRule(documents, pointers, kind, Rotation(), {}, Span("gitconfig.yaml"))


def test_without_rules_each_encrypted_value_is_a_secret_of_its_own() -> None:
    found = secrets_of(_file("/a/b", "/c", clear=("/d_unencrypted",)), "s", ())

    assert [(each.pointer, each.type, each.fields) for each in found] == [
        ("/a/b", "generic", ("/a/b",)),
        ("/c", "generic", ("/c",)),
    ]
    assert found[0].name == "s#/a/b"


def test_the_first_rule_decides_and_takes_all_below() -> None:
    rules = [_rule("other", "database"), _rule("s#/a", "api-key"), _rule("s#/*/b", "oauth-token")]

    found = secrets_of(_file("/a/b", "/a/c", "/d/b"), "s", rules)

    assert [(each.pointer, each.type, each.fields) for each in found] == [
        ("/a", "api-key", ("/a/b", "/a/c")),
        ("/d/b", "oauth-token", ("/d/b",)),
    ]


def test_a_document_can_be_one_secret() -> None:
    found = secrets_of(_file("/username", "/password"), "s", [_rule("s", "database")])

    assert [(each.pointer, each.fields) for each in found] == [("", ("/username", "/password"))]
    assert found[0].name == "s"


def test_an_earlier_version_belongs_to_the_secret_that_replaced_it() -> None:
    file = _file("/a/key_previous", "/a/key", "/b/current", "/b/previous", "/c_previous/x", "/c/x")

    found = secrets_of(file, "s", [_rule("s#/c", "database")])

    assert [(each.pointer, each.fields, each.previous) for each in found] == [
        ("/a/key", ("/a/key",), ("/a/key_previous",)),
        ("/b/current", ("/b/current",), ("/b/previous",)),
        ("/c", ("/c/x",), ("/c_previous/x",)),
    ]


def test_an_earlier_version_within_a_secret_is_none_of_its_fields() -> None:
    rules = [_rule("s#/db", "database")]

    found = secrets_of(_file("/db/user", "/db/password", "/db/password_previous"), "s", rules)

    assert found[0].fields == ("/db/user", "/db/password")
    assert found[0].previous == ("/db/password_previous",)


def test_what_lies_in_an_earlier_mapping_belongs_to_what_lies_in_the_present_one() -> None:
    file = _file("/b/current/user", "/b/current/word", "/b/previous/user", "/b/previous/pin")

    found = secrets_of(file, "s", ())
    together = secrets_of(file, "s", [_rule("s#/b", "database")])

    assert [(each.pointer, each.previous) for each in found] == [
        ("/b/current/user", ("/b/previous/user",)),
        ("/b/current/word", ()),
    ]
    assert [each.previous for each in together] == [("/b/previous/user", "/b/previous/pin")]


def test_where_an_earlier_version_stands() -> None:
    assert previous_pointer("/a/key") == "/a/key_previous"
    assert previous_pointer("/a/current") == "/a/previous"
    assert previous_pointer("/x~1y") == "/x~1y_previous"
    assert previous_pointer("") is None
