"""Who opens a file, alone or together, and how people name a recipient."""

import pytest

from gitconfig_tool.secrets.readers import (
    Access,
    UnknownRecipientError,
    find_recipient,
    readers_of,
)

AGE = "age1knqauexk62ead2x6tkug6p2kljujz3eukefps8xl3zvxn0vg8fpqjrxefd"
FINGERPRINT = "FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4"


def test_one_group_needs_one_of_its_keys() -> None:
    access = Access((("age:a", "age:b"),), 1)

    assert [access.how(each) for each in ("age:a", "age:b", "age:c")] == ["alone", "alone", None]


def test_a_threshold_needs_keys_of_several_groups() -> None:
    access = Access((("age:a", "age:b"), ("age:b", "age:c"), ("age:d",)), 2)

    assert {each: access.how(each) for each in ("age:a", "age:b", "age:c", "age:d")} == {
        "age:a": "together",
        "age:b": "alone",
        "age:c": "together",
        "age:d": "together",
    }


def test_keys_that_together_open_a_file() -> None:
    access = Access((("age:a", f"pgp:{FINGERPRINT}"), ("age:b",)), 2)

    assert access.is_open_to(["age:a", "age:b"])
    assert access.is_open_to([f"pgp:{FINGERPRINT[-16:]}", "age:b"])
    assert not access.is_open_to(["age:a", f"pgp:{FINGERPRINT}"])
    assert not access.is_open_to([])


def test_who_reads_all_comes_first() -> None:
    found = readers_of(
        {
            "one": Access((("age:a", "age:z"),), 1),
            "two": Access((("age:z",),), 1),
            "three": Access((("age:z",), ("age:a",)), 2),
        }
    )

    assert [(each.recipient, each.alone, each.together) for each in found] == [
        ("age:z", ("one", "two"), ("three",)),
        ("age:a", ("one",), ("three",)),
    ]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("alice", f"age:{AGE}"),
        (AGE, f"age:{AGE}"),
        (AGE.upper(), f"age:{AGE}"),
        (f"age:{AGE}", f"age:{AGE}"),
        (FINGERPRINT.lower(), f"pgp:{FINGERPRINT}"),
        ("FBC7 B9E2 A4F9 289A C0C1  D484 3D16 CEE4 A273 81B4", f"pgp:{FINGERPRINT}"),
        ("0x3d16cee4a27381b4", "pgp:3D16CEE4A27381B4"),
        ("pgp:0xa27381b4", "pgp:A27381B4"),
        ("arn:aws:kms:eu-west-1:1:key/2", "kms:arn:aws:kms:eu-west-1:1:key/2"),
        ("gcp_kms:projects/p/x", "gcp_kms:projects/p/x"),
    ],
)
def test_every_way_to_name_a_recipient(text: str, recipient: str) -> None:
    assert find_recipient(text, {"alice": f"age:{AGE}"}) == recipient


def test_what_names_nobody_gets_a_suggestion() -> None:
    with pytest.raises(UnknownRecipientError, match="found 'alise'") as error:
        find_recipient("alise", {"alice": f"age:{AGE}"})

    assert error.value.hint == "did you mean 'alice'?"


@pytest.mark.parametrize(
    "text", [AGE[:20], f"{AGE[:20]}...", f"age:{AGE[:-1]}", f"{AGE}q", "age1xyz", "age1"]
)
def test_a_part_of_an_age_key_is_nobody(text: str) -> None:
    with pytest.raises(UnknownRecipientError, match="expected a whole age key") as error:
        find_recipient(text, {}, [f"age:{AGE}"])

    is_start = AGE.startswith(text.removeprefix("age:").rstrip("."))
    assert (error.value.hint == f"did you mean age:{AGE}?") is is_start


def test_keys_of_plugins_have_a_length_of_their_own() -> None:
    plugin = "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt"

    assert find_recipient(plugin, {}) == f"age:{plugin}"
