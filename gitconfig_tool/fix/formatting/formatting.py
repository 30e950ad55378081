"""One YAML file in canonical form, with the proof that it says what it said.

Takes the bytes of a file and the order of its keys; returns the bytes that it should have, or says
why it is left as it is. Reads and writes nothing.
"""

from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, is_error
from gitconfig_tool.document import parse_document
from gitconfig_tool.document.credentials import may_hold_secret, secret_lines
from gitconfig_tool.document.text import LINE_BREAK
from gitconfig_tool.fix.formatting.ordering import KeyOrder, put_in_order
from gitconfig_tool.fix.formatting.printing import print_written
from gitconfig_tool.fix.formatting.reading import read_written
from gitconfig_tool.fix.formatting.tree import CannotFormatError


@dataclass(frozen=True, slots=True)
class Formatted:
    """What becomes of one file.

    `after` is None where it is left as it is: `problems` says why it cannot be read, or `reason`
    why it is not touched.
    """

    path: str
    before: bytes = field(repr=False)
    after: bytes | None = field(repr=False)
    reason: str = ""
    problems: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the file is not in canonical form."""
        return self.after is not None and self.after != self.before

    @property
    def may_show_secret(self) -> bool:
        """Whether a line of the file may hold a secret in the clear, which no diff may show."""
        root = parse_document(self.path, self.before)[0].root
        # In comments too.
        text = self.before.decode("utf-8", "replace")
        return root is None or bool(secret_lines(root)) or may_hold_secret(text)


def no_order(_path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Know of no order: every key stays where it is."""
    return ()


def format_file(path: str, data: bytes, order: KeyOrder = no_order) -> Formatted:
    """Bring one file into canonical form: a second time changes nothing."""
    _, diagnostics = parse_document(path, data)
    errors = tuple(each for each in diagnostics if is_error(each))
    if errors:
        return Formatted(path, data, None, problems=errors)
    text = LINE_BREAK.sub("\n", data.decode("utf-8-sig"))
    try:
        after = _formatted(path, text, order)
    except CannotFormatError as error:
        return Formatted(path, data, None, reason=str(error))
    return Formatted(path, data, after.encode())


def _formatted(path: str, text: str, order: KeyOrder) -> str:
    written = read_written(text)
    put_in_order(written, order)
    after = print_written(written)
    if after == text:
        return text
    # Only now is a proof needed, and ruamel.yaml with it: most files are as they should be.
    from gitconfig_tool.fix.formatting.proof import prove_same

    again = read_written(after)
    prove_same(path, text, after, read_written(text), again)
    put_in_order(again, order)
    if print_written(again) != after:
        raise CannotFormatError("it would look different after the next run: please report it")
    return after
