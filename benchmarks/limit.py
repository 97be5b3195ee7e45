"""The parts that no build of a book can do without, each alone: ``python benchmarks/limit.py kernels|pages``.

It is run in a copy of the book. ``kernels`` runs the chapters in fresh kernels, as many at a time as there are cores,
and keeps nothing. ``pages`` lets Sphinx write every page of chapters whose outputs are in the cache.
"""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CHAPTERS = Path("chapters")


def kernels():
    """Run every chapter, in the order of the book."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_execute, sorted(CHAPTERS.glob("*.ipynb"))))


def _execute(path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(CHAPTERS)}}).execute()


def pages():
    """Write every page anew."""
    from newpip_book.build import pipeline as book
    from newpip_book.build import ready

    ready.imported()
    os.environ["SOURCE_DATE_EPOCH"] = book.moment()
    work = book.BUILD / "work"
    shutil.rmtree(work)
    status, said = book._write_pages(work)
    if status:
        sys.exit(said)


if __name__ == "__main__":
    {"kernels": kernels, "pages": pages}[sys.argv[1]]()
