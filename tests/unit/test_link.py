"""Links: where references, secrets and prompts lead, and every way in which they lead nowhere."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Document
from gitconfig_tool.link import (
    MAX_CHAIN,
    LinkedDocument,
    PromptLink,
    SecretLink,
    Surroundings,
    child_at,
    link_documents,
    linked_without_links,
)
from gitconfig_tool.merge import MergedDocument
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.secrets import SopsDocument, read_sops
from tests.layered import merge, merged, parse

NO_PROMPTS = Prompts({})
# Shaped as SOPS writes it, but all zeroes; there is nothing in it that could be decrypted.
ENCRYPTED = f"ENC[AES256_GCM,data:AAAA,iv:{'A' * 43}=,tag:{'A' * 22}==,type:"
SOPS_BLOCK = f"""
sops:
  age:
    - recipient: age1fake
      enc: not a real key
  lastmodified: "2024-03-01T12:00:00Z"
  mac: {ENCRYPTED}str]
  version: 3.10.2
"""


def enc(kind: str = "str") -> str:
    return f"'{ENCRYPTED}{kind}]'"


def sops(path: str, text: str) -> SopsDocument:
    document, diagnostics = read_sops(Document(path, parse(text + SOPS_BLOCK, path)))
    assert diagnostics == ()
    assert document is not None
    return document


def link(
    documents: Mapping[str, str],
    secrets: Mapping[str, Sequence[SopsDocument]] | None = None,
    prompts: Prompts = NO_PROMPTS,
) -> tuple[Mapping[str, LinkedDocument], tuple[Diagnostic, ...]]:
    """Link documents of one layer each, `l0`."""
    made = {name: merged(text, document=name) for name, text in documents.items()}
    return link_documents(made, Surroundings(secrets or {}, prompts))


def values(documents: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of each document that holds a link; there must be no problem."""
    linked, diagnostics = link(documents)
    assert diagnostics == ()
    return {name: each.value for name, each in linked.items()}


def only(
    text: str,
    secrets: Mapping[str, Sequence[SopsDocument]] | None = None,
    prompts: Prompts = NO_PROMPTS,
) -> Diagnostic:
    """Return the one diagnostic of the document `doc`, and check that `k` is unknown."""
    linked, diagnostics = link({"doc": text}, secrets, prompts)
    assert len(diagnostics) == 1, diagnostics
    assert "/k" in linked["doc"].unknown
    return diagnostics[0]


def at(line: int, column: int, end: int, document: str = "doc") -> Span:
    return Span(f"l0/{document}.yaml", line, column, line, end)


# --- references --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nk: !ref '#/a'\n", 1),
        ("a: null\nk: !ref '#/a'\n", None),
        ("a: [1, {x: 2}]\nk: !ref '#/a'\n", [1, {"x": 2}]),
        ("a: {x: {y: 2}}\nk: !ref '#/a/x/y'\n", 2),
        ("a: [1, {x: 2}]\nk: !ref '#/a/1/x'\n", 2),
        ("a/b: {m~n: 1}\nk: !ref '#/a~1b/m~0n'\n", 1),
        ("é: {日本: 1}\nk: !ref '#/é/日本'\n", 1),
        ("'': {'': 1}\nk: !ref '#//'\n", 1),
        ("'0': {'01': 1}\nk: !ref '#/0/01'\n", 1),
        ("a: {x: 1}\nk: !ref 'doc#/a'\n", {"x": 1}),
        ("k: !ref '#/a'\na: !ref '#/b'\nb: !ref '#/c'\nc: end\n", "end"),
        ("a: {x: !ref '#/b'}\nb: {y: 1}\nk: !ref '#/a/x/y'\n", 1),
        ("a: [!ref '#/b']\nb: [[1]]\nk: !ref '#/a/0/0'\n", [1]),
        ("k: [!ref '#/a', {x: !ref '#/a'}]\na: 1\n", [1, {"x": 1}]),
    ],
)
def test_a_reference_within_a_document(text: str, expected: Any) -> None:
    assert values({"doc": text})["doc"]["k"] == expected


