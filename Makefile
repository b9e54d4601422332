PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup graph test lint bench growth soak clean

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

# What builds cost by their size, up to the whole corpus: an hour on two cores.
growth: .venv/.ready-dev
	$(BIN)/python -m bench.growth --picture docs/growth.png

# Two hours of random texts and files, killed builds, and all of the corpus.
soak: .venv/.ready-dev
	$(BIN)/python -m pytest tests/soak/soak_*.py

clean:
	rm -rf .venv output/*.html output/*.graphml output/*.gexf output/*.jsonl output/report.json output/texts output/kg.duckdb*
