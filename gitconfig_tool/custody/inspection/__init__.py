"""Secrets with a key: each file opened, and its values held against what their types imply.

Takes a compilation and returns diagnostics. Plaintext stays in memory; no diagnostic holds any, nor
a hash of any, nor a length that would help to guess. Changes nothing and contacts nobody, but for
what `sops` must ask to open a file.
"""

from gitconfig_tool.custody.inspection.inspect import inspect_secrets
from gitconfig_tool.custody.inspection.subject import Terms

__all__ = ["Terms", "inspect_secrets"]