def test_a_reference_to_another_document() -> None:
    found = values(
        {
            "app/service": "limit: !ref platform/limits#/default/rpm\nall: !ref platform/limits#\n",
            "platform/limits": "default: {rpm: 60}\n",
        }
    )

    assert found == {"app/service": {"limit": 60, "all": {"default": {"rpm": 60}}}}


def test_a_relative_reference_is_relative_to_where_it_stands() -> None:
    found = values({"a": "k: !ref 'b#/x'\nown: 1\n", "b": "x: {y: !ref '#/own'}\nown: 2\n"})

    assert found["a"]["k"] == {"y": 2}


def test_a_reference_follows_the_merged_value() -> None:
    document, _ = merge("a: 1\nk: !ref '#/a'\n", "a: 2\n")
    assert document is not None

    linked, diagnostics = link_documents({"doc": document}, Surroundings({}, NO_PROMPTS))

    assert diagnostics == ()
    assert linked["doc"].value == {"a": 2, "k": 2}
    assert [origin.layer for origin in linked["doc"].chain_at(("k",))] == ["l0", "l1", "l0"]


def test_a_document_is_named_by_what_its_references_lead_through() -> None:
    linked, _ = link(
        {
            "a": "k: !ref 'b#/x'\n",
            "b": "x: !ref 'c#/x'\n",
            "c": "x: 1\n",
            "d": "k: !ref '#/e'\ne: 1\n",
        }
    )

    assert linked["a"].refers_to == {"b", "c"}
    assert linked["b"].refers_to == {"c"}
    assert linked["d"].refers_to == {"d"}


@pytest.mark.parametrize(
    ("text", "refs", "span", "notes"),
    [
        ("k: !ref '#/k'\n", 1, at(1, 4, 14), ()),
        ("k: !ref '#'\n", 1, at(1, 4, 12), ()),
        (
            "k: !ref '#/b'\nb: !ref '#/k'\n",
            2,
            at(1, 4, 14),
            (Note("doc: !ref #/k", at(2, 4, 14)),),
        ),
        (
            "k: !ref '#/b'\nb: !ref '#/c'\nc: !ref '#/k'\n",
            3,
            at(1, 4, 14),
            (Note("doc: !ref #/c", at(2, 4, 14)), Note("doc: !ref #/k", at(3, 4, 14))),
        ),
    ],
)
def test_a_circle(text: str, refs: int, span: Span, notes: tuple[Note, ...]) -> None:
    found = "one to itself" if refs == 1 else f"{refs} that lead in one"
    assert only(text) == Diagnostic(
        "GCT152",
        f"expected references without a circle, found {found}",
        span,
        label="refers to itself" if refs == 1 else "the circle begins here",
        notes=notes,
        hint=f"give {'it' if refs == 1 else 'one of them'} a value of its own",
    )


def test_a_reference_to_what_is_around_it() -> None:
    linked, diagnostics = link({"doc": "a: {b: {k: !ref '#/a'}, x: 1}\n"})

    assert [(each.code, each.span) for each in diagnostics] == [("GCT152", at(1, 12, 22))]
    assert linked["doc"].value["a"]["x"] == 1


def test_a_circle_through_two_documents() -> None:
    linked, diagnostics = link({"a": "k: !ref 'b#/k'\n", "b": "k: !ref 'a#/k'\n"})

    assert [(each.code, each.span, each.notes) for each in diagnostics] == [
        ("GCT152", at(1, 4, 15, "a"), (Note("b: !ref a#/k", at(1, 4, 15, "b")),))
    ]
    assert linked["a"].unknown == linked["b"].unknown == {"/k"}


def test_what_only_leads_to_a_circle_is_not_blamed() -> None:
    linked, diagnostics = link({"doc": "x: !ref '#/k'\nk: !ref '#/k'\n"})

    assert [(each.code, each.span) for each in diagnostics] == [("GCT152", at(2, 4, 14))]
    assert linked["doc"].unknown == {"/x", "/k"}


