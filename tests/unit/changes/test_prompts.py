"""Prompts that bundles get in another version, or with another text."""

from pathlib import Path

from gitconfig_tool.changes.model import PromptChange
from tests.comparisons import PROJECT, compared
from tests.projects import git, make_project, write

GREETING = """\
variables: {{type: object, properties: {{name: {{type: string}}}}, required: [name]}}
template: "{text}"
testData: [{{name: Ada, variables: {{name: Ada}}}}]
"""
TONE = "template: Be brief.\n"
INCLUDING = """\
includes: {tone: tone@1.0.0}
template: '{% include "tone" %} Thank you.'
"""


def _greeting(text: str) -> str:
    return GREETING.format(text=text)


def _project(folder: Path, **more: str) -> Path:
    files = {
        "prompts/greeting/1.0.0.prompt.yaml": _greeting("Hello {{ name }}"),
        "base/service.yaml": "prompt: !prompt greeting@^1\n",
        **more,
    }
    return make_project(folder / "p", files, PROJECT)


def _only(folder: Path) -> PromptChange:
    (found,) = compared(folder).prompts
    return found


def test_a_range_that_takes_a_new_version_is_a_step(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"prompts/greeting/1.0.1.prompt.yaml": _greeting("Good day {{ name }}")})

    found = _only(folder)

    assert (found.id, found.before, found.after) == ("greeting", "1.0.0", "1.0.1")
    assert found.bundles == ("development", "production")
    assert (found.step, found.reasons) == ("patch", ("the text changed",))
    assert found.source == (
        "--- prompts/greeting/1.0.0.prompt.yaml",
        "+++ prompts/greeting/1.0.1.prompt.yaml",
        "@@ -1,3 +1,3 @@",
        " variables: {type: object, properties: {name: {type: string}}, required: [name]}",
        '-template: "Hello {{ name }}"',
        '+template: "Good day {{ name }}"',
        " testData: [{name: Ada, variables: {name: Ada}}]",
    )
    (case,) = found.cases
    assert case.name == "Ada"
    assert [side.messages[0].text for side in (case.before, case.after)] == [
        "Hello Ada",
        "Good day Ada",
    ]


def test_a_larger_number_is_a_larger_step_than_its_content(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    git(folder, "mv", "prompts/greeting/1.0.0.prompt.yaml", "prompts/greeting/1.1.0.prompt.yaml")

    found = _only(folder)

    assert (found.step, found.reasons) == ("minor", ("nothing but the number is another one",))
    assert (found.source, found.cases) == ((), ())


def test_one_bundle_that_pins_another_version(tmp_path: Path) -> None:
    text = GREETING.replace("required: [name]", "required: [name, age]").format(text="{{{{ x }}}}")
    text = text.replace("name: {type: string}", "name: {type: string}, age: {type: integer}")
    folder = _project(tmp_path, **{"prompts/greeting/2.0.0.prompt.yaml": text})
    write(folder, {"environments/production/service.yaml": "prompt: !prompt greeting@2.0.0\n"})

    found = _only(folder)

    assert (found.before, found.after, found.bundles) == ("1.0.0", "2.0.0", ("production",))
    assert found.step == "major"
    assert "'age' is new and required" in found.reasons


def test_another_text_under_the_same_version(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"prompts/greeting/1.0.0.prompt.yaml": _greeting("Hi {{ name }}")})

    found = _only(folder)

    assert (found.before, found.after) == ("1.0.0", "1.0.0")
    assert found.bundles == ("development", "production")
    assert found.step == "patch"


