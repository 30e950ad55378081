"""Credentials in the clear, in any file: found by scanners behind one small interface.

Says of what kind a credential is and where it stands, never the credential. Reads Git through
`source` alone, writes nothing and needs no network.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.leaks.betterleaks import BetterleaksScanner
    from gitconfig_tool.leaks.contents import readable_text
    from gitconfig_tool.leaks.diagnostics import (
        Place,
        count_binary,
        leak_diagnostics,
        skipped_diagnostics,
    )
    from gitconfig_tool.leaks.history import Past, PastScan, scan_history
    from gitconfig_tool.leaks.model import Leak, ScanError, Scanner, TextFile
    from gitconfig_tool.leaks.named import NamedValueScanner
    from gitconfig_tool.leaks.places import pointers
    from gitconfig_tool.leaks.scan import Content, Scanned, scan_contents

__all__ = [
    "BetterleaksScanner",
    "Content",
    "Leak",
    "NamedValueScanner",
    "Past",
    "PastScan",
    "Place",
    "ScanError",
    "Scanned",
    "Scanner",
    "TextFile",
    "count_binary",
    "leak_diagnostics",
    "pointers",
    "readable_text",
    "scan_contents",
    "scan_history",
    "skipped_diagnostics",
]

__getattr__ = deferred(
    __name__,
    {
        "BetterleaksScanner": ".betterleaks",
        "readable_text": ".contents",
        "Place": ".diagnostics",
        "count_binary": ".diagnostics",
        "leak_diagnostics": ".diagnostics",
        "skipped_diagnostics": ".diagnostics",
        "Past": ".history",
        "PastScan": ".history",
        "scan_history": ".history",
        "Leak": ".model",
        "ScanError": ".model",
        "Scanner": ".model",
        "TextFile": ".model",
        "NamedValueScanner": ".named",
        "pointers": ".places",
        "Content": ".scan",
        "Scanned": ".scan",
        "scan_contents": ".scan",
    },
)
