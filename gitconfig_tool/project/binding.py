"""A project to its bundles: every combination of values, and for each its layers, weakest first.

Does not look at which layer files exist.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.project.matrix import choose
from gitconfig_tool.project.model import BoundLayer, Bundle, Dimension, Layer, Project
from gitconfig_tool.project.names import attribute_text

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
            bound = tuple(each for layer in layers for each in layer.bind(at))
            given[name] = template.span
            bundles[name] = Bundle(name, at, protected, bound)
    for layer in layers:
        diagnostics += layer.outside()
        if project.layers_known:
            diagnostics += layer.missing()
    return tuple(bundles.values()), tuple(diagnostics)


@dataclass(slots=True)
class _LayerBinding:
    """Binds one layer to bundles: once for all that are alike in what its path names."""

    layer: Layer
    dimensions: Mapping[str, Dimension]
    # What the path names: `environment`, `host.site`; and the dimensions of these.
    _names: tuple[str, ...] = field(init=False)
    _named: tuple[str, ...] = field(init=False)
    _bound: dict[tuple[str, ...], tuple[BoundLayer, ...]] = field(init=False, default_factory=dict)
    # The attributes that the path names and a bundle's value lacks: (dimension, attribute, value).
    _lacking: dict[tuple[str, str, str], None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._names = tuple(match[1] for match in PLACEHOLDER.finditer(self.layer.template))
        self._named = tuple(dict.fromkeys(name.partition(".")[0] for name in self._names))

    def bind(self, chosen: Mapping[str, str]) -> tuple[BoundLayer, ...]:
        """Expand the layer for one bundle; one that names an unbound dimension yields nothing."""
        if any(name not in chosen for name in self._named):
            return ()
        key = tuple(chosen[name] for name in self._named)
        if key not in self._bound:
            self._bound[key] = self._expand(chosen)
        return self._bound[key]

    def outside(self) -> Iterable[Diagnostic]:
        """Report each path that an attribute has led out of the project."""
        paths = dict.fromkeys(bound.path for each in self._bound.values() for bound in each)
        return [
            Diagnostic(
                "GCT038",
                f"expected a layer to be a path inside the project, found '{path}'",
                self.layer.span,
                hint="an attribute in braces may hold no '.', '..' or empty part",
            )
            for path in paths
            if not _is_inside(path)
        ]

    def missing(self) -> Iterable[Diagnostic]:
        """Report each value that lacks an attribute which the path of a required layer names."""
        if not self.layer.required:
            return []
        return [
            Diagnostic(
                "GCT107",
                f"expected the required layer {self.layer.template}, "
                f"found that '{value}' has no attribute '{attribute}'",
                self.layer.span,
                hint=f"give the value '{value}' of '{dimension}' the attribute, "
                "or remove 'required: true'",
            )
            for dimension, attribute, value in self._lacking
        ]

    def _expand(self, chosen: Mapping[str, str]) -> tuple[BoundLayer, ...]:
        attributes: dict[str, str] = {}
        axes: dict[str, Sequence[str]] = {}
        for name in self._names:
            dimension, _, attribute = name.partition(".")
            if attribute:
                value = self.dimensions[dimension].values[chosen[dimension]]
                text = attribute_text(value.attributes.get(attribute))
                if text is None:
                    self._lacking[dimension, attribute, chosen[dimension]] = None
                    return ()
                attributes[name] = text
            else:
                axes[name] = self.dimensions[name].chain(chosen[name])
        return tuple(
            self._at({**attributes, **dict(zip(axes, values, strict=True))}, attributes, chosen)
            for values in itertools.product(*axes.values())
        )

    def _at(
        self, at: Mapping[str, str], attributes: Iterable[str], chosen: Mapping[str, str]
    ) -> BoundLayer:
        axes = [name for name in at if name not in attributes]
        own = frozenset(name for name in axes if at[name] == chosen[name])
        own |= frozenset(name.partition(".")[0] for name in attributes)
        inherited = {name: at[name] for name in axes if name not in own}
        path = _fill(self.layer.template, at)
        layer = self.layer
        return BoundLayer(path, layer.document, layer.required, own, inherited, layer.span)


def _is_inside(path: str) -> bool:
    """Tell whether an attribute has left a path whole: the template itself is checked already."""
    return not any(part in ("", ".", "..") for part in path.split("/"))


def _fill(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)
