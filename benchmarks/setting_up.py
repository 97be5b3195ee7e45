"""What comes before the first result: a clone, its environment, the book, and what each chapter imports."""

import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import nbformat
import psutil
import uv

import newpip
from benchmarks import measure as costs
from benchmarks.pages import chromium, served
from benchmarks.table import table
from benchmarks.used import HEAVY

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
RUNS = 3
PIP, COLD = "Environment with pip, nothing kept", "Environment with uv, nothing kept"
WARM = "Environment with uv, kept from before"
MARK = "the imports of interest begin here"
AFRESH = f"import json, sys; print({MARK!r}, file=sys.stderr, flush=True)\n"
TELL = f"\nimport json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
LINE = re.compile(r"import time: +\d+ \| +(\d+) \| \S")  # of an import that no other import asked for
KEPT = {"PYTHONDONTWRITEBYTECODE": ""}  # Python may keep what it compiled, whatever this machine says


def measure(quick=False):
    """Measure the way from a clone to an open book, and what its imports take.

    Parameters
    ----------
    quick : bool
        Set up no environment and build no book; import one module, run one chapter, each once.

    Returns
    -------
    list of dict
        Tables (:func:`benchmarks.table.table`).

    Raises
    ------
    benchmarks.measure.CommandError
        When a step fails, such as for want of a network.
    """
    with tempfile.TemporaryDirectory() as scratch:
        steps = _steps(Path(scratch), quick)
    modules = [
        f"newpip.{one.name}" for one in pkgutil.iter_modules(newpip.__path__) if one.name[0] != "_" and not one.ispkg
    ]
    modules, chapters = [*modules, *HEAVY], sorted((ROOT / "chapters").glob("*.ipynb"))
    if quick:
        modules, chapters = ["newpip.data"], chapters[-1:]
    runs = 1 if quick else RUNS
    return [_set_up(steps), _library(modules, runs), _first_cells(chapters, runs)]


def imports(code, folder=ROOT):
    """Run some code that imports, in a process of its own under ``-X importtime``.

    Parameters
    ----------
    code : str
    folder : path
        Where to run it.

    Returns
    -------
    milliseconds : float
        What all that it imports took, Python's own start left out.
    heavy : set of str
        Those of ``HEAVY`` that it brought in.
    """
    command = [sys.executable, "-X", "importtime", "-c", AFRESH + code + TELL]
    done = subprocess.run(command, cwd=folder, env=os.environ | KEPT, capture_output=True, text=True, check=True)
    took = sum(int(one) for one in LINE.findall(done.stderr.partition(MARK)[2]))
    return took / 1000, set(json.loads(done.stdout.splitlines()[-1]))


def cells(path):
    """List the code cells of a chapter.

    Parameters
    ----------
    path : path
        The .ipynb file.

    Returns
    -------
    list of str
    """
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


# ---- From a clone to an open book


def _steps(scratch, quick):
    """Take every step once or a few times; return a row for each."""
    clone = scratch / "clone"
    cloned = costs.run(["git", "clone", "--quiet", "--no-local", ROOT, clone], scratch).wall
    rows = [_step("Clone", [cloned], [_megabytes(clone)])]
    if not quick:
        rows += _environments(scratch, clone)
        built = costs.run(["make", "book"], clone, **KEPT).wall
        rows.append(_step("Build: make book", [built], [_megabytes(clone / "_build" / "html")]))
    shown = HTML if quick else clone / "_build" / "html"
    rows.append(_step("Open its cover", _openings(shown, 1 if quick else RUNS)))
    return rows if quick else [*rows, *_sums(rows)]


def _step(step, took, megabytes=None, received=None):
    """Make a row of one step: the median of each, where there is something to measure."""
    middle = [median(found) if found else None for found in (took, megabytes, received)]
    return {"step": step, "runs": len(took), **dict(zip(("seconds", "megabytes", "received"), middle, strict=True))}


def _environments(scratch, clone):
    """Set up the environment in each way, each anew; the last one stays."""
    uv_bin, false = uv.find_uv_bin(), shutil.which("false")  # the script takes pip where uv fails
    ways = ((PIP, "pip", false, 1), (COLD, "uv", uv_bin, 1), (WARM, "uv", uv_bin, RUNS))
    return [
        _step(way, *zip(*(_environment(clone, scratch, tool, path) for _ in range(runs)), strict=True))
        for way, tool, path, runs in ways
    ]


