"""How far changes reach: bundles, values of dimensions, documents and secrets. Pure.

Takes the sections of a comparison; returns a `Radius`. Counts what bundles get otherwise: a rule
that changes what is checked, and news of a model, give no bundle other content.
"""

from gitconfig_tool.changes.model import Changes, Radius


def radius_of(changes: Changes) -> Radius:
    """Return the reach of all changes together."""
    reached = {
        *(each.name for each in changes.bundles),
        *(name for value in changes.values for name in value.bundles),
        *(name for secret in changes.secrets for name in secret.bundles),
        *(name for prompt in changes.prompts for name in prompt.bundles),
    }
    bundles = tuple(name for name in changes.dimensions if name in reached)
    values: dict[str, dict[str, None]] = {}
    for name in bundles:
        for dimension, value in changes.dimensions[name].items():
            values.setdefault(dimension, {})[value] = None
    return Radius(
        bundles,
        len(changes.dimensions),
        {dimension: tuple(found) for dimension, found in values.items()},
        len({value.document for value in changes.values}),
        len(secret_places(changes)),
    )


def secret_places(changes: Changes) -> frozenset[tuple[str, str]]:
    """Return the secrets that are other now, each by its file and pointer.

    A file that changed as a whole counts once.
    """
    return frozenset(
        (secret.path, pointer) for secret in changes.secrets for pointer in secret.pointers or ("",)
    )
