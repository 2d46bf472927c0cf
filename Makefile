# The targets run from the virtual environment .venv, which follows requirements-dev.lock. The demo has a small
# environment of its own. Caches stay in .cache, so that nothing depends on HOME.

PYRIGHT := pyright@1.1.414

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
ifndef PARALLEL
.NOTPARALLEL:
endif
.PHONY: help setup demo test lowest bench size check coverage lint types pyright checkers deps workflows drift document \
	spec generate update docs lock dist smoke clean

PYTHON := .venv/bin/python
VENV   := .venv/.stamp-install
DEMO   := .cache/demo/.stamp
NODE   := $(shell command -v node 2>/dev/null)
UV     := .cache/uv/bin/uv
UV_PIP := $(UV) pip --cache-dir .cache/uv/cache --system-certs --quiet
PRISM  := $(if $(NODE),.cache/prism/.stamp)

export PATH := $(CURDIR)/.venv/bin:$(PATH)
export npm_config_cache := $(CURDIR)/.cache/npm
export npm_config_update_notifier := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SMOKE := import asyncio, exec_api_client as sdk, exec_api_client.sandbox as box; \
	client = sdk.AsyncExecClient(box.SANDBOX_KEY, transport=box.Sandbox().transport()); \
	print(sdk.__version__, len(asyncio.run(client.sessions.list().collect())), 'sessions')

