"""What a rule of `secrets.types` says beside its type: known keys, right values, and any use.

Takes the rules of the project file; returns diagnostics. The reader of the project file does not
know the fields of the types.
"""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import JsonScalar
from gitconfig_tool.glob import Glob
from gitconfig_tool.project import SecretRule
from gitconfig_tool.secrets.inventory import secrets_of
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.types.catalogue import SecretType, secret_type
from gitconfig_tool.secrets.types.providers import nearest_provider

# What a rule may say of its secrets that is no field of them.
PLACEHOLDER = "placeholder"
SELF_SIGNED = "self_signed"
# The other keys of a rule.
_KEYS = ("match", "type", "every", "grace")


def attribute_names(of: SecretType) -> tuple[str, ...]:
    """Return what a rule for a type may say beside its own keys.

    These are the fields that are no secret, and what only a person can know. A certificate or a
    public key is none: it stands beside its private key.
    """
    fields = (
        name
        for name, field in of.fields.items()
        if not field.is_secret and not (field.pattern or "").startswith(("-----", "^(?:ssh"))
    )
    sayings = (SELF_SIGNED,) if of.name == "certificate" else ()
    return (*fields, *sayings, PLACEHOLDER)


def check_rules(rules: Iterable[SecretRule]) -> Iterator[Diagnostic]:
    """Report attributes that no secret of the type has, and values that none may have."""
    for rule in rules:
        of = secret_type(rule.type)
        names = attribute_names(of)
        for key, value in rule.attributes.items():
            at_key, at_value = rule.attribute_spans.get(key, (rule.span, rule.span))
            if key not in names:
                known = () if key in of.fields else (*names, *_KEYS)
                near = get_close_matches(key, known, n=1)
                yield Diagnostic(
                    "GCT030",
                    f"expected a key of a rule for the type {of.name}, found '{key}'",
                    at_key,
                    "unknown key",
                    hint=f"did you mean '{near[0]}'?"
                    if near
                    else _no_secrets(key, of) or f"known keys: {', '.join((*_KEYS, *names))}",
                    sensitive=key in of.fields,
                )
                continue
            near_provider = nearest_provider(value) if key == "provider" else None
            if near_provider is not None:
                yield Diagnostic(
                    "GCT443",
                    f"expected a provider whose keys are known, found '{value}'",
                    at_value,
                    "not known",
                    hint=f"did you mean '{near_provider}'?",
                )
            wanted = _fault(key, value, of)
            if wanted is not None:
                field = of.fields.get(key)
                choices = [str(each) for each in field.choices] if field else []
                near = get_close_matches(str(value), choices, n=1)
                yield Diagnostic(
                    "GCT031",
                    f"expected {wanted} for {key}, found {_shown(value)}",
                    at_value,
                    hint=f"did you mean '{near[0]}'?"
                    if near
                    else f"gitconfig-tool:secrets/{of.name} is the schema of the type",
                )


def unused_rules(
    rules: Sequence[SecretRule], files: Iterable[tuple[str, SopsDocument]]
) -> Iterator[Diagnostic]:
    """Report the rules that decide for no secret: what they should check goes unchecked.

    `files` are the SOPS files that layers have given, each with the id of its document. Not to be
    called where only some bundles were compiled, or a file could not be read.
    """
    if not rules:
        return
    every = tuple(files)
    used = _deciding(rules, every)
    for rule in rules:
        if id(rule) in used:
            continue
        written = f"{rule.documents}#{rule.pointers}" if rule.pointers else rule.documents
        documents = Glob(rule.documents)
        is_late = bool(_deciding((rule,), [each for each in every if documents.fullmatch(each[0])]))
        yield Diagnostic(
            "GCT440",
            f"expected a secret that '{written}' decides for, found "
            + ("that rules before it match all of them" if is_late else "none that it matches"),
            rule.span,
            "checks nothing",
            hint="the first rule that matches decides: move it up, or remove it"
            if is_late
            else _meant(rule, written, every),
        )


def _deciding(
    rules: Sequence[SecretRule], files: Iterable[tuple[str, SopsDocument]]
) -> frozenset[int]:
    """Return the identities of the rules that decide for a secret."""
    return frozenset(
        id(secret.rule)
        for document, sops in files
        for secret in secrets_of(sops, document, rules)
        if secret.rule is not None
    )


def _fault(key: str, value: JsonScalar, of: SecretType) -> str | None:
    if key not in of.fields:
        return None if isinstance(value, bool) else "true or false"
    return of.fields[key].fault(value)


def _no_secrets(key: str, of: SecretType) -> str | None:
    """Say where it belongs when somebody wrote a secret into the project file."""
    if key not in of.fields:
        return None
    return f"'{key}' belongs in the SOPS file; if this is a secret, replace it: history keeps it"


def _meant(rule: SecretRule, written: str, files: Sequence[tuple[str, SopsDocument]]) -> str:
    documents = dict.fromkeys(document for document, _ in files)
    if not any(map(Glob(rule.documents).fullmatch, documents)):
        near = get_close_matches(rule.documents, documents, n=1)
        meant = [f"{near[0]}#{rule.pointers}" if rule.pointers else near[0]] if near else []
    else:
        names = {f"{document}#{pointer}" for document, sops in files for pointer in sops.types}
        meant = get_close_matches(written, sorted(names), n=1)
    if meant and meant[0] != written:
        return f"did you mean '{meant[0]}'?"
    return (
        "write DOCUMENT#/pointer: the path of a SOPS file in its layer without the ending, and "
        "where its secrets stand"
    )


def _shown(value: JsonScalar) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
