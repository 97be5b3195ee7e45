"""Mark notebooks that were handed in: ``newpip mark FOLDER``.

Each runs in a fresh process with a limit of time, and of memory where the system has one; then again on other data and
other seeds, so that an answer that was typed in is told from one that was worked out. No fence against a hostile
notebook: run those of strangers where nothing can be lost.
"""

import csv
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import numpy as np

from newpip import data
from newpip.exercises import one_line

RUNNER = Path(__file__).with_name("run_answers.py")
CHECKS = re.compile(r"\bnewpip\.answers(?:\.| +import +)(\w+)")
A_CELL = 1 / 3  # of a notebook's time, that one of its cells may take
STATES = {True: "right", False: "not yet", None: "not answered"}
COLUMNS = ("notebook", "chapter", "exercise", "verdict", "said", "other inputs", "other data and seeds")
NO_FENCE = (
    "Notebooks ran as you, each in a process of its own with limits. That is no fence: a hostile one could read and "
    "change your files, or write its own marks. Read a notebook before you trust its line."
)
TYPED = "right, and does not follow: typed in?"


@dataclass
class Marked:
    """What came of one notebook.

    Attributes
    ----------
    path : pathlib.Path
    chapter : str
        The module of its answers; empty where it has none.
    remark : str
        What a teacher should know besides.
    rows : list of tuple
        One an exercise, as `COLUMNS` after the chapter.
    """

    path: Path
    chapter: str = ""
    remark: str = ""
    rows: list = field(default_factory=list)