# The first Python that is new enough; `make PYTHON3=/path/to/python` names another.
PYTHON3 ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,$(shell \
	$(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

# Another Python means another environment.
ifeq ($(origin PYTHON3),command line)
ifneq ($(shell $(PYTHON3) -V 2>&1),$(shell $(PYTHON) -V 2>&1))
.PHONY: .venv/.stamp-lock
endif
endif

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(VENV) $(PRISM) ## build .venv and fetch Prism, if they are missing or out of date

demo: $(DEMO) ## pull a practice report from the sandbox (from the workspace, if EXEC_API_KEY is set)
	@PYTHONPATH=. .cache/demo/bin/python examples/practice_report.py

test: setup ## run all tests
	$(PYTHON) -m pytest --numprocesses=auto --dist=worksteal

# httpx also admits httpcore 1.0.0 to 1.0.2, which lose connections to cancelled calls.
LOWEST := client limits model operation pagination retry

lowest: $(UV) ## run the client's tests with the oldest dependencies that pyproject.toml allows
	rm -rf .cache/lowest .cache/lowest.txt
	$(PYTHON3) -m venv --without-pip .cache/lowest
	echo 'httpcore>=1.0.3' | $(UV_PIP) compile pyproject.toml - --all-extras --resolution lowest-direct \
		--python .cache/lowest/bin/python --no-header --no-annotate --output-file .cache/lowest.txt
	$(UV_PIP) install --python .cache/lowest/bin/python --overrides .cache/lowest.txt \
		-r .cache/lowest.txt --group generate --group test
	PYTHONPATH=. .cache/lowest/bin/python -m pytest --quiet --numprocesses=auto --dist=worksteal $(LOWEST:%=tests/%)

size: $(VENV) ## print the lines of each room against its budget
	@$(PYTHON) -m benchmarks.size

bench: $(VENV) ## run the benchmarks and print their tables
	$(PYTHON) -m benchmarks

CHECKS := coverage types pyright drift lint checkers deps workflows document

# Two at a time. The output of each appears when it ends.
check: $(VENV) ## run all checks but the tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target PARALLEL=1 $(CHECKS)

lint: $(VENV) ## check style, and that the rooms of the package import downwards only
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/lint-imports --no-logo --cache-dir .cache/import_linter

types: $(VENV) ## check types with mypy
	$(PYTHON) -m mypy

pyright: $(VENV) ## check types with pyright (skipped without Node, except in CI)
ifneq ($(NODE),)
	npx --yes $(PYRIGHT) --pythonpath $(PYTHON)
else
	@echo "pyright is left out: it needs Node.js" >&2; test -z "$$CI"
endif

checkers: $(VENV) ## check types as users of ty and pyrefly see them
	.venv/bin/ty check --quiet
	.venv/bin/pyrefly check --summary=none

deps: $(VENV) ## check that pyproject.toml declares all that is imported
	.venv/bin/deptry exec_api_client
	.venv/bin/deptry . --ignore DEP004

workflows: $(VENV) ## check the GitHub workflows with zizmor
	.venv/bin/zizmor --quiet --offline --pedantic --no-progress .github

PURE := retry errors limits/state limits/rate_limit _transport/responses pagination/page pagination/paginators \
	pagination/bookmark
, := ,
RULES := client/test_any_request errors/* limits/test_queue limits/test_rules limits/test_settings \
	pagination/test_by_* pagination/test_iterating pagination/test_odd_servers pagination/test_pages \
	pagination/test_resuming retry/test_budget retry/test_rules retry/test_waits test_decode

coverage: $(VENV) ## check that the tests of the pure rules reach each of their branches
	@mkdir -p .cache
	$(PYTHON) -m coverage erase
	$(PYTHON) -m coverage run -m pytest --quiet --numprocesses=auto --dist=worksteal \
		-m 'not thorough' $(RULES:%=tests/%.py)
	$(PYTHON) -m coverage combine --quiet
	$(PYTHON) -m coverage report --fail-under=100 --include='$(subst $() ,$(,),$(PURE:%=exec_api_client/%.py))'

drift: $(VENV) ## check that openapi.yaml and the generated code are what the pages give
	$(PYTHON) -m generator spec --check
	$(PYTHON) -m generator generate --check

document: $(VENV) ## check that openapi.yaml is a valid OpenAPI document
	@$(PYTHON) -m openapi_spec_validator openapi.yaml || { echo "document: until the publisher mends that, mend a" \
		"copy of openapi.yaml and name it: make update SOURCE=copy.yaml" >&2; exit 1; }

# SOURCE, REPORT and AGAINST reach the command by the environment, which no shell reads: an address may hold & and ?.
override export SOURCE := $(value SOURCE)
override export REPORT := $(value REPORT)
override export AGAINST := $(value AGAINST)

spec: $(VENV) ## merge the published pages into openapi.yaml
	$(PYTHON) -m generator spec

generate: $(VENV) ## rewrite exec_api_client/generated from openapi.yaml
	$(PYTHON) -m generator generate

update: $(VENV) ## fetch, merge, generate, report what changed (REPORT=file.md: as Markdown), and check
	$(PYTHON) -m generator update $(if $(REPORT),--report "$$REPORT") \
		$(if $(AGAINST),--against "$$AGAINST")
	@$(MAKE) check || { echo "update: the check fails with what is in place now: mend what it names and run" \
		"\`make check\` again; \`git status\` shows what the update replaced" >&2; exit 1; }

docs: $(VENV) ## build the documentation into .cache/docs
	$(PYTHON) docs/pages.py .cache/pages
	.venv/bin/zensical build --strict --config-file .cache/pages/mkdocs.yml
	@rm -rf .cache/docs && mv .cache/pages/site .cache/docs
	@echo "to read it: $(PYTHON) -m http.server --bind 127.0.0.1 --directory .cache/docs 8000"

LOCK := --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

lock: $(UV) ## rewrite the lock files; `make lock UPGRADE=1` takes newer releases
	$(UV_PIP) compile pyproject.toml --group dev --all-extras $(LOCK) \
		$(if $(UPGRADE),--upgrade) --output-file requirements-dev.lock
	$(UV_PIP) compile pyproject.toml --group demo $(LOCK) \
		--upgrade --constraints requirements-dev.lock --output-file requirements-demo.lock
ifneq ($(NODE),)
	$(if $(UPGRADE),rm -f tests/contract/package-lock.json)
	cd tests/contract && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
		--engine-strict=false --no-audit --no-fund --loglevel=error
endif

dist: $(VENV) ## build the sdist and the wheel
	rm -rf dist
	$(PYTHON) -m build --no-isolation
	.venv/bin/twine check --strict dist/*

smoke: dist ## install the wheel in a fresh environment and read from the sandbox with it
	rm -rf .cache/smoke
	$(PYTHON) -m venv .cache/smoke
	.cache/smoke/bin/python -m pip install --quiet dist/*.whl
	cd .cache/smoke && bin/python -I -c "$(SMOKE)"

clean: ## remove everything that can be made again
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A new lock file means a new environment; a changed pyproject.toml only a new installation of the package.
# uv installs in seconds what pip takes minutes for. It does not read pip's settings: where it finds no index, pip may.
.venv/.stamp-lock: requirements-dev.lock
	@$(MAKE) --silent $(UV)
	$(UV) venv --quiet --clear --python "$(PYTHON3)" .venv
	$(UV_PIP) install --python $(PYTHON) --require-hashes -r $< \
		|| .cache/uv/bin/python -m pip --python $(PYTHON) install --quiet --require-hashes -r $<
	@touch $@

$(VENV): .venv/.stamp-lock pyproject.toml
	@$(MAKE) --silent $(UV)
	$(UV_PIP) install --python $(PYTHON) --no-deps --no-build-isolation --offline --editable .
	@touch $@

$(DEMO): requirements-demo.lock
	@test -n "$(PYTHON3)" || { echo "Python 3.11 or newer is needed; name one with make PYTHON3=..." >&2; exit 1; }
	@rm -rf .cache/demo
	@$(PYTHON3) -m venv .cache/demo
	@.cache/demo/bin/python -m pip install --quiet --no-compile --require-hashes -r requirements-demo.lock
	@touch $@

# The contract tests' mock server. Where it cannot be fetched they are skipped, except in CI.
# Not npm --prefix: that would pass over npm's global configuration. Prism 5.16.0 asks for a newer Node
# than it needs: all that the tests use works on Node 20.
.cache/prism/.stamp: tests/contract/package.json tests/contract/package-lock.json
	@rm -rf .cache/prism && mkdir -p .cache/prism && cp $^ .cache/prism
	@cd .cache/prism && npm ci --ignore-scripts --engine-strict=false --no-audit --no-fund --loglevel=error \
		&& touch .stamp || { echo "Prism could not be installed: no contract tests" >&2; test -z "$$CI"; }

$(UV):
	@test -n "$(PYTHON3)" || { echo "Python 3.11 or newer is needed; name one with make PYTHON3=..." >&2; exit 1; }
	rm -rf .cache/uv
	$(PYTHON3) -m venv .cache/uv
	.cache/uv/bin/python -m pip install --quiet uv==0.13.8
