"""Git's own merge of lines, for files that a merge driver does not take apart.

Takes the bytes of three versions; returns the merged bytes with Git's conflict markers, in the
style that the user has configured (`merge.conflictStyle`). The program `git` is started for this
one thing: it is what called us, and it starts nothing itself. Writes to a folder of its own only.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gitconfig_tool.source.snapshot import SourceError

# git-merge-file(1): up to 127 conflicts are counted by the exit code; above that it is an error.
_MAX_CONFLICTS = 127
# A file that both sides hold is merged in milliseconds.
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Labels:
    """What conflict markers say, and their length: `%S`, `%X`, `%Y`, `%L` of gitattributes(5)."""

    base: str = "base"
    ours: str = "ours"
    theirs: str = "theirs"
    size: int = 7


def merge_lines(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> tuple[bytes, int]:
    """Merge lines as `git merge` does; return the text and the number of conflicts in it."""
    with tempfile.TemporaryDirectory(prefix="gitconfig-tool-merge-") as folder:
        names = []
        for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            file = Path(folder, name)
            file.write_bytes(data)
            names.append(str(file))
        said = [each for text in (labels.ours, labels.base, labels.theirs) for each in ("-L", text)]
        command = ["git", "merge-file", "-p", "-q", f"--marker-size={labels.size}", *said, *names]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SourceError(
                f"expected git to merge the lines, found: {error}",
                hint="check that git is on the PATH: git --version",
            ) from error
    if not 0 <= done.returncode <= _MAX_CONFLICTS:
        found = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise SourceError(
            f"expected git to merge the lines, found: {found}",
            hint="a binary file cannot be merged: git checkout --ours FILE, or --theirs",
        )
    return done.stdout, done.returncode
