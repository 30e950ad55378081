"""Prompts: versions, their contract of variables, and sandboxed rendering."""
