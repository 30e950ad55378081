"""GCT101-GCT149: layers and how they merge."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

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
        silence=Silencing.GUARDED,
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
        fixed="environments/production/  (with at least one value in its files)",
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
    Rule(
        code="GCT110",
        name="list-entry",
        group="layers",
        summary="An entry of a list merged by key lacks its key, or has that of another entry.",
        why=(
            "The schema says `x-kubernetes-list-type: map`: layers find each other's entries by "
            "the values of x-kubernetes-list-map-keys. An entry that has none, or one that a "
            "second entry of the same file has, could not be found. The key is a plain scalar."
        ),
        failing="fallbacks:\n  - {name: small, timeout: 5}\n  - {timeout: 10}",
        fixed="fallbacks:\n  - {name: small, timeout: 5}\n  - {name: large, timeout: 10}",
    ),
    Rule(
        code="GCT111",
        name="unset-with-value",
        group="layers",
        summary="`!unset` stands before a mapping outside a list merged by key.",
        why=(
            "Only an entry of a list merged by key needs words to say which one is removed. "
            "Elsewhere the key says it, and the mapping would be lost in silence."
        ),
        failing="limits: !unset {burst: 10}",
        fixed="limits: {burst: !unset }",
    ),
    Rule(
        code="GCT112",
        name="redundant-override",
        group="layers",
        summary="An override gives the value that weaker layers give already.",
        why=(
            "It changes nothing in any bundle, and keeps the value where it is when somebody "
            "changes the weaker layer. `!required environment` asks for it: then it is no mistake."
        ),
        failing="# base\ntimeout: 30\n# production\ntimeout: 30",
        fixed="# base\ntimeout: 30",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT113",
        name="probable-typo",
        group="layers",
        summary="A key of an overlay is one letter away from a key that a weaker layer has.",
        why=(
            "A misspelt key overrides nothing: the weaker value stays, and nobody sees it. "
            "Keys of less than four letters, and keys that differ in a digit, are left alone."
        ),
        failing="# base\nmax_tokens: 400\n# production\nmax_token: 800",
        fixed="# base\nmax_tokens: 400\n# production\nmax_tokens: 800",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT114",
        name="unused-layer-file",
        group="layers",
        summary="A file lies where a layer could be, and no bundle reads it.",
        why="Its folder is misspelt, or what it was for is gone. Whoever edits it changes nothing.",
        failing="environments/prodution/model.yaml",
        fixed="environments/production/model.yaml",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT115",
        name="misspelt-layer",
        group="layers",
        summary="A layer's folder is not there, and one of nearly the same name is.",
        why="A layer may have no files, so nothing else would tell that all its values are lost.",
        failing="layers: [base, enviroments/production]",
        fixed="layers: [base, environments/production]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT116",
        name="misspelt-ending",
        group="layers",
        summary="A file of a layer ends nearly as a document does.",
        why="Only *.yaml and *.yml are documents: all that the file says is lost in silence.",
        failing="base/model.ymal",
        fixed="base/model.yaml",
        severity=Severity.WARNING,
    ),
)
