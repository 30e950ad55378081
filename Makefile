# Targets for people and for .ci/run. `make` alone lists them.
#
# Everything that is written goes into build/: one virtual environment for the demo (what a user installs), one for
# development and one with programs of others that tests run, each filled from a lock file with hashes. Another
# interpreter: `make test PYTHON=python3.12`.

PYTHON ?= python3
UV ?= uv
# Further arguments: `make test PYTEST_ARGS="-k merge"`, `make demo DEMO_ARGS=--help`.
PYTEST_ARGS ?=
DEMO_ARGS ?=
BENCH_ARGS ?=

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PY_TAG := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
DEMO := build/venv-demo-$(PY_TAG)
DEV := build/venv-dev-$(PY_TAG)
INTEROP := build/venv-interop-$(PY_TAG)
# Wheels only: no code of a dependency runs while it is installed. The configuration of the machine's own pip still
# says where packages come from.
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --no-input
PIP_LOCKED := $(PIP_INSTALL) --require-hashes --only-binary :all:
# hatchling is in both lock files, so that building fetches nothing.
PIP_SELF := $(PIP_INSTALL) --no-deps --no-build-isolation

# Versions and hashes for every platform and Python; no addresses and no comments that could hold a path.
LOCK := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# What the wheel is made of: when one of these changes, the demo installs it anew.
SOURCES := $(shell find gitconfig_tool schemas policies catalogue example-repo -type f ! -name '*.pyc' 2>/dev/null)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# --- virtual environments ---

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "expected Python 3.11 or later, found: $$($(PYTHON) --version 2>&1 || true)" >&2; \
	    echo "say which one to use: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "expected Python's venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(DEMO)/locked: requirements.lock | python
	@echo "setting up $(DEMO) ..." >&2
	@rm -rf $(DEMO) && mkdir -p build && $(PYTHON) -m venv $(DEMO)
	@$(DEMO)/bin/python $(PIP_LOCKED) -r requirements.lock
	@touch $@

$(DEMO)/installed: $(DEMO)/locked pyproject.toml README.md LICENSE $(SOURCES)
	@$(DEMO)/bin/python $(PIP_SELF) --force-reinstall .
	@touch $@

$(DEV)/locked: requirements-dev.lock | python
	@echo "setting up $(DEV) ..." >&2
	@rm -rf $(DEV) && mkdir -p build && $(PYTHON) -m venv $(DEV)
	@$(DEV)/bin/python $(PIP_LOCKED) -r requirements-dev.lock
	@touch $@

$(DEV)/installed: $(DEV)/locked pyproject.toml
	@$(DEV)/bin/python $(PIP_SELF) --editable .
	@touch $@

$(INTEROP)/locked: requirements-interop.lock | python
	@echo "setting up $(INTEROP) ..." >&2
	@rm -rf $(INTEROP) && mkdir -p build && $(PYTHON) -m venv $(INTEROP)
	@$(INTEROP)/bin/python $(PIP_LOCKED) -r requirements-interop.lock
	@touch $@

.PHONY: venv
venv: $(DEV)/installed ## Set up the development environment and say where it is
	@echo "$(DEV)"

.PHONY: interop
interop: $(INTEROP)/locked ## Set up the programs of others that tests run, LiteLLM's proxy for one (820 MB)
	@echo "$(INTEROP)"

# --- what people run ---

.PHONY: demo
demo: $(DEMO)/installed ## Run the whole pipeline against a local OpenBao, in an environment of its own
	@$(DEMO)/bin/gitconfig-tool demo $(DEMO_ARGS)

.PHONY: test
test: $(DEV)/installed ## Run all tests
	@PATH="$(CURDIR)/$(DEV)/bin:$$PATH" $(DEV)/bin/python -m pytest -q -n 2 --dist loadfile $(PYTEST_ARGS)

.PHONY: check
check: $(DEV)/locked ## Check format, style, types, architecture and tracked files; all are run
	@status=0; cd "$(CURDIR)"; \
	$(DEV)/bin/python -m ruff format --check --quiet --output-format concise . || { status=1; echo "the format differs; run: make format" >&2; }; \
	$(DEV)/bin/python -m ruff check --quiet --output-format concise . || status=1; \
	$(DEV)/bin/python -m mypy || status=1; \
	$(DEV)/bin/lint-imports --no-logo --cache-dir build/cache/import-linter || status=1; \
	$(DEV)/bin/python .ci/check_files.py || status=1; \
	exit $$status

.PHONY: example
example: $(DEV)/installed ## Validate example-repo as it is staged
	@$(DEV)/bin/gitconfig-tool -C example-repo validate --staged

.PHONY: format
format: $(DEV)/locked ## Format the code and apply the safe fixes
	@$(DEV)/bin/python -m ruff check --fix --quiet . || true
	@$(DEV)/bin/python -m ruff format --quiet .

.PHONY: coverage
coverage: $(DEV)/installed ## Run all tests and report coverage, the command line in subprocesses counted
	@rm -rf build/coverage && mkdir -p build/coverage
	@status=0; PATH="$(CURDIR)/$(DEV)/bin:$$PATH" $(DEV)/bin/python -m coverage run -m pytest -q -n 2 --dist loadfile \
	    $(PYTEST_ARGS) || status=$$?; \
	$(DEV)/bin/python -m coverage combine --quiet && $(DEV)/bin/python -m coverage html --quiet && \
	$(DEV)/bin/python -m coverage report && exit $$status

.PHONY: bench
bench: $(DEV)/installed ## Measure validate, compile and start-up; writes build/bench.json
	@$(DEV)/bin/python -m bench $(BENCH_ARGS)

.PHONY: stats
stats: $(DEV)/installed ## Count lines by module and tests by folder
	@$(DEV)/bin/python -m bench.stats

.PHONY: docs
docs: $(DEV)/installed ## Write the reference pages that come from the code
	@$(DEV)/bin/python docs/generate.py

.PHONY: catalogue
catalogue: $(DEV)/locked ## Make the catalogue of models anew, out of wheels in build/catalogue-inputs
	@$(DEV)/bin/python -m tools.catalogue --litellm build/catalogue-inputs/litellm-*.whl \
	    --model-retire build/catalogue-inputs/bydtech_model_retire-*.whl \
	    --llm-sunset build/catalogue-inputs/llm_sunset-*.whl

.PHONY: lock
lock: ## Resolve the lock files anew (needs uv)
	@$(LOCK) pyproject.toml --extra dev --group build --output-file requirements-dev.lock
	@$(LOCK) pyproject.toml --extra demo --group build --constraint requirements-dev.lock --output-file requirements.lock
	@$(LOCK) requirements-interop.in --output-file requirements-interop.lock

.PHONY: clean
clean: ## Remove all that make wrote
	@rm -rf build dist .hypothesis
