"""The files that `gitconfig-tool init` writes: a small project that validates as it stands."""

from collections.abc import Mapping

from gitconfig_tool.cli.starter_ci import CI_FILES

STARTER: Mapping[str, str] = {
    "gitconfig.yaml": """\
# The project: which layers there are, and which bundles are compiled of them.
# Every key is described in docs/project-file.md of gitconfig-tool.
apiVersion: gitconfig-tool/v1
name: {name}

dimensions:
  environment:
    development: {{}}
    staging: {{inherits: development}}
    production: {{inherits: staging, protected: true}}

layers:                         # weakest first
  - base
  - environments/{{environment}}  # development, then staging, then production

bundles:
  - name: "{{environment}}"

schemas:
  - {{match: "**/model", schema: gitconfig-tool:model-config}}

policies:
  - gitconfig-tool:security-baseline
""",
    "base/assistant/model.yaml": """\
# What holds everywhere; the folders below environments/ override it.
provider: mistral
model: mistral-small-2603
parameters:
  temperature: 0.7
  max_tokens: 1024
timeout_seconds: 30
""",
    "base/assistant/service.yaml": """\
prompt: !prompt assistant@^1.0
replicas: !required environment  # each environment must say it for itself
""",
    "environments/development/assistant/service.yaml": "replicas: 1\n",
    "environments/staging/assistant/service.yaml": "replicas: 2\n",
    "environments/production/assistant/service.yaml": "replicas: 4\n",
    "environments/production/assistant/model.yaml": """\
parameters:
  temperature: 0.2  # answers to customers should not wander
""",
    "prompts/assistant/1.0.0.prompt.yaml": """\
description: Answers a question.
variables:
  type: object
  required: [language, question]
  properties:
    language: {{type: string}}
    question: {{type: string}}
messages:
  - role: system
    content: You are a helpful assistant. Answer in {{{{ language }}}}.
  - role: user
    content: "{{{{ question }}}}"
testData:
  - name: a plain question
    variables: {{language: English, question: What can you do?}}
""",
    ".pre-commit-config.yaml": """\
# pre-commit install; then every commit is checked before it is made.
repos:
  - repo: local
    hooks:
      - id: gitconfig-fmt
        name: gitconfig-tool fmt
        language: system
        entry: gitconfig-tool fmt
        types: [yaml]
        require_serial: true
      - id: gitconfig-validate
        name: gitconfig-tool validate
        language: system
        # What the staged files may break, wherever it stands: a file that is removed counts too.
        entry: gitconfig-tool validate --staged --affected
        pass_filenames: false
        always_run: true
      - id: gitconfig-secrets
        name: gitconfig-tool secrets
        language: system
        # Needs the scanner: pip install 'gitconfig-tool[scan]'
        entry: gitconfig-tool secrets check --staged --affected --scan
        types: [text]
        pass_filenames: false
      - id: gitconfig-prompts
        name: gitconfig-tool prompts
        language: system
        entry: gitconfig-tool prompts check --staged --affected
        files: ^prompts/
        pass_filenames: false
""",
    **CI_FILES,
    ".gitignore": """\
# Signing keys and compiled bundles do not belong in Git.
*.key
build/
""",
}
