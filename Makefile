# Everything anybody does here, by name. `make help` lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

export PORT ?= 8000
export DATA_DIR ?= .data
# The checkout's packages, and those of the functions by the names they have on Lambda.
export PYTHONPATH := $(CURDIR):$(CURDIR)/functions
# More arguments for what is called: make unit ARGS="-k resend"
ARGS ?=
SECTION ?=
TIMES ?= 20
# Of template.yaml: make deploy PARAMETERS="ApiMemory=2048 LogRetentionDays=90"
PARAMETERS ?=

VENV := .venv
PYTHON := $(VENV)/bin/python
PYTEST := $(PYTHON) -m pytest
NPM := cd frontend && ../$(PYTHON) -m infra.run.node npm
COMPILE := $(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--prerelease if-necessary-or-explicit --custom-compile-command "make lock"

# What Lambda's Python brings along; X-Ray's client, imported only where tracing is on, needs 30 MB of it.
OF_LAMBDA := --no-emit-package botocore --no-emit-package python-dateutil --no-emit-package six --no-emit-package urllib3

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/' | expand -t 14

# --- set-up: each stamp is newer than what it was made from, so the second time takes no time

.PHONY: setup
setup: $(VENV)/.synced frontend/node_modules/.installed ## make .venv and install all packages, from the lock files

$(VENV)/.made: requirements-uv.txt infra/setup.sh
	@bash infra/setup.sh $(VENV)
	@touch $@

$(VENV)/.synced: $(VENV)/.made requirements.txt pyproject.toml
	@echo "Installing the Python packages"
	@export VIRTUAL_ENV=$(VENV); $(VENV)/bin/uv pip sync -q --require-hashes requirements.txt && \
		$(VENV)/bin/uv pip install -q --offline --no-deps --no-build-isolation --editable . || \
		{ echo "Installing the Python packages failed: check the network and the disk, then run make again." >&2; exit 1; }
	@touch $@

frontend/node_modules/.installed: $(VENV)/.synced frontend/package-lock.json
	@$(PYTHON) -m infra.run.webapp install
	@touch $@

# What only tests need: a WebSocket client nobody here wrote.
WS := tests/gateway/node/node_modules/.installed
$(WS): $(VENV)/.synced tests/gateway/node/package-lock.json
	@cd tests/gateway/node && ../../../$(PYTHON) -m infra.run.node npm ci --silent --ignore-scripts --no-audit --no-fund || \
		{ echo "Installing the tests' WebSocket client failed: check the network and the disk, then run make again." >&2; exit 1; }
	@touch $@

# And a real OpenID provider to sign in with.
PROVIDER := tests/identities/node/node_modules/.installed
$(PROVIDER): $(VENV)/.synced tests/identities/node/package-lock.json
	@cd tests/identities/node && ../../../$(PYTHON) -m infra.run.node npm ci --silent --ignore-scripts --no-audit --no-fund || \
		{ echo "Installing the tests' OpenID provider failed: check the network and the disk, then run make again." >&2; exit 1; }
	@touch $@

# Tools whose own requirements would not go with ours, each in an environment of its own.
EMULATOR := .venv/tools/emulator/.installed
.venv/tools/%/.installed: infra/%/requirements.txt $(VENV)/.synced
	@echo "Installing what $* needs"
	@$(VENV)/bin/uv venv -q --clear --python $(PYTHON) $(@D) && VIRTUAL_ENV=$(@D) $(VENV)/bin/uv pip sync -q --require-hashes $< || \
		{ echo "Installing the packages of $< failed: check the network and the disk, then run make again." >&2; exit 1; }
	@touch $@

# --- running

.PHONY: run
run: setup ## Parley on http://localhost:8000; PORT= and DATA_DIR= change where
	@exec $(PYTHON) -m infra.run $(ARGS)

.PHONY: move-history
FROM ?=
TO ?=
move-history: setup ## move the history of a stopped Parley: FROM=cassandra TO=mongodb, or back; verified before it counts
	@exec $(PYTHON) -m infra.history move --from "$(FROM)" --to "$(TO)" --switch $(ARGS)

.PHONY: backup restore settle
BACKUP ?=
backup: setup ## the data of DATA_DIR= into one file, while Parley runs or not; BACKUP= names the file
	@exec $(PYTHON) -m infra.backup create $(if $(BACKUP),--file "$(BACKUP)") $(ARGS)
restore: setup ## BACKUP= into an empty DATA_DIR=; ARGS=--force moves what is there aside
	@exec $(PYTHON) -m infra.backup restore $(if $(BACKUP),--file "$(BACKUP)") $(ARGS)
settle: setup ## make stores fit to go on that somebody else brought back; ARGS="--since TIME --history-at TIME"
	@exec $(PYTHON) -m infra.backup settle $(ARGS)

# --- deploying: docs/deploy.md says what to set

.PHONY: deploy deploy-local emulator layer
deploy: setup ## to AWS; ARGS=--plan says what would change, ARGS=--destroy removes everything
	@exec $(PYTHON) -m infra.deploy $(foreach it,$(PARAMETERS),--parameter $(it)) $(ARGS)
# Unless set: the containers of localstack-compose.yml, by the names that functions reach them by.
deploy-local: export POSTGRES_URL ?= postgresql://parley:parley@postgres:5432/parley
deploy-local: export MONGODB_URL ?= mongodb://mongo:27017/parley?replicaSet=rs0
deploy-local: export CASSANDRA_HOSTS ?= cassandra:9042
deploy-local: export FUNCTIONS_ENDPOINT_URL ?= http://aws:4566
deploy-local: export AWS_ACCESS_KEY_ID ?= test
deploy-local: export AWS_SECRET_ACCESS_KEY ?= test
deploy-local: setup ## the same, to LocalStack or MiniStack on this machine
	@exec $(PYTHON) -m infra.deploy --local $(foreach it,$(PARAMETERS),--parameter $(it)) $(ARGS)
emulator: setup $(EMULATOR) ## MiniStack on http://localhost:4566, where there are no containers
	@exec $(PYTHON) -m infra.emulator $(ARGS)
layer: setup ## the dependency layer alone, and what is in it
	@exec $(PYTHON) -m infra.deploy.layer $(ARGS)

# --- checks and tests

.PHONY: test
test: setup $(WS) $(PROVIDER) $(EMULATOR) ## everything that CI runs: all checks, then all tests
	@$(MAKE) --jobs=2 --keep-going --output-sync=target lint web-tests
	@exec $(PYTEST) $(ARGS)

.PHONY: coverage
coverage: setup $(WS) $(PROVIDER) $(EMULATOR) ## all tests once more, slower, and which lines of which file they do not reach
	@exec $(PYTEST) --cov --cov-report=term $(ARGS)

.PHONY: lint
lint: ruff format-check bandit types imports web-lint web-types fresh templates ## all checks that run no test

.PHONY: ruff format-check bandit types imports web-lint web-types web-tests web-build fresh templates
ruff: setup
	@$(PYTHON) -m ruff check --quiet .
format-check: setup
	@$(PYTHON) -m ruff format --check --quiet .
bandit: setup
	@$(PYTHON) -m bandit --quiet --configfile pyproject.toml --recursive functions infra
types: setup
	@$(PYTHON) -m mypy --no-error-summary
imports: setup
	@$(VENV)/bin/lint-imports --no-cache > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
web-lint: setup
	@$(NPM) run --silent lint
web-types: setup
	@$(NPM) run --silent typecheck
web-tests: web-build
	@$(NPM) run --silent test
web-build: setup
	@$(PYTHON) -m infra.run.webapp
fresh: setup
	@$(PYTHON) -m infra.generate --check
	@$(PYTHON) -m tests.recording --check
	@$(PYTHON) -m infra.scale --check
	@$(NPM) run --silent generate -- --check
templates: setup .venv/tools/deploy/.installed
	@$(PYTHON) -m infra.deploy.check

.PHONY: audit sbom
AUDIT := .venv/tools/audit/.installed
audit: setup $(AUDIT) ## known vulnerabilities of what the lock files name; SKIPPED where no advisory service answers
	@$(PYTHON) -m infra.audit
sbom: setup $(AUDIT) ## what the lock files name, as CycloneDX, into SBOM_DIR=sbom
	@$(PYTHON) -m infra.audit --bill $(or $(SBOM_DIR),sbom)

.PHONY: races fuzz
fuzz: setup ## requests and frames nobody would send; FUZZ_EXAMPLES=1000 for longer
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} exec $(PYTEST) tests/fuzz $(ARGS)
races: setup ## rights taken away at the moment of their use, 300 rounds of each; RACE_ROUNDS=1000 for longer
	@RACE_ROUNDS=$${RACE_ROUNDS:-300} exec $(PYTEST) tests/integration/test_races.py $(ARGS)

