"""The page of a rule says how it is silenced; what it says is held against the tool itself."""

import pytest

from gitconfig_tool.diagnostics import RULES, Silencing, rule
from gitconfig_tool.document import MappingNode, plain_value
from gitconfig_tool.project.fields import FieldReader
from gitconfig_tool.project.silencing import read_silencing
from gitconfig_tool.report.rule_page import help_markdown, help_text, rule_json, rule_text
from gitconfig_tool.suppress.comments import yaml_comments
from gitconfig_tool.suppress.directives import Directive, read_comment
from tests.layered import parse


def test_the_page_of_a_warning() -> None:
    assert rule_text(rule("GCT106")) == (
        "GCT106 unset-nothing (warning, layers)\n\n"
        "`!unset` removes a key that no weaker layer sets.\n\n"
        "Why: The line does nothing: the key is misspelt, or already gone.\n\n"
        "Fails:\n\n"
        "    # base\n    debug: true\n    # production\n    debgu: !unset\n\n"
        "Fixed:\n\n"
        "    # base\n    debug: true\n    # production\n    debug: !unset\n\n"
        "Silence: on the line, or on a line of its own above it:\n\n"
        "    # gct: ignore[GCT106] why it is right here\n\n"
        "Or in gitconfig.yaml, for paths:\n\n"
        "    diagnostics:\n"
        "      ignore:\n"
        '        - {code: GCT106, match: "legacy/**", reason: "why it is right there"}\n'
    )


def test_a_guarded_rule_says_what_allows_it() -> None:
    text = rule_text(rule("GCT105"))

    assert "Silence: only where gitconfig.yaml has `diagnostics: {allow: [GCT105]}`. Then" in text
    assert "      allow: [GCT105]\n" in text


def test_no_comment_is_offered_where_sops_would_encrypt_it() -> None:
    assert "# gct:" not in rule_text(rule("GCT407"))
    assert "allow: [GCT407]" in rule_text(rule("GCT407"))


def test_a_fixed_rule_says_that_nothing_silences_it() -> None:
    assert rule_text(rule("GCT010")).endswith(
        "Silence: Nothing silences it: there is no sound value to go on with, or a check could not "
        "run. It can only be mended.\n"
    )
    assert "remove or mend the suppression" in rule_text(rule("GCT044"))


@pytest.mark.parametrize("code", RULES)
def test_what_a_page_offers_is_understood(code: str) -> None:
    text = rule_text(rule(code)).partition("Silence: ")[2]

    if rule(code).silencing is Silencing.FIXED:
        assert "    " not in text
        return
    section = "diagnostics:\n" + text.partition("    diagnostics:\n")[2]
    root = parse(section, "gitconfig.yaml")
    assert isinstance(root, MappingNode)
    reader = FieldReader("gitconfig.yaml")
    found = read_silencing(root.entries["diagnostics"], reader)
    assert reader.diagnostics == []
    assert [each.code for each in found.ignore] == [code]
    assert list(found.allow) == ([code] if rule(code).silencing is Silencing.GUARDED else [])
    for comment in yaml_comments(text, None):
        (asked,) = read_comment(comment, "a.yaml", sealed=False)
        assert isinstance(asked, Directive)
        assert asked.code == code
    assert plain_value(root)


@pytest.mark.parametrize("code", RULES)
def test_other_forms_of_a_page_say_the_same(code: str) -> None:
    known = rule(code)

    assert help_text(known) in rule_text(known)
    for text in (known.why, known.failing, known.fixed):
        assert text.rstrip() in help_markdown(known)
    assert rule_json(known)["silencing"] == known.silencing.value
    assert rule_json(known)["silence"] in rule_text(known)
