"""Reading and checking of all prompt versions.

Takes parsed files and returns `Prompts` with the diagnostics of every version. Reads no files, and
imports Jinja2 and jsonschema only when there is a prompt to check.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document, MappingNode, plain_value
from gitconfig_tool.prompts.fields import Fields, describe, read_fields
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import Prompts, PromptVersion

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# semver.org, the regular expression that it suggests, without build metadata: two files that
# differ only there would be the same version.
_NUMBER = r"(?:0|[1-9]\d*)"
_IDENTIFIER = rf"(?:{_NUMBER}|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"
_NAME = re.compile(rf"(?P<id>{_ID})/(?P<version>{_VERSION})\.prompt\.yaml", re.ASCII)
# Not delivered: it is for the checks alone.
_KEPT_BACK = frozenset({"testData"})


def load_prompts(
    documents: Mapping[str, Document],
    sources: Mapping[str, bytes] | None = None,
    *,
    folder: str = "prompts",
    limits: RenderLimits | None = None,
    unreadable: Collection[str] = (),
) -> tuple[Prompts, tuple[Diagnostic, ...]]:
    """Check every prompt version and return them by id.

    `documents` maps paths (`<folder>/<id>/<version>.prompt.yaml`) to parsed files. `sources`
    maps the same paths to the files' bytes; where one is missing, a problem inside a template is
    shown at the start of the template. `unreadable` are the paths of files that could not be read,
    which is reported already. A version whose content is wrong is still returned, so that
    what refers to it causes no further diagnostics.
    """
    found: list[PromptVersion] = []
    diagnostics: list[Diagnostic] = []
    replacements: list[tuple[PromptVersion, Fields]] = []
    for path in sorted(documents):
        document = documents[path]
        match = _NAME.fullmatch(path.removeprefix(f"{folder}/"))
        if match is None:
            diagnostics.append(_wrong_path(path, folder))
            continue
        root = document.root
        content: dict[str, Any] = {}
        fields: Fields | None = None
        if isinstance(root, MappingNode):
            fields, problems = read_fields(path, root)
            diagnostics.extend(problems)
            content = _plain_mapping(root)
            source = (sources or {}).get(path, b"").decode("utf-8-sig", errors="replace")
            # Jinja2 and jsonschema are loaded here, and only for projects that have prompts.
            from gitconfig_tool.prompts.check import check_version

            diagnostics.extend(check_version(path, fields, source, limits or RenderLimits()))
        elif root is not None:
            diagnostics.append(
                Diagnostic(
                    "GCT506",
                    f"expected a mapping in a prompt file, found {describe(root)}",
                    root.mark.in_file(path),
                    hint="gitconfig-tool rules GCT506 shows a prompt file",
                )
            )
        elif path not in unreadable:
            diagnostics.append(
                Diagnostic(
                    "GCT506",
                    "expected 'messages' or 'template' in a prompt, found nothing",
                    Span(path),
                    hint="gitconfig-tool rules GCT506 shows a prompt file",
                )
            )
        version = PromptVersion(
            id=match["id"],
            version=match["version"],
            path=path,
            content=dict(
                sorted({**content, "id": match["id"], "version": match["version"]}.items())
            ),
            span=Span(path),
        )
        found.append(version)
        if fields is not None:
            replacements.append((version, fields))
    prompts = _by_id(found)
    for version, fields in replacements:
        diagnostics.extend(_check_replacement(prompts, version, fields))
    return prompts, tuple(diagnostics)


def _by_id(found: list[PromptVersion]) -> Prompts:
    if not found:
        return Prompts({})
    from semantic_version import Version

    by_id: dict[str, list[PromptVersion]] = {}
    for version in found:
        by_id.setdefault(version.id, []).append(version)
    return Prompts(
        {
            prompt_id: tuple(sorted(each, key=lambda v: Version(v.version), reverse=True))
            for prompt_id, each in by_id.items()
        }
    )


def _plain_mapping(root: MappingNode) -> dict[str, Any]:
    return {
        key: plain_value(entry.value)
        for key, entry in root.entries.items()
        if key not in _KEPT_BACK
    }


def _wrong_path(path: str, folder: str) -> Diagnostic:
    hint = (
        f"name it {folder}/<id>/<version>.prompt.yaml, such as {folder}/greeting/1.0.0.prompt.yaml"
    )
    if path.endswith(".prompt.yml"):
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
