"""The key `dimensions`: values as they are written, or found in a file or a folder.

Takes the entry of the project file and the names and contents of other files; returns every
dimension with the attributes that its values have and inherit. Reads nothing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import (
    Entry,
    JsonScalar,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
)
from gitconfig_tool.project.fields import FieldReader, some_of
from gitconfig_tool.project.files import SourceFiles
from gitconfig_tool.project.model import Dimension, DimensionValue
from gitconfig_tool.project.names import (
    DIMENSION_NAME,
    NamePattern,
    is_encrypted_path,
    is_value_name,
    is_yaml_path,
    parse_pattern,
)

_RESERVED_ATTRIBUTES = ("inherits", "protected")
_SOURCE_KEYS = ("from", "attributes", "values")


@dataclass(frozen=True, slots=True)
class _Given:
    """What is said of one value in one place; None and nothing stand for what is not said."""

    name: str
    span: Span
    inherits: str | None = None
    inherits_span: Span | None = None
    protected: bool | None = None
    attributes: Mapping[str, JsonScalar] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()

    def over(self, weaker: "_Given") -> "_Given":
        """Return both together; this one is the stronger, the weaker one has the place."""
        inherits = self if self.inherits is not None else weaker
        return replace(
            weaker,
            inherits=inherits.inherits,
            inherits_span=inherits.inherits_span,
            protected=weaker.protected if self.protected is None else self.protected,
            attributes={**weaker.attributes, **self.attributes},
            sources=weaker.sources | self.sources,
        )


def read_dimensions(
    reader: FieldReader, entry: Entry | None, files: SourceFiles
) -> dict[str, Dimension]:
    """Return the dimensions by their names; every problem goes to the reader."""
    return {
        name: _OneDimension(reader, files, name).read(at)
        for name, at in reader.mapping(entry, "dimensions")
    }


class _OneDimension:
    """Reads one dimension, and notes whether a mistake may hide something of it."""

    def __init__(self, reader: FieldReader, files: SourceFiles, name: str) -> None:
        self._reader = reader
        self._files = files
        self._name = name
        self._incomplete = False
        self._source: str | None = None
        # The key that an attribute is a misspelling of: many values have the same attributes.
        self._near: dict[str, str | None] = {}

    def read(self, at: Entry) -> Dimension:
        if not DIMENSION_NAME.fullmatch(self._name):
            self._reader.problem(
                "GCT034",
                f"expected a dimension name of lower-case letters, found '{self._name}'",
                at.key_mark,
                hint="for example: environment, tenant, region",
            )
        source = _source_of(at)
        if source is not None:
            given = self._from(*source)
        else:
            given = {
                name: self._value(self._reader, name, item)
                for name, item in self._reader.mapping(at, f"dimension {self._name}")
            }
        if not given:
            if not self._incomplete:
                self._reader.problem(
                    "GCT034",
                    f"expected at least one value of the dimension '{self._name}', found none",
                    at.key_mark,
                    hint=f"{self._name}: {{first: {{}}, second: {{inherits: first}}}}",
                )
            self._incomplete = True
        values = self._inherited(given)
        return Dimension(self._name, values, not self._incomplete, self._source)

    # --- values that are found ------------------------------------------------------------------

    def _from(self, node: MappingNode, where: ScalarNode) -> dict[str, _Given]:
        fields = self._reader.fields(node, "a dimension with 'from'", _SOURCE_KEYS)
        text = self._reader.scalar_text(where, "a dimension's source")
        # A trailing '/' says that folders are meant, which is so already.
        text = None if text is None else text.rstrip("/")
        if text is None or not self._reader.is_path(text, where, "a dimension's source"):
            self._incomplete = True
            return {}
        try:
            pattern = parse_pattern(text)
        except ValueError as error:
            self._source_problem(str(error), where.mark, f"write for example {self._name}s/*")
            return {}
        self._source = pattern.folder if pattern else text
        found = self._named(text, pattern, where) if pattern else self._inventory(text, where)
        complete = not self._incomplete
        self._incomplete |= len(fields) < len(node.entries)
        attributes = fields.get("attributes")
        if attributes is not None and found:
            found = self._with_attributes(found, attributes)
        for name, item in self._reader.mapping(fields.get("values"), "values"):
            more = self._value(self._reader, name, item, check_name=False)
            if name in found:
                found[name] = more.over(found[name])
            elif complete:
                near = get_close_matches(name, found, n=1)
                self._source_problem(
                    f"expected a value that '{text}' gives, found '{name}'",
                    item.key_mark,
                    f"did you mean '{near[0]}'?"
                    if near
                    else f"'values' adds to those that '{text}' gives: add it there",
                )
        return found

    def _named(self, text: str, pattern: NamePattern, where: Node) -> dict[str, _Given]:
        """Return a value for each folder or file that matches, in the order of its bytes."""
        paths = self._files.under(pattern.folder)
        named = pattern.names(paths)
        good = {}
        for name in sorted(named):
            if is_value_name(name):
                path = named[name]
                good[name] = _Given(name, Span(path), sources=frozenset({path}))
                continue
            self._incomplete = True
            self._reader.diagnostics.append(
                Diagnostic(
                    "GCT034",
                    f"expected a value of letters, digits, '.', '_' and '-', found '{name}'",
                    Span(named[name]),
                    hint=f"rename it, or move it out of {pattern.folder}/: "
                    f"'{text}' makes it a value of '{self._name}'",
                )
            )
        if not named:
            other = pattern.other_kind()
            hint = f"correct the path, or add one: each is a value of '{self._name}'"
            if other.names(paths):
                hint = f"did you mean '{other.text}'? '.yaml' at the end is for files"
            kind = "a YAML file" if pattern.matches_files else "a folder"
            self._source_problem(
                f"expected {kind} that matches '{text}', found none", where.mark, hint
            )
        return good

    def _inventory(self, path: str, where: Node) -> dict[str, _Given]:
        """Return the values that one file holds, in its order."""
        if not self._is_clear_yaml(path, where, "from"):
            return {}
        if not self._files.has(path):
            self._source_problem(
                f"expected a YAML file at {path}, found none",
                where.mark,
                "add it, or name a folder's content: hosts/* or hosts/*.yaml",
            )
            return {}
        root = self._root(path)
        if root is None or (isinstance(root, MappingNode) and not root.entries):
            if not self._incomplete:
                self._source_problem(
                    f"expected values of '{self._name}' in {path}, found none",
                    where.mark,
                    "write a mapping there: {first: {}, second: {inherits: first}}",
                )
            return {}
        other = self._reader.beside(path)
        entry = Entry(root.mark, root)
        found = {
            name: self._value(other, name, item)
            for name, item in other.mapping(entry, f"dimension {self._name}")
        }
        self._incomplete |= not found
        return found

    def _with_attributes(self, found: dict[str, _Given], entry: Entry) -> dict[str, _Given]:
        """Add to each value what a file of its own says."""
        text = self._reader.text(entry, "attributes")
        if text is None or not self._reader.is_path(text, entry.value, "attributes"):
            self._incomplete = True
            return found
        if text.count("*") != 1:
            self._source_problem(
                f"expected a path with one '*' for attributes, found '{text}'",
                entry.value.mark,
                "'*' stands for the value: tenants/*/attributes.yaml",
            )
            return found
        if not self._is_clear_yaml(text, entry.value, "attributes"):
            return found
        complete = dict(found)
        for name, value in found.items():
            path = text.replace("*", name)
            complete[name] = replace(value, sources=value.sources | {path})
            if not self._files.has(path):
                self._source_problem(
                    f"expected attributes of '{name}' at {path}, found no file",
                    entry.value.mark,
                    "add it; a value without attributes needs one too, which holds {}",
                )
                continue
            root = self._root(path)
            if root is not None:
                item = Entry(root.mark, root)
                more = self._value(self._reader.beside(path), name, item)
                complete[name] = more.over(complete[name])
        return complete

    def _is_clear_yaml(self, path: str, where: Node, what: str) -> bool:
        if is_yaml_path(path) and not is_encrypted_path(path):
            return True
        found = "an encrypted file" if is_encrypted_path(path) else f"'{path}'"
        self._source_problem(
            f"expected the path of a YAML file in the clear for {what}, found {found}",
            where.mark,
            "a path with '*' names folders, or YAML files: tenants/*, hosts/*.yaml"
            if what == "from" and not is_encrypted_path(path)
            else "it ends in .yaml or .yml; names and attributes of values are no secrets",
        )
        return False

    def _root(self, path: str) -> Node | None:
        root = self._files.parse(path).root
        if self._files.is_broken(path):
            self._incomplete = True
        if root is not None:
            self._reader.beside(path).refuse_tags(root, "a file of dimension values")
        return root

    def _source_problem(self, message: str, mark: Mark, hint: str) -> None:
        self._incomplete = True
        self._reader.problem("GCT041", message, mark, hint=hint)

    # --- one value ------------------------------------------------------------------------------

    def _value(
        self, reader: FieldReader, name: str, entry: Entry, *, check_name: bool = True
    ) -> _Given:
        if check_name and not is_value_name(name):
            reader.problem(
                "GCT034",
                f"expected a value of letters, digits, '.', '_' and '-', found '{name}'",
                entry.key_mark,
                hint="it becomes a folder name and part of a bundle's name",
            )
        inherits: str | None = None
        inherits_span: Span | None = None
        protected: bool | None = None
        attributes: dict[str, JsonScalar] = {}
        for key, item in reader.mapping(entry, f"value {name}", null_is_empty=True):
            if key == "inherits":
                inherits = reader.text(item, "inherits")
                inherits_span = item.value.mark.in_file(reader.path)
            elif key == "protected":
                protected = reader.boolean(item, "protected")
            elif isinstance(item.value, ScalarNode):
                if key not in self._near:
                    near = get_close_matches(key, _RESERVED_ATTRIBUTES, n=1, cutoff=0.8)
                    self._near[key] = near[0] if near else None
                if self._near[key] is not None:
                    self._incomplete = True
                    reader.problem(
                        "GCT030",
                        f"expected an attribute, found '{key}'",
                        item.key_mark,
                        label="unknown key",
                        hint=f"did you mean '{self._near[key]}'?",
                    )
                attributes[key] = item.value.value
            else:
                self._incomplete = True
                reader.wrong(item.value, f"attribute {key}", "a scalar")
        return _Given(
            name,
            entry.key_mark.in_file(reader.path),
            inherits,
            inherits_span,
            protected,
            attributes,
            frozenset() if reader.path == self._reader.path else frozenset({reader.path}),
        )

    def _inherited(self, given: Mapping[str, _Given]) -> dict[str, DimensionValue]:
        """Check `inherits` and give every value the attributes of what it inherits."""
        plain = Dimension(
            self._name,
            {
                name: DimensionValue(
                    name,
                    each.inherits,
                    bool(each.protected),
                    each.attributes,
                    each.span,
                    each.sources,
                )
                for name, each in given.items()
            },
        )
        self._parents_exist(given)
        complete: dict[str, DimensionValue] = {}
        circles: set[str] = set()
        for name, value in plain.values.items():
            chain = plain.chain(name)
            # Only a value that leads back to itself; one report for each circle.
            if plain.values[chain[0]].inherits == name and name not in circles:
                circles.update(chain)
                self._incomplete = True
                self._reader.diagnostics.append(
                    Diagnostic(
                        "GCT036",
                        f"expected '{name}' to inherit without a circle, found "
                        + " -> ".join((*reversed(chain), name)),
                        given[name].inherits_span,
                        hint="remove one 'inherits'",
                    )
                )
            attributes: dict[str, JsonScalar] = {}
            for each in chain:
                attributes |= plain.values[each].attributes
            sources = frozenset().union(*(plain.values[each].sources for each in chain))
            complete[name] = replace(value, attributes=attributes, sources=sources)
        return complete

    def _parents_exist(self, given: Mapping[str, _Given]) -> None:
        for value in given.values():
            if value.inherits is None or value.inherits in given:
                continue
            self._incomplete = True
            near = get_close_matches(value.inherits, given, n=1)
            self._reader.diagnostics.append(
                Diagnostic(
                    "GCT035",
                    f"expected a value of '{self._name}' to inherit, found '{value.inherits}'",
                    value.inherits_span,
                    hint=f"did you mean '{near[0]}'?" if near else f"known: {some_of(given)}",
                )
            )


def _source_of(at: Entry) -> tuple[MappingNode, ScalarNode] | None:
    """Return a dimension that has the key `from` with a string, which no value can be."""
    if not isinstance(at.value, MappingNode) or "from" not in at.value.entries:
        return None
    where = at.value.entries["from"].value
    if isinstance(where, ScalarNode) and isinstance(where.value, str):
        return at.value, where
    return None
