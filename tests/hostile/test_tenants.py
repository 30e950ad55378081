"""A tenant that tries to reach what another tenant's layers hold; nothing of it ever arrives.

Each attempt writes files of the tenant acme. Whatever becomes of it, a refusal or a bundle, no byte
of globex's values and of its ciphertext may be in acme's bundle, nor in what is reported.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.compiler import compile_snapshot, pack_bundles
from tests.unit.conftest import GitProject

CANARY = "canary-of-globex"
CIPHER = "Z2xvYmV4"  # In base64, as the data of an encrypted value.
OWN = "own-value-of-acme"
ENCRYPTED = f"ENC[AES256_GCM,data:{CIPHER},iv:{'A' * 43}=,tag:{'A' * 22}==,type:str]"
SOPS = f"""\
password: {ENCRYPTED}
sops:
  age: [{{recipient: age1fake, enc: fake}}]
  lastmodified: "2024-03-01T12:00:00Z"
  mac: {ENCRYPTED}
  version: 3.10.2
"""
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
dimensions: {tenant: {acme: {region: eu}, globex: {region: us}}}
layers: [base, "regions/{tenant.region}", "tenants/{tenant}"]
bundles: [{name: "{tenant}"}]
schemas:
  - {match: checked, schema: schemas/checked.schema.yaml}
"""
FILES = {
    "gitconfig.yaml": PROJECT,
    "base/checked.yaml": "y: 1\n",
    "base/shared.yaml": "x: 1\n",
    "regions/us/local.yaml": f"x: {CANARY}\n",
    "schemas/checked.schema.yaml": "type: object\n",
    "prompts/own/1.0.0.prompt.yaml": "template: hello\n",
    "tenants/acme/app.yaml": f"x: {OWN}\n",
    "tenants/globex/private.yaml": f"x: &anchor {CANARY}\nlist: [{CANARY}]\n",
    "tenants/globex/keys.sops.yaml": SOPS,
    "tenants/globex/their.schema.yaml": f"$id: https://globex.example/s\ntitle: {CANARY}\n",
}

Build = Callable[..., GitProject]


@pytest.fixture
def git_project(tmp_path: Path) -> Build:
    """Return a builder: files become a repository with one commit."""

    def build(files: dict[str, str], name: str = "project") -> GitProject:
        root = tmp_path / name
        root.mkdir()
        project = GitProject(root, tmp_path)
        project.git("init", "-q", "-b", "main")
        project.commit(files)
        return project

    return build


def attempt(
    project: GitProject, capfd: pytest.CaptureFixture[str], name: str = "acme"
) -> tuple[set[str], str]:
    """Compile and pack; return the codes, and all that arrives or is reported, as text."""
    compilation = compile_snapshot(project.open().at_commit())
    run(group, ["-C", str(project.root), "validate", "--rev", "HEAD", "--bundle", name])
    shown = "".join(capfd.readouterr())
    if not compilation.has_errors:
        artifact = pack_bundles(compilation)[name]
        shown += "".join(blob.data.decode() for blob in artifact.blobs)
    return {found.code for found in compilation.diagnostics}, shown


def check(shown: str) -> None:
    """Check that nothing of globex arrived."""
    assert CANARY not in shown
    assert CIPHER not in shown


