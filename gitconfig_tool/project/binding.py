"""A project to its bundles: every combination of values, and for each its layers, weakest first.

Does not look at which layer files exist.
"""

import itertools
import re
from collections.abc import Iterable, Mapping

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.project.matrix import choose
from gitconfig_tool.project.model import BoundLayer, Bundle, Dimension, Layer, Project

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


# More than any fleet that people compile in one run; three large dimensions multiply to millions.
MAX_BUNDLES = 20_000


def bind_bundles(project: Project) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """Return the bundles of a project, in the order of the project file and of its values."""
    bundles: dict[str, Bundle] = {}
    given: dict[str, Span] = {}
    diagnostics: list[Diagnostic] = []
    layers = [_LayerBinding(layer, project.dimensions) for layer in project.layers]
    for template in project.bundles:
        chosen = choose(template, project.dimensions)
        diagnostics += chosen.diagnostics
        count = len(chosen.combinations) if chosen.count is None else chosen.count
        if len(bundles) + count > MAX_BUNDLES:
            diagnostics.append(
                Diagnostic(
                    "GCT040",
                    f"expected at most {MAX_BUNDLES:,} bundles, found {count:,} from this template",
                    template.span,
                    hint="name fewer dimensions in one bundle, "
                    "or choose the combinations that are needed with 'include'",
                )
            )
            continue
        # A layer that names an unbound dimension is left out.
        used = [layer for layer in layers if layer.named.issubset(template.dimensions)]
        for values in chosen.combinations:
            at = dict(zip(template.dimensions, values, strict=True))
            name = _fill(template.name, at)
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
                for dimension, value in at.items()
            )
            bound = tuple(each for layer in used for each in layer.bind(at))
            given[name] = template.span
            bundles[name] = Bundle(name, at, protected, bound)
    for layer in layers:
        diagnostics += layer.outside()
        if project.layers_known:
            diagnostics += layer.missing()
    return tuple(bundles.values()), tuple(diagnostics)


class _LayerBinding:
    """Binds one layer to bundles: once for all that are alike in what its path names."""

    def __init__(self, layer: Layer, dimensions: Mapping[str, Dimension]) -> None:
        self._layer = layer
        self._dimensions = dimensions
        # For each name in the path, its dimension, and for an attribute its text by the value.
        self._names: dict[str, tuple[str, Mapping[str, str] | None]] = {}
        for match in PLACEHOLDER.finditer(layer.template):
            name, dot, attribute = match[1].partition(".")
            texts = dimensions[name].attribute_texts(attribute) if dot else None
            self._names[match[1]] = (name, texts)
        self.named = frozenset(dimension for dimension, _ in self._names.values())
        self._bound: dict[tuple[str, ...], tuple[BoundLayer, ...]] = {}
        # The attributes that the path names and a value lacks: (attribute with dimension, value).
        self._lacking: dict[tuple[str, str], None] = {}

    def bind(self, chosen: Mapping[str, str]) -> tuple[BoundLayer, ...]:
        """Expand the layer for a bundle with these values; it must bind all that are `named`."""
        key = []
        for name, (dimension, texts) in self._names.items():
            value = chosen[dimension]
            if texts is None:
                key.append(value)
            elif value in texts:
                key.append(texts[value])
            else:
                self._lacking[name, value] = None
                return ()
        found = self._bound.get(tuple(key))
        if found is None:
            found = self._bound[tuple(key)] = self._expand(dict(zip(self._names, key, strict=True)))
        return found

    def outside(self) -> Iterable[Diagnostic]:
        """Report each path that an attribute has led out of the project."""
        paths = dict.fromkeys(bound.path for each in self._bound.values() for bound in each)
        return [
            Diagnostic(
                "GCT038",
                f"expected a layer to be a path inside the project, found '{path}'",
                self._layer.span,
                hint="an attribute in braces may hold no '.', '..' or empty part",
            )
            for path in paths
            if not _is_inside(path)
        ]

    def missing(self) -> Iterable[Diagnostic]:
        """Report each value that lacks an attribute which the path of a required layer names."""
        if not self._layer.required:
            return []
        return [
            Diagnostic(
                "GCT107",
                f"expected the required layer {self._layer.template}, "
                f"found that '{value}' has no attribute '{name.partition('.')[2]}'",
                self._layer.span,
                hint=f"give the value '{value}' of '{name.partition('.')[0]}' the attribute, "
                "or remove 'required: true'",
            )
            for name, value in self._lacking
        ]

    def _expand(self, texts: Mapping[str, str]) -> tuple[BoundLayer, ...]:
        """Return the layer once for each value along `inherits`, the most general first."""
        own = {dimension for dimension, of_values in self._names.values() if of_values is not None}
        chains = {
            name: self._dimensions[name].chain(texts[name])
            for name, (_, of_values) in self._names.items()
            if of_values is None
        }
        layer = self._layer
        bound = []
        for values in itertools.product(*chains.values()):
            at = dict(zip(chains, values, strict=True))
            inherited = {
                name: value
                for name, value in at.items()
                if value != texts[name] and name not in own
            }
            bound.append(
                BoundLayer(
                    _fill(layer.template, {**texts, **at}),
                    layer.document,
                    layer.required,
                    frozenset(own | {name for name in at if at[name] == texts[name]}),
                    inherited,
                    layer.span,
                )
            )
        return tuple(bound)


def _is_inside(path: str) -> bool:
    """Tell whether an attribute has left a path whole: the template itself is checked already."""
    return not any(part in ("", ".", "..") for part in path.split("/"))


def _fill(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)
