"""A project to its bundles: every combination of values, and for each its layers, weakest first.

Does not look at which layer files exist.
"""

import itertools
import re
from collections.abc import Iterator, Mapping

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import JsonScalar
from gitconfig_tool.project.model import BoundLayer, Bundle, Layer, Project

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def bind_bundles(project: Project) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """Return the bundles of a project, in the order of the project file and of its values."""
    bundles: dict[str, Bundle] = {}
    given: dict[str, Span] = {}
    diagnostics: list[Diagnostic] = []
    for template in project.bundles:
        axes = [project.dimensions[name].values for name in template.dimensions]
        for values in itertools.product(*axes):
            chosen = dict(zip(template.dimensions, values, strict=True))
            name = _fill(template.name, chosen)
            if name in bundles:
                diagnostics.append(
                    Diagnostic(
                        "GCT039",
                        f"expected each bundle name once, found '{name}' again",
                        template.span,
                        notes=(Note("first given", given[name]),),
                        hint="give the templates different names",
                    )
                )
                continue
            protected = any(
                project.dimensions[dimension].values[value].protected
                for dimension, value in chosen.items()
            )
            layers = tuple(
                bound for layer in project.layers for bound in _bind_layer(layer, project, chosen)
            )
            given[name] = template.span
            bundles[name] = Bundle(name, chosen, protected, layers)
    return tuple(bundles.values()), tuple(diagnostics)


def _bind_layer(layer: Layer, project: Project, chosen: Mapping[str, str]) -> Iterator[BoundLayer]:
    """Expand one layer for one bundle; a layer that names an unbound dimension yields nothing."""
    names = [match[1] for match in PLACEHOLDER.finditer(layer.template)]
    attributes: dict[str, str] = {}
    axes: dict[str, tuple[str, ...]] = {}
    for name in names:
        dimension, _, attribute = name.partition(".")
        if dimension not in chosen:
            return
        if attribute:
            value = project.dimensions[dimension].values[chosen[dimension]]
            text = _attribute_text(value.attributes.get(attribute))
            if text is None:
                return
            attributes[name] = text
        else:
            axes[name] = project.dimensions[name].chain(chosen[name])
    for values in itertools.product(*axes.values()):
        at = {**attributes, **dict(zip(axes, values, strict=True))}
        own = frozenset(name for name in axes if at[name] == chosen[name])
        own |= frozenset(name.partition(".")[0] for name in attributes)
        path = _fill(layer.template, at)
        inherited = {name: at[name] for name in axes if name not in own}
        yield BoundLayer(path, layer.document, layer.required, own, inherited, layer.span)


def _fill(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


def _attribute_text(value: JsonScalar) -> str | None:
    """Write an attribute as the user did, for a path; null is no attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
