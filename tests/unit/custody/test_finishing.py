"""When a rotation may be ended: the grace of former values, also where a mapping is replaced."""

from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from tests.bundles import age_key, sops_encrypt
from tests.unit.secrets.test_replacing import DAY, PATH, PROJECT, Project

RULE = "    - {match: 'keys#/db', type: database}\n"
PLAIN = {
    "db": {"current": {"username": "app", "password": "the-first-password"}},
    "api_key": "current-value",
    "quick": "quick-value",
}


@pytest.mark.parametrize("rule", ["", RULE], ids=["no rule", "a rule for the whole"])
def test_a_former_mapping_stays_for_its_grace(
    tmp_path: Path, rule: str, capfd: pytest.CaptureFixture[str]
) -> None:
    key = age_key()
    project = Project(tmp_path / "p", key, sops_encrypt(PLAIN, key.recipient))
    settings = PROJECT.replace("  types:\n", f"  types:\n{rule}")
    (project.folder / "gitconfig.yaml").write_text(settings, encoding="utf-8")
    project.sops("set", PATH, '["db"]["previous"]', '{"username": "app", "password": "older"}')
    secret = f"{project.folder / PATH}#/db"
    finish = ["-C", str(project.folder), "secrets", "finish", "--dry-run", secret]

    early = run(group, finish)
    refused = capfd.readouterr().err
    # 2026-01-02 is longer ago than any grace.
    project.commit(DAY)
    late = run(group, finish)

    assert early == 4
    assert "found that its rotation is not committed yet" in refused
    assert late == 0
    assert "would remove base/keys.sops.yaml#/db/previous" in capfd.readouterr().err
