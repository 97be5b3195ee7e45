"""Runs a chapter's cells in the page: what Jupyter's kernel is to a notebook.

The worker hands it code and a function that takes messages, each a JSON text. A cell's messages are ``stream`` for what
it prints, ``display`` for what it shows, and ``error`` if it fails.
"""

import ast
import base64
import io
import json
import linecache
import re
import sys
import time
import traceback
import types
import warnings

from IPython import display as shown

from newpip import forms

PAUSE = 0.1  # seconds between two messages of a stream
ENOUGH = 100_000  # characters that one cell may print

# What libraries of the page's versions say of their own workings, which no reader can help.
NOISE = ("Setting penalty=None will ignore the C", "JsProxy.as_object_map")


class Stream(io.TextIOBase):
    """Standard output or error of a cell, sent on a few times a second and cut when it grows too long."""

    def __init__(self, name, send):
        self.name, self.send = name, send
        self.clear()

    def clear(self):
        """Begin anew, for the next cell."""
        self.waiting, self.sent, self.last = [], 0, 0.0

    def writable(self):
        """Say that text can be written."""
        return True

    def write(self, text):
        """Take a text."""
        room = ENOUGH - self.sent
        self.sent += len(text)
        if room >= 0:
            self.waiting.append(text if len(text) <= room else text[:room] + "\n[The rest is not shown.]\n")
        if time.monotonic() - self.last > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Send what has gathered."""
        if self.waiting:
            self.send({"kind": "stream", "name": self.name, "text": "".join(self.waiting)})
            self.waiting, self.last = [], time.monotonic()


class Runner:
    """A session: the reader's variables, and the cells run on them.

    Parameters
    ----------
    post : callable
        Takes each message as a JSON text.
    """

    def __init__(self, post):
        self.post = post
        self.out, self.err = Stream("stdout", self.send), Stream("stderr", self.send)
        sys.stdout, sys.stderr = self.out, self.err
        shown.show = self.show
        for message in NOISE:
            warnings.filterwarnings("ignore", message=message)
        self.reset()

    def reset(self):
        """Forget the reader's variables."""
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        self.names = main.__dict__
        self.names["display"] = shown.display

    def send(self, message):
        """Send one message."""
        self.post(json.dumps(message, default=str))

    def show(self, data, metadata):
        """Show an output in its forms, after what was printed before it."""
        self.flush()
        data = {mime: _text(content) for mime, content in data.items()}
        self.send({"kind": "display", "data": data, "metadata": metadata})

    def flush(self):
        """Send what was printed."""
        self.out.flush()
        self.err.flush()

    def run(self, number, code, drawn="wide"):
        """Run one cell.

        Parameters
        ----------
        number : int
            Its place on the page, from one.
        code : str
            Its source.
        drawn : str
            The one drawing of a chart that fits the page: ``"wide"`` or ``"narrow"``.

        Returns
        -------
        bool
            Whether it ran to its end.
        """
        forms.DRAWN[:] = [drawn]
        name = f"<cell {number}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        self.out.clear()
        self.err.clear()
        try:
            self._execute(code, name)
            self._draw()
            return True
        except BaseException as error:
            self.flush()
            self.send({"kind": "error", **told(error)})
            return False
        finally:
            self.flush()
            _close()

    def run_alone(self, number, code, drawn="wide"):
        """Run code without the reader's variables, and leave them as they are.

        Parameters
        ----------
        number : int
        code : str
        drawn : str

        Returns
        -------
        bool
            As :meth:`run`.
        """
        main, names = sys.modules["__main__"], self.names
        self.reset()
        try:
            return self.run(number, code, drawn)
        finally:
            sys.modules["__main__"], self.names = main, names

    def _execute(self, code, name):
        """Run the statements, and show the value of the last if it is an expression without a semicolon."""
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), self.names)
        if last is None:
            return
        value = eval(compile(ast.Expression(last.value), name, "eval"), self.names)
        if value is not None and not _silenced(code):
            self.names["_"] = value
            shown.display(value)

    def _draw(self):
        """Show the figures that the cell left open."""
        for number in _open_figures():
            self.show({"image/svg+xml": _svg(number), "text/plain": "A figure that this cell drew."}, {})


def told(error):
    """Say what went wrong, first in the reader's own lines alone, then whole.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    dict
        ``last``, the last line; ``short``, the reader's lines; ``full``, all of it.
    """
    whole = traceback.TracebackException.from_exception(error)
    own = traceback.TracebackException.from_exception(error)
    own.stack = traceback.StackSummary.from_list([frame for frame in own.stack if frame.filename.startswith("<cell ")])
    own.__cause__ = own.__context__ = None
    return {"last": list(own.format_exception_only())[-1].strip(), "short": _readable(own), "full": _readable(whole)}


def _readable(told):
    """Write a traceback, with cells named as the page names them."""
    text = "".join(told.format(chain=True))
    return re.sub(r'File "<cell (\d+)>", line (\d+)(, in <module>)?', r"Cell \1, line \2", text)


def _silenced(code):
    """Say whether a cell ends with a semicolon, as Jupyter has it."""
    import tokenize

    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token.string for token in tokens if token.type not in skipped][-1] == ";"


def _text(content):
    """Return content as JSON can hold it."""
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def _pyplot():
    return sys.modules.get("matplotlib.pyplot")


def _open_figures():
    return _pyplot().get_fignums() if _pyplot() else []


def _close():
    """Close what the cell drew, so that the next begins with an empty sheet."""
    if _pyplot():
        _pyplot().close("all")


def _svg(number):
    """Draw an open figure as the book draws its own."""
    from newpip.publish import svg

    return svg(_pyplot().figure(number), f"drawn-{number}")
