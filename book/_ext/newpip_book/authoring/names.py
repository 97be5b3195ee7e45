"""What a statement does with names: which it reads, binds anew, changes, and reads only once a function is called."""

import ast
import re
import symtable
from dataclasses import dataclass

from newpip_book.authoring import sharing

PUBLISHES = ("number", "numbers", "interval", "claim", "figure", "table")
MUTATORS = {  # methods that change their object
    *("append", "extend", "insert", "add", "update", "setdefault", "remove", "discard", "pop", "clear", "sort"),
    *("reverse", "popitem", "popleft", "appendleft", "extendleft", "rotate", "subtract", "move_to_end"),
    *("difference_update", "intersection_update", "symmetric_difference_update", "fill", "itemset", "resize"),
    *("isetitem", "__setitem__", "__setattr__", "__delitem__", "__iadd__", "shuffle"),
}
ALSO_PLAIN = {"add", "insert", "append", "subtract"}  # of tables, indexes and arrays these return a new one
MUTATING = {  # functions that change what they are given first
    *(
        "setattr",
        "delattr",
        "shuffle",
        "heappush",
        "heappop",
        "heapify",
        "heapreplace",
        "heappushpop",
        "next",
        "setitem",
    ),
    *("insort", "insort_left", "insort_right", "put", "place", "putmask", "copyto", "fill_diagonal", "at", "delitem"),
}
INDEXERS = {"loc", "iloc", "at", "iat"}


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
    mutates : frozenset of str
        Those whose object it changes, or may change, before it binds any anew.
    deep : frozenset of str
        Those of ``mutates`` in which it changes a part of a part.
    """

    reads: frozenset
    binds: frozenset
    changes: frozenset
    later: frozenset
    mutates: frozenset
    deep: frozenset


def names_of(node, modules=frozenset(), drawings=frozenset()):
    """Tell what a statement does with names.

    Parameters
    ----------
    node : ast.stmt
    modules : frozenset of str
        Names that stand for modules, or for what was taken from one.
    drawings : frozenset of str
        Names that stand for drawings, and parts of them: they are changed by whatever is called with them.

    Returns
    -------
    Names
    """
    found = Collector(drawings)
    found.visit(node)
    changes = found.changes - found.binds - modules
    mutates = found.mutates - modules
    return Names(*map(frozenset, (found.reads, found.binds, changes, found.later, mutates, found.deep)))


class Collector(ast.NodeVisitor):
    """Collects, in the order of execution, the names that a statement reads before it binds them, binds and changes.

    Parameters
    ----------
    drawings : frozenset of str
        As :func:`names_of` has it.
    """

    def __init__(self, drawings=frozenset()):
        self.drawings = drawings
        self.reads, self.binds, self.changes, self.later = set(), set(), set(), set()
        self.mutates, self.deep, self.at_once = set(), set(), set()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.reads |= {node.id} - self.binds
        else:
            self.binds.add(node.id)

    def visit_Assign(self, node):
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_AnnAssign(self, node):
        if node.value:
            for part in (node.value, node.annotation, node.target):
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
        """Note what a call changes; and read what pandas reads of a text: ``frame.query("year > @opened")``."""
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in ("query", "eval"):
            for given in node.args:
                self.reads |= set(re.findall(r"@(\w+)", ast.unparse(given))) - self.binds
        if isinstance(node.func, ast.Attribute):
            told = any(one.arg == "inplace" for one in node.keywords)
            if told or name in MUTATORS - ALSO_PLAIN:
                self._change(node.func)
        unbound = name in MUTATORS and getattr(getattr(node.func, "value", None), "id", "") in ("list", "dict", "set")
        if node.args and (name in MUTATING or unbound):
            self._change_given(node.args[0])
        for one in node.keywords:
            if one.arg == "out":
                self._change_given(one.value)
        if name not in PUBLISHES:
            self._draw(node)
        self.at_once.update(called_at_once(node))
        self.generic_visit(node)

    def _draw(self, call):
        """Note the drawings that a call is made with: it may add to each."""
        for given in (call.func, *call.args, *(keyword.value for keyword in call.keywords)):
            given = given.value if isinstance(given, ast.Starred) else given
            if root(given) in self.drawings:
                self._change(given)

    def _change_given(self, node):
        """Note that the object of an expression is changed, not a part of what stands before its last dot."""
        self._change(ast.Attribute(node, "it", ast.Store()))

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    visit_Attribute = visit_Subscript

    def _change(self, node):
        """Note that an object is changed, whose name is where the expression begins."""
        name = root(node)
        if name:
            self.reads |= {name} - self.binds
            self.changes.add(name)
            self.mutates.add(name)
            if _is_deep(node):
                self.deep.add(name)

    def visit_Expr(self, node):
        self._discard(node.value)
        self.visit(node.value)

    def _discard(self, node):
        """Take a call whose value nobody uses as made for what it changes."""
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ALSO_PLAIN:
            self._change(node.func)

    def visit_BoolOp(self, node):
        first, *others = node.values
        for one in node.values:
            self._discard(one)
        self.visit(first)
        self._perhaps(others)

    def visit_Compare(self, node):
        self.visit(node.left)
        self.visit(node.comparators[0])
        self._perhaps(node.comparators[1:])

    def visit_IfExp(self, node):
        self.visit(node.test)
        for one in (node.body, node.orelse):
            self._discard(one)
            self._perhaps([one])

    def visit_For(self, node):
        self.visit(node.iter)
        self._perhaps([node.target, *node.body])
        self._perhaps(node.orelse)

    def visit_If(self, node):
        self.visit(node.test)
        self._perhaps(node.body)
        self._perhaps(node.orelse)

    visit_While = visit_If

    def visit_With(self, node):
        """Visit a block that its context may end before its last line."""
        for one in node.items:
            self.visit(one)
        self._perhaps(node.body)

    def visit_Try(self, node):
        for one in (node.body, *([handler] for handler in node.handlers), node.orelse, node.finalbody):
            self._perhaps(one)

    def visit_ExceptHandler(self, node):
        if node.name:
            self.binds.add(node.name)
        self.generic_visit(node)

    def visit_Match(self, node):
        self.visit(node.subject)
        for case in node.cases:
            self._perhaps([case])

    def visit_MatchAs(self, node):
        self.generic_visit(node)
        self.binds |= {getattr(node, "name", None) or getattr(node, "rest", None)} - {None}

    visit_MatchStar = visit_MatchMapping = visit_MatchAs

    def _perhaps(self, nodes):
        """Visit what may not run, or not to its end: a name that it binds may keep the value it had."""
        inner = Collector(self.drawings)
        for node in nodes:
            inner.visit(node)
        self.reads |= inner.reads - self.binds
        self.changes |= inner.binds | inner.changes
        self._take(inner, set())

    def _take(self, inner, own):
        """Take over what is the same wherever a piece of code stands."""
        self.later |= inner.later - own
        self.mutates |= inner.mutates - own
        self.deep |= inner.deep - own

    def visit_Import(self, node):
        self.binds |= {alias.asname or alias.name.split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node):
        for one in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(one)
        self.later |= free(node)
        self.binds.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for one in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(one)
        self.reads |= free(node) - self.binds
        self.later |= free(node)
        self.binds.add(node.name)

    def visit_Lambda(self, node):
        """Visit a function that may be called at once, or later."""
        for one in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(one)
        names = free(ast.Expr(node))
        self.reads |= names - self.binds
        self.later |= set() if node in self.at_once else names

    def _comprehend(self, node):
        """Visit a comprehension, whose own names nobody else sees; what it binds by ``:=`` stays."""
        drawn = [names_in(one.target) for one in node.generators if names_in(one.iter) & self.drawings]
        inner = Collector(self.drawings.union(*drawn))
        for one in node.generators:
            inner.visit(one)
        for part in (getattr(node, name) for name in ("elt", "key", "value") if hasattr(node, name)):
            inner._discard(part)
            inner.visit(part)
        own = set().union(*(names_in(one.target) for one in node.generators))
        for one in node.generators:
            for name, value in sharing.pairs(one.target, one.iter, element=True):
                for source, _ in sharing.sources(value) if name in inner.mutates else ():
                    self._change_part(source)
        self.reads |= inner.reads - own - self.binds
        self.changes |= (inner.changes | inner.binds) - own
        self._take(inner, own)

    def _change_part(self, name):
        self.changes.add(name)
        self.mutates.add(name)
        self.deep.add(name)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehend

    def visit_comprehension(self, node):
        for part in (node.iter, node.target, *node.ifs):
            self._discard(part)
            self.visit(part)


def called_at_once(call):
    """Return what a call is given, where it is a method's: functions among it are taken to be called by it.

    Parameters
    ----------
    call : ast.Call

    Returns
    -------
    list of ast.expr
    """
    if not isinstance(call.func, ast.Attribute) or call.func.attr in ("partial", *MUTATORS):
        return []
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def free(node):
    """Return the names that a function or class reads of the chapter's, those of functions within it among them.

    Parameters
    ----------
    node : ast.stmt

    Returns
    -------
    set of str
    """
    table = symtable.symtable(ast.unparse(node), "chapter", "exec")
    waiting, found = list(table.get_children()), set()
    while waiting:
        scope = waiting.pop()
        found |= {one.get_name() for one in scope.get_symbols() if one.is_global()}
        waiting += scope.get_children()
    return found


def names_in(node):
    """Return all names in an expression.

    Parameters
    ----------
    node : ast.AST

    Returns
    -------
    set of str
    """
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def root(node):
    """Return the name that an expression such as ``frame.loc[0].sum()`` begins with, or None.

    Parameters
    ----------
    node : ast.expr

    Returns
    -------
    str or None
    """
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_deep(node):
    """Tell whether an expression such as ``rows[0]["x"]`` stands for a part of a part; an indexer is no step."""
    node = getattr(node, "value", None)
    while isinstance(node, ast.Attribute) and node.attr in INDEXERS:
        node = node.value
    return node is not None and not isinstance(node, ast.Name)
