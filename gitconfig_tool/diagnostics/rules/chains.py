"""GCT660-GCT679: chains of models, their regions and their time-outs."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT660",
        name="fallback-circle",
        group="chains",
        summary="Fallbacks lead back to where they began.",
        why="A gateway that follows them calls the same models again and again, or stops at a "
        "number of its own. Either way a model that is down is asked once more.",
        failing="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [doc]",
        fixed="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [another]",
    ),
    Rule(
        code="GCT661",
        name="fallback-unknown",
        group="chains",
        summary="A chain names a document that the bundle does not have.",
        why="There is no fallback then, and it is found out when the first model fails.",
        failing="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [anothr]",
        fixed="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [another]",
    ),
    Rule(
        code="GCT662",
        name="fallback-not-a-model",
        group="chains",
        summary="A chain names a document that does not describe a model.",
        why="Only a document with a schema of models, such as gitconfig-tool:model-endpoint, says "
        "what to call. The same holds for sets of parameters and for metadata.",
        failing="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [limits]",
        fixed="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [another]",
    ),
    Rule(
        code="GCT663",
        name="model-twice",
        group="chains",
        summary="A chain calls the same model twice.",
        why="The second call meets what made the first one fail: it only takes time. Another "
        "region, endpoint or key makes it another call.",
        failing="provider: mistral\n"
        "model: mistral-large-2512\n"
        "fallbacks:\n"
        "  - {provider: mistral, model: mistral-large-2512}",
        fixed="provider: mistral\n"
        "model: mistral-large-2512\n"
        "fallbacks:\n"
        "  - {provider: mistral, model: ministral-14b-2512}",
    ),
    Rule(
        code="GCT664",
        name="region-not-allowed",
        group="chains",
        summary="A model runs in a region that the project does not allow for the bundle.",
        why="`models: regions:` in the project file says where the data of a tenant may go. A "
        "fallback is the way by which they leave unseen. An inference profile of Bedrock, such as "
        "global.anthropic..., is answered in any of its regions.",
        failing="# gitconfig.yaml\n"
        "models: {regions: [{match: {environment: production}, allow: ['eu-*']}]}\n"
        "# base\n"
        "provider: aws-bedrock\nmodel: amazon.nova-pro-v1:0\nregion: us-east-1",
        fixed="# gitconfig.yaml\n"
        "models: {regions: [{match: {environment: production}, allow: ['eu-*']}]}\n"
        "# base\n"
        "provider: aws-bedrock\nmodel: amazon.nova-pro-v1:0\nregion: eu-west-1",
    ),
    Rule(
        code="GCT665",
        name="region-not-said",
        group="chains",
        summary="A model does not say its region, in a bundle whose regions are limited.",
        why="Without a region nobody can tell where data go: it counts as outside.",
        failing="# gitconfig.yaml\n"
        "models: {regions: [{match: {environment: production}, allow: ['eu-*']}]}\n"
        "# base\n"
        "provider: aws-bedrock\nmodel: amazon.nova-pro-v1:0",
        fixed="# gitconfig.yaml\n"
        "models: {regions: [{match: {environment: production}, allow: ['eu-*']}]}\n"
        "# base\n"
        "provider: aws-bedrock\nmodel: amazon.nova-pro-v1:0\nregion: eu-west-1",
    ),
    Rule(
        code="GCT666",
        name="region-not-offered",
        group="chains",
        summary="A model is called in a region that does not offer it.",
        why="The provider answers that there is no such model. Providers add regions, so this is "
        "a warning.",
        failing="provider: aws-bedrock\n"
        "model: amazon.nova-pro-v1:0\n"
        "region: eu-west-9\n"
        "metadata: {regions: [eu-west-1, eu-north-1]}",
        fixed="provider: aws-bedrock\n"
        "model: amazon.nova-pro-v1:0\n"
        "region: eu-west-1\n"
        "metadata: {regions: [eu-west-1, eu-north-1]}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT667",
        name="service-gives-up-first",
        group="chains",
        summary="A service stops waiting before each model of its chain could be tried once.",
        why="When the first models time out, the last fallback is never asked, or for nobody: "
        "its answer is paid and thrown away. Tries after a failure come on top.",
        failing="owner: team-support\nmodel: doc\nrequest_timeout_seconds: 20",
        fixed="owner: team-support\nmodel: doc\nrequest_timeout_seconds: 30",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT668",
        name="chain-too-long",
        group="chains",
        summary="A chain has more than 64 models, or leads through more than 32 documents.",
        why="No request waits for so many models. It is most often a mistake in documents that are "
        "generated.",
        failing="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [models/m1, ...]",
        fixed="provider: mistral\nmodel: mistral-large-2512\nfallbacks: [models/m1]",
    ),
)
