"""How sensitive documents are, and what follows: references, suggestions, compliance, quotas.

Takes linked documents and what the project file says; returns levels and diagnostics. Needs no key:
a secret is `restricted`, whatever it is. Does not read files and compiles nothing.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.classification.compliance import Facts, check_demands, check_region
    from gitconfig_tool.classification.isolation import SealedFile, check_isolation
    from gitconfig_tool.classification.levels import SECRET_LEVEL, Levels, Reason
    from gitconfig_tool.classification.quotas import Sizes, check_quota
    from gitconfig_tool.classification.references import check_references
    from gitconfig_tool.classification.suggestions import (
        check_patterns,
        check_prompt_patterns,
        prompt_level,
    )

__all__ = [
    "SECRET_LEVEL",
    "Facts",
    "Levels",
    "Reason",
    "SealedFile",
    "Sizes",
    "check_demands",
    "check_isolation",
    "check_patterns",
    "check_prompt_patterns",
    "check_quota",
    "check_references",
    "check_region",
    "prompt_level",
]

__getattr__ = deferred(
    __name__,
    {
        "Facts": ".compliance",
        "check_demands": ".compliance",
        "check_region": ".compliance",
        "SealedFile": ".isolation",
        "check_isolation": ".isolation",
        "SECRET_LEVEL": ".levels",
        "Levels": ".levels",
        "Reason": ".levels",
        "Sizes": ".quotas",
        "check_quota": ".quotas",
        "check_references": ".references",
        "check_patterns": ".suggestions",
        "check_prompt_patterns": ".suggestions",
        "prompt_level": ".suggestions",
    },
)
