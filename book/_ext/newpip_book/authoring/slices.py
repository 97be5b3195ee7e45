"""Find the program behind each published result: the backward slice of a chapter's statements, without running any.

A chapter is a straight-line program. Going back from the call that publishes a result, a statement is kept when it
binds or changes a name that a kept one reads (Weiser, Program slicing, IEEE Transactions on Software Engineering 10(4),
1984). What the library's functions are given they leave as it is; only drawings are changed by being passed.
"""

import ast
import copy
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from newpip_book.authoring import notebooks

PUBLISHES = ("number", "interval", "claim", "figure", "table")
MUTATORS = {"append", "extend", "insert", "add", "update", "setdefault", "remove", "discard", "pop", "clear", "sort"}
CANVASES = ("canvas", "subplots")  # functions that return a drawing and its axes: to change one is to change all
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
DRAWN = re.compile(r"ax|fig")  # how names of axes and drawings begin


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
    """

    cell: int
    node: ast.stmt
    code: str
    modules: frozenset = frozenset()

    @cached_property
    def names(self):
        """The names it reads, binds anew, and changes."""
        return names_of(self.node, self.modules)

    @property
    def needs(self):
        """The names that must be there: those of a function that it defines, when that is called."""
        return self.names.reads | self.names.later

    @property
    def writes(self):
        """The names it binds or changes."""
        return self.names.binds | self.names.changes


@dataclass(frozen=True)
class Names:
    """What a statement does with names.

    Parameters
    ----------
    reads : frozenset of str
        Those whose value it needs; of a function that it defines, those are in ``later``.
    binds : frozenset of str
        Those whose value after it owes nothing to the one before.
    changes : frozenset of str
        Those that it may bind or whose object it may change.
    later : frozenset of str
        Those that a function defined by it reads when it is called.
    """

    reads: frozenset
    binds: frozenset
    changes: frozenset
    later: frozenset


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
        self.statements = [one for number, code in cells for one in _statements(number, code, trees[number], modules)]
        self.publications = [
            Publication(call.func.id, *_key(call), one.cell, place, call)
            for place, one in enumerate(self.statements)
            for call in publishing_calls(one.node)
        ]
        self.functions = {
            one.node.name: one.names.later for one in self.statements if isinstance(one.node, ast.FunctionDef)
        }
        self._drawings = [set(_drawing(one.node)) for one in self.statements]

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
            touched = one.writes if one else frozenset()
            for drawing in self._drawings[: at + 1]:
                touched = touched | drawing if touched & drawing else touched
            if not touched & needed:
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


def names_of(node, modules=frozenset()):
    """Tell what a statement does with names.

    Parameters
    ----------
    node : ast.stmt
    modules : frozenset of str
        Names that stand for modules, or for what was taken from one.

    Returns
    -------
    Names
    """
    found = _Collector()
    found.visit(node)
    changes = found.changes - found.binds - modules
    return Names(*map(frozenset, (found.reads, found.binds, changes, found.later)))


class _Collector(ast.NodeVisitor):
    """Collects, in the order of execution, the names that a statement reads before it binds them, binds and changes."""

    def __init__(self):
        self.reads, self.binds, self.changes, self.later = set(), set(), set(), set()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.reads |= {node.id} - self.binds
        else:
            self.binds.add(node.id)

    def visit_Assign(self, node):
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_AugAssign(self, node):
        self.visit(node.value)
        self._change(node.target)
        if not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        self.visit(node.target)

    def visit_Call(self, node):
        """Read what pandas reads of a text as well: ``frame.query("year > @opened")``."""
        if getattr(node.func, "attr", "") in ("query", "eval"):
            for given in node.args:
                self.reads |= set(re.findall(r"@(\w+)", ast.unparse(given))) - self.binds
        self.generic_visit(node)

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    visit_Attribute = visit_Subscript

    def _change(self, node):
        """Note that an object is changed, whose name is where the expression begins."""
        name = _root(node)
        if name:
            self.reads |= {name} - self.binds
            self.changes.add(name)

    def visit_Expr(self, node):
        """Take a call that stands alone as made for what it changes: its object, or the axes that it is given."""
        call = node.value
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") not in PUBLISHES:
            if isinstance(call.func, ast.Attribute) and _mutates(call):
                self._change(call.func)
            for given in (*call.args, *(keyword.value for keyword in call.keywords)):
                if DRAWN.match(_root(given) or ""):
                    self._change(given)
        self.generic_visit(node)

    def visit_For(self, node):
        self.visit(node.iter)
        inner = self._perhaps([node.target, *node.body, *node.orelse])
        if inner.changes & _names(node.target):  # one of several axes, say
            self.changes |= {name for name in _names(node.iter) if DRAWN.match(name)}

    def visit_If(self, node):
        self.visit(node.test)
        self._perhaps([*node.body, *node.orelse])

    visit_While = visit_If

    def visit_Try(self, node):
        self._perhaps([*node.body, *node.handlers, *node.orelse, *node.finalbody])

    def _perhaps(self, nodes):
        """Visit what may not run: a name that it binds may keep the value it had."""
        inner = _Collector()
        for node in nodes:
            inner.visit(node)
        self.reads |= inner.reads - self.binds
        self.changes |= inner.binds | inner.changes
        self.later |= inner.later
        return inner

    def visit_Import(self, node):
        self.binds |= {alias.asname or alias.name.split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node):
        for one in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(one)
        self.binds.add(node.name)
        self.later |= _free(node.body, node.args)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.reads |= _free(node.body, None) - self.binds
        self.binds.add(node.name)

    def visit_Lambda(self, node):
        self.reads |= _free([node.body], node.args) - self.binds

    def _comprehend(self, node):
        """Visit a comprehension, whose own names nobody else sees."""
        inner = _Collector()
        for part in (
            *node.generators,
            *(getattr(node, name) for name in ("elt", "key", "value") if hasattr(node, name)),
        ):
            inner.visit(part)
        own = set().union(*(_names(one.target) for one in node.generators))
        self.reads |= inner.reads - own - self.binds
        self.changes |= inner.changes - own

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehend

    def visit_comprehension(self, node):
        for part in (node.iter, node.target, *node.ifs):
            self.visit(part)


def _mutates(call):
    """Tell whether a method changes its object: a list, a dict or a set, axes, or a table that is told so."""
    told = any(one.arg == "inplace" for one in call.keywords)
    return told or call.func.attr in MUTATORS or bool(DRAWN.match(_root(call.func) or ""))


def _free(body, arguments):
    """Return the names that a function's body reads and does not bind itself."""
    inner = _Collector()
    for node in body:
        inner.visit(node)
    own = {one.arg for one in ast.walk(arguments) if isinstance(one, ast.arg)} if arguments else set()
    for node in body:
        own |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return (inner.reads | inner.later) - own


