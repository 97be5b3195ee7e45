"""All that a build imports, imported at once: while data and chapters are checked, or before `make live` builds."""

import importlib.metadata
import io
from contextlib import redirect_stderr
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import importlib_metadata

from newpip_book import PARTS, project
from newpip_book.project import ROOT

# Sphinx and its extensions, with what they would import one by one as they are set up.
LIBRARIES = (
    *("jupyter_book.sphinx", "sphinx.application", "sphinx.builders.html", "sphinx.environment.adapters.toctree"),
    *("myst_nb.sphinx_ext", "sphinx_external_toc.events", "sphinxext.opengraph", "pybtex.plugin"),
    *("sphinxcontrib.bibtex.domain", "sphinxcontrib.bibtex.foot_domain", "sphinxcontrib.bibtex.bibfile"),
)
CONTENTS = "format: jb-book\nroot: book/index\n"
WORK = "@misc{work,\n  author = {An Author},\n  title = {A work},\n  year = {2000}\n}\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
PAGE = """# A page

A sentence {cite}`work` with a formula, $x^2$.

```{code-block} ipython3
print(1)
```

:::{figure} drawing.svg
A caption
:::

| a | b |
|---|---|
| 1 | 2 |
"""


def imported():
    """Import it all; what is installed is looked up once for all of it."""
    for module in (importlib.metadata, importlib_metadata):
        module.entry_points = module.entry_points().select
    import_module("newpip_book.execution.runner")
    for name in LIBRARIES:
        import_module(name)
    from sphinx.application import builtin_extensions

    for name in [*builtin_extensions, *(f"newpip_book.{part}" for part in PARTS)]:
        import_module(name)


def practised():
    """Build a book of one page, elsewhere: what libraries only make ready when first used is then ready as well."""
    import nbformat
    from jupyter_book.sphinx import build_sphinx

    for minor in (4, 5):
        nbformat.validate(nbformat.v4.new_notebook(nbformat_minor=minor))
    with TemporaryDirectory() as place, redirect_stderr(io.StringIO()):
        written = {"_toc.yml": CONTENTS, "book/index.md": PAGE, "book/drawing.svg": DRAWING}
        written |= {name: WORK for name in project.settings().get("bibtex_bibfiles") or ()}
        for name, content in written.items():
            Path(place, name).parent.mkdir(parents=True, exist_ok=True)
            Path(place, name).write_text(content, encoding="utf-8")
        own = {"external_toc_path": str(Path(place, "_toc.yml")), "latex_individualpages": False, "html_favicon": ""}
        out = Path(place, "_build", "html")
        build_sphinx(place, out, noconfig=True, path_config=ROOT / "_config.yml", confoverrides=own, quiet=True)
