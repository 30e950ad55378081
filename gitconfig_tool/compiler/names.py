"""What a `!format` may name in a bundle: its dimension values and their attributes."""

from gitconfig_tool.link import FormatNames
from gitconfig_tool.merge import scalar_literal
from gitconfig_tool.project import Bundle, Project


def format_names(project: Project, bundle: Bundle) -> FormatNames:
    """Return the names of one bundle; an attribute that is null is none."""
    values: dict[str, str] = {}
    unbound: set[str] = set()
    for name, dimension in project.dimensions.items():
        known = {key for value in dimension.values.values() for key in value.attributes}
        unbound |= {name, *(f"{name}.{key}" for key in known)}
        if name not in bundle.dimensions:
            continue
        chosen = dimension.values[bundle.dimensions[name]]
        values[name] = chosen.name
        for key, value in chosen.attributes.items():
            if value is not None:
                values[f"{name}.{key}"] = scalar_literal(value)
    return FormatNames(bundle.name, values, frozenset(unbound - values.keys()))
