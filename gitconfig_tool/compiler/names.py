"""What a `!format` may name in a bundle: its dimension values and their attributes."""

from gitconfig_tool.link import FormatNames
from gitconfig_tool.project import Bundle, Project, attribute_text


def every_name(project: Project) -> frozenset[str]:
    """Return the names that any bundle of a project may have."""
    return frozenset(
        name
        for dimension in project.dimensions.values()
        for value in dimension.values.values()
        for name in (dimension.name, *(f"{dimension.name}.{key}" for key in value.attributes))
    )


def format_names(project: Project, bundle: Bundle, every: frozenset[str]) -> FormatNames:
    """Return the names of one bundle, of `every_name`; an attribute that is null is none."""
    values: dict[str, str] = {}
    for name in bundle.dimensions:
        chosen = project.dimensions[name].values[bundle.dimensions[name]]
        values[name] = chosen.name
        for key, value in chosen.attributes.items():
            text = attribute_text(value)
            if text is not None:
                values[f"{name}.{key}"] = text
    return FormatNames(bundle.name, values, every - values.keys())
