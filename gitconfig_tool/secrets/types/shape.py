"""Whether a secret has the shape of its type: its fields, their types, and what is encrypted.

Takes what SOPS leaves in the clear: names, structure, the types of values, and values that are not
encrypted. Returns diagnostics. What is encrypted is looked at with a key, by `custody.inspection`.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import JsonScalar, Node, ScalarNode, SequenceNode, node_at
from gitconfig_tool.glob import Glob
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.project import SecretRule
from gitconfig_tool.secrets.inventory import GENERIC, Secret, secrets_of
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.types.catalogue import TYPE_WORDS, Field, SecretType, secret_type
from gitconfig_tool.secrets.types.fields import Part, children_of, parts_of, place_of
from gitconfig_tool.secrets.types.providers import nearest_provider

# By SOPS's type of a value. A number of a JSON file is a float for SOPS, whatever it is.
_JSON_TYPES: Mapping[str, tuple[str, ...]] = {
    "str": ("string",),
    "bytes": ("string",),
    "int": ("integer", "number"),
    "float": ("number", "integer"),
    "bool": ("boolean",),
    "map": ("object",),
    "seq": ("array",),
}
# Said elsewhere: of an empty value SOPS knows no type, and nothing is encrypted.
_NULL = "null"


def check_shapes(
    sops: SopsDocument, document: str, rules: Sequence[SecretRule], root: Node | None
) -> Iterator[Diagnostic]:
    """Check the secrets of a file that a rule gives a type to.

    `root` is the file as a tree, for the values in the clear; None where there is none.
    """
    mine = [rule for rule in rules if Glob(rule.documents).fullmatch(document)]
    children = children_of(sops.types) if mine else {}
    for secret in secrets_of(sops, document, mine) if mine else ():
        if secret.rule is None:
            continue
        of = secret_type(secret.type)
        check = _Check(sops, secret, of, parts_of(sops, children, secret.pointer, of), root)
        yield from check.run()


class _Check:
    """The check of one secret."""

    def __init__(
        self,
        sops: SopsDocument,
        secret: Secret,
        of: SecretType,
        parts: tuple[Part, ...],
        root: Node | None,
    ) -> None:
        self._sops = sops
        self._secret = secret
        self._of = of
        self._parts = parts
        self._root = root
        self._attributes = secret.rule.attributes if secret.rule else {}

    def run(self) -> Iterator[Diagnostic]:
        if self._of.name != GENERIC:
            missing = self._missing()
            meant = set[str]()
            if missing:
                meant = self._meant(missing)
                yield self._incomplete(missing, meant)
            for part in self._parts:
                yield from self._type(part)
                if part.name not in self._of.fields and part.key not in meant:
                    yield self._unknown(part)
        for part in self._parts:
            yield from self._clear(part)

    def _missing(self) -> tuple[tuple[str, ...], ...]:
        """Return the fields that are not there, for each way to write the secret; () if it is."""
        there = {part.name for part in self._parts if not part.is_previous}
        there |= set(self._attributes)
        left = [tuple(name for name in each if name not in there) for each in self._of.needed]
        # A secret that is one value is the field that matters; what is beside it is not its matter.
        if all(left) and not any(self._is_one_value(part) for part in self._parts):
            return tuple(left)
        return ()

    def _is_one_value(self, part: Part) -> bool:
        return part.key == "" and part.kind not in ("map", "seq")

    def _meant(self, missing: tuple[tuple[str, ...], ...]) -> set[str]:
        """Return the keys that are probably missing fields, misspelt."""
        wanted = {name for each in missing for name in each}
        return {
            part.key
            for part in self._parts
            if part.name not in self._of.fields and get_close_matches(part.name, wanted, n=1)
        }

    def _incomplete(self, missing: tuple[tuple[str, ...], ...], meant: set[str]) -> Diagnostic:
        # The way that lacks the least is the one that was meant.
        fewest = min(map(len, missing))
        ways = [" and ".join(each) for each in missing if len(each) == fewest]
        keys = [part.key for part in self._parts if part.key]
        found = f"found {', '.join(keys)}" if keys else "found no field"
        if self._parts and self._parts[0].kind == "seq":
            found = "found a list"
        wanted = {name for each in missing for name in each}
        near = sorted(meant)
        hint = (
            f"did you mean '{get_close_matches(self._of.field_name(near[0]), wanted, n=1)[0]}' "
            f"where '{near[0]}' stands?"
            if near
            else f"add it with: sops edit {self._sops.path}"
        )
        return Diagnostic(
            "GCT441",
            f"expected {' or '.join(ways)} in the secret {self._secret.name} of type "
            f"{self._of.name}, {found}",
            self._span(self._secret.pointer),
            notes=self._rule_note(),
            hint=hint,
        )

    def _type(self, part: Part) -> Iterator[Diagnostic]:
        field = self._of.fields.get(part.name)
        if field is None or part.kind == _NULL:
            if part.kind == _NULL and (field is None or field.is_secret) and not part.is_previous:
                yield self._wrong_type(part, "a value", "null")
            return
        if not set(_JSON_TYPES[part.kind]).isdisjoint(field.types):
            return
        wanted = " or ".join(TYPE_WORDS[each] for each in field.types)
        yield self._wrong_type(part, wanted, TYPE_WORDS[_JSON_TYPES[part.kind][0]])

    def _wrong_type(self, part: Part, wanted: str, found: str) -> Diagnostic:
        quoted = " in quotes" if wanted == "text" and part.kind in ("int", "float", "bool") else ""
        return Diagnostic(
            "GCT442",
            f"expected {wanted} at {part.pointer or 'the top'}, "
            f"the {part.name} of a secret of type {self._of.name}; found {found}",
            self._span(part.pointer),
            notes=self._rule_note(),
            hint=f"write it{quoted} with: sops edit {self._sops.path}",
            sensitive=part.pointer not in self._sops.encrypted,
        )

    def _unknown(self, part: Part) -> Diagnostic:
        near = get_close_matches(part.name, self._of.fields, n=1)
        return Diagnostic(
            "GCT443",
            f"expected a field of the type {self._of.name}, found '{part.key}'",
            self._span(part.pointer),
            "unknown field",
            notes=self._rule_note(),
            hint=f"did you mean '{near[0]}'?"
            if near
            else f"its fields: {', '.join(self._of.fields)}; a secret with others is of the type "
            "generic",
            sensitive=part.pointer not in self._sops.encrypted,
        )

    def _clear(self, part: Part) -> Iterator[Diagnostic]:
        """Check what stands in the clear: that it is no secret, and that it is right."""
        if self._of.is_open and part.key and self._secret.fields:
            return  # Of a generic secret only SOPS's own rules say which fields are secret.
        if part.kind in ("map", "seq"):
            if self._of.is_secret(part.name) and part.name not in self._attributes:
                below = f"{part.pointer}/"
                for pointer, kind in self._sops.types.items():
                    if pointer.startswith(below) and kind not in ("map", "seq"):
                        yield from self._not_encrypted(part, pointer, kind)
            values = self._values(part)
        elif part.pointer in self._sops.encrypted:
            return
        elif self._of.is_secret(part.name):
            yield from self._not_encrypted(part, part.pointer, part.kind)
            return
        else:
            values = self._values(part)
        field = self._of.fields.get(part.name)
        if field is not None and not field.is_secret and values is not None:
            yield from self._metadata(part, field, values)

    def _not_encrypted(self, part: Part, pointer: str, kind: str) -> Iterator[Diagnostic]:
        if pointer in self._sops.encrypted or kind == _NULL or self._is_empty(pointer):
            return
        yield Diagnostic(
            "GCT444",
            f"expected the {part.name} of a secret of type {self._of.name} at "
            f"{pointer or 'the top'} to be encrypted, found it in the clear",
            place_of(self._sops, pointer),
            label="not encrypted",
            notes=self._rule_note(),
            hint="the rules in .sops.yaml leave it out: take the suffix off its key, or widen "
            "encrypted_regex; then encrypt the file anew and replace the secret, which Git keeps",
            sensitive=True,
        )

    def _is_empty(self, pointer: str) -> bool:
        node = None if self._root is None else node_at(self._root, parse_pointer(pointer))
        return isinstance(node, ScalarNode) and node.value == ""

    def _values(self, part: Part) -> JsonScalar | tuple[JsonScalar, ...]:
        """Return a value in the clear, or those of a list; None where it is encrypted."""
        if self._root is None:
            return None
        node = node_at(self._root, parse_pointer(part.pointer))
        if isinstance(node, ScalarNode):
            return node.value
        if isinstance(node, SequenceNode):
            return tuple(
                item.value
                for at, item in enumerate(node.items)
                if isinstance(item, ScalarNode)
                and f"{part.pointer}/{at}" not in self._sops.encrypted
            )
        return None

    def _metadata(
        self, part: Part, field: Field, value: JsonScalar | tuple[JsonScalar, ...]
    ) -> Iterator[Diagnostic]:
        if isinstance(value, tuple):
            wrong = next((each for each in value if not isinstance(each, str)), None)
            if wrong is not None:
                yield self._wrong_value(part, "a list of names", field)
            return
        if not set(_JSON_TYPES.get(part.kind, ())).isdisjoint(field.types):
            wanted = field.fault(value)
            if wanted is not None:
                yield self._wrong_value(part, wanted, field, value)
                return
        said = self._attributes.get(part.name)
        if said is not None and said != value and not part.is_previous:
            yield self._wrong_value(part, f"{said}, as the rule says,", field, value)
        near = nearest_provider(value) if part.name == "provider" else None
        if near is not None:
            yield Diagnostic(
                "GCT443",
                f"expected a provider whose keys are known, found '{value}'",
                self._span(part.pointer),
                "not known",
                hint=f"did you mean '{near}'?",
            )

    def _wrong_value(
        self, part: Part, wanted: str, field: Field, value: JsonScalar = None
    ) -> Diagnostic:
        near = get_close_matches(str(value), map(str, field.choices), n=1)
        return Diagnostic(
            "GCT445",
            f"expected {wanted} at {part.pointer}, the {part.name} of a secret of type "
            f"{self._of.name}; found another value",
            self._span(part.pointer),
            notes=self._rule_note(),
            hint=f"did you mean '{near[0]}'?"
            if near
            else f"write it with: sops edit {self._sops.path}",
        )

    def _rule_note(self) -> tuple[Note, ...]:
        rule = self._secret.rule
        return () if rule is None else (Note("the type is given", rule.span),)

    def _span(self, pointer: str) -> Span | None:
        """Return a place; what is encrypted is not underlined."""
        is_clear = pointer not in self._sops.encrypted and pointer in self._sops.spans
        is_clear = is_clear and self._sops.types.get(pointer) not in ("map", "seq")
        return self._sops.spans[pointer] if is_clear else place_of(self._sops, pointer)
