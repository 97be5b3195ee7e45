"""Serve the built pages to a browser of this machine."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

# What Windows says of these depends on the programs that were installed on it: browsers run no script served as text.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm"}


class Handler(SimpleHTTPRequestHandler):
    """Answers with the types that browsers ask for, on every system."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES


def serve(folder, port):
    """Serve a folder until this program is interrupted.

    Parameters
    ----------
    folder : pathlib.Path
    port : int
        0 takes one that is free.

    Raises
    ------
    FileNotFoundError
        When the book was not built.
    OSError
        When the port is taken.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(2, "the book was not built", str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder))) as server:
        print(f"The book is at http://127.0.0.1:{server.server_port}; Ctrl+C ends this.", flush=True)
        server.serve_forever()
