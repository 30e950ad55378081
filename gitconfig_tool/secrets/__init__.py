"""SOPS files, read without a key.

SOPS leaves keys, structure and recipients in the clear. This package checks them. Does not decrypt,
does not start `sops`, and never prints the data of a value.
"""

from gitconfig_tool.secrets.ages import NOT_COMMITTED, Age, ages_of, versions_of
from gitconfig_tool.secrets.demo_keys import check_demo_keys, demo_recipients
from gitconfig_tool.secrets.inventory import Secret, previous_pointer, secrets_of
from gitconfig_tool.secrets.model import SOPS_ENDINGS, SopsDocument, is_sops, is_sops_path
from gitconfig_tool.secrets.recipients import check_recipients
from gitconfig_tool.secrets.sops import read_sops

__all__ = [
    "NOT_COMMITTED",
    "SOPS_ENDINGS",
    "Age",
    "Secret",
    "SopsDocument",
    "ages_of",
    "check_demo_keys",
    "check_recipients",
    "demo_recipients",
    "is_sops",
    "is_sops_path",
    "previous_pointer",
    "read_sops",
    "secrets_of",
    "versions_of",
]