.PHONY: unit integration faults model e2e components components-accept screenshots test-deploy bench soak
unit: setup ## the quick tests: rules, services on fakes, handlers
	@exec $(PYTEST) tests/unit tests/handlers $(ARGS)
integration: setup $(WS) $(PROVIDER) ## stores, gateway, and the whole backend, with the real servers
	@exec $(PYTEST) tests/contract tests/gateway tests/infra tests/backup tests/integration tests/permissions tests/identities tests/faults tests/model $(ARGS)
faults: setup ## provoke every fault for a while and count what is lost; ARGS="--seed 7 --seconds 60 --only flush"
	@exec $(PYTHON) -m tests.faults $(ARGS)
model: setup ## a room against its model, TIMES=20 times as long as in make test, anew each time
	@MODEL_TIMES=$(TIMES) exec $(PYTEST) tests/model $(ARGS)
components: setup ## all components of the web app in all states, in the browser
	@$(NPM) run components $(ARGS)
components-accept: setup ## from now on they shall look as they do now: rewrites tests/e2e/components
	@COMPONENTS=accept exec $(PYTEST) tests/e2e/test_components.py $(ARGS)
screenshots: setup web-build ## pictures of every page, made by the tests, into docs/screens.md
	@$(PYTEST) tests/e2e/test_pages.py tests/e2e/test_administration.py $(ARGS)
	@$(PYTHON) -m tests.e2e.screens
