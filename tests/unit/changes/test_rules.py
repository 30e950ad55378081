"""Rules that a change alters: each in a sentence, with whether less is asked than before."""

from pathlib import Path

import pytest

from gitconfig_tool.changes.model import Level, RuleChange
from tests.comparisons import PROJECT, compared
from tests.projects import git, make_project, write

DENY = 'package main\n\ndeny contains "no" if { input.document == "x" }\n'
LIMIT = '{"type": "object", "properties": {"n": {"type": "integer", "maximum": %d}}}'
ONE = "age1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jq7cpza"
TWO = "age1qgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqg6v3xf"

Told = tuple[str, str, str, str, bool | None]


def _told(rule: RuleChange) -> Told:
    return (rule.kind.value, rule.change.value, rule.name, rule.summary, rule.is_weaker)


def _rules(
    folder: Path, before: str, after: str, files: dict[str, str] | None = None
) -> list[Told]:
    """Return what is told where these lines of the project file become those."""
    path = make_project(folder / "p", {"base/a.yaml": "n: 1\n", **(files or {})}, PROJECT + before)
    write(path, {"gitconfig.yaml": PROJECT + after})
    return [_told(each) for each in compared(path).rules]


# The lines before, those after, and what is told of the difference.
OF_PROJECT: list[tuple[str, str, list[Told]]] = [
    (
        "prompts: {untrusted: true}\n",
        "prompts: {untrusted: false}\n",
        [("project", "changed", "prompts.untrusted", "templates are trusted now", True)],
    ),
    (
        "prompts: {releases: '*'}\n",
        "prompts: {releases: 'v*'}\n",
        [
            (
                "project",
                "changed",
                "prompts.releases",
                "tags v* release prompts, and tags * did: what the others hold may change",
                True,
            )
        ],
    ),
    (
        "models: {regions: [{match: {environment: production}, allow: [eu]}]}\n",
        "models: {regions: [{match: {environment: production}, allow: [eu, us]}]}\n",
        [
            (
                "project",
                "changed",
                "models.regions",
                "environment production: models may run in eu, us, could in eu",
                True,
            )
        ],
    ),
    (
        "models: {notice: [{match: {environment: production}, before: 45d}]}\n",
        "models: {notice: [{match: {environment: production}, before: 60d}]}\n",
        [
            (
                "project",
                "changed",
                "models.notice",
                "environment production: the end of a model has a notice of 60 days, had 45 days",
                False,
            )
        ],
    ),
    (
        "quotas: [{match: {environment: '*'}, documents: 50}]\n",
        "quotas: [{match: {environment: '*'}, documents: 80}]\n",
        [
            (
                "project",
                "changed",
                "quotas",
                "environment *: at most 80 documents, was at most 50 documents",
                True,
            )
        ],
    ),
    (
        "secrets: {rotation: {api-key: {every: 30d}}}\n",
        "secrets: {rotation: {api-key: {every: 90d}}}\n",
        [
            (
                "project",
                "changed",
                "secrets.rotation.api-key",
                "secrets of the type api-key are due every 90 days, were every 30 days",
                True,
            )
        ],
    ),
    (
        f"secrets: {{allow: [{{match: 'base/**', recipients: ['age:{ONE}']}}]}}\n",
        f"secrets: {{allow: [{{match: 'base/**', recipients: ['age:{ONE}', 'age:{TWO}']}}]}}\n",
        [
            (
                "permission",
                "changed",
                "secrets.allow: base/**",
                f"base/**: age:{TWO} may read it now",
                True,
            )
        ],
    ),
    (
        f"secrets: {{allow: [{{match: 'base/**', recipients: [], never: ['age:{ONE}']}}]}}\n",
        "secrets: {allow: [{match: 'base/**', recipients: []}]}\n",
        [
            (
                "permission",
                "changed",
                "secrets.allow: base/**",
                f"base/**: no longer said that age:{ONE} must not read it",
                True,
            )
        ],
    ),
    (
        "isolation: {dimensions: [environment]}\n",
        "",
        [
            (
                "permission",
                "removed",
                "isolation",
                "two values of environment may have a recipient in common now",
                True,
            )
        ],
    ),
    (
        "classification: {rules: [{match: a, level: restricted}]}\n",
        "classification: {rules: [{match: a, level: public}]}\n",
        [("classification", "changed", "classification: a", "a is public, was restricted", True)],
    ),
    (
        "classification: {default: internal}\n",
        "classification: {default: confidential}\n",
        [
            (
                "classification",
                "changed",
                "classification.default",
                "documents of which nothing is said are confidential, were internal",
                False,
            )
        ],
    ),
    (
        "compliance: {gdpr: {match: {environment: production}}}\n",
        "",
        [
            (
                "classification",
                "removed",
                "compliance.gdpr",
                "GDPR, environment production: its demands no longer hold",
                True,
            )
        ],
    ),
    (
        "",
        "diagnostics: {allow: [GCT435]}\n",
        [
            (
                "silencing",
                "added",
                "diagnostics.allow: GCT435",
                "GCT435 (credential-in-the-clear), which guards secrets or bundles, may be "
                "silenced now",
                True,
            )
        ],
    ),
    (
        "",
        "diagnostics: {ignore: [{code: GCT755, match: 'base/**', reason: set elsewhere}]}\n",
        [
            (
                "silencing",
                "added",
                "diagnostics.ignore: GCT755",
                "GCT755 (emit-left-out) is not reported in base/**: set elsewhere",
                True,
            )
        ],
    ),
    (
        "policies: [gitconfig-tool:security-baseline]\n",
        "",
        [
            (
                "policy",
                "removed",
                "gitconfig-tool:security-baseline",
                "the policies gitconfig-tool:security-baseline are evaluated no longer",
                True,
            )
        ],
    ),
    (
        "schemas: [{match: a, schema: gitconfig-tool:rate-limits}]\n",
        "",
        [
            (
                "schema",
                "removed",
                "a",
                "documents a no longer have to satisfy gitconfig-tool:rate-limits",
                True,
            )
        ],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), OF_PROJECT)
