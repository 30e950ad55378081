"""The compiler: runs the stages over one snapshot and returns one `Compilation`.

Does not print, does not write, does not decrypt. The pipeline, and with it every stage, is imported
when it is asked for: whoever needs a single module of this package does not wait for the others.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitconfig_tool.compiler.pipeline import Compilation, compile_snapshot, pack_bundles

__all__ = ["Compilation", "compile_snapshot", "pack_bundles"]


def __getattr__(name: str) -> Any:
    """Import the pipeline for one of its names (PEP 562)."""
    if name in __all__:
        from gitconfig_tool.compiler import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
