"""gitconfig-tool: a compiler from a Git repository of configuration to signed bundles.

Holds the version only, so that importing the package costs nothing.
"""

__version__ = "0.1.0"
