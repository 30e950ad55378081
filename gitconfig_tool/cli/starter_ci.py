"""The CI files that `init` writes, for GitHub and GitLab.

Pull requests are checked with no permission but to read, and nothing of them is trusted: what posts
the comment runs apart, from the default branch, and reads one file of text. `{version}` is put in
by `init`; all other braces are doubled, as in `starter`.
"""

from collections.abc import Mapping
from types import MappingProxyType

_CHECK = """\
# What a pull request does to every bundle, and whether anything is wrong with it.
#
# Actions are named by their major version. To pin them against changed tags, write the commit of
# the release in place of it (`actions/checkout@<40 digits> # v5`), and let Dependabot move it.
name: configuration
on:
  pull_request:
  merge_group:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
        with:
          # The whole history: the change is compared with where it left its base.
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      # The version that your team uses; from your own mirror, if you have one. With the scanner, so
      # that credentials in the clear are found here too, where nobody can skip the hook.
      - run: pip install "gitconfig-tool[scan]==@version@"
      # Checks everything, shows problems beside their lines and the summary below the job.
      - run: gitconfig-tool ci -o build/ci
      # Of the commit: what this job writes is no change of it.
      - run: gitconfig-tool compile --rev HEAD -o build/bundles
      - uses: actions/upload-artifact@v5
        if: always()
        with:
          name: reports
          path: build/ci/
          if-no-files-found: ignore
      # By itself, as the comment's workflow reads no more than this.
      - uses: actions/upload-artifact@v5
        if: always() && github.event_name == 'pull_request'
        with:
          name: comment
          path: build/ci/comment.md
          if-no-files-found: ignore
      - uses: actions/upload-artifact@v5
        with:
          name: bundles
          path: build/bundles/
      # Last, as a file that is not in form breaks no bundle.
      - run: gitconfig-tool fmt --check
        if: "!cancelled()"
  code-scanning:
    # A fork's token may not write; its problems are shown beside the lines all the same.
    if: >-
      always() && needs.check.result != 'cancelled' && (github.event_name != 'pull_request' ||
      github.event.pull_request.head.repo.full_name == github.repository)
    needs: check
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      # In private repositories, the upload reads of which run it is a part.
      actions: read
      contents: read
      security-events: write
    steps:
      - uses: actions/download-artifact@v6
        with:
          name: reports
          path: reports
      - uses: github/codeql-action/upload-sarif@v4
        with:
          sarif_file: reports/diagnostics.sarif
          category: gitconfig-tool
"""

_COMMENT = """\
# Posts the comment of a pull request, and puts each new one in the place of the last.
#
# It runs apart from the check, with the files of the default branch: so that it works for forks,
# whose own jobs may not write. What it takes from the pull request is text, and is not executed.
name: configuration comment
on:
  workflow_run:
    workflows: [configuration]
    types: [completed]
permissions: {}
# Two runs of one branch, one after the other: else each might find no comment, and write one.
concurrency: >-
  configuration-comment-${{ github.event.workflow_run.head_repository.full_name }}-${{
  github.event.workflow_run.head_branch }}
jobs:
  comment:
    if: github.event.workflow_run.event == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      actions: read
      pull-requests: write
    steps:
      - uses: actions/download-artifact@v6
        id: download
        # Where the check could not begin, there is no comment.
        continue-on-error: true
        with:
          name: comment
          path: comment
          run-id: ${{ github.event.workflow_run.id }}
          github-token: ${{ github.token }}
      - uses: actions/github-script@v8
        if: steps.download.outcome == 'success'
        with:
          script: |
            const run = context.payload.workflow_run;
            const body = require('fs').readFileSync('comment/comment.md', 'utf8').slice(0, 65536);
            const marker = body.split('\\n', 1)[0];
            if (!/^<!-- gitconfig-tool:ci [\\w.-]+ -->$/.test(marker)) {
              core.setFailed('expected the marker of gitconfig-tool in the first line');
              return;
            }
            const pulls = await github.paginate(github.rest.pulls.list, {
              ...context.repo,
              state: 'open',
              head: `${run.head_repository.owner.login}:${run.head_branch}`,
            });
            const pull = pulls.find((each) => each.head.sha === run.head_sha);
            if (!pull) {
              core.info('no open pull request is at this commit any more');
              return;
            }
            const comments = await github.paginate(github.rest.issues.listComments, {
              ...context.repo,
              issue_number: pull.number,
            });
            const last = comments.find(
              (each) =>
                each.user?.login === 'github-actions[bot]' && each.body?.startsWith(marker),
            );
            if (last) {
              await github.rest.issues.updateComment({
                ...context.repo,
                comment_id: last.id,
                body,
              });
            } else {
              await github.rest.issues.createComment({
                ...context.repo,
                issue_number: pull.number,
                body,
              });
            }
"""

