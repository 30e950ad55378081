"""The command line: one file for each command; the only package that prints or exits."""
