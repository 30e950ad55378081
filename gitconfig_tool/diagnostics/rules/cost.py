"""GCT680-GCT689: what models cost."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT680",
        name="no-price",
        group="cost",
        summary="A model whose traffic is declared has no known price.",
        why="'models cost' cannot tell what a month costs, nor whether a change makes it dearer. "
        "The project's own file of models can say the price.",
        failing="provider: vllm\nmodel: acme-7b\nendpoint: https://models.acme.example/v1\n"
        "traffic: {requests_per_month: 100000, input_tokens: 800, output_tokens: 200}",
        fixed="provider: openai\nmodel: gpt-4.1\n"
        "traffic: {requests_per_month: 100000, input_tokens: 800, output_tokens: 200}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT681",
        name="more-cached-than-input",
        group="cost",
        summary="More tokens of a request are declared to be cached than it has.",
        why="'input_tokens' counts the whole input of an average request, and cached tokens are a "
        "part of it; with more of them than of input, no price can be worked out.",
        failing="provider: openai\nmodel: gpt-4.1\ntraffic: {requests_per_month: 1000, "
        "input_tokens: 800, output_tokens: 200, cached_input_tokens: 900}",
        fixed="provider: openai\nmodel: gpt-4.1\ntraffic: {requests_per_month: 1000, "
        "input_tokens: 800, output_tokens: 200, cached_input_tokens: 600}",
    ),
    Rule(
        code="GCT682",
        name="over-budget",
        group="cost",
        summary="A month of declared traffic costs more than the document's own budget.",
        why="'traffic' and 'budget' stand in one document, and the primary model alone costs more "
        "than the budget allows: the budget would be used up before the month ends.",
        failing="provider: openai\nmodel: gpt-4.1\nbudget: {usd_per_month: 300}\n"
        "traffic: {requests_per_month: 100000, input_tokens: 800, output_tokens: 200}",
        fixed="provider: openai\nmodel: gpt-4.1\nbudget: {usd_per_month: 400}\n"
        "traffic: {requests_per_month: 100000, input_tokens: 800, output_tokens: 200}",
        severity=Severity.WARNING,
    ),
)
