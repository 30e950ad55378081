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
    Rule(
        code="GCT410",
        name="unreadable-sops-file",
        group="secrets",
        summary="A dotenv or INI file of SOPS has a line that SOPS cannot read, or a name twice.",
        why="sops refuses the whole file, or keeps one of two values: nobody knows which.",
        failing="# app.sops.env\nAPI_KEY=ENC[AES256_GCM,data:...,type:str]\nno value here",
        fixed="# app.sops.env\nAPI_KEY=ENC[AES256_GCM,data:...,type:str]",
    ),
    Rule(
        code="GCT411",
        name="sops-configuration",
        group="secrets",
        summary="A '.sops.yaml' holds what sops refuses, passes over or cannot read.",
        why="It says to whom each file is encrypted. A rule that does not do what its writer meant "
        "leaves secrets to the wrong keys; files are not compared with it until it is mended.",
        failing="# .sops.yaml\ncreation_rules:\n  - path_regexp: ^production/\n    age: age1...",
        fixed="# .sops.yaml\ncreation_rules:\n  - path_regex: ^production/\n    age: age1...",
    ),
    Rule(
        code="GCT412",
        name="recipient-drift",
        group="secrets",
        summary="A file is encrypted to other recipients than its rule in '.sops.yaml' says.",
        why="sops reads the rule when a file is made, and never again by itself: who was added "
        "cannot open the file, and who was taken out still can.",
        failing="# .sops.yaml names age1new...\nsops:\n  age: [{recipient: age1old..., enc: ...}]",
        fixed="# sops updatekeys FILE\nsops:\n  age: [{recipient: age1new..., enc: ...}]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT413",
        name="key-group-drift",
        group="secrets",
        summary="A file has the recipients of its rule in '.sops.yaml', but other key groups or "
        "another threshold.",
        why="Key groups say who must act together to open a file. With fewer groups, or a lower "
        "threshold, one person alone may open what two should.",
        failing="# .sops.yaml has two key groups\nsops:\n"
        "  age: [{recipient: age1a..., enc: ...}, {recipient: age1b..., enc: ...}]",
        fixed="# sops updatekeys FILE\nsops:\n  shamir_threshold: 2\n  key_groups:\n"
        "    - age: [{recipient: age1a..., enc: ...}]\n"
        "    - age: [{recipient: age1b..., enc: ...}]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT414",
        name="required-recipient-missing",
        group="secrets",
        summary="A recipient that the project requires cannot open a file.",
        why="It is mostly the break-glass key: when the environment's own key is lost, it is the "
        "only one that saves the secrets.",
        failing="# gitconfig.yaml has require: [break-glass]\n"
        "sops:\n  age: [{recipient: age1production..., enc: ...}]",
        fixed="sops:\n  age: [{recipient: age1production..., enc: ...},\n"
        "        {recipient: age1breakglass..., enc: ...}]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT415",
        name="forbidden-recipient",
        group="secrets",
        summary="A file is encrypted to a recipient that the project forbids for it.",
        why="Such as the key of one person for the secrets of production: it leaves the house with "
        "the person, and nothing records its use.",
        failing="# gitconfig.yaml has never: [alice]\n"
        "sops:\n  age: [{recipient: age1alice..., enc: ...}]",
        fixed="sops:\n  age: [{recipient: age1production..., enc: ...}]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT416",
        name="should-be-encrypted",
        group="secrets",
        summary="A file is in the clear though a rule of '.sops.yaml' is written for it.",
        why="Somebody forgot to run sops. The values are readable in Git for everyone.",
        failing="# .sops.yaml has path_regex: ^deploy/secrets/\n"
        "# deploy/secrets/app.yaml\npassword: demo-fake-password",
        fixed="# sops encrypt --in-place deploy/secrets/app.yaml\n"
        "password: ENC[AES256_GCM,data:...,type:str]\nsops: {...}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT417",
        name="secret-in-the-clear",
        group="secrets",
        summary="A document gives a value in the clear where its schema says 'secret: true'.",
        why="The value is readable in Git, in every bundle and in every cache on the way.",
        failing="# platform/database.yaml\npassword: demo-fake-password",
        fixed="# platform/database.yaml\npassword: !secret secrets/database#/password",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT418",
        name="key-groups",
        group="secrets",
        summary="The key groups of a file are not such that somebody can open it as they say.",
        why="With an empty group, or a threshold above the number of groups, too few parts of the "
        "key exist: the secrets are lost.",
        failing="sops:\n  shamir_threshold: 3\n  key_groups: [{age: [...]}, {age: [...]}]",
        fixed="sops:\n  shamir_threshold: 2\n  key_groups: [{age: [...]}, {age: [...]}]",
    ),
    Rule(
        code="GCT419",
        name="no-creation-rule",
        group="secrets",
        summary="No rule of the nearest '.sops.yaml' matches a SOPS file.",
        why="Nothing says who should be able to open it, and 'sops updatekeys' fails.",
        failing="# .sops.yaml has path_regex: ^environments/ only\n# tenants/acme/a.sops.yaml",
        fixed="# .sops.yaml\ncreation_rules:\n  - path_regex: ^tenants/acme/\n    age: age1...",
        severity=Severity.WARNING,
    ),
)
