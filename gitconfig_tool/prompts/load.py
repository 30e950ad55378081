"""Reading and checking of all prompt versions and partials.

Takes parsed files and returns `Prompts` with the diagnostics of every version. Reads no files
itself: whoever calls gives the bytes. Jinja2 and jsonschema are imported only when there is a
prompt to check.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, plain_value
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.fields import Fields, read_fields, read_partial
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import PartialVersion, Prompts, PromptVersion
from gitconfig_tool.prompts.names import split_name
from gitconfig_tool.prompts.parts import PartialFile, PromptFile, Template
from gitconfig_tool.prompts.reading import describe
from gitconfig_tool.prompts.referenced import FileReader, no_files, read_referenced
from gitconfig_tool.prompts.texts import PlacedText, ScalarOrigin

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
) -> tuple[Prompts, tuple[Diagnostic, ...]]:
    """Check every prompt version and partial, and return them by id.

    `documents` maps paths (`<folder>/<id>/<version>.prompt.yaml`, `....partial.yaml`) to parsed
    files. `sources` maps the same paths to the files' bytes; where one is missing, a problem inside
    a template is shown at the start of the template. `unreadable` are the paths of files that could
    not be read, which is reported already. `read` gives the files that `{file: ...}` names. A
    version whose content is wrong is still returned, so that what refers to it causes no further
    diagnostics.
    """
    loader = _Loader(sources or {}, limits or RenderLimits(), frozenset(unreadable), read)
    for path in sorted(documents):
        name = split_name(path.removeprefix(f"{folder}/"))
        if name is None:
            loader.diagnostics.append(_wrong_path(path, folder))
        elif name[2] == "partial":
            loader.partial(name[0], name[1], documents[path])
        else:
            loader.prompt(name[0], name[1], documents[path])
    return loader.finish()


@dataclass(slots=True)
class _Loader:
    sources: Mapping[str, bytes]
    limits: RenderLimits
    unreadable: frozenset[str]
    read: FileReader
    diagnostics: list[Diagnostic] = field(default_factory=list)
    prompts: list[PromptVersion] = field(default_factory=list)
    partials: list[PartialVersion] = field(default_factory=list)
    replaced: list[tuple[PromptVersion, Fields]] = field(default_factory=list)

    def prompt(self, prompt_id: str, version: str, document: Document) -> None:
        path, root = document.path, document.root
        content: dict[str, Any] = {}
        file: PromptFile | None = None
        fields: Fields | None = None
        if isinstance(root, MappingNode):
            fields, problems = read_fields(path, root)
            self.diagnostics.extend(problems)
            templates, paths = self.templates(path, fields)
            content = _delivered(root, {each.path: each.text for each in templates})
            file = PromptFile(
                root,
                self.sources.get(path, b""),
                _schema(fields),
                templates,
                fields.tests,
                fields.includes,
                fields.variants,
                fields.experiment,
                tuple(sorted({path, *paths})),
            )
            # Jinja2 and jsonschema are loaded here, and only for projects that have prompts.
            from gitconfig_tool.prompts.check import check_version

            self.diagnostics.extend(check_version(path, fields, file, self.limits))
        else:
            self.no_mapping(document, "prompt")
        found = PromptVersion(
            id=prompt_id,
            version=version,
            path=path,
            content=dict(sorted({**content, "id": prompt_id, "version": version}.items())),
            span=Span(path),
            file=file,
        )
        self.prompts.append(found)
        if fields is not None:
            self.replaced.append((found, fields))

    def partial(self, partial_id: str, version: str, document: Document) -> None:
        path, root = document.path, document.root
        content: dict[str, Any] = {}
        file: PartialFile | None = None
        if isinstance(root, MappingNode):
            fields, problems = read_partial(path, root)
            self.diagnostics.extend(problems)
            templates, paths = self.templates(path, fields)
            content = _delivered(root, {each.path: each.text for each in templates})
            file = PartialFile(
                root,
                self.sources.get(path, b""),
                _schema(fields),
                templates[0].placed if templates else None,
                fields.includes,
                tuple(sorted({path, *paths})),
            )
        else:
            self.no_mapping(document, "partial")
        self.partials.append(
            PartialVersion(
                id=partial_id,
                version=version,
                path=path,
                content=dict(sorted({**content, "id": partial_id, "version": version}.items())),
                text=file.template.text if file is not None and file.template else None,
                span=Span(path),
                file=file,
            )
        )

    def templates(self, path: str, fields: Fields) -> tuple[tuple[Template, ...], set[str]]:
        """Return the templates of a file, and the paths of the files that it names."""
        source = self.sources.get(path, b"").decode("utf-8-sig", errors="replace")
        found, paths = [], set()
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
        return tuple(found), paths

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

    def finish(self) -> tuple[Prompts, tuple[Diagnostic, ...]]:
        prompts = Prompts(_by_id(self.prompts), _by_id(self.partials))
        for version, fields in self.replaced:
            self.diagnostics.extend(_check_replacement(prompts, version, fields))
        return prompts, tuple(self.diagnostics)


def _by_id(found: list[_V]) -> dict[str, tuple[_V, ...]]:
    if not found:
        return {}
    from semantic_version import Version

    by_id: dict[str, list[_V]] = {}
    for version in found:
        by_id.setdefault(version.id, []).append(version)
    return {
        each: tuple(sorted(versions, key=lambda v: Version(v.version), reverse=True))
        for each, versions in by_id.items()
    }


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
        "expected a lower-case id and a semantic version in the path, found another",
        Span(path),
        hint=hint,
    )


def _check_replacement(
    prompts: Prompts, version: PromptVersion, fields: Fields
) -> tuple[Diagnostic, ...]:
    node = fields.replaced_by
    text = version.content.get("replacedBy")
    if node is None or not isinstance(text, str):
        return ()
    prompt_id, _, version_range = text.partition("@")
    found = prompts.resolve(prompt_id, version_range or "*")
    if found is not None and found != version:
        return ()
    near = prompts.suggest(prompt_id) if not prompts.versions(prompt_id) else None
    return (
        Diagnostic(
            "GCT515",
            f"expected another prompt that exists in 'replacedBy', found '{text}'",
            node.mark.in_file(version.path),
            hint=f"did you mean '{near}@{version_range or '*'}'?"
            if near
            else "write ID@RANGE, such as greeting@^2",
        ),
    )
