"""Merging two versions of a SOPS file that branches changed, for Git.

Takes the bytes of three versions; returns the merged bytes with a MAC that is right, or says why a
person must decide. Plaintext stays in memory; values go to `sops` through standard input.
"""

from gitconfig_tool.custody.merging.driver import MergeConflictError, merge_files

__all__ = ["MergeConflictError", "merge_files"]
