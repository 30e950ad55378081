"""Git itself shows SOPS files by our command: keys that changed, and no value."""

from pathlib import Path

from .test_merge_driver import CANARY, FILE, OURS, PLAIN, Repository


def test_diff_log_and_show(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.encrypt(PLAIN)
    repository.set(*next(iter(OURS.items())))

    diff = repository.git("diff", "-U0", "--", FILE)
    changed = [
        line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert [line.split(" ")[0] for line in changed if "lastmodified" not in line] == [
        "-openai.api_key:",
        "+openai.api_key:",
    ]
    assert CANARY not in diff

    repository.commit("Replace")
    for command in (("log", "-p"), ("show",)):
        text = repository.git(*command)
        assert "+openai.api_key: <str, encrypted " in text
        assert "ENC[" not in text
        assert CANARY not in text
    assert "anthropic" not in repository.git("show", "-U0")