def test_the_project_file(tmp_path: Path, before: str, after: str, expected: list[Told]) -> None:
    assert _rules(tmp_path, before, after) == expected


@pytest.mark.parametrize(("before", "after", "expected"), OF_PROJECT)
def test_the_other_way_round_is_not_weaker(
    tmp_path: Path, before: str, after: str, expected: list[Told]
) -> None:
    (found,) = _rules(tmp_path, after, before)

    assert found[0] == expected[0][0]
    assert found[4] is (not expected[0][4])


def test_formatting_comments_and_order_are_no_rules(tmp_path: Path) -> None:
    before = "prompts: {folder: prompts, releases: 'v*'}\nsecrets: {rotation: {}}\n"
    after = "# A comment.\nsecrets:\n  rotation: {}\nprompts: {releases: v*, folder: prompts}\n"

    assert _rules(tmp_path, before, after) == []


def _project_with(folder: Path, old: str, new: str, files: dict[str, str]) -> list[RuleChange]:
    path = make_project(folder / "p", {"base/a.yaml": "n: 1\n", **files}, PROJECT)
    write(path, {"gitconfig.yaml": PROJECT.replace(old, new)})
    return list(compared(path).rules)


def test_a_value_that_is_no_longer_protected(tmp_path: Path) -> None:
    (found,) = _project_with(tmp_path, ", protected: true", "", {})

    assert _told(found) == (
        "project",
        "changed",
        "dimensions.environment.production",
        "environment production is no longer protected",
        True,
    )
    assert (found.path, found.line, found.bundles) == ("gitconfig.yaml", 6, ("production",))


def test_values_attributes_and_layers(tmp_path: Path) -> None:
    new = PROJECT.replace("development: {}", "development: {region: eu}\n    staging: {}").replace(
        "[base, ", "[base, more, "
    )
    path = make_project(tmp_path / "p", {"base/a.yaml": "n: 1\n"}, PROJECT)
    write(path, {"gitconfig.yaml": new})

    assert [_told(each) for each in compared(path).rules] == [
        ("project", "added", "dimensions.environment", "1 value of environment is new: staging",
         None),
        ("project", "added", "dimensions.environment.development.region",
         "environment development: the attribute region was not set and is eu", None),
        # Production inherits from development.
        ("project", "added", "dimensions.environment.production.region",
         "environment production: the attribute region was not set and is eu", None),
        ("project", "added", "layers", "the layer more is new", None),
    ]  # fmt: skip


def test_policy_files(tmp_path: Path) -> None:
    project = PROJECT + "policies: [policies/]\n"
    files = {"policies/a.rego": DENY, "policies/b.rego": DENY, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, project)
    git(path, "rm", "-q", "policies/b.rego")
    write(
        path,
        {
            "policies/a.rego": DENY + 'warn contains "odd" if { input.document == "y" }\n',
            "policies/c.rego": DENY.replace("main", "other"),
        },
    )

    found = compared(path).rules

    assert [_told(each) for each in found] == [
        ("policy", "changed", "policies/a.rego",
         "it has other rules: 1 rule 'deny' before, 1 rule 'deny' and 1 rule 'warn' now", None),
        ("policy", "removed", "policies/b.rego",
         "the policy file is gone, with 1 rule 'deny'", True),
        ("policy", "added", "policies/c.rego", "a new policy file, with 1 rule 'deny'", None),
    ]  # fmt: skip
    assert found[0].bundles == ("development", "production")


def test_a_policy_file_that_lost_a_rule_asks_for_less(tmp_path: Path) -> None:
    more = DENY + 'warn contains "odd" if { input.document == "y" }\n'
    files = {"policies/a.rego": more, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, PROJECT + "policies: [policies/]\n")
    write(path, {"policies/a.rego": "package main\n\n" + more.splitlines()[-1] + "\n"})

    changes = compared(path)

    assert [_told(each) for each in changes.rules] == [
        ("policy", "changed", "policies/a.rego",
         "it has other rules: 1 rule 'deny' and 1 rule 'warn' before, 1 rule 'warn' now", True),
    ]  # fmt: skip
    assert changes.risk.level is Level.HIGH


