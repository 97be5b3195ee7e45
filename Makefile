# Thin on purpose: run.py does the work, with make or without. `make` alone lists what there is.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := @"$(PYTHON)" run.py

.PHONY: help set-up book slides pdf epub site test test-quick test-night test-pages pyodide serve live work lab check refresh key mark mutate bench lock audit hooks new-chapter release clean

help:
	$(RUN)

set-up book slides pdf epub site test test-quick test-night test-pages live work check key mutate lock audit hooks clean:
	$(RUN) $@

pyodide:
	$(RUN) $@ $(if $(FROM),--from "$(FROM)")

serve:
	$(RUN) $@ $(if $(PORT),--port $(PORT))

lab:
	$(RUN) $@ $(CHAPTERS)

refresh:
	$(RUN) $@ $(if $(FORCE),--force)

mark:
	$(RUN) $@ "$(FOLDER)"

bench:
	$(RUN) $@ $(PARTS)

new-chapter:
	$(RUN) $@ "$(NAME)"

release:
	$(RUN) $@ "$(TAG)"
