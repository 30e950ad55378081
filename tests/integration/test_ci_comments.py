"""The programs that post the comment of `ci`, as `init` writes them, against a host of our own.

Each is run as it stands in the CI file: GitLab's by Python, GitHub's by node.
"""

import json
import os
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitconfig_tool.cli.starter_ci import CI_FILES
from tests.integration.conftest import require_tool

MARKER = "<!-- gitconfig-tool:ci small -->"
BODY = f"{MARKER}\n### Configuration: passed\n"
_ME, _OTHER = 7, 8


def _file(name: str) -> Any:
    return yaml.safe_load(CI_FILES[name].format(version="0.1.0"))


@pytest.fixture
def notes() -> list[dict[str, Any]]:
    """Return the notes of the merge request: first one of somebody who copied the marker."""
    return [{"id": 1, "body": f"{MARKER}\nmine", "author": {"id": _OTHER}}]


@pytest.fixture
def api(notes: list[dict[str, Any]]) -> Iterator[str]:
    """Serve the part of GitLab's API v4 that the job uses, one note on a page."""
    path = "/api/v4/projects/3/merge_requests/5/notes"

    class Host(BaseHTTPRequestHandler):
        def _answer(self, content: object, next_page: str = "") -> None:
            data = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-Next-Page", next_page)
            self.end_headers()
            self.wfile.write(data)

        def _body(self) -> str:
            assert self.headers["PRIVATE-TOKEN"] == "fake-token"
            length = int(self.headers["Content-Length"])
            return urllib.parse.parse_qs(self.rfile.read(length).decode())["body"][0]

        def do_GET(self) -> None:
            url = urllib.parse.urlsplit(self.path)
            if url.path == "/api/v4/user":
                self._answer({"id": _ME})
                return
            assert url.path == path
            page = int(urllib.parse.parse_qs(url.query)["page"][0])
            self._answer(notes[page - 1 : page], str(page + 1) if page < len(notes) else "")

        def do_POST(self) -> None:
            assert self.path == path
            notes.append({"id": len(notes) + 1, "body": self._body(), "author": {"id": _ME}})
            self._answer(notes[-1])

        def do_PUT(self) -> None:
            note = next(each for each in notes if self.path == f"{path}/{each['id']}")
            if note["author"]["id"] != _ME:
                self.send_error(403)
                return
            note["body"] = self._body()
            self._answer(note)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/v4"
        server.shutdown()
        thread.join()


def test_gitlabs_comment_takes_the_place_of_our_last(
    api: str, notes: list[dict[str, Any]], tmp_path: Path
) -> None:
    script = _file(".gitlab-ci.yml")["configuration-comment"]["script"][0]
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CI_API_V4_URL": api,
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "5",
        "CONFIGURATION_COMMENT_TOKEN": "fake-token",
    }
    comment = tmp_path / "build" / "ci" / "comment.md"
    comment.parent.mkdir(parents=True)
    for text in (BODY, BODY.replace("passed", "failed")):
        comment.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert notes[1:] == [{"id": 2, "body": text, "author": {"id": _ME}}]
    assert notes[0]["body"] == f"{MARKER}\nmine"


def _github(folder: Path, body: str, comments: list[dict[str, Any]], *, head: str) -> list[Any]:
    """Run the script of the workflow; return what it asked GitHub to do."""
    steps = _file(".github/workflows/configuration-comment.yml")["jobs"]["comment"]["steps"]
    (folder / "comment").mkdir(exist_ok=True)
    (folder / "comment" / "comment.md").write_text(body, encoding="utf-8")
    run = {"head_repository": {"owner": {"login": "ada"}}, "head_branch": "x", "head_sha": head}
    around = f"""
    const did = [];
    const repo = {{owner: 'o', repo: 'r'}};
    const context = {{payload: {{workflow_run: {json.dumps(run)}}}, repo}};
    const tell = (kind) => (text) => did.push([kind, text]);
    const core = {{setFailed: tell('failed'), info: tell('info')}};
    const pulls = [{{number: 5, head: {{sha: 'abc'}}}}];
    const rest = {{
      pulls: {{list: () => pulls}},
      issues: {{
        listComments: () => {json.dumps(comments)},
        updateComment: (it) => did.push(['update', it.comment_id, it.body]),
        createComment: (it) => did.push(['create', it.issue_number, it.body]),
      }},
    }};
    const github = {{rest, paginate: async (ask, how) => ask(how)}};
    (async () => {{ {steps[1]["with"]["script"]} }})().then(
      () => console.log(JSON.stringify(did)));
    """
    done = subprocess.run(
        [str(require_tool("node")), "-e", around], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_githubs_comment_takes_the_place_of_our_last(tmp_path: Path) -> None:
    copied = {"id": 1, "user": {"login": "eve", "type": "User"}, "body": f"{MARKER}\nmine"}
    other = {"id": 2, "user": {"login": "renovate[bot]", "type": "Bot"}, "body": f"{MARKER}\n"}
    ours = {"id": 3, "user": {"login": "github-actions[bot]", "type": "Bot"}, "body": BODY}

    assert _github(tmp_path, BODY, [copied, other], head="abc") == [["create", 5, BODY]]
    assert _github(tmp_path, BODY, [copied, other, ours], head="abc") == [["update", 3, BODY]]


def test_githubs_comment_is_posted_only_where_it_belongs(tmp_path: Path) -> None:
    (kind, _), *more = _github(tmp_path, BODY, [], head="older")
    assert (kind, more) == ("info", [])
    # What a pull request has put into the artifact in place of our comment.
    (kind, _), *more = _github(tmp_path, "buy this\n", [], head="abc")
    assert (kind, more) == ("failed", [])
