"""YAML files in one canonical form, comments kept, values unchanged.

Takes the files of a snapshot and gives what each should look like, or why it is left alone. A file
is only changed with a proof that it says what it said. Does not print and does not write.
"""

from gitconfig_tool.fix.formatting.files import FormattedFiles
from gitconfig_tool.fix.formatting.formatting import Formatted, format_file

__all__ = ["Formatted", "FormattedFiles", "format_file"]
