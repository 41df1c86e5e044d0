# Baobab: everything a newcomer, a developer and a continuous build need. `make help` lists it.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock format messages clean

help: ## list what make can do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.installed ## set everything up, load the sample organisation, and serve on PORT (default 8000)
	@$(BIN)/baobab demo --if-empty
	@exec $(BIN)/baobab serve --port $(PORT)

test: $(VENV)/.developer ## run the tests; what the machine lacks is skipped with its reason
	@$(BIN)/python -m pytest

check: $(VENV)/.developer ## format, lint, types, import contracts, house rules, migrations, catalogues
	@$(BIN)/python -m tools.check

bench: $(VENV)/.developer ## run the benchmarks side by side with what a user would pick instead
	@$(BIN)/python -m bench

format: $(VENV)/.developer ## rewrite the code in the house format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

messages: $(VENV)/.developer ## collect the interface's sentences into the catalogues (needs gettext)
	@$(BIN)/python -m tools.messages

lock: ## remake the hashed lists of dependencies from pyproject.toml
	@test -x $(BIN)/uv || { $(PY) -m venv $(VENV) && $(BIN)/pip install -q uv; }
	@$(BIN)/uv lock -q --upgrade
	@$(BIN)/uv export -q --no-header --no-annotate --no-emit-project --no-dev -o requirements.lock
	@$(BIN)/uv export -q --no-header --no-annotate --no-emit-project --all-groups --no-group maps -o requirements-dev.lock
	@$(BIN)/uv export -q --no-header --no-annotate --only-group maps --no-emit-package geohash-hilbert -o requirements-maps.lock
	@rm -f uv.lock

clean: ## remove the environment and caches (never your data)
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Baobab needs Python 3.11 or newer; set PY=/path/to/python3.11."; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PY) -m venv $(VENV)

$(VENV)/.installed: requirements.lock requirements-maps.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Baobab needs (about a minute the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# Outlines of countries are built from source: where that cannot be done, maps are drawn as tiles.
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-maps.lock \
		|| echo "The outlines of countries could not be installed; maps are drawn as tiles."
	@touch $@

$(VENV)/.developer: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what developers need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
