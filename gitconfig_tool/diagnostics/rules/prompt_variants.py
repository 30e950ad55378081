"""GCT550-GCT564: variants of a prompt and the experiments with them."""

from gitconfig_tool.diagnostics.model import Rule, Severity

_BASE = "template: Answer in full sentences.\n"
_VARIANTS = (
    "variants:\n  - {id: control, weight: 50}\n"
    "  - {id: short, weight: 50, template: Answer briefly.}\n"
)
_SOUND = f"{_BASE}{_VARIANTS}"

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT550",
        name="variant-weights",
        group="prompt-variants",
        summary="The weights of variants do not add up to 100, or one is no weight.",
        why="A weight is a part of all users in percent, with two decimals at most. What is "
        "missing would be nobody's, and what is too much would be taken from the last variant.",
        failing=f"{_BASE}variants:\n  - {{id: control, weight: 50}}\n"
        "  - {id: short, weight: 45, template: Answer briefly.}",
        fixed=_SOUND,
    ),
    Rule(
        code="GCT551",
        name="variant-id",
        group="prompt-variants",
        summary="The id of a variant is no plain name, or that of another one.",
        why="Logs and metrics know a variant by its id alone.",
        failing=f"{_BASE}variants:\n  - {{id: control, weight: 50}}\n"
        "  - {id: short, weight: 25, template: Answer briefly.}\n"
        "  - {id: short, weight: 25, template: Answer in one word.}",
        fixed=_SOUND,
    ),
    Rule(
        code="GCT552",
        name="variant-control",
        group="prompt-variants",
        summary="Variants have nothing to be compared with: there are fewer than two, or none is "
        "'control', the prompt as it stands.",
        why="Whoever is not in the experiment, for the day or for the environment, gets the "
        "control. So it must be there, and must be the prompt itself.",
        failing=f"{_BASE}variants:\n  - {{id: short, weight: 100, template: Answer briefly.}}\n"
        "experiment: {salt: length-2026}",
        fixed=f"{_SOUND}experiment: {{salt: length-2026, start: '2026-05-01', end: '2026-05-31'}}",
    ),
    Rule(
        code="GCT553",
        name="variant-contract",
        group="prompt-variants",
        summary="A variant takes other variables than the prompt, or gives messages where the "
        "prompt gives one text.",
        why="Applications call the prompt and do not know which variant answers: all must take the "
        "same, and give the same kind of result.",
        failing=f"{_BASE}variants:\n  - {{id: control, weight: 50}}\n"
        "  - {id: short, weight: 50, messages: [{role: user, content: Answer briefly.}]}",
        fixed=_SOUND,
    ),
    Rule(
        code="GCT554",
        name="variant-alike",
        group="prompt-variants",
        summary="A variant has all that the control or another variant has.",
        why="Nothing is learned from comparing a prompt with itself; most often a line is missing.",
        failing=f"{_BASE}variants:\n  - {{id: control, weight: 50}}\n  - {{id: short, weight: 50}}",
        fixed=_SOUND,
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT555",
        name="experiment-dates",
        group="prompt-variants",
        summary="The start or the end of an experiment is no day, or the end comes first.",
        why="The experiment would never run.",
        failing=f"{_SOUND}experiment: {{start: '2026-05-31', end: '2026-05-01'}}",
        fixed=f"{_SOUND}experiment: {{start: '2026-05-01', end: '2026-05-31'}}",
    ),
    Rule(
        code="GCT556",
        name="experiment-ended",
        group="prompt-variants",
        summary="A bundle has a prompt whose experiment has ended.",
        why="Everybody gets the control since, also where another variant was better. Judged at "
        "the day of the commit, or of --as-of.",
        failing=f"{_SOUND}experiment: {{end: '2020-12-31'}}",
        fixed="template: Answer briefly.",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT557",
        name="experiment-environment",
        group="prompt-variants",
        summary="An experiment names an environment that the project does not have.",
        why="It would not run where it was meant to.",
        failing=f"{_SOUND}experiment: {{environments: [prodution]}}",
        fixed=f"{_SOUND}experiment: {{environments: [production]}}",
    ),
    Rule(
        code="GCT558",
        name="experiment-moves-users",
        group="prompt-variants",
        summary="A change gives users another variant while the experiment runs.",
        why="Who has seen two variants belongs to neither: the comparison is spoiled, and users "
        "notice. A new salt sorts everybody anew; another order shifts the parts of all.",
        failing="experiment: {salt: length-2026-b}",
        fixed="experiment: {salt: length-2026}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT559",
        name="experiment-salt",
        group="prompt-variants",
        summary="Experiments with two prompts have the same salt.",
        why="The same users are in the first variants of both: what one experiment finds may be "
        "due to the other.",
        failing="experiment: {salt: summer}",
        fixed="experiment: {salt: summer-greeting}",
        severity=Severity.WARNING,
    ),
)
