"""The few requests that a delivery makes to Vault or OpenBao, and how they fail.

The only module that knows hvac. Each failure becomes a `VaultError` that says what to do. No error
holds a value or a token: what the server answers is read for known sentences and not passed on.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hvac
import hvac.exceptions
import requests

from gitconfig_tool.fetch.model import DeliveryError
from gitconfig_tool.sops import VAULT_ENTRY, read_entry

_CONNECT_TIMEOUT = 10.0  # seconds
_ANSWER_TIMEOUT = 60.0  # seconds; the default of Vault's own client
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m)?")
_CUT = ("reset by peer", "aborted", "Broken pipe", "IncompleteRead")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_LOG_IN = "log in again (`bao login` or `vault login`) or set VAULT_TOKEN to a valid token"


class VaultError(DeliveryError):
    """The server refused, failed, or could not be reached."""


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """How to reach the server. The token stays out of `repr`."""

    server: str
    token: str = field(repr=False)
    namespace: str = ""
    ca_file: str = ""
    timeout: float = _ANSWER_TIMEOUT

    @classmethod
    def from_environment(cls, server: str, environment: Mapping[str, str]) -> "VaultSettings":
        """Take what Vault's and OpenBao's own clients take from the environment.

        VAULT_TOKEN or BAO_TOKEN, else the file ~/.vault-token, else the keychain where
        GITCONFIG_TOOL_KEYRING asks for it; VAULT_NAMESPACE; VAULT_CACERT;
        VAULT_CLIENT_TIMEOUT; each also as BAO_*.
        """

        def get(name: str) -> str:
            return environment.get(f"VAULT_{name}") or environment.get(f"BAO_{name}") or ""

        token = get("TOKEN") or _token_from_file(environment)
        token = token or read_entry(VAULT_ENTRY, environment) or ""
        if not token:
            raise VaultError(
                f"expected a token for {server}, found none in VAULT_TOKEN, BAO_TOKEN or"
                " ~/.vault-token",
                hint=_LOG_IN,
            )
        if not token.isprintable() or not token.isascii() or " " in token:
            raise VaultError(
                f"expected the token for {server} to be one word, found spaces or other characters"
                " in it",
                hint=_LOG_IN,
            )
        ca_file = get("CACERT")
        if ca_file and not Path(ca_file).is_file():
            raise VaultError(
                f"expected a file of certificates at {ca_file}, as VAULT_CACERT says; found none",
                hint="correct VAULT_CACERT, or unset it to use the system's certificates",
            )
        return cls(server, token, get("NAMESPACE"), ca_file, _timeout(get("CLIENT_TIMEOUT")))


@dataclass(frozen=True, slots=True)
class KvEntry:
    """What stands at a path: the value, None where there is none, and the version for a write."""

    value: Any = field(repr=False)
    version: int


class KvClient:
    """Reads and writes entries of KV version 2 engines on one server."""

    def __init__(self, client: Any, session: requests.Session, settings: VaultSettings) -> None:
        self._client = client
        self._session = session
        self._settings = settings

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def find_mount(self, path: str) -> tuple[str, str]:
        """Return the mount of the engine that a path belongs to, and the path below the mount.

        A mount may hold several parts. Raises `VaultError` when none is there, or one of another
        kind.
        """
        what = f"the engine at {path.split('/', 1)[0]}/"
        try:
            answer = self._call(
                what,
                lambda: self._client.adapter.get(f"/v1/sys/internal/ui/mounts/{quote(path)}"),
            )
        except _RefusedError as error:
            # The same answer for a token that is not known, one that may not, and no such mount.
            self._check_token()
            raise VaultError(
                f"expected a KV version 2 engine at {path} on {self._settings.server}, found"
                " none that the token may use",
                hint=f"enable one with `bao secrets enable -path={path.split('/', 1)[0]} kv-v2`, or"
                " give the token a policy for it",
            ) from error
        data = answer.get("data") if isinstance(answer, dict) else None
        mount = str(data.get("path", "")).strip("/") if isinstance(data, dict) else ""
        if not isinstance(data, dict) or not f"{path}/".startswith(f"{mount}/") or not mount:
            raise VaultError(
                f"expected an answer of Vault or OpenBao from {self._settings.server}, found"
                " another",
                hint="check host and port in the address",
            )
        options = data.get("options")
        version = str(options.get("version", "1")) if isinstance(options, dict) else "1"
        if data.get("type") != "kv" or version != "2":
            kind = data.get("type")
            found = f"KV version {version}" if kind == "kv" else f"an engine of the type {kind!r}"
            raise VaultError(
                f"expected a KV version 2 engine at {mount}/, found {found}",
                hint=f"turn versions on with `bao kv enable-versioning {mount}`"
                if kind == "kv"
                else "name another mount",
            )
        return mount, path.removeprefix(mount).strip("/")

    def read(self, mount: str, path: str) -> KvEntry:
        """Return the newest version at a path; deleted ones have no value, yet a version."""
        place = f"{mount}/{path}"
        try:
            answer = self._call(
                place,
                lambda: self._client.secrets.kv.v2.read_secret_version(
                    path, mount_point=mount, raise_on_deleted_version=False
                ),
            )
        except _NothingError as error:
            answer = error.answer
        except _RefusedError as error:
            self._check_token()
            raise VaultError(
                f"expected to be allowed to read {place}, found that the token may not",
                hint=f"give the token a policy with create, update and read on {mount}/data/...",
            ) from error
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict):
            return KvEntry(None, 0)
        metadata = data.get("metadata")
        version = metadata.get("version") if isinstance(metadata, dict) else None
        return KvEntry(data.get("data"), version if isinstance(version, int) else 0)

    def write(self, mount: str, path: str, value: Any, version: int) -> None:
        """Write a value, if `version` still is the newest one; 0 means that there is none."""
        place = f"{mount}/{path}"
        try:
            self._call(
                place,
                lambda: self._client.secrets.kv.v2.create_or_update_secret(
                    path, secret=value, cas=version, mount_point=mount
                ),
            )
        except _ConflictError as error:
            raise VaultError(
                f"expected version {version} of {place} to be the newest, found that somebody else"
                " wrote to it in between",
                hint="find out who, and stop them or name another path",
            ) from error
        except _RefusedError as error:
            self._check_token()
            raise VaultError(
                f"expected to be allowed to write {place}, found that the token may not",
                hint=f"give the token a policy with create, update and read on {mount}/data/...",
            ) from error

    def _check_token(self) -> None:
        """Raise when the token itself is what the server does not accept."""
        try:
            self._call("the token", lambda: self._client.auth.token.lookup_self())
        except _RefusedError as error:
            raise VaultError(
                f"expected {self._settings.server} to accept the token, found that it does not:"
                " wrong, expired or revoked",
                hint=_LOG_IN,
            ) from error

    def _call(self, what: str, request: Callable[[], Any]) -> Any:
        """Make one request; the lambda is called once, and its failure told in our words."""
        server = self._settings.server
        try:
            return request()
        except hvac.exceptions.Forbidden as error:
            raise _RefusedError(what) from error
        except hvac.exceptions.InvalidPath as error:
            raise _NothingError(what, error.json) from error
        except hvac.exceptions.InvalidRequest as error:
            if "check-and-set" in str(error):
                raise _ConflictError(what) from error
            raise VaultError(
                f"expected {server} to take the request about {what}, found it refused as invalid",
                hint="read the server's log; the path or the size of the entry may be the cause",
            ) from error
        except hvac.exceptions.VaultNotInitialized as error:
            raise VaultError(
                f"expected an initialised server at {server}, found one that is not",
                hint="initialise it with `bao operator init`",
            ) from error
        except hvac.exceptions.VaultDown as error:
            sealed = "sealed" in str(error).lower()
            raise VaultError(
                f"expected an unsealed server at {server}, found it"
                f" {'sealed' if sealed else 'unavailable (503)'}",
                hint="unseal it with `bao operator unseal`" if sealed else "wait until it is back",
            ) from error
        except hvac.exceptions.RateLimitExceeded as error:
            raise VaultError(
                f"expected {server} to take the request about {what}, found its rate limit reached",
                hint="wait a little",
            ) from error
        except hvac.exceptions.VaultError as error:
            raise VaultError(
                f"expected {server} to take the request about {what}, found it failing"
                f" ({type(error).__name__})",
                hint="read the server's log",
            ) from error
        except requests.exceptions.SSLError as error:
            raise VaultError(
                f"expected a TLS connection with {server}, found that it cannot be trusted or made",
                hint="set VAULT_CACERT to the file with the certificate of its authority, and check"
                " that the server speaks TLS",
            ) from error
        except requests.exceptions.Timeout as error:
            raise VaultError(
                f"expected an answer from {server} within {self._settings.timeout:g} seconds, found"
                " none",
                hint="check that the server is well, or raise VAULT_CLIENT_TIMEOUT",
            ) from error
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as e:
            raise VaultError(
                f"expected a connection to {server}, found {_connection_problem(e)}",
                hint="check that the server runs and that the address is right",
            ) from e
        except requests.exceptions.RequestException as error:
            raise VaultError(
                f"expected an answer from {server}, found {type(error).__name__}",
                hint="check the address",
            ) from error


def connect(settings: VaultSettings) -> KvClient:
    """Return a client; the first request opens the connection. Close it."""
    session = requests.Session()
    # requests would send a password from ~/.netrc otherwise.
    session.auth = _no_auth
    session.verify = settings.ca_file or True
    session.hooks["response"].append(_refuse_redirect)
    client = hvac.Client(
        url=settings.server,
        token=settings.token,
        namespace=settings.namespace or None,
        session=session,
        timeout=(min(_CONNECT_TIMEOUT, settings.timeout), settings.timeout),
        allow_redirects=False,
    )
    return KvClient(client, session, settings)


class _RefusedError(Exception):
    """403."""


class _ConflictError(Exception):
    """400, because of check-and-set."""


class _NothingError(Exception):
    """404; a deleted entry comes with metadata."""

    def __init__(self, what: str, answer: Any) -> None:
        super().__init__(what)
        self.answer = answer


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _refuse_redirect(response: requests.Response, **_: Any) -> None:
    """Refuse to be sent elsewhere: the token and the secrets are for the server that was named."""
    if response.is_redirect:
        response.close()
        raise VaultError(
            f"expected an answer from {response.request.url}, found a redirection to another"
            " address, which is not followed",
            hint="name the active server of the cluster in the address",
        )


def _connection_problem(error: Exception) -> str:
    text = str(error)
    if "Connection refused" in text:
        return "that nothing listens there"
    if "Name or service not known" in text or "Failed to resolve" in text:
        return "that the name of the host is not known"
    if any(words in text for words in _CUT):
        return "that it was cut"
    return "that it cannot be made"


def _token_from_file(environment: Mapping[str, str]) -> str:
    home = environment.get("HOME")
    if not home:
        return ""
    path = Path(home, ".vault-token")
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(
            f"expected a token in {path}, found that the file cannot be read",
            hint=_LOG_IN,
        ) from error


def _timeout(text: str) -> float:
    if not text:
        return _ANSWER_TIMEOUT
    match = _DURATION.fullmatch(text)
    seconds = float(match[1]) * _UNITS[match[2] or "s"] if match else 0.0
    if seconds <= 0:
        raise VaultError(
            f"expected VAULT_CLIENT_TIMEOUT to be a time such as 60 or 60s, found {text!r}",
            hint="correct it, or unset it",
        )
    return seconds
