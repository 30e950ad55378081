"""Merging two branches' versions of a layered YAML file by value, for Git. Comments are kept.

Takes the bytes of three versions and Git's own merge of their lines; returns merged bytes, with
conflict markers only where both sides changed one value. Every result is read again and must hold
the merged values. Reads and writes no files, and does not know projects.
"""

from gitconfig_tool.joining.driver import Joined, TextMerge, join_files

__all__ = ["Joined", "TextMerge", "join_files"]