def test_comments_and_test_data_change_no_prompt(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    text = "# A comment.\n" + _greeting("Hello {{ name }}").replace("Ada", "Grace")
    write(folder, {"prompts/greeting/1.0.0.prompt.yaml": text})

    assert compared(folder).prompts == ()


def test_a_partial_changes_the_prompts_that_include_it(tmp_path: Path) -> None:
    folder = _project(
        tmp_path,
        **{
            "prompts/tone/1.0.0.partial.yaml": TONE,
            "prompts/thanks/1.0.0.prompt.yaml": INCLUDING,
            "base/thanks.yaml": "prompt: !prompt thanks@1.0.0\n",
        },
    )
    write(folder, {"prompts/tone/1.0.0.partial.yaml": TONE.replace("brief", "kind")})

    found = _only(folder)

    assert (found.id, found.before, found.after) == ("thanks", "1.0.0", "1.0.0")
    assert found.bundles == ("development", "production")
    assert found.through == ("tone 1.0.0",)
    assert found.reasons == ("tone@1.0.0: the text changed",)
    assert found.source[:2] == (
        "--- prompts/tone/1.0.0.partial.yaml",
        "+++ prompts/tone/1.0.0.partial.yaml",
    )
    (case,) = found.cases
    assert case.after.messages[0].text == "Be kind. Thank you."


def test_a_text_in_a_file_of_its_own(tmp_path: Path) -> None:
    folder = _project(
        tmp_path,
        **{
            "prompts/long/1.0.0.prompt.yaml": "template: {file: ../../texts/long.md.j2}\n",
            "texts/long.md.j2": "One.\n",
            "base/long.yaml": "prompt: !prompt long@1.0.0\n",
        },
    )
    write(folder, {"texts/long.md.j2": "Two.\n"})

    found = _only(folder)

    assert (found.id, found.step) == ("long", "patch")
    assert found.bundles == ("development", "production")
    assert found.source[-2:] == ("-One.", "+Two.")


def test_a_version_that_no_bundle_uses_is_compared_with_the_one_before(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    write(folder, {"prompts/greeting/2.0.0.prompt.yaml": _greeting("Welcome {{ name }}")})

    found = _only(folder)

    assert (found.before, found.after, found.bundles) == ("1.0.0", "2.0.0", ())
    assert found.step == "major"


def test_prompts_that_come_and_go(tmp_path: Path) -> None:
    folder = _project(tmp_path, **{"prompts/old/1.0.0.prompt.yaml": "template: Old.\n"})
    git(folder, "rm", "-q", "prompts/old/1.0.0.prompt.yaml")
    write(folder, {"prompts/new/1.0.0.prompt.yaml": "template: New.\n"})

    new, old = compared(folder).prompts

    assert (new.id, new.before, new.after, new.step) == ("new", None, "1.0.0", None)
    assert new.source[-1] == "+template: New."
    assert (old.id, old.before, old.after, old.step) == ("old", "1.0.0", None, None)
    assert old.source[-1] == "-template: Old."


def test_a_document_that_names_another_prompt(tmp_path: Path) -> None:
    folder = _project(tmp_path, **{"prompts/other/1.0.0.prompt.yaml": "template: Other.\n"})
    write(folder, {"base/service.yaml": "prompt: !prompt other@1.0.0\n"})

    one, other = compared(folder).prompts

    assert (one.id, one.before, one.after) == ("greeting", "1.0.0", None)
    assert (other.id, other.before, other.after) == ("other", None, "1.0.0")
    assert one.bundles == other.bundles == ("development", "production")
    # Both texts were there before and are there now.
    assert one.source == other.source == ()


def test_a_password_in_a_prompt_is_not_shown(tmp_path: Path) -> None:
    folder = _project(tmp_path)
    url = "https://ada:plainly-fake@host.example"
    write(folder, {"prompts/greeting/1.0.0.prompt.yaml": _greeting(f"{url} {{{{ name }}}}")})

    found = _only(folder)

    assert "plainly-fake" not in repr(found)
    assert "+(not shown: it may be a secret)" in found.source


def test_untrusted_templates_render_in_a_process_of_their_own(tmp_path: Path) -> None:
    files = {
        "prompts/greeting/1.0.0.prompt.yaml": _greeting("Hello {{ name }}"),
        "base/service.yaml": "prompt: !prompt greeting@^1\n",
    }
    project = PROJECT + "prompts: {folder: prompts, untrusted: true}\n"
    folder = make_project(tmp_path / "p", files, project)
    write(folder, {"prompts/greeting/1.0.0.prompt.yaml": _greeting("Hi {{ name }}")})

    (case,) = _only(folder).cases

    assert case.after.messages[0].text == "Hi Ada"
