# 人大代表履职云平台. `make` shows what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements.lock)
export UV_LINK_MODE := copy
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
TESTS ?= tests
WORKERS ?= 2

.PHONY: help setup run test check lint lock fmt hooks docs browser drive clean

help: ## Show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(STAMP) node_modules/.package-lock.json ## Install what the product needs, once

run: setup ## Open the whole product on this machine (PORT, DATA_DIR, DEMO, SCALE)
	@exec $(BIN)/python -m dev.run

test: setup browser ## Run every test on real PostgreSQL and the real Redis protocol
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

check: setup lint test ## Exactly what CI runs

lint: setup ## Style, templates, migrations, import directions, lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -c 'from dev.lock import check; check()'
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

fmt: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(STAMP) ## Resolve requirements/*.in anew into requirements.lock
	$(BIN)/python -m dev.lock

docs: setup ## Write docs/workflow.md from the state tables
	$(BIN)/python manage.py write_workflow_docs

hooks: ## Check each commit before it is made
	git config core.hooksPath .githooks

drive: setup ## Send real messages (DATA=file.csv) through the API of a running copy to their end
	$(BIN)/python dev/drive.py --data $(DATA) --url http://127.0.0.1:$(or $(PORT),8000)

clean: ## Throw away var/: the demonstration with its keys and data
	rm -rf var

$(STAMP): requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@test -x $(BIN)/uv || $(PYTHON) -m pip --python $(BIN)/python install --quiet uv==$(UV) \
	  || { $(BIN)/python -m ensurepip && $(BIN)/python -m pip install --quiet uv==$(UV); }
	$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements.lock
	@touch $@

node_modules/.package-lock.json: package-lock.json
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --silent; \
	else echo "npm is not there: icons stay plain dots, and the accessibility tests cannot run"; mkdir -p node_modules; fi
	@mkdir -p node_modules && touch $@

browser: ## Install Debian's Chromium and CJK fonts for the browser tests, where missing and allowed
	@sh dev/browser.sh
