"""Steps between prompt versions: whatever stands in the files, there is an answer."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.prompts.numbering import Level
from gitconfig_tool.prompts.steps import step_between
from gitconfig_tool.prompts.written import differences
from tests.properties.strategies import EXAMPLES, VALUES
from tests.properties.test_subsumption import schemas

FIELDS = ["variables", "messages", "template", "responseFormat", "jsonSchema", "includes", "tags"]
PRESENT = VALUES.filter(lambda value: value is not None)
CONTENTS = st.dictionaries(st.sampled_from(FIELDS), PRESENT | schemas(), max_size=4)


@EXAMPLES
@given(CONTENTS, CONTENTS)
def test_every_difference_has_a_step(old: dict[str, Any], new: dict[str, Any]) -> None:
    step = step_between(old, new)

    assert (step.level is Level.NONE) == (not list(differences(old, new)))


@EXAMPLES
@given(CONTENTS)
def test_nothing_is_no_step(content: dict[str, Any]) -> None:
    assert step_between(content, content).level is Level.NONE
