"""Run the programs behind results, each from an empty namespace, and note what they hand to the reader."""

import ast
import io
import os
import pickle
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache

from threadpoolctl import threadpool_limits

from newpip import publish
from newpip.forms import DRAWN, GLUE, MIME
from newpip_book.execution.forked_kernels import FORKS


@contextmanager
def published():
    """Note what is handed to the reader instead of showing it, and render no picture.

    Yields
    ------
    dict
        From key to what was published: of a number its ``value`` as computed and its ``text``, of a claim whether it
        ``holds``, of a figure or table its ``data``, ``caption`` and ``alt``; claims stand under ``claim.`` and their
        key.
    """
    kept, drawn = {name: getattr(publish, name) for name in ("display", "svg", "values", "_png")}, list(DRAWN)
    shown = {}

    def display(forms, raw=True, metadata=None):
        payload = forms.get(MIME)
        key = payload["key"] if payload else metadata["scrapbook"]["name"]
        said = metadata["newpip"] | {"text": forms[f"{GLUE}text/plain"]} if payload is None else _said(payload)
        shown[key] = said

    publish.display, publish.svg, publish._png = display, lambda fig, key: "", lambda fig: b""
    publish.values, DRAWN[:] = lambda figs: {}, drawn[:1]
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            yield shown
    finally:
        DRAWN[:] = drawn
        for name, function in kept.items():
            setattr(publish, name, function)


def _said(payload):
    """Return what a figure or table says, without what it was made of."""
    return {"data": payload["csv"], "caption": payload["caption"], "alt": payload.get("alt", "")}


def run_all(programs):
    """Run programs, each from an empty namespace; a beginning that several share runs once.

    Parameters
    ----------
    programs : dict
        From a name to a list of :class:`newpip_book.authoring.slices.Statement`.

    Returns
    -------
    dict
        From the name to what the program published, as :func:`published` has it, or to the exception, as text.
    """
    paths = {name: [one for one in program if not is_import(one)] for name, program in programs.items()}
    imports = {name: [one for one in program if is_import(one)] for name, program in programs.items()}
    os.environ["OMP_NUM_THREADS"] = "1"  # a forked process that finds threads of its parent's waits for ever
    with threadpool_limits(1):  # and so for libraries that have read that variable before
        return _descend(paths, imports, 0, _empty(), {})


def _empty():
    """Return the namespace that a notebook begins with."""
    return {"__name__": "__main__"}


def is_import(statement):
    """Tell whether a statement is an import, which runs anew for each program: it is done at once.

    Parameters
    ----------
    statement : newpip_book.authoring.slices.Statement

    Returns
    -------
    bool
    """
    return isinstance(statement.node, (ast.Import, ast.ImportFrom))


def _descend(paths, imports, depth, space, shown):
    """Run programs that were the same up to here, and part where they do."""
    found = {}
    while True:
        found |= {name: shown for name, path in paths.items() if len(path) == depth}
        groups = {}
        for name, path in paths.items():
            if len(path) > depth:
                groups.setdefault(_mark(path[depth]), {})[name] = path
        if not groups:
            return found
        *others, paths = groups.values()
        for group in others:
            found |= _apart(group, imports, depth, space, shown)
        try:
            shown = shown | _step(paths, imports, depth, space)
        except Exception as error:  # noqa: BLE001, whatever stops a program is its outcome
            return found | dict.fromkeys(paths, f"{type(error).__name__}: {error}")
        depth += 1


def _step(paths, imports, depth, space):
    """Run the next statement, which all the programs share; return what it published."""
    statement = next(iter(paths.values()))[depth]
    for name in paths:
        run([one for one in imports[name] if one.names.binds & statement.needs], space)
    with published() as new:
        run([statement], space)
    return new


def _apart(paths, imports, depth, space, shown):
    """Run the next statement and all that follows so that no other program sees it: in a copy of this process.

    Where such a copy is not safe, they run from their first statement on, in this process and a namespace of their
    own.
    """
    return _forked(paths, imports, depth, space, shown) if FORKS else _descend(paths, imports, 0, _empty(), {})


def _forked(paths, imports, depth, space, shown):
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        os.close(receive)
        with os.fdopen(send, "wb") as pipe:
            pipe.write(pickle.dumps(_descend(paths, imports, depth, space, shown)))
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(content) if content else dict.fromkeys(paths, "the process that ran it was ended")  # noqa: S301


def _mark(statement):
    """Return what tells a statement from others: parts of one statement differ in their code."""
    return statement.cell, statement.node.lineno, statement.node.col_offset, statement.code


def run(statements, space):
    """Run statements in a namespace.

    Parameters
    ----------
    statements : list of newpip_book.authoring.slices.Statement
    space : dict
    """
    for one in statements:
        exec(compiled(one), space)  # noqa: S102, the book's own chapters


@cache
def compiled(statement):
    """Compile a statement.

    Parameters
    ----------
    statement : newpip_book.authoring.slices.Statement

    Returns
    -------
    types.CodeType
    """
    return compile(ast.Module([statement.node], []), f"<cell {statement.cell}>", "exec")
