"""The rules, one module for each group of codes."""
