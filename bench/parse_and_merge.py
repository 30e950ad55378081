"""Our own part of the way: files to nodes, and nodes to merged documents.

`python -m bench.parse_and_merge FOLDER [--parse-only]` reads the project in a folder as `validate`
does, parses every YAML file once, and merges each document once for all bundles that share it.
What `bench.floor_libyaml` takes for the same files is the floor of the first half.
"""

import sys
from pathlib import Path
from typing import Any

from bench.workload import yaml_files
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.document import parse_document
from gitconfig_tool.merge import LayerDocument, MergedDocument, merge_documents
from gitconfig_tool.project import bind_bundles, read_project
from gitconfig_tool.source import PROJECT_FILE, open_project


def parse_all(folder: Path) -> int:
    """Return how many YAML files below a folder hold a value."""
    documents = (parse_document(path.name, path.read_bytes())[0] for path in yaml_files(folder))
    return sum(document.root is not None for document in documents)


def merge_all(folder: Path) -> int:
    """Return how many different documents the bundles of a project have."""
    files = ProjectFiles(open_project(folder).at_worktree())
    project, diagnostics = read_project(files.parse(PROJECT_FILE), files)
    if project is None or diagnostics:
        raise ValueError(f"expected a project without problems, found {diagnostics}")
    merged: dict[Any, MergedDocument | None] = {}
    for bundle in bind_bundles(project)[0]:
        documents: dict[str, list[LayerDocument]] = {}
        for layer in bundle.layers:
            found = (files.layer_file(*each) for each in files.layer_paths(layer).items())
            for file in found:
                if file is not None and file.root is not None:
                    documents.setdefault(file.document, []).append(
                        LayerDocument(layer.path, file.path, file.root, layer.own)
                    )
        for name, layers in documents.items():
            key = (name, *((each.path, each.own) for each in layers))
            if key not in merged:
                merged[key] = merge_documents(name, layers)[0]
    return len(merged)


if __name__ == "__main__":
    work = parse_all if "--parse-only" in sys.argv[2:] else merge_all
    print(work(Path(sys.argv[1])))
