"""The one list of what a cell does otherwise in the page than in Jupyter's kernel.

The book's page on rerunning shows it, the page names an entry where an error comes of it, and a test that runs the same
cells in both holds that they differ in nothing else.
"""

import re
from dataclasses import dataclass


class NotInThePage(RuntimeError):
    """Something that Jupyter's kernel has and the page has not.

    Parameters
    ----------
    name : str
        Its entry in the list.
    """

    __module__ = "builtins"  # tracebacks call it by its name alone

    def __init__(self, name):
        super().__init__(KNOWN[name].told)


@dataclass(frozen=True)
class Difference:
    """What is otherwise, and where it shows.

    Attributes
    ----------
    name : str
        How tests call it.
    told : str
        One sentence, in the book and beside an error that comes of it.
    error : str
        A regular expression that finds such an error, by its kind and its words.
    code : str
        Another that finds a line that Python cannot read for this reason.
    """

    name: str
    told: str
    error: str = ""
    code: str = ""


DIFFERENCES = (
    Difference(
        "input",
        "A cell in the page cannot ask: write the answer into the code instead of input().",
        error=r"^(StdinNotImplementedError|EOFError)\b",
    ),
    Difference(
        "magics",
        "Lines that begin with % or end with ? are commands of Jupyter's own, which the page has not; "
        "%matplotlib alone is passed over.",
        code=r"^\s*(%%?[A-Za-z]|\?{1,2}[A-Za-z])|^\s*\w[\w.]*\?{1,2}\s*$|^\s*[\w, ]+=\s*%[A-Za-z]",
    ),
    Difference(
        "programs",
        "The page cannot start other programs: no !, no subprocess, no os.system.",
        error=r"subprocess|^OSError: \[Errno \d+\] (Function not implemented|Not supported)|emscripten does not support"
        r"|has no attribute '(fork|system|popen)'",
        code=r"^\s*!|^\s*[\w, ]+=\s*!",
    ),
    Difference(
        "threads",
        "The page's Python has one thread, and no other process: what asks for more fails, n_jobs=1 works.",
        error=r"can't start new thread|_multiprocessing|multiprocessing",
    ),
    Difference(
        "network",
        "The page's Python has no network: load a table of the book's with newpip.data.load, or paste the data.",
        error=r"^(urllib\.error\.)?URLError|^(http\.client|ssl|socket)\.|urlopen error|Host is unreachable"
        r"|unknown url type: https|Can't connect to HTTPS|^(OSError|ConnectionRefusedError): .*[Cc]onnection",
    ),
    Difference(
        "packages",
        "The page's Python has the libraries that the chapters use, and no other can be installed there.",
        error=r"^ModuleNotFoundError|^ImportError: (Missing optional dependency|.* requires)",
    ),
    Difference(
        "styler",
        "df.style needs a library that the page has not, and colours that its policy forbids: print the table itself.",
        error=r"jinja2",
    ),
    Difference("pictures", "Figures are shown as SVG, those of very many marks as PNG; Jupyter shows PNG."),
    Difference(
        "tracebacks",
        "A traceback is cut to the reader's own lines, and the whole of it unfolds; a group of errors is shown as one.",
    ),
    Difference("syntax", "What cannot be read as Python is said in Python's own words, and Jupyter has others."),
    Difference("order", "What is printed to both streams stands in the order in which it was printed."),
    Difference("arithmetic", "NumPy does not warn of a division by nought: a browser's machine does not note it."),
    Difference("estimators", "An estimator of scikit-learn is shown as text, since its diagram needs styles."),
    Difference("limits", "What is very long or very large is cut or left out, and a line says so."),
    Difference("rendering", "Markdown and LaTeX that a cell shows are shown as they were written."),
    Difference("scripts", "Scripts, frames, films and pictures from elsewhere, and styles, are not shown."),
    Difference("streams", "A stream that a cell closed or took away is there again for the next cell."),
    Difference("exit", "exit() and quit() end the cell, not Python: Reset starts a new one."),
    Difference("versions", "Where versions of Python and its libraries differ, the page says so after a first run."),
)
KNOWN = {one.name: one for one in DIFFERENCES}


def behind(error, last, code):
    """Find the difference that an error comes of.

    Parameters
    ----------
    error : BaseException
    last : str
        Its kind and words.
    code : str
        The cell.

    Returns
    -------
    Difference or None
    """
    if isinstance(error, NotInThePage):
        return None
    if isinstance(error, SyntaxError):
        found = (one for one in DIFFERENCES if one.code and re.search(one.code, code, re.MULTILINE))
    else:
        found = (one for one in (KNOWN["styler"], *DIFFERENCES) if one.error and re.search(one.error, last))
    return next(found, None)
