"""What is read from a SOPS file, and what is wrong with one.

The encrypted values are of the right form and mean nothing; files by the real sops are read in
tests/integration/test_sops_structure.py.
"""

import json
from base64 import b64encode

import pytest

from gitconfig_tool.diagnostics import Diagnostic, rule
from gitconfig_tool.document import parse_document
from gitconfig_tool.secrets import (
    SopsDocument,
    is_sops,
    is_sops_path,
    parse_sops_file,
    read_sops,
)

PATH = "secrets/app.sops.yaml"
DATA = b64encode(b"marker-of-data").decode()
CLEAR = "plainly-fake-value-in-the-clear"


def enc(kind: str = "str") -> str:
    iv, tag = b64encode(bytes(32)).decode(), b64encode(bytes(16)).decode()
    return f"ENC[AES256_GCM,data:{DATA},iv:{iv},tag:{tag},type:{kind}]"


AGE = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
BLOCK = f"""\
sops:
    age:
        - recipient: {AGE}
          enc: fake
    lastmodified: "2026-01-31T12:00:00Z"
    mac: {enc()}
    version: 3.11.0
"""


def read(text: str, path: str = PATH) -> tuple[SopsDocument | None, tuple[Diagnostic, ...]]:
    document, problems = parse_document(path, text.encode(), sensitive=True)
    assert problems == ()
    found, diagnostics = read_sops(document)
    for each in diagnostics:
        assert rule(each.code).group == "secrets"
        assert each.message.startswith("expected ")
        assert each.hint
        for secret in (DATA, CLEAR):
            assert secret not in repr(each)
    return found, diagnostics


def good(text: str) -> SopsDocument:
    found, diagnostics = read(text)
    assert diagnostics == ()
    assert found is not None
    return found


def codes(text: str, path: str = PATH) -> list[tuple[str, int, int]]:
    return [
        (each.code, each.span.line, each.span.column)
        for each in read(text, path)[1]
        if each.span is not None
    ]


def test_the_tree_of_types() -> None:
    found = good(
        f"openai:\n  api_key: {enc()}\n  retries: {enc('int')}\n  ratio: {enc('float')}\n"
        f"  on: {enc('bool')}\nlist:\n  - {enc()}\n  - k/~: {enc()}\nnothing: null\nempty: ''\n"
        f"map: {{}}\nseq: []\n" + BLOCK
    )
    assert dict(found.types) == {
        "": "map",
        "/openai": "map",
        "/openai/api_key": "str",
        "/openai/retries": "int",
        "/openai/ratio": "float",
        "/openai/on": "bool",
        "/list": "seq",
        "/list/0": "str",
        "/list/1": "map",
        "/list/1/k~1~0": "str",
        "/nothing": "null",
        "/empty": "str",
        "/map": "map",
        "/seq": "seq",
    }
    assert found.type_at("/openai/api_key") == "str"
    assert found.type_at("/openai/missing") is None
    assert found.type_at("/sops") is None
    assert found.type_at("/sops/mac") is None
    assert str(found.spans["/openai/retries"]) == f"{PATH}:3:12"


def test_the_metadata() -> None:
    found = good(f"a: {enc()}\n" + BLOCK)
    assert found.path == PATH
    assert found.format == "yaml"
    assert found.recipients == (f"age:{AGE}",)
    assert str(found.recipient_spans[f"age:{AGE}"]) == f"{PATH}:4:11"
    assert (found.version, found.last_modified) == ("3.11.0", "2026-01-31T12:00:00Z")
    assert found.has_mac


def test_a_json_file() -> None:
    text = json.dumps(
        {
            "a": enc("float"),
            "sops": {
                "age": [{"recipient": AGE, "enc": "fake"}],
                "lastmodified": "2026-01-31T12:00:00Z",
                "mac": enc(),
                "version": "3.11.0",
            },
        },
        indent="\t",
    )
    found, diagnostics = read(text.replace("\t", "  "), "a.sops.json")
    assert diagnostics == ()
    assert found is not None
    assert (found.format, found.type_at("/a")) == ("json", "float")


def block(recipients: str, more: str = "") -> str:
    return (
        f"a: {enc()}\nsops:\n{recipients}{more}"
        f'  lastmodified: "2026-01-31T12:00:00Z"\n  mac: {enc()}\n  version: 3.11.0\n'
    )