@pytest.mark.parametrize(
    ("text", "message", "span", "hint"),
    [
        (
            "limits: {requests: 1}\nk: !ref '#/limits/request'\n",
            "expected a value at #/limits/request, found no 'request' there",
            at(2, 4, 27),
            "did you mean doc#/limits/requests?",
        ),
        (
            "a: {x: 1, y: 2}\nk: !ref '#/a/other'\n",
            "expected a value at #/a/other, found no 'other' there",
            at(2, 4, 20),
            "known keys at /a: x, y",
        ),
        (
            "a: 1\nk: !ref '#/zzz'\n",
            "expected a value at #/zzz, found no 'zzz' there",
            at(2, 4, 16),
            "known keys at its top: a, k",
        ),
        (
            "a: 1\nk: !ref '#/a/b'\n",
            "expected a value at #/a/b, found no 'b' there",
            at(2, 4, 16),
            "check the pointer",
        ),
        (
            "a: [1, 2]\nk: !ref '#/a/2'\n",
            "expected a value at #/a/2, found no '2' there",
            at(2, 4, 16),
            "the list at /a has 2 items, numbered from 0",
        ),
        (
            "a: [1, 2]\nk: !ref '#/a/01'\n",
            "expected a value at #/a/01, found no '01' there",
            at(2, 4, 17),
            "the list at /a has 2 items, numbered from 0",
        ),
        (
            "a~b: {x/y: 1}\nk: !ref '#/a~0b/x~1z'\n",
            "expected a value at #/a~0b/x~1z, found no 'x/z' there",
            at(2, 4, 22),
            "did you mean doc#/a~0b/x~1y?",
        ),
    ],
)
def test_a_reference_to_nothing(text: str, message: str, span: Span, hint: str) -> None:
    assert only(text) == Diagnostic("GCT151", message, span, hint=hint)


def test_a_reference_to_no_document() -> None:
    assert only("k: !ref 'dok#/a'\na: 1\n") == Diagnostic(
        "GCT151",
        "expected a document 'dok' in this bundle, found none",
        at(1, 4, 17),
        hint="did you mean 'doc#/a'?",
    )
    assert only("k: !ref 'zzz#/a'\n").hint == "no layer of the bundle has such a file"


def test_a_reference_into_an_encrypted_document() -> None:
    secrets = {"secrets/db": [sops("base/secrets/db.sops.yaml", f"password: {enc()}")]}

    assert only("k: !ref secrets/db#/password\n", secrets).hint == (
        "it is encrypted: write !secret secrets/db#/password"
    )


def test_an_index_of_thousands_of_digits() -> None:
    assert only(f"a: [1]\nk: !ref '#/a/{'9' * 5_000}'\n").code == "GCT151"


def test_a_problem_is_reported_once_however_many_lead_to_it() -> None:
    linked, diagnostics = link({"doc": "a: !ref '#/none'\nb: !ref '#/a'\nc: [!ref '#/b']\n"})

    assert [(each.code, each.span) for each in diagnostics] == [("GCT151", at(1, 4, 17))]
    assert linked["doc"].unknown == {"/a", "/b", "/c/0"}
    assert linked["doc"].value == {"a": None, "b": None, "c": [None]}


def test_a_reference_to_a_required_value_that_is_missing() -> None:
    document, diagnostics = merge("a: !required\nk: !ref '#/a'\n")
    assert document is not None
    assert [each.code for each in diagnostics] == ["GCT104"]

    linked, more = link_documents({"doc": document}, Surroundings({}, NO_PROMPTS))

    assert more == ()
    assert linked["doc"].unknown == {"/a", "/k"}


def test_nothing_is_missed_in_a_document_that_could_not_be_read_in_full() -> None:
    made = {"doc": merged("k: !ref 'other#/a'\ns: !secret 'secrets/db#/x'\n", document="doc")}

    linked, diagnostics = link_documents(
        made, Surroundings({}, NO_PROMPTS, {"other", "secrets/db"}.__contains__)
    )

    assert diagnostics == ()
    assert linked["doc"].unknown == {"/k", "/s"}


