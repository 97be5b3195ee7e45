"""What matplotlib draws in a cell: shown by ``plt.show()`` in its place, at the end of the cell, or as a value.

This module is matplotlib's backend in the page.
"""

import base64
import io
import itertools
import sys

from matplotlib import rc_context, rcParams
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

MANY = 5_000  # marks; a browser takes more of them only as points of one picture
SHARP = 2  # points of a picture to one of the screen
drawn = itertools.count(1)


class FigureManager(FigureManagerBase):
    """Shows figures under the cell."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        """Show all open figures, and close them."""
        show_open()

    def show(self):
        """Leave it to the end of the cell, which shows all that is open."""


class FigureCanvas(FigureCanvasAgg):
    """A sheet as always, whose figures are shown under the cell."""

    manager_class = FigureManager


def show_open():
    """Show the figures that are open, and close them."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return
    try:
        for number in pyplot.get_fignums():
            display(pyplot.figure(number))  # noqa: F821 - as in every cell
    finally:
        pyplot.close("all")


def register(formatter):
    """Let figures be shown as pictures wherever a thing is shown.

    Parameters
    ----------
    formatter : IPython.core.formatters.DisplayFormatter
    """
    for mime, draw in (("image/svg+xml", _svg), ("image/png", _png)):
        formatter.formatters[mime].for_type_by_name("matplotlib.figure", "Figure", draw)


def use():
    """Make this module matplotlib's backend."""
    rcParams["backend"] = f"module://{__name__}"


def _svg(figure):
    if _is_empty(figure) or _marks(figure) > MANY:
        return None
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": f"drawn-{next(drawn)}"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    text = stream.getvalue()
    return text[text.index("<svg") :], {"alt": _said(figure)}


def _png(figure):
    if _is_empty(figure) or _marks(figure) <= MANY:
        return None
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=SHARP * figure.dpi, metadata={"Software": None}, bbox_inches="tight")
    width = figure.get_figwidth() * figure.dpi
    picture = base64.b64encode(stream.getvalue()).decode()
    return picture, {"alt": _said(figure), "width": round(width), "marks": f"{_marks(figure):,}"}


def _is_empty(figure):
    """Say whether nothing is on a figure; Jupyter shows no picture of it either."""
    return not figure.axes and not figure.lines


def _marks(figure):
    """Count what a drawing would consist of."""
    return sum(_parts(artist) for artist in figure.findobj())


def _parts(artist):
    for method in ("get_offsets", "get_xdata", "get_paths"):
        found = getattr(artist, method, None)
        if found is not None:
            return max(len(found()), len(artist.get_paths()) if hasattr(artist, "get_paths") else 0)
    return 1


def _said(figure):
    """Say in words what a figure has written on it, for those who cannot see it."""
    words = [figure.get_suptitle()]
    for axes in figure.axes:
        words += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
    written = "; ".join(dict.fromkeys(word for word in words if word))
    return f"A figure that this cell drew: {written}" if written else "A figure that this cell drew."
