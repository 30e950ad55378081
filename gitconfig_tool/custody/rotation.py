"""Replacing a secret: which fields change, where the former values go, and how it ends.

Takes a checked SOPS file and what is wanted; returns steps for `editing.change`. Until the rotation
is finished, each field that was replaced has its former value beside it: see
`artifact.overlap`. Starts nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.custody import generators
from gitconfig_tool.custody.choices import (
    ALPHABETS,
    CERTIFICATE_DAYS,
    GENERATORS,
    PASSWORD_LENGTH,
)
from gitconfig_tool.custody.editing import Sealed, tokens_of
from gitconfig_tool.custody.generators import Generated
from gitconfig_tool.pointer import parse_pointer, resolve_pointer
from gitconfig_tool.secrets import (
    Secret,
    SopsDocument,
    previous_pointer,
)
from gitconfig_tool.sops.changing import ChangeError, SetValue, Step, UnsetValue

# What a provider gives out can only be taken over; the others we make ourselves. A certificate
# depends on who signed the present one.
_OF_TYPE: Mapping[str, str] = {
    "generic": "password",
    "database": "password",
    "api-key": "value",
    "oauth-token": "value",
    "aws-credentials": "value",
    "azure-credentials": "value",
    "gcp-credentials": "value",
    "ssh-key": "ssh",
    "jwt-signing-key": "jwt",
}
# The field of a mapping that holds the secret itself, by generator: the names of
# schemas/secrets/*.schema.json.
_MAIN_FIELD: Mapping[str, tuple[str, ...]] = {
    "password": ("password", "secret", "passphrase"),
    "value": (
        "api_key",
        "key",
        "token",
        "access_token",
        "secret_access_key",
        "client_secret",
        "account_key",
        "service_account_json",
    ),
    "age": ("private_key", "identity"),
    "ssh": ("private_key",),
    "private-key": ("private_key", "key"),
    "jwt": ("private_key", "secret"),
    "self-signed": ("private_key",),
    "csr": ("private_key",),
    "signed": ("private_key",),
}
# What else of a key pair changes with it, by the name of the field.
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "age": ("public_key", "recipient"),
    "ssh": ("public_key",),
    "private-key": ("public_key",),
    "jwt": ("public_key", "key_id"),
    "self-signed": ("certificate", "public_key"),
    "csr": (),
    "signed": ("certificate", "chain", "public_key"),
}
_ALIAS = {"recipient": "public_key"}
_SUFFIX = "_unencrypted"  # SOPS's default for what is to stay in the clear.
NEXT = "_next"
_BEGIN = "-----BEGIN CERTIFICATE-----"
_JWT_OF_KEY = {
    "ecdsa-p256": "ES256",
    "ecdsa-p384": "ES384",
    "ecdsa-p521": "ES512",
    "ed25519": "EdDSA",
    "rsa-3072": "RS256",
    "rsa-4096": "RS256",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asks of the new value; None and empty stand for what the secret says itself.

    `value` is what was read from standard input, for the generators `value` and `signed`.
    """

    generator: str | None = None
    algorithm: str | None = None
    length: int = PASSWORD_LENGTH
    alphabet: str = ALPHABETS["alphanumeric"]
    names: tuple[str, ...] = ()
    days: int = CERTIFICATE_DAYS
    overlap: bool = True
    drop_previous: bool = False
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation touches, known without a key.

    `main` is the pointer of the secret itself; `beside` are those of its public parts by their
    role. `open` are the former values that an unfinished rotation left at these fields.
    """

    secret: Secret | None
    generator: str | None
    main: str
    beside: Mapping[str, str]
    open: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.main, *self.beside.values())


def secret_at(secrets: Sequence[Secret], pointer: str) -> Secret | None:
    """Return the secret that a pointer belongs to, or None."""
    for secret in secrets:
        around = f"{secret.pointer}/"
        if pointer == secret.pointer or pointer.startswith(around) or not secret.pointer:
            return secret
    return None


def plan_rotation(sealed: Sealed, pointer: str, secret: Secret | None, wishes: Wishes) -> Plan:
    """Say what a rotation would touch; raises `ChangeError` where that is not plain."""
    sops = sealed.sops
    check_pointer(sealed, pointer)
    rule = secret.rule if secret else None
    generator = wishes.generator or (_OF_TYPE.get(rule.type) if rule else None)
    if generator is None and (rule is None or rule.type != "certificate"):
        raise ChangeError(
            f"expected a type of secret for {sealed.path}#{pointer}, or --generator; found neither",
            hint="say under secrets.types in gitconfig.yaml what it is, or say here what to make:"
            f" {', '.join(GENERATORS)}",
        )
    if generator is None and _waits(sops, pointer):
        generator = "signed"  # Known without a key, so that its certificate is asked for.
    # Which of the others of a certificate it is, the present one must tell.
    like = generator or "self-signed"
    if sops.types[pointer] == "map":
        base, main = pointer, _main_field(sealed, pointer, like)
    else:
        base, main = pointer.rpartition("/")[0], pointer
    beside = {}
    for name in _BESIDE.get(like, ()):
        for spelt in (name, name + _SUFFIX):
            found = f"{base}/{spelt}"
            if found in sops.types and found != main and sops.types[base] == "map":
                beside[_ALIAS.get(name, name)] = found
    fields = (main, *beside.values())
    pairs = [(each, previous_pointer(each)) for each in fields]
    return Plan(
        secret,
        generator,
        main,
        beside,
        tuple(old for _, old in pairs if old is not None and old in sops.types),
    )


def generate(
    sealed: Sealed, plan: Plan, wishes: Wishes, plaintext: Any, now: datetime
) -> tuple[str, Generated]:
    """Make the new value; returns the generator that was used with it."""
    old = str(resolve_pointer(plaintext, plan.main))
    passphrase = _sibling(plaintext, plan.main, "passphrase") or ""
    certificate = _sibling(plaintext, plan.main, "certificate") or ""
    is_own = generators.is_self_signed(certificate)
    generator = plan.generator or ("self-signed" if is_own else "csr")
    algorithm = wishes.algorithm
    if generator == "password":
        return generator, generators.password(wishes.length, wishes.alphabet)
    if generator == "value":
        return generator, Generated({"value": _given(sealed, plan, wishes)})
    if generator == "age":
        return generator, generators.age_identity()
    if generator == "jwt":
        algorithm = algorithm or _jwt_algorithm(plan, plaintext, old, passphrase)
        return generator, generators.jwt_key(algorithm, passphrase)
    if generator == "signed":
        return generator, _signed(sealed, plan, wishes, plaintext, passphrase)
    algorithm = algorithm or generators.algorithm_of(old, passphrase)
    if generator == "ssh":
        comment = (_sibling(plaintext, plan.main, "public_key") or "").split(" ", 2)[2:]
        made = generators.ssh_key(algorithm or "ed25519", "".join(comment), passphrase)
        return generator, made
    algorithm = algorithm or "ecdsa-p256"
    if generator == "private-key":
        return generator, generators.private_key(algorithm, passphrase)
    names = wishes.names or generators.names_of(certificate)
    if generator == "csr":
        request = generators.signing_request(names, algorithm=algorithm, passphrase=passphrase)
        return generator, request
    if "certificate" not in plan.beside:
        raise ChangeError(
            f"expected a certificate beside {sealed.path}#{plan.main}, found none",
            hint="a self-signed certificate replaces both; name the mapping that holds them",
        )
    if _sibling(plaintext, plan.main, "chain"):
        raise ChangeError(
            f"expected no chain beside {sealed.path}#{plan.main} for a self-signed certificate,"
            " found one",
            hint="ask for a certificate with: --generator csr",
        )
    made = generators.self_signed(
        names, now=now, days=wishes.days, algorithm=algorithm, passphrase=passphrase
    )
    return generator, made


def check_open(sealed: Sealed, plan: Plan, wishes: Wishes) -> None:
    """Raise `ChangeError` where a rotation is open already; needs no key."""
    if plan.open and not wishes.drop_previous and plan.generator != "csr":
        raise ChangeError(
            f"expected no unfinished rotation at {sealed.path}#{plan.main}, found the former value"
            f" at {plan.open[0]}",
            hint=f"end it with: gitconfig-tool secrets finish '{sealed.path}#{plan.main}', or give"
            " --drop-previous to forget that value",
        )


def rotation_steps(
    sealed: Sealed,
    plan: Plan,
    generator: str,
    made: Generated,
    plaintext: Any,
    wishes: Wishes,
) -> tuple[Step, ...]:
    """Return the steps that put a new value in place, each former value beside it."""
    if generator == "csr":
        # The certificate for it does not exist yet: the present pair stays as it is.
        return (SetValue(tokens_of(plaintext, plan.main + NEXT), made.parts["private_key"]),)
    values = {plan.main: next(iter(made.parts.values()))}
    values |= {
        pointer: made.parts[role] for role, pointer in plan.beside.items() if role in made.parts
    }
    former: list[Step] = []
    new: list[Step] = []
    for pointer, value in values.items():
        old = resolve_pointer(plaintext, pointer)
        new.append(SetValue(tokens_of(plaintext, pointer), value))
        place = previous_pointer(pointer)
        if wishes.overlap and old not in (None, ""):
            parent = resolve_pointer(plaintext, pointer.rpartition("/")[0])
            if place is None or not isinstance(parent, dict):
                raise ChangeError(
                    f"expected a field of a mapping at {sealed.path}#{pointer}, found an item of a"
                    " list, which has no name for a former value",
                    hint="replace it at once with --no-overlap",
                )
            former.append(SetValue(tokens_of(plaintext, place), old))
        elif place in sealed.sops.types and place is not None:
            former.append(UnsetValue(tokens_of(plaintext, place)))
    if generator == "signed":
        new.append(UnsetValue(tokens_of(plaintext, plan.main + NEXT)))
    return (*former, *new)


def check_pointer(sealed: Sealed, pointer: str) -> None:
    """Raise `ChangeError` where nothing stands at a pointer."""
    if pointer in sealed.sops.types:
        return
    near = get_close_matches(pointer, [each for each in sealed.sops.types if each], n=1)
    raise ChangeError(
        f"expected a value at {sealed.path}#{pointer}, found none",
        hint=f"did you mean '{sealed.path}#{near[0]}'?"
        if near
        else f"make it with: gitconfig-tool secrets set '{sealed.path}#{pointer}'",
    )


def _main_field(sealed: Sealed, pointer: str, generator: str) -> str:
    types = sealed.sops.types
    for name in _MAIN_FIELD[generator]:
        if types.get(f"{pointer}/{name}", "map") not in ("map", "seq"):
            return f"{pointer}/{name}"
    depth = len(parse_pointer(pointer)) + 1
    olds = {previous_pointer(each) for each in types if each}
    sealed_here = [
        each
        for each in sealed.sops.encrypted
        if each.startswith(f"{pointer}/") and len(parse_pointer(each)) == depth and each not in olds
    ]
    if len(sealed_here) == 1 and generator in ("password", "value"):
        return sealed_here[0]
    raise ChangeError(
        f"expected one of {', '.join(_MAIN_FIELD[generator])} at {sealed.path}#{pointer}, found"
        " none of them",
        hint="name the field that is to be replaced: "
        + ", ".join(f"'{sealed.path}#{each}'" for each in sorted(sealed_here)[:3]),
    )


def _sibling(plaintext: Any, pointer: str, name: str) -> str | None:
    parent = resolve_pointer(plaintext, pointer.rpartition("/")[0])
    if not isinstance(parent, dict):
        return None
    found = parent.get(name, parent.get(name + _SUFFIX))
    return found if isinstance(found, str) else None


def _given(sealed: Sealed, plan: Plan, wishes: Wishes) -> str:
    if not wishes.value:
        raise ChangeError(
            f"expected the new value of {sealed.path}#{plan.main} on standard input, found nothing",
            hint="get it from its provider, then: gitconfig-tool secrets rotate"
            f" '{sealed.path}#{plan.main}' < FILE",
        )
    return wishes.value


def _waits(sops: SopsDocument, pointer: str) -> bool:
    """Tell whether a key waits for its certificate at a certificate or its key."""
    places = (pointer, *(f"{pointer}/{name}" for name in _MAIN_FIELD["signed"]))
    return any(place + NEXT in sops.types for place in places)


def _jwt_algorithm(plan: Plan, plaintext: Any, old: str, passphrase: str) -> str:
    rule = plan.secret.rule if plan.secret else None
    told = (rule.attributes.get("algorithm") if rule else None) or _sibling(
        plaintext, plan.main, "algorithm"
    )
    if told:
        return str(told)
    if parse_pointer(plan.main)[-1] == "secret":
        return "HS256"
    kind = generators.algorithm_of(old, passphrase)
    if kind is None:
        raise ChangeError(
            f"expected to know the algorithm of {plan.main}, found neither an attribute 'algorithm'"
            " of its rule nor a key of a known kind",
            hint="say it with --algorithm ES256",
        )
    return _JWT_OF_KEY[kind]


def _signed(
    sealed: Sealed, plan: Plan, wishes: Wishes, plaintext: Any, passphrase: str
) -> Generated:
    """Return the key that waits, with the certificate that came for it."""
    try:
        key = str(resolve_pointer(plaintext, plan.main + NEXT))
    except KeyError:
        raise ChangeError(
            f"expected a key that waits for its certificate at {sealed.path}#{plan.main}{NEXT},"
            " found none",
            hint="make it and the request for it with: --generator csr",
        ) from None
    text = _given(sealed, plan, wishes).strip() + "\n"
    if not generators.fits(text, key, passphrase):
        raise ChangeError(
            f"expected a certificate in PEM for the key at {sealed.path}#{plan.main}{NEXT}, found"
            " something else on standard input",
            hint="the authority's answer to the request that --generator csr printed belongs there",
        )
    first, *more = [f"{_BEGIN}{part}" for part in text.split(_BEGIN)[1:]]
    parts = {"private_key": key, "certificate": text}
    if "chain" in plan.beside and more:
        parts |= {"certificate": first, "chain": "".join(more)}
    return Generated(parts)
