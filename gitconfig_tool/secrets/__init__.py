"""SOPS files, read without a key.

SOPS leaves keys, structure and recipients in the clear. This package checks them. Does not decrypt,
does not start `sops`, and never prints the data of a value.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.artifact.overlap import previous_pointer
    from gitconfig_tool.secrets.ages import NOT_COMMITTED, Age, ages_of, versions_of
    from gitconfig_tool.secrets.allowed import check_recipients, refused_recipients
    from gitconfig_tool.secrets.clear import check_clear, is_meant
    from gitconfig_tool.secrets.config import CreationRule, SopsConfig, read_config
    from gitconfig_tool.secrets.demo_keys import check_demo_keys, demo_recipients
    from gitconfig_tool.secrets.drift import check_drift, describe, update_command
    from gitconfig_tool.secrets.formats import parse_sops_file
    from gitconfig_tool.secrets.inventory import Secret, secrets_of
    from gitconfig_tool.secrets.model import (
        SOPS_ENDINGS,
        SopsDocument,
        format_of,
        is_sops,
        is_sops_path,
        sops_stem,
    )
    from gitconfig_tool.secrets.recipients import Names, canonical, find_same, is_same
    from gitconfig_tool.secrets.sops import read_sops
    from gitconfig_tool.sops.selection import CONFIG_FILE, Selection

__all__ = [
    "CONFIG_FILE",
    "NOT_COMMITTED",
    "SOPS_ENDINGS",
    "Age",
    "CreationRule",
    "Names",
    "Secret",
    "Selection",
    "SopsConfig",
    "SopsDocument",
    "ages_of",
    "canonical",
    "check_clear",
    "check_demo_keys",
    "check_drift",
    "check_recipients",
    "demo_recipients",
    "describe",
    "find_same",
    "format_of",
    "is_meant",
    "is_same",
    "is_sops",
    "is_sops_path",
    "parse_sops_file",
    "previous_pointer",
    "read_config",
    "read_sops",
    "refused_recipients",
    "secrets_of",
    "sops_stem",
    "update_command",
    "versions_of",
]

__getattr__ = deferred(
    __name__,
    {
        "NOT_COMMITTED": ".ages",
        "Age": ".ages",
        "ages_of": ".ages",
        "versions_of": ".ages",
        "check_recipients": ".allowed",
        "refused_recipients": ".allowed",
        "check_clear": ".clear",
        "is_meant": ".clear",
        "CreationRule": ".config",
        "SopsConfig": ".config",
        "read_config": ".config",
        "check_demo_keys": ".demo_keys",
        "demo_recipients": ".demo_keys",
        "check_drift": ".drift",
        "describe": ".drift",
        "update_command": ".drift",
        "parse_sops_file": ".formats",
        "Secret": ".inventory",
        "secrets_of": ".inventory",
        "SOPS_ENDINGS": ".model",
        "SopsDocument": ".model",
        "format_of": ".model",
        "is_sops": ".model",
        "is_sops_path": ".model",
        "sops_stem": ".model",
        "Names": ".recipients",
        "canonical": ".recipients",
        "find_same": ".recipients",
        "is_same": ".recipients",
        "read_sops": ".sops",
        "previous_pointer": "gitconfig_tool.artifact.overlap",
        "CONFIG_FILE": "gitconfig_tool.sops.selection",
        "Selection": "gitconfig_tool.sops.selection",
    },
)
