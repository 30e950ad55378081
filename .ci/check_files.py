"""Check that the tracked files hold nothing that belongs to one machine.

Lock files hold versions and hashes, never an address; no file names a package registry or a folder
of the machine that it was written on. Files that Git ignores are not looked at.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Written in parts, so that this file passes its own check.
_REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("index", "crates", "io"),
    )
)
_LOCK_FILES = ("*.lock", "package-lock.json")
# More than any text file of ours; a larger one is a mistake of its own.
_MAX_BYTES = 1024 * 1024


def _tracked_files(root: Path) -> Iterator[Path]:
    # A checkout in a container may belong to another user; nothing of it is run here.
    git = ["git", "-c", f"safe.directory={root}"]
    listing = subprocess.run(
        [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    for name in sorted(set(listing.decode().split("\0")) - {""}):
        path = root / name
        if path.is_file() and not path.is_symlink():
            yield path


def _machine_paths(root: Path) -> re.Pattern[str]:
    """Match this checkout's own folder, and home folders of people."""
    generic = ["/home/" + r"\w", "/Users/" + r"\w", "/tmp/" + r"\w+/v/"]  # noqa: S108 - a pattern
    # A checkout directly under the root has a name such as /src, which may stand in any text.
    own = [re.escape(str(root)) + r"(?![\w.-])"] if len(root.parts) > 2 else []
    return re.compile(r"(?<![\w.$}])(?:" + "|".join(own + generic) + ")")


def _problems(root: Path) -> Iterator[str]:
    registries = re.compile("|".join(re.escape(host) for host in _REGISTRIES))
    machine = _machine_paths(root)
    for path in _tracked_files(root):
        name = path.relative_to(root).as_posix()
        if path.stat().st_size > _MAX_BYTES:
            yield f"{name}: expected at most {_MAX_BYTES} bytes, found {path.stat().st_size}"
            continue
        locked = any(path.match(pattern) for pattern in _LOCK_FILES)
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if found := registries.search(line):
                yield f"{name}:{number}: expected no package registry, found {found.group()}"
            if found := machine.search(line):
                yield f"{name}:{number}: expected no path of one machine, found {found.group()}"
            if locked and ("://" in line or '"resolved"' in line):
                yield f"{name}:{number}: expected no address in a lock file, found {line.strip()}"


def main() -> int:
    """Print every problem; return 1 if there is one."""
    try:
        problems = list(_problems(Path(__file__).resolve().parent.parent))
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"expected a Git checkout and the program git, found: {error}", file=sys.stderr)
        return 1
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
