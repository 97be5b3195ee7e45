"""Serve a folder of pages and open them in Chromium, on this machine."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import sync_playwright

from newpip_book.outputs import pdf


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps no log."""

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def served(folder, handler=Quiet):
    """Serve a folder on a free port of this machine and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def chromium():
    """Start the Chromium of this machine."""
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=pdf.require_browser(), args=pdf.FLAGS) as browser,
    ):
        yield browser


def chapters(folder):
    """Find the chapters of a built book by their numbered names, wherever they lie in it.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict
        From name (``"01-background"``) to address below the folder, in order.
    """
    pages = [path.relative_to(folder) for path in sorted(folder.rglob("[0-9][0-9]-*.html"))]
    return {page.stem: page.as_posix() for page in pages if page.parts[0] != "results"}  # where a chapter's entries are
