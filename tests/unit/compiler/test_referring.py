"""What a file refers to, as far as its text tells: never less than what parsing finds."""

from collections.abc import Callable

import pytest

from gitconfig_tool.compiler.referring import NAMES, PAST, PROMPT, targets_of
from gitconfig_tool.document import Node, parse_document


def root_of(text: str) -> Node | None:
    return parse_document("a.yaml", text.encode())[0].root


def found(text: str, parse: Callable[[], Node | None] | None = None) -> set[str]:
    return set(targets_of(text.encode(), parse or (lambda: root_of(text))))


def never() -> Node | None:
    raise AssertionError("expected the text alone to tell")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("a: 1\n", set()),
        ("a: hello!\nb: 'done!'\n", set()),
        ("a: !append [1]\nb: !final 2\n", set()),
        ("a: !ref api/hosts#/host\n", {"api/hosts"}),
        ("a: !ref 'api/hosts#/host'\nb: !ref \"web#/x\"\n", {"api/hosts", "web"}),
        ("a: !ref '#/b'\nb: 1\n", set()),
        ("a: !secret secrets/db#/password # said\n", {"secrets/db"}),
        ("a: !prompt chat@^1.2\n", {PROMPT + "chat"}),
        ("a: {b: !prompt chat@1.0.0}\n", {PROMPT + "chat"}),
        ("a: !ref chat/model@v1#/name\n", {"chat/model@v1", PAST}),
        (
            'a: !format "https://{api/hosts#/host}/{environment}"\n',
            {"api/hosts", NAMES},
        ),
        ("# a: !ref gone#/x\nb: 1\n", {"gone"}),
    ],
)
def test_plain_links_are_found_without_parsing(text: str, targets: set[str]) -> None:
    assert found(text, never) == targets


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("a: [!ref one#/x, !ref two#/y]\n", {"one", "two"}),
        ("a: !<!ref> api/hosts#/host\n", {"api/hosts"}),
        ("a: !r%65f api/hosts#/host\n", {"api/hosts"}),
        ("a: !ref\n  api/hosts#/host\n", {"api/hosts"}),
        ("a: !ref >-\n  api/hosts#/host\n", {"api/hosts"}),
        ("a: !ref &anchor api/hosts#/host\n", {"api/hosts"}),
        ("a: &anchor !ref api/hosts#/host\nb: *anchor\n", {"api/hosts"}),
        ('a: !ref "api/\\x68osts#/host"\n', {"api/hosts"}),
        ('a: !ref "api\\\n  /hosts#/host"\n', {"api/hosts"}),
        ("a: !ref 'it''s#/host'\n", {"it's"}),
        ('a: !format "{api/hosts#/\\u0068ost}"\n', {"api/hosts"}),
    ],
)
def test_what_is_written_in_another_way_is_parsed(text: str, targets: set[str]) -> None:
    assert found(text) >= targets


def test_what_cannot_be_parsed_refers_to_nothing() -> None:
    assert found("a: !ref [\n") == set()


@pytest.mark.parametrize("tag", ["reference", "ref-x", "formatted", "promptly", "secrets"])
def test_a_tag_that_only_begins_like_ours_is_none(tag: str) -> None:
    assert found(f"a: !{tag} api/hosts#/host\n", never) == set()
