"""GCT201-GCT215: what JSON Schemas say of documents, and what is wrong with schemas."""

from gitconfig_tool.diagnostics.model import Rule, Severity, Silencing

RULES = (
    Rule(
        code="GCT201",
        name="schema-type",
        group="schema",
        summary="A value has another type than its schema asks for.",
        why="A program that expects a number fails on a text, usually after it was deployed.",
        failing='max_tokens: "1024"',
        fixed="max_tokens: 1024",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT202",
        name="schema-required",
        group="schema",
        summary="A key that the schema requires is in no layer of the bundle.",
        why="What no layer sets, the program does not get.",
        failing="provider: openai",
        fixed="provider: openai\nmodel: gpt-4.1-mini",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT203",
        name="schema-enum",
        group="schema",
        summary="A value is not among those that the schema allows.",
        why="A misspelt word is taken for a default, or for nothing.",
        failing="provider: opnai",
        fixed="provider: openai",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT204",
        name="schema-range",
        group="schema",
        summary="A number is outside the range that the schema allows.",
        why="The layer that set it may not know the bounds that hold for every layer.",
        failing="temperature: 3.1",
        fixed="temperature: 0.7",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT205",
        name="schema-text",
        group="schema",
        summary="A text has not the form or the length that the schema asks for.",
        why="Addresses, dates and identifiers are read by programs that do not guess.",
        failing="expires_on: 31.12.2030",
        fixed='expires_on: "2030-12-31"',
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT206",
        name="schema-unknown-key",
        group="schema",
        summary="A key is not one that the schema knows.",
        why="A misspelt key is silently ignored, and the default stays in force.",
        failing="parameters: {temprature: 0.7}",
        fixed="parameters: {temperature: 0.7}",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT207",
        name="schema-list",
        group="schema",
        summary="A list has not the items, or not the number of items, that the schema asks for.",
        why="A repeated or missing item is seldom meant.",
        failing="audience: []",
        fixed="audience: [acme-llm]",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT208",
        name="schema-forms",
        group="schema",
        summary="A value fits none of the forms that the schema allows, or too many of them.",
        why="The message shows the form that came closest.",
        failing="stop: 3",
        fixed='stop: ["END"]',
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT209",
        name="schema-other",
        group="schema",
        summary="A value does not satisfy another keyword of its schema.",
        why="The message names the keyword.",
        failing="limits: {}\n# the schema says minProperties: 1",
        fixed="limits: {requests_per_minute: 60}",
        silence=Silencing.FREE,
    ),
    Rule(
        code="GCT210",
        name="schema-invalid",
        group="schema",
        summary="A schema is not a valid JSON Schema, draft 2020-12.",
        why="A schema that cannot be read checks nothing.",
        failing='{"type": "strng"}',
        fixed='{"type": "string"}',
    ),
    Rule(
        code="GCT211",
        name="schema-not-found",
        group="schema",
        summary="A schema that is referred to does not exist.",
        why="A misspelt name would switch the check off in silence.",
        failing='schemas: [{match: "**/model", schema: gitconfig-tool:model-confg}]',
        fixed='schemas: [{match: "**/model", schema: gitconfig-tool:model-config}]',
    ),
    Rule(
        code="GCT212",
        name="schema-outside",
        group="schema",
        summary="A `$ref` leads to the network or out of the project.",
        why="The same commit must give the same result; what a server says may change.",
        failing='{"$ref": "https://example.com/common.json"}',
        fixed='{"$ref": "common.schema.json"}',
    ),
    Rule(
        code="GCT213",
        name="key-order",
        group="schema",
        summary="The keys of a mapping do not stand in the order that the schema gives.",
        why="Whoever compares two files by eye finds the same key at the same place.",
        failing=(
            "# the schema says x-key-order: [provider, model]\n"
            "model: gpt-4.1-mini\nprovider: openai"
        ),
        fixed="provider: openai\nmodel: gpt-4.1-mini",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT214",
        name="schema-extension",
        group="schema",
        summary="A schema does not say clearly how a list merges, or in which order keys stand.",
        why=(
            "The items of two layers are one item when their keys are equal. Without keys that "
            "every item has, or with two schemas that name different keys, no one could tell."
        ),
        failing=(
            "properties:\n  limits:\n"
            "    x-kubernetes-list-type: map\n"
            "    x-kubernetes-list-map-keys: [name]\n"
            "    items: {properties: {name: {type: string}}}"
        ),
        fixed=(
            "properties:\n  limits:\n"
            "    x-kubernetes-list-type: map\n"
            "    x-kubernetes-list-map-keys: [name]\n"
            "    items: {required: [name], properties: {name: {type: string}}}"
        ),
    ),
    Rule(
        code="GCT215",
        name="deprecated-key",
        group="schema",
        summary="A layer sets a key that the schema calls deprecated.",
        why="The key still works, and will not for ever. `deprecationMessage` says what to use.",
        failing="max_length: 1024",
        fixed="parameters: {max_tokens: 1024}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT216",
        name="schema-unused",
        group="schema",
        summary="A rule of `schemas` matches no document of any bundle.",
        why="What the schema should check goes unchecked, and nothing else would tell.",
        failing="schemas: [{match: modle, schema: gitconfig-tool:model-config}]",
        fixed="schemas: [{match: model, schema: gitconfig-tool:model-config}]",
        severity=Severity.WARNING,
    ),
)
