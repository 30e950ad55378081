"""Whether a compiled value is what a test expects of it.

Takes a linked document and expectations that `test_files` has checked; returns what deviates.
Values are as policies see them: a secret is `{"$secret": "DOC#/pointer"}`, a prompt
`{"$prompt": "ID@VERSION"}`. What deviates holds values: whoever shows them hides what may be a
secret.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic, Span, is_error
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import Path, format_pointer, parse_pointer, resolve_pointer
from gitconfig_tool.policy import BundleFacts, Policies, evaluate, policy_input
from gitconfig_tool.policy.conditions import holds
from gitconfig_tool.policy.engine import Fault
from gitconfig_tool.prompts import is_within
from gitconfig_tool.prompts.json_text import misfits
from gitconfig_tool.schema import Schemas, check_document, load_schemas


class Nothing(Enum):
    """Stands for a value: one that is not there, or one that there is nothing to tell of."""

    ABSENT = "absent"
    UNTOLD = "untold"


# More differences of one value do not help a reader.
_MAX_DIFFERENCES = 10
_SCHEMA_ENDINGS = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that is not as expected.

    `message` says it in words without values. `expected` and `found` are values, or a `Nothing`;
    `below` leads from the value of the test to the one that is meant. `detail` is a text that may
    hold the value. `is_error` says that nothing could be compared.
    """

    message: str
    expected: Any = Nothing.UNTOLD
    found: Any = Nothing.UNTOLD
    below: Path = ()
    detail: str = ""
    hint: str = ""
    is_error: bool = False


def value_of(linked: LinkedDocument, path: Path) -> Any:
    """Return the value at a path, as policies see it."""
    return resolve_pointer(policy_input(linked), format_pointer(path))


@dataclass(frozen=True, slots=True)
class Expecting:
    """One document of a bundle, with what expectations may ask for: schemas and policies."""

    linked: LinkedDocument
    bundle: BundleFacts
    files: ProjectFiles
    schemas: Callable[[], Schemas]
    policies: Callable[[], tuple[Policies, tuple[Diagnostic, ...]]]

    def unrefused(self, wanted: Any, overrides: Any) -> Deviation | None:
        """Return what is wrong where nothing refuses the document with some values overridden."""
        policies, broken = self.policies()
        if broken:
            return Deviation(
                f"expected policies that can be evaluated, found: {broken[0].message}",
                hint="gitconfig-tool validate shows what is wrong in them",
                is_error=True,
            )
        changed = self.linked if overrides is None else _overridden(self.linked, overrides)
        found = [
            each
            for each in (
                *evaluate(policies, changed, self.bundle),
                *check_document(changed, self.schemas()),
            )
            if is_error(each)
        ]
        if any(_is_wanted(each, wanted) for each in found):
            return None
        if not found:
            message = "expected the document to be refused, found that it is accepted"
            return Deviation(message, hint="correct the policy or the schema, or 'with'")
        said = "; ".join(f"{_who(each)}: {each.message}" for each in found[:3])
        return Deviation(
            f"expected {_wanted_text(wanted)}, found another reason",
            detail=said,
            hint="correct 'by' and 'message', or the policy",
        )


def deviations(
    expecting: Expecting, path: Path, expected: Mapping[str, Any]
) -> Iterator[Deviation]:
    """Yield what is not as expected at a path that exists."""
    found = value_of(expecting.linked, path)
    for name, wanted in expected.items():
        if name == "equals":
            yield from _unequal(wanted, found)
        elif name == "includes":
            yield from _not_included(wanted, found, ())
        elif name == "schema":
            yield from _unfit(expecting, wanted, found)
        elif name == "secret":
            yield from _not_secret(expecting.linked, path, wanted)
        elif name == "prompt":
            yield from _not_prompt(expecting.linked, path, wanted, found)
        elif name == "rego":
            yield from _not_held(expecting.bundle, wanted, found)


def _unequal(wanted: Any, found: Any) -> Iterator[Deviation]:
    differences = list(_differences(wanted, found, ()))
    yield from differences[:_MAX_DIFFERENCES]
    if len(differences) > _MAX_DIFFERENCES:
        yield Deviation(f"and {len(differences) - _MAX_DIFFERENCES} further differences")


