"""Which heavy libraries a chapter imports, and which of them it calls: ``python -m benchmarks.used``.

The chapter's code cells come in as JSON; the verdicts go out as JSON, in the last line. This module imports nothing
that would count as the chapter's.
"""

import cProfile
import json
import os
import sys

HEAVY = ("pandas", "matplotlib.pyplot", "scipy.stats", "seaborn", "sklearn", "joblib", "simpy")


def use(cells):
    """Run a chapter in this process, under Python's profiler after its first cell, until all that was brought is used.

    Parameters
    ----------
    cells : list of str
        The code of its cells.

    Returns
    -------
    dict
        For each of ``HEAVY`` that the first cell imported ``"used"`` when a function of it was called after that,
        else ``"not used"``; None for the others.
    """
    first, *others = cells
    names = {"__name__": "__main__"}
    exec(first, names)
    brought = [name for name in HEAVY if name in sys.modules]
    unused = brought
    for cell in others:
        if not unused:
            break
        with cProfile.Profile() as profile:
            exec(cell, names)
        unused = [name for name in unused if not _called(name, profile)]
    return dict.fromkeys(HEAVY) | {name: "not used" if name in unused else "used" for name in brought}


def _called(name, profile):
    """Tell whether a function of a library ran."""
    folder = os.path.dirname(sys.modules[name].__file__) + os.sep
    codes = (one.code for one in profile.getstats())
    return any(not isinstance(code, str) and code.co_filename.startswith(folder) for code in codes)


if __name__ == "__main__":
    print("\n" + json.dumps(use(json.load(sys.stdin))))
