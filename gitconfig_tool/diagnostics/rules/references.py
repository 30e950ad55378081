"""GCT151-GCT199: `!ref`, `!secret` and `!prompt`."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES = (
    Rule(
        code="GCT151",
        name="ref-dangling",
        group="references",
        summary="A `!ref` leads to no value of the bundle.",
        why="The reader of the bundle would find nothing where a value should be.",
        failing="limit: !ref platform/rate-limits#/requests_per_minut",
        fixed="limit: !ref platform/rate-limits#/requests_per_minute",
    ),
    Rule(
        code="GCT152",
        name="ref-cycle",
        group="references",
        summary="References lead in a circle.",
        why="No value can be found by following them.",
        failing="a: !ref '#/b'\nb: !ref '#/a'",
        fixed="a: 5\nb: !ref '#/a'",
    ),
    Rule(
        code="GCT153",
        name="secret-dangling",
        group="references",
        summary="A `!secret` leads to no key of a SOPS file in the bundle's layers.",
        why=(
            "Only layers of the bundle can be linked, so that no tenant reaches another's secrets. "
            "SOPS leaves keys in the clear: this is checked without any decryption key."
        ),
        failing="api_key: !secret secrets/providers#/opnai/api_key",
        fixed="api_key: !secret secrets/providers#/openai/api_key",
    ),
    Rule(
        code="GCT154",
        name="prompt-unknown",
        group="references",
        summary="A `!prompt` names a prompt or a version range that does not exist.",
        why="The application would start without its prompt.",
        failing="prompt: !prompt support-assistant@^9",
        fixed="prompt: !prompt support-assistant@^1.2",
    ),
    Rule(
        code="GCT155",
        name="refs-too-large",
        group="references",
        summary="References repeat or follow one another until the bundle is too large.",
        why=(
            "A few lines of nested references can grow to gigabytes. The bounds: 1,000,000 values "
            "written out, 100 levels, 64 references in a row, 16,000,000 characters of !format."
        ),
        failing="b: [!ref '#/a', !ref '#/a', ...]\nc: [!ref '#/b', !ref '#/b', ...]",
        fixed="c: !ref '#/a'",
    ),
    Rule(
        code="GCT156",
        name="link-malformed",
        group="references",
        summary="The text after `!ref`, `!secret`, `!prompt` or `!format` is not of its form.",
        why=(
            "!ref and !secret take DOCUMENT#/pointer (RFC 6901); !ref may leave DOCUMENT out to "
            "mean its own, and name a version: DOCUMENT@v1.2#/pointer. !prompt takes ID@RANGE, "
            "with ranges as npm writes them. !format takes text with braces in pairs; {{ and }} "
            "stand for the braces themselves."
        ),
        failing="api_key: !secret secrets/providers/openai",
        fixed="api_key: !secret secrets/providers#/openai",
    ),
    Rule(
        code="GCT157",
        name="ref-version",
        group="references",
        summary="A `!ref` that names a version finds no value there.",
        why=(
            "`!ref DOC@REV#/pointer` is the value as it was at a tag or a commit of this "
            "repository, in the bundle of the same name. A branch is no version: it moves. Secrets "
            "cannot be taken from there, because the old ciphertext is not in the bundle; nor can "
            "a document that had errors then: a weaker layer's value would stand in for them."
        ),
        failing="limits: !ref platform/limits@main#/default",
        fixed="limits: !ref platform/limits@v1.2#/default",
    ),
    Rule(
        code="GCT158",
        name="format-name",
        group="references",
        summary="A `!format` names what the bundle does not have.",
        why=(
            "Braces hold a dimension, an attribute of one or a reference. A bundle that does not "
            "bind the dimension would get a text with a hole in it."
        ),
        failing='url: !format "https://{enviroment}.example.com"',
        fixed='url: !format "https://{environment}.example.com"',
    ),
    Rule(
        code="GCT159",
        name="deprecated-reference",
        group="references",
        summary="A `!ref` leads to a value that its schema calls deprecated.",
        why="The value will go (`deprecated: true`), and the reference with it.",
        failing="timeout: !ref platform/limits#/old_timeout",
        fixed="timeout: !ref platform/limits#/timeout_seconds",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT160",
        name="format-value",
        group="references",
        summary="A `!format` refers to what is no text: a secret, a prompt, null or a collection.",
        why="A secret within a text would stand in the bundle in the clear.",
        failing='dsn: !format "postgres://app:{secrets/db#/password}@db"',
        fixed=(
            'dsn: !format "postgres://app@{platform/db#/host}"\n'
            "password: !secret secrets/db#/password"
        ),
    ),
)
