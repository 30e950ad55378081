"""GCT565-GCT579: prompts that leak, or that can be talked into something."""

from gitconfig_tool.diagnostics.model import Rule, Severity

_QUESTION = "variables: {type: object, properties: {question: {type: string}}}"

RULES: tuple[Rule, ...] = (
    Rule(
        code="GCT565",
        name="untrusted-in-system",
        group="prompt-safety",
        summary="A system message holds text of others without delimiters around it.",
        why="What stands in a system message, the model takes for an order of yours. Whoever "
        "writes the text, a user or the author of a document, can give orders too.",
        failing="messages:\n  - role: system\n    content: |\n"
        f"      Answer this question. {{{{ question }}}}\n{_QUESTION}",
        fixed="messages:\n  - role: system\n    content: Answer the question.\n"
        f"  - role: user\n    content: '{{{{ question }}}}'\n{_QUESTION}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT566",
        name="credential-in-prompt",
        group="prompt-safety",
        summary="A prompt, or its test data, holds what looks like a credential.",
        why="A prompt is sent to a provider and stands in its logs; whoever reads the repository "
        "has the credential too.",
        failing="template: Log in at https://bot:hunter2@example.com",
        fixed="template: Log in at https://example.com",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT567",
        name="personal-data-in-prompt",
        group="prompt-safety",
        summary="A prompt, or its test data, holds the number of a card, an account or an identity "
        "card; or test data holds somebody's address.",
        why="Data of people does not belong into a repository, nor into every request. Where the "
        "project classifies its documents, GCT803 looks at prompts; this looks at test data too.",
        failing=f"template: '{{{{ question }}}}'\n{_QUESTION}\n"
        "testData:\n  - variables: {question: Write to ada@lovelace.org}",
        fixed=f"template: '{{{{ question }}}}'\n{_QUESTION}\n"
        "testData:\n  - variables: {question: Write to ada@example.com}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT568",
        name="template-syntax-from-variable",
        group="prompt-safety",
        summary="A variable brings template syntax into the text, or stands within that of another "
        "template engine.",
        why="Where the text is rendered once more, whoever gives the value writes the template.",
        failing="template: '{% raw %}Dear {{ {% endraw %}{{ name }}{% raw %} }}{% endraw %}'\n"
        "variables: {type: object, properties: {name: {type: string}}}",
        fixed="template: 'Dear {{ name }}'\n"
        "variables: {type: object, properties: {name: {type: string}}}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT569",
        name="html-from-variable",
        group="prompt-safety",
        summary="A variable stands in HTML and is not escaped.",
        why="A browser that shows the text would run what the value says.",
        failing=f"template: '<p>{{{{ question }}}}</p>'\n{_QUESTION}",
        fixed=f"template: '<p>{{{{ question | e }}}}</p>'\n{_QUESTION}",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT570",
        name="json-from-variable",
        group="prompt-safety",
        summary="A variable is the value of a JSON member and is not written with |tojson.",
        why="A quote in the value ends the text: the JSON is broken, or says something else, such "
        "as another argument of a tool.",
        failing=f'template: \'Call search with {{"query": "{{{{ question }}}}"}}\'\n{_QUESTION}',
        fixed=f"template: 'Call search with {{\"query\": {{{{ question|tojson }}}}}}'\n{_QUESTION}",
        severity=Severity.WARNING,
    ),
)
