"""Merging of layers.

Takes the documents of one id, weakest layer first, and returns one `MergedDocument` in which every
value knows its chain of origins. Does not resolve references and does not know schemas: which lists
are merged by key it is told.

The rules are those of design.md section 4: mappings merge deeply, scalars and lists replace, tags
say otherwise. docs/tags.md has them as a table.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.merge.merger import merge_documents
    from gitconfig_tool.merge.model import (
        LayerDocument,
        Link,
        ListKeys,
        MergedDocument,
        MergedValue,
        NamesKey,
        Origin,
        leaves,
        scalar_literal,
        scalar_text,
        to_json,
    )

__all__ = [
    "LayerDocument",
    "Link",
    "ListKeys",
    "MergedDocument",
    "MergedValue",
    "NamesKey",
    "Origin",
    "leaves",
    "merge_documents",
    "scalar_literal",
    "scalar_text",
    "to_json",
]

__getattr__ = deferred(
    __name__,
    {
        "merge_documents": ".merger",
        "LayerDocument": ".model",
        "Link": ".model",
        "ListKeys": ".model",
        "MergedDocument": ".model",
        "MergedValue": ".model",
        "NamesKey": ".model",
        "Origin": ".model",
        "leaves": ".model",
        "scalar_literal": ".model",
        "scalar_text": ".model",
        "to_json": ".model",
    },
)
