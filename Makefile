# Every target first creates or refreshes .venv/ from requirements.lock, and only when the lock or pyproject.toml changed.

SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.matchpoint-ready
PIP_FLAGS := -qq --disable-pip-version-check --no-input
# The first interpreter that is 3.11 or newer and really starts.
FIND_PYTHON = for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	"$$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; candidate=; done; \
	test -n "$$candidate" || { echo "Matchpoint needs Python 3.11 or newer (set PYTHON=/path/to/python)." >&2; exit 1; }
TESTS ?= tests
# In the order of the folders: by itself xdist would begin with the files of many tests and end with the long ones.
PYTEST_FLAGS ?= -q -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo story test check bench format catalogues pictures lock chromium clean

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  %-16s %s\n' "$$name" "$$text"; done

setup: $(STAMP) ## create or refresh .venv/ from the lock file
	@:

$(STAMP): requirements.lock pyproject.toml
	@$(FIND_PYTHON); \
	if ! $(BIN)/python -c '' >/dev/null 2>&1; then \
		echo "Creating .venv/ with $$("$$candidate" --version) ..."; \
		"$$candidate" -m venv --clear .venv >/dev/null 2>&1 || "$$candidate" -m venv --clear --without-pip .venv; \
	fi; \
	if $(BIN)/python -m pip --version >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
	else pip="$$candidate -m pip --python $(BIN)/python"; fi; \
	echo "Installing what requirements.lock names (a minute the first time) ..."; \
	$$pip install $(PIP_FLAGS) --require-hashes -r requirements.lock && \
	$$pip install $(PIP_FLAGS) --no-deps --no-build-isolation -e . && \
	touch $@ && echo "Ready: .venv/"

demo: $(STAMP) ## run the main job in the browser: SQLite, no account, no key
	@$(BIN)/matchpoint demo

story: $(STAMP) ## play the same journey by itself, as a transcript
	@$(BIN)/matchpoint demo --story

test: $(STAMP) chromium ## run all tests
	@$(BIN)/python -m pytest $(PYTEST_FLAGS) $(TESTS)

check: $(STAMP) ## format, lint, types, contracts, catalogues
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/basedpyright --warnings
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/python -m messages.catalogues check
	@echo "All checks passed."

bench: $(STAMP) ## measure: python -m benchmarks
	@$(BIN)/python -m benchmarks $(BENCH)

format: $(STAMP) ## format and sort imports
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

catalogues: $(STAMP) ## collect new words and compile the translations
	@$(BIN)/python -m messages.catalogues update

pictures: $(STAMP) chromium ## take the screenshots of the documents anew
	@$(BIN)/python -m tests.browser.pictures

lock: $(STAMP) ## make requirements.lock again (UPGRADE=--upgrade for newer versions)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-emit-index-url --no-config --quiet --custom-compile-command "make lock" $(UPGRADE) \
		--output-file requirements.lock
	@echo "requirements.lock is up to date; make setup installs it."

# The browser tests need a Chromium. Without one they are skipped and say so.
chromium:
	@if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
		command -v google-chrome >/dev/null 2>&1 || test -n "$$CHROMIUM"; then :; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the browser tests ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
			>/dev/null 2>&1 || echo "Chromium could not be installed: the browser tests will be skipped."; \
	fi

clean: ## remove .venv/ and what tools left behind
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
