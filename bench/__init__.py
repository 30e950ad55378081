"""Workloads and measurements of gitconfig-tool: `make bench`, or `python -m bench --help`."""
