"""GCT301-GCT306: what Rego policies say, and what is wrong with them."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES = (
    Rule(
        code="GCT301",
        name="policy-denied",
        group="policy",
        summary="A policy's rule `deny` or `violation` gave a result for a document.",
        why="The project's owners, or a built-in policy set, do not allow this value.",
        failing="""\
# policies/models.rego denies models without a limit
parameters: {temperature: 0.7}
""",
        fixed="parameters: {temperature: 0.7, max_tokens: 1024}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT302",
        name="policy-warned",
        group="policy",
        summary="A policy's rule `warn` gave a result for a document.",
        why="The value is allowed, and the project's owners ask to think about it again.",
        failing="cors: {allowed_origins: ['*']}",
        fixed="cors: {allowed_origins: ['https://app.example.com']}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT303",
        name="policy-not-evaluated",
        group="policy",
        summary="A policy stopped on a document, and so it denies.",
        why="A policy that cannot decide must not let a document pass. Built-in functions stop on "
        "arguments of another type; OPA would take the rule as undefined instead.",
        failing='deny contains msg if { to_number(input.port) > 9; msg := "port" }',
        fixed='deny contains msg if { is_number(input.port); input.port > 9; msg := "port" }',
    ),
    Rule(
        code="GCT304",
        name="policy-invalid",
        group="policy",
        summary="A policy file cannot be compiled.",
        why="A file with an error decides nothing. Calls of unknown functions, recursion and calls "
        "of the clock, chance or the network are errors even where no document reaches them.",
        failing='deny contains msg if { input.debug; mgs := "debug is on" }',
        fixed='deny contains msg if { input.debug; msg := "debug is on" }',
    ),
    Rule(
        code="GCT305",
        name="policy-not-found",
        group="policy",
        summary="`policies` in gitconfig.yaml names a place or a built-in set without policies.",
        why="A misspelt name would switch the policies off in silence.",
        failing="policies: [gitconfig-tool:security-basline]",
        fixed="policies: [gitconfig-tool:security-baseline]",
    ),
    Rule(
        code="GCT306",
        name="policy-result",
        group="policy",
        summary="A policy gave a result that is neither a text nor an object with `msg`.",
        why="What cannot be understood cannot be passed over: it denies. conftest ignores such "
        "results, so that a rule written as `deny if ...` never denies anything there.",
        failing="deny if input.debug",
        fixed='deny contains "debug is on" if input.debug',
    ),
)
