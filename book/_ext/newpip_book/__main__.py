"""``python -m newpip_book``: ``build`` the pages, ``refresh`` the stored outputs, ``live``: rebuild on every save.

``pdf`` and ``epub`` bind the pages that were built, to take away.
The exit code is 0 when it is done, 2 when something is wrong, and 130 or 143 when it was interrupted or ended; to
interrupt ``live`` is to be done with it.
"""

import argparse
import gc
import os
import sys

from newpip import front
from newpip_book import project
from newpip_book.authoring import notebooks
from newpip_book.build import fingerprint, lock, pipeline
from newpip_book.build.atomic import recover_interrupted_publish


def build(html, read):
    """Build the pages, and return the exit code."""
    published, said = pipeline.build(html, read)
    sys.stderr.write(said)
    if not published:
        print("The book was not built: see above.", file=sys.stderr)
        return 2
    if not os.environ.get("NEWPIP_SITE"):
        print("No address of the published book is set (NEWPIP_SITE): no canonical addresses, no sitemap.")
    print(f"The book is in {html / 'index.html'}")
    return 0


def refresh():
    """Store fresh outputs in the chapters: in all that changed, or in none."""
    from newpip_book.execution import stored_outputs

    stored = stored_outputs.refresh()
    for path in stored:
        print(f"{notebooks.display_path(path)}: outputs stored")
    print(f"{len(stored)} chapters changed")
    return 0


def bind(kind):
    """Bind the built pages, as PDF or as EPUB, name them on the cover, and return the exit code."""
    from newpip_book.outputs import binding, epub, pdf

    try:
        {"pdf": pdf, "epub": epub}[kind].make()
    except (FileNotFoundError, pdf.NoBrowserError) as error:
        print(error, file=sys.stderr)
        return 2
    binding.update_download_links()
    fingerprint.record_bound(binding.HTML)
    print(f"The book is in {binding.HTML / f'{project.name()}.{kind}'}")
    return 0


def live():
    """Serve the book on this machine; rebuild it, and reload the page, on every save."""
    from newpip_book.build import live as server

    return server.serve()


def main(arguments=None):
    """Run one command on data and chapters that can be read.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``python -m newpip_book``; those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m newpip_book", description=__doc__)
    parser.add_argument("command", choices=["build", "refresh", "live", "pdf", "epub"])
    command = parser.parse_args(arguments).command
    if command == "live":
        return live()
    if front.without_tables():
        print(front.without_tables(), file=sys.stderr)
        return 2
    os.environ["SOURCE_DATE_EPOCH"] = project.source_date_epoch()
    html = project.build_dir() / "html"
    read = fingerprint.inputs_digest() if command == "build" else None
    if command == "build" and fingerprint.is_up_to_date(html, read):
        print(f"Nothing has changed since the book was built: {html / 'index.html'}")
        return 0
    lock.install_signal_handlers()
    problems = pipeline.check_while_importing() if command == "build" else pipeline.preflight(command)
    if problems:
        print("\n".join([*problems, f"{len(problems)} problems; nothing was changed."]), file=sys.stderr)
        return 2
    held = lock.acquire_lock()
    if held is None:
        print(lock.BUSY, file=sys.stderr)
        return 2
    recover_interrupted_publish()
    try:
        return build(html, read) if command == "build" else refresh() if command == "refresh" else bind(command)
    except notebooks.ChapterError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    code = front.run(main)
    gc.freeze()  # else Python looks for garbage for a second or two before it ends
    sys.exit(code)
