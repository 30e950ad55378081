"""Emitted files on the whole way: a project, a signed bundle, a folder and a real OpenBao."""

from pathlib import Path

import pytest

from gitconfig_tool.fetch import prepare_delivery
from gitconfig_tool.fetch.vault import VaultTarget
from gitconfig_tool.stores import LayoutStore
from gitconfig_tool.trust import load_verifier, verify_bundle
from tests.integration.conftest import Bao
from tests.projects import Tool, make_project

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
emit: [{target: yaml, to: app}, {target: dotenv, to: env}]
"""


def test_what_is_emitted_arrives(
    bao: Bao, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {"base/limits.yaml": "rpm: 600\n"}
    tool = Tool(make_project(tmp_path / "project", files, PROJECT), capfd)
    layout, key = tmp_path / "layout", str(tmp_path / "key")
    tool.printed("keys", "generate", "-o", key)
    tool.printed("compile", "-o", str(layout), "--sign", key)

    printed = tool.printed(
        "fetch",
        f"layout:{layout}",
        "default",
        "--trust",
        f"{key}.pub",
        "--to",
        str(tmp_path / "to"),
    )
    assert printed.splitlines()[:3] == [
        "wrote    emit/app/limits.yaml",
        "wrote    emit/env/app.env",
        "wrote    limits.json",
    ]
    verified = verify_bundle(LayoutStore(layout), "default", load_verifier(Path(f"{key}.pub")))
    environment = {"VAULT_TOKEN": bao.token}
    target = VaultTarget.from_url(bao.target("secret/emitted"), environment)
    first = target.deliver(prepare_delivery(verified))
    second = target.deliver(prepare_delivery(verified))

    assert (tmp_path / "to" / "emit" / "app" / "limits.yaml").read_text() == "rpm: 600\n"
    assert (tmp_path / "to" / "emit" / "env" / "app.env").read_text() == "LIMITS_RPM=600\n"
    assert bao.read("secret/data/emitted/default/emit/app/limits.yaml") == {"content": "rpm: 600\n"}
    assert first.written == ("emit/app/limits.yaml", "emit/env/app.env", "limits")
    assert second.written == ()
