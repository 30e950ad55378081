"""Which documents a change may reach: never fewer than those that are other then."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from gitconfig_tool.changes import Changes, Revision, compare
from gitconfig_tool.compiler.affected import Affected, affected
from gitconfig_tool.compiler.paired import paired
from gitconfig_tool.compiler.reach import References
from gitconfig_tool.compiler.view import View
from gitconfig_tool.source import open_project
from tests.projects import commit, git, make_project

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
  tenant: {acme: {region: eu}, globex: {region: us}}
layers:
  - base
  - environments/{environment}
  - regions/{tenant.region}.yaml
  - tenants/{tenant}
bundles: [{name: "{environment}"}, {name: "{environment}/{tenant}"}]
"""
FILES = {
    "base/api/hosts.yaml": "host: one\nport: 1\n",
    "base/api/client.yaml": 'host: !ref "api/hosts#/host"\n',
    "base/web/page.yaml": 'url: !format "https://{api/client#/host}/{environment}"\n',
    "base/web/other.yaml": "title: hello! # no link\n",
    "environments/production/api/hosts.yaml": "port: 2\n",
    "tenants/acme/web/other.yaml": "title: acme\n",
    "regions/eu.yaml": "zone: eu-1\n",
}
EVERY = frozenset({"development", "production"}) | {
    f"{environment}/{tenant}"
    for environment in ("development", "production")
    for tenant in ("acme", "globex")
}


def views(folder: Path) -> tuple[View, View]:
    repository = open_project(folder)
    return View(repository.at_commit("HEAD")), View(repository.at_worktree())


def found(folder: Path, references: References | None = None) -> Affected:
    old, new = views(folder)
    return affected(old.side, new.side, references)


def whole(old: View, new: View) -> Affected:
    """Name all documents there are: what a comparison without any selection looks at."""
    names: dict[str, frozenset[str]] = {}
    for view in (old, new):
        for name, bundle in view.bundles.items():
            names[name] = names.get(name, frozenset()) | set(view.document_ids(bundle))
    return Affected(names, frozenset())


def told(old: View, new: View, which: Affected) -> dict[tuple[str, str], tuple[object, object]]:
    return {
        (pair.document, bundle): (
            None if pair.before is None else pair.before.value,
            None if pair.after is None else pair.after.value,
        )
        for pair in paired(old, new, {**new.bundles, **old.bundles}, which).pairs
        for bundle in pair.bundles
    }


