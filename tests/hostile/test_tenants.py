"""What a tenant cannot reach: each test tries a way to another tenant's file, and none may lead.

Two attackers. One may write under tenants/globex/ alone. The stronger one may write anything but
the project file and what is acme's. Both want the bundle of globex to hold what acme wrote: a value
or the ciphertext of a secret. After each try, every bundle of globex is searched, and what is said
is held against what must be said: an error, or nothing because the try is only text.
"""

import base64
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.compiler import Compilation, compile_snapshot, pack_bundles
from gitconfig_tool.sops import DecryptionError, decrypt_file, find_sops
from gitconfig_tool.source import open_project
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.unit.conftest import GitProject

ACME_KEYS = "tenants/acme/production/keys.sops.yaml"
GLOBEX_KEYS = "tenants/globex/production/keys.sops.yaml"
VICTIM, ATTACKER = "production/acme", "production/globex"
CANARY = "canary-of-acme-7c1e"
# The name of a key that only acme has: no hint may tell it.
NAME_CANARY = "only-acme-has-this-key"
SECRET_CANARY = "secret-canary-of-acme-91d0"
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: tenants
dimensions:
  environment: {{production: {{}}}}
  tenant:
    acme: {{region: eu}}
    globex: {{region: {region}}}
layers:
  - base
  - {{file: "regions/{{tenant.region}}.yaml", document: region}}
  - tenants/{{tenant}}/base
  - tenants/{{tenant}}/{{environment}}
bundles: [{{name: "{{environment}}/{{tenant}}"}}]
schemas: [{{match: checked, schema: schemas/checked.schema.json}}]
policies: [policies/]
secrets:
  allow:
    - {{match: "tenants/acme/**", recipients: ["age:{acme}"]}}
    - {{match: "tenants/globex/**", recipients: ["age:{globex}"]}}
"""
POLICY = """\
# METADATA
# title: never
package tenants

import rego.v1

deny contains "never" if input.never
"""


@dataclass(frozen=True, slots=True)
class World:
    """Both tenants with a document and a SOPS file each; the project is committed."""

    project: GitProject
    acme: AgeKey
    globex: AgeKey

    def file(self, path: str) -> bytes:
        """Return what a file holds."""
        return (self.project.root / path).read_bytes()

    def attack(self, files: Mapping[str, str | bytes]) -> list[str]:
        """Commit files, and search globex's bundles; return the codes that are said of it."""
        self.project.commit(files)
        return self.look()

    def look(self) -> list[str]:
        """Search what is compiled from the last commit for what is acme's; return the codes."""
        compilation = compile_snapshot(open_project(self.project.root).at_commit())
        assert not self.holds_canary(_content(compilation, ATTACKER))
        said = " ".join(f"{each.message} {each.hint}" for each in compilation.diagnostics)
        assert not self.holds_canary(said.encode())
        return sorted({each.code for each in compilation.diagnostics})

    def holds_canary(self, content: bytes) -> bool:
        """Tell whether some bytes hold a value of acme, in the clear or encrypted."""
        sealed = re.findall(rb"data:([^,]{20,})", self.file(ACME_KEYS))
        needles = [CANARY.encode(), SECRET_CANARY.encode(), NAME_CANARY.encode(), *sealed]
        needles += [base64.b64encode(CANARY.encode())]
        return any(needle in content for needle in needles)