def main(folder, seconds=120, table=None, seed=None):
    """Mark all notebooks of a folder, print a line each, and write a table with a row for each exercise.

    Parameters
    ----------
    folder : pathlib.Path
        Where the notebooks are.
    seconds : float
        After how long a run is stopped.
    table : pathlib.Path, optional
        A CSV file to write.
    seed : int, optional
        From which other inputs and data are drawn; else a new one, which is printed.
    """
    seed = secrets.randbelow(10**6) if seed is None else seed
    paths = sorted(path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        other = change_data(Path(place) / "data", seed)
        marked = [
            one for each in pool.map(lambda path: mark(path, Path(place), other, seconds, seed), paths) for one in each
        ]
    for line in report(marked, folder):
        print(line)
    print(f"\n{len(paths)} notebooks; other inputs and data were drawn from seed {seed}.\n{NO_FENCE}")
    if table:
        write_table(table, marked, folder)


def change_data(folder, seed):
    """Copy the data with other counts of referrals and families; the shape of the story stays."""
    rng = np.random.default_rng(seed)
    shutil.copytree(data.folder(), folder)
    _change(folder / "referrals.csv", "referrals", lambda count: count + int(rng.integers(3, 9)))
    _change(folder / "activity.csv", "n", lambda count: count - int(rng.integers(1, 6)))
    return folder


def _change(path, column, how):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[column] = str(how(int(row[column])))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def mark(path, place, other, seconds, seed):
    """Mark one notebook, for each chapter whose self-checks it takes."""
    chapters, remark = recognize(path)
    if remark:
        return [Marked(path, remark=remark)]
    first, remark = run(path, place, seconds, seed)
    again, _ = ([], "") if remark.startswith("stopped") else run(path, place, seconds, seed, other)
    return [Marked(path, chapter, remark, rows(chapter, first, again)) for chapter in chapters]


def rows(chapter, first, again):
    """Make a row for each exercise of a chapter, of what was said to it on the published data and on others."""
    asked = import_module(f"newpip.answers.{chapter}").check.exercises
    first, again = ([line for line in lines if line.get("chapter") == chapter] for lines in (first, again))
    return [(number, *_row(first, again, number)) for number in asked]


def recognize(path):
    """Return the chapters of a notebook, and why it cannot be marked."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return [], "cannot be read as a notebook"
    if not any(source.strip() for source in code):
        return [], "empty: no cell holds code"
    named = dict.fromkeys(CHECKS.findall("\n".join(code)))
    known = [name for name in named if (Path(data.__file__).parent / "answers" / f"{name}.py").is_file()]
    return known, "" if known else "foreign: it takes no self-checks from a chapter of the book"


def run(path, place, seconds, seed, other=None):
    """Run a notebook in a process of its own; return the lines that it wrote, and a remark."""
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as room:
        results = Path(room) / "results.jsonl"
        words = [
            sys.executable,
            str(RUNNER),
            str(path.resolve()),
            str(results),
            str(seed),
            str(round(seconds * A_CELL, 1)),
            *(["other"] if other else []),
        ]
        settings = {"MPLBACKEND": "Agg", "IPYTHONDIR": room} | ({"NEWPIP_DATA": str(other)} if other else {})
        quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        process = subprocess.Popen(words, cwd=room, env=os.environ | settings, start_new_session=True, **quiet)
        try:
            process.wait(seconds)
            stopped = ""
        except subprocess.TimeoutExpired:
            stopped = f"stopped after {seconds:g} seconds"
        finally:
            end(process)
        lines = read_lines(results)
    return lines, remark_on(lines, stopped)


def end(process):
    """End a process and, where the system knows them as a group, all that it started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # all have ended by themselves
            return
    else:
        process.kill()
    process.wait()


def read_lines(results):
    """Read what a run wrote; a line that was broken off is none."""
    lines = []
    for text in results.read_text(encoding="utf-8", errors="replace").splitlines() if results.is_file() else []:
        try:
            lines.append(json.loads(text))
        except ValueError:
            break
    return [line for line in lines if isinstance(line, dict)]


def remark_on(lines, stopped):
    """Say in a line how a run went."""
    cell = next((line["cell"] for line in reversed(lines) if "cell" in line), "its first")
    if stopped:
        return f"{stopped}, in cell {cell}"
    if not any("done" in line for line in lines):
        return f"ended Python in cell {cell}" if lines else "could not be run"
    errors = [line for line in lines if "error" in line]
    if not errors:
        return ""
    return f"{len(errors)} of its cells stop, first cell {errors[0]['cell']} with {one_line(errors[0]['error'], 60)}"


def _row(first, again, number):
    """Return verdict, what was said, and what came of other inputs and of other data and seeds."""
    open_line, other_line = (_last(lines, number) for lines in (first, again))
    if open_line is None:
        return "missing", "", "", ""
    inputs = STATES[open_line["hidden"]] if "hidden" in open_line else ""
    return STATES[open_line["right"]], open_line["said"], inputs, _followed(open_line, other_line)


def _last(lines, number):
    return next((line for line in reversed(lines) if line.get("exercise") == number), None)


def _followed(open_line, other_line):
    """Say whether an answer that was right is right on other data; nothing where these ask for the same answer."""
    if not open_line["right"] or other_line is None:
        return ""
    if other_line["right"]:
        return "" if other_line["before"] else "right"
    return TYPED if other_line["before"] else "not yet"


def report(marked, folder):
    """Make a table with a line for each notebook."""
    yield f"{'notebook':32} {'chapter':16} {'right':>5} {'of':>3}  remarks"
    for one in marked:
        states = Counter(row[1] for row in one.rows)
        remarks = [one.remark] if one.remark else []
        for place, state, words in (
            (3, "not yet", "fails other inputs in"),
            (4, "not yet", "fails other data in"),
            (4, TYPED, "does not follow other data or seeds in"),
        ):
            numbers = [str(row[0]) for row in one.rows if row[place] == state]
            remarks += [f"{words} {', '.join(numbers)}"] if numbers else []
        right, of = (str(states["right"]), str(len(one.rows))) if one.rows else ("", "")
        name = one_line(one.path.relative_to(folder), 32)
        yield f"{name:32} {one.chapter:16} {right:>5} {of:>3}  {'; '.join(remarks)}".rstrip()


def write_table(path, marked, folder):
    """Write a row for each exercise of each notebook, and one for a notebook that has none."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, "remark"))
        for one in marked:
            name = plain(one.path.relative_to(folder).as_posix())
            for row in one.rows or [("", "", "", "", "")]:
                writer.writerow((name, one.chapter, *map(plain, row), plain(one.remark)))


def plain(value):
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if str(value)[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
