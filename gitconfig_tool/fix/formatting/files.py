"""Which files of a project `fmt` is for, and in which order the keys of each stand.

Takes a snapshot; knows the YAML files that people write for this tool: layers, the project file,
prompts and partials, tests, files with values of dimensions. Files that SOPS seals are none of
them: SOPS writes them, and every byte may count. Writes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import read_project_file, read_schemas
from gitconfig_tool.compiler.test_names import TEST_FOLDER
from gitconfig_tool.fix.formatting.formatting import Formatted, format_file, no_order
from gitconfig_tool.fix.formatting.ordering import KeyOrder
from gitconfig_tool.project import Project, bind_bundles
from gitconfig_tool.schema import Schemas
from gitconfig_tool.schema.order import document_order, own_order
from gitconfig_tool.schema.own_files import PARTIALS, PROJECT_FILES, PROMPTS, TESTS
from gitconfig_tool.source import PROJECT_FILE, Snapshot

_YAML = (".yaml", ".yml")
_PROMPT_ENDINGS = (".prompt.yaml", ".prompt.yml")
_PARTIAL_ENDINGS = (".partial.yaml", ".partial.yml")
_TEST_ENDINGS = (".test.yaml", ".test.yml")


class FormattedFiles:
    """The files of one snapshot that are formatted.

    A project file that cannot be read says nothing of layers: then only it is formatted, or
    refused.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Read the project file; raises `CompileError` when the snapshot has none."""
        self.snapshot = snapshot
        self._files = ProjectFiles(snapshot)
        self._project: Project | None
        self._project, _ = read_project_file(self._files)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files that are formatted, sorted."""
        found = {PROJECT_FILE, *self.documents}
        if self._project is not None:
            found |= {each for each in self._project.sources(None) if each.endswith(_YAML)}
            folder = self._project.llm.prompts.folder
            endings = (*_PROMPT_ENDINGS, *_PARTIAL_ENDINGS)
            found |= {each for each in self._files.under(folder) if each.endswith(endings)}
            tests = self._files.under(TEST_FOLDER)
            found |= {each for each in tests if each.endswith(_TEST_ENDINGS)}
        return tuple(sorted(found & self.snapshot.files.keys()))

    @cached_property
    def documents(self) -> Mapping[str, str]:
        """The id of the document that each file of a layer gives; of several, any one."""
        found: dict[str, str] = {}
        seen = set()
        bundles = () if self._project is None else bind_bundles(self._project)[0]
        for bundle in bundles:
            for layer in bundle.layers:
                if (layer.path, layer.document) not in seen:
                    seen.add((layer.path, layer.document))
                    for document, path in self._files.layer_paths(layer).items():
                        found.setdefault(path, document)
        return found

    def is_sealed(self, path: str) -> bool:
        """Tell whether SOPS wrote a file, or its name says that it did."""
        return self._files.looks_sealed(path)

    def format(self, path: str) -> Formatted:
        """Format a file as Git has it; what may be a secret is marked in its problems."""
        data = self._files.read(path)
        if data is None:
            return Formatted(path, b"", None, problems=tuple(self._files.diagnostics[-1:]))
        found = format_file(path, data, self.order(path))
        if not found.problems:
            return found
        self._files.parse(path)
        return replace(found, problems=tuple(map(self._files.hide_secret, found.problems)))

    def text(self, path: str) -> str | None:
        """Return the text of a file, for what is said about it."""
        return self._files.text(path)

    def order(self, path: str) -> KeyOrder:
        """Return the order of keys in a file; it need not exist."""
        if path == PROJECT_FILE:
            return self._project_order
        if path.endswith(_PROMPT_ENDINGS):
            return self._prompt_order
        if path.endswith(_PARTIAL_ENDINGS):
            return self._partial_order
        document = self.documents.get(path)
        if document is None and path.endswith(_TEST_ENDINGS):
            return self._test_order
        found = None if document is None else document_order(self._schemas, document)
        return no_order if found is None else found

    @cached_property
    def _schemas(self) -> Schemas:
        if self._project is None:
            return Schemas((), {}, {})
        return read_schemas(self._project, self._files)[0]

    @cached_property
    def _project_order(self) -> KeyOrder:
        return own_order(PROJECT_FILES)

    @cached_property
    def _prompt_order(self) -> KeyOrder:
        return own_order(PROMPTS)

    @cached_property
    def _test_order(self) -> KeyOrder:
        return own_order(TESTS)

    @cached_property
    def _partial_order(self) -> KeyOrder:
        return own_order(PARTIALS)
