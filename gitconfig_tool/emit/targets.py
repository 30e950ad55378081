"""The table of targets: the name in the project file, and what makes its files.

A target is imported when it is asked for: a project has one or two of them.
"""

from collections.abc import Mapping
from importlib import import_module

from gitconfig_tool.emit.model import Target

# The module of this package, and its function.
TARGETS: Mapping[str, tuple[str, str]] = {
    "litellm": ("litellm", "emit_litellm"),
    "portkey": ("portkey", "emit_portkey"),
    "envoy": ("envoy", "emit_envoy"),
    "dotenv": ("dotenv", "emit_dotenv"),
    "json": ("plain", "emit_json"),
    "toml": ("plain", "emit_toml"),
    "yaml": ("plain", "emit_yaml"),
    "configmap": ("configmap", "emit_configmap"),
}


def find_target(name: str) -> Target:
    """Return what makes the files of a target; raises `KeyError` for a name that is none."""
    module, function = TARGETS[name]
    target: Target = getattr(import_module(f"gitconfig_tool.emit.{module}"), function)
    return target
