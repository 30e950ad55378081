"""Reading and checking of all prompt versions and partials.

Takes parsed files and returns `Prompts` with the diagnostics of every version. Reads no files
itself: whoever calls gives the bytes. Jinja2 and jsonschema are imported only when there is a
prompt to check.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, ScalarNode, plain_value
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.fields import Fields, read_fields, read_partial
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import (
    PartialVersion,
    Prompts,
    PromptVersion,
    best_version,
    highest_first,
)
from gitconfig_tool.prompts.names import split_name
from gitconfig_tool.prompts.parts import PartialFile, PromptFile, Template
from gitconfig_tool.prompts.reading import describe
from gitconfig_tool.prompts.referenced import FileReader, no_files, read_referenced
from gitconfig_tool.prompts.texts import PlacedText, ScalarOrigin

if TYPE_CHECKING:
    from gitconfig_tool.prompts.check import Checked, Unit

_V = TypeVar("_V", PromptVersion, PartialVersion)
# Not delivered: it is for the checks alone.
_KEPT_BACK = frozenset({"testData"})
_WHAT = {"prompt": "'messages' or 'template' in a prompt", "partial": "'template' in a partial"}


def load_prompts(
    documents: Mapping[str, Document],
    sources: Mapping[str, bytes] | None = None,
    *,
    folder: str = "prompts",
    limits: RenderLimits | None = None,
    unreadable: Collection[str] = (),
    read: FileReader = no_files,
    isolated: bool = False,
    portable: str = "",
    tests: bool = True,
) -> tuple[Prompts, tuple[Diagnostic, ...]]:
    """Check every prompt version and partial, and return them by id.

    `documents` maps paths (`<folder>/<id>/<version>.prompt.yaml`, `....partial.yaml`) to parsed
    files. `sources` maps the same paths to the files' bytes; where one is missing, a problem inside
    a template is shown at the start of the template. `unreadable` are the paths of files that could
    not be read, which is reported already. `read` gives the files that `{file: ...}` names.
    `isolated` renders test data in a process of its own, as is right for untrusted templates.
    `portable`, `jinja` or `variables`, asks for what other programs do not render. Without `tests`,
    test data are read and not rendered. A version whose
    content is wrong is still returned, so that what refers to it causes no further diagnostics.
    """
    loader = _Loader(sources or {}, limits or RenderLimits(), frozenset(unreadable), read)
    for path in sorted(documents):
        name = split_name(path.removeprefix(f"{folder}/"))
        if name is None:
            loader.diagnostics.append(_wrong_path(path, folder))
        else:
            prompt_id, version, kind = name
            loader.add(kind, prompt_id, version, documents[path])
    return loader.finish(isolated=isolated, portable=portable, tests=tests)


@dataclass(frozen=True, slots=True)
class _Read:
    """One file as its fields say; `paths` are its own and those of the files that it names."""

    id: str
    version: str
    document: Document
    root: MappingNode
    fields: Fields
    templates: tuple[Template, ...]
    paths: frozenset[str]


@dataclass(slots=True)
class _Loader:
    sources: Mapping[str, bytes]
    limits: RenderLimits
    unreadable: frozenset[str]
    read: FileReader
    diagnostics: list[Diagnostic] = field(default_factory=list)
    prompts: list[PromptVersion] = field(default_factory=list)
    partials: list[PartialVersion] = field(default_factory=list)
    waiting: list[tuple[str, _Read]] = field(default_factory=list)

    def add(self, kind: str, id: str, version: str, document: Document) -> None:
        """Read the fields of a file; what it includes is looked up once all files are read."""
        root = document.root
        if isinstance(root, MappingNode):
            reading = read_partial if kind == "partial" else read_fields
            fields, problems = reading(document.path, root)
            self.diagnostics.extend(problems)
            templates, paths = self.templates(document.path, fields)
            read = _Read(id, version, document, root, fields, templates, paths)
            self.waiting.append((kind, read))
            return
        self.no_mapping(document, kind)
        content = _ordered({}, id, version)
        if kind == "partial":
            self.partials.append(
                PartialVersion(id, version, document.path, content, None, Span(document.path))
            )
        else:
            self.prompts.append(
                PromptVersion(id, version, document.path, content, Span(document.path))
            )

    def templates(self, path: str, fields: Fields) -> tuple[tuple[Template, ...], frozenset[str]]:
        """Return the templates of a file, and the paths of the files that it is made of."""
        source = self.sources.get(path, b"").decode("utf-8-sig", errors="replace")
        found, paths = [], {path}
        for each in fields.templates:
            text = str(each.node.value)
            placed: PlacedText | None = None
            if each.is_file:
                span = each.node.mark.in_file(path)
                its_path, placed, problems = read_referenced(text, span, self.read, self.limits)
                self.diagnostics.extend(problems)
                if its_path is not None:
                    paths.add(its_path)
            else:
                placed = PlacedText.whole(text, ScalarOrigin(path, source, each.node))
            if placed is not None:
                found.append(Template(each.name, each.path, each.role, each.variant, placed))
        return tuple(found), frozenset(paths)

    def no_mapping(self, document: Document, kind: str) -> None:
        if document.root is not None:
            message = f"expected a mapping in a {kind} file, found {describe(document.root)}"
            span = document.root.mark.in_file(document.path)
        elif document.path not in self.unreadable:
            message, span = f"expected {_WHAT[kind]}, found nothing", Span(document.path)
        else:
            return
        hint = "gitconfig-tool rules GCT506 shows a prompt file"
        self.diagnostics.append(Diagnostic("GCT506", message, span, hint=hint))

    def finish(
        self, *, isolated: bool, portable: str, tests: bool
    ) -> tuple[Prompts, tuple[Diagnostic, ...]]:
        """Check everything, and return it."""
        if self.waiting:
            # Jinja2 and jsonschema-rs are loaded here, and only for projects that have prompts.
            from gitconfig_tool.prompts.check import Unit, check_unit, own_text
            from gitconfig_tool.prompts.isolation import Isolation
            from gitconfig_tool.prompts.partials import read_library
            from gitconfig_tool.prompts.templates import TemplateRenderer

            units = [
                (kind, read, _unit(Unit, kind, read, portable, tests=tests))
                for kind, read in self.waiting
            ]
            own = {
                f"{read.id}@{read.version}": own_text(unit, read.root, read.paths, self.limits)
                for kind, read, unit in units
                if kind == "partial"
            }
            ids = frozenset(read.id for kind, read in self.waiting if kind == "prompt")
            # Those that could not be read: that they lack a text is reported where they stand.
            broken = frozenset(f"{each.id}@{each.version}" for each in self.partials)
            library = read_library(own, ids, self.limits, broken)
            self.diagnostics.extend(library.diagnostics)
            # Its process is started only where there is test data.
            with Isolation(self.limits) as isolation:
                renderer = isolation if isolated else TemplateRenderer(self.limits)
                for kind, read, unit in units:
                    checked = check_unit(unit, library, self.limits, renderer)
                    self.diagnostics.extend(checked.diagnostics)
                    paths = tuple(sorted(read.paths | library.paths(read.fields.includes)))
                    if kind == "partial":
                        self.partials.append(self.partial(read, checked.templates, paths))
                    else:
                        self.prompts.append(self.prompt(read, checked, paths))
        prompts = Prompts(_by_id(self.prompts), _by_id(self.partials))
        for kind, read in self.waiting:
            self.diagnostics.extend(_check_replacement(prompts, kind, read))
        return prompts, tuple(self.diagnostics)

    def prompt(self, read: _Read, checked: "Checked", paths: tuple[str, ...]) -> PromptVersion:
        path, fields = read.document.path, read.fields
        content = _delivered(read.root, {each.path: each.text for each in checked.templates})
        file = PromptFile(
            read.root,
            self.sources.get(path, b""),
            _schema(fields),
            checked.templates,
            fields.tests,
            fields.includes,
            fields.variants,
            fields.experiment,
            paths,
            checked.rendered,
        )
        ordered = _ordered(content, read.id, read.version)
        return PromptVersion(read.id, read.version, path, ordered, Span(path), file)

    def partial(
        self, read: _Read, templates: tuple[Template, ...], paths: tuple[str, ...]
    ) -> PartialVersion:
        path, fields = read.document.path, read.fields
        content = _delivered(read.root, {each.path: each.text for each in read.templates})
        placed = templates[0].placed if templates else None
        file = PartialFile(
            read.root,
            self.sources.get(path, b""),
            _schema(fields),
            placed,
            fields.includes,
            paths,
        )
        return PartialVersion(
            read.id,
            read.version,
            path,
            _ordered(content, read.id, read.version),
            None if placed is None else placed.text,
            Span(path),
            file,
        )


def _unit(make: type["Unit"], kind: str, read: _Read, portable: str, *, tests: bool) -> "Unit":
    fields = read.fields
    return make(
        path=read.document.path,
        templates=read.templates,
        is_whole=len(read.templates) == len(fields.templates),
        variables=fields.variables,
        schema=_schema(fields),
        includes=fields.includes,
        tests=fields.tests if tests else (),
        partial=f"{read.id}@{read.version}" if kind == "partial" else None,
        portable=portable,
        wrong_aliases=_aliases(read.root) - {include.alias for include in fields.includes},
    )


def _aliases(root: MappingNode) -> frozenset[str]:
    """Return what stands in `includes`, right or wrong."""
    entry = root.entries.get("includes")
    if entry is None or not isinstance(entry.value, MappingNode):
        return frozenset()
    return frozenset(entry.value.entries)


def _ordered(content: Mapping[str, Any], id: str, version: str) -> dict[str, Any]:
    return dict(sorted({**content, "id": id, "version": version}.items()))


def _by_id(found: list[_V]) -> dict[str, tuple[_V, ...]]:
    if not found:
        return {}
    by_id: dict[str, list[_V]] = {}
    for version in found:
        by_id.setdefault(version.id, []).append(version)
    return {each: highest_first(versions) for each, versions in by_id.items()}


def _delivered(root: MappingNode, texts: Mapping[Path, str]) -> dict[str, Any]:
    """Return the fields as JSON, each template complete."""
    content = {
        key: plain_value(entry.value)
        for key, entry in root.entries.items()
        if key not in _KEPT_BACK
    }
    for path, text in texts.items():
        holder: Any = content
        for token in path[:-1]:
            holder = holder[token]
        holder[path[-1]] = text
    return content


def _schema(fields: Fields) -> Mapping[str, Any] | None:
    value = None if fields.variables is None else plain_value(fields.variables.value)
    return value if isinstance(value, dict) else None


def _wrong_path(path: str, folder: str) -> Diagnostic:
    kind = "partial" if path.endswith((".partial.yaml", ".partial.yml")) else "prompt"
    ending = f"{kind}.yaml"
    hint = f"name it {folder}/<id>/<version>.{ending}, such as {folder}/greeting/1.0.0.{ending}"
    if path.endswith(f".{kind}.yml"):
        hint = f"rename it to {path.removesuffix('.yml')}.yaml"
    return Diagnostic(
        "GCT507",
        "expected a lower-case id and a semantic version in the path, "
        f"found '{path.removeprefix(f'{folder}/')}'",
        Span(path),
        hint=hint,
    )


def _check_replacement(prompts: Prompts, kind: str, read: _Read) -> tuple[Diagnostic, ...]:
    node = read.fields.replaced_by
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        return ()
    every: Mapping[str, tuple[PromptVersion | PartialVersion, ...]]
    every = prompts.partials if kind == "partial" else prompts.by_id
    id, _, version_range = node.value.partition("@")
    found = best_version(every.get(id, ()), version_range or "*")
    if found is not None and found.path != read.document.path:
        return ()
    near = get_close_matches(id, every, n=1) if id not in every else ()
    return (
        Diagnostic(
            "GCT515",
            f"expected another {kind} that exists in 'replacedBy', found '{node.value}'",
            node.mark.in_file(read.document.path),
            hint=f"did you mean '{near[0]}@{version_range or '*'}'?"
            if near
            else "write ID@RANGE, such as greeting@^2",
        ),
    )
