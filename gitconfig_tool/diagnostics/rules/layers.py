"""GCT101-GCT149: layers and how they merge."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES = (
    Rule(
        code="GCT101",
        name="document-not-mapping",
        group="layers",
        summary="A document is a list or a scalar at its top.",
        why="Layers merge by key, so the top of a document must be a mapping.",
        failing="- gpt-4.1\n- gpt-4.1-mini",
        fixed="models:\n  - gpt-4.1\n  - gpt-4.1-mini",
    ),
    Rule(
        code="GCT102",
        name="document-twice",
        group="layers",
        summary="Two files of one layer give the same document.",
        why="Neither is stronger than the other; which one wins would be chance.",
        failing="base/model.yaml and base/model.yml",
        fixed="base/model.yaml",
    ),
    Rule(
        code="GCT103",
        name="type-conflict",
        group="layers",
        summary="A stronger layer gives a value of another kind: mapping, list or scalar.",
        why="Nearly always a mistake in indentation; where it is meant, a tag says so.",
        failing="# base\nretries: {max_attempts: 3}\n# production\nretries: 3",
        fixed="# base\nretries: {max_attempts: 3}\n# production\nretries: {max_attempts: 5}",
    ),
    Rule(
        code="GCT104",
        name="required-missing",
        group="layers",
        summary="No stronger layer sets a value that `!required` asks for.",
        why=(
            "The weaker layer has no sensible default. `!required environment` also refuses a "
            "value that the environment only inherits."
        ),
        failing="# base\nreplicas: !required",
        fixed="# base\nreplicas: !required\n# production\nreplicas: 6",
    ),
    Rule(
        code="GCT105",
        name="final-overridden",
        group="layers",
        summary="A stronger layer sets a value that `!final` closes.",
        why="Whoever wrote !final promised the others that nothing changes it.",
        failing="# base\naudit: !final true\n# production\naudit: false",
        fixed="# base\naudit: !final true",
    ),
    Rule(
        code="GCT106",
        name="unset-nothing",
        group="layers",
        summary="`!unset` removes a key that no weaker layer sets.",
        why="The line does nothing: the key is misspelt, or already gone.",
        failing="# base\ndebug: true\n# production\ndebgu: !unset",
        fixed="# base\ndebug: true\n# production\ndebug: !unset",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT107",
        name="layer-missing",
        group="layers",
        summary="A layer with `required: true` does not exist for a bundle.",
        why="The project file says that every bundle has it.",
        failing="layers: [{folder: 'environments/{environment}', required: true}]",
        fixed="environments/production/  (with at least one file in it)",
    ),
    Rule(
        code="GCT108",
        name="no-documents",
        group="layers",
        summary="A bundle has no document at all.",
        why="An empty bundle is nearly always a wrong path in `layers`.",
        failing="layers: [bse]",
        fixed="layers: [base]",
    ),
    Rule(
        code="GCT109",
        name="document-and-secrets",
        group="layers",
        summary="One document id is both an ordinary document and a SOPS document.",
        why="A document is either merged in the clear or kept sealed; it cannot be both.",
        failing="base/database.yaml and environments/production/database.sops.yaml",
        fixed="base/database.yaml and environments/production/secrets/database.sops.yaml",
    ),
)
