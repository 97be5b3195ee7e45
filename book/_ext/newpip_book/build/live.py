"""``make live``: the book at an address of this machine; it is rebuilt, and the page reloaded, on every save.

What a build imports is imported here, once. Each build is a copy of this process, where such a copy is safe: it need
not import anything again and leaves nothing behind. When the book's own code changed, a build starts afresh.

What is being written may be shown before it is whole: sentences that lack a claim, typed numbers and what Sphinx warns
of are told, and the page is shown all the same; a sentence that is no longer true is marked in it. The pages are in a
folder of their own, so that ``make book`` remains the judge.
"""

import asyncio
import gc
import io
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import traceback
from contextlib import redirect_stderr, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
import watchfiles
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from newpip import data
from newpip_book import project
from newpip_book.authoring import checks, lint_config, lint_prose, notebooks
from newpip_book.build import fingerprint, lock, pipeline
from newpip_book.build.atomic import recover_interrupted_publish
from newpip_book.execution import forked_kernels
from newpip_book.os_errors import explain_os_error
from newpip_book.project import ROOT

IGNORED = re.compile(r"(^|/)(__pycache__|\.ipynb_checkpoints|\.[^/]*\.sw.|\.#[^/]*)(/|$)|~$")
RELOAD = "new WebSocket(`ws://${location.host}/saved`).onmessage = () => location.reload();\n"
CONTEXT = multiprocessing.get_context("fork" if forked_kernels.FORKS else "spawn")
STAY = "The pages stay as they were until the next save."


CODE = project.ENGINE, project.LIBRARY
IMPORTED = project.code_digest(*CODE)


CONTENTS = "format: jb-book\nroot: book/index\n"
WORK = "@misc{work,\n  author = {An Author},\n  title = {A work},\n  year = {2000}\n}\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
PAGE = """# A page

A sentence {cite}`work` with a formula, $x^2$.

```{code-block} ipython3
print(1)
```

:::{figure} drawing.svg
A caption
:::

| a | b |
|---|---|
| 1 | 2 |
"""


class ReloadMiddleware(JavascriptInjectorMiddleware):
    """Lets a page reload: by a script of its own, for no page runs a script that stands in it."""

    def __init__(self, app):
        super().__init__(app, "")
        self.script = b'<script src="/reload.js"></script>'


class Watcher(RebuildServer):
    """Builds what was saved, one save after the other, and tells the pages."""

    def __init__(self):
        super().__init__([], None, None)
        self.building = asyncio.Lock()

    async def watch(self):
        """Follow the folders of the book, and the files beside them, which some editors replace when they save."""
        folders = {ROOT / name for name in fingerprint.FOLDERS} | {project.LIBRARY, data.folder()}
        await asyncio.gather(
            self._follow(*folders, watch_filter=lambda _, path: not IGNORED.search(path)),
            self._follow(ROOT, watch_filter=_is_input, recursive=False),
        )

    async def _follow(self, *places, **how):
        async for _ in watchfiles.awatch(*places, **how):
            async with self.building:
                process = _start_build()
                await asyncio.to_thread(_join_build, process)
            self.flag.set()


def _is_input(_, path):
    """Tell whether a file beside the book's folders is one that a build reads, or that a page includes."""
    return Path(path).name in fingerprint.FILES or Path(path) in fingerprint.included()


def serve():
    """Build, and serve until the author stops it.

    Returns
    -------
    int
        The exit code.
    """
    try:
        place = socket.create_server(("127.0.0.1", int(os.environ.get("PORT") or 0)))
    except (OSError, OverflowError, ValueError) as error:
        print(f"PORT={os.environ.get('PORT', 0)}: {error}; a port that is free was expected", file=sys.stderr)
        return 2
    with suppress(KeyboardInterrupt):  # which is how an author ends it
        _serve(place)
    return 0