# --- bounds ------------------------------------------------------------------------------------


def chain_of(length: int) -> str:
    lines = [f"k{number}: !ref '#/k{number + 1}'" for number in range(length)]
    return "\n".join([*lines, f"k{length}: end"])


def test_the_longest_chain() -> None:
    found = values({"doc": chain_of(MAX_CHAIN)})

    assert set(found["doc"].values()) == {"end"}


def test_a_chain_that_is_too_long() -> None:
    _, diagnostics = link({"doc": chain_of(MAX_CHAIN + 1)})

    assert diagnostics == (
        Diagnostic(
            "GCT155",
            "expected a chain of at most 64 references, found a longer one",
            at(1, 5, 16),
            label="the chain begins here",
            hint="refer to the value at its end",
        ),
    )


def test_a_chain_of_thousands() -> None:
    _, diagnostics = link({"doc": chain_of(5_000)})

    assert {each.code for each in diagnostics} == {"GCT155"}


def test_a_long_chain_that_is_met_from_its_end() -> None:
    lines = chain_of(200).split("\n")

    assert set(values({"doc": "\n".join(reversed(lines))})["doc"].values()) == {"end"}


def test_references_that_repeat_references() -> None:
    lines = ["a0: [" + "1," * 10 + "]"]
    lines += [f"a{n}: [" + f"!ref '#/a{n - 1}'," * 10 + "]" for n in range(1, 30)]
    started = time.monotonic()

    _, diagnostics = link({"doc": "\n".join(lines)})

    # Written out, a29 would hold 10^30 values.
    assert time.monotonic() - started < 60
    assert [(each.code, each.message, each.hint) for each in diagnostics] == [
        (
            "GCT155",
            "expected references to write out at most 1,000,000 values in a bundle, found more",
            "references that repeat references grow fast: refer to smaller values",
        )
    ]


def test_the_bound_counts_all_documents_together() -> None:
    big = "big: [" + "1," * 100_000 + "]\n"
    documents = {f"d{n}": "k: !ref 'shared#/big'\n" for n in range(11)}

    _, diagnostics = link({**documents, "shared": big})

    assert [(each.code, each.span) for each in diagnostics] == [("GCT155", at(1, 4, 22, "d9"))]


def test_references_that_nest_deeper_than_a_file_may() -> None:
    deep = "[" * 60 + "1" + "]" * 60
    text = f"a: {deep}\nb: {deep.replace('1', '!ref #/a ')}\n".replace("!ref #/a", "!ref '#/a'")

    _, diagnostics = link({"doc": text})

    assert diagnostics == (
        Diagnostic(
            "GCT155",
            "expected at most 100 levels of nesting once references are written out, found more",
            at(2, 64, 74),
            hint="refer to a value that is less deep",
        ),
    )


def test_depth_that_grows_through_references() -> None:
    lines = ["a0: " + "[" * 90 + "1" + "]" * 90]
    lines += [f"a{n}: " + "[" * 90 + f"!ref '#/a{n - 1}'" + "]" * 90 for n in range(1, 50)]

    for text in ("\n".join(lines), "\n".join(reversed(lines))):
        linked, diagnostics = link({"doc": text})
        assert {each.code for each in diagnostics} == {"GCT155"}
        assert linked["doc"].value["a1"] is not None


# --- secrets -----------------------------------------------------------------------------------

Files = Mapping[str, Sequence[SopsDocument]]


def databases() -> dict[str, list[SopsDocument]]:
    """Return what base and production hold for `secrets/db`, weakest first."""
    return {
        "secrets/db": [
            sops(
                "base/secrets/db.sops.yaml",
                f"user: {enc()}\npassword: {enc()}\nport: {enc('int')}\nold: {enc()}",
            ),
            sops(
                "production/secrets/db.sops.yaml",
                f"password: {enc()}\nlist: [{enc()}]\n"
                f"tls:\n  key: {enc('float')}\n  on: {enc('bool')}",
            ),
        ]
    }


