"""Find the program behind each published result: the backward slice of a chapter's statements, without running any.

A chapter is a straight-line program. Going back from the call that publishes a result, a statement is kept when it
binds or changes a name that a kept one reads (Weiser, Program slicing, IEEE Transactions on Software Engineering 10(4),
1984). What the library's functions are given they leave as it is; only drawings are changed by being passed.
"""

import ast
import copy
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from newpip_book.authoring import notebooks
from newpip_book.authoring.names import PUBLISHES, called_at_once, names_of
from newpip_book.authoring.sharing import DEFINITIONS, Sharing, drawings, handed_back

JUMPS = (ast.Break, ast.Continue, ast.Raise, ast.Assert)


@dataclass(frozen=True)
class Statement:
    """A statement of a chapter, an import or a parallel assignment split into its parts.

    Parameters
    ----------
    cell : int
        The number of its cell, from 1, as messages count.
    node : ast.stmt
    code : str
        As the author wrote it.
    modules : frozenset of str
        The names that the chapter imports: a call of ``module.function()`` does not change the module.
    drawings : frozenset of str
        The names that stand for drawings.
    shared : frozenset of str
        The other names that stand for an object it changes, or for a part of one, or for what holds one.
    """

    cell: int
    node: ast.stmt
    code: str
    modules: frozenset = frozenset()
    drawings: frozenset = frozenset()
    shared: frozenset = frozenset()

    @cached_property
    def names(self):
        """The names it reads, binds anew, and changes."""
        found = names_of(self.node, self.modules, self.drawings)
        return replace(found, changes=found.changes | self.shared)

    @property
    def needs(self):
        """The names that must be there: those of a function that it defines, when that is called."""
        return self.names.reads | self.names.later

    @property
    def writes(self):
        """The names it binds or changes."""
        return self.names.binds | self.names.changes


@dataclass(frozen=True)
class Publication:
    """A call that hands something to the reader.

    Parameters
    ----------
    kind : str
        Of ``PUBLISHES``.
    key : str
        The name it gives or, where code puts it together, a regular expression for the names.
    literal : bool
        Whether the name stands in the code in full.
    cell, place : int
        The number of its cell, and of its statement among :func:`statements`.
    call : ast.Call
    """

    kind: str
    key: str
    literal: bool
    cell: int
    place: int
    call: ast.Call