def _serve(place):
    """Build, and answer at a socket."""
    os.environ["NEWPIP_CLAIMS"] = "mark"  # a sentence that is false is shown as such while its author mends it
    pipeline.preload_modules()
    if not lint_config.check_config():
        warm_up()
    pipeline.preflight("build")  # in this process, so that what did not change is known to those that copy it
    gc.freeze()  # what is here stays: to look through it for garbage would copy it
    _join_build(_start_build())
    port = place.getsockname()[1]
    print(f"The book is at http://127.0.0.1:{port}; it is rebuilt on every save. Ctrl+C ends it.", flush=True)
    uvicorn.Server(uvicorn.Config(_site(Watcher()), log_level="warning")).run(sockets=[place])


def warm_up():
    """Build a book of one page, elsewhere: what libraries only make ready when first used is then ready as well."""
    import nbformat
    from jupyter_book.sphinx import build_sphinx

    for minor in (4, 5):
        nbformat.validate(nbformat.v4.new_notebook(nbformat_minor=minor))
    with TemporaryDirectory() as place, redirect_stderr(io.StringIO()):
        written = {"_toc.yml": CONTENTS, "book/index.md": PAGE, "book/drawing.svg": DRAWING}
        written |= {name: WORK for name in project.settings().get("bibtex_bibfiles") or ()}
        for name, content in written.items():
            Path(place, name).parent.mkdir(parents=True, exist_ok=True)
            Path(place, name).write_text(content, encoding="utf-8")
        own = {"external_toc_path": str(Path(place, "_toc.yml")), "latex_individualpages": False, "html_favicon": ""}
        out = Path(place, "_build", "html")
        build_sphinx(place, out, noconfig=True, path_config=ROOT / "_config.yml", confoverrides=own, quiet=True)


def _site(watcher):
    """Serve the pages as they are at the time, and tell them of every rebuild."""
    html = project.build_dir() / "live" / "html"
    html.mkdir(parents=True, exist_ok=True)
    routes = [
        WebSocketRoute("/saved", watcher),
        Route("/reload.js", lambda request: Response(RELOAD, media_type="text/javascript")),
        Mount("/", StaticFiles(directory=html, html=True)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(ReloadMiddleware)], lifespan=watcher.lifespan)


def _start_build():
    """Begin a build in a process that ends with it; it is to be a copy of the main thread, or it cannot end well."""
    process = CONTEXT.Process(target=rebuild)
    process.start()
    return process


def _join_build(process):
    """Wait for the end of a build, and tell when it was not a good one."""
    process.join()
    if process.exitcode:
        print(f"The build ended with {process.exitcode}. {STAY}", file=sys.stderr, flush=True)


def rebuild():
    """Build what changed, and say what is wrong; pages that cannot be built stay as they were."""
    if project.code_digest(*CODE) != IMPORTED:
        subprocess.run(
            [sys.executable, "-c", "from newpip_book.build import live; live.rebuild()"], check=True, cwd=ROOT
        )
        return
    lock.install_signal_handlers()
    try:
        said = _rebuild_locked()
    except notebooks.ChapterError as error:
        said = [str(error), STAY]
    except Exception as error:  # whatever it is, the author goes on writing
        said = [explain_os_error(error) or traceback.format_exc(), STAY]
    print("\n".join(said), file=sys.stderr, end="\n" if said else "", flush=True)


def _rebuild_locked():
    """Build once no other command does; return what there is to say."""
    if lock.acquire_lock() is None:
        print(lock.busy(), file=sys.stderr, flush=True)
    held = lock.acquire_lock(wait=True)
    os.environ["SOURCE_DATE_EPOCH"] = project.source_date_epoch()
    html, read = project.build_dir() / "live" / "html", fingerprint.inputs_digest()
    if fingerprint.is_up_to_date(html, read):
        return []
    recover_interrupted_publish()
    html.parent.mkdir(parents=True, exist_ok=True)
    problems = pipeline.preflight("live")
    if problems:
        return [*problems, STAY]
    besides = CONTEXT.Process(target=_report_strict_problems)
    besides.start()
    published, said = pipeline.build(html, read, strict=False)
    held.release()
    besides.join()
    return [*said.splitlines(), "The pages are new." if published else STAY]


def _report_strict_problems():
    """Say what `make book` would refuse, while the pages are built."""
    for problem in checks.problems() + lint_prose.problems():
        print(problem, file=sys.stderr, flush=True)
