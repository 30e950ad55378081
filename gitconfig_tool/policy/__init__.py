"""Rego policies: rules that a schema cannot say.

`load_policies` compiles, `evaluate` applies them to one document. The engine stands behind the
protocol in `engine`; only `regorus` knows the library.
"""

from gitconfig_tool.policy.evaluate import BundleFacts, evaluate, policy_input
from gitconfig_tool.policy.load import Policies, PolicyPackage, PolicyRule, load_policies

__all__ = [
    "BundleFacts",
    "Policies",
    "PolicyPackage",
    "PolicyRule",
    "evaluate",
    "load_policies",
    "policy_input",
]
