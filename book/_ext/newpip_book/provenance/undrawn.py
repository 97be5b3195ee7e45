"""Let chapters run without drawing: what figures and tables say is compared, not their pictures and markup."""

from unittest.mock import MagicMock

import pandas as pd
import seaborn

from newpip import draw, forms, publish


def undraw():
    """Take the place of all that draws, for the rest of this process."""
    for module in (draw, seaborn):
        for name in dir(module):
            drawn = getattr(module, name)
            if callable(drawn) and not name.startswith("_") and not isinstance(drawn, type):
                setattr(module, name, MagicMock())
    draw.canvas = _canvas
    publish.svg, publish._png = lambda fig, key: "", lambda fig: b""
    publish.values, forms.DRAWN[:] = lambda figs: {}, forms.DRAWN[:1]
    pd.DataFrame.to_html = lambda frame, **options: ""


def _canvas(height=3.0, columns=1, rows=1, **options):
    """Return what stands in for a drawing and its axes."""
    axes = [MagicMock() for _ in range(rows * columns)]
    return MagicMock(), axes[0] if len(axes) == 1 else axes
