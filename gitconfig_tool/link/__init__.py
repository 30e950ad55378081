"""Resolving `!ref`, `!format`, `!secret` and `!prompt` within one bundle.

Takes the merged documents of a bundle, the SOPS documents that its layers hold, the prompt versions
and the names that a `!format` may use; returns one `LinkedDocument` for each document. Does not
decrypt, render or check schemas.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.link.model import (
        FormatNames,
        LinkedDocument,
        PastValue,
        PromptLink,
        SecretLink,
        child_at,
        walk,
    )
    from gitconfig_tool.link.references import Reference, references_of
    from gitconfig_tool.link.resolver import (
        MAX_CHAIN,
        MAX_LINKED_VALUES,
        link_documents,
        linked_without_links,
    )
    from gitconfig_tool.link.surroundings import AtRevision, Surroundings
    from gitconfig_tool.link.targets import PromptVersions
    from gitconfig_tool.link.template import parse_template

__all__ = [
    "MAX_CHAIN",
    "MAX_LINKED_VALUES",
    "AtRevision",
    "FormatNames",
    "LinkedDocument",
    "PastValue",
    "PromptLink",
    "PromptVersions",
    "Reference",
    "SecretLink",
    "Surroundings",
    "child_at",
    "link_documents",
    "linked_without_links",
    "parse_template",
    "references_of",
    "walk",
]

__getattr__ = deferred(
    __name__,
    {
        "FormatNames": ".model",
        "LinkedDocument": ".model",
        "PastValue": ".model",
        "PromptLink": ".model",
        "SecretLink": ".model",
        "child_at": ".model",
        "walk": ".model",
        "Reference": ".references",
        "references_of": ".references",
        "MAX_CHAIN": ".resolver",
        "MAX_LINKED_VALUES": ".resolver",
        "link_documents": ".resolver",
        "linked_without_links": ".resolver",
        "AtRevision": ".surroundings",
        "Surroundings": ".surroundings",
        "PromptVersions": ".targets",
        "parse_template": ".template",
    },
)
