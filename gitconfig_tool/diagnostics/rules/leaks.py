"""GCT435-GCT439: credentials in the clear."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT435",
        name="credential-in-the-clear",
        group="leaks",
        summary="A text holds what has the form of a credential.",
        why="Whoever can read the repository can use it, and Git keeps it when the file is "
        "changed. `gitconfig-tool secrets scan` finds these; it shows the kind and the place, and "
        "never the credential.",
        failing="# base/chat/model.yaml\napi_key: sk-proj-...",
        fixed="# base/chat/model.yaml\napi_key: !secret secrets/providers#/openai/api_key",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT436",
        name="value-under-a-credential-name",
        group="leaks",
        summary="A value in the clear stands under a name such as 'password'.",
        why="It has no form that tells its kind, but its name says that it is secret. Variables, "
        "placeholders, paths and names of secrets are not reported.",
        failing="# base/platform/database.yaml\npassword: ...",
        fixed="# base/platform/database.yaml\npassword: !secret secrets/database#/password",
        silence=Silencing.GUARDED,
    ),
    Rule(
        code="GCT437",
        name="not-scanned",
        group="leaks",
        summary="A file was not scanned for credentials.",
        why="It is too large, or only a pointer of Git LFS: nothing is known of what it holds.",
        failing="# prompts/examples.jsonl has 20 MB",
        fixed="# the file lies where data lies, and not in the configuration",
        severity=Severity.WARNING,
    ),
)
