"""How schemas are called: by URI within the tool, by path or `gitconfig-tool:NAME` to users."""

# The URI of a schema that is a file of the project: this, and the file's path.
PROJECT = "project:/"


def schema_name(uri: str) -> str:
    """Return a schema's name as a user writes it."""
    return uri.removeprefix(PROJECT)