class Chapter:
    """The statements of a chapter, and the program behind each of its publications.

    Parameters
    ----------
    notebook : types.SimpleNamespace or nbformat.NotebookNode
        With its ``cells``.
    """

    def __init__(self, notebook):
        cells = [(number, cell.source) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
        trees = {number: ast.parse(code) for number, code in cells}
        modules = frozenset(name for tree in trees.values() for name in _imported(tree))
        drawn = drawings(trees.values())
        self.statements = list(
            _shared(
                [
                    replace(one, modules=modules, drawings=drawn)
                    for number, code in cells
                    for one in _statements(number, code, trees[number])
                ]
            )
        )
        self.publications = [
            Publication(call.func.id, *_key(call), one.cell, place, call)
            for place, one in enumerate(self.statements)
            for call in publishing_calls(one.node)
        ]
        self.functions = _functions(self.statements)

    def program(self, publication):
        """Find the program behind a publication.

        Parameters
        ----------
        publication : Publication

        Returns
        -------
        list of Statement
            In their order, the publishing one last; of a loop that publishes other things too, these are left out.
        """
        return [self.quiet[place] for place in self.behind(publication)[:-1]] + [self.publishing(publication)]

    def publishing(self, publication):
        """Return the statement that publishes, other publications in it left out."""
        return _without_publications(self.statements[publication.place], publication.call)

    def behind(self, publication):
        """List the places of the statements of a program, its own last."""
        return [*self.before(self.publishing(publication).names.reads, publication.place), publication.place]

    def before(self, needed, place):
        """List the places of the statements before one that lead to the names it needs."""
        needed, kept = self.with_functions(needed), []
        for at in range(place - 1, -1, -1):
            one = self.quiet[at]
            if one is None or not one.writes & needed:
                continue
            kept.append(at)
            needed = self.with_functions((needed - one.names.binds) | one.names.reads)
        return kept[::-1]

    @cached_property
    def quiet(self):
        """The statements without what they publish; None where nothing is left."""
        return [_without_publications(one) for one in self.statements]

    def with_functions(self, names):
        """Add to some names what the chapter's own functions among them read when they are called.

        Parameters
        ----------
        names : iterable of str

        Returns
        -------
        set of str
        """
        names, waiting = set(names), list(names)
        while waiting:
            new = self.functions.get(waiting.pop(), frozenset()) - names
            names |= new
            waiting += new
        return names


@lru_cache
def of_chapter(path, stamped):
    """Read a chapter's statements, once until its file changes.

    Parameters
    ----------
    path : pathlib.Path
    stamped : tuple
        What :func:`newpip_book.authoring.notebooks.file_signature` returns.

    Returns
    -------
    Chapter
    """
    return Chapter(notebooks.load_notebook(path)[0])


def text(program):
    """Write a program as a reader would: imports of one module joined, nothing else changed.

    Parameters
    ----------
    program : list of Statement

    Returns
    -------
    str
    """
    lines, imports = [], {}
    for one in program:
        if isinstance(one.node, ast.ImportFrom):
            names = imports.setdefault(one.node.module, [])
            names += [ast.unparse(alias) for alias in one.node.names if ast.unparse(alias) not in names]
        elif isinstance(one.node, ast.Import):
            lines.append(one.code)
    lines += [f"from {module} import {', '.join(names)}" for module, names in imports.items()]
    return "\n".join([*lines, *(one.code for one in program if not isinstance(one.node, (ast.Import, ast.ImportFrom)))])


def publishing_calls(node):
    """List the calls in a piece of code that hand something to the reader.

    Parameters
    ----------
    node : ast.AST

    Returns
    -------
    list of ast.Call
    """
    found = [one for one in ast.walk(node) if isinstance(one, ast.Call) and getattr(one.func, "id", "") in PUBLISHES]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _imported(tree):
    """Yield the names that a cell imports."""
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from names_of(node).binds


def _shared(statements):
    """Yield statements that know which other names stand for what they change."""
    functions = {}
    for one in statements:
        if isinstance(one.node, ast.FunctionDef):
            functions.setdefault(one.node.name, set()).update(handed_back(one.node))
    sharing = Sharing(functions, statements[0].drawings if statements else frozenset())
    for one in statements:
        yield replace(one, shared=sharing.step(one.node, one.names) - one.modules)


def _functions(statements):
    """Map names to what is read when the functions are called that they stand for, or hold."""
    makers = {one.node.name for one in statements if isinstance(one.node, DEFINITIONS) and _makes(one.node)}
    handed = [_handed(one.node, makers) for one in statements]
    found, before = {}, -1
    while before != sum(map(len, found.values())):
        before = sum(map(len, found.values()))
        for one, names in zip(statements, handed, strict=True):
            taken = set().union(*(found.get(name, ()) for name in names))
            for name in one.writes - one.drawings if one.names.later else ():
                found.setdefault(name, set()).update(one.names.later)
            for name in (one.names.binds | one.names.mutates) - one.drawings if taken else ():
                found.setdefault(name, set()).update(taken)
    return found


def _makes(function):
    """Tell whether a function defines others, which it may return."""
    return any(isinstance(one, DEFINITIONS) for one in ast.walk(function) if one is not function)


def _handed(node, makers):
    """Name what a statement reads otherwise than to call it at once, and the makers of functions that it calls."""
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    called = {id(part) for one in calls for part in (one.func, *called_at_once(one))}
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    return {one.id for one in names if id(one) not in called or one.id in makers}


def _statements(number, code, tree):
    """Yield the statements of a cell, split."""
    for node in tree.body:
        for part in _split(node):
            written = ast.get_source_segment(code, node) if part is node else ast.unparse(part)
            yield Statement(number, part, written)


def _split(node):
    """Split an import into one a name, and a parallel assignment into one a target, where that comes to the same."""
    if isinstance(node, (ast.Import, ast.ImportFrom)) and len(node.names) > 1:
        for alias in node.names:
            part = copy.copy(node)
            part.names = [alias]
            yield part
    elif _is_parallel(node):
        for target, value in zip(node.targets[0].elts, node.value.elts, strict=True):
            yield ast.copy_location(ast.Assign([target], value), node)
    else:
        yield node


def _is_parallel(node):
    """Tell whether a statement assigns as many values as names, none of which it reads."""
    if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Tuple)):
        return False
    targets, value = node.targets[0].elts, node.value
    if not (isinstance(value, ast.Tuple) and len(value.elts) == len(targets)):
        return False
    names = {one.id for one in targets if isinstance(one, ast.Name)}
    return len(names) == len(targets) and not names & names_of(node).reads