def _names(node):
    """Return all names in an expression."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _root(node):
    """Return the name that an expression such as ``frame.loc[0].sum()`` begins with, or None."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _drawing(node):
    """Return the names of a drawing and its axes, where a statement makes them."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        function = node.value.func
        if getattr(function, "attr", getattr(function, "id", "")) in CANVASES:
            return set().union(*map(_names, node.targets))
    return set()


def _imported(tree):
    """Yield the names that a cell imports."""
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from names_of(node).binds


def _statements(number, code, tree, modules):
    """Yield the statements of a cell, split."""
    for node in tree.body:
        for part in _split(node):
            written = ast.get_source_segment(code, node) if part is node else ast.unparse(part)
            yield Statement(number, part, written, modules)


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
    return Statement(statement.cell, rest, _text_without(statement, rest, pruned.spans), statement.modules)


def _text_without(statement, rest, spans):
    """Write what is left of a statement as its author did, where whole lines were left out; else anew."""
    dropped = {line for start, end in spans for line in range(start, end + 1)}
    lines = enumerate(statement.code.split("\n"), statement.node.lineno)
    text = "\n".join(line for number, line in lines if number not in dropped)
    try:
        same = ast.dump(ast.parse(text).body[0]) == ast.dump(rest)
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
        if isinstance(part, (ast.Assign, ast.AugAssign, ast.For, ast.If)) and not (names.binds | names.changes) & read:
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
