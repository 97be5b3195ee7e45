"""Where each result of a chapter comes from: its program, and the tables, columns, rows and grades it rests on."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor

from newpip import data
from newpip.files import write_atomic
from newpip.grades import worst
from newpip_book import project
from newpip_book.authoring import dependencies, notebooks, slices
from newpip_book.execution import forked_kernels, runner
from newpip_book.provenance.rests_on import rests_on
from newpip_book.provenance.undrawn import undraw

COMPUTING = [project.ENGINE / "authoring" / "slices.py", *sorted((project.ENGINE / "provenance").glob("*.py"))]


class Records:
    """The records of some chapters: those that are not kept are computed side by side, from now on.

    Parameters
    ----------
    paths : list of pathlib.Path
        The chapters.
    """

    def __init__(self, paths):
        self.digests = {path: _digest(path) for path in paths}
        self.under_way = _start([path for path in paths if _kept(path, self.digests[path]) is None])

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
            number of rows; ``grade``, the worst of them, or empty; and what a claim ``compared``.
        """
        if path in self.under_way:
            found = self.under_way.pop(path).result()
            text = json.dumps({"digest": self.digests[path], "records": found}, ensure_ascii=False)
            _place(path).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(_place(path), text)
        return _kept(path, self.digests[path])


def of_chapter(path):
    """Return where each result of a chapter comes from.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict
        As :meth:`Records.of`.
    """
    return Records([path]).of(path)


def compute(path):
    """Compute where each result of a chapter comes from; this process draws nothing any more.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict
        As :meth:`Records.of`.
    """
    os.chdir(path.parent)
    undraw()
    chapter = slices.Chapter(notebooks.load_notebook(path)[0])
    return {key: _with_rows(found) for key, found in rests_on(chapter).items()}


def _with_rows(found):
    """Name the rows that a result rests on by their primary keys, and count their grades."""
    rows, grades = {}, {}
    for name, numbers in found["rows"].items():
        frame = data.load(name)
        keys = data.resource(name)["schema"]["primaryKey"]
        named = frame[[keys] if isinstance(keys, str) else keys].astype(str).agg("/".join, axis=1)
        rows[name] = [named[number] for number in numbers]
        for number in numbers if "grade" in frame else ():
            grade = frame["grade"][number]
            grades[grade] = grades.get(grade, 0) + 1
    return {**found, "rows": rows, "grades": grades, "grade": worst(grades) if grades else ""}


def _start(paths):
    """Start to compute, each chapter in a process of its own."""
    if not paths:
        return {}
    read = [notebooks.load_notebook(path)[0] for path in paths]
    context = forked_kernels.fork_context(dependencies.imported_libraries(read))
    pool = ThreadPoolExecutor(runner.worker_count())
    started = {path: pool.submit(forked_kernels.run_in_process, context, compute, path) for path in paths}
    pool.shutdown(wait=False)
    return started


def _digest(path):
    """Digest all that the records of a chapter are computed from."""
    parts = dependencies.manifest(notebooks.load_notebook(path)[0])
    computing = b"".join(one.read_bytes() for one in COMPUTING)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode() + computing).hexdigest()


def _place(path):
    return project.build_dir() / "provenance" / f"{path.stem}.json"


def _kept(path, digest):
    """Read the records of a chapter; None where there are none of what it is now."""
    try:
        content = json.loads(_place(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content["records"] if content.get("digest") == digest else None
