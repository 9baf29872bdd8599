# make run    everything needed, then the quickstart
# make test   everything needed, then all checks and tests
# make help   the rest

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
BENCHMARKS := $(addprefix bench-,crawl kill soak frontier store progress content relevance selectors search report analysis browser)

# Debian keeps servers such as mosquitto where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin:/sbin
export PYTHON

.PHONY: run test lint lock packages help clean up image sbom audit $(BENCHMARKS) bench-progress

run: $(STAMP)
	@$(BIN)/tandem demo

test: $(STAMP) packages
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest -n auto -q

# Formats and corrects what can be corrected, then checks.
lint: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/mypy

# Takes the newest versions that pyproject.toml allows; commit the lock files afterwards.
lock:
	@scripts/lock --upgrade

# Broker, small model and scraper in containers; the demo runs once.
up: .env
	@docker compose up --build --detach
	@echo 'docker compose logs --follow scraper                      what the demo does'
	@echo 'docker compose run --rm scraper run /jobs/job.yaml        a job of yours, out of the folder TANDEM_JOBS in .env'
	@echo 'docker compose run --rm --no-deps scraper report          its report'

# Made once, readable by its owner alone, with a password that nobody else has.
.env:
	@umask 077 && sed "s/^TANDEM_BROKER_PASSWORD=$$/&$$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')/" .env.example >$@.part
	@mv $@.part $@

# Builds Dockerfile.scraper without a container engine, and runs the demo in it.
image:
	@scripts/image

# What comes along, as CycloneDX.
sbom: $(STAMP)
	@mkdir -p build
	@$(BIN)/python scripts/sbom.py requirements-extras.lock >build/sbom.cdx.json
	@echo build/sbom.cdx.json

# Asks the advisories of the package index about every locked package, those of the tools too.
audit:
	@scripts/audit

$(BENCHMARKS): bench-%: $(STAMP)
	@$(BIN)/python -m benchmarks.$*

clean:
	@rm -rf $(VENV) .bench build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

help:
	@echo 'make run          everything needed, then the quickstart'
	@echo 'make test         everything needed, then all checks and tests'
	@echo 'make lint         format, mend what can be mended, check'
	@echo 'make lock         resolve the dependencies anew into the lock files'
	@echo 'make up           broker, small model and scraper in containers, by docker compose'
	@echo 'make image        build the image of the scraper without a container engine, and run the demo in it'
	@echo 'make audit        ask whether any locked package is known to be vulnerable'
	@echo 'make sbom         write down what comes along: build/sbom.cdx.json'
	@echo 'make bench-crawl  pages per CPU-second, beside other crawlers (also: $(BENCHMARKS))'
	@echo 'make clean        remove everything that make built; workspaces stay'

# What the tests start as real parts: a broker, fault injection, a browser, what PDFs are drawn with.
packages:
	@scripts/system-packages mosquitto mosquitto-clients strace chromium-headless-shell libpangoft2-1.0-0 libharfbuzz-subset0

$(STAMP): pyproject.toml requirements.lock
	@scripts/environment $(VENV)
	@touch $@
