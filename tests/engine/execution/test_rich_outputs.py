"""Outputs that no page could show are refused by name; those that pages show are taken."""

import nbformat
import pandas as pd
import pytest

from newpip.forms import MIME
from newpip_book.execution import rich_outputs

REFUSED = {
    "widget": ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "x"}, "a widget"),
    "script": ({"text/html": "<div></div><script>1</script>"}, "<script>"),
    "style": ({"text/html": "<style>#T_1 {color: red}</style><table></table>"}, "<style>"),
    "frame": ({"text/html": ["<if", "rame src='x'></iframe>"]}, "<iframe>"),
    "handler": ({"text/html": "<a href='#' onclick='x()'>y</a>"}, "onclick"),
    "link": ({"text/html": "<a href='javascript:x()'>y</a>"}, "javascript:"),
    "form": ({"text/html": "<input type='range'>"}, "<input>"),
    "film": ({"text/html": "<video src='a.mp4'></video>"}, "<video>"),
    "picture of another site": ({"text/html": "<img src='https://example.org/a.png'>"}, "the picture https:"),
    "picture of a file": ({"text/html": '<img src="pic.png"/>'}, "the picture pic.png"),
    "JavaScript": ({"application/javascript": "alert()"}, "application/javascript"),
    "chart of a program": ({"application/vnd.vegalite.v5+json": {}, "text/plain": "x"}, "vnd.vegalite"),
    "drawing that runs": ({"image/svg+xml": "<svg><script>1</script></svg>"}, "<script>"),
    "formula": ({"text/latex": "$\\bm{x}$", "text/plain": "x"}, "\\bm"),
    "Markdown": ({"text/markdown": "{file}`x`"}, "no role 'file'"),
}
TAKEN = (
    {"text/html": pd.DataFrame({"a": [1]})._repr_html_(), "text/plain": "a"},
    {"text/html": "<b style='color: red'>x</b><img src='data:image/png;base64,AA'>"},
    {"image/svg+xml": "<svg><style>path {fill: none}</style></svg>"},
    {"text/latex": "$\\displaystyle x^2$"},
    {"text/markdown": "*x* and {math}`x`"},
    {"text/plain": "<script>"},
    {MIME: {}, "text/html": "<script></script>", "text/plain": "x"},
)


@pytest.mark.parametrize("name", REFUSED)
def test_what_pages_would_lose_is_refused(name):
    data, said = REFUSED[name]
    cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell(""), nbformat.v4.new_code_cell("2")]
    cells[2].outputs = [nbformat.v4.new_output("display_data", data)]
    ((number, problem),) = rich_outputs.unshown(nbformat.v4.new_notebook(cells=cells))
    assert number == 2 and problem.startswith("it shows") and said in problem


def test_what_pages_show_is_taken():
    assert [list(rich_outputs.wrong_forms(data)) for data in TAKEN] == [[]] * len(TAKEN)
