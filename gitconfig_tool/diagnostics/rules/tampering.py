"""GCT425-GCT434: what was done to a SOPS file without sops."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT425",
        name="copied-sops-file",
        group="tampering",
        summary="A SOPS file is a copy of another one, or was sealed with its data key.",
        why="SOPS's MAC does not say which file it belongs to, so a file of staging is accepted in "
        "the place of production's; and between two files with one data key, values can be moved.",
        failing="cp environments/staging/secrets/database.sops.yaml \\\n"
        "   environments/production/secrets/database.sops.yaml",
        fixed="# a file of its own, encrypted by sops\n"
        "sops rotate --in-place environments/production/secrets/database.sops.yaml",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT426",
        name="older-sops-file",
        group="tampering",
        summary="A SOPS file went back to an older version of itself.",
        why="Its MAC is right, so SOPS accepts it: a secret that was replaced, perhaps because it "
        "leaked, is in use again. Whoever means it can say so with sops, which takes a key.",
        failing="git checkout HEAD~20 -- secrets/providers.sops.yaml",
        fixed="git revert COMMIT\nsops rotate --in-place secrets/providers.sops.yaml",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT427",
        name="changed-without-sops",
        group="tampering",
        summary="Values of a SOPS file changed while its MAC did not.",
        why="The MAC covers neither nulls, empty strings and containers, nor lists around a value, "
        "keys in the clear and types: SOPS accepts such a change from people without a key. Any "
        "other change under the same MAC makes a file that SOPS refuses.",
        failing="password: [ENC[AES256_GCM,data:...,type:str]]  # was no list\n"
        "require_tls: null  # was not there",
        fixed="# sops edit FILE\npassword: ENC[AES256_GCM,data:...,type:str]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT428",
        name="comment-changed-without-sops",
        group="tampering",
        summary="Comments of a SOPS file were dropped, added or moved while its MAC stayed.",
        why="SOPS does not sign comments: a warning that stood above a secret can be taken away by "
        "people without a key.",
        failing="# sops edit was not used, and the comment above is gone\n"
        "api_key: ENC[AES256_GCM,data:...,type:str]",
        fixed="#ENC[AES256_GCM,data:...,type:comment]\napi_key: ENC[AES256_GCM,data:...,type:str]",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT429",
        name="sops-rule-changed",
        group="tampering",
        summary="What the 'sops' block says of the file changed while its MAC did not.",
        why="SOPS obeys these fields the next time that somebody edits the file: with another "
        "'encrypted_regex', it then writes secrets in the clear.",
        failing="sops:\n  encrypted_regex: ^nothing$  # was: unencrypted_suffix: _unencrypted",
        fixed="sops:\n  unencrypted_suffix: _unencrypted",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT430",
        name="recipient-unannounced",
        group="tampering",
        summary="A recipient was added or removed, and the project does not say so.",
        why="A recipient reads every secret of the file, and SOPS does not sign who they are. Who "
        "reads a file is decided in .sops.yaml or in the project file, where a reviewer sees it.",
        failing="sops:\n  age:\n    - {recipient: age1ours..., enc: ...}\n"
        "    - {recipient: age1somebody..., enc: ...}  # new",
        fixed="# gitconfig.yaml\nsecrets:\n  allow:\n    - match: environments/production/**\n"
        "      recipients: [age:age1ours..., age:age1somebody...]",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT431",
        name="clear-value-outside-mac",
        group="tampering",
        summary="A value in the clear changed, in a file whose MAC leaves such values out.",
        why="With mac_only_encrypted, everyone who can write to the repository can change these "
        "values, and SOPS will say nothing.",
        failing="host_unencrypted: db.attacker.example\nsops: {mac_only_encrypted: true}",
        fixed="host_unencrypted: db.example\nsops: {mac_only_encrypted: true}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT432",
        name="seal-changed",
        group="tampering",
        summary="The data key was sealed for a recipient by something else than sops.",
        why="When sops changes recipients it seals the data key anew for all of them. A seal that "
        "changed alone is damaged or forged: that recipient, often the one kept for emergencies, "
        "can no longer open the file.",
        failing="sops:\n  age:\n    - {recipient: age1ours..., enc: ...}\n"
        "    - {recipient: age1breakglass..., enc: garbage}",
        fixed="# sops updatekeys FILE\nsops:\n  age:\n    - {recipient: age1ours..., enc: ...}\n"
        "    - {recipient: age1breakglass..., enc: ...}",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT433",
        name="history-too-short",
        group="tampering",
        summary="A SOPS file could not be compared with all that came before it.",
        why="Whether an older version came back can be told only where the older versions are: a "
        "shallow clone has few of them.",
        failing="# CI\n- uses: actions/checkout@v4",
        fixed="# CI\n- uses: actions/checkout@v4\n  with: {fetch-depth: 0}",
        severity=Severity.WARNING,
    ),
)