# (YAML of the recipients, how we write them); the forms are those of each kind's ToString in sops.
RECIPIENTS = {
    "age": (f"  age: [{{recipient: {AGE}, enc: x}}]\n", [f"age:{AGE}"]),
    "ssh": ("  age: [{recipient: ssh-ed25519 AAAA, enc: x}]\n", ["age:ssh-ed25519 AAAA"]),
    "pgp": ("  pgp: [{fp: ab cd 12, created_at: x, enc: x}]\n", ["pgp:ABCD12"]),
    "kms": (
        "  kms: [{arn: 'arn:aws:kms:eu-west-1:1:key/2', enc: x}]\n",
        ["kms:arn:aws:kms:eu-west-1:1:key/2"],
    ),
    "kms with a role": (
        "  kms: [{arn: 'arn:aws:kms:r:1:key/2', role: 'arn:aws:iam::1:role/x', enc: x}]\n",
        ["kms:arn:aws:kms:r:1:key/2+arn:aws:iam::1:role/x"],
    ),
    "gcp_kms": (
        "  gcp_kms: [{resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k, enc: x}]\n",
        ["gcp_kms:projects/p/locations/l/keyRings/r/cryptoKeys/k"],
    ),
    "azure_kv": (
        "  azure_kv: [{vault_url: 'https://v.example/', name: n, version: '1', enc: x}]\n",
        ["azure_kv:https://v.example/n/1"],
    ),
    "azure_kv, newest": (
        "  azure_kv: [{vault_url: 'https://v.example', name: n, version: '', enc: x}]\n",
        ["azure_kv:https://v.example/n"],
    ),
    "hc_vault": (
        "  hc_vault: [{vault_address: 'https://v.example:8200', engine_path: sops, key_name: k}]\n",
        ["hc_vault:https://v.example:8200/v1/sops/keys/k"],
    ),
    "hckms": ("  hckms: [{key_id: 'region:1', enc: x}]\n", ["hckms:region:1"]),
    "of an older sops": (
        f"  kms: []\n  gcp_kms: null\n  pgp: []\n  age: [{{recipient: {AGE}, enc: x}}]\n",
        [f"age:{AGE}"],
    ),
    "twice": (
        f"  age: [{{recipient: {AGE}}}, {{recipient: {AGE}}}]\n  pgp: [{{fp: AA}}]\n",
        [f"age:{AGE}", "pgp:AA"],
    ),
    "key groups": (
        "  shamir_threshold: 2\n  key_groups:\n    - {age: [{recipient: age1b}]}\n"
        "    - {pgp: [{fp: AA}], hc_vault: [], age: [{recipient: age1a}]}\n",
        ["age:age1a", "age:age1b", "pgp:AA"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), RECIPIENTS.values(), ids=RECIPIENTS.keys())
def test_recipients_of_every_kind(text: str, expected: list[str]) -> None:
    assert list(good(block(text)).recipients) == expected


ONE = f"  age: [{{recipient: {AGE}, enc: x}}]\n"

# (rule of the file, document, pointers in the clear that must not be): SOPS's documentation,
# "Encrypting only parts of a file".
SELECTIONS = {
    "default": ("", {"a_unencrypted": CLEAR, "b": CLEAR, "c_unencrypted": {"d": CLEAR}}, ["/b"]),
    "unencrypted_suffix": (
        "  unencrypted_suffix: _clear\n",
        {"a_clear": CLEAR, "b_unencrypted": CLEAR},
        ["/b_unencrypted"],
    ),
    "encrypted_suffix": (
        "  encrypted_suffix: _secret\n",
        {"a": CLEAR, "b_secret": CLEAR, "c_secret": [{"d": CLEAR}]},
        ["/b_secret", "/c_secret/0/d"],
    ),
    "unencrypted_regex": (
        "  unencrypted_regex: ^(description|metadata)$\n",
        {"description": CLEAR, "metadata": {"x": CLEAR}, "descriptions": CLEAR},
        ["/descriptions"],
    ),
    "encrypted_regex": (
        "  encrypted_regex: ^(data|[[:alpha:]]+_key)$\n",
        {"data": {"x": CLEAR}, "api_key": CLEAR, "kind": CLEAR},
        ["/data/x", "/api_key"],
    ),
    "comments decide": ("  encrypted_comment_regex: secret\n", {"a": CLEAR}, []),
    "numbers and booleans": (
        "",
        {"a": 3, "b": True, "c": 0.5, "d": False},
        ["/a", "/b", "/c", "/d"],
    ),
    "what sops leaves": ("", {"a": "", "b": None, "c": [], "d": {}}, []),
}


@pytest.mark.parametrize(
    ("chosen", "value", "pointers"), SELECTIONS.values(), ids=SELECTIONS.keys()
)
def test_values_in_the_clear(chosen: str, value: dict[str, object], pointers: list[str]) -> None:
    found, diagnostics = read(
        "".join(f"{json.dumps(k)}: {json.dumps(v)}\n" for k, v in value.items())
        + block(ONE, chosen).removeprefix(f"a: {enc()}\n")
    )
    assert [each.code for each in diagnostics] == ["GCT402"] * len(pointers)
    assert [each.message for each in diagnostics] == [
        f"expected an encrypted value at {pointer}, found one in the clear" for pointer in pointers
    ]
    assert found is not None
    for pointer in pointers:
        assert found.type_at(pointer) is not None


def test_a_value_that_looks_encrypted_where_sops_does_not_encrypt_is_text() -> None:
    found = good("a_unencrypted: ENC[not really]\n" + BLOCK)
    assert found.type_at("/a_unencrypted") == "str"


def test_a_value_in_the_clear_is_not_measured() -> None:
    _, (found,) = read(f"a: {CLEAR}\n" + BLOCK)
    assert found.span is not None
    assert (found.span.end_line, found.span.end_column) == (found.span.line, found.span.column)


WRONG: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "no block": (f"a: {CLEAR}\n", [("GCT401", 1, 1)]),
    "a list": ("[a]\n", [("GCT401", 1, 1)]),
    "a block of another kind": (f"a: {CLEAR}\nsops: yes\n", [("GCT401", 1, 1)]),
    "a block without mac and version": (
        f"a: {CLEAR}\nsops: {{age: []}}\n",
        [("GCT401", 1, 1)],
    ),
    "in the clear": (f"a: {enc()}\nb:\n  c: {CLEAR}\n" + BLOCK, [("GCT402", 3, 6)]),
    "damaged": (f"a: {enc()[:-9]}\n" + BLOCK, [("GCT403", 1, 4)]),
    "bytes": (f"a: {enc('bytes')}\n" + BLOCK, [("GCT406", 1, 4)]),
    "a tag": ("a: !secret secrets/other#/a\n" + BLOCK, [("GCT408", 1, 4), ("GCT402", 1, 4)]),
    "no mac": (BLOCK.replace("mac: ", "mac_only_encrypted: true # "), [("GCT404", 2, 5)]),
    "an empty mac": (BLOCK.replace(enc(), "''"), [("GCT404", 6, 10)]),
    "a mac in the clear": (BLOCK.replace(enc(), "deadbeef"), [("GCT404", 6, 10)]),
    "no version": (BLOCK.replace("    version: 3.11.0\n", ""), [("GCT404", 2, 5)]),
    "no time": (BLOCK.replace('"2026-01-31T12:00:00Z"', "yesterday"), [("GCT404", 5, 19)]),
    "no recipients": (block("  age: []\n"), [("GCT404", 3, 3)]),
    "recipient without a name": (
        block("  age: [{enc: x}]\n"),
        [("GCT404", 3, 9), ("GCT404", 3, 3)],
    ),
    "a field that Go takes for another": (
        block("  kms: [{arn: 'arn:a', ARN: 'arn:b'}]\n" + ONE),
        [("GCT404", 3, 24)],
    ),
    "recipient that is text": (block("  pgp: [AA]\n" + ONE), [("GCT404", 3, 9)]),
    "recipients that are text": (block("  pgp: AA\n" + ONE), [("GCT404", 3, 8)]),
    "key group that is text": (block("  key_groups: [x]\n" + ONE), [("GCT404", 3, 16)]),
    "unknown kind of recipient": (block(ONE + "  new_kms: [{id: x}]\n"), [("GCT404", 4, 3)]),
    "unknown kind in a key group": (
        block("  key_groups:\n    - {age: [{recipient: a}], new_kms: []}\n"),
        [("GCT404", 4, 31)],
    ),
    "two rules": (
        block(ONE, "  encrypted_suffix: _a\n  encrypted_regex: b\n"),
        [("GCT404", 4, 3)],
    ),
    "a rule that is no regular expression": (
        block(ONE, "  encrypted_regex: '('\n"),
        [("GCT404", 4, 20)],
    ),
}


