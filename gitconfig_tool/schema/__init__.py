"""JSON Schema, draft 2020-12: loading of schemas, and checking of linked documents.

`load_schemas` compiles what the project file refers to; `check_document` checks one document.
Nothing is ever fetched.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.schema.check import check_document
    from gitconfig_tool.schema.load import Schemas, load_schemas

__all__ = ["Schemas", "check_document", "load_schemas"]

__getattr__ = deferred(
    __name__,
    {
        "check_document": ".check",
        "Schemas": ".load",
        "load_schemas": ".load",
    },
)
