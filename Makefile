# Thin on purpose: each target is a line or two. `make` alone prints this help.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin/python -m
NEWPIP := .venv/bin/newpip
# Each kernel imports pandas in half the time when Python may keep what it compiled, whatever this machine says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help set-up book slides pdf epub site test test-quick test-pages pyodide serve live work lab check refresh key mutate bench lock audit hooks new-chapter release clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

# An environment works on the checkout that it was set up for; one that came with a copy or a move is set up anew.
.venv/ready: requirements.txt pyproject.toml $(shell [ "$$(cat .venv/ready 2>&1)" = "$$(pwd -P)" ] || echo set-up)
	sh book/_ext/environment.sh "$(PYTHON)"
	@pwd -P > $@

set-up:

book: .venv/ready ## build the book into _build/html
	@$(NEWPIP) build

slides: book ## the slides, which every build of the book makes, in _build/html/slides
	@echo "The slides are in _build/html/slides/index.html"

pdf: book ## bind the built book as PDF (needs Chromium)
	$(NEWPIP) pdf

epub: book ## bind the built book as EPUB
	$(NEWPIP) epub

site: .venv/ready ## build what is published: the pages, and the book as PDF and EPUB, which they then offer (needs Chromium)
	@$(NEWPIP) site

test: .venv/ready ## everything: lint, the book, its chapters, its data, its pages
	$(RUN) ruff check . && $(RUN) ruff format --check .
	$(NEWPIP) build
	$(RUN) pytest

test-quick: .venv/ready ## in a minute, with nothing built: lint, library, data, what authors write, form of chapters
	$(RUN) ruff check . && $(RUN) ruff format --check .
	$(RUN) pytest -m "not slow" tests/newpip tests/engine/authoring tests/test_chapters.py

pyodide: .venv/ready ## gather the Python that runs in the page, so that `make book` puts it in
	@$(NEWPIP) pyodide $(if $(FROM),--from "$(FROM)")

test-pages: pyodide book ## run every cell of every chapter in the page, in a browser
	$(RUN) pytest -m pages tests

serve: book ## read the book at an address of this machine
	$(RUN) http.server --bind 127.0.0.1 --directory _build/html $(or $(PORT),8000)

live: .venv/ready ## rebuild and reload the page on every save
	@$(NEWPIP) live

work: .venv/ready ## make your own copies of the chapters in work/, keeping what you changed
	@$(NEWPIP) work

lab: .venv/ready ## open them in JupyterLab (authors: CHAPTERS=chapters opens the chapters themselves)
	@exec $(NEWPIP) lab $(CHAPTERS)

check: .venv/ready ## whether data, chapters and pages fit together, in a second or two
	@$(NEWPIP) check

refresh: .venv/ready ## run stale chapters and store their outputs (FORCE=1: all of them)
	@$(NEWPIP) refresh $(if $(FORCE),--force)

key: .venv/ready ## print the marking key of the course, for teachers
	@$(NEWPIP) key

mutate: .venv/ready ## change each cell of data/ and see whether anything notices
	$(NEWPIP) mutate

bench: .venv/ready ## measure how fast the book is, beside other builders: an hour, alone (PARTS="page_weight" for some)
	$(NEWPIP) bench $(PARTS)

lock: ## compile requirements.txt anew from pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --upgrade \
	  --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --custom-compile-command "make lock" .ci/tools.in --output-file .ci/tools.txt

.tools/ready: .ci/tools.txt
	@"$(PYTHON)" -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/tools.txt
	@touch $@

audit: .tools/ready ## ask the advisory service whether anything locked is known to be unsafe
	.tools/bin/pip-audit --disable-pip --require-hashes -r requirements.txt -r .ci/tools.txt

hooks: .venv/ready .tools/ready ## from now on, check before each commit what takes seconds
	.tools/bin/pre-commit install

new-chapter: .venv/ready ## start a chapter: make new-chapter NAME=waiting
	@$(NEWPIP) new-chapter "$(NAME)"

release: site .tools/ready ## gather what a release holds, in dist/: make release TAG=v1.0.0
	@$(NEWPIP) release "$(TAG)"

clean: ## remove what was built, and the environment
	rm -rf _build dist .venv .tools .pytest_cache .ruff_cache
