PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup graph test lint bench soak clean

setup: .venv/.ready

# A stamp a level: `make graph` needs no test tools.
.venv/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

graph: setup
	$(BIN)/kg build seeds --output output

test: .venv/.ready-dev lint
	$(BIN)/kg rules check
	$(BIN)/python -m pytest

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Documents a second, memory, scores; ARTICLES=100 for a quick look.
bench: .venv/.ready-dev
	$(BIN)/python -m bench $(ARTICLES)
	$(BIN)/python -m bench.page

# An hour of random texts and files, killed builds and thousands of articles.
soak: .venv/.ready-dev
	$(BIN)/python -m pytest tests/soak/soak_*.py

clean:
	rm -rf .venv output/*.html output/*.graphml output/*.gexf output/*.jsonl output/report.json output/texts output/kg.duckdb*
