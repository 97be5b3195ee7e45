"""A test bench for faults: tiny books in several versions, and a server that fails as it is told."""

import gzip
import json
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from newpip_book.live_cells import assets, distribution, kept
from newpip_book.outputs.serving import TYPES

STAND_IN = Path(__file__).with_name("stand_in")
PAGES = ("chapters/01-first.html", "chapters/02-second.html")
LIMITS = "answer: 3000, storage: 1000, silence: 30_000, portion: 20_000"
SHORTER = "answer: 1000, storage: 1000, silence: 3000, portion: 20_000"

# What the browser's storage can be like for a service worker; the real one is "sound".
STORAGE = {
    "sound": "",
    "broken": "caches.open = () => Promise.reject(new Error('the disk failed'));",
    "refusing": "Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));",
    "hanging": "caches.open = () => new Promise(() => {});",
    "absent": "Object.defineProperty(self, 'caches', { get() { throw new Error('refused'); } });",
}
FAULTS = ("cut", "silent", "stalled", "mistyped", "wrong", "short", "missing", "failing")


def write_site(folder, version, python="1"):
    """Write a tiny book of two pages, each part of which says which version it is of.

    Parameters
    ----------
    folder : pathlib.Path
    version : str
        Of pages, scripts, library and data.
    python : str
        Of Python's files.
    """
    page = (STAND_IN / "page.html").read_text(encoding="utf-8").replace("VERSION", version)
    for name, root in {**dict.fromkeys(PAGES, "../"), "index.html": "", "chapters/index.html": "../"}.items():
        _write(folder / name, page.replace("ROOT", root))
    inpage = (assets.SCRIPTS / "inpage.js").read_text(encoding="utf-8")
    assert inpage.count("SILENCE = 30_000") == 1
    _write(folder / "_static/inpage.js", inpage.replace("SILENCE = 30_000", "SILENCE = 6000"))
    _write(folder / "_static/mark.js", f"document.documentElement.dataset.script = '{version}';\n")
    _write(folder / "_static/look.css", f":root {{ --version: '{version}'; }}\n")
    scripts = assets.scripts()
    assert scripts["transfer.js"].count(LIMITS.encode()) == 1
    scripts["transfer.js"] = scripts["transfer.js"].replace(LIMITS.encode(), SHORTER.encode())
    nothing = json.dumps({"results": {}, "figures": {}, "version": version}).encode()
    about = {"bytes": 1000, "versions": [], "colours": {}, "labels": {}}
    assets.write_run(
        folder,
        _python(folder.parent / f"python-{python}", python),
        scripts | {"book.zip": version.encode(), assets.PUBLISHED: nothing},
        about,
    )
    worker = folder / kept.WORKER
    worker.write_bytes(worker.read_bytes().replace(LIMITS.encode(), SHORTER.encode()))
    kept.seal(folder)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _python(folder, version):
    """Write the stand-in's files; return them by name."""
    native = version * 4000
    about = {"libraries": [["one.so", len(native)]], "table": 7, "site": "first", "wheels": {"extra": "extra-1.whl"}}
    files = {
        distribution.LOCK: version,
        "pyodide.mjs": (STAND_IN / "pyodide.mjs").read_text(encoding="utf-8") + f"// {version}\n",
        "pyodide.asm.mjs": (STAND_IN / "pyodide.asm.mjs").read_text(encoding="utf-8").replace("VERSION", version),
        "snapshot.json": json.dumps(about | {"version": version}),
        **{name: version * 3000 for name in ("python_stdlib.zip", "first.zip", "extra-1.whl")},
        **{f"{name}.gz": version * 4000 for name in ("snapshot.bin", "native.bin", "pyodide.asm.wasm")},
    }
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        content = text.encode()
        (folder / name).write_bytes(gzip.compress(content, 0, mtime=0) if name.endswith(".gz") else content)
    return {name: folder / name for name in files}


class Host(SimpleHTTPRequestHandler):
    """Answers as its server is told to."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Say nothing."""

    def translate_path(self, path):
        """Find a file in the version that is out now."""
        self.directory = str(self.server.folder)
        return super().translate_path(path)

    def do_GET(self):
        """Answer, or fail as planned."""
        server = self.server
        place = self.path.split("?")[0]
        server.asked.append(place)
        fault = next((fault for end, fault in server.plan.items() if place.endswith(f"/{end}")), None)
        if not server.on:
            self.close_connection = True
        elif place.endswith(kept.WORKER) and not fault:
            self._send(server.storage.encode() + Path(self.translate_path(place)).read_bytes(), "text/javascript")
        elif fault is None:
            super().do_GET()
        else:
            self._fail(fault, Path(self.translate_path(self.path)))

    def _fail(self, fault, path):
        content = path.read_bytes() if path.is_file() else b"nothing"
        kind, over = self.guess_type(str(path)), self.server.over
        if fault == "silent":
            over.wait()
            self.close_connection = True
        elif fault in ("cut", "stalled"):
            self._send(content, kind, content[: len(content) // 2])
            if fault == "stalled":
                over.wait()
            self.close_connection = True
        elif fault == "mistyped":
            self._send(content, "text/plain")
        elif fault == "wrong":
            self._send(b"<!DOCTYPE html><title>Sign in</title><h1>Sign in to the network</h1>", "text/html")
        elif fault == "short":
            self._send(content[: len(content) // 2], kind)
        else:
            self.send_error({"missing": 404, "failing": 500}[fault])

    def _send(self, content, kind, sent=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if sent is None else sent)
        self.wfile.flush()

    def end_headers(self):
        """Let the browser's own cache ask every time, and not by a date, which goes back where a version does."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("ETag", f'"{self.server.folder.name}"')
        super().end_headers()


class Server(ThreadingHTTPServer):
    """Serves one version at a time, as it is told.

    Attributes
    ----------
    folder : pathlib.Path
        The version that is out.
    on : bool
        Whether there is a network.
    plan : dict of str to str
        From the end of an address to what befalls it, one of ``FAULTS``.
    storage : str
        What is put before the service worker's script, one of the values of ``STORAGE``.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Host)
        self.over = threading.Event()
        self.asked = []
        self.reset(folder)

    def reset(self, folder):
        """Be as at first."""
        self.folder, self.on, self.storage = folder, True, ""
        self.heal()

    def heal(self):
        """Fail no more; what hangs ends."""
        self.plan = {}
        self.over.set()
        self.over = threading.Event()

    def handle_error(self, request, address):
        """Say nothing of a browser that left."""


@contextmanager
def bench(folder):
    """Serve on this machine.

    Yields
    ------
    Server
        With its address as ``url``.
    """
    with Server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.url = f"http://127.0.0.1:{server.server_port}"
        yield server
        server.over.set()
        server.shutdown()
