"""GCT601-GCT619: the catalogue of models and their retirement."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT601",
        name="unknown-model",
        group="models",
        summary="The catalogue of models does not know a model.",
        why="What is not known cannot be checked: not its limits, its price, nor when it ends. It "
        "may be newer than this version of the tool, or your own: then the project's file of "
        "models can say what it is. Models of the providers 'vllm' and 'custom' are your own.",
        failing="provider: openai\nmodel: acme-7b",
        fixed="provider: vllm\nmodel: acme-7b\nendpoint: https://models.acme.example/v1",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT602",
        name="misspelt-model",
        group="models",
        summary="The name of a model is probably misspelt.",
        why="A name that differs from a known one by letters, and in no number, is nearly always a "
        "slip: each call would be answered by 404. Should it be right, list it in the project's "
        "file of models.",
        failing="provider: anthropic\nmodel: claude-hiaku-4-5",
        fixed="provider: anthropic\nmodel: claude-haiku-4-5",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT603",
        name="retired-model",
        group="models",
        summary="A model is retired: its provider does not serve it any more.",
        why="Each call to it fails. That is judged at the day of the commit, or at --as-of, so "
        "that results do not change by themselves; 'models due' judges at today.",
        failing="provider: anthropic\nmodel: claude-2.1",
        fixed="provider: anthropic\nmodel: claude-haiku-4-5",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT604",
        name="model-ends-within-notice",
        group="models",
        summary="A model ends sooner than the project's notice allows.",
        why="'notice' under 'models' says how long before its end a model must be gone from some "
        "bundles, so that there is time to try another one.",
        failing="# gitconfig.yaml\nmodels:\n"
        "  notice: [{match: {environment: production}, before: 90d}]\n"
        "# base\nprovider: anthropic\nmodel: claude-2.1    # judged at 2025-06-01",
        fixed="provider: anthropic\nmodel: claude-haiku-4-5",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT605",
        name="model-ends-soon",
        group="models",
        summary="A model ends within 30 days, and the project asks for no notice.",
        why="Another model needs to be tried with your prompts before the last day of this one.",
        failing="provider: anthropic\nmodel: claude-2.1    # judged at 2025-07-01",
        fixed="provider: anthropic\nmodel: claude-haiku-4-5",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT606",
        name="model-may-end",
        group="models",
        summary="The time until which a provider promises a model is over, or soon will be.",
        why="Some providers name the earliest day on which a model may end, and announce the end "
        "itself later. Nothing holds the model after that day.",
        failing="provider: openai\nmodel: gpt-4.1    # judged at 2026-12-20",
        fixed="provider: openai\nmodel: gpt-6-luna",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT607",
        name="deprecated-model",
        group="models",
        summary="A model is deprecated by its provider; its end is further away than the notice.",
        why="It works, and it will end: new work should begin with another model.",
        failing="provider: anthropic\nmodel: claude-2.1    # judged at 2025-03-01",
        fixed="provider: anthropic\nmodel: claude-haiku-4-5",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT608",
        name="old-catalogue",
        group="models",
        summary="The catalogue of models is older than the project allows, 90 days by default.",
        why="Ends that were announced since are not in it. A newer version of the tool has a newer "
        "catalogue.",
        failing="models: {max_age: 90d}    # at a commit of 2027-03-01",
        fixed="models: {max_age: 365d}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT609",
        name="missing-catalogue",
        group="models",
        summary="The project's own file of models, 'catalogue' under 'models', does not exist.",
        why="What it was to say of models counts for nothing.",
        failing="models: {catalogue: modles.yaml}",
        fixed="models: {catalogue: models.yaml}",
    ),
    Rule(
        code="GCT610",
        name="catalogue-entry",
        group="models",
        summary="An entry of the project's own file of models is not as it should be.",
        why="Entries stand by PROVIDER/MODEL. Limits are tokens, prices US dollars for a million "
        'tokens, days are written "2027-03-31"; null takes back what the built-in catalogue says.',
        failing="openai/gpt-9:\n  contextwindow: 400000\n  prices: {input: 1.25, output: 10}",
        fixed="openai/gpt-9:\n  context_window: 400000\n  prices: {input: 1.25, output: 10}",
    ),
    Rule(
        code="GCT611",
        name="idle-model-rule",
        group="models",
        summary="A notice, or a rule on regions, matches no document of a model in any bundle.",
        why="A name is misspelt, or a folder was renamed: what the rule was for is no longer held "
        "to it.",
        failing="models:\n  notice: [{match: {environment: prodction}, before: 90d}]",
        fixed="models:\n  notice: [{match: {environment: production}, before: 90d}]",
        severity=Severity.WARNING,
    ),
)
