"""Describe the machine, the versions and the commit that figures were measured on."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.builders import ROOT
from benchmarks.commands import run

LIBRARIES = ("jupyter-book", "sphinx", "myst-nb", "nbclient", "ipykernel", "numpy", "pandas", "matplotlib")
CPU = Path("/proc/cpuinfo")


def describe():
    """Say where and when something is measured.

    Returns
    -------
    dict
        From what a reader would ask to the answer, all text.
    """
    commit = ["git", "describe", "--always", "--dirty=, with changes", "--exclude=*"]
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores as the system counts them",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        "Busy before": f"{os.getloadavg()[0]:.1f} processes wanted to run, on average over a minute",
        "Commit": run(commit, ROOT)[1].strip(),
        "Day": datetime.now(UTC).date().isoformat(),
    }


def _processor():
    """Name the processor as Linux does, or as Python can."""
    lines = CPU.read_text(encoding="utf-8").splitlines() if CPU.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
