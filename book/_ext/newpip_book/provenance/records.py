"""Where each result of a chapter comes from: its program, and the tables, columns, rows and grades it rests on.

What it rests on takes a while to compute. It is stored in the chapter with its outputs, and kept beside the pages.
"""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import groupby

from newpip import data
from newpip.files import write_atomic
from newpip.grades import worst
from newpip_book import project
from newpip_book.authoring import alternatives, dependencies, notebooks, slices
from newpip_book.execution import forked_kernels, runner
from newpip_book.provenance import compared, what_if
from newpip_book.provenance.changes import Tables
from newpip_book.provenance.rests_on import rests_on
from newpip_book.provenance.trace import Trace
from newpip_book.provenance.undrawn import undraw

COMPUTING = [project.ENGINE / "authoring" / "slices.py", *sorted((project.ENGINE / "provenance").glob("*.py"))]


class Records:
    """The records of some chapters: what is neither stored nor kept is computed side by side, from now on.

    Parameters
    ----------
    paths : list of pathlib.Path
        The chapters.
    folder : pathlib.Path
        The folder in which they are kept.
    """

    def __init__(self, paths, folder):
        self.digests = {path: _digest(path) for path in paths}
        self.places = {path: folder / "provenance" / f"{path.stem}.json" for path in paths}
        self.known = {path: found for path in paths if (found := self._stored(path) or self._kept(path))}
        self.under_way = _start([path for path in paths if path not in self.known])

    def of(self, path):
        """Return the records of a chapter, when they are computed.

        Parameters
        ----------
        path : pathlib.Path

        Returns
        -------
        dict
            From key (of a claim, with ``claim.`` before it) to a dict: the ``cell`` that publishes it; its ``program``;
            ``tables``, from name to columns; ``rows``, from table to primary keys; ``grades``, from grade to the
            number of rows; ``grade``, the worst of them, or empty; and of a claim the code of what it ``compared``,
            with its ``values`` in brief; and of a number or claim what it would be ``otherwise``, by scenario.
        """
        chapter = slices.of_chapter(path, notebooks.file_signature(path))
        return {key: _record(chapter, json.loads(found)) for key, found in self.to_store(path)["rests_on"].items()}

    def to_store(self, path):
        """Return what is stored of a chapter, when it is computed.

        Parameters
        ----------
        path : pathlib.Path

        Returns
        -------
        dict
            ``rests_on``, from key to what :func:`newpip_book.provenance.rests_on.rests_on` returns, as JSON with its
            numbers of rows and columns in ranges, a line each; and ``digest``, of all that it was computed from.
        """
        if path in self.under_way:
            computed = self.under_way.pop(path).result()
            if isinstance(computed, str):
                raise notebooks.ChapterError(
                    f"{notebooks.display_path(path)}: {computed}; a chapter that runs was expected"
                )
            found = {key: json.dumps(_in_short(one), ensure_ascii=False) for key, one in computed.items()}
            self.known[path] = {"digest": self.digests[path], "rests_on": found}
            self.places[path].parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self.places[path], json.dumps(self.known[path], ensure_ascii=False))
        return self.known[path]

    def _stored(self, path):
        """Read what is stored in a chapter; None where it is of other data or code."""
        found = notebooks.load_notebook(path)[0].metadata.get("newpip", {}).get("origins")
        return found if isinstance(found, dict) and found.get("digest") == self.digests[path] else None

    def _kept(self, path):
        """Read what is kept beside the pages; None where there is nothing of what the chapter is now."""
        try:
            content = json.loads(self.places[path].read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return content if content.get("digest") == self.digests[path] else None


def of_chapter(path, folder):
    """Return where each result of a chapter comes from.

    Parameters
    ----------
    path : pathlib.Path
    folder : pathlib.Path
        The folder in which it is kept.

    Returns
    -------
    dict
        As :meth:`Records.of`.
    """
    return Records([path], folder).of(path)


def compute(path, tables=None):
    """Compute what each result of a chapter rests on; this process draws nothing any more.

    Parameters
    ----------
    path : pathlib.Path
    tables : str, optional
        The folder of the tables, where they are not the book's own.

    Returns
    -------
    dict or str
        As :func:`newpip_book.provenance.rests_on.rests_on`; what stopped the chapter, where it does not run.
    """
    os.environ["NEWPIP_DATA"] = tables or ""
    os.chdir(path.parent)
    if hasattr(os, "nice"):
        os.nice(5)  # chapters that run, and pages that are read, come first
    undraw()
    try:
        trace = Trace(slices.Chapter(notebooks.load_notebook(path)[0]), Tables().install())
        own = not project.data_label()  # another service's build is not to wait for it
        found = rests_on(trace, exact=own)
        if own:
            what_if.what_if(trace, found)
        return found
    except Exception as error:  # noqa: BLE001, the run of the chapter itself says more
        return f"{type(error).__name__}: {error}"


def _record(chapter, found):
    """Say of one publication all that its program and its rows tell."""
    publication = chapter.publications[found["at"]]
    record = {"cell": publication.cell, "program": slices.text(chapter.program(publication))}
    if publication.kind == "claim":
        record["compared"] = [one.code for one in compared.operands(chapter, publication)]
        record["values"] = found["compared"]
    if publication.kind in what_if.KINDS:
        record["otherwise"] = found.get("otherwise", {})
    rows, grades = {}, {}
    for name, ranges in found["rows"].items():
        keys, graded = _table(
            name, data.folder(), notebooks.file_signature(data.folder() / data.resource(name)["path"])
        )
        numbers = _numbers(ranges)
        rows[name] = [keys[number] for number in numbers]
        for number in numbers if graded else ():
            grades[graded[number]] = grades.get(graded[number], 0) + 1
    tables = {name: [_fields(name)[number] for number in _numbers(told)] for name, told in found["tables"].items()}
    more = {"tables": tables, "rows": rows, "grades": grades, "grade": worst(grades) if grades else ""}
    return record | more


def _in_short(one):
    """Write what a publication rests on with the numbers of rows and columns as ranges."""
    columns = {name: [_fields(name).index(told) for told in named] for name, named in one["tables"].items()}
    return one | {"tables": _ranges(columns), "rows": _ranges(one["rows"])}


def _fields(name):
    """Name the columns of a table."""
    return [field["name"] for field in data.resource(name)["schema"]["fields"]]


@lru_cache
def _table(name, folder, stamped):
    """Return the primary key of each row of a table, in words, and its grade, if rows have one."""
    frame = data.load(name)
    return data.row_names(name), frame["grade"].tolist() if "grade" in frame else []


def _ranges(rows):
    """Write numbers of rows as ranges, such as ``"0-3 7"``."""
    return {name: " ".join(_range(*part) for part in _runs(numbers)) for name, numbers in rows.items()}


def _runs(numbers):
    """Yield the first and the last of each run of numbers."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in run]
        yield run[0], run[-1]


def _range(first, last):
    return f"{first}-{last}" if last > first else f"{first}"


def _numbers(ranges):
    """Read ranges of numbers."""
    ends = [part.partition("-")[::2] for part in ranges.split()]
    return [number for first, last in ends for number in range(int(first), int(last or first) + 1)]


def _start(paths):
    """Start to compute, each chapter in a process of its own."""
    if not paths:
        return {}
    read = [notebooks.load_notebook(path)[0] for path in paths]
    context = forked_kernels.fork_context(dependencies.imported_libraries(read))
    pool, told = ThreadPoolExecutor(runner.worker_count()), os.environ.get("NEWPIP_DATA")
    started = {path: pool.submit(forked_kernels.run_in_process, context, compute, path, told) for path in paths}
    pool.shutdown(wait=False)
    return started


def _digest(path):
    """Digest all that is computed of a chapter's data and code from; of the lock and the kernels, outputs tell."""
    parts = [dependencies.stored_manifest(notebooks.load_notebook(path)[0]), alternatives.read()[0]]
    computing = b"".join(one.read_bytes() for one in COMPUTING)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode() + computing).hexdigest()[:12]