def _content(compilation: Compilation, name: str) -> bytes:
    """Return all that a bundle is made of; its blobs too, where it can be packed."""
    bundle = compilation.bundles.get(name)
    if bundle is None:
        return b""
    content = repr(bundle).encode()
    if not compilation.has_errors:
        artifact = pack_bundles(compilation)[name]
        content += b"".join(blob.data for blob in artifact.blobs)
    return content


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Make the two tenants."""
    return _world(tmp_path)


def _world(tmp_path: Path, region: str = "us") -> World:
    acme, globex = age_key(), age_key()
    root = tmp_path / "project"
    root.mkdir()
    project = GitProject(root, tmp_path)
    project.git("init", "-q", "-b", "main")
    own = {"api": {"key": "globex-own-secret"}}
    project.commit(
        {
            "gitconfig.yaml": PROJECT.format(
                acme=acme.recipient, globex=globex.recipient, region=region
            ),
            "base/app.yaml": "name: app\n",
            "base/checked.yaml": "x: 1\n",
            "regions/eu.yaml": "name: eu\n",
            "regions/us.yaml": "name: us\n",
            "schemas/checked.schema.json": '{"type": "object"}\n',
            "policies/tenants.rego": POLICY,
            "prompts/shared/1.0.0.prompt.yaml": "messages: [{role: user, content: hi}]\n",
            "tenants/acme/base/plan.yaml": f"canary: {CANARY}\n{NAME_CANARY}: 1\n",
            "tenants/acme/base/uses.yaml": "key: !secret keys#/api/key\n",
            "tenants/acme/production/keys.sops.yaml": sops_encrypt(
                {"api": {"key": SECRET_CANARY, NAME_CANARY: "x"}}, acme.recipient
            ),
            "tenants/globex/base/plan.yaml": "canary: none\n",
            "tenants/globex/base/uses.yaml": "key: !secret keys#/api/key\n",
            "tenants/globex/production/keys.sops.yaml": sops_encrypt(own, globex.recipient),
        },
        "Tenants",
    )
    return World(project, acme, globex)


def test_the_search_finds_what_is_there(world: World) -> None:
    """Without this, nothing below would mean anything: acme's own bundle is found to hold both."""
    compilation = compile_snapshot(open_project(world.project.root).at_commit())
    artifacts = pack_bundles(compilation)

    assert compilation.diagnostics == ()
    content = _content(compilation, VICTIM)
    assert CANARY.encode() in content
    blobs = b"".join(blob.data for blob in artifacts[VICTIM].blobs)
    assert CANARY.encode() in blobs
    sealed = re.findall(rb"data:([^,]{20,})", world.file(ACME_KEYS))
    assert sealed[0] in blobs
    others = b"".join(blob.data for blob in artifacts[ATTACKER].blobs)
    assert b"globex" in others
    assert not world.holds_canary(others)


# --- links ---------------------------------------------------------------------------------------

# Each a way to write the path of acme's document.
PATHS = (
    "../../acme/base/plan",
    "../../../tenants/acme/base/plan",
    "tenants/acme/base/plan",
    "/tenants/acme/base/plan",
    "./tenants/./acme/base/plan",
    "tenants/globex/../acme/base/plan",
    "tenants/acme/base/plan.yaml",
    "acme/plan",
    "tenants//acme//base//plan",
    "..\\acme\\base\\plan",
    "..%2f..%2facme%2fbase%2fplan",
    "file:///tenants/acme/base/plan",
    "production/acme/plan",
    "production/acme:plan",
    "．．/．．/acme/base/plan",  # full-width full stops
    "tenants∕acme∕base∕plan",  # division slashes
    "tenants/аcme/base/plan",  # a Cyrillic letter
    "tenants/ac\u200bme/base/plan",  # a space of no width
    "TENANTS/ACME/BASE/PLAN",
    "tenants/*/base/plan",
    "~/tenants/acme/base/plan",
    ":/tenants/acme/base/plan",
    "HEAD:tenants/acme/base/plan",
    "main:tenants/acme/base/plan",
)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("!ref '{path}#/canary'", "GCT151"),
        ("!ref '{path}#'", "GCT151"),
        ("!format '{{{path}#/canary}}'", "GCT151"),
        ("!secret '{path}#/canary'", "GCT153"),
        ("!secret '{sealed}#/api/key'", "GCT153"),
        ("!prompt '{path}@1.0.0'", "GCT154"),
        ("!prompt '{path}@*'", "GCT154"),
    ],
)
def test_links_by_any_path(world: World, tag: str, code: str) -> None:
    """One key for each path: every single one is refused, with the code of what is not there."""
    lines = [
        f"k{number}: "
        + tag.format(
            path=path, sealed=path.replace("plan", "keys").replace("/base/", "/production/")
        )
        for number, path in enumerate(PATHS)
    ]

    codes = world.attack({"tenants/globex/base/app.yaml": "\n".join(lines) + "\n"})

    assert codes == [code]
    found = compile_snapshot(open_project(world.project.root).at_commit()).diagnostics
    assert [each.span.line for each in found if each.span] == list(range(1, len(PATHS) + 1))


