# The README's two commands. Each is a whole set-up: Python 3.11+, pip and make are enough.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check benchmarks

demo: .venv/ready
	$(BIN)/python -m tests.demo

test: check
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

# What needs no run: style, types, and which room may import which.
check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmarks: .venv/ready
	$(BIN)/python -m tests.benchmarks

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "betterhalf needs Python 3.11 or newer; try make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
