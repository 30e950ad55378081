"""GCT590-GCT599: whether prompts fit the models that get them."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT590",
        name="token-budget-exceeded",
        group="token-budget",
        summary="The fixed text of a prompt and max_tokens do not fit a model that it is sent to.",
        why="Every request fails there, or its answer is cut. Where the model is a fallback, that "
        "shows on the day on which the fallback is needed.",
        failing="provider: mistral\nmodel: mistral-small-2506\ncontext_window_tokens: 1000\n"
        "parameters: {max_tokens: 1000}\nprompt: !prompt greeting@^1",
        fixed="provider: mistral\nmodel: mistral-small-2506\ncontext_window_tokens: 1000\n"
        "parameters: {max_tokens: 500}\nprompt: !prompt greeting@^1",
    ),
    Rule(
        code="GCT591",
        name="token-budget-bound",
        group="token-budget",
        summary="With the largest values of its variables, a prompt does not fit a model.",
        why="Requests with long values fail there, and only they: most often those of customers "
        "with the longest history.",
        failing="provider: mistral\nmodel: mistral-small-2506\ncontext_window_tokens: 1000\n"
        "parameters: {max_tokens: 900}\nprompt: !prompt greeting@^1",
        fixed="provider: mistral\nmodel: mistral-small-2506\ncontext_window_tokens: 1000\n"
        "parameters: {max_tokens: 500}\nprompt: !prompt greeting@^1",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT592",
        name="unbounded-variable",
        group="token-budget",
        summary="A variable of a prompt has no bound, and a model that gets it a small window.",
        why="Nobody can say whether it fits the models that get it. With windows of 100,000 "
        "tokens and more, that is not asked.",
        failing="template: Hello {{ customer }}\nvariables:\n  type: object\n"
        "  properties: {customer: {type: string}}",
        fixed="template: Hello {{ customer }}\nvariables:\n  type: object\n"
        "  properties: {customer: {type: string, maxLength: 80}}",
        severity=Severity.WARNING,
    ),
)