def test_documents_of_one_name_are_each_tenant_s_own(world: World) -> None:
    """Equal files are parsed once; what they mean is not shared."""
    text = (
        "plan: !ref plan#/canary\nkey: !secret keys#/api/key\nname: !format '{tenant}'\n"
        "text: !format '{plan#/canary}'\n"
    )
    files = {f"tenants/{tenant}/base/same.yaml": text for tenant in ("acme", "globex")}

    assert world.attack({**files, "base/same-for-all.yaml": text}) == []


def test_pointers_that_only_acme_has(world: World) -> None:
    text = "a: !ref 'plan#/only-acme-has-this'\nb: !secret 'keys#/api/only-acme-has-this-ke'\n"

    assert world.attack({"tenants/globex/base/app.yaml": text}) == ["GCT151", "GCT153"]


# --- what only looks like a way ------------------------------------------------------------------

GLOBEX = "tenants/globex/base/"
# For the weaker attacker. Each file is globex's own; the codes are all that is said.
FILES: dict[str, tuple[Mapping[str, str], list[str]]] = {
    "tags of other tools": (
        {GLOBEX + "app.yaml": "a: !include ../../acme/base/plan.yaml\nb: !file plan.yaml\n"},
        ["GCT013"],
    ),
    "objects of Python": (
        {GLOBEX + "app.yaml": "a: !!python/object/apply:open [tenants/acme/base/plan.yaml]\n"},
        ["GCT013"],
    ),
    "an alias of an anchor in acme's file": (
        {GLOBEX + "app.yaml": "a: *canary\n"},
        ["GCT021"],
    ),
    "a merge key of an anchor in acme's file": (
        {GLOBEX + "app.yaml": "<<: *plan\na: 1\n"},
        ["GCT015", "GCT021"],
    ),
    "a second document in the file": (
        {GLOBEX + "app.yaml": "a: 1\n--- !include ../../acme/base/plan.yaml\nb: 2\n"},
        ["GCT017"],
    ),
    "JSON references": (
        {GLOBEX + "app.yaml": "a: {$ref: ../../acme/base/plan.yaml#/canary}\n"},
        [],
    ),
    "variables and templates": (
        {GLOBEX + "app.yaml": "a: '{{ plan.canary }}'\nb: ${file:../../acme/base/plan.yaml}\n"},
        [],
    ),
    "names with # and @": (
        {
            GLOBEX + "plan#canary.yaml": "a: 1\n",
            GLOBEX + "plan@main.yaml": "a: 1\n",
            GLOBEX + "x.yaml": "a: !ref 'plan#canary#/a'\n",
        },
        [],
    ),
    "names with encoded and foreign slashes": (
        {GLOBEX + "..%2f..%2facme%2fbase%2fplan.yaml": "a: 1\n", GLOBEX + "a∕plan.yaml": "a: 1\n"},
        [],
    ),
    "names with backslashes": ({GLOBEX + "..\\..\\acme\\base\\plan.yaml": "a: 1\n"}, []),
    "acme's folder within one's own": (
        {GLOBEX + "tenants/acme/base/plan.yaml": "a: !ref plan#/canary\n"},
        [],
    ),
    "acme's folder in other letters": (
        {
            "tenants/globex/ACME/plan.yaml": "a: 1\n",
            "tenants/globex/../ACME/base/plan.yaml": "a: 1\n",
        },
        ["GCT004", "GCT114"],
    ),
    "a value that names a region": (
        {GLOBEX + "app.yaml": "tenant: acme\nregion: ../tenants/acme/base/plan\ninherits: acme\n"},
        [],
    ),
    "what another dimension's value would be called": (
        {"tenants/globex/production/../../acme-2/base/plan.yaml": "a: 1\n"},
        ["GCT114"],
    ),
}


@pytest.mark.parametrize(("files", "codes"), FILES.values(), ids=FILES.keys())
def test_own_files(world: World, files: Mapping[str, str], codes: list[str]) -> None:
    assert world.attack(files) == codes


def test_a_project_within_the_project(world: World) -> None:
    """Who starts there sees nothing outside of it: a layer is a path inside the project."""
    layers = ("../acme/base", "/tenants/acme/base", "tenants/../../acme/base", "..")
    for layer in layers:
        world.project.commit(
            {
                "tenants/globex/gitconfig.yaml": "apiVersion: gitconfig-tool/v1\nname: inner\n"
                f"layers: [base, {layer}]\nbundles: [{{name: production/globex}}]\n"
            }
        )
        inner = compile_snapshot(open_project(world.project.root / "tenants/globex").at_commit())
        assert [each.code for each in inner.diagnostics] == ["GCT038"], layer
        assert not world.holds_canary(_content(inner, ATTACKER))

    assert world.look() == []


