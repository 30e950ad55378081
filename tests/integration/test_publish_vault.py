"""Publishing into a real OpenBao: what is written, what is not, and how each failure ends."""

import http.client
import http.server
import json
import threading
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from gitconfig_tool.artifact import PackedDocument, namespace_layer, pack_bundle
from gitconfig_tool.cli import fetch_main
from gitconfig_tool.cli import publish as publish_command
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.fetch import (
    Delivery,
    DeliveryReport,
    open_vault,
    prepare_delivery,
)
from gitconfig_tool.fetch.vault_client import VaultError
from gitconfig_tool.sops import DecryptionError
from gitconfig_tool.stores import LayoutStore
from gitconfig_tool.trust import verify_bundle
from tests.bundles import (
    COMMIT,
    DELIVERED,
    AgeKey,
    Keys,
    age_key,
    annotations,
    secret_bundle,
    signed_layout,
    signing_keys,
)
from tests.integration.conftest import ROOT_TOKEN, Bao, free_port

SECRETS = ("fake-database-password", "fake-api-key-0001", ROOT_TOKEN)


@dataclass(frozen=True, slots=True)
class Published:
    """A signed layout with secrets, and its keys."""

    layout: Path
    keys: Keys
    age: AgeKey

    def delivery(self) -> Delivery:
        verified = verify_bundle(LayoutStore(self.layout), "production", self.keys.verifier)
        return prepare_delivery(verified, self.age.environment)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("source")
    age, keys = age_key(), signing_keys(folder / "release.key")
    layout = signed_layout(folder / "layout", {"production": secret_bundle(age)}, keys.signer)
    return Published(layout, keys, age)


@pytest.fixture
def delivery(source: Published) -> Delivery:
    return source.delivery()


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAULT_TOKEN", ROOT_TOKEN)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def path() -> str:
    """Return a path in the KV 2 engine that no other test uses."""
    return f"acme-{uuid.uuid4().hex[:12]}"


def _publish(target: str, delivery: Delivery) -> DeliveryReport:
    return open_vault(target).deliver(delivery)


def _refused(target: str, delivery: Delivery) -> VaultError:
    with pytest.raises(VaultError) as caught:
        _publish(target, delivery)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    for secret in SECRETS:
        assert secret not in shown
    assert caught.value.hint
    return caught.value


# --- a server in front of the server ---


