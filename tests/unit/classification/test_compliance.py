"""Compliance, quotas and isolation on real repositories: what the case projects leave open."""

from collections.abc import Callable

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project.compliance import TAGS
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

ENCRYPTED = f"ENC[AES256_GCM,data:AAAA,iv:{'A' * 43}=,tag:{'A' * 22}==,type:str]"


def sops(*recipients: str) -> str:
    """Return a file encrypted to age recipients, in form."""
    listed = "".join(f"    - {{recipient: {each}, enc: fake}}\n" for each in recipients)
    return (
        f"password: {ENCRYPTED}\nhost_unencrypted: x\nsops:\n  age:\n{listed}"
        f'  lastmodified: "2024-03-01T12:00:00Z"\n  mac: {ENCRYPTED}\n'
        "  unencrypted_suffix: _unencrypted\n  version: 3.10.2\n"
    )


def project_file(
    tenants: str, more: str, layers: str = '[base, "tenants/{tenant}"]', name: str = "{tenant}"
) -> str:
    """Return a project with tenants; `more` are further sections."""
    return (
        "apiVersion: gitconfig-tool/v1\nname: platform\n"
        f"dimensions: {{tenant: {tenants}}}\nlayers: {layers}\n"
        f'bundles: [{{name: "{name}"}}]\n{more}\n'
    )


def found(git_project: Build, files: dict[str, str], group: str = "GCT8") -> list[Diagnostic]:
    """Return the diagnostics of a group, of a project with one commit."""
    compilation = compile_snapshot(git_project(files).open().at_commit())
    return [each for each in compilation.diagnostics if each.code.startswith(group)]


# --- regions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "region", "is_allowed"),
    [
        ("gdpr", "eu-west-1", True),
        ("gdpr", "europe-west4", True),
        ("gdpr", "westeurope", True),
        ("gdpr", "germanywestcentral", True),
        ("gdpr", "EU-CENTRAL-1", True),
        ("gdpr", "ap-northeast-1", True),  # Japan: adequacy
        ("gdpr", "us-east-1", False),
        ("gdpr", "ap-south-1", False),
        ("gdpr", "me-central-1", False),
        ("gdpr", "northcentralus", False),
        ("fedramp", "us-gov-west-1", True),
        ("fedramp", "usgovvirginia", True),
        ("fedramp", "us-east-1", True),
        ("fedramp", "eastus2", True),
        ("fedramp", "eu-west-1", False),
        ("hipaa", "ap-south-1", True),
        ("soc2", "ap-south-1", True),
        ("pci-dss", "ap-south-1", True),
    ],
)
def test_regions(git_project: Build, tag: str, region: str, is_allowed: bool) -> None:
    text = project_file(
        f"{{acme: {{region: {region}}}}}", f"compliance: {{{tag}: {{match: {{tenant: acme}}}}}}"
    )
    diagnostics = found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n"})

    assert [each.code for each in diagnostics] == ([] if is_allowed else ["GCT812"])


def test_a_dimension_may_be_the_region(git_project: Build) -> None:
    text = project_file("{acme: {}}", "compliance: {gdpr: {match: a}}", name="{tenant}/{region}")
    text = text.replace("{tenant: {acme: {}}}", "{tenant: {acme: {}}, region: {eu: {}, us: {}}}")
    (diagnostic,) = found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n"})

    assert diagnostic.message == (
        "expected region 'us' to lie in a region that GDPR allows, found us"
    )
    assert diagnostic.bundles == ("acme/us",)


def test_regions_can_be_named(git_project: Build) -> None:
    more = "compliance: {gdpr: {match: a, requires: {regions: [eu-west-1]}}}"
    text = project_file("{acme: {region: eu-west-2}, globex: {region: eu-west-1}}", more)
    (diagnostic,) = found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n"})

    assert diagnostic.bundles == ("acme",)
    assert "allowed are eu-west-1: move it" in diagnostic.hint


def test_a_tag_is_for_what_it_matches(git_project: Build) -> None:
    more = "compliance: {gdpr: {match: {tenant.region: us-*, document: none}}}"
    text = project_file("{acme: {region: us-east-1}}", more)
    diagnostics = found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n"})

    assert [each.code for each in diagnostics] == ["GCT804"]


def test_every_demand_of_a_tag_names_its_source() -> None:
    for tag in TAGS.values():
        for name in ("encryption", "regions", "retention", "rotation"):
            assert (getattr(tag.demands, name) is not None) == (name in tag.sources), tag


# --- encryption, retention, rotation -----------------------------------------------------------


def test_what_says_something_about_a_document_is_not_data(git_project: Build) -> None:
    more = "compliance: {soc2: {match: a}}"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": "classification: restricted\nretention: 1y\nx: !secret s#/password\n"
        "none: null\nempty: []\n",
        "base/s.sops.yaml": sops("age1fake"),
    }
    assert found(git_project, files) == []