# --- links of the file system, submodules --------------------------------------------------------

LINKS = {
    "a file": ("tenants/globex/base/plan.yaml", "../../acme/base/plan.yaml"),
    "a new file": ("tenants/globex/base/new.yaml", "../../acme/base/plan.yaml"),
    "a folder": ("tenants/globex/base/all", "../../acme/base"),
    "the layer itself": ("tenants/globex/base", "../acme/base"),
    "the layer with secrets": ("tenants/globex/production", "../acme/production"),
    "the tenant's folder": ("tenants/globex", "acme"),
    "an absolute path": ("tenants/globex/base/plan.yaml", "/etc/hostname"),
    "the repository": ("tenants/globex/base/git", "../../../.git"),
    "a link to itself": ("tenants/globex/base/plan.yaml", "plan.yaml"),
}


@pytest.mark.parametrize(("path", "target"), LINKS.values(), ids=LINKS.keys())
def test_symbolic_links(world: World, path: str, target: str) -> None:
    place = world.project.root / path
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(target)
    world.project.git("add", "-A")
    world.project.git("commit", "-q", "-m", "Link")

    codes = world.look()

    # A link is an error of its own; that what it hides is missing may be one more.
    assert "GCT001" in codes
    opened = open_project(world.project.root)
    for snapshot in (opened.at_index(), opened.at_worktree()):
        compilation = compile_snapshot(snapshot)
        assert "GCT001" in {each.code for each in compilation.diagnostics}
        assert not world.holds_canary(repr(compilation.bundles.get(ATTACKER)).encode())


def test_a_submodule(world: World) -> None:
    head = world.project.git("rev-parse", "HEAD")
    world.project.git(
        "update-index", "--add", "--cacheinfo", f"160000,{head},tenants/globex/base/sub"
    )
    world.project.git("commit", "-q", "-m", "Submodule of the project itself")

    assert world.look() == ["GCT002"]


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [GLOBEX_KEYS, "tenants/globex/base/keys.sops.yaml", "tenants/globex/base/other.yaml"],
)
def test_a_copied_sops_file_is_refused_by_its_recipients(world: World, place: str) -> None:
    """Its ciphertext would be of no use to globex; it is refused all the same."""
    world.project.commit({place: world.file(ACME_KEYS)})

    compilation = compile_snapshot(open_project(world.project.root).at_commit())

    found = {each.code: each for each in compilation.diagnostics}
    assert "GCT405" in found
    assert found["GCT405"].span is not None
    assert found["GCT405"].span.path == place
    assert compilation.has_errors
    with pytest.raises(ValueError, match="cannot be packed"):
        pack_bundles(compilation)


def test_acme_s_value_in_globex_s_file_cannot_be_opened(world: World) -> None:
    """A pasted value is sealed with another data key: sops and the fetcher refuse the file."""
    sealed = re.search(rb"ENC\[[^\]]+\]", world.file(ACME_KEYS))
    assert sealed is not None
    own = re.sub(rb"key: ENC\[[^\]]+\]", b"key: " + sealed[0], world.file(GLOBEX_KEYS), count=1)
    assert own != world.file(GLOBEX_KEYS)

    file = SopsFile(GLOBEX_KEYS, "yaml", (f"age:{world.globex.recipient}",), own)
    with pytest.raises(DecryptionError) as caught:
        decrypt_file(file, find_sops(), world.globex.environment)

    assert SECRET_CANARY not in str(caught.value)


def test_rules_of_sops_open_nothing(world: World) -> None:
    """What `sops` would do is for .sops.yaml to say, and who may read for gitconfig.yaml."""
    rules = f"creation_rules:\n  - path_regex: .*\n    age: {world.globex.recipient}\n"
    before = pack_bundles(compile_snapshot(open_project(world.project.root).at_commit()))
    world.attack({".sops.yaml": rules})
    again = sops_encrypt({"api": {"key": "chosen by globex"}}, world.globex.recipient)
    world.project.commit({"tenants/acme/production/more.sops.yaml": again})

    codes = {
        each.code
        for each in compile_snapshot(open_project(world.project.root).at_commit()).diagnostics
    }

    assert "GCT405" in codes
    assert before[VICTIM].blobs


