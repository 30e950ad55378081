"""GitLab's comment, as `init` writes its job: what others wrote does not mislead it."""

import json
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gitconfig_tool.cli.starter_ci import CI_FILES

MARKER = "<!-- gitconfig-tool:ci acme -->"
NOTES = "/projects/1/merge_requests/2/notes"


class Gitlab(HTTPServer):
    """Answers as GitLab's API does: who asks has the number 7. Keeps what was written."""

    def __init__(self, authors: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authors = authors
        self.written: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Gitlab

    def do_GET(self) -> None:
        notes = [
            {"id": at, "author": {"id": author}, "body": f"{MARKER}\nold"}
            for at, author in enumerate(self.server.authors)
        ]
        self._answer({"id": 7} if self.path == "/user" else notes)

    def do_POST(self) -> None:
        self._write()

    def do_PUT(self) -> None:
        self._write()

    def _write(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.written.append(f"{self.command} {self.path}")
        self._answer({})

    def _answer(self, content: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def gitlab() -> Iterator[Gitlab]:
    server = Gitlab([])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(gitlab: Gitlab, folder: Path, comment: str) -> int:
    """Run the script of the job."""
    text = CI_FILES[".gitlab-ci.yml"].format(version="1")
    found = re.search(r"python3 - <<'EOF'\n(.*?)\n +EOF\n", text, re.DOTALL)
    assert found is not None
    (folder / "build/ci").mkdir(parents=True)
    (folder / "build/ci/comment.md").write_text(comment, encoding="utf-8")
    environment = {
        "CI_API_V4_URL": f"http://127.0.0.1:{gitlab.server_port}",
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "2",
        "CONFIGURATION_COMMENT_TOKEN": "fake",
    }
    script = textwrap.dedent(found[1])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment, check=False, timeout=60
    )
    return done.returncode


@pytest.mark.parametrize(
    ("authors", "written"),
    [([], f"POST {NOTES}"), ([5, 7], f"PUT {NOTES}/1"), ([5], f"POST {NOTES}")],
    ids=["first", "own", "of somebody else"],
)
def test_only_an_own_note_is_replaced(
    gitlab: Gitlab, tmp_path: Path, authors: list[int], written: str
) -> None:
    gitlab.authors = authors
    assert run(gitlab, tmp_path, f"{MARKER}\nnew\n") == 0
    assert gitlab.written == [written]


@pytest.mark.parametrize("comment", ["", "\nall notes begin so\n", "<!-- other -->\n"])
def test_a_comment_without_the_marker_is_not_posted(
    gitlab: Gitlab, tmp_path: Path, comment: str
) -> None:
    gitlab.authors = [7]
    assert run(gitlab, tmp_path, comment) == 1
    assert gitlab.written == []