def _differences(wanted: Any, found: Any, below: Path) -> Iterator[Deviation]:
    """Yield each place where two values differ, the smallest ones."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in dict.fromkeys((*wanted, *found)):
            yield from _differences(
                wanted.get(key, Nothing.ABSENT), found.get(key, Nothing.ABSENT), (*below, key)
            )
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(one, other, (*below, index))
    elif not _same(wanted, found):
        yield Deviation("expected an equal value", wanted, found, below, hint=_link_hint(found))


def _link_hint(found: Any) -> str:
    """Say how a link is tested, where one was compared with a value."""
    for mark, key in (("$secret", "secret: DOC#/POINTER"), ("$prompt", "prompt: ID@RANGE")):
        if isinstance(found, dict) and mark in found:
            return f"the value is a link: test it with {key} in place of equals"
    return ""


def _same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _not_included(wanted: Any, found: Any, below: Path) -> Iterator[Deviation]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            if key not in found:
                yield Deviation("expected a further key", value, Nothing.ABSENT, (*below, key))
            else:
                yield from _not_included(value, found[key], (*below, key))
    elif isinstance(wanted, list) and isinstance(found, list):
        for item in wanted:
            if all(any(True for _ in _not_included(item, each, ())) for each in found):
                yield Deviation("expected an item of the list, found none such", item, found, below)
    elif not _same(wanted, found):
        yield Deviation("expected an equal value", wanted, found, below, hint=_link_hint(found))


def _unfit(expecting: Expecting, schema: Any, found: Any) -> Iterator[Deviation]:
    if isinstance(schema, dict):
        for pointer, message in misfits(schema, found):
            below: Path = parse_pointer(pointer)
            at = resolve_pointer(found, pointer)
            yield Deviation(
                "expected a value that fits the schema", Nothing.UNTOLD, at, below, message
            )
        return
    loaded, problems = _named_schema(expecting.files, schema)
    if problems or not loaded.rules:
        said = problems[0].message if problems else f"nothing at {schema}"
        hint = problems[0].hint if problems else ""
        yield Deviation(f"expected a schema: {said}", hint=hint, is_error=True)
        return
    validator = loaded.compiled[loaded.rules[0].uri]
    for error in validator.iter_errors(found):
        below = tuple(error.instance_path)
        at = resolve_pointer(found, format_pointer(below))
        message = f"expected a value that fits {schema}"
        yield Deviation(message, Nothing.UNTOLD, at, below, " ".join(error.message.split()))


def _named_schema(files: ProjectFiles, name: str) -> tuple[Schemas, tuple[Diagnostic, ...]]:
    """Load a schema of the project or a built-in one, with those that it refers to."""
    texts = {
        path: files.peek(path)
        for path in files.snapshot.files
        if path == name or (".schema." in path and path.endswith(_SCHEMA_ENDINGS))
    }
    return load_schemas(texts, [("**", name, Span(name))])


def _not_secret(linked: LinkedDocument, path: Path, wanted: Any) -> Iterator[Deviation]:
    link = linked.secrets.get(format_pointer(path))
    if link is None:
        # What is found may be that secret in the clear.
        message = "expected a link to a secret, found a value in the clear"
        yield Deviation(message, hint="write !secret DOC#/pointer in the layer")
    elif wanted is not True and f"{link.document}#{link.pointer}" != wanted:
        # Names, which no secret is: said in words, as values of such keys are not shown.
        found = f"{link.document}#{link.pointer}"
        yield Deviation(f"expected a link to {wanted}, found one to {found}")


def _not_prompt(linked: LinkedDocument, path: Path, wanted: str, found: Any) -> Iterator[Deviation]:
    link = linked.prompts.get(format_pointer(path))
    name, at, versions = wanted.partition("@")
    if link is None:
        hint = "write !prompt in the layer"
        yield Deviation("expected a link to a prompt", wanted, found, hint=hint)
    elif link.id != name or (at and not is_within(link.version, versions)):
        yield Deviation("expected another prompt version", wanted, f"{link.id}@{link.version}")


def _not_held(bundle: BundleFacts, condition: str, found: Any) -> Iterator[Deviation]:
    facts = {
        "name": bundle.name,
        "dimensions": dict(bundle.dimensions),
        "protected": bundle.protected,
    }
    held = holds(condition, found, facts)
    if isinstance(held, Fault):
        message = f"expected a condition that can be evaluated, found: {held.text}"
        yield Deviation(message, Nothing.UNTOLD, found, hint=held.hint, is_error=True)
    elif not held:
        lines = (" ".join(line.split()) for line in condition.splitlines())
        said = "; ".join(line for line in lines if line and not line.startswith("#"))
        yield Deviation(f"expected that it holds: {said}", Nothing.UNTOLD, found)


def _overridden(linked: LinkedDocument, overrides: Any) -> LinkedDocument:
    """Return a document with other values: mappings are merged, all else is replaced."""
    value = _merged(linked.value, overrides)

    def keeps(pointer: str) -> bool:
        """Tell whether a link is still there: nothing took its place, or that of one around it."""
        wanted: Any = overrides
        for token in parse_pointer(pointer):
            if not isinstance(wanted, dict):
                return False
            if token not in wanted:
                return True
            wanted = wanted[token]
        return False

    return replace(
        linked,
        value=value,
        secrets={pointer: link for pointer, link in linked.secrets.items() if keeps(pointer)},
        prompts={pointer: link for pointer, link in linked.prompts.items() if keeps(pointer)},
    )


def _merged(value: Any, overrides: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(overrides, dict):
        return overrides
    changed = {
        key: _merged(value[key], each) if key in value else each for key, each in overrides.items()
    }
    return {**value, **changed}


def _is_wanted(found: Diagnostic, wanted: Any) -> bool:
    if wanted is True:
        return True
    by, message = wanted.get("by", ""), wanted.get("message", "")
    who = _who(found)
    is_by = not by or by == found.code or who == by or who.startswith(f"{by}.")
    return is_by and message in found.message


def _who(found: Diagnostic) -> str:
    """Return the policy that refuses a document, or the code of a schema's problem."""
    for note in found.notes:
        if note.text.startswith("policy "):
            return note.text.removeprefix("policy ")
    return found.code


def _wanted_text(wanted: Any) -> str:
    if wanted is True:
        return "a refusal"
    by = f" by {wanted['by']}" if "by" in wanted else ""
    message = f" that says '{wanted['message']}'" if "message" in wanted else ""
    return f"a refusal{by}{message}"
