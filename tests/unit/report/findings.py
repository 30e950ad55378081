"""Findings that the tests of every report begin with: each kind of thing that can go wrong."""

from gitconfig_tool.diagnostics import Diagnostic, Note, Silenced, Span
from gitconfig_tool.report.findings import Findings

FILES = {
    "base/a.yaml": "audit: !final true\nport: 1\nport: 2\n",
    "environments/eu, west/ü%:b.yaml": "first: 1\npassword: not-to-be-seen\nlast: [1,\n  2]\n",
}
ODD = "environments/eu, west/ü%:b.yaml"
ERROR = Diagnostic(
    "GCT012",
    "expected each key once, found 'port' again",
    Span("base/a.yaml", 3, 1, 3, 5),
    label="the second one",
    notes=(Note("'port' first set", Span("base/a.yaml", 2, 1, 2, 5)), Note("no place")),
    hint="remove one of the two",
    bundles=("staging", "production"),
)
WARNING = Diagnostic("GCT106", '100% odd:\n<a> & "b", \x1b[31m]]>', Span(ODD, 3, 7, 4, 5))
SECRET = Diagnostic(
    "GCT402", "a value in the clear", Span(ODD, 2, 11, 2, 11), hint="sops edit", sensitive=True
)
NOWHERE = Diagnostic("GCT108", "expected documents, found none")
SILENCED = Silenced(
    Diagnostic("GCT106", "nothing to unset", Span("base/a.yaml", 2, 7, 2, 8), hint="remove it"),
    "moved <next> quarter",
    Span("gitconfig.yaml", 9, 4, 9, 10),
    in_source=False,
)
COMMENTED = Silenced(
    Diagnostic("GCT105", "expected the final value", Span("base/a.yaml", 1, 8, 1, 19)),
    "agreed",
    Span("base/a.yaml", 1, 30, 1, 36),
    in_source=True,
)


def findings(*diagnostics: Diagnostic, prefix: str = "", checked: tuple[str, ...] = ()) -> Findings:
    """Return findings in `FILES`."""
    return Findings(diagnostics, (), FILES.get, prefix, checked)


EVERYTHING = Findings(
    (NOWHERE, ERROR, SECRET, WARNING),
    (COMMENTED, SILENCED),
    FILES.get,
    "deploy/my config/",
    ("base/a.yaml", "base/fine.yaml", "gitconfig.yaml"),
)
