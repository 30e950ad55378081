"""Which `.sops.yaml` is for a file: the nearest one upwards, above the project too."""

from pathlib import Path

import pytest

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.sops_files import Configs, read_configs
from gitconfig_tool.source import ProjectRepository, open_project
from tests.projects import commit, git

RULES = "creation_rules:\n  - {path_regex: '^teams/chat/base/', age: age1top}\n"
KINDS = ("commit", "index", "worktree")


@pytest.fixture
def repository(tmp_path: Path) -> ProjectRepository:
    """Return a project two folders below the top of its repository, where `.sops.yaml` lies."""
    project = tmp_path / "teams" / "chat"
    (project / "base").mkdir(parents=True)
    (tmp_path / ".sops.yaml").write_text(RULES, encoding="utf-8")
    (project / "gitconfig.yaml").write_text("name: chat\n", encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "Begin", 1)
    return open_project(project)


def _configs(repository: ProjectRepository, kind: str) -> Configs:
    snapshots = {
        "commit": repository.at_commit,
        "index": repository.at_index,
        "worktree": repository.at_worktree,
    }
    return read_configs(ProjectFiles(snapshots[kind]()))


def _recipients(configs: Configs, path: str) -> tuple[str, ...] | None:
    config = configs.for_path(path)
    rule = None if config is None else config.rule_for(path)
    return None if rule is None else rule.recipients


@pytest.mark.parametrize("kind", KINDS)
def test_one_above_the_project_sees_the_whole_path(
    repository: ProjectRepository, kind: str
) -> None:
    configs = _configs(repository, kind)

    assert _recipients(configs, "base/keys.sops.yaml") == ("age:age1top",)
    assert _recipients(configs, "other/keys.sops.yaml") is None
    assert [config.path for config in configs.by_folder.values()] == ["../../.sops.yaml"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_projects_own_comes_first_also_where_it_is_broken(
    repository: ProjectRepository, kind: str
) -> None:
    (repository.root / ".sops.yaml").write_text("creation_rules: [\n", encoding="utf-8")
    commit(repository.root, "Break", 2)

    configs = _configs(repository, kind)

    assert _recipients(configs, "base/keys.sops.yaml") is None
    assert configs.by_folder == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_not_followed(repository: ProjectRepository, kind: str) -> None:
    top = repository.root.parent.parent
    (top / ".sops.yaml").rename(top / "rules.yaml")
    (top / ".sops.yaml").symlink_to("rules.yaml")
    commit(top, "Link", 2)

    assert _configs(repository, kind).by_folder == {}


def test_what_is_wrong_above_is_reported(repository: ProjectRepository) -> None:
    (repository.root.parent / ".sops.yaml").write_text("creation_rule: []\n", encoding="utf-8")

    (found,) = _configs(repository, "worktree").diagnostics

    assert found.code == "GCT411"
    assert found.span is not None
    assert found.span.path == "../.sops.yaml"
