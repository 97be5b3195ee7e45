"""What importing the library brings with it, which readers who run cells in the page wait for."""

import pkgutil
import subprocess
import sys

import newpip

HEAVY = {"pandas", "matplotlib.pyplot", "scipy.stats", "seaborn", "sklearn", "joblib", "simpy"}


def test_no_module_of_the_library_brings_what_most_chapters_do_without():
    """SciPy's parts, seaborn, scikit-learn, joblib and SimPy come when they are needed."""
    names = [one.name for one in pkgutil.iter_modules(newpip.__path__, "newpip.") if "__" not in one.name]
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == {"pandas", "matplotlib.pyplot"}
