"""A project to its bundles: every combination of values, and for each its layers, weakest first.

Does not look at which layer files exist.
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import JsonScalar
from gitconfig_tool.project.model import BoundLayer, Bundle, Layer, Project

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


# More than any fleet that people compile in one run; three large dimensions multiply to millions.
MAX_BUNDLES = 20_000


def bind_bundles(project: Project) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """Return the bundles of a project, in the order of the project file and of its values."""
    bundles: dict[str, Bundle] = {}
    given: dict[str, Span] = {}
    diagnostics: list[Diagnostic] = []
    for template in project.bundles:
        axes = [project.dimensions[name].values for name in template.dimensions]
        if len(bundles) + math.prod(map(len, axes)) > MAX_BUNDLES:
            diagnostics.append(
                Diagnostic(
                    "GCT040",
                    f"expected at most {MAX_BUNDLES:,} bundles, found "
                    f"{math.prod(map(len, axes)):,} from this template",
                    template.span,
                    hint="name fewer dimensions in one bundle",
                )
            )
            continue
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
            diagnostics += [_outside(bound) for bound in layers if not _is_inside(bound.path)]
            given[name] = template.span
            bundles[name] = Bundle(name, chosen, protected, layers)
    return tuple(bundles.values()), tuple(dict.fromkeys(diagnostics))


def _is_inside(path: str) -> bool:
    """Tell whether an attribute has left a path whole: the template itself is checked already."""
    return not any(part in ("", ".", "..") for part in path.split("/"))


def _outside(layer: BoundLayer) -> Diagnostic:
    return Diagnostic(
        "GCT038",
        f"expected a layer to be a path inside the project, found '{layer.path}'",
        layer.span,
        hint="an attribute in braces may hold no '.', '..' or empty part",
    )


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
