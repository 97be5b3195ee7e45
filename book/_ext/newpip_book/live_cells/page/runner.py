"""Runs a chapter's cells in the page: what Jupyter's kernel is to a notebook.

The worker hands it code and a function that takes messages, each a JSON text. A cell's messages are ``stream`` for what
it prints, ``display``, ``update`` and ``clear`` for what it shows, and ``error`` if it fails. Each bears the number of
its run, by which the page finds the cell, also for what a task prints when its cell has ended.
"""

import ast
import asyncio
import builtins
import contextvars
import inspect
import io
import linecache
import os
import re
import sys
import tokenize
import traceback
import types
import warnings

import differences
import handed
import pictures
import shell
import streams
from messages import Allowance, as_json, shortened

from newpip import forms

RUN = contextvars.ContextVar("run")  # a task keeps that of the cell that began it
LONGEST_ERROR = 20_000  # characters of a traceback
LONGEST_LINE = 300  # of its last line, which is read aloud

# What libraries of the page's versions say of their own workings, which no reader can help.
NOISE = ("Setting penalty=None will ignore the C", "JsProxy.as_object_map")


class Runner:
    """A session: the reader's variables, and the cells run on them.

    Parameters
    ----------
    post : callable
        Takes each message as a JSON text.
    """

    def __init__(self, post):
        self.post = post
        self.allowance = Allowance()
        self.task, self.interrupted = None, False
        self.code = ""
        self._name_variables(types.ModuleType("__main__"))
        self.shell = shell.install(self.names, self.show, self.fail)
        formatters = self.shell.display_formatter
        pictures.register(formatters)
        pictures.use()
        formatters.formatters["text/html"].for_type_by_name("sklearn.base", "BaseEstimator", lambda one: None)
        formatters.mimebundle_formatter.for_type_by_name("sklearn.base", "BaseEstimator", lambda one, **kinds: {})
        sys.stdout = sys.stderr = None
        sys.stdin = io.StringIO()
        _refuse_what_is_missing()
        for message in NOISE:
            warnings.filterwarnings("ignore", message=message)

    def _name_variables(self, main):
        sys.modules["__main__"] = main
        self.names = main.__dict__
        self.names |= {"_": "", "__": "", "___": "", "In": [""], "Out": {}}

    # ---- What goes to the page.

    def send(self, message):
        """Send one message of the cell that runs, or of the one that began the task that runs."""
        self.post(as_json({"run": RUN.get(0), **message}))

    def print(self, name, text):
        """Send what was printed."""
        for message in self.allowance.of_stream(RUN.get(0), name, text):
            self.send(message)

    def show(self, message):
        """Send what is shown."""
        for allowed in self.allowance.of_output(RUN.get(0), message):
            self.send(allowed)

    def fail(self, error):
        """Send an error."""
        try:
            message = told(error, self.code)
        except BaseException as another:  # an error whose own words fail
            name = type(error).__name__
            message = {
                "last": name,
                "short": name,
                "full": f"{name}, which fails to say more: {type(another).__name__}",
            }
        self.send({"kind": "error", **message})

    # ---- Running a cell.

    def run(self, number, code, drawn="wide", run=0):
        """Run one cell.

        Parameters
        ----------
        number : int
            Its place on the page, from one.
        code : str
            Its source.
        drawn : str
            The one drawing of a chart that fits the page: ``"wide"`` or ``"narrow"``.
        run : int
            What its messages bear.

        Returns
        -------
        bool or asyncio.Task
            Whether it ran to its end, at once or, where the cell awaits something, when it has.
        """
        forms.DRAWN[:] = [drawn]
        RUN.set(run)
        self.task, self.interrupted = None, False
        self.allowance.begin(run)
        going = self._run(f"<cell {number}>", code)
        if _awaits(code):
            self.task = asyncio.ensure_future(going)
            return self.task
        try:
            going.send(None)
        except StopIteration as end:
            return end.value
        raise RuntimeError("a cell that awaits nothing has to end")

    def interrupt(self):
        """Stop a cell that waits for something."""
        if self.task:
            self.interrupted = True
            self.task.cancel()

    def run_alone(self, number, code, drawn="wide", run=0):
        """Run code without the reader's variables, and leave them as they are.

        Parameters
        ----------
        number, code, drawn, run
            As :meth:`run`.

        Returns
        -------
        bool or asyncio.Task
        """
        main = sys.modules["__main__"]
        self._name_variables(types.ModuleType("__main__"))
        try:
            return self.run(number, code, drawn, run)
        finally:
            sys.modules["__main__"], self.names = main, main.__dict__

    def run_on_files(self, call, files, code, drawn="wide", run=0):
        """Hand a reader's files to a function of the book, send what it says, and run code on the tables that it gives.

        Parameters
        ----------
        call, files
            As :func:`handed.over` takes them.
        code : str
            It awaits nothing, and runs as in :meth:`run_alone`; not at all where the function gives no tables.
        drawn, run
            As :meth:`run`.

        Returns
        -------
        bool
        """
        RUN.set(run)
        self.task, self.interrupted, self.code = None, False, code
        self.allowance.begin(run)
        try:
            given = handed.over(call, files)
        except BaseException as error:
            return self._failed(error)
        tables = given.pop("tables", None)
        self.send({"kind": "given", **given})
        if tables is None:
            return True
        with handed.in_place_of_the_books(tables):
            return self.run_alone(0, code, drawn, run)

    async def _run(self, name, code):
        """Run a cell and what comes after each; return whether all of it went well."""
        well = True
        self.code = code
        try:
            await self._execute(name, code)
        except BaseException as error:
            well = self._failed(error)
        for step in (pictures.show_open, lambda: self.shell.events.trigger("post_execute"), self._flush):
            try:
                step()
            except BaseException as error:
                well = self._failed(error)
        return well

    def _failed(self, error):
        """Send an error of a cell; return False."""
        self.fail(KeyboardInterrupt() if self.interrupted and isinstance(error, asyncio.CancelledError) else error)
        return False

    async def _execute(self, name, code):
        """Run the statements, and show the value of the last if it is an expression without a semicolon."""
        streams.open_both(self.print)
        self.shell.user_ns = self.shell.user_global_ns = self.names
        self.shell.execution_count = len(self.names.setdefault("In", [""]))
        self.names["In"].append(code)
        self.names.pop("__warningregistry__", None)  # a warning is given again in each run
        code = re.sub(r"^%matplotlib\b.*$", "pass", code, flags=re.MULTILINE)
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        tree = ast.parse(code, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        if tree.body:
            await self._evaluate(compile(tree, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        if last is None:
            return
        value = await self._evaluate(compile(ast.Expression(last.value), name, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        if value is not None and not _silenced(code):
            self._remember(value)
            builtins.display(value)

    async def _evaluate(self, compiled):
        value = eval(compiled, self.names)
        return await value if compiled.co_flags & inspect.CO_COROUTINE else value

    def _remember(self, value):
        """Keep a value under the names by which the next cell can find it."""
        names = self.names
        names["___"], names["__"], names["_"] = names.get("__"), names.get("_"), value
        if isinstance(names.get("Out"), dict):
            names["Out"][self.shell.execution_count] = value

    def _flush(self):
        """Let streams that a cell put in the place of ours hand on what they hold."""
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if not getattr(stream, "closed", True):
                stream.flush()


def told(error, code=""):
    """Say what went wrong, first in the reader's own lines alone, then whole.

    Parameters
    ----------
    error : BaseException
    code : str, optional
        The cell.

    Returns
    -------
    dict
        ``last``, its kind and words; ``short``, the reader's lines; ``full``, all of it; ``told``, where it comes of
        what the page has not.
    """
    whole = traceback.TracebackException.from_exception(error)
    own = traceback.TracebackException.from_exception(error)
    own.stack = traceback.StackSummary.from_list([frame for frame in own.stack if frame.filename.startswith("<cell ")])
    own.__cause__ = own.__context__ = None
    if isinstance(error, ModuleNotFoundError) and error.name:  # Pyodide's advice leads nowhere here
        own._str = whole._str = f"No module named {error.name!r}"
    ours = [not frame.filename.startswith("<cell ") for frame in whole.stack]  # what runs the cell is no part of it
    whole.stack = traceback.StackSummary.from_list(whole.stack[ours.index(False) if False in ours else 0 :])
    message = {"short": shortened(_readable(own), LONGEST_ERROR), "full": shortened(_readable(whole), LONGEST_ERROR)}
    message["last"] = shortened(_words(own), LONGEST_LINE)
    known = differences.behind(error, message["last"], code)
    return message | ({"told": known.told} if known else {})


def _words(told):
    """Return the lines of an error that say its kind and its words, without its notes."""
    told.__notes__ = None
    return list(told.format_exception_only())[-1].strip()


def _readable(told):
    """Write a traceback, with cells named as the page names them."""
    text = "".join(told.format(chain=True))
    return re.sub(r'File "<cell (\d+)>", line (\d+)(, in <module>)?', r"Cell \1, line \2", text)


def _awaits(code):
    """Say whether a cell awaits something outside of its functions."""
    try:
        flags = compile(code, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).co_flags
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False  # whoever runs it says what is wrong
    return bool(flags & inspect.CO_COROUTINE)


def _silenced(code):
    """Say whether a cell ends with a semicolon, as Jupyter has it."""
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token.string for token in tokens if token.type not in skipped][-1] == ";"


def _refuse_what_is_missing():
    """Let functions say so that the page has no use for, and that would fail without a word or in another's."""

    def refuse(name):
        def refused(*arguments, **options):
            raise differences.NotInThePage(name)

        return refused

    builtins.input = refuse("input")
    os.system = refuse("programs")
    if sys.platform == "emscripten":
        asyncio.run = _run_in_a_loop


def _run_in_a_loop(going, **options):
    """Refuse as a kernel does, whose loop runs already."""
    going.close()
    raise RuntimeError("asyncio.run() cannot be called from a running event loop")
