"""GCT030-GCT049: what the project file says."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES = (
    Rule(
        code="GCT030",
        name="unknown-project-key",
        group="project",
        summary="`gitconfig.yaml` has a key that means nothing.",
        why="A misspelt key would switch off what it was meant to switch on.",
        failing="polices: [policies/]",
        fixed="policies: [policies/]",
    ),
    Rule(
        code="GCT031",
        name="project-value",
        group="project",
        summary="A key of `gitconfig.yaml` has a value of the wrong kind.",
        why="Nothing is guessed: a list stays a list and a mapping a mapping.",
        failing="layers: base",
        fixed="layers: [base]",
    ),
    Rule(
        code="GCT032",
        name="project-key-missing",
        group="project",
        summary="`gitconfig.yaml` lacks a key that every project needs.",
        why="Without name, layers and bundles there is nothing to compile.",
        failing="name: acme-llm",
        fixed=(
            "apiVersion: gitconfig-tool/v1\nname: acme-llm\nlayers: [base]\n"
            "bundles: [{name: default}]"
        ),
    ),
    Rule(
        code="GCT033",
        name="api-version",
        group="project",
        summary="`apiVersion` is not one that this version of gitconfig-tool reads.",
        why="Another version may give the same keys another meaning.",
        failing="apiVersion: gitconfig-tool/v9",
        fixed="apiVersion: gitconfig-tool/v1",
    ),
    Rule(
        code="GCT034",
        name="dimension-name",
        group="project",
        summary="A dimension or one of its values has a name that cannot be used, or no value.",
        why="Names become folders, bundle names and OCI references.",
        failing="dimensions: {Environment: {prod/eu: {}}}",
        fixed="dimensions: {environment: {prod-eu: {}}}",
    ),
    Rule(
        code="GCT035",
        name="unknown-parent",
        group="project",
        summary="A value inherits from one that does not exist.",
        why="The layers of the missing parent would silently be left out.",
        failing="production: {inherits: stagin}",
        fixed="production: {inherits: staging}",
    ),
    Rule(
        code="GCT036",
        name="inherits-cycle",
        group="project",
        summary="Values inherit from one another in a circle.",
        why="There is no weakest layer to begin with.",
        failing="a: {inherits: b}\nb: {inherits: a}",
        fixed="a: {}\nb: {inherits: a}",
    ),
    Rule(
        code="GCT037",
        name="unknown-placeholder",
        group="project",
        summary="A template names a dimension or an attribute that does not exist.",
        why="The layer would never match any bundle.",
        failing="layers: ['environments/{enviroment}']",
        fixed="layers: ['environments/{environment}']",
    ),
    Rule(
        code="GCT038",
        name="path-outside",
        group="project",
        summary="A path leaves the project, or has empty parts.",
        why="Only files of the project may enter a bundle.",
        failing="layers: [../shared]",
        fixed="layers: [shared]",
    ),
    Rule(
        code="GCT039",
        name="bundle-name-twice",
        group="project",
        summary="Two bundle templates give the same name.",
        why="One bundle would overwrite the other.",
        failing="bundles: [{name: '{environment}'}, {name: production}]",
        fixed="bundles: [{name: '{environment}'}]",
    ),
    Rule(
        code="GCT040",
        name="too-many-bundles",
        group="project",
        summary="A template gives more than 20,000 bundles.",
        why="Dimensions multiply: three of a few hundred values each would be millions of bundles.",
        failing="bundles: [{name: '{host}/{tenant}/{region}'}]",
        fixed="bundles: [{name: '{host}'}, {name: '{tenant}/{region}'}]",
    ),
    Rule(
        code="GCT041",
        name="dimension-source",
        group="project",
        summary="The values of a dimension are to be read from a place that does not give them.",
        why="Without values there are no bundles: a wrong path would silently drop a whole fleet.",
        failing="tenant: {from: tenant/*}",
        fixed="tenant: {from: tenants/*}",
    ),
    Rule(
        code="GCT042",
        name="idle-matrix-entry",
        group="project",
        summary="An `include` or `exclude` entry matches no combination of values.",
        why="It is misspelt, or left over from a value that is gone.",
        failing="exclude: [{environment: development, tenant: 'test-*'}]  # no tenant is named so",
        fixed="exclude: [{environment: development, tenant: 'demo-*'}]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT043",
        name="no-bundle-left",
        group="project",
        summary="`include` and `exclude` leave no combination of values for a bundle template.",
        why="A template is there to give bundles; one that gives none is a mistake.",
        failing="{name: '{environment}', exclude: [{environment: '*'}]}",
        fixed="{name: '{environment}', exclude: [{environment: development}]}",
    ),
    Rule(
        code="GCT044",
        name="unused-suppression",
        group="project",
        summary="A suppression silences nothing.",
        why=(
            "The problem is gone, or the comment stands at another line than the problem. Left "
            "there, it would hide the next one. It is looked for only when all bundles were "
            "checked and nothing kept a check from running."
        ),
        failing="debug: true  # gct: ignore[GCT106] removed in the base layer",
        fixed="debug: true",
        severity=Severity.WARNING,
        silence=Silencing.FIXED,
    ),
    Rule(
        code="GCT045",
        name="suppression-malformed",
        group="project",
        summary="A suppression lacks its reason, names no code that exists, or cannot be read.",
        why="It silences nothing. Without a reason nobody dares to remove it later.",
        failing="debgu: !unset  # gct: ignore[GCT106]",
        fixed="debgu: !unset  # gct: ignore[GCT106] the old name, until every host is new",
    ),
    Rule(
        code="GCT046",
        name="suppression-not-permitted",
        group="project",
        summary="A suppression names a code that may not be silenced there.",
        why=(
            "Some codes keep a promise between the parts of a project: only gitconfig.yaml may "
            "open them. Others leave no sound value to go on with: they can only be mended."
        ),
        failing="audit: false  # gct: ignore[GCT105] not on this host",
        fixed=(
            "# gitconfig.yaml\ndiagnostics: {allow: [GCT105]}\n"
            "# the layer\naudit: false  # gct: ignore[GCT105] not on this host"
        ),
    ),
    Rule(
        code="GCT047",
        name="unknown-in-matrix",
        group="project",
        summary="An `include` or `exclude` entry names what does not exist.",
        why="An entry that can never match would compile what should be left out, or the reverse.",
        failing="{name: '{environment}', exclude: [{enviroment: development}]}",
        fixed="{name: '{environment}', exclude: [{environment: development}]}",
    ),
)