@pytest.mark.parametrize(
    ("pointer", "layer", "kind"),
    [
        ("/password", "production", "str"),
        ("/user", "base", "str"),
        ("/port", "base", "int"),
        ("/tls/key", "production", "float"),
        ("/tls/on", "production", "bool"),
        ("/tls", "production", "map"),
        ("/list", "production", "seq"),
        ("/list/0", "production", "str"),
    ],
)
def test_a_secret_is_linked_in_the_strongest_layer_that_holds_it(
    pointer: str, layer: str, kind: str
) -> None:
    linked, diagnostics = link({"doc": f"k: !secret secrets/db#{pointer}\n"}, databases())

    assert diagnostics == ()
    assert linked["doc"].secrets == {
        "/k": SecretLink("secrets/db", f"{layer}/secrets/db.sops.yaml", pointer, kind)
    }
    assert linked["doc"].value == {"k": None}
    assert linked["doc"].unknown == frozenset()


def test_a_secret_through_a_reference() -> None:
    linked, diagnostics = link(
        {"doc": "a~b: [!secret secrets/db#/user ]\nk: !ref '#/a~0b/0'\nall: !ref '#/a~0b'\n"},
        databases(),
    )

    assert diagnostics == ()
    user = SecretLink("secrets/db", "base/secrets/db.sops.yaml", "/user", "str")
    assert linked["doc"].secrets == {"/a~0b/0": user, "/k": user, "/all/0": user}
    assert linked["doc"].value == {"a~b": [None], "k": None, "all": [None]}


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("secrets/db#/pasword", "did you mean secrets/db#/password?"),
        ("secrets/db#/nothing", "add it with sops: sops edit production/secrets/db.sops.yaml"),
        ("secrets/db#/sops/mac", "add it with sops: sops edit production/secrets/db.sops.yaml"),
    ],
)
def test_a_secret_that_no_layer_holds(target: str, hint: str) -> None:
    assert only(f"k: !secret {target}\n", databases()) == Diagnostic(
        "GCT153",
        f"expected a secret at {target}, found no such key in any layer",
        at(1, 4, 12 + len(target)),
        notes=(
            Note("searched", Span("production/secrets/db.sops.yaml")),
            Note("searched", Span("base/secrets/db.sops.yaml")),
        ),
        hint=hint,
    )


@pytest.mark.parametrize(
    ("secrets", "target", "hint"),
    [
        (databases(), "secrets/bd#/x", "did you mean 'secrets/db'?"),
        (databases(), "zzz#/x", "SOPS documents here: secrets/db"),
        ({}, "zzz#/x", "make it in a layer of this bundle: sops edit LAYER/zzz.sops.yaml"),
    ],
)
def test_a_secret_in_no_document(secrets: Files, target: str, hint: str) -> None:
    name = target.partition("#")[0]
    assert only(f"k: !secret {target}\n", secrets) == Diagnostic(
        "GCT153",
        f"expected a SOPS document '{name}' in this bundle's layers, found none",
        at(1, 4, 12 + len(target)),
        hint=hint,
    )


def test_a_tenant_reaches_only_the_layers_of_its_bundle() -> None:
    acme = sops("tenants/acme/secrets/api.sops.yaml", f"key: {enc()}")
    globex = sops("tenants/globex/secrets/api.sops.yaml", f"key: {enc()}\nextra: {enc()}")
    text = "k: !secret secrets/api#/key\n"

    for file in (acme, globex):
        linked, _ = link({"doc": text}, {"secrets/api": [file]})
        assert linked["doc"].secrets["/k"].path == file.path
    # Neither a path of another layer nor a step upwards is a document.
    for target in ("tenants/globex/secrets/api#/key", "../globex/secrets/api#/key"):
        assert only(f"k: !secret {target}\n", {"secrets/api": [acme]}).code == "GCT153"
    assert only("k: !secret secrets/api#/extra\n", {"secrets/api": [acme]}).code == "GCT153"


def test_a_secret_is_not_an_ordinary_document() -> None:
    _, diagnostics = link({"doc": "k: !secret 'doc#/a'\na: 1\n"})

    assert [each.code for each in diagnostics] == ["GCT153"]