def test_a_schema_says_which_values_of_a_confidential_document_need_no_encryption(
    git_project: Build,
) -> None:
    more = "compliance: {gdpr: {match: a, requires: {regions: false}}}\n"
    more += "schemas: [{match: a, schema: a.schema.yaml}]"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "a.schema.yaml": "properties:\n"
        "  currency: {x-classification: internal}\n"
        "  limits:\n    x-classification: public\n"
        "    properties: {owner: {x-classification: confidential}}\n",
        "base/a.yaml": "classification: confidential\nretention: 1y\ncurrency: EUR\n"
        "limits:\n  daily: 100\n  owner: Ada Example\nname: Acme\n",
    }
    (diagnostic,) = found(git_project, files)

    # The owner, whom the schema calls confidential, and the name, of which it says nothing.
    assert diagnostic.code == "GCT811"
    assert "found 2 values in the clear" in diagnostic.message
    places = [str(each.span) for each in diagnostic.notes if each.text == "another one"]
    assert [str(diagnostic.span), *places] == ["base/a.yaml:6:10", "base/a.yaml:7:7"]


def test_a_reference_to_what_is_confidential_is_weakened_by_no_schema(git_project: Build) -> None:
    more = "compliance: {soc2: {match: a}}\nschemas: [{match: a, schema: a.schema.yaml}]"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "a.schema.yaml": "properties: {x: {x-classification: internal}}\n",
        "base/a.yaml": "x: !ref b#/x\n",
        "base/b.yaml": "classification: confidential\nx: canary-0001\n",
    }
    assert [each.code for each in found(git_project, files)] == ["GCT801", "GCT811"]


def test_a_value_by_reference_is_in_the_clear_too(git_project: Build) -> None:
    more = "compliance: {soc2: {match: a}}"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": "x: !ref b#/x\ny: 1\n",
        "base/b.yaml": "classification: confidential\nx: canary-0001\n",
    }
    (diagnostic,) = found(git_project, files)

    assert diagnostic.code == "GCT811"
    assert str(diagnostic.span) == "base/a.yaml:1:4"
    assert "found a value in the clear" in diagnostic.message
    assert diagnostic.sensitive
    assert "canary" not in repr(diagnostic)


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("retention_days: 30", True),
        ("retention: 4w", True),
        ("retention_days: 731", False),
        ("retention_days: 29", False),
        ("retention_days: true", False),
        ("x: 1", False),
    ],
)
def test_retention(git_project: Build, text: str, is_fine: bool) -> None:
    demands = "{encryption: false, retention: {min: 28d, max: 2y}}"
    if "29" in text:
        demands = demands.replace("28d", "30d")
    more = f"compliance: {{soc2: {{match: a, requires: {demands}}}}}"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": f"classification: confidential\n{text}\n",
        "base/b.yaml": "x: 1\n",
    }
    assert [each.code for each in found(git_project, files)] == ([] if is_fine else ["GCT813"])


def test_a_secret_alone_needs_no_retention(git_project: Build) -> None:
    more = "compliance: {soc2: {match: a}}"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": "x: !secret s#/password\n",
        "base/s.sops.yaml": sops("age1fake"),
    }
    assert found(git_project, files) == []


@pytest.mark.parametrize(
    ("types", "is_fine"),
    [
        ("types: [{match: 's#/password', type: api-key}]", True),  # 90 days by default
        ("types: [{match: 's#/password', type: api-key, every: 90d}]", True),
        ("types: [{match: 's#/password', type: api-key, every: 2161h}]", False),
        ("types: [{match: 's#/password', type: certificate}]", True),  # has dates of its own
        (
            "types: [{match: 's#/password', type: database}], rotation: {database: {every: 91d}}",
            False,
        ),
        # 90 days by default, as `secrets status` says.
        ("types: [{match: 's#/password', type: aws-credentials}]", True),
        ("types: [{match: 's#/password', type: jwt-signing-key}]", True),
        ("types: [{match: 's#/password', type: ssh-key}]", False),  # a year
        ("types: []", False),  # generic: a year
        ("types: [], rotation: {generic: {every: 90d}}", True),
    ],
)
def test_rotation(git_project: Build, types: str, is_fine: bool) -> None:
    more = f"compliance: {{pci-dss: {{match: a}}}}\nsecrets: {{{types}}}"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": "x: !secret s#/password\n",
        "base/s.sops.yaml": sops("age1fake"),
    }
    assert [each.code for each in found(git_project, files, "GCT81")] == (
        [] if is_fine else ["GCT814"]
    )


# --- quotas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(22, []), (21, ["GCT822"]), (19, ["GCT822"]), (18, ["GCT821"])],
)
def test_bytes_are_those_of_canonical_json(
    git_project: Build, limit: int, expected: list[str]
) -> None:
    files = {
        "gitconfig.yaml": project_file(
            "{acme: {}}", f"quotas: [{{match: {{bundle: acme}}, bytes: {limit}}}]"
        ),
        "base/one.yaml": "a:    1 # spaces and comments do not count\n",
        "base/two.yaml": "b: éé\n",
    }
    # 7 for {"a":1}, and 12 for {"b":"éé"}: each é is two bytes. 90 % of 21 is 18.9.
    assert [each.code for each in found(git_project, files)] == expected


