"""Credentials and personal data in prompts; what looks like a credential is made at run time."""

from collections.abc import Callable, Mapping

import pytest

from gitconfig_tool.compiler import compile_snapshot
from tests.unit.conftest import GitProject

PATH = "prompts/greeting/1.0.0.prompt.yaml"
VARIABLES = "variables: {type: object, properties: {question: {type: string}}}\n"


def _found(project: GitProject) -> list[tuple[str, str, str, bool]]:
    found = compile_snapshot(project.open().at_worktree()).diagnostics
    return [
        (each.code, str(each.span), each.message.partition(", found ")[2], each.sensitive)
        for each in found
    ]


def _build(
    git_project: Callable[..., GitProject], prompt: str, files: Mapping[str, str] | None = None
) -> GitProject:
    return git_project({"base/doc.yaml": "a: 1\n", PATH: prompt, **(files or {})})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sk-ant-" + "api03-" + "aB3" * 20, "Anthropic API key"),
        ("sk-" + "proj-" + "aB3" * 20, "OpenAI API key"),
        ("gh" + "p_" + "aB3" * 12, "GitHub token"),
        ("AI" + "za" + "aB3_x" * 7, "Google API key"),
        ("AK" + "IA" + "Q" * 16, "AWS access key id"),
        ("gl" + "pat-" + "aB3_x" * 4, "GitLab token"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "private key"),
        ("eyJ" + "hbGciOiJub25l" + ".eyJ" + "zdWIiOiJhZGEi" + "." + "aB3_x" * 6, "JSON Web Token"),
        ("https://bot:" + "hunter22@shop.example.com", "URL with a password"),
    ],
)
def test_credentials_in_a_template(
    git_project: Callable[..., GitProject], text: str, kind: str
) -> None:
    project = _build(git_project, f"template: |\n  Call it with {text} please.\n")
    column = 16 + (text.find("hunter") if "hunter" in text else 0)
    assert _found(project) == [("GCT566", f"{PATH}:2:{column}", f"one: {kind}", True)]


def test_credentials_in_test_data_and_in_other_files(
    git_project: Callable[..., GitProject],
) -> None:
    key = "gh" + "p_" + "aB3" * 12
    prompt = (
        "template: {file: text.md}\n"
        "variables: {type: object, properties: {login: {type: object}}}\n"
        "testData:\n  - variables: {login: {password: " + "correct-horse" + "}}\n"
    )
    text = "{{ login.password }}\nThe key is\n" + key + "\n"
    project = _build(git_project, prompt, {"prompts/greeting/text.md": text})
    assert _found(project) == [
        ("GCT566", f"{PATH}:4:35", "one: value under the name 'password'", True),
        ("GCT566", "prompts/greeting/text.md:3:1", "one: GitHub token", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Never ask for a password, and never repeat one.",
        "password: {{ question }}",
        "Your API key begins with sk- and stands in the settings.",
        "token: <your token>",
        "Read https://example.com/a:b@c and mail support@example.com.",
        "max_tokens: 400",
        "Commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b is the last one.",
    ],
)
def test_what_is_no_credential(git_project: Callable[..., GitProject], text: str) -> None:
    prompt = f"template: |\n  {text} {{{{ question }}}}\n{VARIABLES}"
    assert _found(_build(git_project, prompt)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to grace.hopper@navy.mil", ["an e-mail address"]),
        ("Write to grace@example.org", []),
        # Published for tests: Stripe's documentation, and the example of the IBAN registry.
        ("Pay with 4242 4242 4242 4242", []),
        ("Pay with 4111111111111111 from DE89 3704 0044 0532 0130 00", []),
        # Made up, with the last digit that ISO 7812-1 asks for: 8 + 7 x 9 + 7 x 9 + 6 = 140.
        ("Pay with 4999 9999 9999 9996", ["a card number"]),
    ],
)
def test_personal_data_in_test_data(
    git_project: Callable[..., GitProject], text: str, found: list[str]
) -> None:
    prompt = (
        f"template: '{{{{ question }}}}'\n{VARIABLES}"
        f"testData:\n  - variables: {{question: '{text}'}}\n"
    )
    assert [each for _, _, each, _ in _found(_build(git_project, prompt))] == found


def test_what_classification_says_is_not_said_again(
    git_project: Callable[..., GitProject],
) -> None:
    prompt = "classification: internal\ntemplate: The card 4999 9999 9999 9996 is lost.\n"
    assert [code for code, *_ in _found(_build(git_project, prompt))] == ["GCT803"]
    plain = prompt.partition("\n")[2]
    project = git_project({"base/doc.yaml": "a: 1\n", PATH: plain}, "plain")
    assert [code for code, *_ in _found(project)] == ["GCT567"]


def test_no_message_quotes_a_text_with_a_credential(
    git_project: Callable[..., GitProject],
) -> None:
    key = "gh" + "p_" + "aB3" * 12
    prompt = (
        "template: '{{ question }}'\n"
        f"{VARIABLES}testData:\n"
        f"  - variables: {{question: 'Use {key}'}}\n    expected: {{equals: 'Use {key[:-1]}'}}\n"
    )
    project = _build(git_project, prompt)
    found = compile_snapshot(project.open().at_worktree()).diagnostics
    assert sorted(each.code for each in found) == ["GCT566", "GCT583"]
    assert all(key[:8] not in f"{each.message}{each.hint}{each.label}" for each in found)
    assert all(each.sensitive for each in found)


def test_a_partial_is_judged_where_it_stands(git_project: Callable[..., GitProject]) -> None:
    """What a partial writes counts in the message that includes it, and is shown in its file."""
    prompt = (
        "messages:\n  - {role: system, content: 'Help. {% include \"ask\" %}'}\n"
        f"{VARIABLES}includes: {{ask: asking@1.0.0}}\n"
    )
    partial = f"template: 'Asked was {{{{ question }}}}.'\n{VARIABLES}"
    files = {"prompts/asking/1.0.0.partial.yaml": partial}
    assert _found(_build(git_project, prompt, files)) == [
        ("GCT565", "prompts/asking/1.0.0.partial.yaml:1:25", "none", False)
    ]