# --- the stronger attacker: anything but the project file and what is acme's ---------------------


def test_shared_layers_mean_each_tenant_s_own(world: World) -> None:
    text = "a: !ref plan#/canary\nb: !secret keys#/api/key\nc: !format '{plan#/canary}'\n"

    assert world.attack({"base/app.yaml": text, "regions/us.yaml": text}) == []


@pytest.mark.parametrize(
    "statement",
    [
        "{% include 'tenants/acme/base/plan.yaml' %}",
        "{% include '../../tenants/acme/base/plan.yaml' %}",
        "{% import 'tenants/acme/base/plan.yaml' as plan %}{{ plan.canary }}",
        "{% from 'tenants/acme/base/plan.yaml' import canary %}",
        "{% extends 'tenants/acme/base/plan.yaml' %}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('cat tenants/acme/base/plan.yaml').read() }}",
        "{{ ''.__class__.__mro__ }}",
    ],
)
def test_statements_of_a_prompt(world: World, statement: str) -> None:
    prompt = f"messages:\n  - role: user\n    content: |\n      {statement}\n"
    codes = world.attack(
        {
            "prompts/thief/1.0.0.prompt.yaml": prompt,
            "tenants/globex/base/app.yaml": "p: !prompt thief@1\n",
        }
    )

    # A statement is refused. An expression is text of the bundle: nothing renders it here, and the
    # sandbox that does (tests/unit/prompts/test_sandbox.py) knows no such attributes.
    if statement.startswith("{%"):
        assert codes
        assert all(code.startswith("GCT5") for code in codes), codes
    else:
        assert codes == []


@pytest.mark.parametrize(
    "reference",
    [
        "../tenants/acme/base/plan.yaml",
        "../tenants/acme/base/plan.yaml#/canary",
        "/tenants/acme/base/plan.yaml",
        "tenants/acme/base/plan.yaml",
        "..%2ftenants%2facme%2fbase%2fplan.yaml",
        "file:///etc/passwd",
        "file:../tenants/acme/base/plan.yaml",
        "http://127.0.0.1:9/plan.json",
        "../../../../../../etc/passwd",
        "../.git/config",
    ],
)
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_references_of_a_schema(world: World, keyword: str, reference: str) -> None:
    schema = {"type": "object", "properties": {"x": {keyword: reference}}}

    codes = world.attack({"schemas/checked.schema.json": json.dumps(schema)})

    assert codes
    assert all(code.startswith("GCT2") for code in codes), codes


def test_a_schema_that_lies_among_acme_s_layers(world: World) -> None:
    """A schema is packed into the bundles that use it: one of acme's must not come with it."""
    theirs = {"$id": "theirs", "const": CANARY}
    schema = {"properties": {"x": {"$ref": "../tenants/acme/base/theirs.schema.json"}}}

    codes = world.attack(
        {
            "tenants/acme/base/theirs.schema.json": json.dumps(theirs),
            "schemas/checked.schema.json": json.dumps(schema),
        }
    )

    assert codes == ["GCT212"]


@pytest.mark.parametrize(
    "body",
    [
        "input.x == data.tenants.acme.base.plan.canary",
        'some key, _ in data\n\tkey != "tenants"',
        'http.send({"method": "get", "url": "file:///etc/passwd"}).status_code',
        "opa.runtime().env.PATH",
        'rego.metadata.chain()[_].path[_] == "acme"',
    ],
)
def test_policies_see_one_document(world: World, body: str) -> None:
    """A policy has the document and the bundle as its input, no other document and no machine."""
    policy = (
        "# METADATA\n# title: thief\npackage thief\n\nimport rego.v1\n\n"
        f'deny contains "seen" if {{\n\t{body}\n}}\n'
    )

    codes = world.attack({"policies/thief.rego": policy})

    # Nothing to see, or refused as a policy; never the denial itself.
    assert codes in ([], ["GCT302"], ["GCT303"], ["GCT304"]), codes


