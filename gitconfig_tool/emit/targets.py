"""The table of targets: the name in the project file, and what makes its files."""

from collections.abc import Mapping

from gitconfig_tool.emit.configmap import emit_configmap
from gitconfig_tool.emit.dotenv import emit_dotenv
from gitconfig_tool.emit.envoy import emit_envoy
from gitconfig_tool.emit.litellm import emit_litellm
from gitconfig_tool.emit.model import Target
from gitconfig_tool.emit.plain import emit_json, emit_toml, emit_yaml
from gitconfig_tool.emit.portkey import emit_portkey

TARGETS: Mapping[str, Target] = {
    "litellm": emit_litellm,
    "portkey": emit_portkey,
    "envoy": emit_envoy,
    "dotenv": emit_dotenv,
    "json": emit_json,
    "toml": emit_toml,
    "yaml": emit_yaml,
    "configmap": emit_configmap,
}