# --- prompts -----------------------------------------------------------------------------------


def prompts() -> Prompts:
    versions = ("2.0.0", "1.10.0", "1.2.0", "1.1.0")
    return Prompts(
        {
            "support-assistant": tuple(
                PromptVersion(
                    "support-assistant",
                    version,
                    f"prompts/support-assistant/{version}.prompt.yaml",
                    {},
                    Span(f"prompts/support-assistant/{version}.prompt.yaml"),
                )
                for version in versions
            )
        }
    )


@pytest.mark.parametrize(
    ("wanted", "version"),
    [("^1.2", "1.10.0"), ("~1.2", "1.2.0"), ("1.1.0", "1.1.0"), ("*", "2.0.0"), ("<2", "1.10.0")],
)
def test_a_prompt_is_the_highest_version_in_range(wanted: str, version: str) -> None:
    linked, diagnostics = link(
        {"doc": f"a: {{k: !prompt 'support-assistant@{wanted}'}}\n"}, prompts=prompts()
    )

    assert diagnostics == ()
    assert linked["doc"].prompts == {"/a/k": PromptLink("support-assistant", wanted, version)}
    assert linked["doc"].value == {"a": {"k": {"id": "support-assistant", "version": version}}}


def test_a_prompt_that_does_not_exist() -> None:
    assert only("k: !prompt suport-assistant@^1\n", prompts=prompts()) == Diagnostic(
        "GCT154",
        "expected a prompt 'suport-assistant', found none",
        at(1, 4, 31),
        hint="did you mean 'support-assistant@^1'?",
    )
    assert only("k: !prompt zzz@^1\n").hint == "prompts/ has no such folder"


def test_a_version_that_does_not_exist() -> None:
    found = only("k: !prompt support-assistant@^9\n", prompts=prompts())

    assert found == Diagnostic(
        "GCT154",
        "expected a version of 'support-assistant' in the range ^9, found none",
        at(1, 4, 32),
        notes=tuple(
            Note(f"version {version}", Span(f"prompts/support-assistant/{version}.prompt.yaml"))
            for version in ("2.0.0", "1.10.0", "1.2.0", "1.1.0")
        ),
        hint="the highest version is 2.0.0",
    )


# --- malformed text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("ref", "a/b", "expected DOCUMENT#/pointer after !ref, found 'a/b'"),
        ("secret", "a/b", "expected DOCUMENT#/pointer after !secret, found 'a/b'"),
        ("secret", "'#/a'", "expected DOCUMENT#/pointer after !secret, found '#/a'"),
        (
            "prompt",
            "'@^1'",
            "expected ID@RANGE, such as support-assistant@^1.2 after !prompt, found '@^1'",
        ),
        (
            "prompt",
            "x@",
            "expected ID@RANGE, such as support-assistant@^1.2 after !prompt, found 'x@'",
        ),
    ],
)
def test_malformed_links(kind: str, text: str, message: str) -> None:
    assert only(f"k: !{kind} {text}\n", prompts=prompts()) == Diagnostic(
        "GCT156",
        message,
        at(1, 4, 4 + len(f"!{kind} {text}")),
        hint=f"gitconfig-tool rules GCT156 shows how a !{kind} is written",
    )


def test_a_prompt_without_a_range() -> None:
    """The newest version is what most people mean."""
    assert only("k: !prompt support-assistant\n", prompts=prompts()) == Diagnostic(
        "GCT156",
        "expected ID@RANGE after !prompt, found 'support-assistant' without a range",
        at(1, 4, 29),
        hint="write support-assistant@^2.0.0",
    )


@pytest.mark.parametrize("kind", ["ref", "secret"])
@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("a", "expected a JSON Pointer that begins with '/', found 'a'"),
        ("/~2", "expected '~0' or '~1' after each '~' in the JSON Pointer '/~2'"),
    ],
)
def test_malformed_pointers(kind: str, pointer: str, message: str) -> None:
    text = f"!{kind} 'doc#{pointer}'"

    assert only(f"k: {text}\n") == Diagnostic(
        "GCT156", message, at(1, 4, 4 + len(text)), hint="write #/key/inner, with ~1 for '/'"
    )


