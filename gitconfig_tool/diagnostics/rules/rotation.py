"""GCT465-GCT479: replacing secrets."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT465",
        name="rotation-unfinished",
        group="rotation",
        summary="The previous version of a secret is there for longer than its type's grace.",
        why="Until a rotation is finished, the old value is delivered too and still accepted "
        "somewhere: whoever has it can go on using it. It is judged by the time of the commit.",
        failing="# replaced 20 days ago; an api-key has 7 days of grace\n"
        "api_key: ENC[AES256_GCM,data:...,type:str]\n"
        "api_key_previous: ENC[AES256_GCM,data:...,type:str]",
        fixed="# gitconfig-tool secrets finish FILE#/api_key\n"
        "api_key: ENC[AES256_GCM,data:...,type:str]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT466",
        name="rotation-finished-early",
        group="rotation",
        summary="The previous version of a secret was removed before its grace was over.",
        why="Who has not taken over the new value yet is locked out with the next delivery. It is "
        "a warning and no error, because a value that leaked must go at once.",
        failing="# replaced an hour ago\napi_key: ENC[AES256_GCM,data:...,type:str]",
        fixed="# replaced an hour ago; an api-key has 7 days of grace\n"
        "api_key: ENC[AES256_GCM,data:...,type:str]\n"
        "api_key_previous: ENC[AES256_GCM,data:...,type:str]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT467",
        name="previous-without-current",
        group="rotation",
        summary="A SOPS file holds the previous version of a secret, but no current one.",
        why="A name that ends in '_previous' is how a rotation keeps the former value. Alone, it "
        "is what a rotation left that went wrong, or a name that will be misread.",
        failing="api_key_previous: ENC[AES256_GCM,data:...,type:str]",
        fixed="api_key: ENC[AES256_GCM,data:...,type:str]\n"
        "api_key_previous: ENC[AES256_GCM,data:...,type:str]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT468",
        name="versions-swapped",
        group="rotation",
        summary="Ciphertext was moved between a secret and its previous version by hand.",
        why="SOPS binds each value to its path: at another one it cannot be decrypted, and nothing "
        "of the file can be.",
        failing="# the two lines were exchanged with an editor\n"
        "api_key: ENC[AES256_GCM,data:former...,type:str]\n"
        "api_key_previous: ENC[AES256_GCM,data:latter...,type:str]",
        fixed="# gitconfig-tool secrets edit FILE\n"
        "api_key: ENC[AES256_GCM,data:...,type:str]\n"
        "api_key_previous: ENC[AES256_GCM,data:...,type:str]",
    ),
)