e2e: setup $(PROVIDER) web-build ## two people in two real browsers
	@exec $(PYTEST) tests/e2e $(ARGS)
test-deploy: setup $(EMULATOR) ## deploy to MiniStack, run the integration suite there, destroy
	@exec $(PYTEST) tests/deploy $(ARGS)
bench: setup ## measure, and write docs/benchmarks.md; SECTION=imports measures one part
	@exec $(PYTHON) -m tests.load $(SECTION) $(ARGS)
soak: setup ## ten minutes of trouble for the gateway: nothing may grow; SECONDS=180 is shorter
	@exec $(PYTHON) -m tests.load.soak

# --- writing files

.PHONY: format generate scale lock clean
format: setup ## lay out the Python code
	@$(PYTHON) -m ruff check --quiet --fix .
	@$(PYTHON) -m ruff format --quiet .
generate: setup ## write anew what is derived from the schemas
	@$(PYTHON) -m infra.generate
	@$(PYTHON) -m tests.recording
	@$(NPM) run --silent generate
scale: setup ## calculate and simulate cost and limits anew, and write docs/scale.md and its plots
	@$(PYTHON) -m infra.scale
lock: setup ## resolve all lock files anew; ARGS=--upgrade takes newer versions
	$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	$(COMPILE) layers/requirements.in -c requirements.txt -o layers/requirements.txt $(OF_LAMBDA)
	$(COMPILE) $(ARGS) infra/deploy/requirements.in -o infra/deploy/requirements.txt
	$(COMPILE) $(ARGS) infra/audit/requirements.in -o infra/audit/requirements.txt
	$(COMPILE) $(ARGS) infra/emulator/requirements.in -o infra/emulator/requirements.txt
	echo uv | $(COMPILE) $(ARGS) - -o requirements-uv.txt
	$(NPM) install --package-lock-only --ignore-scripts
	cd tests/gateway/node && ../../../$(PYTHON) -m infra.run.node npm install --package-lock-only --ignore-scripts
	cd tests/identities/node && ../../../$(PYTHON) -m infra.run.node npm install --package-lock-only --ignore-scripts
	$(COMPILE) $(ARGS) tests/load/peers/requirements.in -o tests/load/peers/requirements.txt
	cd tests/load/peers && ../../../$(PYTHON) -m infra.run.node npm install --package-lock-only --ignore-scripts
	$(PYTHON) -m infra.stores.cassandra.lock
clean: ## remove what setup and the builds made, but no data
	@rm -rf tests/load/peers/.venv tests/load/peers/node_modules .deploy
	@rm -rf $(VENV) frontend/node_modules frontend/dist .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find functions infra layers tests -name __pycache__ -prune -exec rm -rf {} +
