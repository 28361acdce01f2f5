# joinedup: `make demo` runs it on real data, `make test` passes its tests. `make` alone explains every target.

PYTHON ?= python3
VENV   ?= .venv
WORKSPACE ?= workspace
SERVE  ?= yes
JOBS   ?= auto
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-full test-spark lint audit types rules unit browser format bench lock spark wheel clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/.runtime: requirements/runtime.txt pyproject.toml
	@echo "Making the environment in $(VENV) (locked versions, checked hashes)"
	@$(PYTHON) -c 'import sys; sys.exit("joinedup needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/.development: $(BIN)/.runtime requirements/development.txt
	@echo "Adding the tools for tests"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/development.txt
	@touch $@

$(BIN)/.spark: $(BIN)/.runtime requirements/spark.txt
	@echo "Adding Spark (a download of 430 MB); it runs on Java 17 or 21"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/spark.txt
	@touch $@

demo: $(BIN)/.runtime ## Build the demonstration partnership and serve it (SERVE=no stops before; PEOPLE=0: open data alone)
	@$(BIN)/joinedup demo $(WORKSPACE) $(if $(filter no,$(SERVE)),--no-serve,) $(if $(PEOPLE),--people $(PEOPLE),)

test: lint types rules unit ## Everything CI runs: lint, types, import rules, unit, property and browser tests

lint: $(BIN)/.development ## Style, mistakes and unsafe code (ruff, bandit)
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src/joinedup

audit: $(BIN)/.development ## Look up known flaws of the locked libraries (asks the network, so no part of the tests)
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	for set in runtime development spark; do $(VENV)-audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements/$$set.txt; done

types: $(BIN)/.development ## Types (mypy)
	$(BIN)/mypy

rules: $(BIN)/.development ## Who may import whom (import-linter)
	$(BIN)/lint-imports --no-cache

unit: $(BIN)/.development ## Tests, browser tests included where Chromium is installed
	$(BIN)/pytest -n $(JOBS) --dist loadfile

test-full: $(BIN)/.development ## Every door as everybody, and every trial in full (over an hour); writes docs/trials.md
	JOINEDUP_EVERY_PERSON=1 $(BIN)/pytest -n $(JOBS) --dist loadfile tests/doors
	JOINEDUP_FULL=1 $(BIN)/pytest -n $(JOBS) --dist loadfile --ignore tests/doors --ignore tests/spark
	PYTHONPATH=tests $(BIN)/python tests/records/full_trials.py docs/trials.md

spark: $(BIN)/.spark ## Add Spark to the environment, for --engine spark (needs Java 17 or 21)

test-spark: $(BIN)/.development $(BIN)/.spark ## Figures and linkages on Spark beside the same on DuckDB
	$(BIN)/pytest tests/spark

browser: $(BIN)/.development ## Browser tests only
	$(BIN)/pytest tests/browser

format: $(BIN)/.development ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BIN)/.development ## Measure against peers (docs/benchmarks.md); SCALE=small for a quick look
	$(BIN)/python bench/run.py $(if $(SCALE),--scale $(SCALE),)

lock: $(BIN)/.development ## Lock the requirements again, with hashes and without host names
	for set in runtime development spark; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements/$$set.in --output-file requirements/$$set.txt; done

wheel: $(BIN)/.development ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove the environment and build leftovers (the workspace stays)
	rm -rf $(VENV) $(VENV)-audit build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
