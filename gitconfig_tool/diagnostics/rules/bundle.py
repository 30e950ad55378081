"""GCT701-GCT799: what a bundle may hold."""

from gitconfig_tool.diagnostics.model import Rule

RULES = (
    Rule(
        code="GCT701",
        name="bundle-paths-collide",
        group="bundle",
        summary="A document of one bundle would be published where another bundle's lie.",
        why=(
            "Bundle `production` publishes its document `acme/x` to the path where bundle "
            "`production/acme` publishes its document `x`; one would overwrite the other."
        ),
        failing="bundles production and production/acme, and a namespace acme/ in production",
        fixed="bundles production and production-acme, or another name for the namespace",
    ),
    Rule(
        code="GCT702",
        name="undeliverable-name",
        group="bundle",
        summary="A document has a name that no target takes.",
        why=(
            "The name becomes a path in Vault or below a folder. One name that is refused there "
            "would keep the whole bundle from being delivered."
        ),
        failing="base/reports\\\\daily.yaml",
        fixed="base/reports/daily.yaml",
    ),
)
