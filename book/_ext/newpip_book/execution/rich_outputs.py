"""Name the outputs of cells that pages would lose: widgets, scripts, styles, and what only a program can show."""

import re

from newpip.forms import GLUE, MIME
from newpip_book.authoring import formulas, lint_syntax

SHOWN = {MIME, "text/plain", "text/html", "image/png", "image/jpeg", "image/svg+xml", "text/latex", "text/markdown"}
# The style that pandas puts before its own tables; the book has one for them.
PANDAS = re.compile(r"<style scoped>\s*\.dataframe tbody tr th.*?</style>", re.DOTALL)
LOST = re.compile(
    r"<(script|style|iframe|link|object|embed|video|audio|canvas|form|input|button|select|textarea|meta|base)\b"
    r"|\s(on\w+)\s*=\s*[\"']|(javascript:)|<img\b[^>]*\bsrc\s*=\s*[\"']?(https?:|//|(?!data:)[\w./-]+)",
    re.IGNORECASE,
)
DOLLARS = re.compile(r"^(\${1,2})(?P<formula>.*)\1$", re.DOTALL)
INSTEAD = "figure() or table(), or print(),"


def unshown(notebook):
    """List what cells put out that no page could show.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A chapter with its outputs.

    Yields
    ------
    number : int
        Of the cell, among those that run, from 1.
    problem : str
        What it is, and what to do in its place.
    """
    running = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(running, 1):
        for output in cell.outputs:
            if "data" in output:
                yield from ((number, problem) for problem in wrong_forms(output.data))


def wrong_forms(data):
    """Find what is wrong with the forms of one output.

    Parameters
    ----------
    data : dict
        From the name of a form to its content.

    Yields
    ------
    str
    """
    if MIME in data or any(form.startswith(GLUE) for form in data):
        return
    for form in data:
        if form not in SHOWN:
            named = "a widget" if "widget" in form else f"an output of the form {form}"
            yield f"it shows {named}, which works in no page; {INSTEAD}"
            return
    html = PANDAS.sub("", "".join(data.get("text/html", "")))
    found = LOST.search(html + "".join(data.get("image/svg+xml", "")).replace("<style", "<svg-style"))
    if found:
        named = f"<{found[1]}>" if found[1] else found[2] or found[3] or f"the picture {found[4][:40]}"
        yield f"it shows HTML with {named}, which pages do not let through; {INSTEAD}"
    elif "text/html" not in data and "text/latex" in data:
        yield from _wrong_formula("".join(data["text/latex"]).strip())
    elif "text/html" not in data and "text/markdown" in data:
        for _, said in lint_syntax.wrong("".join(data["text/markdown"])):
            yield f"it shows Markdown in which {said.removesuffix(' was expected').removesuffix(' were expected')}"
            return


def _wrong_formula(text):
    inner = DOLLARS.match(text)
    try:
        formulas.mathml(inner["formula"] if inner else text)
    except formulas.FormulaError as error:
        yield f"it shows a formula: {str(error).removesuffix(' was expected').removesuffix(' were expected')}"
