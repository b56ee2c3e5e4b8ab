# One command for each job. Everything is installed below this folder; `make clean` removes it.

PORT ?= 8000
PYTHON ?= python3
PYTEST_ARGS ?= -n 2
KILLS ?= 200
SIMULATE_ARGS ?= --patients 200 --years 15 --seed 1
BENCH_ARGS ?= --sizes 1000 10000 --rounds 15
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header
PIP = python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement

# Not the default shell, so that make looks commands up in the PATH below and not in its own.
SHELL = /bin/bash

# Every command is found in the environment first, whatever the path to it looks like.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PORT
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

.PHONY: demo test faults simulate lint check bench lock clean
.DELETE_ON_ERROR:

demo: .venv/installed node_modules/installed
	@exec python -m carttrack.launch

test: .venv/installed-dev node_modules/installed
	CARTTRACK_MODE=test python -m pytest $(PYTEST_ARGS)

# Every fault at full size: so many kills, ten thousand messages due at once, and the table of counts.
faults: .venv/installed-dev
	CARTTRACK_MODE=test CARTTRACK_KILLS=$(KILLS) CARTTRACK_HERD=10000 \
	  python -m pytest tests/faults -p no:randomly --tb=short

simulate: .venv/installed
	@CARTTRACK_MODE=test CARTTRACK_DATA_DIR=.data/simulate python manage.py simulate --json $(SIMULATE_ARGS)

# mypy's plugin and `check --deploy` only read the settings, so they get addresses without servers.
lint: .venv/installed-dev node_modules/installed
	ruff check .
	ruff format --check .
	CARTTRACK_MODE=test DATABASE_URL=postgresql://unused/unused mypy
	lint-imports
	djlint templates --lint --check --quiet
	CARTTRACK_MODE=test python -m carttrack.embedded run python manage.py makemigrations --check --dry-run
	CARTTRACK_MODE=production DATABASE_URL=postgresql://unused/unused REDIS_URL=redis://unused \
	  DJANGO_ALLOWED_HOSTS=carttrack.example \
	  DJANGO_SECRET_KEY="$$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  python manage.py check --deploy --fail-level WARNING

check: lint test

bench: .venv/installed-dev
	python -m bench.plan
	python -m bench.replan --keep
	python -m bench.pages $(BENCH_ARGS)
	python -m bench.dispatch --keep

lock: .venv/installed-dev
	$(LOCK) $(LOCK_ARGS) requirements.in --output-file requirements.txt
	$(LOCK) $(LOCK_ARGS) requirements-dev.in --output-file requirements-dev.txt
	$(LOCK) $(LOCK_ARGS) requirements-node.in --output-file requirements-node.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved

clean:
	for mode in demo test production; do \
	  if [ -d .data/$$mode ] && [ -x .venv/bin/python ]; then \
	    CARTTRACK_MODE=$$mode python -m carttrack.embedded remove || exit 1; fi; done
	for folder in bench simulate; do \
	  if [ -d .data/$$folder ] && [ -x .venv/bin/python ]; then \
	    CARTTRACK_MODE=test CARTTRACK_DATA_DIR=.data/$$folder python -m carttrack.embedded remove || exit 1; fi; done
	rm -rf .venv node_modules .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(PIP) requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(PIP) requirements-dev.txt
	@touch $@

# A machine without npm gets one from a Python package.
node_modules/installed: package-lock.json | .venv/bin/python
	command -v npm >/dev/null || $(PIP) requirements-node.txt
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
