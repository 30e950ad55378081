"""The tags that a layer file may carry: ours (design.md section 4) and those of the core schema."""

from collections.abc import Mapping

from gitconfig_tool.document.nodes import MappingNode, ScalarNode, SequenceNode

# design.md section 4, and !format. The value says which kinds of node may carry the tag.
TAGS: Mapping[str, tuple[type, ...]] = {
    "!required": (ScalarNode,),
    "!final": (ScalarNode, SequenceNode, MappingNode),
    "!replace": (SequenceNode, MappingNode),
    "!append": (SequenceNode,),
    "!prepend": (SequenceNode,),
    # A mapping says which entry of a list that merges by key.
    "!unset": (ScalarNode, MappingNode),
    "!secret": (ScalarNode,),
    "!ref": (ScalarNode,),
    "!prompt": (ScalarNode,),
    "!format": (ScalarNode,),
}
# These carry text of ours, not a YAML value: it is kept as written.
TEXT_TAGS = frozenset({"!required", "!unset", "!secret", "!ref", "!prompt", "!format"})
CORE_TAGS = {
    "tag:yaml.org,2002:str": "str",
    "tag:yaml.org,2002:int": "int",
    "tag:yaml.org,2002:float": "float",
    "tag:yaml.org,2002:bool": "bool",
    "tag:yaml.org,2002:null": "null",
    "tag:yaml.org,2002:seq": "seq",
    "tag:yaml.org,2002:map": "map",
}
CORE_KINDS: Mapping[str, tuple[type, ...]] = {"seq": (SequenceNode,), "map": (MappingNode,)}
KIND_NAMES = {ScalarNode: "a scalar", SequenceNode: "a list", MappingNode: "a mapping"}