def test_a_malformed_range() -> None:
    assert only("k: !prompt support-assistant@newest\n", prompts=prompts()) == Diagnostic(
        "GCT156",
        "expected a range of versions after '@', found 'newest'",
        at(1, 4, 36),
        hint="write a range such as ^1.2, ~1.2.0 or 1.2.3",
    )


# --- documents ---------------------------------------------------------------------------------


def test_a_document_without_links() -> None:
    document = merged("a: {x: [1, null]}\n")

    linked = linked_without_links(document)

    assert linked.id == "doc"
    assert linked.value == {"a": {"x": [1, None]}}
    assert (linked.secrets, linked.prompts, linked.unknown) == ({}, {}, frozenset())
    assert linked.files == ("l0/doc.yaml",)
    assert link_documents({"doc": document}, Surroundings({}, NO_PROMPTS)) == ({}, ())


def test_a_document_with_links_has_no_form_without_them() -> None:
    with pytest.raises(TypeError, match="a document without links holds Link"):
        linked_without_links(merged("k: !ref '#/a'\na: 1\n"))


def two_layers() -> MergedDocument:
    return merged("a: {x: 1, y: [1, 2]}\n", "a:\n  x: 2\n")


def test_the_chain_at_a_path() -> None:
    linked = linked_without_links(two_layers())

    def layers(*path: str | int) -> list[str]:
        return [origin.layer for origin in linked.chain_at(path)]

    assert layers("a", "x") == ["l1", "l0"]
    assert layers("a", "y") == ["l0"]
    assert layers("a", "y", 1) == layers("a", "y", "1") == ["l0"]
    assert layers() == ["l1", "l0"]
    # Where nothing stands, the nearest value around it answers.
    assert layers("a", "none", "deeper") == ["l1", "l0"]
    assert layers("a", "y", 2) == ["l0"]
    assert linked.span_at(("a", "x")) == Span("l1/doc.yaml", 2, 6, 2, 7)
    assert linked.span_at(("a", "y", 1)) == Span("l0/doc.yaml", 1, 18, 1, 19)


def test_the_chain_of_a_referred_value_begins_with_the_reference() -> None:
    linked, _ = link({"doc": "k: !ref 'other#/a/x'\n", "other": "a:\n  x: 1\n"})

    assert [str(origin.span) for origin in linked["doc"].chain_at(("k",))] == [
        "l0/doc.yaml:1:4",
        "l0/other.yaml:2:6",
    ]


@pytest.mark.parametrize("token", ["z", "00", "-", 2, "9" * 5_000, "٠"])
def test_no_child(token: str | int) -> None:
    root = two_layers().root
    inner = child_at(root, "a")
    assert inner is not None
    items = child_at(inner, "y")
    assert items is not None

    assert child_at(items, token) is None
    assert child_at(inner, "none") is None
    scalar = child_at(inner, "x")
    assert scalar is not None
    assert child_at(scalar, token) is None


def test_thousands_of_references_that_lead_nowhere() -> None:
    """The time grows with their number; suggestions end after as many names as take a second."""
    count = 20_000
    given = {
        "a": "".join(f"k{number}: !ref b#/key-{number}\n" for number in range(count)),
        "b": "".join(f"key-of-{number}: 1\n" for number in range(1_000)),
    }
    begin = time.process_time()
    _, diagnostics = link(given)

    assert time.process_time() - begin < 30  # It was minutes when each was compared with all.
    assert len(diagnostics) == count
    suggested = [each for each in diagnostics if each.hint.startswith("did you mean")]
    assert len(suggested) == 20  # 20,000 names are compared, 1,000 for each reference.
    assert suggested[0].hint.startswith("did you mean b#/key-of-")
    assert diagnostics[-1].hint.startswith("known keys at its top: key-of-0, key-of-1")
