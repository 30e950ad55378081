"""Names that are safe as a path below any target: a folder, a KV engine, an object store."""

from functools import lru_cache


@lru_cache(maxsize=10_000)  # Bundles have mostly the same names.
def is_plain_path(name: str) -> bool:
    """Tell whether no part of a path is empty, begins with a dot or holds odd characters."""
    return all(
        segment and not segment.startswith(".") and "\\" not in segment and segment.isprintable()
        for segment in name.split("/")
    )
