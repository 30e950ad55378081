"""The compiler: runs the stages over one snapshot and returns one `Compilation`.

Does not print, does not write, does not decrypt.
"""

from gitconfig_tool.compiler.pipeline import Compilation, compile_snapshot, pack_bundles

__all__ = ["Compilation", "compile_snapshot", "pack_bundles"]
