"""A SOPS file as text that `git diff` can compare: keys, and a mark for each encrypted value.

The mark is a hash of the ciphertext, so it changes when the value is encrypted anew, and tells
nothing of the value. What is in the clear is shown only where SOPS's own rule leaves it so, and
never where its name says that it is a credential. Takes bytes; whatever they are, text comes out,
and none that a terminal would obey.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import MappingNode, Node, ScalarNode
from gitconfig_tool.document.credentials import secret_lines
from gitconfig_tool.pointer import Path
from gitconfig_tool.report.tables import printable
from gitconfig_tool.secrets import SopsDocument, parse_sops_file, read_sops
from gitconfig_tool.secrets.model import METADATA_KEY, sops_block
from gitconfig_tool.secrets.recipients import Names
from gitconfig_tool.secrets.tampering.reading import Sealed, read_sealed
from gitconfig_tool.sops.values import PREFIX, MalformedValueError, encrypted_type

_MARK_DIGITS = 8
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ENCRYPTED = re.compile(r"ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:[^\]\s]+\]")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
# A key, or the dash of an item, before a value.
_KEY = re.compile(r"(\s*(?:- +)*(?:\"[\w./-]+\"|[\w./-]+)\s*[:=]\s*|\s*(?:- +)+)")


def sealed_text(path: str, data: bytes, names: Names) -> str:
    """Return the text of one version of a file; `path` says of what format it is."""
    return "".join(f"{printable(line)}\n" for line in _lines(path, data, names))


def _lines(path: str, data: bytes, names: Names) -> Iterator[str]:
    if not data.strip():
        return
    document, problems = parse_sops_file(path, data)
    if document.root is None or (problems and not isinstance(document.root, MappingNode)):
        yield from _unreadable(data, problems)
        return
    sops, _ = read_sops(document)
    sealed = read_sealed(path, data)
    hidden = secret_lines(document.root)
    lines = list(_values(document.root, sops, hidden, (), ()))
    if sops is None or sealed is None:
        yield "# expected a SOPS file, found values in the clear: they are not shown"
        yield from (text for _, text in lines)
        return
    lines += [(comment.line, _comment(comment.text)) for comment in sealed.comments]
    lines.sort(key=lambda each: each[0])
    yield from (text for _, text in lines)
    yield from _block(sealed, names)


def _values(
    node: Node, sops: SopsDocument | None, hidden: frozenset[int], path: Path, keys: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    """Yield a line for each value, with the line of the file that it stands on."""
    if isinstance(node, ScalarNode):
        yield node.mark.line, f"{_name(path)}: {_value(node, sops, hidden, keys)}"
    elif isinstance(node, MappingNode):
        if not node.entries:
            yield node.mark.line, f"{_name(path)}: {{}}"
        for key, entry in node.entries.items():
            if path or key != METADATA_KEY or sops_block(node) is None:
                yield from _values(entry.value, sops, hidden, (*path, key), (*keys, key))
    else:
        if not node.items:
            yield node.mark.line, f"{_name(path)}: []"
        for index, item in enumerate(node.items):
            yield from _values(item, sops, hidden, (*path, index), keys)


def _value(
    node: ScalarNode, sops: SopsDocument | None, hidden: frozenset[int], keys: tuple[str, ...]
) -> str:
    value = node.value
    if value is None or value == "":
        return json.dumps(value)
    kind = type(value).__name__
    if isinstance(value, str) and value.startswith(PREFIX) and sops is not None:
        try:
            return f"<{encrypted_type(value)}, encrypted {_mark(value)}>"
        except MalformedValueError:
            return "<damaged, not shown>"
    selection = None if sops is None else sops.selection
    meant = selection is not None and selection.is_known and not selection.selects(keys)
    if not meant or node.mark.line in hidden:
        # No mark: one of text in the clear could be found by trying.
        return f"<{kind}, in the clear, not shown>"
    return json.dumps(value, ensure_ascii=False)


def _block(sealed: Sealed, names: Names) -> Iterator[str]:
    for recipient, seal in sorted(sealed.seals.items()):
        group = f"group {seal.group}, " if seal.group else ""
        yield f"sops.recipient: {names.show(recipient)} <{group}sealed {_mark(seal.text)}>"
    for name, text in sealed.rules.items():
        yield f"sops.{name}: {text}"


def _comment(text: str) -> str:
    is_sealed = _ENCRYPTED.fullmatch(text.removeprefix("#").strip()) is not None
    return f"# <comment, encrypted {_mark(text)}>" if is_sealed else "# <comment, not shown>"


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_MARK_DIGITS]


def _name(path: Path) -> str:
    text = ""
    for token in path:
        if isinstance(token, int):
            text += f"[{token}]"
        else:
            shown = token if _PLAIN_KEY.fullmatch(token) else json.dumps(token, ensure_ascii=False)
            text += f".{shown}" if text else shown
    return text


def _unreadable(data: bytes, problems: tuple[Diagnostic, ...]) -> Iterator[str]:
    """Yield what a file shows that cannot be read, such as one with conflict markers in it."""
    where = f" (line {problems[0].span.line})" if problems and problems[0].span else ""
    why = problems[0].message if problems else "expected a SOPS file, found another"
    yield f"# cannot be read: {why}{where}"
    for line in data.decode("utf-8", "replace").splitlines():
        if _CONFLICT.match(line):
            yield line
        elif line.strip():
            yield _redacted(line)


def _redacted(line: str) -> str:
    match = _KEY.match(line)
    key = match[1] if match else line[: len(line) - len(line.lstrip())]
    rest = line[len(key) :].strip().strip("\"',")
    if "=" in key and not rest.strip("="):
        # More likely the end of a line in base64, such as one of a key in PEM, than an empty value.
        return f"{line[: len(line) - len(line.lstrip())]}<not shown>"
    if not rest:
        return line.rstrip()
    if _ENCRYPTED.fullmatch(rest):
        return f"{key}<encrypted {_mark(rest)}>"
    return f"{key}<not shown>"
