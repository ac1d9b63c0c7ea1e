# make run: set up, build the graph of data/documents, validate it, serve it.   make test: set up, run the tests.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STORE ?= .rolegraph
DOCUMENTS ?= data/documents
FRONTEND := api/static/vendor/LICENSES.txt

.PHONY: run test lint setup clean

run: $(VENV)/.run $(FRONTEND)
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

# what pages load of others, fetched once and served from here; pages are complete, if plainer, without
$(FRONTEND): api/frontend/package-lock.json api/frontend/assemble.mjs
	@if ! command -v npm >/dev/null 2>&1; then echo "Node is missing: pages are plain, without the query editor and the moving picture (get it: apt-get install npm)"; \
	elif ! (cd api/frontend && npm ci --omit=dev --silent && node assemble.mjs); then \
	echo "npm could not fetch the front-end parts: pages are plain, without the query editor and the moving picture"; fi

clean:
	rm -rf $(VENV) $(STORE) dist build
