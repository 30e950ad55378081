"""Project files out of Git.

Takes a folder and returns a `Snapshot`: an immutable view of the project's files at a commit, in
the index or in the work tree. Files are found through Git, never by following the file system: no
symbolic link is followed and no path leaves the project. Does not parse what it reads. This is the
only package that uses pygit2. No hook, filter or command of the repository is ever run: libgit2 has
none of them.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.source.arriving import Arrival, Tip, arrivals, content_at, content_ids, tips
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

__getattr__ = deferred(
    __name__,
    {
        "Arrival": ".arriving",
        "Tip": ".arriving",
        "arrivals": ".arriving",
        "content_at": ".arriving",
        "content_ids": ".arriving",
        "tips": ".arriving",
        "branch_tip": ".between",
        "common_ancestor": ".between",
        "default_tip": ".between",
        "held_commit": ".between",
        "is_shallow": ".between",
        "lfs_pointer": ".contents",
        "too_large": ".contents",
        "ALL_SETTINGS": ".drivers",
        "ATTRIBUTES_FILE": ".drivers",
        "SOPS_SETTINGS": ".drivers",
        "Taken": ".drivers",
        "attribute_lines": ".drivers",
        "install_drivers": ".drivers",
        "set_by_hand": ".drivers",
        "sops_lines": ".drivers",
        "uninstall_drivers": ".drivers",
        "with_attributes": ".drivers",
        "without_attributes": ".drivers",
        "Stop": ".history",
        "Walk": ".history",
        "Watched": ".history",
        "commit_all": ".opening",
        "hooks_folder": ".opening",
        "init_repository": ".opening",
        "open_project": ".opening",
        "work_tree_root": ".opening",
        "ProjectRepository": ".repository",
        "MAX_BLOB_BYTES": ".snapshot",
        "PROJECT_FILE": ".snapshot",
        "Base": ".snapshot",
        "Commit": ".snapshot",
        "File": ".snapshot",
        "FileTooLargeError": ".snapshot",
        "Held": ".snapshot",
        "NoFolderError": ".snapshot",
        "Snapshot": ".snapshot",
        "SourceError": ".snapshot",
        "Version": ".snapshot",
        "day_of": ".snapshot",
        "Labels": ".text_merge",
        "merge_lines": ".text_merge",
    },
)