def test_a_recipient_without_a_name_that_has_an_address_is_one() -> None:
    """sops connects to it: it must not pass for a file that is encrypted to age keys alone."""
    text = block(ONE + "  hc_vault: [{vault_address: 'https://foreign.invalid', engine_path: t}]\n")
    found, problems = read(text)
    assert found is not None
    assert found.recipients == (f"age:{AGE}", "hc_vault:incomplete")
    assert [each.code for each in problems] == ["GCT404"]


def test_a_comment_in_a_list_is_no_item() -> None:
    """SOPS writes it as one, and leaves it out when it decrypts."""
    comment = enc("comment")
    found = good(f"l:\n  - {enc()}\n  - {comment}\n  - {enc('int')}\n" + block(ONE))
    assert {"/l": "seq", "/l/0": "str", "/l/1": "int"}.items() <= found.types.items()
    assert "/l/2" not in found.types
    assert found.spans["/l/1"].line == 4


def test_a_damaged_comment_and_one_that_is_no_item() -> None:
    damaged = enc("comment").replace("iv:", "iv:!")
    assert codes(f"l:\n  - {damaged}\n" + block(ONE)) == [("GCT403", 2, 5)]
    assert codes(f"l: {enc('comment')}\n" + block(ONE)) == [("GCT403", 1, 4)]
    clear = f"l_unencrypted:\n  - {enc('comment')}\n" + block(ONE)
    assert good(clear).types["/l_unencrypted/0"] == "str"


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_reports_what_is_wrong_at_its_place(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert codes(text) == expected


def test_a_file_in_the_clear_gives_nothing_to_link_or_pack() -> None:
    found, _ = read(f"a: {CLEAR}\n")
    assert found is None


def test_a_file_that_yaml_could_not_read_gives_nothing() -> None:
    document, problems = parse_document(PATH, b"a: [\n")
    assert problems
    assert read_sops(document) == (None, ())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.sops.yaml", True),
        ("a/b.sops.yml", True),
        ("a.sops.json", True),
        ("a.yaml", False),
        ("sops.yaml", False),
        (".sops.yaml", False),
        ("a/.sops.yml", False),
        ("a/b.sops.env", True),
        ("b.sops.ini", True),
        ("keystore.p12.sops", True),
        ("keystore.sops.bin", True),
        ("notes.sops.md", False),
        (".sops", False),
    ],
)
def test_names_that_promise_encryption(path: str, expected: bool) -> None:
    assert is_sops_path(path) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nsops: {mac: x}\n", True),
        ("a: 1\nsops: {version: 3.9.0}\n", True),
        ("a: 1\nsops: {enabled: true}\n", False),
        ("a: {sops: {mac: x}}\n", False),
        ("sops\n", False),
    ],
)
def test_is_sops(text: str, expected: bool) -> None:
    document, _ = parse_document("a.yaml", text.encode())
    assert is_sops(document.root) is expected


