# What a target does stands behind its name; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
# A value given on the command line reaches the programs through the environment, so that
# blanks and Chinese characters in a path need no quoting.
export RAW PROCESSED OUT
N ?= 500
export PYTHONDONTWRITEBYTECODE := 1
export MPLBACKEND :=

.DEFAULT_GOAL := help
.PHONY: help setup run extract corpus departments bench trial test test-site test-lab fuzz fuzz-damage fuzz-parsers lint lab site typeset lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.ready ## install everything into .venv

.venv/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; say make PYTHON=python3.11")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

run: setup ## execute all notebooks on data/raw, in place
	$(BIN)/python -m run_notebooks

extract: setup ## extract a folder of PDFs: make extract RAW=<folder> PROCESSED=<folder>
	$(BIN)/python -m run_notebooks --extract

corpus: setup ## extract thousands of PDFs to Parquet: make corpus RAW=<folder> OUT=<folder>
	$(BIN)/python -m corpus

departments: setup ## make data/generated again, which notebook 21 reads: make departments COUNT=1000
	$(BIN)/python data/generated/make_dataset.py $(COUNT)

bench: .venv/.bench ## measure speed and memory, and write docs/benchmarks.md: make bench OPTIONS="--quick"
	$(BIN)/python benchmarks/run.py $(OPTIONS)

# The other engines, which nothing else needs.
.venv/.bench: .venv/.ready benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.txt
	touch $@

trial: setup ## damage the tables of data/processed one amount at a time: what do the checks notice?
	$(BIN)/python -m damage_trial

test: setup ## run the tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-site: setup ## test the pages of the site in Chromium, which has to be installed
	$(BIN)/python -m pytest -m browser tests/test_site_in_browser.py

test-lab: setup ## run every notebook in a real JupyterLab in Chromium, once a release
	$(BIN)/python -m pytest -m lab tests/test_lab.py

fuzz: setup ## read N random reports by each typesetter, cell by cell: make fuzz N=500
	$(BIN)/python tests/fuzz.py $(or $(N),500) --seed $(or $(SEED),1000)

fuzz-damage: setup ## damage N reports: is one read wrong without a word? make fuzz-damage N=1000
	$(BIN)/python tests/fuzz_damage.py $(or $(N),1000) --seed $(or $(SEED),5000)

fuzz-parsers: setup ## look long for text that the parsers of numbers and sentences misread
	$(BIN)/python -m pytest -n 2 tests/test_hostile.py -k "parser or guarded" --hypothesis-profile=fuzz

lint: setup ## check the style of the code
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

lab: setup ## open JupyterLab at the first notebook
	$(BIN)/jupyter lab --LabApp.app_settings_dir=assets/lab notebooks/00_start_here.ipynb

site: setup ## write all notebooks as pages to site/, to be read without installing anything
	$(BIN)/python -m site_build

typeset: setup ## make data/raw/zhuzhou-hrss-2024.pdf again from its text
	$(BIN)/python data/raw/typesetting/typeset_report.py

lock: setup ## fix the versions of all dependencies anew
	$(BIN)/python -m pip install --quiet uv==0.13.9
	$(COMPILE) --all-extras pyproject.toml -o requirements.txt
	$(COMPILE) -c requirements.txt benchmarks/requirements.in -o benchmarks/requirements.txt

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

clean: ## remove what `make setup` installed, what `make run` keeps, and the pages of `make site`
	rm -rf .venv .cache site
