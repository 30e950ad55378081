"""GCT750-GCT799: files for other programs."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES = (
    Rule(
        code="GCT750",
        name="emit-option",
        group="emit",
        summary="An option under 'emit' is not known to its target, or has another kind.",
        why=(
            "Each target has options of its own. One that is misspelt would be passed over, and"
            " the files would not be what was asked for."
        ),
        failing="emit: [{target: litellm, to: gateway, options: {cooldown: 30}}]",
        fixed="emit: [{target: litellm, to: gateway, options: {cooldown_seconds: 30}}]",
    ),
    Rule(
        code="GCT751",
        name="emit-path-taken",
        group="emit",
        summary="An emitted file has a path that is taken, or that no target takes.",
        why=(
            "Emitted files are delivered at emit/PATH, beside the documents. Two files at one "
            "path, or a file where another needs a folder, cannot be delivered."
        ),
        failing="emit: [{target: json, to: app}, {target: json, to: app}]",
        fixed="emit: [{target: json, to: app}, {target: toml, to: app}]",
    ),
    Rule(
        code="GCT752",
        name="emit-secret-name",
        group="emit",
        summary="Two secrets would get the same name in emitted files.",
        why=(
            "No secret is written into an emitted file: a name stands for it, made of the link."
            " Two secrets behind one name would give a program the wrong key."
        ),
        failing="a: !secret keys/a-b#/key\nb: !secret keys/a_b#/key",
        fixed='options: {secret_names: {"keys/a_b#/key": KEY_B}}',
    ),
    Rule(
        code="GCT753",
        name="emit-key-in-the-clear",
        group="emit",
        summary="An API key of a model is written in the clear.",
        why=(
            "Emitted files name keys and never hold them. A key that is no link to a SOPS file "
            "has no name, and lies readable in Git."
        ),
        failing="api_key: fake-key-in-the-clear",
        fixed="api_key: !secret secrets/providers#/openai/api_key",
    ),
    Rule(
        code="GCT754",
        name="emit-secret-not-scalar",
        group="emit",
        summary="A secret that an emitted file names is a mapping or a list.",
        why=(
            "A name in an emitted file stands for one value, such as an environment variable. A"
            " link to a whole mapping of secrets is none."
        ),
        failing="credentials: !secret secrets/database#",
        fixed="password: !secret secrets/database#/password",
    ),
    Rule(
        code="GCT755",
        name="emit-left-out",
        group="emit",
        summary="The target of an emitted file cannot be told something, which is left out.",
        why=(
            "Every program has fewer words than a document. What has no place in its "
            "configuration is said here, so that nobody relies on it."
        ),
        failing="budget: {usd_per_day: 50}",
        fixed="# without a budget, or with the warning silenced and a reason",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT756",
        name="emit-not-possible",
        group="emit",
        summary="The target of an emitted file cannot be told what it cannot do without.",
        why=(
            "To leave it out would make another configuration: another route, another message, "
            "another value."
        ),
        failing="routing: {strategy: latency} # for Portkey",
        fixed="routing: {strategy: random}",
    ),
    Rule(
        code="GCT757",
        name="emit-names-collide",
        group="emit",
        summary="Two values would get one name in an emitted file.",
        why=(
            "Names are made of the ids of documents and of keys, with the letters that the "
            "target takes. Two that become the same would overwrite each other."
        ),
        failing="a-b: 1\na_b: 2",
        fixed="a-b: 1\na_c: 2",
    ),
    Rule(
        code="GCT758",
        name="emit-looks-like-reference",
        group="emit",
        summary="A text holds '${' in a file where secrets are written as ${NAME}.",
        why=("Whoever fills in the secrets would fill in this text too, or stop at it."),
        failing='greeting: "Hello ${USER}"\nkey: !secret keys#/a',
        fixed="greeting: Hello\nkey: !secret keys#/a",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT759",
        name="emit-too-large",
        group="emit",
        summary="An emitted ConfigMap is larger than Kubernetes takes.",
        why=("The API server refuses a ConfigMap of more than 1 MiB."),
        failing="emit: [{target: configmap, to: k8s}] # for 2 MiB of documents",
        fixed="emit: [{target: configmap, to: k8s, match: {namespace: platform}}]",
    ),
    Rule(
        code="GCT760",
        name="emit-idle",
        group="emit",
        summary="An entry of 'emit' is for no document of any bundle.",
        why=(
            "Its files are in no bundle. Most often a name in 'match' is misspelt, or a document "
            "was renamed."
        ),
        failing="emit: [{target: json, to: app, match: {environment: prod}}]",
        fixed="emit: [{target: json, to: app, match: {environment: production}}]",
        severity=Severity.WARNING,
    ),
)
