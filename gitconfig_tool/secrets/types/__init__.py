"""Types of secrets: what an API key, a certificate or a database password is made of.

Each type is a built-in JSON Schema, `gitconfig-tool:secrets/TYPE`. Here the rules of the project
file and the files themselves are held against it, by names and by the types that SOPS leaves in
the clear. Needs no key, and so says nothing of what is encrypted: `custody.inspection` does.
"""

from gitconfig_tool.secrets.types.attributes import check_rules, unused_rules
from gitconfig_tool.secrets.types.catalogue import Field, SecretType, secret_type
from gitconfig_tool.secrets.types.fields import Part, children_of, parts_of, place_of
from gitconfig_tool.secrets.types.shape import check_shapes

__all__ = [
    "Field",
    "Part",
    "SecretType",
    "check_rules",
    "check_shapes",
    "children_of",
    "parts_of",
    "place_of",
    "secret_type",
    "unused_rules",
]