@pytest.mark.parametrize(
    ("link", "types", "count"),
    [
        ("s#/all/a", "[]", 1),
        ("s#/all", "[]", 2),
        ("s#/all", "[{match: 's#/all', type: database}]", 1),
        ("s#/all/a", "[{match: 's#/all', type: database}]", 1),
        ("s#/host_unencrypted", "[]", 0),
    ],
)
def test_a_link_counts_as_all_secrets_that_it_leads_to(
    git_project: Build, link: str, types: str, count: int
) -> None:
    limits = ", ".join(f"{{match: a, secrets: {each}}}" for each in range(4))
    more = f"quotas: [{limits}]\nsecrets: {{types: {types}}}"
    more_than_one = f"all:\n  a: {ENCRYPTED}\n  b: {ENCRYPTED}\n"
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", more),
        "base/a.yaml": f"x: !secret {link}\n",
        "base/s.sops.yaml": more_than_one + sops("age1fake"),
    }
    # Each quota below the count is exceeded.
    too_many = [each.label for each in found(git_project, files) if each.code == "GCT821"]
    assert too_many == [f"{count} of {limit}" for limit in range(count)]


def test_each_namespace_counts_by_itself(git_project: Build) -> None:
    quota = 'quotas: [{match: {namespace: "apps/*"}, documents: 1}]'
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", quota),
        "base/apps/one/a.yaml": "x: 1\n",
        "base/apps/two/a.yaml": "x: 1\n",
        "base/other/a.yaml": "x: 1\n",
        "base/other/b.yaml": "x: 1\n",
    }
    assert found(git_project, files) == []


def test_a_secret_counts_once_for_a_bundle(git_project: Build) -> None:
    files = {
        "gitconfig.yaml": project_file("{acme: {}}", "quotas: [{match: '**', secrets: 1}]"),
        "base/a.yaml": "x: !secret s#/password\ny: !secret s#/password\n",
        "base/b.yaml": "x: !secret s#/password\n",
        "base/s.sops.yaml": sops("age1fake"),
    }
    assert found(git_project, files) == []


# --- isolation ---------------------------------------------------------------------------------

ISOLATION = "isolation: {dimensions: [tenant]}"
BOTH = {
    "tenants/acme/s.sops.yaml": sops("age1acme", "age1team"),
    "tenants/globex/s.sops.yaml": sops("age1globex", "age1team"),
}


def test_a_shared_recipient(git_project: Build) -> None:
    text = project_file("{acme: {}, globex: {}}", ISOLATION)
    (diagnostic,) = found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n", **BOTH})

    assert diagnostic.message == (
        "expected the recipients of tenant 'globex' to be its own, found age:age1team, "
        "which opens secrets of 'acme' as well"
    )
    assert str(diagnostic.notes[0].span) == "tenants/acme/s.sops.yaml:6:7"


@pytest.mark.parametrize(
    "more",
    [
        "isolation: {dimensions: [tenant], shared: ['age:age1team']}",
        "isolation: {dimensions: [tenant], shared: [ops]}\n"
        "secrets: {recipients: {ops: 'age:age1team'}}",
        f"{ISOLATION}\nsecrets: {{allow: [{{match: 'tenants/**', require: ['age:age1team'], "
        "recipients: ['age:age1acme', 'age:age1globex']}]}",
        "",
    ],
)
def test_recipients_that_may(git_project: Build, more: str) -> None:
    text = project_file("{acme: {}, globex: {}}", more)

    assert found(git_project, {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n", **BOTH}) == []


def test_required_for_one_of_two_is_not_enough(git_project: Build) -> None:
    allow = "secrets: {allow: [{match: 'tenants/acme/**', require: ['age:age1team'], recipients: ['age:age1acme']}, {match: '**', recipients: ['age:age1team', 'age:age1globex']}]}"  # noqa: E501 -- one line of YAML
    text = project_file("{acme: {}, globex: {}, other: {}}", f"{ISOLATION}\n{allow}")
    files = {"gitconfig.yaml": text, "base/a.yaml": "x: 1\n", **BOTH}
    files["tenants/other/s.sops.yaml"] = sops("age1team")

    assert [each.code for each in found(git_project, files)] == ["GCT831"]


def test_a_tenant_may_open_what_it_inherits(git_project: Build) -> None:
    text = project_file("{acme: {}, child: {inherits: acme}}", ISOLATION)
    files = {
        "gitconfig.yaml": text,
        "base/a.yaml": "x: 1\n",
        "tenants/acme/s.sops.yaml": sops("age1acme", "age1child"),
        "tenants/child/s.sops.yaml": sops("age1child"),
    }
    assert found(git_project, files) == []


def test_files_of_a_region_are_no_tenants_own(git_project: Build) -> None:
    text = project_file(
        "{acme: {region: eu}, globex: {region: us}}", ISOLATION, '["regions/{tenant.region}"]'
    )
    files = {
        "gitconfig.yaml": text,
        "regions/eu/a.yaml": "x: 1\n",
        "regions/us/a.yaml": "x: 1\n",
        "regions/eu/s.sops.yaml": sops("age1ops"),
        "regions/us/s.sops.yaml": sops("age1ops"),
    }
    assert found(git_project, files) == []
