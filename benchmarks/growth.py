"""How the cost of a build grows with chapters, and that of loading and checking a table with its rows."""

import csv
import io
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import books
from benchmarks.measure import run
from benchmarks.table import table
from newpip import data

CHAPTERS = (10, 20, 50, 100)  # as many as the book has, and two, five and ten times as many
TIMES = (1, 10, 100, 1_000, 10_000)
ROUNDS = 3
TABLE = "voices"  # ten thousand times a larger one would pass the 20 MB that a file may have
TASKS = {"load": f'data.load("{TABLE}")', "check": "assert not data.check()"}
CODE = """import json, resource, time
import pandas
from newpip import data
began = time.perf_counter()
{task}
seconds = time.perf_counter() - began
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000]))
"""


def measure(quick=False):
    """Build books of more and more chapters; load and check a table of more and more rows.

    Parameters
    ----------
    quick : bool
        One chapter, and one round of the two smallest tables.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.
    """
    counts, times, rounds = ((1,), TIMES[:2], 1) if quick else (CHAPTERS, TIMES, ROUNDS)
    with TemporaryDirectory() as folder:
        builds = [_build(Path(folder) / "book", count) for count in counts]
        rows = _read(Path(folder) / "data", times, rounds)
    return [_chapters(builds), _rows(rows, rounds), _fits(builds, rows)]


def _build(folder, count):
    """Build a book of so many chapters, nothing kept."""
    books.of_copies(folder, count)
    shutil.rmtree(folder / "_build")
    cost = run([sys.executable, "-m", "newpip_book", "build"], folder, **books.settings(folder))
    shutil.rmtree(folder)
    return {"what": "cold build", "size": count, "seconds": cost.wall, "cpu": cost.cpu, "peak": cost.peak}


def _read(folder, times, rounds):
    """Load and check tables of more and more rows, each in a process of its own; return the medians over rounds."""
    shutil.copytree(data.folder(), folder)
    path = folder / data.resource(TABLE)["path"]
    text, found = path.read_text(encoding="utf-8"), defaultdict(list)
    for _ in range(rounds):
        for factor in times:
            path.write_text(repeated(text, factor), encoding="utf-8")
            size = factor * (len(text.splitlines()) - 1)
            for what, task in TASKS.items():
                done = run([sys.executable, "-c", CODE.format(task=task)], folder, NEWPIP_DATA=str(folder))
                found[what, size].append(json.loads(done.said))
    return [
        {"what": what, "size": size, "seconds": median(seconds), "peak": median(peak)}
        for (what, size), costs in found.items()
        for seconds, peak in [zip(*costs, strict=True)]
    ]


def repeated(text, factor):
    """Repeat the rows of a table, each with a key of its own in the first column.

    Parameters
    ----------
    text : str
        A table as CSV, whose keys may be a K and a number.
    factor : int
        How many times as many rows there are to be.

    Returns
    -------
    str
    """
    header, *rows = csv.reader(io.StringIO(text))
    more = rows * (factor - 1)
    again = [[f"K{number}", *row[1:]] for number, row in enumerate(more, 1 + len(rows))]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows, *again])
    return stream.getvalue()


def fitted(sizes, seconds):
    """Fit how seconds grow with size, over the sizes of at least a hundredth of the largest.

    Parameters
    ----------
    sizes, seconds : sequence of float

    Returns
    -------
    exponent : float or None
        The slope of the logarithms: 1 where twice the size takes twice the time, 2 where it takes four times.
    each : float or None
        Seconds more for one more, the slope of a straight line. Both are None where there are not two sizes.
    """
    large = [(size, second) for size, second in zip(sizes, seconds, strict=True) if size >= max(sizes) / 100]
    if len(large) < 2:
        return None, None
    x, y = np.array(large, dtype=float).T
    return float(np.polyfit(np.log(x), np.log(y), 1)[0]), float(np.polyfit(x, y, 1)[0])


def _chapters(builds):
    """Table the builds by their number of chapters."""
    caption = (
        "A cold build of books whose chapters are copies of one of this book's, that on a service of one's own: ten as "
        "in this book, then more. Each copy names its results differently, so that nothing "
        "of one serves another. One build each; chapters that take longer to run would cost more. The other pages "
        "are a cover, the data dictionary and the bibliography."
    )
    columns = {"what": "What", "size": "Chapters", "seconds": "Seconds", "cpu": "Processor seconds"}
    columns |= {"peak": "Peak memory, MB"}
    return table("growth-chapters", caption, columns, builds, drawn={"x": "size", "y": "seconds", "by": "what"})


def _rows(rows, rounds):
    """Table the reading by the number of rows."""
    caption = (
        f"The table {TABLE} with its rows repeated, each under a key of its own: loading it, and checking all tables "
        f"against their descriptions and each other, of which it alone grew. Medians of {rounds} interleaved rounds, "
        "each in a process of its own, its imports not counted in the seconds; its memory holds pandas too. A file "
        "may have 20 MB at most, so a larger table was not repeated as often."
    )
    columns = {"what": "What", "size": "Rows", "seconds": "Seconds", "peak": "Peak memory, MB"}
    return table("growth-rows", caption, columns, rows, drawn={"x": "size", "y": "seconds", "by": "what"})


def _fits(builds, rows):
    """Table the exponents, and what one more costs."""
    kinds = {"cold build": (1, "chapter"), **{what: (1_000, "1,000 rows") for what in TASKS}}
    found = []
    for what, (step, name) in kinds.items():
        own = [one for one in [*builds, *rows] if one["what"] == what]
        exponent, each = fitted([one["size"] for one in own], [one["seconds"] for one in own])
        found.append({"what": what, "exponent": exponent, "more": each and each * step, "step": name})
    caption = (
        "Fits to the two tables before. The exponent is the slope of the logarithms: at 1, twice the size takes twice "
        "the time; at 2, four times; below 1, a part does not grow. The last columns are the slope of a straight line. "
        "Sizes under a hundredth of the largest are left out, where starting is most of the time."
    )
    columns = {"what": "What", "exponent": "Exponent", "more": "Seconds more", "step": "For one more"}
    return table("growth-fits", caption, columns, found)
