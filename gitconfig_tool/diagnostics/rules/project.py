"""GCT030-GCT049: what the project file says."""

from gitconfig_tool.diagnostics.model import Rule

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
)
