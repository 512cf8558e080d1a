# Two commands set up everything: `make demo` and `make test`. Both use their own .venv here.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install -c constraints.txt

.PHONY: demo test test-fast test-release lint bench card dist clean

demo:
	@echo "Setting up .venv (the first time it takes a minute or two) ..."
	@$(MAKE) --no-print-directory .venv/core
	@echo "Building the four configs of the paper, 5200 lattices ..."
	@$(BIN)/ising-bench build
	@echo "Loading them with datasets and counting Table 1 ..."
	@$(BIN)/python examples/table1.py
	@echo "Drawing lattices of each class ..."
	@$(BIN)/ising-bench show periodic_ferro
	@echo "The dataset is in $(CURDIR)/ising-bench, the picture in $(CURDIR)/periodic_ferro-train.png"

test: .venv/dev
	$(BIN)/python -m pytest -n logical --dist worksteal -m "not release"

# What needs all of the release, built, verified against the physics, drawn and published to a Hub
# on loopback: before a release, and on every push to main.
test-release: .venv/dev
	$(BIN)/python -m pytest -n logical --dist worksteal -m release

# The inner loop: all but what builds, trains, publishes or measures.
test-fast: .venv/dev
	$(BIN)/python -m pytest -n logical --dist worksteal -m "not slow"

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Timings that are measured by hand, never in the tests.
bench: .venv/dev
	$(PIP) -r tests/benchmarks/requirements.txt
	$(BIN)/python tests/benchmarks/kernel.py
	$(BIN)/python tests/benchmarks/build_time.py

# What dataset_card/ shows: the card and the figures as they go to the Hub.
card: .venv/dev
	rm -rf .venv/card
	$(BIN)/ising-bench build all --out .venv/card/all
	$(BIN)/ising-bench push ising-bench/ising-bench --dir .venv/card/all --dry-run --out .venv/card/shown
	cp -R .venv/card/shown/README.md .venv/card/shown/figures dataset_card/

# What a release uploads: wheel and source in dist/, and in dataset/ the whole release, built,
# verified and staged by the wheel alone, in an environment and a folder of its own.
dist: .venv/dev
	rm -rf dist dataset .venv/wheel
	$(BIN)/python -m build --no-isolation
	$(PYTHON) -m venv .venv/wheel
	.venv/wheel/bin/python -m pip --disable-pip-version-check --quiet install -c constraints.txt dist/*.whl
	cd .venv/wheel && bin/ising-bench build all --out $(CURDIR)/dataset
	cd .venv/wheel && bin/ising-bench verify $(CURDIR)/dataset --physics
	cd .venv/wheel && bin/ising-bench push ising-bench/ising-bench --dir $(CURDIR)/dataset --dry-run

clean:
	rm -rf .venv dist dataset

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "$(PYTHON) is not Python 3.11 to 3.13; name one: make demo PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	touch $@

.venv/core: .venv/made pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/dev: .venv/made pyproject.toml constraints.txt
	$(PIP) -e ".[dev,baselines,cluster]"
	touch $@ .venv/core