@dataclass(slots=True)
class Front:
    """What the proxy does, and what it saw."""

    server: str
    upstream: str
    cut_writes_after: int | None = None
    lose_answer: bool = False
    redirect_to: str = ""
    answer: bytes = b""
    hang: threading.Event | None = None
    before_write: Any = None
    seen: list[tuple[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        """The paths that were written to."""
        return [path for method, path in self.seen if method in ("POST", "PUT")]


@contextmanager
def front(upstream: str) -> Iterator[Front]:
    """Run an HTTP proxy on loopback that can cut, redirect, hang and count."""
    state = Front("", upstream)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            is_write = self.command in ("POST", "PUT")
            if state.hang is not None:
                state.hang.wait(20)
                self.close_connection = True
                return
            if state.redirect_to:
                self.send_response(307)
                self.send_header("Location", state.redirect_to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if state.answer:
                self.send_response(200)
                self.send_header("Content-Length", str(len(state.answer)))
                self.end_headers()
                self.wfile.write(state.answer)
                return
            cut = (
                is_write
                and state.cut_writes_after is not None
                and len(state.writes) >= state.cut_writes_after
            )
            if cut and not state.lose_answer:
                self.close_connection = True
                return
            if is_write and state.before_write is not None:
                act, state.before_write = state.before_write, None
                act(self.path)
            self.relay(body, answer=not cut)

        def relay(self, body: bytes, *, answer: bool) -> None:
            connection = http.client.HTTPConnection(urlsplit(state.upstream).netloc, timeout=20)
            try:
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                connection.request(self.command, self.path, body or None, headers)
                response = connection.getresponse()
                data = response.read()
                state.seen.append((self.command, self.path))
                state.authorizations += self.headers.get_all("Authorization") or []
                if not answer:
                    self.close_connection = True
                    return
                self.send_response(response.status)
                self.send_header("Content-Type", response.headers["Content-Type"] or "")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            finally:
                connection.close()

    for method in ("GET", "POST", "PUT", "LIST"):
        setattr(Handler, f"do_{method}", Handler.forward)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        state.server = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield state
        finally:
            if state.hang is not None:
                state.hang.set()
            server.shutdown()
            thread.join()


# --- the main job ---


def test_everything_is_written_and_read_back(bao: Bao, delivery: Delivery, path: str) -> None:
    report = _publish(bao.target(f"secret/{path}"), delivery)

    assert report.written == tuple(sorted(DELIVERED))
    assert report.record_written
    for name, value in DELIVERED.items():
        assert bao.read(f"secret/data/{path}/production/{name}") == value
    assert bao.read(f"secret/data/{path}/production/.bundle") == {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "BundleRecord",
        "bundle": "production",
        "digest": delivery.digest,
        "revision": COMMIT,
        "version": "1.4.0",
        "entries": sorted(DELIVERED),
        "leftBehind": [],
    }


def test_the_second_publish_writes_nothing(bao: Bao, delivery: Delivery, path: str) -> None:
    """Counted by the versions of every entry, and by the requests that pass the proxy."""
    with front(bao.server) as proxy:
        _publish(f"vault+{proxy.server}/secret/{path}", delivery)
        assert len(proxy.writes) == len(DELIVERED) + 1
        assert proxy.writes[-1].endswith("/.bundle")
        versions = bao.versions("secret", f"{path}/")
        assert set(versions.values()) == {1}
        proxy.seen.clear()
        report = _publish(f"vault+{proxy.server}/secret/{path}", delivery)

        assert proxy.writes == []
    assert bao.versions("secret", f"{path}/") == versions
    assert report.written == ()
    assert not report.record_written
    assert report.unchanged == tuple(sorted(DELIVERED))


def test_only_what_changed_is_written(bao: Bao, delivery: Delivery, path: str) -> None:
    _publish(bao.target(f"secret/{path}"), delivery)
    changed = {**delivery.entries, "billing": {"currency": "CHF"}}
    report = _publish(
        bao.target(f"secret/{path}"), replace(delivery, entries=changed, digest="sha256:1")
    )

    assert report.written == ("billing",)
    assert report.record_written
    versions = bao.versions("secret", f"{path}/")
    assert {name for name, version in versions.items() if version == 2} == {
        f"{path}/production/billing",
        f"{path}/production/.bundle",
    }


def test_what_the_bundle_no_longer_has_is_left_and_reported(
    bao: Bao, delivery: Delivery, path: str
) -> None:
    target = bao.target(f"secret/{path}")
    _publish(target, delivery)
    fewer = replace(delivery, entries={"billing": delivery.entries["billing"]})
    gone = ("ml-service/inference/model", "prompts/support/1.2.0")
    for _ in range(2):
        assert _publish(target, fewer).left_behind == gone
    assert bao.read(f"secret/data/{path}/production/{gone[0]}") == DELIVERED[gone[0]]
    bao.request("DELETE", f"secret/metadata/{path}/production/{gone[0]}")

    assert _publish(target, fewer).left_behind == gone[1:]


def test_deleted_entries_come_back(bao: Bao, delivery: Delivery, path: str) -> None:
    """A deleted version and a destroyed one still count for check-and-set."""
    target = bao.target(f"secret/{path}")
    _publish(target, delivery)
    bao.request("DELETE", f"secret/data/{path}/production/billing")
    name = "ml-service/inference/model"
    bao.request("PUT", f"secret/destroy/{path}/production/{name}", {"versions": [1]})
    report = _publish(target, delivery)

    assert report.written == ("billing", name)
    assert bao.read(f"secret/data/{path}/production/{name}") == DELIVERED[name]
    assert bao.versions("secret", f"{path}/")[f"{path}/production/billing"] == 2


def test_check_and_set_may_be_demanded_by_the_server(
    bao: Bao, delivery: Delivery, path: str
) -> None:
    bao.request("POST", f"secret/metadata/{path}/production/billing", {"cas_required": True})

    assert "billing" in _publish(bao.target(f"secret/{path}"), delivery).written


def test_a_mount_of_several_parts(bao: Bao, delivery: Delivery, path: str) -> None:
    _publish(bao.target(f"team/kv/{path}"), delivery)

    assert bao.read(f"team/kv/data/{path}/production/billing") == DELIVERED["billing"]


def test_a_mount_alone(bao: Bao, delivery: Delivery) -> None:
    names = ("dokument ü", "a?b", "c#d", "e%2Ff", "g+h")
    odd = replace(delivery, bundle="straße/größe x", entries={name: {"n": name} for name in names})
    _publish(bao.target("team/kv"), odd)

    assert _publish(bao.target("team/kv"), odd).unchanged == tuple(sorted(names))
    assert bao.versions("team/kv", "straße/") == {
        f"straße/größe x/{name}": 1 for name in (*names, ".bundle")
    }


def test_numbers_survive(bao: Bao, delivery: Delivery, path: str) -> None:
    values = {"n": {"a": 1, "b": 1.0, "c": 1e21, "d": 0.1, "e": 2**53 - 1, "f": -0.0, "g": 1e-7}}
    target = bao.target(f"secret/{path}")
    _publish(target, replace(delivery, entries=values))

    assert _publish(target, replace(delivery, entries=values)).written == ()


def test_a_value_of_another_type_is_a_change(bao: Bao, delivery: Delivery, path: str) -> None:
    target = bao.target(f"secret/{path}")
    _publish(target, replace(delivery, entries={"n": {"x": True}}))

    assert _publish(target, replace(delivery, entries={"n": {"x": 1}})).written == ("n",)


# --- failures ---


def test_a_wrong_token(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "fake-wrong-token")
    error = _refused(bao.target(f"secret/{path}"), delivery)

    assert "to accept the token, found that it does not" in error.message
    assert "0 of 3 entries were written" in error.message
    assert "VAULT_TOKEN" in error.hint
    assert "fake-wrong-token" not in f"{error.message}{error.hint}"
    assert bao.versions("secret", f"{path}/") == {}


def _limited_token(bao: Bao, rules: str) -> str:
    name = f"limited-{uuid.uuid4().hex[:8]}"
    bao.request("PUT", f"sys/policies/acl/{name}", {"policy": rules})
    made = bao.request("POST", "auth/token/create", {"policies": [name], "ttl": "5m"})
    return str(made["auth"]["client_token"])


def test_a_token_that_may_not_write(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = f'path "secret/data/{path}/*" {{ capabilities = ["read"] }}'
    monkeypatch.setenv("VAULT_TOKEN", _limited_token(bao, rules))
    error = _refused(bao.target(f"secret/{path}"), delivery)

    assert f"to be allowed to write secret/{path}/production/billing" in error.message
    assert "policy with create, update and read on secret/data/" in error.hint


def test_a_token_that_may_not_read(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = f'path "secret/data/{path}/other" {{ capabilities = ["read"] }}'
    monkeypatch.setenv("VAULT_TOKEN", _limited_token(bao, rules))
    error = _refused(bao.target(f"secret/{path}"), delivery)

    assert f"to be allowed to read secret/{path}/production/.bundle" in error.message


def test_the_policy_that_the_hint_names_is_enough(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = f'path "secret/data/{path}/*" {{ capabilities = ["create", "update", "read"] }}'
    monkeypatch.setenv("VAULT_TOKEN", _limited_token(bao, rules))

    assert len(_publish(bao.target(f"secret/{path}"), delivery).written) == len(DELIVERED)


def test_an_engine_of_version_1(bao: Bao, delivery: Delivery) -> None:
    error = _refused(bao.target("old/acme"), delivery)

    assert "expected a KV version 2 engine at old/, found KV version 1" in error.message
    assert "bao kv enable-versioning old" in error.hint


def test_an_engine_of_another_kind(bao: Bao, delivery: Delivery) -> None:
    assert "an engine of the type 'transit'" in _refused(bao.target("transit/x"), delivery).message


def test_no_such_mount(bao: Bao, delivery: Delivery) -> None:
    error = _refused(bao.target("nowhere/acme"), delivery)

    assert "expected a KV version 2 engine at nowhere/acme" in error.message
    assert "bao secrets enable -path=nowhere kv-v2" in error.hint


def test_a_sealed_server(
    sealable_bao: tuple[Bao, str], delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    bao, key = sealable_bao
    monkeypatch.setenv("VAULT_TOKEN", bao.token)
    bao.request("PUT", "sys/seal")
    error = _refused(bao.target("secret/acme"), delivery)

    assert "expected an unsealed server" in error.message
    assert "found it sealed" in error.message
    assert "bao operator unseal" in error.hint

    bao.unseal(key)
    assert len(_publish(bao.target("secret/acme"), delivery).written) == len(DELIVERED)


def test_a_server_that_is_sealed_midway(
    sealable_bao: tuple[Bao, str], delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    bao, key = sealable_bao
    monkeypatch.setenv("VAULT_TOKEN", bao.token)
    with front(bao.server) as proxy:
        proxy.before_write = lambda path: bao.request("PUT", "sys/seal")
        error = _refused(f"vault+{proxy.server}/secret/acme", delivery)
        assert "found it sealed; 0 of 3 entries were written" in error.message

        bao.unseal(key)
        assert len(_publish(f"vault+{proxy.server}/secret/acme", delivery).written) == 3


def test_nothing_listens(delivery: Delivery) -> None:
    error = _refused(f"vault+http://127.0.0.1:{free_port()}/secret/acme", delivery)

    assert "found that nothing listens there" in error.message


def test_an_unknown_host(delivery: Delivery) -> None:
    error = _refused("vault+http://no-such-host.invalid:8200/secret/acme", delivery)

    assert "expected a connection to http://no-such-host.invalid:8200" in error.message


@pytest.mark.parametrize("lose_answer", [False, True])
@pytest.mark.parametrize("writes", range(4))
def test_a_server_that_goes_away_midway(
    bao: Bao, delivery: Delivery, path: str, writes: int, lose_answer: bool
) -> None:
    """Before a write arrives, or after it has been done and before its answer arrives."""
    with front(bao.server) as proxy:
        target = f"vault+{proxy.server}/secret/{path}"
        proxy.cut_writes_after, proxy.lose_answer = writes, lose_answer
        error = _refused(target, delivery)
        assert "found that it was cut" in error.message
        assert f"{writes} of 3 entries were written" in error.message
        assert "publish again" in error.hint
        assert bao.read(f"secret/data/{path}/production/.bundle") is None or writes == 3

        proxy.cut_writes_after, proxy.lose_answer = None, False
        report = _publish(target, delivery)
    assert len(report.unchanged) == min(3, writes + (1 if lose_answer else 0))
    assert set(bao.versions("secret", f"{path}/").values()) == {1}
    assert _publish(bao.target(f"secret/{path}"), delivery).written == ()


def test_somebody_else_writes_in_between(bao: Bao, delivery: Delivery, path: str) -> None:
    target_path = f"secret/data/{path}/production/billing"
    with front(bao.server) as proxy:
        proxy.before_write = lambda _: bao.request("PUT", target_path, {"data": {"by": "another"}})
        error = _refused(f"vault+{proxy.server}/secret/{path}", delivery)

    assert f"expected version 0 of secret/{path}/production/billing" in error.message
    assert "somebody else wrote to it in between" in error.message
    assert bao.read(target_path) == {"by": "another"}
    assert "billing" in _publish(bao.target(f"secret/{path}"), delivery).written


def test_a_redirection_is_not_followed(bao: Bao, delivery: Delivery, path: str) -> None:
    """The token and the secrets are for the server that was named."""
    with front(bao.server) as elsewhere, front(bao.server) as proxy:
        proxy.redirect_to = elsewhere.server
        error = _refused(f"vault+{proxy.server}/secret/{path}", delivery)

        assert elsewhere.seen == []
    assert "a redirection to another address, which is not followed" in error.message


def test_a_server_that_does_not_answer(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_CLIENT_TIMEOUT", "200ms")
    with front(bao.server) as proxy:
        proxy.hang = threading.Event()
        error = _refused(f"vault+{proxy.server}/secret/{path}", delivery)

    assert "within 0.2 seconds, found none" in error.message
    assert "VAULT_CLIENT_TIMEOUT" in error.hint


@pytest.mark.parametrize("answer", [b"<html>hello</html>", b"[]", b'{"data": null}', b"{}"])
def test_a_server_of_another_kind(bao: Bao, delivery: Delivery, answer: bytes) -> None:
    with front(bao.server) as proxy:
        proxy.answer = answer
        error = _refused(f"vault+{proxy.server}/secret/x", delivery)

    assert "expected an answer of Vault or OpenBao" in error.message


def test_tls_with_a_server_that_has_none(bao: Bao, delivery: Delivery) -> None:
    target = bao.target("secret/x").replace("vault+http://", "vault+https://")

    assert "expected a TLS connection" in _refused(target, delivery).message


def test_tls_with_a_known_authority(
    tls_bao: tuple[Bao, Path], delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bao, certificate = tls_bao
    monkeypatch.setenv("VAULT_CACERT", str(certificate))
    target = bao.target(f"secret/{path}")

    assert len(_publish(target, delivery).written) == len(DELIVERED)
    assert _publish(target, delivery).written == ()


def test_tls_with_an_unknown_authority(
    tls_bao: tuple[Bao, Path], delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Neither is verification turned off by what Vault's own client would take as a wish.
    monkeypatch.setenv("VAULT_SKIP_VERIFY", "true")
    error = _refused(tls_bao[0].target("secret/x"), delivery)

    assert "expected a TLS connection" in error.message
    assert "VAULT_CACERT" in error.hint


def test_a_namespace(
    bao: Bao, delivery: Delivery, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bao.request("POST", f"sys/namespaces/{path}", {})
    bao.request("POST", f"{path}/sys/mounts/kv", {"type": "kv", "options": {"version": "2"}})
    monkeypatch.setenv("VAULT_NAMESPACE", path)
    _publish(bao.target("kv/acme"), delivery)

    assert bao.read(f"{path}/kv/data/acme/production/billing") == DELIVERED["billing"]


def test_a_password_in_netrc_is_not_sent(
    bao: Bao, delivery: Delivery, path: str, tmp_path: Path
) -> None:
    """requests would put it in place of other credentials."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login fake password fake-netrc\n")
    (tmp_path / ".netrc").chmod(0o600)
    with front(bao.server) as proxy:
        _publish(f"vault+{proxy.server}/secret/{path}", delivery)

        assert proxy.seen
        assert not proxy.authorizations


def test_an_entry_that_is_too_large(bao: Bao, delivery: Delivery, path: str) -> None:
    large = replace(delivery, entries={"large": {"x": "y" * (40 * 1024 * 1024)}})
    error = _refused(bao.target(f"secret/{path}"), large)

    assert "0 of 1 entries were written" in error.message


# --- the command ---


def _run(source: Published, *arguments: str, key: AgeKey | None = None) -> Any:
    settings = Settings(Path(), None, 1)
    return CliRunner(env=(key or source.age).environment).invoke(
        publish_command.command,
        [
            f"layout:{source.layout}",
            *arguments,
            "--trust",
            str(source.keys.public),
        ],
        obj=settings,
        standalone_mode=False,
    )


def test_the_command_publishes(bao: Bao, source: Published, path: str) -> None:
    target = bao.target(f"secret/{path}")
    done = _run(source, "production", "--to", target, "--format", "json")
    report = json.loads(done.stdout)

    assert report["kind"] == "PublishReport"
    assert report["target"] == target
    assert report["bundles"][0]["written"] == sorted(DELIVERED)
    assert "verified production" in done.stderr
    done = _run(source, "--to", target)
    assert done.stdout == f"production in {target}: 0 written, 3 unchanged\n"
    for secret in SECRETS:
        assert secret not in done.output


def test_failures_end_with_exit_code_4(
    bao: Bao,
    source: Published,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def end(server: str) -> int:
        target = f"vault+{server}/secret/{path}"
        arguments = ["publish", f"layout:{source.layout}", "--to", target]
        return run(fetch_main.group, [*arguments, "--trust", str(source.keys.public)])

    for name, value in source.age.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VAULT_TOKEN", "fake-wrong-token")
    assert end(bao.server) == 4
    assert "to accept the token" in capsys.readouterr().err
    monkeypatch.setenv("VAULT_TOKEN", ROOT_TOKEN)
    with front(bao.server) as proxy:
        proxy.cut_writes_after = 1
        assert end(proxy.server) == 4
    captured = capsys.readouterr()
    assert "1 of 3 entries were written" in captured.err
    assert "hint: check that the server runs" in captured.err
    assert end(bao.server) == 0
    captured = capsys.readouterr()
    assert "2 written, 1 unchanged" in captured.out
    assert captured.err == ""


def test_the_command_writes_nothing_when_one_bundle_is_refused(
    bao: Bao, source: Published, path: str
) -> None:
    done = _run(source, "production", "staging", "--to", bao.target(f"secret/{path}"))

    assert "expected the bundle 'staging'" in str(done.exception)
    assert bao.versions("secret", f"{path}/") == {}


def test_the_command_writes_nothing_without_the_key(bao: Bao, source: Published, path: str) -> None:
    done = _run(source, "--to", bao.target(f"secret/{path}"), key=age_key())

    assert isinstance(done.exception, DecryptionError)
    assert bao.versions("secret", f"{path}/") == {}


def test_the_command_tells_what_it_left(
    bao: Bao, source: Published, path: str, tmp_path: Path
) -> None:
    target = bao.target(f"secret/{path}")
    _run(source, "--to", target)
    smaller = pack_bundle(
        [namespace_layer("", {"billing": PackedDocument(DELIVERED["billing"])})],
        annotations("production"),
    )
    layout = signed_layout(tmp_path / "layout", {"production": smaller}, source.keys.signer)
    done = _run(replace(source, layout=layout), "--to", target)

    assert "left   production/ml-service/inference/model" in done.stdout
