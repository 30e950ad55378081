"""Project files out of Git.

Takes a folder and returns a `Snapshot`: an immutable view of the project's files at a commit, in
the index or in the work tree. Files are found through Git, never by following the file system: no
symbolic link is followed and no path leaves the project. Does not parse what it reads. This is the
only package that uses pygit2. No hook, filter or command of the repository is ever run: libgit2 has
none of them.
"""

from gitconfig_tool.source.arrivals import Arrival, Tip, arrivals, content_at, content_ids, tips
from gitconfig_tool.source.between import (
    branch_tip,
    common_ancestor,
    default_tip,
    held_commit,
    is_shallow,
)
from gitconfig_tool.source.contents import lfs_pointer, too_large
from gitconfig_tool.source.drivers import (
    ALL_SETTINGS,
    ATTRIBUTES_FILE,
    SOPS_SETTINGS,
    Taken,
    attribute_lines,
    install_drivers,
    set_by_hand,
    sops_lines,
    uninstall_drivers,
    with_attributes,
    without_attributes,
)
from gitconfig_tool.source.history import Stop, Walk, Watched
from gitconfig_tool.source.opening import (
    commit_all,
    hooks_folder,
    init_repository,
    open_project,
    work_tree_root,
)
from gitconfig_tool.source.repository import ProjectRepository
from gitconfig_tool.source.snapshot import (
    MAX_BLOB_BYTES,
    PROJECT_FILE,
    Base,
    Commit,
    File,
    FileTooLargeError,
    Held,
    NoFolderError,
    Snapshot,
    SourceError,
    Version,
    day_of,
)
from gitconfig_tool.source.text_merge import Labels, merge_lines

__all__ = [
    "ALL_SETTINGS",
    "ATTRIBUTES_FILE",
    "MAX_BLOB_BYTES",
    "PROJECT_FILE",
    "SOPS_SETTINGS",
    "Arrival",
    "Base",
    "Commit",
    "File",
    "FileTooLargeError",
    "Held",
    "Labels",
    "NoFolderError",
    "ProjectRepository",
    "Snapshot",
    "SourceError",
    "Stop",
    "Taken",
    "Tip",
    "Version",
    "Walk",
    "Watched",
    "arrivals",
    "attribute_lines",
    "branch_tip",
    "commit_all",
    "common_ancestor",
    "content_at",
    "content_ids",
    "day_of",
    "default_tip",
    "held_commit",
    "hooks_folder",
    "init_repository",
    "install_drivers",
    "is_shallow",
    "lfs_pointer",
    "merge_lines",
    "open_project",
    "set_by_hand",
    "sops_lines",
    "tips",
    "too_large",
    "uninstall_drivers",
    "with_attributes",
    "without_attributes",
    "work_tree_root",
]
