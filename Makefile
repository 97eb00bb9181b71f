# ISEC quick response. `make run` starts everything, `make test` checks everything, `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SILENT:

UV := $(shell command -v uv 2>/dev/null && uv --version >/dev/null 2>&1 || echo .tools/bin/uv)
UV := $(lastword $(UV))
ISEC := .venv/bin/isec

.PHONY: help setup run demo train test check fmt bench bench-nlu bench-learning clean stop

help: ## this list
	grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/.ready brain/.venv/.ready brain/e5/.ready ## install everything this project needs, without touching the system

run: setup ## train if needed, migrate, start everything and print the addresses (Ctrl-C stops)
	$(ISEC) up

demo: setup ## like run, with clearly marked demonstration officers, businesses and conversations
	$(ISEC) up --demo

train: setup ## train the model for the present data (skipped when there is one)
	$(ISEC) train

test: setup check ## lint, types and every test, on SQLite and PostgreSQL, in a real browser and with the real model
	sh tests/prepare
	$(ISEC) train
	.venv/bin/pytest -n 2 --dist loadfile tests/unit tests/integration
	.venv/bin/pytest --ignore tests/unit --ignore tests/integration
	PYTHONPATH=. brain/.venv/bin/python -m pytest -q -p no:cacheprovider -c /dev/null --rootdir=. --confcutdir=tests/brain tests/brain

check: setup ## lint, format and type checks only
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(ISEC) kb check

fmt: setup ## put the code into the house's format
	.venv/bin/ruff check --fix -q .
	.venv/bin/ruff format -q .

bench: setup ## measure against stock Rasa in one run (minutes)
	$(ISEC) train
	.venv/bin/python -m benchmarks.desk

bench-nlu: setup ## measure understanding side by side; DATA=folder with the public sets (docs/benchmarks.md); hours the first time
	$(UV) sync --frozen --inexact --group bench --quiet
	.venv/bin/python -m benchmarks.understanding $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-learning: setup ## measure from labels to a serving model against stock Rasa; half an hour (ARGS=--quick: less)
	.venv/bin/python -m benchmarks.learning $(ARGS)

clean: ## remove what was built (never var/, where the data lies)
	rm -rf .venv brain/.venv brain/e5 .tools .mypy_cache .pytest_cache .ruff_cache .rasa

.tools/bin/uv:
	echo "installing uv into .tools"
	python3 -m venv .tools
	.tools/bin/pip install --quiet uv

.venv/.ready: pyproject.toml uv.lock $(filter .tools/%,$(UV))
	echo "installing the desk's packages"
	$(UV) sync --frozen --quiet --compile-bytecode
	touch $@

brain/.venv/.ready: brain/pyproject.toml brain/uv.lock $(filter .tools/%,$(UV))
	echo "installing the brain's packages (Rasa, about 2.5 GB)"
	python=$$(sh brain/find-python) && UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --quiet --compile-bytecode --project brain --python "$$python"
	touch $@

brain/e5/.ready: brain/.venv/.ready $(wildcard bot/nlu/e5/*.py)
	echo "building the sentence encoder"
	brain/.venv/bin/python -m bot.nlu.e5.convert brain/e5
	touch $@
