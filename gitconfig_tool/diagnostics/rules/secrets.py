"""GCT401-GCT499: SOPS files, read without a key."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT401",
        name="not-encrypted",
        group="secrets",
        summary="A file whose name promises SOPS content has no 'sops' block.",
        why="Its values are in the clear, in Git, for everyone who can read the repository.",
        failing="# secrets/providers.sops.yaml\nopenai:\n  api_key: demo-fake-key",
        fixed="# sops encrypt --in-place secrets/providers.sops.yaml\n"
        "openai:\n  api_key: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]\nsops: {...}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT402",
        name="value-in-the-clear",
        group="secrets",
        summary="A value in a SOPS file is in the clear where SOPS's own rules encrypt it.",
        why="It was added with an editor instead of with sops; SOPS will refuse the file, and the "
        "value is readable in Git.",
        failing="api_key: ENC[AES256_GCM,data:...,type:str]\npassword: demo-fake-password\n"
        "sops: {...}",
        fixed="# sops edit FILE\napi_key: ENC[AES256_GCM,data:...,type:str]\n"
        "password: ENC[AES256_GCM,data:...,type:str]\nsops: {...}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT403",
        name="damaged-value",
        group="secrets",
        summary="An encrypted value is not of the form that SOPS writes.",
        why="It cannot be decrypted. A merge conflict or a line break often did it.",
        failing="api_key: ENC[AES256_GCM,data:cut off",
        fixed="api_key: ENC[AES256_GCM,data:...,iv:...,tag:...,type:str]",
    ),
    Rule(
        code="GCT404",
        name="sops-metadata",
        group="secrets",
        summary="The 'sops' block lacks what SOPS needs, or holds what SOPS does not write.",
        why="Without recipients nobody can open the file; without a MAC nobody can tell whether "
        "values were swapped; a field that we do not know cannot be checked.",
        failing="sops:\n  version: 3.11.0",
        fixed="sops:\n  age: [{recipient: age1..., enc: ...}]\n"
        '  lastmodified: "2026-01-31T12:00:00Z"\n  mac: ENC[...]\n  version: 3.11.0',
    ),
    Rule(
        code="GCT405",
        name="recipient-not-allowed",
        group="secrets",
        summary="A file is encrypted to a recipient that the project does not allow for it.",
        why="A recipient can read every secret of the file. Recipients of the kinds hc_vault, kms, "
        "gcp_kms, azure_kv and hckms also make the fetcher contact an address that the file names.",
        failing="# environments/production/secrets/providers.sops.yaml\n"
        "sops:\n  age: [{recipient: age1somebody..., enc: ...}]",
        fixed="# gitconfig.yaml\nsecrets:\n  allow:\n"
        "    - match: environments/production/**\n      recipients: [age:age1somebody...]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT406",
        name="secret-bytes",
        group="secrets",
        summary="A secret is raw bytes (type:bytes), which JSON cannot hold.",
        why="Configuration is JSON from one end to the other; bytes would be changed on the way.",
        failing="keystore: ENC[AES256_GCM,data:...,type:bytes]",
        fixed="keystore_base64: ENC[AES256_GCM,data:...,type:str]",
    ),
    Rule(
        code="GCT407",
        name="demo-key",
        group="secrets",
        summary="A file is encrypted to one of the public demo keys of the example repository.",
        why="The private half of a demo key is published: such a file protects nothing.",
        failing="sops:\n  age: [{recipient: age1..., enc: ...}]  # a demo key",
        fixed="sops:\n  age: [{recipient: age1..., enc: ...}]  # made with age-keygen",
        severity=Severity.WARNING,
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT408",
        name="tag-in-sops-file",
        group="secrets",
        summary="A value in a SOPS file carries one of our tags.",
        why="SOPS does not keep tags, and a SOPS file is not merged: it is only linked to.",
        failing="# secrets/providers.sops.yaml\napi_key: !required",
        fixed="# providers.yaml\napi_key: !secret secrets/providers#/openai/api_key",
    ),
    Rule(
        code="GCT409",
        name="borrowed-secret",
        group="secrets",
        summary="A protected bundle uses a secret that only a value it inherits from has.",
        why=(
            "Production inherits from staging, so a secret that production's own files lack is "
            "taken from staging's: nearly always a forgotten one, and encrypted to other keys."
        ),
        failing=(
            "# environments/staging/secrets/providers.sops.yaml has mistral/api_key,\n"
            "# environments/production/secrets/providers.sops.yaml has not"
        ),
        fixed="# both files have mistral/api_key",
        severity=Severity.WARNING,
        silence=Silencing.GUARDED,
    ),
)