def test_comments_and_places_of_a_policy_say_nothing(tmp_path: Path) -> None:
    project = PROJECT + "policies: [policies/]\n"
    files = {"policies/a.rego": DENY, "policies/b.rego": DENY, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, project)
    git(path, "mv", "policies/b.rego", "policies/c.rego")
    write(path, {"policies/a.rego": "# Why.\n" + DENY.replace("\n\n", "\n\n\n")})

    assert compared(path).rules == ()


@pytest.mark.parametrize(
    ("before", "after", "summary", "is_weaker"),
    [
        (
            LIMIT % 10,
            LIMIT % 20,
            "it accepts what it refused: /n with 'maximum' 20 in place of 10",
            True,
        ),
        (
            LIMIT % 20,
            LIMIT % 10,
            "it refuses what it accepted: /n with 'maximum' 20 in place of 10",
            False,
        ),
        ('{"type": "object"}', '{"required": ["n"]}', None, True),
        (
            '{"type": "string", "pattern": "^a"}',
            '{"type": "string", "pattern": "^b"}',
            None,
            None,
        ),
        (
            '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}',
            '{"$schema": "http://json-schema.org/draft-07/schema#"}',
            "the schema changed; what it accepts cannot be compared",
            None,
        ),
    ],
)
def test_a_schema_is_proved_to_accept_more_or_less(
    tmp_path: Path, before: str, after: str, summary: str | None, is_weaker: bool | None
) -> None:
    project = PROJECT + "schemas: [{match: a, schema: schemas/a.schema.json}]\n"
    files = {"schemas/a.schema.json": before, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, project)
    write(path, {"schemas/a.schema.json": after})

    (found,) = compared(path).rules

    assert (found.kind.value, found.name) == ("schema", "schemas/a.schema.json")
    assert found.is_weaker is is_weaker
    assert summary is None or found.summary == summary
    assert found.bundles == ("development", "production")


def test_words_and_layout_of_a_schema_say_nothing(tmp_path: Path) -> None:
    project = PROJECT + "schemas: [{match: a, schema: schemas/a.schema.json}]\n"
    files = {"schemas/a.schema.json": LIMIT % 10, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, project)
    text = (LIMIT % 10).replace('{"type": "object"', '{\n"title": "A",\n"type": "object"')
    write(path, {"schemas/a.schema.json": text})

    assert compared(path).rules == ()


def test_a_property_called_description_is_one(tmp_path: Path) -> None:
    project = PROJECT + "schemas: [{match: a, schema: schemas/a.schema.json}]\n"
    before = '{"properties": {"description": {"type": "string"}}}'
    files = {"schemas/a.schema.json": before, "base/a.yaml": "n: 1\n"}
    path = make_project(tmp_path / "p", files, project)
    write(path, {"schemas/a.schema.json": '{"properties": {}}'})

    (found,) = compared(path).rules

    assert found.is_weaker is True


def test_creation_rules_of_sops(tmp_path: Path) -> None:
    text = "creation_rules:\n  - path_regex: ^base/\n    age: %s\n"
    path = make_project(tmp_path / "p", {".sops.yaml": text % ONE}, PROJECT)
    write(path, {".sops.yaml": text % f"{ONE},{TWO}"})

    (found,) = compared(path).rules

    assert _told(found) == (
        "permission",
        "changed",
        ".sops.yaml",
        f"new files ^base/ are encrypted to age:{TWO} as well",
        True,
    )
    assert found.line == 2


def test_code_owners(tmp_path: Path) -> None:
    before = "* @a\n/policies/ @b\n/base/ @c @d\n"
    after = "* @a\n/policies/ @b @x  # more\n/base/ @c\n/new/ @n\n"
    path = make_project(tmp_path / "p", {"CODEOWNERS": before}, PROJECT)
    write(path, {"CODEOWNERS": after})

    assert [_told(each)[3:] for each in compared(path).rules] == [
        ("/base/ needs the consent of @c, and needed that of @c or @d", False),
        ("/new/ needs the consent of @n", None),
        ("/policies/ needs the consent of @b or @x, and needed that of @b", True),
    ]


def test_comments_that_silence_a_problem(tmp_path: Path) -> None:
    path = make_project(tmp_path / "p", {"base/a.yaml": "n: 1\nm: 2\n"}, PROJECT)
    write(path, {"base/a.yaml": "m: 2\nn: 1  # gct: ignore[GCT611] kept for the release\n"})

    (found,) = compared(path).rules

    assert found.summary.startswith("GCT611 (")
    assert found.summary.endswith("is silenced in one place of base/a.yaml: kept for the release")
    assert (found.path, found.line, found.is_weaker) == ("base/a.yaml", 2, True)


def test_a_moved_file_silences_nothing_new(tmp_path: Path) -> None:
    text = "n: 1  # gct: ignore[GCT611] kept\n"
    path = make_project(tmp_path / "p", {"base/a.yaml": text}, PROJECT)
    git(path, "mv", "base/a.yaml", "base/b.yaml")

    assert compared(path).rules == ()
