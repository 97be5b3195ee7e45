"""The machine, the versions and the state of the book that figures were measured on."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
LIBRARIES = (
    *("jupyter-book", "sphinx", "myst-nb", "jupyter-cache", "nbclient", "ipykernel"),
    *("numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "seaborn", "simpy", "joblib", "distributed"),
)


def describe():
    """Say where and when something is measured.

    Returns
    -------
    dict
        From what a reader would ask to the answer, all text.
    """
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores as the system counts them",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "Busy before": f"{os.getloadavg()[0]:.1f} processes wanted to run, on average of a minute",
        "Commit": _commit(),
        "Day": datetime.now(UTC).date().isoformat(),
    }


def _processor():
    """Name the processor as the system does."""
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if named:
            return named[0]
    return platform.processor() or platform.machine()


def _commit():
    """Name the commit of the book, and say so where files differ from it."""
    ask = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*ask, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    changed = subprocess.run([*ask, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True)
    return commit.stdout.strip() + (", with changes" if changed.stdout.strip() else "")
