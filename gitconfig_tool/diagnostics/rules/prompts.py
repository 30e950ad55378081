"""GCT501-GCT534: prompt versions, their templates and their test data."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT501",
        name="undeclared-variable",
        group="prompts",
        summary="A template uses a variable or a property that 'variables' does not declare.",
        why="Nobody would know to give it a value, and rendering would fail in the application.",
        failing="variables:\n  type: object\n  properties: {customer: {type: string}}\n"
        "template: Hello {{ custmer }}",
        fixed="variables:\n  type: object\n  properties: {customer: {type: string}}\n"
        "template: Hello {{ customer }}",
    ),
    Rule(
        code="GCT502",
        name="unused-variable",
        group="prompts",
        summary="A declared variable is used in no template.",
        why="Applications work to supply it for nothing, and it often means a lost line.",
        failing="variables:\n  type: object\n  properties: {customer: {type: string}}\n"
        "template: Hello",
        fixed="template: Hello",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT503",
        name="template-syntax",
        group="prompts",
        summary="A template is not well-formed Jinja2.",
        why="It cannot be rendered at all.",
        failing="template: Hello {{ customer }",
        fixed="template: Hello {{ customer }}",
    ),
    Rule(
        code="GCT504",
        name="template-forbidden",
        group="prompts",
        summary="A template uses something that prompts may not: another template but by "
        "'include' of one alias, chance, or a filter that does not exist.",
        why="What a prompt is made of is known before it is rendered, and it renders to the same "
        "text each time.",
        failing="template: \"{% import 'greeting.txt' as g %} {{ names | random }}\"",
        fixed='template: "Hello {{ names | first }}"',
    ),
    Rule(
        code="GCT505",
        name="prompt-field",
        group="prompts",
        summary="A prompt file, a message or a test case has a field that does not exist.",
        why="A misspelled field would be delivered and do nothing.",
        failing="mesages:\n  - {role: user, content: Hello}",
        fixed="messages:\n  - {role: user, content: Hello}",
    ),
    Rule(
        code="GCT506",
        name="prompt-shape",
        group="prompts",
        summary="A field of a prompt file is missing or holds another kind of value.",
        why="Applications rely on it: 'messages' is a list of {role, content}, or 'template' "
        "is one text; never both.",
        failing="messages:\n  - {role: sytem, content: Be brief.}",
        fixed="description: Answers questions.\nmessages:\n"
        "  - {role: system, content: Be brief.}\n  - {role: user, content: '{{ question }}'}\n"
        "variables:\n  type: object\n  properties: {question: {type: string}}\n"
        "  required: [question]",
    ),
    Rule(
        code="GCT507",
        name="prompt-name",
        group="prompts",
        summary="A prompt file is not named by a lower-case id and a semantic version.",
        why="The path is the only place that says which version of which prompt a file is.",
        failing="prompts/Greeting/v1.prompt.yaml",
        fixed="prompts/greeting/1.0.0.prompt.yaml",
    ),
    Rule(
        code="GCT508",
        name="variables-schema",
        group="prompts",
        summary="'variables' is not a valid JSON Schema of an object.",
        why="Test data and the values that applications give are checked against it. References "
        "stay within it: nothing is fetched.",
        failing="variables:\n  type: object\n  properties: {customer: {type: text}}",
        fixed="variables:\n  type: object\n  properties: {customer: {type: string}}",
    ),
    Rule(
        code="GCT509",
        name="test-data-missing",
        group="prompts",
        summary="A test case lacks a required variable.",
        why="The prompt cannot be rendered with it.",
        failing="variables:\n  type: object\n  properties: {customer: {type: string}}\n"
        "  required: [customer]\ntestData:\n  - variables: {}",
        fixed="variables:\n  type: object\n  properties: {customer: {type: string}}\n"
        "  required: [customer]\ntestData:\n  - variables: {customer: Ada}",
    ),
    Rule(
        code="GCT510",
        name="test-data-extra",
        group="prompts",
        summary="A test case gives a variable that is not declared.",
        why="No template can use it; most often the name is misspelled.",
        failing="testData:\n  - variables: {custmer: Ada}",
        fixed="testData:\n  - variables: {customer: Ada}",
    ),
    Rule(
        code="GCT511",
        name="test-data-invalid",
        group="prompts",
        summary="A value of a test case does not fit the schema of the variables.",
        why="The test would show something that no application may send.",
        failing="variables:\n  type: object\n  properties: {count: {type: integer}}\n"
        "testData:\n  - variables: {count: many}",
        fixed="variables:\n  type: object\n  properties: {count: {type: integer}}\n"
        "testData:\n  - variables: {count: 3}",
    ),
    Rule(
        code="GCT512",
        name="render-failed",
        group="prompts",
        summary="A template fails to render with a test case, or passes its limits.",
        why="It would fail in the application in the same way.",
        failing="template: '{{ names }}'\ntestData:\n  - variables: {names: [Ada, Grace]}",
        fixed="template: \"{{ names | join(', ') }}\"",
    ),
    Rule(
        code="GCT514",
        name="tag-in-prompt",
        group="prompts",
        summary="A value in a prompt file carries one of our tags.",
        why="Prompt versions are not merged and refer to nothing: a version never changes.",
        failing="template: !ref texts#/greeting",
        fixed="template: '{{ greeting }}'",
    ),
    Rule(
        code="GCT515",
        name="replacement-missing",
        group="prompts",
        summary="'replacedBy' names a prompt version that does not exist.",
        why="Whoever follows the advice finds nothing.",
        failing="deprecated: true\nreplacedBy: greting@^2",
        fixed="deprecated: true\nreplacedBy: greeting@^2",
    ),
    Rule(
        code="GCT516",
        name="include-form",
        group="prompts",
        summary="An entry of 'includes' does not name one version of a partial.",
        why="A prompt version gives the same text for ever. With a range, its text would change "
        "whenever a partial does.",
        failing="includes: {tone: house-style@^1}\ntemplate: Hello",
        fixed="includes: {tone: house-style@1.2.0}\ntemplate: '{% include \"tone\" %} Hello'",
    ),
    Rule(
        code="GCT517",
        name="include-missing",
        group="prompts",
        summary="'includes' names a partial, or a version of one, that does not exist.",
        why="The prompt has no text there.",
        failing="includes: {tone: house-stile@1.2.0}\ntemplate: '{% include \"tone\" %} Hello'",
        fixed="includes: {tone: house-style@1.2.0}\ntemplate: '{% include \"tone\" %} Hello'",
    ),
    Rule(
        code="GCT518",
        name="include-undeclared",
        group="prompts",
        summary="A template includes an alias that 'includes' of the same file does not declare.",
        why="Which partial is meant, and which version of it, only 'includes' says.",
        failing="template: '{% include \"tone\" %} Hello'",
        fixed="includes: {tone: house-style@1.2.0}\ntemplate: '{% include \"tone\" %} Hello'",
    ),
    Rule(
        code="GCT519",
        name="include-unused",
        group="prompts",
        summary="'includes' names a partial that no template of the file includes.",
        why="It changes nothing, and often means a lost line.",
        failing="includes: {tone: house-style@1.2.0}\ntemplate: Hello",
        fixed="template: Hello",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT520",
        name="include-endless",
        group="prompts",
        summary="A partial includes itself, directly or through others, or partials lie too many "
        "levels deep in each other.",
        why="Its text has no end.",
        failing="# prompts/house-style/1.2.0.partial.yaml\n"
        "includes: {more: house-style@1.2.0}\n"
        "template: '{% include \"more\" %}'",
        fixed="# prompts/house-style/1.2.0.partial.yaml\ntemplate: Be brief.",
    ),
    Rule(
        code="GCT521",
        name="include-deprecated",
        group="prompts",
        summary="A prompt or a partial includes a partial that is deprecated.",
        why="Whoever keeps the partial has said that it should no longer be used.",
        failing="includes: {tone: old-style@1.0.0}\ntemplate: '{% include \"tone\" %} Hello'",
        fixed="includes: {tone: house-style@1.2.0}\ntemplate: '{% include \"tone\" %} Hello'",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT522",
        name="template-file",
        group="prompts",
        summary="'{file: PATH}' names no file that a prompt may take its text from.",
        why="The text is delivered with the prompt to every bundle that uses it: it must lie in "
        "the project, in the clear, and outside of layers that only some bundles have.",
        failing="template: {file: sytem.md.j2}",
        fixed="template: {file: system.md.j2}",
    ),
    Rule(
        code="GCT523",
        name="template-file-text",
        group="prompts",
        summary="A file that a prompt takes its text from is no text in UTF-8, or too long.",
        why="It would reach the model as something that nobody wrote.",
        failing="template: {file: logo.png}",
        fixed="template: {file: system.md.j2}",
    ),
    Rule(
        code="GCT524",
        name="variables-value",
        group="prompts",
        summary="A default, an example or a member of an enumeration does not fit its own schema.",
        why="A default is what templates get, an example is what readers copy, and a member of "
        "'enum' that does not fit can never be given.",
        failing="variables:\n  type: object\n"
        "  properties: {count: {type: integer, default: many}}\ntemplate: '{{ count }}'",
        fixed="variables:\n  type: object\n"
        "  properties: {count: {type: integer, default: 3}}\ntemplate: '{{ count }}'",
    ),
    Rule(
        code="GCT526",
        name="not-portable",
        group="prompts",
        summary="A template uses something that not every program renders which the project's "
        "'prompts: {portable: jinja}' or 'portable: variables' asks for.",
        why="The same prompt would render to another text in an application that is not written "
        "in Python, or not at all.",
        failing="template: '{{ names | wordwrap(20) }}'",
        fixed="template: \"{{ names | join(', ') }}\"",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT527",
        name="variable-of-partial",
        group="prompts",
        summary="A variable is declared as something that an included partial does not take.",
        why="A partial is written for the values that it declares. With others its text says "
        "something else, or it cannot be rendered.",
        failing="# the partial house-style@1.0.0 has tone: {type: string}\n"
        "includes: {style: house-style@1.0.0}\n"
        "variables:\n  type: object\n  properties: {tone: {type: integer}}\n"
        "template: '{% include \"style\" %}'",
        fixed="# the partial house-style@1.0.0 has tone: {type: string}\n"
        "includes: {style: house-style@1.0.0}\n"
        "variables:\n  type: object\n  properties: {tone: {type: string}}\n"
        "template: '{% include \"style\" %}'",
    ),
)
