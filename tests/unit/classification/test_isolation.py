"""Recipients that open the secrets of two tenants, however each file writes them."""

from dataclasses import replace

from gitconfig_tool.classification import SealedFile, check_isolation
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project import Dimension, DimensionValue, Isolation, RecipientRule
from tests.unit.secrets.test_recipients import sops

FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
SHORT = "89abcdef01234567"
VAULT_KEY = "azure_kv:https://v.example/k"
SPAN = Span("gitconfig.yaml")
TENANTS = {
    "tenant": Dimension(
        "tenant",
        {name: DimensionValue(name, None, False, {}, SPAN) for name in ("acme", "globex")},
    )
}


def _found(
    acme: str, globex: str, *, shared: tuple[str, ...] = (), require: tuple[str, ...] = ()
) -> list[str]:
    files = [
        SealedFile("tenant", name, sops(recipient, path=f"tenants/{name}/s.sops.yaml"))
        for name, recipient in (("acme", acme), ("globex", globex))
    ]
    rule = replace(RecipientRule("**", (), SPAN), require=require)
    isolation = Isolation(("tenant",), frozenset(shared))
    return [each.message for each in check_isolation(files, isolation, TENANTS, [rule])]


def test_one_key_that_two_files_write_in_two_ways() -> None:
    assert _found(f"pgp:{FINGERPRINT}", f"pgp:{SHORT}") == [
        "expected the recipients of tenant 'globex' to be its own, found pgp:89abcdef01234567, "
        "which opens secrets of 'acme' as well"
    ]
    assert len(_found(f"{VAULT_KEY}/v1", VAULT_KEY)) == 1


def test_keys_that_only_look_alike() -> None:
    assert _found(f"pgp:{FINGERPRINT}", f"pgp:{'F' * 32}01234567") == []
    assert _found(f"{VAULT_KEY}/v1", f"{VAULT_KEY}/v2") == []
    assert _found("age:age1acme", "age:age1globex") == []


def test_shared_and_required_keys_may_be_written_in_another_way() -> None:
    both = (f"pgp:{FINGERPRINT}", f"pgp:{FINGERPRINT}")

    assert len(_found(*both)) == 1
    assert _found(*both, shared=(f"pgp:{SHORT}",)) == []
    assert _found(*both, require=(f"pgp:{SHORT}",)) == []
