"""GCT535-GCT549: what changed in a prompt version, and whether its number says so."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT535",
        name="released-version-changed",
        group="prompt-versions",
        summary="The content of a prompt version or a partial changed after its release.",
        why="Whoever named the version was promised this text: bundles of other commits have it, "
        "and what was measured with it no longer holds. Released is what a release tag holds, or "
        "the commit where the work left the default branch. Comments, layout and notes for people "
        "(description, tags, owner, testData, ...) may change.",
        failing="# prompts/greeting/1.2.0.prompt.yaml, which the tag v1.2 holds as 'Hello'\n"
        "template: Good morning",
        fixed="# prompts/greeting/1.2.1.prompt.yaml\ntemplate: Good morning",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT536",
        name="released-version-removed",
        group="prompt-versions",
        summary="A prompt version or a partial that a release tag holds is removed.",
        why="Bundles of older commits keep it, for the commit is the lock. A range that only it "
        "was in, and applications that name it, find nothing any more.",
        failing="git rm prompts/greeting/1.2.0.prompt.yaml",
        fixed="# prompts/greeting/1.2.0.prompt.yaml\ndeprecated: true\nreplacedBy: greeting@^2\n"
        "template: Hello",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT537",
        name="step-too-small",
        group="prompt-versions",
        summary="The number of a new prompt version is a smaller step than its changes.",
        why="A range such as ^1.2 takes the new version without a question: a caller that does not "
        "give what it requires now is refused, and a reader of the answer meets what it does not "
        "know. docs/prompt-versions.md has the table of changes.",
        failing="# prompts/greeting/1.2.1.prompt.yaml, after 1.2.0 without the variable\n"
        "template: Hello {{ name }}\nvariables:\n  type: object\n"
        "  properties: {name: {type: string}}\n  required: [name]",
        fixed="# prompts/greeting/2.0.0.prompt.yaml\ntemplate: Hello {{ name }}\nvariables:\n"
        "  type: object\n  properties: {name: {type: string}}\n  required: [name]",
    ),
    Rule(
        code="GCT538",
        name="prompt-history-too-short",
        group="prompt-versions",
        summary="Prompt versions could not be compared with what they were.",
        why="Whether a version changed can be told only where the commit before is: a shallow "
        "clone lacks it.",
        failing="# CI\n- uses: actions/checkout@v4",
        fixed="# CI\n- uses: actions/checkout@v4\n  with: {fetch-depth: 0}",
        severity=Severity.WARNING,
    ),
)
