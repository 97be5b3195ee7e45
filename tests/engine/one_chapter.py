"""Build a book of one chapter, which publishes a number, a claim and a table."""

import nbformat
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

PROSE = """# One chapter

The value is {glue:text}`a.value`.
It is above ten. {claim}`above-ten`
"""
CODE = """from newpip.data import load
from newpip.publish import claim, number, table
import pandas as pd
number("a.value", VALUE, unit="things")
claim("above-ten", VALUE > 10, "the value with ten")
table("t", pd.DataFrame({"x": ["<script>alert(1)</script>"], "n": [VALUE]}), caption="A table")
"""


def write(source, value, prose=PROSE, code=CODE):
    """Write the sources of a book whose one chapter publishes ``value``."""
    source.mkdir(exist_ok=True)
    cells = [nbformat.v4.new_markdown_cell(prose), nbformat.v4.new_code_cell(code.replace("VALUE", str(value)))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, source / "chapter.ipynb")
    cover = "# Cover\n\nIt is {result}`a.value`.\n\n```{toctree}\nchapter\n```\n"
    (source / "index.md").write_text(cover, encoding="utf-8")
    (source / "book").mkdir(exist_ok=True)
    (source / "book" / "result-labels.csv").write_text("pattern,label\na.value,The value\n", encoding="utf-8")


def build(tmp_path, value=None, prose=PROSE, warnings=None, code=CODE, **settings):
    """Build the book, of a new value when one is given; return its folder."""
    source = tmp_path / "source"
    if value is not None:
        write(source, value, prose, code)
    config = {
        "extensions": ["myst_nb", "newpip_book"],
        "nb_custom_formats": {".ipynb": "newpip_book.authoring.dependencies.read_notebook"},
        "nb_execution_mode": "cache",
        "nb_execution_raise_on_error": True,
        "html_math_renderer": "mathml",
        "numfig": True,
        "root_doc": "index",
        **settings,
    }
    out = tmp_path / "build" / "html"
    trees = tmp_path / "build" / "doctrees"
    with docutils_namespace():
        app = Sphinx(source, None, out, trees, "html", confoverrides=config, status=None, warning=warnings)
        app.build()
    return out