def _without_publications(statement, but=None):
    """Leave out of a statement the calls that publish, all but one, and what in it is there for them alone.

    Nothing is returned where nothing is left that does anything.
    """
    others = [one for one in publishing_calls(statement.node) if one is not but]
    if not others:
        return statement
    pruned = _Pruned({_position(one) for one in ast.walk(statement.node) if _publishes_alone(one, others)})
    rest = pruned.visit(statement.node)
    while but and (idle := _idle(rest, _position(but))):
        pruned = _Pruned(pruned.left_out | idle)
        rest = pruned.visit(statement.node)
    if rest is None or (but is None and not names_of(rest).changes | names_of(rest).binds):
        return None
    return replace(statement, node=rest, code=_text_without(statement, rest, pruned.spans))


def _text_without(statement, rest, spans):
    """Write what is left of a statement as its author did, where whole lines were left out; else anew."""
    dropped = {line for start, end in spans for line in range(start, end + 1)}
    lines = enumerate(statement.code.split("\n"), statement.node.lineno)
    text = "\n".join(line for number, line in lines if number not in dropped)
    try:
        same = [ast.dump(one) for one in ast.parse(text).body] == [ast.dump(rest)]
    except SyntaxError:
        same = False
    return text if same else ast.unparse(rest)


def _idle(node, call):
    """Find the statements within a loop or a condition that do nothing for the call that is kept in it."""
    parts = [one for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node]
    found = set()
    for part in parts:
        within = list(ast.walk(part))
        if any(isinstance(one, ast.Call) and _position(one) == call for one in within):
            continue
        inside = {id(one) for one in within}
        read = {
            one.id
            for one in ast.walk(node)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and id(one) not in inside
        }
        names = names_of(part)
        jumps = any(isinstance(one, JUMPS) for one in within)
        if isinstance(part, (ast.Assign, ast.AugAssign, ast.For, ast.If)) and not (
            jumps or (names.binds | names.changes) & read
        ):
            found.add(_position(part))
    return found


def _position(node):
    return node.lineno, node.col_offset, type(node).__name__


def _publishes_alone(node, calls):
    return isinstance(node, ast.Expr) and any(node.value is call for call in calls)


class _Pruned:
    """Drops statements by their positions, and loops and conditions in which nothing is left; the tree stays as it is.

    Attributes
    ----------
    spans : list of tuple of int
        The first and the last line of each that was dropped.
    """

    def __init__(self, left_out):
        self.left_out, self.spans = left_out, []

    def visit(self, node):
        if _position(node) in self.left_out:
            return self._drop(node)
        if not isinstance(node, (ast.For, ast.If, ast.While, ast.With)):
            return node
        node = copy.copy(node)
        node.body = self._kept(node.body)
        if getattr(node, "orelse", None):
            node.orelse = self._kept(node.orelse)
        if not node.body and not getattr(node, "orelse", None):
            return self._drop(node)
        node.body = node.body or [ast.Pass()]
        return node

    def _kept(self, nodes):
        return [kept for one in nodes if (kept := self.visit(one)) is not None]

    def _drop(self, node):
        self.spans.append((node.lineno, node.end_lineno))


def _key(call):
    """Return the name that a call publishes under, or an expression for it, and whether it stands there in full."""
    given = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "key"), None)
    if isinstance(given, ast.Constant):
        return str(given.value), True
    if isinstance(given, ast.JoinedStr):
        parts = [re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".+" for one in given.values]
        return "".join(parts), False
    return ".+", False
