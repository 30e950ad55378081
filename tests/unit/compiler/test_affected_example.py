"""Which documents a change may reach, in the example and in projects with all that merging knows.

Each edit is compared twice: by the documents that it may reach, and by all there are.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.compiler.affected import Affected, References, affected
from gitconfig_tool.compiler.paired import paired
from gitconfig_tool.compiler.view import View
from gitconfig_tool.document import Node
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.source import open_project
from tests.projects import commit, git, make_project

EXAMPLE = Path(__file__).parents[3] / "example-repo"
Edit = Callable[[Path], object]
Told = Mapping[tuple[str, str], tuple[object, object]]


def replaced(path: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text, f"the example has no {old!r} in {path}"
        (folder / path).write_text(text.replace(old, new))

    return edit


def removed(path: str) -> Edit:
    return lambda folder: (folder / path).unlink()


def moved(path: str, to: str) -> Edit:
    return lambda folder: (folder / path).rename(folder / to)


# An edit, and documents that differ then in production.
EDITS: Mapping[str, tuple[Edit, frozenset[str]]] = {
    "a value that others refer to": (
        replaced("environments/production/platform/endpoints.yaml", "https://", "https://new."),
        frozenset({"platform/endpoints"}),
    ),
    "a file of a region": (
        replaced("regions/us-east-1.yaml", "data_residency: us", "data_residency: eu"),
        frozenset(),
    ),
    "a tenant's file": (removed("tenants/acme/base/document-search/service.yaml"), frozenset()),
    "a SOPS file that many link to": (
        removed("environments/production/secrets/tls.sops.yaml"),
        frozenset({"gateway/tls"}),
    ),
    "a SOPS file of another name": (
        moved(
            "environments/production/secrets/tls.sops.yaml",
            "environments/production/secrets/tls.sops.yml",
        ),
        frozenset({"gateway/tls"}),
    ),
    "a prompt version that is gone": (
        removed("prompts/support-assistant/1.1.0.prompt.yaml"),
        frozenset({"support-assistant/service"}),
    ),
    "a new prompt version": (
        lambda folder: shutil.copy(
            folder / "prompts/document-search/1.0.0.prompt.yaml",
            folder / "prompts/document-search/1.3.0.prompt.yaml",
        ),
        frozenset({"document-search/service"}),
    ),
    "another list key": (
        replaced("schemas/search-index.schema.json", '["name"]', '["name", "kind"]'),
        frozenset(),
    ),
    "lists that no longer merge": (
        replaced("schemas/search-index.schema.json", '"map"', '"atomic"'),
        frozenset(),
    ),
    "a schema that is no longer for a document": (
        replaced("gitconfig.yaml", "match: document-search/index", "match: none/index"),
        frozenset(),
    ),
    "another inheritance": (
        replaced("gitconfig.yaml", "{inherits: staging, protected", "{protected"),
        frozenset(),
    ),
    "another region of a tenant": (
        replaced("gitconfig.yaml", "globex: {region: us-east-1}", "globex: {region: eu-west-1}"),
        frozenset(),
    ),
    "another folder of prompts": (
        replaced("gitconfig.yaml", "prompts: {folder: prompts,", "prompts: {folder: texts,"),
        frozenset({"support-assistant/service", "document-search/service"}),
    ),
    "one layer less": (
        replaced("gitconfig.yaml", "  - tenants/{tenant}/{environment}\n", ""),
        frozenset(),
    ),
    "a comment": (replaced("base/auth/jwt.yaml", "issuer:", "# said\nissuer:"), frozenset()),
}

# Production has a file of its own for all that staging says.
SAME = {"a comment", "another inheritance"}


def told(old: View, new: View, which: Affected) -> Told:
    """Return what differs, for each document of each bundle."""
    return {
        (pair.document, bundle): (_side(pair.before), _side(pair.after))
        for pair in paired(old, new, {**new.bundles, **old.bundles}, which).pairs
        for bundle in pair.bundles
    }


def _side(linked: LinkedDocument | None) -> object:
    if linked is None:
        return None
    return canonical_json(linked.value), dict(linked.secrets), dict(linked.prompts)


def views(folder: Path) -> tuple[View, View]:
    repository = open_project(folder)
    roots: dict[str, Node | None] = {}
    return View(repository.at_commit(), roots), View(repository.at_worktree(), roots)


def everything(old: View, new: View) -> Affected:
    names: dict[str, frozenset[str]] = {}
    for view in (old, new):
        for name, bundle in view.bundles.items():
            names[name] = names.get(name, frozenset()) | set(view.document_ids(bundle))
    return Affected(names, frozenset())


def differences(folder: Path) -> Told:
    """Compare the work tree with HEAD twice, and return what differs."""
    old, new = views(folder)
    which = affected(old.side, new.side, References(open_project(folder).cache_folder))
    found = told(old, new, which)
    fresh = views(folder)
    assert found == told(*fresh, everything(*fresh))
    return found


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "First", 1)
    return folder


@pytest.mark.parametrize("name", EDITS)
def test_no_difference_in_the_example_is_missed(example: Path, name: str) -> None:
    edit, documents = EDITS[name]
    edit(example)
    try:
        found = differences(example)
    finally:
        git(example, "add", "-A")
        git(example, "reset", "-q", "--hard")
    in_production = {document for document, bundle in found if bundle == "production"}

    assert documents <= in_production
    assert (name in SAME) == (not found)


PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
schemas: [{match: "lists/*", schema: schemas/list.schema.json}]
prompts: {folder: prompts}
"""
SCHEMA = (
    '{"type": "object", "properties": {"x": {"type": "array", "x-kubernetes-list-type": "map",'
    ' "x-kubernetes-list-map-keys": ["%s"], "items": {"type": "object", "required": ["%s"],'
    ' "properties": {"n": {"type": "string"}, "m": {"type": "string"}}}}}}\n'
)
PROMPT = "template: |\n  Answer{{{{ tone }}}}: {text}.\nincludes: {{tone: tone@^1}}\n"
FILES = {
    "schemas/list.schema.json": SCHEMA % ("n", "n"),
    "base/lists/one.yaml": "x: [{n: a, m: a}, {n: b, m: b}]\n",
    "environments/production/lists/one.yaml": "x: [{n: b, m: c}]\n",
    "base/web/page.yaml": 'first: !ref "lists/one#/x/0/m"\nold: !ref "web/other@v1#/title"\n',
    "base/web/other.yaml": "title: one\n",
    "base/chat/service.yaml": "prompt: !prompt chat@^1\n",
    "environments/production/chat/service.yaml": "prompt: !prompt chat@1.0.0\n",
    "prompts/chat/1.0.0.prompt.yaml": PROMPT.format(text="this"),
    "prompts/chat/1.1.0.prompt.yaml": PROMPT.format(text="that"),
    "prompts/tone/1.0.0.partial.yaml": "template: kindly\n",
}
CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "schemas/list.schema.json": (SCHEMA % ("m", "m"), '{"type": "object"}\n', None),
    "base/lists/one.yaml": ("x: [{n: b, m: b}, {n: a, m: a}]\n", "x: []\n", None),
    "base/lists/two.yaml": ("x: [{n: a, m: a}]\ny: !ref lists/one#/x\n",),
    "environments/production/lists/one.yaml": ("x: [{n: c, m: a}]\n", "x: [{n: b, m: b}]\n", None),
    "base/web/other.yaml": ("title: two\n", "title: 1\n", "title: true\n", None),
    "environments/development/web/other.yaml": ("title: !ref web/page#/old\n",),
    "base/web/page.yaml": ('first: !ref "lists/one#/x/1/n"\n', "first: 1.0\n"),
    "prompts/chat/1.2.0.prompt.yaml": (PROMPT.format(text="more"),),
    "prompts/chat/1.1.0.prompt.yaml": (PROMPT.format(text="other"), None),
    "prompts/tone/1.1.0.partial.yaml": ("template: curtly\n",),
    "prompts/tone/1.0.0.partial.yaml": ("template: kindly!\n", None),
    "gitconfig.yaml": (
        PROJECT.replace("lists/*", "lists/one"),
        PROJECT.replace('schemas: [{match: "lists/*", schema: schemas/list.schema.json}]\n', ""),
        PROJECT.replace("{inherits: development}", "{}"),
    ),
}


@pytest.mark.parametrize("seed", range(16))
def test_no_difference_of_lists_prompts_and_versions_is_missed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    make_project(tmp_path, FILES, PROJECT)
    git(tmp_path, "tag", "v1")
    (view, _) = views(tmp_path)
    for bundle in view.bundles.values():
        assert all(view.document(bundle, name).is_known for name in view.document_ids(bundle))
    for step in range(2):
        for path in chance.sample(sorted(CHOICES), k=chance.randint(1, 3)):
            text = chance.choice(CHOICES[path])
            file = tmp_path / path
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        differences(tmp_path)
        git(tmp_path, "add", "-A")
        if git(tmp_path, "status", "--porcelain"):
            commit(tmp_path, f"Step {step}", 2 + step)
