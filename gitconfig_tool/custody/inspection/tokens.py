"""What a token must look like: no placeholder, nothing around it, of its provider, not expired.

Takes a secret; yields findings.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from urllib.parse import unquote

from gitconfig_tool.custody.inspection.passwords import password_fault
from gitconfig_tool.custody.inspection.subject import PEM_BEGIN, Finding, Subject, Terms
from gitconfig_tool.secrets.types.attributes import PLACEHOLDER
from gitconfig_tool.secrets.types.providers import form_of, owner_of

# The whole of such a text stands for a value that somebody was to put in.
_WHOLE = re.compile(
    r"(?i)(?:todo|tbd|fixme|change[-_ ]?(?:me|it|this)!*|replace[-_ ]?(?:me|this)|redacted|masked"
    r"|placeholder|none|null|nil|undefined|unset|empty|n/?a|x{3,}|\*{3,}|\.{3,}|-{3,}|\?+"
    r"|<[^<>]*>|\[[^\[\]]*\]|\$\{[^{}]*\}|\{\{[^{}]*\}\}|%[^%]*%"
    r"|(?:your|my|insert|enter|put|add|the)[-_ ].{0,40}(?:here|key|token|secret|password)"
    r"|foo|bar|baz|foobar|asdf|lorem.*)"
)
# One of these words, set apart, is in no value that a program made.
_WORDS = re.compile(
    r"(?i)(?:^|[^a-z0-9])(?:demo|fake|dummy|example|sample|placeholder|changeme|change-?me|todo"
    r"|fixme|redacted|notreal|not-?a-?real|invalid|x{4,})(?:$|[^a-z0-9])"
)
# AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY of the AWS documentation.
_PUBLISHED = re.compile(r"EXAMPLE(?:KEY|TOKEN)?$")
# Values of these fields are chosen by people, so that whoever guesses may succeed.
_PASSWORDS = ("password", "passphrase")
_TOKENS = ("api_key", "key", "token", "access_token")
# Texts with parts, in which a name such as db.example says nothing of the secret.
_STRUCTURED = ("service_account_json", "url", "connection_string")
_LAST_SECOND = 253_402_300_799  # RFC 3339 ends with the year 9999.
_URL_BEGINS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://")


def inspect_placeholders(subject: Subject) -> Iterator[Finding]:
    """Look for texts that stand for a value, and hold the rule to it where it says so."""
    texts = {
        name: text
        for name, text in subject.secret_texts().items()
        if PEM_BEGIN not in text and name not in _STRUCTURED
    }
    texts |= dict(_passwords(subject))
    is_made = not subject.type.is_open
    found = [name for name, text in texts.items() if _is_placeholder(text, is_made=is_made)]
    if not subject.is_placeholder:
        for name in found:
            yield Finding(
                "GCT460",
                name,
                "a real value",
                "a placeholder",
                f"put the value in, or say that it is meant: {PLACEHOLDER}: true in its rule",
            )
    elif texts and not found:
        yield Finding(
            "GCT464",
            next(iter(texts)),
            "a placeholder, as its rule says",
            "what looks like a real value",
            f"take {PLACEHOLDER}: true out of the rule, so that the value is checked",
        )


def is_placeholder(text: str) -> bool:
    """Tell whether a text stands for a value that somebody was to put in."""
    return _is_placeholder(text, is_made=True)


def _is_placeholder(text: str, *, is_made: bool) -> bool:
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return True
    # Of a generic value nobody knows whether a program made it.
    return is_made and bool(_WORDS.search(text) or _PUBLISHED.search(text))


def inspect_space(subject: Subject) -> Iterator[Finding]:
    """Look for white space around a value that is one word."""
    if subject.type.is_open:
        return  # It may be any text, such as a file with its last line break.
    for name, text in subject.secret_texts().items():
        # A PEM text ends with a line break (RFC 7468, section 3), and a passphrase may have spaces.
        if PEM_BEGIN in text or name in ("service_account_json", "passphrase"):
            continue
        if text != text.strip() or re.search(r"[\r\n\x00]", text):
            where = "around" if text != text.strip() else "within"
            yield Finding(
                "GCT461",
                name,
                "a value without white space around it",
                f"a space or a line break {where} it",
                "put it in without: programs send it along, and the other side refuses it",
            )


def inspect_provider(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look whether a key has the form that its provider gives to keys."""
    provider = subject.known("provider")
    form = form_of(provider) if isinstance(provider, str) else None
    if form is None or subject.is_placeholder:
        return
    for name in _TOKENS:
        text = subject.text(name)
        if text is None or form.pattern.fullmatch(text.strip()) or is_placeholder(text):
            continue
        owner = owner_of(text.strip())
        yield Finding(
            "GCT458",
            name,
            f"a key of {provider} ({form.words})",
            f"one of the form of {owner}" if owner else "one of another form",
            "put in the key of this provider, whole, or correct the provider",
        )


def inspect_password(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look whether passwords are too easily guessed, also one within an address."""
    if subject.is_placeholder:
        return
    for name, text in _passwords(subject):
        fault = None if is_placeholder(text) else password_fault(text)
        if fault is not None:
            yield Finding(
                "GCT459",
                name,
                *fault,
                "have one made: openssl rand -base64 24",
            )


def _passwords(subject: Subject) -> Iterator[tuple[str, str]]:
    for name in _PASSWORDS:
        text = subject.text(name)
        if text is not None:
            yield name, text.strip()
    url = subject.text("url") or ""
    if _URL_BEGINS.match(url):
        # RFC 3986, section 3.2: the authority ends at the first of these.
        authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
        found = authority.rpartition("@")[0].partition(":")[2]
        if found:
            yield "url", unquote(found)


def inspect_expiry(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at the day or the time at which a secret stops working, where it is said."""
    for name in ("expires_on", "expires_at"):
        value = subject.known(name)
        end = _end(value)
        if end is None:
            continue
        if end <= terms.as_of:
            yield Finding(
                "GCT448",
                name,
                f"a secret that works on {terms.day}",
                f"that it ended on {end.date()}",
                "replace it; correct the date if it still works",
            )
        elif end < terms.as_of + terms.soon and not _is_short_lived(subject):
            yield Finding(
                "GCT449",
                name,
                f"a secret that works for {terms.soon.days} days after {terms.day}",
                f"that it ends on {end.date()}",
                "replace it while this one works",
            )


def _is_short_lived(subject: Subject) -> bool:
    """Tell whether a secret is made anew each day: that it ends soon is no news then."""
    return bool(subject.text("refresh_token") or subject.text("session_token"))


def _end(value: object) -> datetime | None:
    """Return when a secret ends; None for what is no time, which the schema reports."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC) if 0 <= value <= _LAST_SECOND else None
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2027-01-31"):
            # The day itself still counts.
            return datetime.combine(date.fromisoformat(value), time.max, UTC)
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
