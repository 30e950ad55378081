"""Comparisons of the work tree of a small project with its last commit."""

from pathlib import Path

from gitconfig_tool.changes import Changes, Revision, compare
from gitconfig_tool.compiler.view import View
from gitconfig_tool.source import open_project

BASE = Revision("HEAD", "commit", None)
HEAD = Revision("work tree", "worktree", None)

# Production is protected, and is what people rely on; development is not.
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment:
    development: {}
    production: {inherits: development, protected: true}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""


def compared(folder: Path) -> Changes:
    """Compare the work tree with HEAD."""
    repository = open_project(folder)
    old, new = View(repository.at_commit()), View(repository.at_worktree())
    return compare(old, new, BASE, HEAD)
