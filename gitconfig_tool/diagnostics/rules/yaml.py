"""GCT010-GCT029: what a YAML file says."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES = (
    Rule(
        code="GCT010",
        name="yaml-syntax",
        group="yaml",
        summary="The file is not well-formed YAML.",
        why="Nothing in a file that cannot be parsed can be trusted, so none of it is used.",
        failing="limits: [10, 20\nburst: 5",
        fixed="limits: [10, 20]\nburst: 5",
    ),
    Rule(
        code="GCT011",
        name="text-encoding",
        group="yaml",
        summary="The file is not UTF-8 text, or holds a control character or a lone surrogate.",
        why="Such text means different things to different programs, or cannot be shown at all.",
        failing='title: "\\ud83d"  # half of a character',
        fixed='title: "\\U0001F600"',
    ),
    Rule(
        code="GCT012",
        name="duplicate-key",
        group="yaml",
        summary="A mapping has the same key twice.",
        why="Most parsers keep the last one silently; the first one is then dead text.",
        failing="timeout: 30\ntimeout: 60",
        fixed="timeout: 60",
    ),
    Rule(
        code="GCT013",
        name="unknown-tag",
        group="yaml",
        summary="A tag is unknown, or stands before a value that it does not take.",
        why=(
            "Tags decide how layers merge; a misspelt one would change the result silently. "
            "!required and !unset take no value (or, for !required, a dimension); !final takes any "
            "value; !replace a mapping; !append and !prepend a list; !secret and !ref "
            "DOCUMENT#/pointer; !prompt ID@RANGE."
        ),
        failing="api_key: !scret secrets/providers#/openai",
        fixed="api_key: !secret secrets/providers#/openai",
    ),
    Rule(
        code="GCT014",
        name="key-not-string",
        group="yaml",
        summary="A key is a number, a boolean, null or a collection.",
        why="JSON, Vault and every reader of a bundle know string keys only.",
        failing="404: not found",
        fixed='"404": not found',
    ),
    Rule(
        code="GCT015",
        name="merge-key",
        group="yaml",
        summary="The merge key `<<` of YAML 1.1 is used.",
        why="YAML 1.2 dropped it. Layers and !ref say the same, and provenance can follow them.",
        failing="defaults: &defaults {rpm: 60}\nlimits: {<<: *defaults}",
        fixed="defaults: {rpm: 60}\nlimits: !ref '#/defaults'",
    ),
    Rule(
        code="GCT016",
        name="key-not-normalised",
        group="yaml",
        summary="A key is not in Unicode normalisation form NFC.",
        why="Two keys that look the same would be two keys, and no layer would override the other.",
        failing='"cafe\\u0301": 1  # e, then an accent',
        fixed="café: 1",
    ),
    Rule(
        code="GCT017",
        name="several-documents",
        group="yaml",
        summary="One file holds several YAML documents.",
        why="A document's id is its path, so a file can hold only one.",
        failing="a: 1\n---\nb: 2",
        fixed="a: 1  # and b: 2 in a file of its own",
    ),
    Rule(
        code="GCT018",
        name="too-deep",
        group="yaml",
        summary="The nesting, or the size once aliases are written out, passes the bound.",
        why="Such files are attacks or accidents (alias bombs); no configuration needs them.",
        failing="a: [[[[[ ... 200 levels ... ]]]]]",
        fixed="a: [1, 2, 3]",
    ),
    Rule(
        code="GCT019",
        name="file-too-large",
        group="yaml",
        summary="A layer file is larger than 16 MiB.",
        why="Large data does not belong in configuration, and slows every run for everyone.",
        failing="embeddings: [0.1, 0.2, ... 20 MB ...]",
        fixed="embeddings_url: s3://models/embeddings.parquet",
    ),
    Rule(
        code="GCT020",
        name="number-out-of-range",
        group="yaml",
        summary="A number is not finite, or an integer lies outside +-(2^53 - 1).",
        why="I-JSON (RFC 7493) allows no such number: other programs would round or refuse it.",
        failing="account: 12345678901234567890",
        fixed='account: "12345678901234567890"',
    ),
    Rule(
        code="GCT021",
        name="undefined-alias",
        group="yaml",
        summary="An alias has no anchor before it, or stands inside its own anchor.",
        why="There is no value that it could repeat.",
        failing="copy: *limits",
        fixed="original: &limits {rpm: 60}\ncopy: *limits",
    ),
    Rule(
        code="GCT022",
        name="conflict-marker",
        group="yaml",
        summary="The file holds conflict markers of an unfinished merge.",
        why="Both sides stand in the file, and a person must choose; YAML would see nonsense.",
        failing="<<<<<<< HEAD\ntimeout: 30\n=======\ntimeout: 60\n>>>>>>> feature",
        fixed="timeout: 60",
    ),
    Rule(
        code="GCT023",
        name="yaml-1-1-lookalike",
        group="yaml",
        summary="A plain text, key or number is another value in YAML 1.1.",
        why=(
            "This tool reads YAML 1.2: `no` is text and `010` is ten. Editors, linters and many "
            "other programs still read YAML 1.1: false, and eight. Reported are the booleans yes, "
            "no, on and off; dates; base 60 (12:30:00), octal, binary and underscores in numbers; "
            "numbers such as 1e3 that are text there; and `=`. The letters y and n are not: the "
            "specification names them, but PyYAML, Ruby and SnakeYAML do not follow it, and `y` is "
            "a common key. Nothing is reported in SOPS files."
        ),
        failing="country: no\nopens: 10:30\nmode: 0644",
        fixed='country: "no"\nopens: "10:30"\nmode: "0644"',
        severity=Severity.WARNING,
    ),
)
