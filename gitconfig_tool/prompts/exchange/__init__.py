"""Prompts of other formats: reading them as prompt versions, and writing prompt versions as them.

Works on text and JSON values: reads no file of the project and writes none. Each format is a module
of its own; `formats` is the table of them. What cannot go over is listed, never lost in silence;
what would change the text that a model gets is an error.
"""
