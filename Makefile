# Everything works with Python 3.11+, git and make: uv is brought into the project's own .venv.
UV_VERSION := 0.13.9
PYTHON ?= python3
UV := .venv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
# Also behind a proxy with a certificate of its own.
export UV_SYSTEM_CERTS := 1

.PHONY: help install playground init run doctor test torture lint lint-style lint-types lint-secrets lint-dependencies format bench clean

help:            ## what there is
	@grep -E '^[a-z]+: *.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Prep Coach needs Python 3.11 or newer; set PYTHON=python3.12, say."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.runtime: .venv/bin/uv uv.lock pyproject.toml
	@$(UV) sync --quiet --frozen --inexact --compile-bytecode --no-dev
	@touch $@

.venv/.dev: .venv/bin/uv uv.lock pyproject.toml
	@$(UV) sync --quiet --frozen --inexact --compile-bytecode
	@touch $@ .venv/.runtime

install: .venv/.runtime ## set up .venv with what is locked, for running it

playground: .venv/.runtime ## try it in a Slack workspace on this machine
	@.venv/bin/prep-coach playground $(ARGS)

init: .venv/.runtime ## connect to your Slack workspace, step by step
	@.venv/bin/prep-coach init $(ARGS)

run: .venv/.runtime ## connect to your Slack workspace (tokens in .env)
	@.venv/bin/prep-coach run

doctor: .venv/.runtime ## try tokens, scopes, clock, database and content
	@.venv/bin/prep-coach doctor

test: .venv/.dev ## the whole test suite
	@.venv/bin/pytest -n auto --dist loadfile $(ARGS)

torture: .venv/.dev ## the long runs behind RELIABILITY.md, about 50 minutes
	@.venv/bin/python -m tests.torture $(ARGS)

lint: .venv/.dev ## ruff, mypy, secrets in files, known holes in dependencies
	@$(MAKE) --no-print-directory --keep-going --jobs=3 lint-style lint-types lint-secrets lint-dependencies

lint-style:
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .

lint-types:
	@.venv/bin/mypy

lint-secrets:
	@.venv/bin/python -m tests.lint.secrets

lint-dependencies:
	@.venv/bin/python -m tests.lint.dependencies

format: .venv/.dev ## mend the formatting
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: .venv/.dev ## figures, each beside its yardstick in the same run
	@.venv/bin/python -m tests.bench $(ARGS)

clean:           ## forget the environment and the caches
	@rm -rf .venv .mypy_cache .ruff_cache .lint_cache .pytest_cache .hypothesis
