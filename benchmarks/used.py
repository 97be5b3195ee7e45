"""Which heavy libraries a chapter imports, and which of them it calls: ``python -m benchmarks.used``.

The chapter's code cells come in as JSON; the verdicts go out as JSON, in the last line. This module imports nothing
that would count as the chapter's.
"""

import cProfile
import json
import os
import sys
from contextlib import nullcontext

HEAVY = ("pandas", "matplotlib.pyplot", "scipy.stats", "seaborn", "sklearn", "joblib", "simpy")


def use(cells):
    """Run a chapter in this process, under Python's profiler after its first cell, and see what it calls.

    Parameters
    ----------
    cells : list of str
        The code of its cells.

    Returns
    -------
    dict
        For each of ``HEAVY``: ``"used"`` or ``"not used"`` when the first cell imported it, by whether a function of
        it was called after that; ``"later"`` when it came in after the first cell; None when it never did.
    """
    first, *others = cells
    names = {"__name__": "__main__"}
    exec(first, names)
    early = [name for name in HEAVY if name in sys.modules]
    unused = early
    for cell in others:
        with cProfile.Profile() if unused else nullcontext() as profile:  # profiling is slow
            exec(cell, names)
        unused = [name for name in unused if not _called(name, profile)]
    late = {name: "later" for name in HEAVY if name in sys.modules}
    return dict.fromkeys(HEAVY) | late | {name: "not used" if name in unused else "used" for name in early}


def _called(name, profile):
    """Tell whether a function of a library ran."""
    folder = os.path.dirname(sys.modules[name].__file__) + os.sep
    codes = (one.code for one in profile.getstats())
    return any(not isinstance(code, str) and code.co_filename.startswith(folder) for code in codes)


if __name__ == "__main__":
    print("\n" + json.dumps(use(json.load(sys.stdin))))