@pytest.mark.parametrize(
    ("value", "code"),
    [
        # Path syntax and references.
        ("!ref private#/x", "GCT151"),
        ("!ref ../globex/private#/x", "GCT151"),
        ("!ref tenants/globex/private#/x", "GCT151"),
        ("!ref /tenants/globex/private.yaml#/x", "GCT151"),
        ("!ref ./../globex/private#", "GCT151"),
        ("!ref local#/x", "GCT151"),
        ('!ref "../us/local#/x"', "GCT151"),
        ('!ref "shared#/../../globex/private/x"', "GCT151"),
        ("!ref globex:private#/x", "GCT151"),
        ("!ref private@HEAD#/x", "GCT157"),
        ("!ref ../globex/private@HEAD#/x", "GCT157"),
        ("!ref private@HEAD:tenants/globex#/x", "GCT157"),
        ("!ref private@v1#/x", "GCT157"),
        ('!format "{private#/x}"', "GCT151"),
        ('!format "{../globex/private#/x}"', "GCT151"),
        ('!format "{private@HEAD#/x}"', "GCT157"),
        # Secrets.
        ("!secret keys#/password", "GCT153"),
        ("!secret ../globex/keys#/password", "GCT153"),
        ("!secret tenants/globex/keys#/password", "GCT153"),
        ("!secret tenants/globex/keys.sops.yaml#/password", "GCT153"),
        ("!secret /keys#/password", "GCT153"),
        # Prompts.
        ("!prompt ../tenants/globex/private@*", "GCT154"),
        ("!prompt globex/private@*", "GCT154"),
        # Aliases and what other tools include.
        ("*anchor", "GCT021"),
        ("{<<: *anchor}", "GCT021"),
        ("!include ../globex/private.yaml", "GCT013"),
        ('!ENV "${globex}"', "GCT013"),
    ],
)
def test_values(
    git_project: Build, capfd: pytest.CaptureFixture[str], value: str, code: str
) -> None:
    project = git_project(FILES)
    project.git("tag", "v1")
    project.commit({"tenants/acme/app.yaml": f"x: {value}\n"})
    codes, shown = attempt(project, capfd)

    assert code in codes, codes
    check(shown)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("tenants/acme/private.yaml", "../globex/private.yaml"),
        ("tenants/acme/keys.sops.yaml", "../globex/keys.sops.yaml"),
        ("tenants/acme/more", "../globex"),
        ("tenants/acme/local.yaml", "../../regions/us/local.yaml"),
    ],
)
def test_links(
    git_project: Build, capfd: pytest.CaptureFixture[str], name: str, target: str
) -> None:
    project = git_project(FILES)
    (project.root / name).symlink_to(target)
    project.commit({"tenants/acme/app.yaml": "x: !ref private#/x\ny: !ref more/private#/x\n"})
    codes, shown = attempt(project, capfd)

    assert "GCT001" in codes
    check(shown)


@pytest.mark.parametrize(
    "template",
    [
        "{% include '../../tenants/globex/private.yaml' %}",
        "{% import 'tenants/globex/private.yaml' as x %}",
        "{% extends 'private.yaml' %}",
    ],
)
def test_prompts(git_project: Build, capfd: pytest.CaptureFixture[str], template: str) -> None:
    project = git_project(FILES)
    project.commit(
        {
            "prompts/own/1.1.0.prompt.yaml": f'template: "{template}"\n',
            "tenants/acme/app.yaml": "x: !prompt own@^1\n",
        }
    )
    codes, shown = attempt(project, capfd)

    assert any(code.startswith("GCT5") for code in codes), codes
    check(shown)


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("../tenants/globex/their.schema.yaml", "GCT212"),
        ("../tenants/globex/private.yaml", "GCT211"),
        ("../tenants/globex/private.yaml#/x", "GCT211"),
        ("/tenants/globex/their.schema.yaml", "GCT212"),
        ("file:///tenants/globex/their.schema.yaml", "GCT212"),
        # By its $id: no schema of a tenant's layer takes the place of another.
        ("https://globex.example/s", "GCT212"),
        ("../tenants/%67lobex/their.schema.yaml", "GCT212"),
    ],
)
def test_schemas(
    git_project: Build, capfd: pytest.CaptureFixture[str], reference: str, code: str
) -> None:
    project = git_project(FILES)
    project.commit(
        {
            "schemas/checked.schema.yaml": f'$ref: "{reference}"\n',
            "tenants/acme/keys.sops.yaml": SOPS.replace(CIPHER, "AAAA"),
            "tenants/acme/checked.yaml": "x: !secret keys#/password\n",
        }
    )
    codes, shown = attempt(project, capfd)

    assert code in codes, codes
    check(shown)


def test_a_region_that_leads_out_of_its_folder(
    git_project: Build, capfd: pytest.CaptureFixture[str]
) -> None:
    text = PROJECT.replace("{region: eu}", "{region: ../tenants/globex}")
    codes, shown = attempt(git_project({**FILES, "gitconfig.yaml": text}), capfd)

    assert "GCT038" in codes
    check(shown)


def test_what_is_a_tenants_own_arrives(
    git_project: Build, capfd: pytest.CaptureFixture[str]
) -> None:
    """The tests above would pass if nothing ever arrived."""
    codes, shown = attempt(git_project(FILES), capfd)

    assert codes == set()
    assert OWN in shown
    check(shown)
    _, theirs = attempt(git_project(FILES, name="theirs"), capfd, "globex")
    assert CANARY in theirs


def test_this_file_names_no_real_key() -> None:
    assert not re.search(r"age1[a-z0-9]{50}", Path(__file__).read_text(encoding="utf-8"))
