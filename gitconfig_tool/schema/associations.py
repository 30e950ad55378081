"""Which exported schema is for which files: globs on paths, out of layers and schema rules.

Takes a project and its schemas; returns names of schema files with globs, in a stable order. An
editor's `*` crosses `/` where ours does not: a glob may match a file that the rule does not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.glob import Glob
from gitconfig_tool.project import PLACEHOLDER, Project
from gitconfig_tool.schema.exporting import exported_schema
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.own_files import PARTIALS, PROJECT_FILES, PROMPTS, own_schema

SUFFIX = ".schema.json"
_ENDINGS = (".yaml", ".yml")
_WILD = frozenset("*?[{")


@dataclass(frozen=True, slots=True)
class Association:
    """One schema for editors: the name of its file, the globs of its files, and where it is from.

    `source` is the name that the project file has for it, "" for one of the tool's own files.
    """

    name: str
    globs: tuple[str, ...]
    source: str
    content: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        """The name of the file that holds it."""
        return self.name + SUFFIX


def associations(project: Project, schemas: Schemas) -> tuple[Association, ...]:
    """Return the schemas of the tool's own files, then those of documents, by name."""
    folder = project.llm.prompts.folder
    own = (
        (PROJECT_FILES, ("gitconfig.yaml",)),
        (PROMPTS, tuple(f"{folder}/**/*.prompt{ending}" for ending in _ENDINGS)),
        (PARTIALS, tuple(f"{folder}/**/*.partial{ending}" for ending in _ENDINGS)),
    )
    found = [Association(name, globs, "", own_schema(name)) for name, globs in own]
    written = {rule.span: rule.match for rule in project.schemas}
    patterns: dict[str, list[str]] = {}
    for rule in schemas.rules:
        patterns.setdefault(rule.uri, []).append(written[rule.span])
    names = _names(tuple(patterns), {each.name for each in found})
    documents = []
    for uri, matches in patterns.items():
        globs = tuple(
            dict.fromkeys(glob for match in matches for glob in _path_globs(project, match))
        )
        may_be_sealed = any(_WILD & set(each.rpartition("/")[2]) for each in matches)
        content = exported_schema(schemas, uri, may_be_sealed=may_be_sealed)
        documents.append(Association(names[uri], globs, schema_name(uri), content))
    return (*found, *sorted(documents, key=lambda each: each.name))


def _path_globs(project: Project, match: str) -> list[str]:
    """Return globs for the paths of the documents whose id matches, in every layer."""
    found = []
    for layer in project.layers:
        folder = re.sub(r"\*{2,}", "*", PLACEHOLDER.sub("*", layer.template))
        if layer.document is None:
            found += [f"{folder}/{match}{ending}" for ending in _ENDINGS]
        elif Glob(match).fullmatch(layer.document):
            found.append(folder)
    return found


def _names(uris: tuple[str, ...], taken: set[str]) -> dict[str, str]:
    """Return a file name for each schema: short where it is the only one of that name."""
    found: dict[str, str] = {}
    for uri in sorted(uris):
        full = re.sub(r"\.schema\.(json|ya?ml)$|\.json$", "", schema_name(uri))
        short = full.rpartition("/")[2].rpartition(":")[2]
        name = short
        if name in taken:
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", full)
        while name in taken:
            name += "-document"
        taken.add(name)
        found[uri] = name
    return found
