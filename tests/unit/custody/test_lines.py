"""Layout of dotenv and INI files: only the changed lines change. Ciphertext is made up."""

import pytest

from gitconfig_tool.custody.lines import keep_lines

INI = """; who: the platform team
[s]
pw=ENC[1]
user = ENC[2]

[sops]
version = 3.11.0
mac = ENC[m1]
"""


def ini(values: str, sops: str) -> str:
    return f"; who: the platform team\n[s]\n{values}\n[sops]\n{sops}"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (  # aligned anew, with another order in the block of sops
            ini("pw   = ENC[1]\nuser = ENC[3]\n", "mac     = ENC[m2]\nversion = 3.11.0\n"),
            INI.replace("ENC[2]", "ENC[3]").replace("m1", "m2"),
        ),
        (
            ini("pw   = ENC[1]\npw_2 = ENC[4]\nuser = ENC[2]\n", "mac=ENC[m2]\nversion=3.11.0\n"),
            INI.replace("pw=ENC[1]\n", "pw=ENC[1]\npw_2 = ENC[4]\n").replace("m1", "m2"),
        ),
        (
            ini("user = ENC[2]\n", "mac=ENC[m2]\nversion=3.11.0\n"),
            INI.replace("pw=ENC[1]\n", "").replace("m1", "m2"),
        ),
        # Another order of values has another MAC, and a new section has no place.
        (ini("user=ENC[2]\npw=ENC[1]\n", "mac=ENC[m2]\nversion=3.11.0\n"), None),
        (ini("pw=ENC[1]\nuser=ENC[2]\n[t]\na=ENC[5]\n", "mac=ENC[m]\nversion=3\n"), None),
        (ini("new=ENC[9]\npw=ENC[1]\nuser=ENC[2]\n", "mac=ENC[m]\nversion=3\n"), None),
        # A comment that came, went or was encrypted.
        (ini("pw=ENC[1]\n; more\nuser=ENC[2]\n", "mac=ENC[m]\nversion=3\n"), None),
        (ini("pw=ENC[1]\nuser=ENC[2]\n", "mac=ENC[m]\nversion=3\n")[25:], None),
        # A key twice.
        (ini("pw=ENC[1]\npw=ENC[1]\nuser=ENC[2]\n", "mac=ENC[m]\nversion=3\n"), None),
    ],
)
def test_ini(new: str, expected: str | None) -> None:
    kept = keep_lines(INI.encode(), new.encode(), "ini")

    assert (None if kept is None else kept.decode()) == expected


def test_dotenv() -> None:
    old = "#ENC[0]\nA=ENC[1]\n\nB=ENC[2]\nsops_mac=ENC[m1]\nsops_version=3\n"
    new = "#ENC[0]\nA=ENC[3]\nB=ENC[2]\nA_previous=ENC[1]\nsops_version=3\nsops_mac=ENC[m2]\n"

    assert keep_lines(old.encode(), new.encode(), "dotenv") == (
        b"#ENC[0]\nA=ENC[3]\n\nB=ENC[2]\nA_previous=ENC[1]\nsops_mac=ENC[m2]\nsops_version=3\n"
    )


def test_ends_of_lines_stay() -> None:
    old, new = b"A=ENC[1]\r\nB=ENC[2]\r\n", b"A=ENC[1]\nB=ENC[3]\n"

    assert keep_lines(old, new, "dotenv") == b"A=ENC[1]\r\nB=ENC[3]\r\n"
