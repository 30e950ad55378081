"""The files that Git hands to a merge driver, and the files that `git install` writes."""

from pathlib import Path

from gitconfig_tool.errors import GitConfigError


def read_version(file: Path) -> bytes:
    """Return one of the versions that Git hands over."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise GitConfigError(
            f"expected to read {file}, found: {error.strerror}",
            hint="Git hands over three files: %O %A %B",
        ) from error


def write_version(file: Path, data: bytes) -> None:
    """Replace a file in one step: Git finds our side, or the merge.

    The name of the new file cannot be guessed, and no link is followed: the folder is a work tree,
    in which somebody else may have put one.
    """
    import os
    import secrets
    import stat

    beside = file.with_name(f".gitconfig-tool-{secrets.token_hex(8)}.tmp")
    try:
        try:
            mode = stat.S_IMODE(file.lstat().st_mode)
        except FileNotFoundError:
            mode = None  # a new file: the umask decides
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as new:
            new.write(data)
        if mode is not None:
            beside.chmod(mode)
        os.replace(beside, file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise GitConfigError(
            f"expected to write {file}, found: {error.strerror}",
            hint="make room there, then merge again",
        ) from error


def is_sealed(path: str, data: bytes) -> bool:
    """Tell whether a version carries a block of SOPS: its MAC does not survive a merge."""
    if b"sops" not in data:
        return False
    from gitconfig_tool.document import parse_document
    from gitconfig_tool.secrets.model import sops_block

    return sops_block(parse_document(path, data, sensitive=True)[0].root) is not None