_RELEASE = """\
# Compiles and signs the bundles of a release.
#
# The key is the secret SIGNING_KEY of the environment `release`: what `gitconfig-tool keys
# generate` has written, in PEM. Let the environment demand a review, and take tags alone. Where the
# key has a passphrase, it is the secret SIGNING_KEY_PASSPHRASE.
name: configuration release
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
jobs:
  release:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment: release
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: pip install "gitconfig-tool[scan]==@version@"
      - run: gitconfig-tool ci --allow-shallow
      - name: compile and sign
        env:
          SIGNING_KEY: ${{ secrets.SIGNING_KEY }}
          GITCONFIG_TOOL_KEY_PASSPHRASE: ${{ secrets.SIGNING_KEY_PASSPHRASE }}
        run: |
          umask 077
          trap 'rm -f "$RUNNER_TEMP/signing.key"' EXIT
          printf '%s\\n' "$SIGNING_KEY" > "$RUNNER_TEMP/signing.key"
          gitconfig-tool compile --rev HEAD -o build/bundles --sign "$RUNNER_TEMP/signing.key"
      - uses: actions/upload-artifact@v5
        with:
          name: signed-bundles
          path: build/bundles/
"""

_GITLAB = """\
# What a merge request does to every bundle, whether anything is wrong with it, and releases.
stages: [check, report, release]

variables:
  # The whole history: the change is compared with where it left its target.
  GIT_DEPTH: "0"

.gitconfig-tool:
  image: python:3.12-slim
  before_script:
    # The version that your team uses; from your own mirror, if you have one.
    # With the scanner, so that credentials in the clear are found where nobody can skip the hook.
    - pip install "gitconfig-tool[scan]==@version@"

configuration:
  extends: .gitconfig-tool
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - gitconfig-tool ci -o build/ci
    # Of the commit: what this job writes is no change of it.
    - gitconfig-tool compile --rev HEAD -o build/bundles
    - gitconfig-tool fmt --check
  artifacts:
    when: always
    expire_in: 2 weeks
    paths: [build/ci/, build/bundles/]
    reports:
      junit: build/ci/junit.xml
      codequality: build/ci/code-quality.json

# Posts the comment, and puts each new one in the place of the last. CONFIGURATION_COMMENT_TOKEN is
# a masked variable with a project access token (role Reporter, scope api). A merge request of a
# fork does not get it: then there is no comment, and the reports are in the artifacts. Do not run a
# pipeline of this project for a fork before you have read its .gitlab-ci.yml: that one gets it.
configuration-comment:
  image: python:3.12-slim
  stage: report
  needs: [configuration]
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CONFIGURATION_COMMENT_TOKEN
      when: always
  variables:
    GIT_STRATEGY: none
  script:
    - |
      python3 - <<'EOF'
      import json, os, re, sys, urllib.parse, urllib.request

      body = open("build/ci/comment.md", encoding="utf-8").read()
      marker = body.partition("\\n")[0]
      if not re.fullmatch(r"<!-- gitconfig-tool:ci [\\w.-]+ -->", marker):
          sys.exit("expected the marker of gitconfig-tool in the first line")
      api = os.environ["CI_API_V4_URL"]
      notes = api + "/projects/{CI_MERGE_REQUEST_PROJECT_ID}".format(**os.environ)
      notes += "/merge_requests/{CI_MERGE_REQUEST_IID}/notes".format(**os.environ)

      def ask(method, url, data=None):
          request = urllib.request.Request(url, method=method)
          request.add_header("PRIVATE-TOKEN", os.environ["CONFIGURATION_COMMENT_TOKEN"])
          text = urllib.parse.urlencode(data).encode() if data else None
          with urllib.request.urlopen(request, text, timeout=30) as answer:
              return json.load(answer), answer.headers.get("X-Next-Page")

      # Anybody may write a comment that begins with the marker: only our own can be replaced.
      me = ask("GET", api + "/user")[0]["id"]
      last, page = None, "1"
      while page and last is None:
          found, page = ask("GET", notes + "?per_page=100&page=" + page)
          ours = (each for each in found if each["author"]["id"] == me)
          last = next((each for each in ours if each["body"].startswith(marker)), None)
      if last:
          ask("PUT", notes + "/" + str(last["id"]), {"body": body})
      else:
          ask("POST", notes, {"body": body})
      EOF

# Compiles and signs the bundles of a release. SIGNING_KEY is a protected variable of type File:
# what `gitconfig-tool keys generate` has written. Protect the tags v* too: it reaches them alone.
configuration-release:
  extends: .gitconfig-tool
  stage: release
  rules:
    - if: $CI_COMMIT_TAG =~ /^v/
  script:
    - gitconfig-tool ci --allow-shallow
    - gitconfig-tool compile --rev HEAD -o build/bundles --sign "$SIGNING_KEY"
  artifacts:
    paths: [build/bundles/]
"""


def _for_format(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}").replace("@version@", "{version}")


# By path; a Git host reads them in the root of a repository only.
CI_FILES: Mapping[str, str] = MappingProxyType(
    {
        ".github/workflows/configuration.yml": _for_format(_CHECK),
        ".github/workflows/configuration-comment.yml": _for_format(_COMMENT),
        ".github/workflows/configuration-release.yml": _for_format(_RELEASE),
        ".gitlab-ci.yml": _for_format(_GITLAB),
    }
)
