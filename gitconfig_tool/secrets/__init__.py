"""SOPS documents without a key: structure and recipients."""
