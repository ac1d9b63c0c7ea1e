# make run: set up, build the graph of data/documents, validate it, serve it.   make test: set up, run the tests.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STORE ?= .rolegraph
DOCUMENTS ?= data/documents

.PHONY: run test lint setup clean

run: $(VENV)/.run
	@command -v java >/dev/null 2>&1 || echo "Java is missing: consistency is checked by rules, not by HermiT (get it: apt-get install default-jre-headless)"
	$(BIN)/rolegraph build $(DOCUMENTS) --store $(STORE)
	$(BIN)/rolegraph serve --store $(STORE)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.test
	$(BIN)/ruff check .

setup: $(VENV)/.test

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "RoleGraph needs Python 3.11 or later; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.venv pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.venv pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) $(STORE) dist build
