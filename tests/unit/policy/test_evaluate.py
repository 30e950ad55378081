"""Evaluation of policies: what a result means, and where it is shown."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import LinkedDocument, PromptLink, SecretLink, linked_without_links
from gitconfig_tool.policy import BundleFacts, evaluate, load_policies, policy_input
from tests.layered import merged

PRODUCTION = BundleFacts("production/acme", {"environment": "production", "tenant": "acme"}, True)


def document(*texts: str, id: str = "ml/model") -> LinkedDocument:
    """Return a document without links."""
    return linked_without_links(merged(*texts, document=id))


def judge(
    policy: str, linked: LinkedDocument, bundle: BundleFacts = PRODUCTION
) -> tuple[Diagnostic, ...]:
    """Evaluate one policy, `package main`, on a document."""
    policies, diagnostics = load_policies({"policies/p.rego": f"package main\n{policy}\n".encode()})
    assert diagnostics == ()
    return evaluate(policies, linked, bundle)


def test_a_text() -> None:
    (found,) = judge('deny contains "no model" if not input.model', document("a: 1", "b: 2"))

    assert found.code == "GCT301"
    assert found.message == "no model"
    # Without a pointer, the strongest file is meant.
    assert str(found.span) == "l1/ml/model.yaml:1:1"
    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("policy main.deny", "policies/p.rego:2:1")
    ]


@pytest.mark.parametrize(
    ("rule", "code"),
    [("deny", "GCT301"), ("violation_x", "GCT301"), ("warn", "GCT302"), ("warn_x", "GCT302")],
)
def test_the_name_of_the_rule_decides(rule: str, code: str) -> None:
    (found,) = judge(f'{rule} contains "x" if input.a', document("a: 1"))

    assert found.code == code


@pytest.mark.parametrize(
    "result",
    [
        '{"msg": "hot", "pointer": "/parameters/temperature"}',
        '{"msg": "hot", "details": {"pointer": "/parameters/temperature"}}',
    ],
)
def test_a_pointer_leads_to_the_layer_that_set_the_value(result: str) -> None:
    linked = document("parameters: {temperature: 0.7, top_p: 1}", "parameters: {temperature: 3.1}")

    (found,) = judge(f"deny contains {result} if input.parameters.temperature > 2", linked)

    assert found.message == "hot"
    assert str(found.span) == "l1/ml/model.yaml:1:27"


def test_a_pointer_to_what_is_missing_leads_to_what_is_around_it() -> None:
    (found,) = judge(
        'deny contains {"msg": "x", "pointer": "/parameters/max_tokens"}',
        document("parameters:\n  temperature: 0.7"),
    )

    assert str(found.span) == "l0/ml/model.yaml:2:3"


def test_a_pointer_that_is_none_still_denies() -> None:
    (found,) = judge('deny contains {"msg": "x", "pointer": "parameters"}', document("a: 1"))

    assert found.code == "GCT301"
    assert "pointer" in found.notes[-1].text


def test_a_result_says_what_to_do_and_what_to_hide() -> None:
    (found,) = judge(
        'deny contains {"msg": "x", "hint": "turn it\\noff", "sensitive": true}', document("a: 1")
    )

    assert found.hint == "turn it off"
    assert found.sensitive


def test_a_message_is_one_line() -> None:
    (found,) = judge('deny contains "first\\n  second"', document("a: 1"))

    assert found.message == "first second"


def test_results_come_in_one_order_and_once() -> None:
    found = judge('deny contains m if some m in ["b", "a", "b"]', document("a: 1"))

    assert [each.message for each in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("deny if input.a", "expected a set of results, found a boolean"),
        ('deny := "x" if input.a', "expected a set of results, found a text"),
        ("deny contains 3 if input.a", "expected a text or an object with 'msg', found a number"),
        ("deny contains null if input.a", "expected a text or an object with 'msg', found null"),
        ('deny contains {"message": "x"} if input.a', "found an object without 'msg'"),
        ('deny contains {"msg": 3} if input.a', "found an object whose 'msg' is a number"),
        ('deny contains "  " if input.a', "expected a message, found an empty text"),
    ],
)
def test_what_is_no_result_denies(policy: str, message: str) -> None:
    (found,) = judge(policy, document("a: 1"))

    assert found.code == "GCT306"
    assert message in found.message
    assert "main.deny" in found.message
    assert str(found.span) == "policies/p.rego:2:1"
    assert found.notes[0].text == "on the document ml/model"


def test_a_list_and_a_set_are_both_results() -> None:
    (found,) = judge('deny := [m | m := "x"]', document("a: 1"))

    assert (found.code, found.message) == ("GCT301", "x")


def test_a_rule_that_is_undefined_says_nothing() -> None:
    assert judge('deny := ["x"] if input.b', document("a: 1")) == ()


def test_a_rule_that_cannot_be_evaluated_denies() -> None:
    (found,) = judge('deny contains "x" if to_number(input.port) > 1', document("port: http"))

    assert found.code == "GCT303"
    assert found.message.startswith("expected policy main.deny to decide on ml/model, found: ")
    assert [str(note.span) for note in found.notes] == [
        "policies/p.rego:2:37",
        "policies/p.rego:2:1",
    ]


def test_other_rules_go_on_where_one_stops() -> None:
    found = judge(
        'deny contains "x" if to_number(input.port) > 1\nwarn contains "w" if input.port',
        document("port: http"),
    )

    assert [each.code for each in found] == ["GCT303", "GCT302"]


def test_what_policies_know_beside_the_document() -> None:
    (found,) = judge(
        "deny contains json.marshal([data.gitconfig_tool.document, data.gitconfig_tool.bundle])",
        document("a: 1", id="ml-service/inference/model"),
    )

    assert found.message == (
        '[{"id":"ml-service/inference/model","namespace":"ml-service/inference"},'
        '{"dimensions":{"environment":"production","tenant":"acme"},'
        '"name":"production/acme","protected":true}]'
    )


def test_facts_are_those_of_the_evaluation_under_way() -> None:
    policies, _ = load_policies(
        {
            "p.rego": b"package main\n"
            b"deny contains data.gitconfig_tool.bundle.name\n"
            b"warn contains data.gitconfig_tool.document.id\n"
        }
    )

    seen = [
        [
            each.message
            for each in evaluate(policies, document("a: 1", id=id), BundleFacts(name, {}, False))
        ]
        for id, name in (("x/a", "one"), ("x/b", "two"))
    ]

    assert seen == [["one", "x/a"], ["two", "x/b"]]
    assert policies.program.evaluate([("main", "deny")], {}, {}) == {("main", "deny"): []}


def with_links(linked: LinkedDocument) -> LinkedDocument:
    """Add a secret at /api_key and in a list, and a prompt at /prompt."""
    return replace(
        linked,
        value={
            "api_key": None,
            "keys": ["a", None],
            "prompt": {"id": "greeting", "version": "1.2.0"},
        },
        secrets=MappingProxyType(
            {
                "/api_key": SecretLink("secrets/providers", "p.sops.yaml", "/openai/key", "str"),
                "/keys/1": SecretLink("secrets/providers", "p.sops.yaml", "/other", "str"),
            }
        ),
        prompts=MappingProxyType({"/prompt": PromptLink("greeting", "^1", "1.2.0")}),
    )


def test_links_are_shown_as_links() -> None:
    linked = with_links(document("api_key: x\nkeys: [a, b]\nprompt: p"))

    assert policy_input(linked) == {
        "api_key": {"$secret": "secrets/providers#/openai/key"},
        "keys": ["a", {"$secret": "secrets/providers#/other"}],
        "prompt": {"$prompt": "greeting@1.2.0"},
    }
    assert linked.value["api_key"] is None


def test_what_is_reported_elsewhere_is_not_reported_again() -> None:
    linked = replace(document("a: {b: 1}\nport: 2"), unknown=frozenset({"/a"}))

    policy = """
deny contains {"msg": "inside", "pointer": "/a/b"}
deny contains {"msg": "outside", "pointer": "/port"}
warn contains "x" if to_number(input.a) > 1
"""
    assert [each.message for each in judge(policy, linked)] == ["outside"]
