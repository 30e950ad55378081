"""Models: who serves them, what they take, what they cost, and chains of them.

`chains_of` reads the chains of a bundle's linked documents. `Catalogue` holds what is publicly
known of models; loading its types costs nothing, its data are read when they are asked for. Calls
no provider.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.models.catalogue import Catalogue
    from gitconfig_tool.models.chain import chains_of
    from gitconfig_tool.models.model import (
        Chain,
        Hop,
        ModelFacts,
        Parameter,
        Prices,
        Problem,
        Tier,
        Traffic,
    )

__all__ = [
    "Catalogue",
    "Chain",
    "Hop",
    "ModelFacts",
    "Parameter",
    "Prices",
    "Problem",
    "Tier",
    "Traffic",
    "chains_of",
]

__getattr__ = deferred(
    __name__,
    {
        "Catalogue": ".catalogue",
        "chains_of": ".chain",
        "Chain": ".model",
        "Hop": ".model",
        "ModelFacts": ".model",
        "Parameter": ".model",
        "Prices": ".model",
        "Problem": ".model",
        "Tier": ".model",
        "Traffic": ".model",
    },
)
