"""GCT440-GCT464: types of secrets, and what they imply.

Those up to GCT445 need no key. The others are found by `secrets check --decrypt` only.
"""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

_RULE = '# gitconfig.yaml\nsecrets:\n  types:\n    - {match: "%s", type: %s}\n'

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT440",
        name="secret-rule-unused",
        group="secrets",
        summary="A rule of `secrets.types` decides for no secret.",
        why="What the type should check goes unchecked, and nothing else would tell.",
        failing=_RULE % ("secrets/provider#/*", "api-key"),
        fixed=_RULE % ("secrets/providers#/*", "api-key"),
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT441",
        name="secret-field-missing",
        group="secrets",
        summary="A secret lacks a field that its type needs.",
        why="The program that reads the secret cannot use it without, and tells it after the "
        "delivery only.",
        failing="# secrets/tls.sops.yaml, of the type certificate\ncertificate: ENC[...]",
        fixed="certificate: ENC[...]\nprivate_key: ENC[...]",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT442",
        name="secret-field-type",
        group="secrets",
        summary="A field of a secret is of another kind than its type asks for.",
        why="A password of digits that SOPS took for a number loses its leading zeros, and a "
        "program that expects text fails on it.",
        failing="password: ENC[AES256_GCM,data:...,type:int]",
        fixed="password: ENC[AES256_GCM,data:...,type:str]",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT443",
        name="secret-field-unknown",
        group="secrets",
        summary="A field or a provider is none that the type of a secret knows.",
        why="It is probably misspelt: what the field should say is not looked at, and keys of an "
        "unknown provider cannot be told from those of another.",
        failing="username: ENC[...]\npasword: ENC[...]\npassword: ENC[...]",
        fixed="username: ENC[...]\npassword: ENC[...]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT444",
        name="secret-field-in-clear",
        group="secrets",
        summary="A field that carries the secret is in the clear.",
        why="SOPS leaves out what a suffix or a regular expression says, and cannot know that it "
        "is a secret. It is readable in Git, for everyone.",
        failing="# encrypted_regex: ^password$\npassword: ENC[...]\n"
        "url: postgresql://app:demo-fake@db/app",
        fixed="# encrypted_regex: ^(password|url)$\npassword: ENC[...]\nurl: ENC[...]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT445",
        name="secret-metadata",
        group="secrets",
        summary="What a file says of its secret in the clear is wrong, or another than the rule's.",
        why="Who rotates and who uses the secret goes by it.",
        failing="private_key: ENC[...]\nalgorithm_unencrypted: XS256",
        fixed="private_key: ENC[...]\nalgorithm_unencrypted: RS256",
        silence=Silencing.FREE,
    ),
)