def test_nothing_is_affected_where_nothing_changed(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    assert found(tmp_path) == Affected({}, frozenset())


def test_those_that_refer_to_a_changed_document_are_affected_in_turn(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "base/api/hosts.yaml").write_text("host: two\nport: 1\n")
    documents = frozenset({"api/hosts", "api/client", "web/page"})
    assert found(tmp_path).documents == dict.fromkeys(EVERY, documents)


def test_only_bundles_with_the_layer_are_affected(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "tenants/acme/web/other.yaml").write_text("title: new\n")
    assert found(tmp_path).documents == {
        "development/acme": frozenset({"web/other"}),
        "production/acme": frozenset({"web/other"}),
    }


def test_a_layer_of_one_file_is_one_document(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "regions/eu.yaml").write_text("zone: eu-2\n")
    assert found(tmp_path).documents == {
        "development/acme": frozenset({"main"}),
        "production/acme": frozenset({"main"}),
    }


def test_another_attribute_moves_layers_and_nothing_else(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    project = PROJECT.replace("region: us", "region: eu")
    (tmp_path / "gitconfig.yaml").write_text(project)
    # The text of `web/page` names `environment`, and a file that names any may name the region.
    documents = frozenset({"main", "web/page"})
    assert found(tmp_path).documents == {
        "development/globex": documents,
        "production/globex": documents,
    }


def test_an_added_tenant_has_all_its_documents(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    project = PROJECT.replace("globex:", "initech: {region: eu}, globex:")
    (tmp_path / "gitconfig.yaml").write_text(project)
    documents = frozenset({"api/hosts", "api/client", "web/page", "web/other", "main"})
    assert found(tmp_path).documents == {
        "development/initech": documents,
        "production/initech": documents,
    }


def test_a_broken_project_file_leaves_everything_open(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    project = PROJECT.replace("  - tenants/{tenant}\n", "  - tenants/{tenent}\n")
    (tmp_path / "gitconfig.yaml").write_text(project)
    which = found(tmp_path)
    assert which.everything
    assert which.reason


def test_what_files_refer_to_is_kept_and_used(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "base/api/hosts.yaml").write_text("host: two\nport: 1\n")
    folder = open_project(tmp_path).cache_folder
    first = found(tmp_path, References(folder))
    data = (folder / "references").read_bytes()
    assert b"api/hosts" in data
    assert b"one" not in data
    assert found(tmp_path, References(folder)) == first
    assert git(tmp_path, "status", "--porcelain") == "M base/api/hosts.yaml"


@pytest.mark.parametrize("damage", ["cut", "other", "link", "mode", "folder"])
def test_a_cache_that_is_not_to_be_trusted_is_not_used(tmp_path: Path, damage: str) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "base/api/hosts.yaml").write_text("host: two\nport: 1\n")
    folder = open_project(tmp_path).cache_folder
    right = found(tmp_path, References(folder))
    file = folder / "references"
    lying = file.read_bytes().replace(b"\tapi/hosts", b"")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-5])
    elif damage == "other":
        file.write_bytes(lying)
    elif damage == "mode":
        file.chmod(0o666)
    else:
        file.unlink()
        if damage == "folder":
            file.mkdir()
        else:
            (tmp_path / "elsewhere").write_bytes(lying)
            file.symlink_to(tmp_path / "elsewhere")
    assert found(tmp_path, References(folder)).documents == right.documents


EDITS: Mapping[str, tuple[str | None, ...]] = {
    "base/api/hosts.yaml": ("host: two\n", "port: 1\nhost: one # same\n", None, "host: [a, b]\n"),
    "base/api/hosts.yml": ("host: three\n",),
    "base/api/client.yaml": ("host: !ref api/hosts#/port\n", "host: fixed\n", None),
    "base/web/page.yaml": ('url: !<!ref> "api/client#/host"\n', "url: '{x}'\n"),
    "base/web/new.yaml": ("a: {b: !ref 'web/page#/url'}\n", "a: [!ref web/page#/url, 2]\n"),
    "environments/development/api/client.yaml": ("host: !ref\n  api/hosts#/host\n", "x: 1\n"),
    "environments/production/api/hosts.yaml": ("port: 3\n", None, "host: prod\n"),
    "tenants/acme/api/hosts.yaml": ("host: acme\n", "host: !unset\n"),
    "tenants/globex/web/page.yaml": ('url: !format "{tenant.region}-{api/hosts#/port}"\n',),
    "regions/eu.yaml": ("zone: !ref web/other#/title\n", None),
    "regions/us.yaml": ("zone: us\n",),
    "gitconfig.yaml": (
        PROJECT.replace("region: us", "region: eu"),
        PROJECT.replace("globex: {region: us}", "globex: {region: us}, new: {region: eu}"),
        PROJECT.replace(', {name: "{environment}/{tenant}"}', ""),
        PROJECT.replace("  - base\n  - environments/{environment}\n", "  - base\n"),
        PROJECT.replace("{inherits: development}", "{}"),
    ),
}


@pytest.mark.parametrize("seed", range(40))
def test_no_difference_is_missed(tmp_path: Path, seed: int) -> None:
    """Compare with what a look at every document finds, after random edits."""
    chance = random.Random(seed)
    make_project(tmp_path, FILES, PROJECT)
    for step in range(3):
        for path in chance.sample(sorted(EDITS), k=chance.randint(1, 4)):
            text = chance.choice(EDITS[path])
            file = tmp_path / path
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        old, new = views(tmp_path)
        which = affected(old.side, new.side, References(open_project(tmp_path).cache_folder))
        fresh = views(tmp_path)
        assert told(old, new, which) == told(*fresh, whole(*fresh))
        git(tmp_path, "add", "-A")
        if git(tmp_path, "status", "--porcelain"):
            commit(tmp_path, f"Step {step}", 2 + step)


def test_changes_of_many_bundles_are_told_once(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "base/api/hosts.yaml").write_text("host: two\nport: 1\n")
    changes: Changes = compare(
        *views(tmp_path), Revision("HEAD", "commit", None), Revision("work tree", "worktree", None)
    )
    assert [(each.document, each.pointer) for each in changes.values] == [
        ("api/client", "/host"),
        ("api/hosts", "/host"),
        ("web/page", "/url"),
        ("web/page", "/url"),
    ]
    assert set(changes.values[0].bundles) == EVERY
    # Three for each environment: their texts differ, and nothing else does.
    assert [len(each.bundles) for each in changes.values] == [6, 6, 3, 3]


def test_what_errors_hide_is_told(tmp_path: Path) -> None:
    make_project(tmp_path, FILES, PROJECT)
    (tmp_path / "tenants/acme/web/other.yaml").write_text("title: [\n")
    head = Revision("work tree", "worktree", None)
    changes = compare(*views(tmp_path), Revision("HEAD", "commit", None), head)
    assert changes.unknown == (
        "web/other has errors in work tree, in development/acme, production/acme: not every value "
        "is known there; to look: gitconfig-tool validate",
    )
    (tmp_path / "gitconfig.yaml").write_text("name: [\n")
    changes = compare(*views(tmp_path), Revision("HEAD", "commit", None), head)
    assert changes.bundles == ()
    assert changes.values == ()
    assert changes.unknown == (
        "gitconfig.yaml has errors in work tree, so that bundles or layers may be missing there; "
        "to look: gitconfig-tool validate",
    )
