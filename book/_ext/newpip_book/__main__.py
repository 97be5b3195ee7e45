"""``python -m newpip_book build``: check the data, run stale chapters, write the pages. ``refresh``: store outputs.

``pdf`` and ``epub``: bind the pages that were built, to take away.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from newpip import data
from newpip_book import bound, epub, execute, pdf


def build():
    """Build _build/html and return the exit code: 2 for bad data, 1 for a failed chapter, claim or page."""
    execute.run(execute.chapters())
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "-W", "-n", "--keep-going", "--quiet"]
    done = subprocess.run(command, cwd=execute.ROOT, check=False, capture_output=True, text=True)
    sys.stderr.write(_told(done.stderr))
    if done.returncode:
        print("The book was not built: see above.", file=sys.stderr)
        return 1
    print(f"The book is in {execute.ROOT / '_build' / 'html' / 'index.html'}")
    return 0


def refresh():
    """Store fresh outputs in the chapters and return the exit code."""
    stored = execute.refresh()
    for path in stored:
        print(f"{path.relative_to(execute.ROOT)}: outputs stored")
    print(f"{len(stored)} chapters changed")
    return 0


def bind(kind):
    """Bind the built pages, as PDF or as EPUB, name them on the cover, and return the exit code."""
    try:
        {"pdf": pdf, "epub": epub}[kind].make()
    except (FileNotFoundError, pdf.NoBrowserError) as error:
        print(error, file=sys.stderr)
        return 1
    bound.offer()
    print(f"The book is in {bound.HTML / f'newpip.{kind}'}")
    return 0


def main():
    """Run one command on data that fit their schemas."""
    parser = argparse.ArgumentParser(prog="python -m newpip_book", description=__doc__)
    parser.add_argument("command", choices=["build", "refresh", "pdf", "epub"])
    arguments = parser.parse_args()
    problems = data.check()
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 2
    try:
        return {"build": build, "refresh": refresh}.get(arguments.command, lambda: bind(arguments.command))()
    except execute.ChapterError as error:
        print(error, file=sys.stderr)
        return 1


def _told(text):
    """Drop Python's traceback, which Jupyter Book prints after Sphinx has said what is wrong."""
    return text.split("Traceback (most recent call last)")[0]


if __name__ == "__main__":
    sys.exit(main())
