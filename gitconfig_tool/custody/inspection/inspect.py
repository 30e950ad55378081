"""The order of the inspection: which looks are taken at which secret.

Takes a compilation and terms; returns diagnostics. The looks themselves are in the modules beside.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import environ
from typing import Any

from gitconfig_tool.compiler import Compilation
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import in_order
from gitconfig_tool.compiler.sops_files import Asked, everything
from gitconfig_tool.custody.inspection.certificates import inspect_certificate
from gitconfig_tool.custody.inspection.cloud import inspect_aws, inspect_azure, inspect_gcp
from gitconfig_tool.custody.inspection.files import (
    OnFile,
    OpenedFile,
    open_files,
    sealed_files,
    values_of,
)
from gitconfig_tool.custody.inspection.plaintext import document_faults, type_faults
from gitconfig_tool.custody.inspection.reuse import Kept, find_reused
from gitconfig_tool.custody.inspection.signing import inspect_jwt_key, inspect_ssh_key
from gitconfig_tool.custody.inspection.subject import Finding, Subject, Terms
from gitconfig_tool.custody.inspection.tokens import (
    inspect_expiry,
    inspect_password,
    inspect_placeholders,
    inspect_provider,
    inspect_space,
    is_placeholder,
)
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.pointer import resolve_pointer
from gitconfig_tool.project import SecretRule
from gitconfig_tool.secrets import Secret, secrets_of
from gitconfig_tool.secrets.types import Part, children_of, parts_of, place_of, secret_type

Look = Callable[[Subject, Terms], Iterator[Finding]]
# What is looked at beside spaces and placeholders, which no type may have.
_LOOKS: Mapping[str, tuple[Look, ...]] = {
    "api-key": (inspect_provider, inspect_expiry),
    "database": (inspect_password, inspect_expiry),
    "certificate": (inspect_certificate,),
    "ssh-key": (inspect_ssh_key, inspect_expiry),
    "oauth-token": (inspect_provider, inspect_expiry),
    "jwt-signing-key": (inspect_jwt_key, inspect_expiry),
    "aws-credentials": (inspect_aws, inspect_expiry),
    "azure-credentials": (inspect_azure, inspect_expiry),
    "gcp-credentials": (inspect_gcp, inspect_expiry),
    "generic": (inspect_expiry,),
}
# Of the same field the first of these tells enough.
_STRONGER = ("GCT460", "GCT447", "GCT461")
_WEAKER = ("GCT447", "GCT456", "GCT457", "GCT458", "GCT459", "GCT461")
# What keeps an earlier version from working for as long as both overlap. That it is weak is why it
# is replaced.
_OF_EARLIER = ("GCT448", "GCT450", "GCT451", "GCT456", "GCT457", "GCT458")
# Shorter values may be equal by chance: a port, a user, `true`.
_LEAST_COMPARED = 8


def inspect_secrets(
    compilation: Compilation,
    terms: Terms,
    *,
    asked: Asked = everything,
    environment: Mapping[str, str] = environ,
    on_file: OnFile | None = None,
) -> tuple[Diagnostic, ...]:
    """Open the SOPS files of a project and look at every secret in them.

    Only files that are `asked` for are opened: what others share with them is not seen. A file that
    does not open is a diagnostic, and the others are looked at all the same. `on_file` is called
    after each.
    """
    project = compilation.project
    if project is None:
        return ()
    files = ProjectFiles(compilation.snapshot)
    opened = open_files(sealed_files(project, files, asked), project, environment, on_file)
    found: list[Diagnostic] = []
    kept: list[Kept] = []
    for file in opened:
        if file.error is not None:
            found.append(_unopened(file))
            continue
        inspection = _File(file, project.secrets.types, terms)
        found += inspection.run()
        kept += inspection.kept
    sops = {each.sealed.file.path: each.sealed.sops for each in opened}
    found += document_faults(compilation, dict(values_of(opened)), sops)
    found += find_reused(kept, project)
    return in_order(found)


def _unopened(file: OpenedFile) -> Diagnostic:
    error = file.error
    return Diagnostic(
        "GCT446",
        error.message if error else "",
        Span(file.sealed.file.path),
        hint=(error.hint if error else None) or "try: sops decrypt " + file.sealed.file.path,
        sensitive=True,
    )


class _File:
    """The inspection of one file; `kept` is what must be in no other place."""

    def __init__(self, file: OpenedFile, rules: Sequence[SecretRule], terms: Terms) -> None:
        self._file = file
        self._sops = file.sealed.sops
        self._rules = rules
        self._terms = terms
        self.kept: list[Kept] = []

    def run(self) -> Iterator[Diagnostic]:
        children = children_of(self._sops.types)
        for secret in secrets_of(self._sops, self._file.sealed.document, self._rules):
            of = secret_type(secret.type)
            parts = parts_of(self._sops, children, secret.pointer, of)
            yield from self._secret(secret, parts)

    def _secret(self, secret: Secret, parts: Sequence[Part]) -> Iterator[Diagnostic]:
        of = secret_type(secret.type)
        current = {
            part.name: part
            for part in parts
            # Of a generic secret only SOPS knows which fields are secret.
            if not part.is_previous and (not of.is_open or self._is_sealed(part))
        }
        subject = Subject(
            of,
            {name: self._value(part.pointer) for name, part in current.items()},
            secret.rule.attributes if secret.rule else {},
            self._file.sealed.is_protected,
        )
        found = [*self._schema(subject, current), *looks(subject, self._terms)]
        said: set[tuple[str, str]] = set()
        for each in found:
            is_told = any((code, each.name) in said for code in _STRONGER)
            if not (is_told and each.code in _WEAKER):
                said.add((each.code, each.name))
                yield self._diagnostic(secret, current, each)
        yield from self._versions(secret, current, parts)
        self._keep(secret, subject, current, secret.fields)
        yield from self._earlier(secret, subject, parts)

    def _value(self, pointer: str) -> Any:
        try:
            return resolve_pointer(self._file.plaintext, pointer)
        except KeyError:
            return None  # What stands there is no part of the plaintext: a comment.

    def _schema(self, subject: Subject, current: Mapping[str, Part]) -> Iterator[Finding]:
        """Hold what was encrypted against the schema of the type."""
        if subject.type.is_open:
            return
        known = {
            name: value for name, value in subject.values.items() if name in subject.type.fields
        }
        for path, wanted in type_faults(known, subject.type.uri):
            name = str(path[0]) if path else ""
            part = current.get(name)
            if part is None or (part.pointer in self._sops.types and not self._is_sealed(part)):
                continue  # What stands in the clear was told without a key.
            if subject.is_placeholder and is_placeholder(subject.text(name) or ""):
                continue
            yield Finding(
                "GCT447",
                name,
                wanted,
                "another value",
                f"gitconfig-tool:secrets/{subject.type.name} is the schema of the type; correct "
                f"the value with: sops edit {self._sops.path}",
            )

    def _is_sealed(self, part: Part) -> bool:
        below = f"{part.pointer}/"
        return part.pointer in self._sops.encrypted or any(
            pointer.startswith(below) for pointer in self._sops.encrypted
        )

    def _diagnostic(
        self, secret: Secret, current: Mapping[str, Part], finding: Finding
    ) -> Diagnostic:
        part = current.get(finding.name)
        span = place_of(self._sops, part.pointer if part else secret.pointer)
        if part is None and secret.rule is not None:
            # Said by the rule, and not by the file.
            span = secret.rule.attribute_spans.get(finding.name, (span, span))[1]
        return Diagnostic(
            finding.code,
            f"expected {finding.expected} at {self._name(secret, part)}, found {finding.found}",
            span,
            notes=() if secret.rule is None else (Note("the type is given", secret.rule.span),),
            hint=finding.hint,
        )

    def _name(self, secret: Secret, part: Part | None) -> str:
        pointer = part.pointer if part else secret.pointer
        return f"{secret.document}#{pointer}" if pointer else secret.document

    def _versions(
        self, secret: Secret, current: Mapping[str, Part], parts: Sequence[Part]
    ) -> Iterator[Diagnostic]:
        """Report an earlier version that is the present one."""
        of = secret_type(secret.type)
        for part in parts:
            now = current.get(part.name)
            if not part.is_previous or now is None or not of.is_secret(part.name):
                continue
            if self._value(part.pointer) == self._value(now.pointer):
                yield Diagnostic(
                    "GCT463",
                    f"expected an equal value at {self._name(secret, now)} than before, "
                    f"found that of {part.pointer}",
                    place_of(self._sops, now.pointer),
                    notes=(Note("the earlier version", place_of(self._sops, part.pointer)),),
                    hint=f"replace it: gitconfig-tool secrets rotate {self._sops.path}#"
                    f"{now.pointer}",
                )

    def _earlier(
        self, secret: Secret, subject: Subject, parts: Sequence[Part]
    ) -> Iterator[Diagnostic]:
        """Look at the earlier version: who has not changed over yet still needs it.

        A field without an earlier version is the same in both.
        """
        earlier = {
            part.name: part
            for part in parts
            if part.is_previous and (not subject.type.is_open or self._is_sealed(part))
        }
        if not earlier:
            return
        values = {name: self._value(part.pointer) for name, part in earlier.items()}
        former = replace(subject, values={**subject.values, **values})
        for each in looks(former, self._terms):
            if each.code in _OF_EARLIER and each.name in earlier:
                hint = (
                    "nobody can use the earlier version as it is: correct it, or end the overlap: "
                    f"gitconfig-tool secrets finish {self._sops.path}#{secret.pointer}"
                )
                yield self._diagnostic(secret, earlier, replace(each, hint=hint))
        self._keep(secret, replace(former, values=values), earlier, secret.previous)

    def _keep(
        self,
        secret: Secret,
        subject: Subject,
        current: Mapping[str, Part],
        pointers: Sequence[str],
    ) -> None:
        """Note the values that no other environment or tenant may have."""
        if subject.type.is_open:
            texts = {each: self._value(each) for each in pointers}
        else:
            every = subject.secret_texts().items()
            texts = {current[name].pointer: text for name, text in every}
        for pointer, text in texts.items():
            if subject.is_placeholder or not isinstance(text, str) or is_placeholder(text):
                continue
            if len(text) < _LEAST_COMPARED:
                continue
            self.kept.append(
                Kept(
                    text.strip(),
                    f"{secret.document}#{pointer}",
                    place_of(self._sops, pointer),
                    self._file.sealed.place,
                    self._sops.recipients,
                )
            )


def looks(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Take every look at one secret that its type asks for."""
    yield from inspect_placeholders(subject)
    yield from inspect_space(subject)
    for look in _LOOKS[subject.type.name]:
        yield from look(subject, terms)
