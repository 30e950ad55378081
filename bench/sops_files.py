"""Generated SOPS files and what can be done to them: all that decryption in Python must agree on.

Seeded. Writes plaintext of every kind that sops takes, and damages ciphertext in the ways that a
person, a merge or an attacker would. Every value is plainly no credential.
"""

import json
import random
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SCALARS = (
    "0x1F", "0o17", "017", "0b11", "1e3", "1_000", "-0", "+5", "0", "42", "-7", "9007199254740991",
    "9007199254740993", "123456789012345678", "1.5", "-2.50", "100.0", "0.1", "1e-7", "1e300",
    "0.0000001", "123456789.123456789", "-0.0", ".5", "5.", "1.7976931348623157e308", "1e21",
    "123456789012345680000.0", "true", "False", "TRUE", "yes", "no", "on", "off", "y", "~", "null",
    "Null", "", '""', "''", "2024-01-01", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00.5+02:00",
    "2001-12-14 21:59:43.10 -5", "12:30:00", "10.0.0.1", "1.2.3", "5m", "1/2", "<b>&amp;", "=",
    "plain text", "'single ''quoted'' text'", '"double \\"quoted\\" \\u00e9\\n text"', "ünïcode ☃",
    '"\\u2028 \\x00 \\x7f"', "a:b", "ENCRYPTED", "'ENC[x]'", "'123'", '"true"', "'2024-01-01'",
    '"🎉 emoji"', "-", ".", "..", "e5", "0x", "0xZZ", "1__0", "_1", "+.e", "nul", "Infinity",
)  # fmt: skip
_RARE_SCALARS = (".inf", "-.inf", ".nan", "12345678901234567890", "!!str 5", "!!binary aGk=", "[]")
_KEYS = (
    "a", "b", "password", "api_key", "port", "x_unencrypted", "y_enc", "host name", "user.name",
    "a:b", "ünï", "ENC", "list", "true_", "key-with-dash", "Z9", "PASSWORD", "nested", "null_", "k",
)  # fmt: skip
_ODD_KEYS = ("1", "true", "null", "1.5", "2024-01-01", "n", "yes", "'1'", '"quoted key"', "0x1F")
_RULES: tuple[Mapping[str, str], ...] = (
    {},
    {},
    {"unencrypted_suffix": "_unencrypted"},
    {"encrypted_suffix": "_enc"},
    {"encrypted_regex": "^(password|api_key|y_enc|list)$"},
    {"unencrypted_regex": "^(port|host name|nested)$"},
    {"encrypted_regex": "(?i)pass|[a-c]$"},
    {"unencrypted_regex": r"^\w+_unencrypted$|^\d"},
    {"encrypted_regex": "^[[:alpha:]]+$"},
    {"encrypted_comment_regex": "secret"},
    {"unencrypted_comment_regex": "plain"},
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A file before its encryption: `rule` holds what a creation rule of .sops.yaml says."""

    format: str
    data: bytes
    rule: Mapping[str, str | bool]


def encrypt(plain: Plain, recipient: str, sops: Path, folder: Path) -> bytes | None:
    """Encrypt a file with sops to an age recipient; None where sops refuses such a file."""
    rule = {"age": recipient, **plain.rule}
    config = folder / f"{abs(hash(tuple(rule.items())))}.yaml"
    if not config.exists():
        config.write_text(json.dumps({"creation_rules": [rule]}))
    command = [str(sops), "--config", str(config), "encrypt", "--input-type", plain.format]
    command += ["--output-type", plain.format, "--filename-override", f"file.{plain.format}"]
    done = subprocess.run(command, input=plain.data, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def generate(seed: int) -> Plain:
    """Return the plaintext file of this number."""
    chance = random.Random(seed)
    format = chance.choice(("yaml",) * 6 + ("json",) * 3 + ("dotenv", "ini", "binary"))
    rule: dict[str, str | bool] = dict(chance.choice(_RULES)) if format != "binary" else {}
    if chance.random() < 0.2:
        rule["mac_only_encrypted"] = True
    text = _WRITERS[format](chance)
    return Plain(format, text.encode("utf-8", "surrogatepass"), rule)


def _yaml(chance: random.Random) -> str:
    text = "# head\n" if chance.random() < 0.3 else ""
    text += _mapping(chance, 0, 0) or "a: b\n"
    if chance.random() < 0.04:
        text += "---\n" + (_mapping(chance, 0, 0) or "c: d\n")
    if chance.random() < 0.04:
        text = "base: &base\n  one: 1\nuse: *base\nmerged:\n  <<: *base\n" + text
    if chance.random() < 0.04:
        text = text.replace("\n", "\r\n")
    if chance.random() < 0.02:
        text = "\ufeff" + text
    return text


def _mapping(chance: random.Random, indent: int, depth: int) -> str:
    odd = chance.random() < 0.03
    names = chance.sample((*_KEYS, *_ODD_KEYS) if odd else _KEYS, chance.randint(1, 6))
    space, text = "  " * indent, ""
    for name in names:
        if chance.random() < 0.15:
            text += f"{space}# {chance.choice(('a secret', 'plain words', 'ENC[x]', ''))}\n"
        name = f'"{name}"' if ":" in name and '"' not in name else name
        kind = chance.random()
        if kind < 0.15 and depth < 4:
            text += f"{space}{name}:\n{_mapping(chance, indent + 1, depth + 1)}"
        elif kind < 0.3 and depth < 4:
            text += f"{space}{name}:\n{_sequence(chance, indent + 1, depth + 1)}"
        elif kind < 0.34:
            text += (
                f"{space}{name}: {chance.choice(('[]', '{}', '[1, [two], {x: 3}]', '{p: q}'))}\n"
            )
        elif kind < 0.4:
            style = chance.choice(("|", "|-", ">", "|+", ">-"))
            text += f"{space}{name}: {style}\n{space}  line one\n\n{space}  line two\n"
        else:
            tail = "  # beside" if chance.random() < 0.08 else ""
            text += f"{space}{name}: {_scalar(chance)}{tail}\n"
    return text


def _sequence(chance: random.Random, indent: int, depth: int) -> str:
    space, text = "  " * indent, ""
    for _ in range(chance.randint(1, 4)):
        if chance.random() < 0.1:
            text += f"{space}# item\n"
        kind = chance.random()
        if kind < 0.15 and depth < 4:
            text += f"{space}-\n{_mapping(chance, indent + 1, depth + 1)}"
        elif kind < 0.25 and depth < 4:
            text += f"{space}-\n{_sequence(chance, indent + 1, depth + 1)}"
        else:
            text += f"{space}- {_scalar(chance)}\n"
    return text


def _scalar(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.01:
        return chance.choice(_RARE_SCALARS)
    if kind < 0.2:
        return str(chance.randint(-(10**6), 10**6))
    if kind < 0.3:
        return repr(chance.uniform(-1, 1) * 10 ** chance.randint(-12, 24))
    if kind < 0.45:
        return json.dumps("".join(chance.choices("abc äß☃\n\t\"'#:{}[]&*!|>%@`", k=12)))
    return chance.choice(_SCALARS)


def _json(chance: random.Random) -> str:
    def value(depth: int) -> object:
        kind = chance.random()
        if kind < 0.15 and depth < 4:
            return {key: value(depth + 1) for key in chance.sample(_KEYS, chance.randint(0, 4))}
        if kind < 0.3 and depth < 4:
            return [value(depth + 1) for _ in range(chance.randint(0, 4))]
        return chance.choice(
            (
                None, True, False, 0, -0.0, 1, 1.5, 2**53 - 1, 2**53 + 1, 10**20, 10**22, 1e-7,
                1e300, "", "text", "ü\n\t\u2028", "ENC[x]", "<&>", "5", chance.uniform(-1e6, 1e6),
            )
        )  # fmt: skip

    root = {key: value(0) for key in chance.sample(_KEYS, chance.randint(1, 7))}
    text = json.dumps(root, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1)))
    return text if chance.random() > 0.03 else text.replace('"a"', '"b"')


def _dotenv(chance: random.Random) -> str:
    lines = ["# comment"] if chance.random() < 0.4 else []
    for name in chance.sample(("A", "B_enc", "password", "PORT", "x_unencrypted"), 3):
        value = chance.choice(("1", "two words", "", "a=b", '"q"', "ü", "a#b"))
        lines.append(f"{name}={value}")
    return "\n".join(lines) + "\n"


def _ini(chance: random.Random) -> str:
    text = "top = 1\n" if chance.random() < 0.5 else ""
    for section in chance.sample(("one", "two", "three"), 2):
        text += f"[{section}]\n; words\npassword = {chance.randint(0, 9)}\nport = a b\n"
    return text


def _binary(chance: random.Random) -> str:
    return "".join(chance.choices('abc\n\t☃\x00"{}', k=chance.randint(1, 60)))


_WRITERS: dict[str, Callable[[random.Random], str]] = {
    "yaml": _yaml,
    "json": _json,
    "dotenv": _dotenv,
    "ini": _ini,
    "binary": _binary,
}


# --- damage ---

_VALUE = re.compile(r"ENC\[AES256_GCM,data:[^\]]*\]")


def damage(data: bytes, seed: int) -> tuple[str, bytes]:
    """Change an encrypted file in one of many ways; return the name of the way and the file."""
    chance = random.Random(seed)
    name = chance.choice(sorted(_WAYS))
    return name, _WAYS[name](data.decode("utf-8", "replace"), chance).encode()


def _flip(part: str) -> Callable[[str, random.Random], str]:
    pattern = re.compile(rf"(?<={part}:)[A-Za-z0-9+/]")

    def change(text: str, chance: random.Random) -> str:
        places = [match.start() for match in pattern.finditer(text)]
        if not places:
            return text
        at = chance.choice(places)
        return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]

    return change


def _flip_mac(text: str, chance: random.Random) -> str:
    return re.sub(r"(mac\"?\s*[:=]\s*\"?ENC\[AES256_GCM,data:)(.)", r"\1+", text)


def _swap_values(text: str, chance: random.Random) -> str:
    found = list(_VALUE.finditer(text))
    if len(found) < 2:
        return text
    one, two = sorted(chance.sample(found, 2), key=lambda match: match.start())
    middle = text[one.end() : two.start()]
    return text[: one.start()] + two[0] + middle + one[0] + text[two.end() :]


def _lines(change: Callable[[list[str], int, random.Random], None]) -> Callable[..., str]:
    def apply(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        end = next((i for i, line in enumerate(lines) if re.match(r'\s*"?\[?sops', line)), 1)
        if chance.random() < 0.15:
            end = len(lines) - 1
        change(lines, chance.randrange(max(end, 1)), chance)
        return "\n".join(lines)

    return apply


def _move(lines: list[str], at: int, chance: random.Random) -> None:
    line = lines.pop(at)
    lines.insert(chance.randrange(max(at, 1)), line)


def _comment_out(lines: list[str], at: int, chance: random.Random) -> None:
    value = _VALUE.search(lines[at])
    space = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines[at] = f"{space}#{value[0]}" if value else f"#{lines[at]}"


def _comment_copy(lines: list[str], at: int, chance: random.Random) -> None:
    value = _VALUE.search(lines[at])
    space = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    lines.insert(at, f"{space}#{value[0] if value else 'ENC[x]'}")


def _insert(*texts: str) -> Callable[..., str]:
    def change(lines: list[str], at: int, chance: random.Random) -> None:
        space = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, space + chance.choice(texts))

    return _lines(change)


def _sub(pattern: str, *replacements: str, count: int = 1) -> Callable[[str, random.Random], str]:
    def change(text: str, chance: random.Random) -> str:
        found = list(re.finditer(pattern, text))
        if not found:
            return text
        match = chance.choice(found)
        return (
            text[: match.start()] + match.expand(chance.choice(replacements)) + text[match.end() :]
        )

    return change


_WAYS: dict[str, Callable[..., str]] = {
    "nothing": lambda text, chance: text,
    "flip a byte of data": _flip("data"),
    "flip a byte of an IV": _flip("iv"),
    "flip a byte of a tag": _flip("tag"),
    "flip a byte of the MAC": _flip_mac,
    "swap two values": _swap_values,
    "swap two values again": _swap_values,
    "rename a key": _sub(r"(?m)^(\s*\"?)([A-Za-z_]+)(\"?: )", r"\1\2x\3", r"\1q\3", r"\g<1>1\3"),
    "drop a line": _lines(lambda lines, at, chance: lines.__delitem__(at)),
    "repeat a line": _lines(lambda lines, at, chance: lines.insert(at, lines[at])),
    "move a line": _lines(_move),
    "comment a line out": _lines(_comment_out),
    "copy a value into a comment": _lines(_comment_copy),
    "change lastmodified": _sub(
        r"(20\d\d-\d\d-\d\dT\d\d:\d\d:)(\d\d)Z", r"\g<1>59Z", r"\1\2.5Z", r"\1\2+00:00", r"\1\2",
        r"\1\2.000Z", r"\1\2z", r"2023-02-30T00:00:00Z",
    ),
    "change a type": _sub(
        r"type:\w+\]", "type:str]", "type:int]", "type:float]", "type:bool]", "type:comment]",
        "type:bytes]", "type:time]", "type:int64]", "type:x]",
    ),
    "append to a value": _sub(r"(ENC\[[^\]]+\])", r"\1x", r"\1]", r" \1", r"\1,type:str]"),
    "insert something": _insert(
        "new: null", "new: ~", 'new: ""', "new: []", "new: {}", "new: 5", "new: text",
        "# a comment",
        "new_unencrypted: 5", "new_enc: 5", "- 5", "- null", "<<: {a: 1}", "new: &x 5", "new: *x",
        "1: null", "true: null", '"new": null,', '"new": "",', '"Sops": null,', '"new": [],', "---",
        "new: !!str", "new: .inf", "? new", "\tnew: null", "#ENC[AES256_GCM,data:x,type:str]", "}",
        "%YAML 1.2", "...", "port: 0x10", "new: '\x85'", "sops: null", "a: null",
    ),
    "cut the file": lambda text, chance: text[: chance.randrange(len(text) + 1)],
    "cut a value": _sub(r"(ENC\[AES256_GCM,data:)[^,]+", r"\1"),
    "empty a value": _sub(r"ENC\[[^\]]+\]", "", '""', "null", "5", "[]"),
    "change the block": _sub(
        r"(?m)^(\s+)(\"?)(unencrypted_suffix|encrypted_suffix|encrypted_regex|unencrypted_regex"
        r"|mac_only_encrypted)(\"?: ).*$",
        "", r"\1\2mac_only_encrypted\4true", r"\1\2mac_only_encrypted\4false",
        r"\1\2unencrypted_suffix\4x", r"\1\2encrypted_regex\4.*", r"\1\2encrypted_regex\4a++",
    ),
    "add to the block": _sub(
        r"(?m)^(\s+)version: .*$", r"\1version: 3.9", r"\g<0>\n\1mac_only_encrypted: true",
        r"\g<0>\n\1encrypted_suffix: x", r"\g<0>\n\1unknown: x", r"\g<0>\n\1shamir_threshold: 1",
        r"\g<0>\n\1pgp: []", r"\g<0>\n\1pgp: null", r"\g<0>\n\1key_groups: []", r"\g<0>\n\1kms: 5",
        r"\g<0>\n\1pgp:\n\1    - fp: x\n\1      enc: y", r"\g<0>\n\1mac: ''", r"\1mac: ''", "",
    ),
    "spoil the data key": _sub(r"(?m)^(\s*)([A-Za-z0-9+/]{60})", r"\1A\2", r"\1B", r"\1 \2"),
    "end lines as Windows does": lambda text, chance: text.replace("\n", "\r\n"),
    "begin with a mark": lambda text, chance: "\ufeff" + text,
}  # fmt: skip
