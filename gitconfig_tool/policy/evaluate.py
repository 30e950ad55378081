"""Evaluation of policies on one document, and the meaning of their results.

A result is a text, or an object with `msg` and, optionally, `pointer` or `details.pointer`: a JSON
Pointer (RFC 6901) to the value that is meant. `hint` says what to do; `sensitive: true` keeps that
place of the file out of reports. Anything else, and a rule that cannot be evaluated, denies. Does
not decide which bundles there are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import parse_pointer, replace_value
from gitconfig_tool.policy.engine import Fault
from gitconfig_tool.policy.load import BUNDLE_FACTS, Policies, PolicyRule


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What policies may know of a bundle: `data.gitconfig_tool.bundle`."""

    name: str
    dimensions: Mapping[str, str]
    protected: bool


def evaluate(
    policies: Policies, document: LinkedDocument, bundle: BundleFacts
) -> tuple[Diagnostic, ...]:
    """Evaluate policies on a document of a bundle.

    `input` is the document's value; a secret appears as `{"$secret": "secrets/db#/password"}`, a
    prompt as `{"$prompt": "greeting@1.2.0"}`. `data.gitconfig_tool` holds `document` (id,
    namespace) and `bundle` (name, dimensions, protected).
    """
    if not policies.packages:
        return ()
    rules = {rule.path: rule for package in policies.packages for rule in package.rules}
    values = policies.program.evaluate(
        rules, policy_input(document), _facts(policies, document, bundle)
    )
    found: dict[Diagnostic, None] = {}
    for path, value in values.items():
        for diagnostic in _results(rules[path], value, document):
            found[diagnostic] = None
    return tuple(found)


def policy_input(document: LinkedDocument) -> Any:
    """Return a document's value as policies see it; the document itself is left as it is."""
    marks = {
        pointer: {"$secret": f"{s.document}#{s.pointer}"} for pointer, s in document.secrets.items()
    }
    marks |= {
        pointer: {"$prompt": f"{p.id}@{p.version}"} for pointer, p in document.prompts.items()
    }
    value = document.value
    for pointer, mark in marks.items():
        value = replace_value(value, parse_pointer(pointer), mark)
    return value


def _facts(policies: Policies, document: LinkedDocument, bundle: BundleFacts) -> Mapping[str, Any]:
    if not any(package.reads_facts for package in policies.packages):
        return {}
    namespace = document.id.rpartition("/")[0]
    facts: dict[str, Any] = {"document": {"id": document.id, "namespace": namespace}}
    # What no package reads stays hidden, even from a way that `load` overlooks: results are shared
    # between bundles that are alike in what is read.
    read = frozenset().union(*(package.bundle_facts for package in policies.packages))
    if read:
        everything = {
            "name": bundle.name,
            "dimensions": dict(bundle.dimensions),
            "protected": bundle.protected,
        }
        facts["bundle"] = {name: everything[name] for name in sorted(read & BUNDLE_FACTS)}
    return facts


def _results(rule: PolicyRule, value: Any, document: LinkedDocument) -> Iterator[Diagnostic]:
    if isinstance(value, Fault):
        # Where a value is missing, which is already an error, a policy often cannot go on.
        if not document.unknown:
            yield _not_evaluated(rule, value, document)
        return
    if not isinstance(value, list):
        yield _odd_result(rule, f"expected a set of results, found {_kind(value)}", document)
        return
    for result in value:
        yield from _result(rule, result, document)


def _result(rule: PolicyRule, result: Any, document: LinkedDocument) -> Iterator[Diagnostic]:
    message = result.get("msg") if isinstance(result, dict) else result
    if not isinstance(message, str):
        found = "an object without 'msg'" if isinstance(result, dict) else _kind(result)
        if isinstance(result, dict) and "msg" in result:
            found = f"an object whose 'msg' is {_kind(message)}"
        yield _odd_result(rule, f"expected a text or an object with 'msg', found {found}", document)
        return
    text = " ".join(message.split())
    if not text:
        yield _odd_result(rule, "expected a message, found an empty text", document)
        return
    pointer = _pointer(result)
    notes = _notes(rule)
    span = _document_span(document)
    if pointer is not None:
        try:
            tokens = parse_pointer(pointer)
        except ValueError as error:
            notes = (*notes, Note(f"its pointer is not usable: {error}"))
        else:
            if _is_unknown(tokens, document):
                return
            span = document.span_at(tokens)
    sensitive = isinstance(result, dict) and result.get("sensitive") is True
    code = "GCT302" if rule.warns else "GCT301"
    yield Diagnostic(code, text, span, notes=notes, hint=_hint(rule, result), sensitive=sensitive)


def _hint(rule: PolicyRule, result: Any) -> str:
    hint = result.get("hint") if isinstance(result, dict) else None
    if isinstance(hint, str) and hint.strip():
        return " ".join(hint.split())
    if rule.warns:
        return "change the value, unless it is meant"
    return "change the value, or ask the owners of the policy"


def _pointer(result: Any) -> str | None:
    if not isinstance(result, dict):
        return None
    pointer = result.get("pointer")
    details = result.get("details")
    if pointer is None and isinstance(details, dict):
        pointer = details.get("pointer")
    return pointer if isinstance(pointer, str) else None


def _is_unknown(tokens: tuple[str, ...], document: LinkedDocument) -> bool:
    """Tell whether a value, or one around it, could not be found: that is already reported."""
    if not document.unknown:
        return False
    unknown = {parse_pointer(pointer) for pointer in document.unknown}
    return any(tokens[:length] in unknown for length in range(len(tokens) + 1))


def _not_evaluated(rule: PolicyRule, fault: Fault, document: LinkedDocument) -> Diagnostic:
    notes = _notes(rule)
    if fault.span is not None:
        notes = (Note("the engine stopped", fault.span), *notes)
    return Diagnostic(
        "GCT303",
        f"expected policy {rule.name} to decide on {document.id}, found: {fault.text}",
        _document_span(document),
        notes=notes,
        hint="make the rule safe for any value: check types first, such as is_string(x)",
    )


def _odd_result(rule: PolicyRule, problem: str, document: LinkedDocument) -> Diagnostic:
    return Diagnostic(
        "GCT306",
        f"{problem} in policy {rule.name}",
        rule.places[0],
        notes=(Note(f"on the document {document.id}", _document_span(document)),),
        hint='give a text, or an object such as {"msg": msg, "pointer": "/parameters"}',
    )


def _notes(rule: PolicyRule) -> tuple[Note, ...]:
    """Name the policy, once for each file that defines the rule."""
    first = {place.path: place for place in reversed(rule.places)}
    return tuple(Note(f"policy {rule.name}", first[path]) for path in sorted(first))


def _document_span(document: LinkedDocument) -> Span:
    return Span(document.files[-1])


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names[type(value)]