def _environment(clone, scratch, tool, uv_bin):
    """Set up the environment of a clone; return the seconds it took, its size, and what came over the network."""
    shutil.rmtree(clone / ".venv", ignore_errors=True)
    tools = scratch / f"{tool}-tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "uv").is_symlink():
        (tools / "uv").symlink_to(uv_bin)
    settings = {
        "PATH": os.pathsep.join([str(tools), os.environ["PATH"]]),
        "UV_CACHE_DIR": str(scratch / "uv-cache"),
        "PIP_NO_CACHE_DIR": "1",
        **{"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""},  # else it may take files that lie on this machine
    }
    before = _received()
    took = costs.run(["make", ".venv/ready"], clone, **settings, **KEPT).wall
    return took, _megabytes(clone / ".venv"), _received() - before


def _received():
    """Return the megabytes that this machine has received over its network."""
    found = psutil.net_io_counters(pernic=True)
    return sum(one.bytes_recv for name, one in found.items() if not name.startswith("lo")) / 1e6


def _megabytes(folder):
    """Add up the sizes of the files in a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def _openings(html, runs):
    """Open the way in of a built book, in a fresh context each time, until the heading of its cover stands."""
    took = []
    with served(html) as site, chromium() as browser:
        for _ in range(runs):
            page = browser.new_context().new_page()
            began = time.perf_counter()
            page.goto(f"{site}/index.html")
            page.locator("article h1").first.wait_for()
            took.append(time.perf_counter() - began)
            page.context.close()
    return took


def _sums(rows):
    """Add up the whole way, with pip and with uv."""
    seconds = {row["step"]: row["seconds"] for row in rows}
    common = sum(taken for step, taken in seconds.items() if not step.startswith("Environment"))
    return [
        _step(f"Clone to open book, {tool}", [common + seconds[step]]) for tool, step in (("pip", PIP), ("uv", COLD))
    ]


def _set_up(rows):
    columns = {
        "step": "Step",
        "runs": "Runs",
        "seconds": "Seconds",
        "megabytes": "On disk (MB)",
        "received": "Received (MB)",
    }
    caption = (
        "From a fresh clone of the last commit to the open book; where there were several runs, their median. The "
        "environment holds everything: for the book, JupyterLab and the tests. Nothing kept: pip and uv find no cache, "
        "so the time depends on the network and on how far the registry is. pip also compiles what it installs, which "
        "uv leaves to the first import. Received is what came over this machine's network meanwhile, whoever asked for "
        "it. The build runs every chapter, as nothing is cached in a clone. The cover is opened in a running Chromium, "
        "from a server on this machine. The last two rows are sums of rows above."
    )
    return table("setting-up", caption, columns, rows)


# ---- Imports


def _times(codes, runs, folder=ROOT):
    """Time imports in turn; return for each name the median milliseconds and what is heavy in it."""
    found = [(name, *imports(code, folder)) for _ in range(runs) for name, code in codes.items()]
    took = {name: median(ms for one, ms, _ in found if one == name) for name in codes}
    heavy = {name: brought for name, _, brought in found}
    return {name: (took[name], heavy[name]) for name in codes}


def _library(modules, runs):
    told = _times({name: f"import {name}" for name in modules}, runs)
    rows = [
        {"module": module, "milliseconds": took, **{name: name in heavy for name in HEAVY}}
        for module, (took, heavy) in told.items()
    ]
    columns = {"module": "Module", "milliseconds": "Import (ms)", **{name: name for name in HEAVY}}
    caption = (
        f"What importing each module of the library takes, alone in a new process, by `python -X importtime` (median "
        f"of {runs}, taken in turn), and which heavy libraries come with it. Those libraries alone are the last rows. "
        "Python's own start is left out."
    )
    return table("imports-library", caption, columns, rows)


def _first_cells(chapters, runs):
    told = _times({path.stem: cells(path)[0] for path in chapters}, runs, ROOT / "chapters")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        used = dict(zip(told, pool.map(_use, chapters), strict=True))
    rows = [{"chapter": name, "milliseconds": told[name][0], **used[name]} for name in told]
    columns = {"chapter": "Chapter", "milliseconds": "First cell (ms)", **{name: name for name in HEAVY}}
    caption = (
        "What the imports of each chapter's first cell take, alone in a new process, by `python -X importtime` (median "
        f"of {runs}, taken in turn). A library is used when the first cell imported it and a function of it was called "
        "after that, directly or through another library, as Python's profiler saw it. A dash: the first cell did not "
        "import it; it may still come later, when it is first needed. Seaborn imports scipy.stats for itself. A "
        "chapter's kernel has some of this at hand before the first cell, so there it takes less."
    )
    return table("imports-first-cells", caption, columns, rows)


def _use(path):
    """Run a chapter in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.used"]
    settings = os.environ | KEPT | {"MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
    told = json.dumps(cells(path))
    done = subprocess.run(
        command, cwd=path.parent, env=settings, input=told, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])
