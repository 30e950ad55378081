"""What every form of a comparison says in the same words."""

import pytest

from gitconfig_tool.changes.model import Changes, RuleKind, SecretChange, SecretKind
from gitconfig_tool.report.changes_html import changes_html
from gitconfig_tool.report.changes_markdown import changes_markdown
from gitconfig_tool.report.changes_summary import RULE_WORDS, secret_word
from gitconfig_tool.report.changes_text import changes_text
from gitconfig_tool.report.changes_values import Page
from tests.changes import PRODUCTION, comparison


def _forms(changes: Changes) -> tuple[str, ...]:
    text = "\n".join(changes_text(changes, Page(200)))
    return text, changes_markdown(changes), changes_html(changes)


@pytest.mark.parametrize(
    "note", ["no value was replaced", "whether a value was replaced cannot be told"]
)
def test_only_the_note_says_whether_what_was_re_encrypted_is_new(note: str) -> None:
    path = "base/secrets/api.sops.yaml"
    secret = SecretChange(
        path, "secrets/api", SecretKind.REENCRYPTED, (), PRODUCTION, PRODUCTION, note=note
    )
    for form in _forms(comparison(secrets=(secret,))):
        assert note in form
        assert "re-encrypted only" not in form
        assert ("cannot be told" in form) is ("cannot be told" in note)


@pytest.mark.parametrize("kind", SecretKind)
def test_every_kind_of_secret_has_its_words(kind: SecretKind) -> None:
    path = "base/secrets/api.sops.yaml"
    change = SecretChange(path, "secrets/api", kind, (), PRODUCTION, PRODUCTION)

    for form in _forms(comparison(secrets=(change,))):
        assert secret_word(change) in form


def test_every_kind_of_rule_has_its_words() -> None:
    assert set(RULE_WORDS) == set(RuleKind)


def test_a_moved_file_of_secrets_is_not_shown_as_a_new_one() -> None:
    path, note = "base/secrets/api.sops.yaml", "moved from base/api.sops.yaml"
    change = SecretChange(
        path,
        "secrets/api",
        SecretKind.ADDED,
        (),
        PRODUCTION,
        PRODUCTION,
        note=note,
        moved_from="base/api.sops.yaml",
    )
    text, comment, page = _forms(comparison(secrets=(change,)))

    assert f"~ {path}" in text
    assert "moved" in comment
    assert '<span class="badge">moved</span>' in page
    assert "added" not in page.partition('id="secrets-title"')[2].partition("</section>")[0]


def test_a_secret_that_no_bundle_links_to_is_said_to_be_one() -> None:
    change = SecretChange("base/secrets/api.sops.yaml", "", SecretKind.ROTATED, (), (), PRODUCTION)

    for form in _forms(comparison(secrets=(change,))):
        assert "no bundle links to it" in form
        assert "linked by" not in form
