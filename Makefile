# make run    everything needed, then the quickstart
# make test   everything needed, then all checks and tests
# make help   the rest

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
BENCHMARKS := $(addprefix bench-,crawl kill soak frontier store progress content relevance selectors search report analysis)

# Debian keeps servers such as mosquitto where an ordinary user's PATH does not look.
export PATH := $(PATH):/usr/sbin:/sbin
export PYTHON

.PHONY: run test lint lock packages help clean $(BENCHMARKS) bench-progress

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

# Takes the newest versions that pyproject.toml allows; commit requirements.lock afterwards.
lock:
	@scripts/lock --upgrade

$(BENCHMARKS): bench-%: $(STAMP)
	@$(BIN)/python -m benchmarks.$*

clean:
	@rm -rf $(VENV) .bench build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

help:
	@echo 'make run          everything needed, then the quickstart'
	@echo 'make test         everything needed, then all checks and tests'
	@echo 'make lint         format, mend what can be mended, check'
	@echo 'make lock         resolve the dependencies anew into requirements.lock'
	@echo 'make bench-crawl  pages per CPU-second, beside other crawlers (also: $(BENCHMARKS))'
	@echo 'make clean        remove everything that make built; workspaces stay'

# What the tests start as real parts: a broker, fault injection, a browser, what PDFs are drawn with.
packages:
	@scripts/system-packages mosquitto strace chromium-headless-shell libpangoft2-1.0-0 libharfbuzz-subset0

$(STAMP): pyproject.toml requirements.lock
	@scripts/environment $(VENV)
	@touch $@