def test_references_to_versions_have_the_bundle_s_own_layers(world: World) -> None:
    """At a tag, a bundle has its own documents of that time, and no other tenant's."""
    world.project.git("tag", "v1")
    head = world.project.git("rev-parse", "HEAD")
    own = f"a: !ref plan@v1#/canary\nb: !ref 'plan@{head}#/canary'\n"
    assert world.attack({"tenants/globex/base/app.yaml": own}) == []

    paths = [path for path in PATHS if ":" not in path]
    lines = [f"k{number}: !ref '{path}@v1#/canary'" for number, path in enumerate(paths)]
    revisions = ("main", "HEAD", "v1:tenants/acme/base/plan.yaml", "v1^", "../v1", "refs/tags/v1")
    lines += [f"r{number}: !ref 'plan@{rev}#/canary'" for number, rev in enumerate(revisions)]
    codes = world.attack({"tenants/globex/base/app.yaml": "\n".join(lines) + "\n"})

    assert codes == ["GCT157"]
    found = compile_snapshot(open_project(world.project.root).at_commit()).diagnostics
    assert len(found) == len(lines)


def test_a_version_with_another_project_file(world: World) -> None:
    """A tag beside the main line, in whose project file acme's layers are globex's."""
    project = world.file("gitconfig.yaml").decode()
    world.project.git("checkout", "-q", "-b", "side")
    world.project.commit(
        {"gitconfig.yaml": project.replace("tenants/{tenant}/base", "tenants/acme/base")}
    )
    world.project.git("tag", "thief")
    world.project.git("checkout", "-q", "main")

    codes = world.attack({"tenants/globex/base/app.yaml": "a: !ref plan@thief#/canary\n"})

    assert codes == ["GCT157"]


def test_two_versions_in_a_row(world: World) -> None:
    """The borders are those of what is compiled, not those of a version on the way."""
    project = world.file("gitconfig.yaml").decode()
    alone = "layers: [base, {layer}]\nbundles: [{{name: production/globex}}]\ndimensions: {{}}\n"
    world.project.git("checkout", "-q", "-b", "side")
    head = project[: project.index("dimensions:")]
    world.project.commit({"gitconfig.yaml": head + alone.format(layer="tenants/acme/base")})
    world.project.git("tag", "second")
    world.project.commit(
        {
            "gitconfig.yaml": head + alone.format(layer="tenants/globex/base"),
            "tenants/globex/base/way.yaml": "a: !ref plan@second#/canary\n",
        }
    )
    world.project.git("tag", "first")
    world.project.git("checkout", "-q", "main")

    codes = world.attack({"tenants/globex/base/app.yaml": "a: !ref way@first#/a\n"})

    assert codes == ["GCT157"]


# --- what the project file's owner may get wrong -------------------------------------------------


@pytest.mark.parametrize(
    "region",
    [
        "../tenants/acme/base/plan",
        "us/../../tenants/acme/base/plan",
        "./eu",
        "us//x",
        "/tenants/acme/base/plan",
    ],
)
def test_attributes_lead_nowhere_else(tmp_path: Path, region: str) -> None:
    # No tenant has the region `us` then, and the file for it is said to be unused.
    assert _world(tmp_path, region).look() == ["GCT038", "GCT114"]


def test_two_dots_may_be_a_name_where_they_lead_nowhere(tmp_path: Path) -> None:
    """The layer is regions/...yaml, a file like any other, which does not exist."""
    assert _world(tmp_path, "..").look() == ["GCT114"]


@pytest.mark.parametrize(
    "name", ["../acme", "acme/../globex", "globex/../../acme/base", "..", "a..b", "acme/base", "."]
)
def test_values_that_are_no_names(world: World, name: str) -> None:
    """Values read from a file or out of folders become parts of paths: no dots, no slashes."""
    project = world.file("gitconfig.yaml").decode()
    start = project.index("  tenant:\n")
    end = project.index("layers:")
    project = f"{project[:start]}  tenant: {{from: tenants.yaml}}\n{project[end:]}"

    codes = world.attack(
        {
            "gitconfig.yaml": project,
            "tenants.yaml": "acme: {region: eu}\nglobex: {region: us}\n"
            f"'{name}': {{region: us}}\n",
        }
    )

    # The name is refused; where it leads out of the project, the layer is too.
    assert codes in (["GCT034"], ["GCT034", "GCT038"])
