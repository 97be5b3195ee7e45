"""``make live``: the book at an address of this machine; it is rebuilt, and the page reloaded, on every save.

What a build imports is imported here, once. Each build is a copy of this process, which need not import it again and
leaves nothing behind; only when the book's own code changed does a build start afresh.

What is being written may be shown before it is whole: sentences that lack a claim, typed numbers and what Sphinx warns
of are told, and the page is shown all the same. The pages are in a folder of their own, so that ``make book`` remains
the judge.
"""

import gc
import multiprocessing
import os
import re
import subprocess
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor

import uvicorn
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from sphinx_autobuild.utils import find_free_port
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from newpip import data
from newpip_book import building, kernels, prose, ready, sources, unchanged
from newpip_book.depends import ROOT

WATCHED = "chapters", "book", "data", "newpip", "_config.yml", "_toc.yml", "CITATION.cff"
IGNORED = re.compile(r"(^|/)(__pycache__|\.ipynb_checkpoints|\.[^/]*\.sw.|\.#[^/]*)(/|$)|~$")
RELOAD = "new WebSocket(`ws://${location.host}/saved`).onmessage = () => location.reload();\n"


def _code():
    """Return a number for the code that a build imports."""
    files = [*(ROOT / "book" / "_ext").rglob("*.py"), *(ROOT / "newpip").rglob("*.py")]
    return zlib.crc32(b"".join(path.read_bytes() for path in sorted(files)))


IMPORTED = _code()


class Reloads(JavascriptInjectorMiddleware):
    """Lets every page reload: by a script of its own, for no page runs a script that stands in it."""

    def __init__(self, app):
        super().__init__(app, "")
        self.script = b'<script src="/reload.js"></script>'


def serve():
    """Build, and serve until the author stops it.

    Returns
    -------
    int
        The exit code.
    """
    ready.imported()
    ready.practised()
    building.problems("build")  # in this process, so that what did not change is known to those that copy it
    gc.freeze()  # what is here stays: to look through it for garbage would copy it
    if kernels.FORKS:
        multiprocessing.set_start_method("fork")
    with ProcessPoolExecutor(1) as copy:
        copy.submit(rebuild).result()
    port = int(os.environ.get("PORT") or 0) or find_free_port()
    watched = [path for path in (*(ROOT / name for name in WATCHED), data.folder()) if path.exists()]
    print(f"The book is at http://127.0.0.1:{port}; it is rebuilt on every save. Ctrl+C ends it.", flush=True)
    uvicorn.run(_site(RebuildServer(watched, _ignored, rebuild)), host="127.0.0.1", port=port, log_level="warning")
    return 0


def _site(watcher):
    """Serve the pages as they are at the time, and tell them of every rebuild."""
    html = building.place() / "live" / "html"
    html.mkdir(parents=True, exist_ok=True)
    routes = [
        WebSocketRoute("/saved", watcher),
        Route("/reload.js", lambda request: Response(RELOAD, media_type="text/javascript")),
        Mount("/", StaticFiles(directory=html, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Reloads)], lifespan=watcher.lifespan)


def _ignored(path):
    return bool(IGNORED.search(str(path)))


def rebuild(changed_paths=()):
    """Build what changed, and say what is wrong; pages that cannot be built stay as they were.

    Parameters
    ----------
    changed_paths : list of pathlib.Path
        As sphinx-autobuild calls it.
    """
    if _code() != IMPORTED:
        subprocess.run([sys.executable, "-c", "from newpip_book import live; live.rebuild()"], check=False, cwd=ROOT)
    else:
        _rebuild()


def _rebuild():
    """Build, in a process that ends with it."""
    building.heed_signals()
    os.environ["SOURCE_DATE_EPOCH"] = building.moment()
    html, read = building.place() / "live" / "html", unchanged.read()
    held = building.alone()
    if held is None:
        print(building.BUSY, file=sys.stderr, flush=True)
    elif not unchanged.since(html, read):
        print("\n".join(_rebuilt(html, read)), file=sys.stderr, flush=True)


def _rebuilt(html, read):
    """Build; return what there is to say."""
    building.mend()
    html.parent.mkdir(parents=True, exist_ok=True)
    problems = building.problems("live")
    if problems:
        return [*problems, "The pages stay as they were until the next save."]
    try:
        published, said = building.build(html, read, strict=False)
    except sources.ChapterError as error:
        return [str(error), "The pages stay as they were until the next save."]
    told = [*prose.problems(), *said.splitlines()]
    return [*told, "The pages are new." if published else "The pages stay as they were until the next save."]