@pytest.mark.parametrize("name", ["Sops", "SOPS", "\u017fops"])
@pytest.mark.parametrize("path", ["x.sops.json", "x.sops"])
def test_another_key_that_go_reads_as_the_block(name: str, path: str) -> None:
    block = {
        "age": [{"recipient": "age1x", "enc": "x"}],
        "encrypted_regex": "^a$",
        "lastmodified": "2026-01-01T00:00:00Z",
        "mac": "x",
        "version": "3.11.0",
    }
    data = json.dumps({name: {"hc_vault": [{"vault_address": "x"}]}, "sops": block})

    document, problems = parse_sops_file(path, data.encode())
    _, found = read_sops(document)

    assert not problems
    assert [each.code for each in found if "one 'sops' block" in each.message] == ["GCT404"]


def test_a_recipient_with_a_field_in_another_spelling() -> None:
    item = {
        "vault_address": "https://vault.example.com",
        "Vault_Address": "https://vault.attacker.invalid",
        "engine_path": "sops",
        "key_name": "key",
        "created_at": "2026-01-01T00:00:00Z",
        "enc": "x",
    }
    block = {"hc_vault": [item], "mac": "x", "version": "3.11.0"}

    document, _ = parse_sops_file("x.sops.json", json.dumps({"sops": block}).encode())
    _, found = read_sops(document)

    assert [each.message for each in found if "recipient, found" in each.message] == [
        "expected a field of SOPS in a hc_vault recipient, found 'Vault_Address'"
    ]


def test_in_json_another_spelling_of_the_block_is_a_second_one() -> None:
    data = '{\n "a": "x",\n "SOPS": {"hc_vault": []},\n "sops": {"mac": "x", "version": "3"}\n}\n'
    document, _ = parse_sops_file("a.sops.json", data.encode())
    _, found = read_sops(document)

    assert ("GCT404", 3) in [(each.code, each.span and each.span.line) for each in found]
    document, _ = parse_sops_file("a.sops.yaml", data.encode())
    assert ("GCT404", 3) not in [
        (each.code, each.span and each.span.line) for each in read_sops(document)[1]
    ]
