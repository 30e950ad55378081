"""The files that come with the tool: schemas, policies, the catalogue of models, the example.

`editors` are JSON Schemas of the tool's own files, such as `gitconfig.yaml`: for editors, and for
the order of keys.

In an installed wheel they lie in `gitconfig_tool/_data/<kind>/`; in a checkout they are the folders
of the same names beside the package. A name is a path within its folder, with `/`. Does not parse
what it reads.
"""

from functools import cache
from pathlib import Path, PurePosixPath

# What the name of a built-in schema or set of policies begins with in a project file.
BUILTIN = "gitconfig-tool:"
KINDS = ("schemas", "policies", "catalogue", "editors", "example-repo")


def builtin_text(kind: str, name: str) -> str | None:
    """Return the text of one file, or None when there is none of that name.

    `name` comes from a user's project file: a name that is absolute or holds `..` is not found.
    """
    if name not in builtin_names(kind):
        return None
    return (builtin_folder(kind) / PurePosixPath(name)).read_text(encoding="utf-8")


@cache
def builtin_names(kind: str) -> tuple[str, ...]:
    """Return the names of all files of a kind."""
    folder = builtin_folder(kind)
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(p.as_posix() for p in found if "__pycache__" not in p.parts))


@cache
def builtin_folder(kind: str) -> Path:
    """Return the folder of a kind.

    Raises `FileNotFoundError` when neither place holds it: the installation is broken.
    """
    if kind not in KINDS:
        raise ValueError(f"expected one of {', '.join(KINDS)}, found {kind!r}")
    # Not by importlib.resources: to load it takes longer than to read all of the files.
    package = Path(__file__).parent
    for folder in (package / "_data" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the built-in {kind} are missing beside {package}: reinstall the tool")
