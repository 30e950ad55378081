"""All diagnostics of a run to those that are reported and those that are silenced.

Pure but for reading files through `Files`. Renders nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gitconfig_tool.diagnostics import (
    Diagnostic,
    Note,
    Severity,
    Silenced,
    Silencing,
    Span,
    rule,
)
from gitconfig_tool.document import Document
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import ProjectSilencing
from gitconfig_tool.secrets import is_sops, is_sops_path
from gitconfig_tool.suppress.comments import has_content, rego_comments, yaml_comments
from gitconfig_tool.suppress.directives import Directive, read_comment

_YAML_ENDINGS = (".yaml", ".yml")
_REGO_ENDING = ".rego"
_ENDINGS = (*_YAML_ENDINGS, _REGO_ENDING)


class Files(Protocol):
    """The files of a run."""

    def with_marker(self, paths: Iterable[str]) -> Sequence[str]:
        """Return the files that hold `gct:`, out of those that were read and of `paths`."""

    def text(self, path: str) -> str | None:
        """Return the text of a file."""

    def parse(self, path: str) -> Document:
        """Return a YAML file as nodes."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """`diagnostics` are left to report, those about the suppressions themselves included."""

    diagnostics: tuple[Diagnostic, ...]
    silenced: tuple[Silenced, ...]


@dataclass(frozen=True, slots=True)
class _Request:
    """A suppression that may be followed: a comment with a target, or a rule of the project."""

    code: str
    reason: str
    span: Span
    target: int | None
    match: str | None

    @property
    def in_source(self) -> bool:
        return self.match is None


def apply_suppressions(
    diagnostics: Sequence[Diagnostic],
    files: Files,
    project: ProjectSilencing,
    *,
    complete: bool,
    checked_again: frozenset[str] = frozenset(),
    checked: Callable[[str], bool] = lambda code: True,
) -> Suppressed:
    """Take out what comments and the project file silence.

    `complete` says that every bundle was checked: only then can a suppression be called unused.
    `checked_again` are the files of documents that the fetcher holds against their schemas once
    more, with the secrets in them: what is silenced here would be refused there. `checked` tells
    of a code whether this run looks for it: only then can its suppression be called unused.
    """
    problems: list[Diagnostic] = []
    requests: list[_Request] = []
    for each in (*_from_comments(diagnostics, files), *_from_project(project)):
        if isinstance(each, Diagnostic):
            problems.append(each)
        elif (refused := _refused(each.code, each.span, project)) is not None:
            problems.append(refused)
        else:
            requests.append(each)
    problems += [
        refused
        for code, span in project.allow.items()
        if (refused := _refused(code, span, project)) is not None
    ]
    if not requests:
        return Suppressed((*diagnostics, *problems), ())
    left: list[Diagnostic] = []
    silenced: list[Silenced] = []
    used: set[_Request] = set()
    choose = _chooser(requests)
    for found in diagnostics:
        request = choose(found)
        if request is None:
            left.append(found)
            continue
        used.add(request)
        refused = _refused_here(found, request, project, checked_again)
        if refused is None:
            silenced.append(Silenced(found, request.reason, request.span, request.in_source))
        else:
            left.append(found)
            problems.append(refused)
    if complete and not any(_stops_checks(each) for each in left):
        reported = _first_lines(left)
        # What only a command with a key reports is not missed where there was none.
        problems += [
            _unused(each, reported)
            for each in requests
            if each not in used and checked(each.code) and not rule(each.code).needs_key
        ]
    return Suppressed(tuple(_hide_lines((*left, *problems), silenced)), tuple(silenced))


def _from_comments(
    diagnostics: Sequence[Diagnostic], files: Files
) -> Iterator[_Request | Diagnostic]:
    # What cannot be read as it is written may hide where its strings begin and end.
    unclear = {
        each.span.path
        for each in diagnostics
        if each.span is not None
        and rule(each.code).group in ("source", "yaml")
        and rule(each.code).severity is Severity.ERROR
    }
    # A file that nobody reads is reported too, and may say that this is meant.
    named = {each.span.path for each in diagnostics if each.span is not None} - unclear
    for path in files.with_marker(path for path in named if path.endswith(_ENDINGS)):
        text = files.text(path)
        if text is None or path in unclear:
            continue
        sealed = False
        if path.endswith(_REGO_ENDING):
            comments = rego_comments(text)
        elif path.endswith(_YAML_ENDINGS):
            root = files.parse(path).root
            if root is None and has_content(text):
                continue
            sealed = is_sops_path(path) or is_sops(root)
            comments = yaml_comments(text, root)
        else:
            continue
        for comment in comments:
            for each in read_comment(comment, path, sealed=sealed):
                yield _request(each) if isinstance(each, Directive) else each


def _request(directive: Directive) -> _Request:
    return _Request(directive.code, directive.reason, directive.span, directive.target, None)


def _from_project(project: ProjectSilencing) -> Iterator[_Request]:
    for each in project.ignore:
        yield _Request(each.code, each.reason, each.span, None, each.match)


def _refused(code: str, span: Span, project: ProjectSilencing) -> Diagnostic | None:
    """Say why a code may not be silenced, whatever it reports; None when it may."""
    known = rule(code)
    if known.silencing is Silencing.FIXED:
        return Diagnostic(
            "GCT046",
            f"expected a code that may be silenced, found {code} ({known.name}), which never may",
            span,
            label="silences nothing",
            hint=f"remove it, and mend what {code} reports",
        )
    if known.silencing is Silencing.GUARDED and code not in project.allow:
        return Diagnostic(
            "GCT046",
            f"expected a code that may be silenced here, found {code} ({known.name}), which the "
            "project file must allow first",
            span,
            label="silences nothing",
            hint=f"mend what {code} reports, or add to gitconfig.yaml: "
            f"diagnostics: {{allow: [{code}]}}",
        )
    return None


def _refused_here(
    found: Diagnostic, request: _Request, project: ProjectSilencing, checked_again: frozenset[str]
) -> Diagnostic | None:
    """Say why one diagnostic may not be silenced though its code may; None when it may."""
    if found.sensitive and found.code not in project.allow:
        return Diagnostic(
            "GCT046",
            f"expected no secret where {found.code} is silenced, found a value that may be one",
            request.span,
            label="silences nothing",
            notes=(Note("the value", found.span),),
            hint="move the value into a SOPS file, or add to gitconfig.yaml: "
            f"diagnostics: {{allow: [{found.code}]}}",
        )
    if rule(found.code).group == "schema" and found.span and found.span.path in checked_again:
        return Diagnostic(
            "GCT046",
            f"expected a document without secrets where {found.code} is silenced, found one whose "
            "delivery checks the schema again",
            request.span,
            label="silences nothing",
            notes=(Note("the problem", found.span),),
            hint="mend the value, or let the schema allow it",
        )
    return None


def _chooser(requests: Sequence[_Request]) -> Callable[[Diagnostic], _Request | None]:
    """Return what finds the suppression of a diagnostic: a comment before a rule for paths."""
    at_line: dict[tuple[str, int, str], _Request] = {}
    for_paths: defaultdict[str, list[tuple[Glob, _Request]]] = defaultdict(list)
    for request in requests:
        if request.match is not None:
            for_paths[request.code].append((Glob(request.match), request))
        else:
            # Its own line too: a problem of a whole file is reported at its first line.
            for line in (request.span.line, request.target or request.span.line):
                at_line.setdefault((request.span.path, line, request.code), request)

    def choose(found: Diagnostic) -> _Request | None:
        if found.span is None:
            return None
        path = found.span.path
        comment = at_line.get((path, found.span.line, found.code))
        rules = for_paths.get(found.code, ())
        return comment or next((each for glob, each in rules if glob.fullmatch(path)), None)

    return choose


def _stops_checks(found: Diagnostic) -> bool:
    """Tell whether a problem may hide others: checks do not run where no sound value exists."""
    known = rule(found.code)
    return known.severity is Severity.ERROR and known.silencing is Silencing.FIXED


def _first_lines(left: Iterable[Diagnostic]) -> dict[tuple[str, str], int]:
    """Return the first line of each file at which a code is reported."""
    found: dict[tuple[str, str], int] = {}
    for each in left:
        if each.span is not None:
            key = (each.span.path, each.code)
            found[key] = min(found.get(key, each.span.line), each.span.line)
    return found


def _unused(request: _Request, reported: Mapping[tuple[str, str], int]) -> Diagnostic:
    code = request.code
    hint = "remove it: it would hide the next one"
    if request.match is not None:
        message = f"expected {code} in a file that matches '{request.match}', found none"
    elif request.target is None:
        message = f"expected a line below this comment with {code}, found the end of the file"
    else:
        message = f"expected {code} at line {request.target}, found nothing to silence there"
    line = reported.get((request.span.path, code)) if request.in_source else None
    if line is not None:
        hint = f"{code} is reported at line {line}: put the comment there, or above it"
    return Diagnostic("GCT044", message, request.span, label="silences nothing", hint=hint)


def _hide_lines(left: Sequence[Diagnostic], silenced: Sequence[Silenced]) -> Iterator[Diagnostic]:
    """Keep a line that may hold a secret from being shown by another problem of the same line."""
    hidden = {
        (each.diagnostic.span.path, each.diagnostic.span.line)
        for each in silenced
        if each.diagnostic.sensitive and each.diagnostic.span is not None
    }
    for found in left:
        span = found.span
        if span is not None and (span.path, span.line) in hidden:
            found = replace(found, sensitive=True)
        yield found
