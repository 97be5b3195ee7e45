"""Read the formulas of chapters and pages: the LaTeX that every form of the book shows alike, as MathML."""

import re
from functools import cache

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml

# What MathJax, which shows the notebooks, knows by names of its own, and the renderer of pages does not.
ALIKE = {"dots": "ldots", "dfrac": "frac", "tfrac": "frac", "iff": "Longleftrightarrow", "implies": "Longrightarrow"}
ENVIRONMENTS = re.compile(r"\\(begin|end)\{(align\*?|split)\}")  # shown as aligned is
DIGITS = re.compile(r"\\frac\s*(\d)\s*(\d)")  # as TeX reads a fraction without braces
WORDS, ESCAPED = re.compile(r"<mtext>.*?</mtext>", re.DOTALL), re.compile(r"\\([%#$_{}]|&amp;)")
PIECE = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}&%#]|\$", re.DOTALL)
INSTEAD = {  # the nearest that works
    r"\tag": "a label after the closing signs, $$ ... $$ (name),",
    r"\label": "a label after the closing signs, $$ ... $$ (name),",
    r"\eqref": "{eq}`name` in the text",
    r"\ref": "{eq}`name` in the text",
    r"\bm": r"\mathbf",
    r"\pmb": r"\mathbf",
    r"\textbf": r"\mathbf",
    r"\textit": r"\mathit",
    r"\textrm": r"\text",
    r"\mbox": r"\text",
    r"\stackrel": r"\overset",
    r"\substack": "one line",
    r"\middle": r"\mid",
    r"\newcommand": "the formula written out",
    r"\def": "the formula written out",
    r"\DeclareMathOperator": r"\operatorname",
    r"\color": "a formula without colours",
    r"\textcolor": "a formula without colours",
    r"\verb": r"\text",
    "array": "matrix, pmatrix, bmatrix or cases",
    "equation": "$$ ... $$ (name)",
    "gather": "aligned",
    "multline": "aligned",
    "alignat": "aligned",
    "eqnarray": "aligned",
    "tabular": "a table of Markdown",
}
SIZES = re.compile(r"\\[bB]igg?[lrm]?$")
LISTED = r"fractions, roots, sums, Greek letters, \text, \left and \right, aligned, cases and matrices"


class FormulaError(ValueError):
    """A formula cannot be shown.

    Parameters
    ----------
    said : str
        What is wrong, and what was expected.
    line : int
        The line of the formula that it is in, from 0.
    """

    def __init__(self, said, line=0):
        super().__init__(said)
        self.line = line


@cache
def mathml(formula, block=False):
    """Turn a formula into MathML, with the one renderer that comes with Docutils.

    Parameters
    ----------
    formula : str
        LaTeX, without the dollars around it.
    block : bool, optional
        Whether it stands on a line of its own.

    Returns
    -------
    str

    Raises
    ------
    FormulaError
        Where it holds what cannot be shown in pages and notebooks alike.
    """
    _require_pairs(formula)
    text = ENVIRONMENTS.sub(r"\\\1{aligned}", formula)
    text = re.sub(rf"\\({'|'.join(ALIKE)})(?![A-Za-z])", lambda found: f"\\{ALIKE[found[1]]}", text)
    text = DIGITS.sub(r"\\frac{\1}{\2}", text)
    try:
        return WORDS.sub(lambda found: ESCAPED.sub(r"\1", found[0]), tex2mathml(text.strip(), as_block=block))
    except MathError as error:
        raise _explained(formula, str(error)) from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise FormulaError(f"{_short(formula)!r} is no formula that can be shown; {LISTED} were expected") from error


def _require_pairs(formula):
    """Refuse what the renderer of pages lets pass and that of notebooks does not."""
    if not formula.strip():
        raise FormulaError("the formula is empty; one with signs between its dollars was expected")
    opened, line = [], 0
    closing = {"end": "begin", "right": "left"}
    for found in PIECE.finditer(formula):
        sign, line = found[0], formula.count("\n", 0, found.start())
        name = re.match(r"\{([A-Za-z]+\*?)\}", formula[found.end() :]) if sign in (r"\begin", r"\end") else None
        if sign in (r"\left", r"\right") and not formula[found.end() :].strip():
            raise FormulaError(f"{sign} has no bracket in {_short(formula)!r}; one behind it was expected", line)
        if sign in ("{", r"\begin", r"\left"):
            opened.append((sign.strip("\\"), name and name[1], line))
        elif sign in ("}", r"\end", r"\right"):
            wanted = "{" if sign == "}" else closing[sign.strip("\\")]
            if not opened or opened[-1][:2] != (wanted, name and name[1]):
                whole = sign + (name[0] if name else "")
                raise FormulaError(f"{whole} closes nothing in {_short(formula)!r}; its beginning was expected", line)
            opened.pop()
        elif sign in ("&", r"\\") and not any(kind == "begin" for kind, _, _ in opened):
            said = f"{sign} stands outside of rows in {_short(formula)!r}"
            raise FormulaError(rf"{said}; \begin{{aligned}} ... \end{{aligned}} around it was expected", line)
        elif sign in ("%", "#", "$"):
            raise FormulaError(f"{sign} alone stands in {_short(formula)!r}; \\{sign} was expected", line)
    if opened:
        kind, name, line = opened[-1]
        whole = kind if kind == "{" else f"\\{kind}" + (f"{{{name}}}" if name else "")
        raise FormulaError(f"{whole} is not closed in {_short(formula)!r}; its end was expected", line)


def _explained(formula, said):
    """Name the command or environment that the renderer does not know, and what to write in its place."""
    named = re.search(r'command "(\\.[A-Za-z]*)|Environment "([A-Za-z]+)', said)
    if not named:
        short = said.strip().rstrip(".!").replace("Last node missing children. Source incomplete?", "a part is missing")
        unsupported = re.search(r'Unsupported character: "(.)"', said)
        line = formula.count("\n", 0, formula.find(unsupported[1])) if unsupported else 0
        return FormulaError(f"{_short(formula)!r} cannot be shown ({short}); {LISTED} were expected", line)
    name = named[1] or named[2]
    wanted = INSTEAD.get(name) or (r"\left or \right" if SIZES.match(name) else "")
    shown = name if named[1] else rf"\begin{{{name}}}"
    line = formula.count("\n", 0, max(formula.find(name), 0))
    return FormulaError(f"{shown} is not shown in formulas; {wanted or f'one of {LISTED}'} was expected", line)


def _short(formula):
    text = " ".join(formula.split())
    return text if len(text) < 40 else f"{text[:37]}..."
