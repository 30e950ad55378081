"""`git install`: a clone set up for the drivers, and back."""

from pathlib import Path

from tests.projects import MakeTool, git


def _attributes(folder: Path) -> list[str]:
    return (folder / ".gitattributes").read_text(encoding="utf-8").splitlines()


def test_install_twice_writes_once(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})

    first = tool.printed("git", "install")
    lines = _attributes(tool.folder)
    second = tool.printed("git", "install")

    assert first.startswith(f"wrote {tool.folder.resolve()}/.gitattributes: commit it")
    assert "set   merge.gitconfig-yaml.driver in this clone's configuration\n" in first
    assert "set   merge.gitconfig-sops.driver in this clone's configuration\n" in first
    assert second == "this clone is set up already\n"
    assert _attributes(tool.folder) == lines
    assert git(tool.folder, "config", "merge.gitconfig-yaml.driver") == (
        "gitconfig-tool git merge-driver -- %O %A %B %P %L %S %X %Y"
    )


def test_lines_come_before_those_of_sops_that_are_there(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    tool.printed("secrets", "merge-driver", "--install")
    sops = _attributes(tool.folder)

    tool.printed("git", "install")

    found = _attributes(tool.folder)
    # Of two lines that match, Git takes the later one.
    assert found[:3] == [
        "# Layers and prompts: gitconfig-tool git install sets these up in a clone.",
        "*.yaml merge=gitconfig-yaml diff=gitconfig-yaml",
        "*.yml merge=gitconfig-yaml diff=gitconfig-yaml",
    ]
    assert found[3:-1] == sops
    tool.printed("secrets", "merge-driver", "--uninstall")
    assert _attributes(tool.folder) == [*found[:3], found[-1]]


def test_a_setting_of_ones_own_is_kept(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    git(tool.folder, "config", "merge.gitconfig-yaml.driver", "/opt/tool %A")
    # What an older version wrote is replaced.
    git(tool.folder, "config", "diff.gitconfig-yaml.textconv", "gitconfig-tool show-yaml")

    shown = tool.printed("git", "install")

    assert "kept  merge.gitconfig-yaml.driver: it was set by hand\n" in shown
    assert git(tool.folder, "config", "merge.gitconfig-yaml.driver") == "/opt/tool %A"
    assert git(tool.folder, "config", "diff.gitconfig-yaml.textconv") == (
        "gitconfig-tool git textconv --"
    )


def test_remove_takes_all_out(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    before = (tool.folder / ".git/config").read_text(encoding="utf-8")
    tool.printed("git", "install")

    dry = tool.printed("git", "install", "--remove", "--dry-run")
    assert (tool.folder / ".gitattributes").exists()
    done = tool.printed("git", "install", "--remove")

    assert dry.startswith("would take the lines of gitconfig-tool out of ")
    assert done.startswith("took the lines of gitconfig-tool out of ")
    assert not (tool.folder / ".gitattributes").exists()
    assert (tool.folder / ".git/config").read_text(encoding="utf-8") == before
    assert tool.printed("git", "install", "--remove") == "nothing was set up here\n"


def test_a_linked_work_tree_shares_the_set_up(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    linked = tool.folder.parent / "linked"
    git(tool.folder, "worktree", "add", "-q", str(linked))

    assert tool("-C", str(linked), "git", "install")[0] == 0
    assert git(tool.folder, "config", "--local", "merge.gitconfig-yaml.name")
    assert tool("-C", str(linked), "git", "install", "--remove")[0] == 0
    assert "gitconfig-yaml" not in (tool.folder / ".git/config").read_text(encoding="utf-8")


def test_a_repository_without_a_project_is_left_alone(make_tool: MakeTool, tmp_path: Path) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")

    code, _, error = tool("-C", str(other), "git", "install")

    assert code == 4
    assert "expected gitconfig.yaml in" in error
    assert not (other / ".gitattributes").exists()
    assert tool("git", "install", "--dry-run")[0] == 2


def test_the_driver_by_hand(make_tool: MakeTool, tmp_path: Path) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    files = [tmp_path / name for name in ("base.yaml", "ours.yaml", "theirs.yaml")]
    for file, text in zip(files, ("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 1\nb: 2\n"), strict=True):
        file.write_text(text, encoding="utf-8")
    names = [str(file) for file in files]

    assert tool("git", "merge-driver", *names) == (0, "", "")
    assert files[1].read_text(encoding="utf-8") == "a: 2\nb: 2\n"
    files[2].write_text("a: 3\n", encoding="utf-8")
    code, _, error = tool("git", "merge-driver", *names, "base/x.yaml", "9", "%S", "mine", "%Y")

    assert code == 1
    assert error == (
        "gitconfig-tool: conflict: expected changes to different values of base/x.yaml,"
        " found that both sides changed /a, /b\n"
        "  = hint: edit the file, then: git add base/x.yaml\n"
    )
    assert files[1].read_text(encoding="utf-8").startswith("<<<<<<<<< mine\na: 2\n")
    files[2].unlink()
    code, _, error = tool("git", "merge-driver", *names)
    assert code == 1
    assert f"expected to read {files[2]}" in error
