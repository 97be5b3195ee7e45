"""Find which names of a chapter stand for the same object, or for a part of it: to change one is to change all."""

import ast
import re
from dataclasses import dataclass, field

CANVASES = {  # functions that return a drawing, or axes of one
    *("canvas", "subplots", "subplot_mosaic", "plot", "hist", "boxplot"),
    *("catplot", "relplot", "displot", "lmplot", "pairplot", "jointplot", "clustermap"),
    *("FacetGrid", "PairGrid", "JointGrid", "gca", "gcf"),
}
DRAWN = re.compile(r"(ax|axes|fig)(\d+|_\w+)?")  # how axes and drawings are named, wherever they come from
PARTS = {"get", "setdefault", "pop", "popitem", "values", "items", "to_numpy", "ravel", "reshape", "view", "transpose"}
SAME = {"next", "asarray", "ravel", "iter", "min", "max", "getattr", "identity"}
HOLDERS = {"list", "tuple", "set", "dict", "sorted", "reversed", "zip", "enumerate", "filter", "copy", "deque"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match)


def pairs(target, value, element=False):
    """Yield each name that an assignment binds, with the expression it stands for, or stands for a part of.

    Parameters
    ----------
    target, value : ast.expr
    element : bool
        Whether what is assigned are the elements of the value, one after the other, as in a loop.

    Yields
    ------
    name : str
    value : ast.expr
    """
    if isinstance(target, ast.Starred):
        yield from pairs(target.value, value)
    elif isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = _spread(value, len(target.elts), element)
        for one, part in zip(target.elts, values, strict=True):
            yield from pairs(one, part, element and isinstance(value, ast.Call))


def _spread(value, length, element):
    """List the expressions that the parts of a target stand for."""
    called = getattr(getattr(value, "func", None), "attr", getattr(getattr(value, "func", None), "id", ""))
    found = [value] * length
    if element and called == "zip" and len(value.args) == length:
        found = value.args
    elif element and called == "enumerate" and length == 2 and value.args:
        found = [ast.Constant(0), value.args[0]]
    elif element and called == "items" and length == 2:
        found = [ast.Constant(""), value.func.value]
    elif not element and isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == length:
        found = value.elts
    return [value] * length if any(isinstance(one, ast.Starred) for one in found) else found


def bindings(node):
    """Yield the names that a statement binds, with what each stands for; what functions bind is theirs alone.

    Parameters
    ----------
    node : ast.stmt

    Yields
    ------
    name : str
    value : ast.expr
    """
    if isinstance(node, DEFINITIONS):
        for one in (*node.args.defaults, *filter(None, node.args.kw_defaults)) if hasattr(node, "args") else ():
            yield getattr(node, "name", ""), one
        return
    if isinstance(node, ast.Assign):
        for one in node.targets:
            yield from pairs(one, node.value)
            yield from ((name, node.targets[0]) for name, _ in pairs(one, node.value) if one is not node.targets[0])
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value:
        yield from pairs(node.target, node.value)
    elif isinstance(node, ast.For):
        yield from pairs(node.target, node.iter, element=True)
    elif isinstance(node, ast.withitem) and node.optional_vars:
        yield from pairs(node.optional_vars, node.context_expr)
    elif isinstance(node, ast.Match):
        for one in ast.walk(node):
            if name := isinstance(one, ast.pattern) and (getattr(one, "name", None) or getattr(one, "rest", None)):
                yield name, node.subject
    for one in ast.iter_child_nodes(node):
        yield from bindings(one)


def sources(node, functions=()):
    """Yield the names whose objects a value may be, or be a part of, and those whose objects it holds.

    Parameters
    ----------
    node : ast.expr
    functions : mapping of str to set of str, or empty
        What the chapter's own functions hand back: of their arguments, as ``""``, and of the chapter's names.

    Yields
    ------
    name : str
    holds : bool
        Whether the value is an object of its own that holds the other as a part.
    """
    within = []
    if isinstance(node, ast.Name):
        yield node.id, False
    elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred, ast.NamedExpr)):
        within = [(node.value, False)]
    elif isinstance(node, ast.IfExp):
        within = [(node.body, False), (node.orelse, False)]
    elif isinstance(node, ast.BoolOp):
        within = [(one, False) for one in node.values]
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        within = [(one, True) for one in node.elts]
    elif isinstance(node, ast.Dict):
        within = [(one, True) for one in node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        within = [(one, True) for one in (node.left, node.right) if isinstance(one, (ast.List, ast.Tuple))]
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        yield from _of_comprehension(node, functions)
    elif isinstance(node, ast.Call):
        within = list(_of_call(node, functions))
        yield from ((name, False) for name in _handed_back(node, functions) - {""})
    for one, holds in within:
        yield from ((name, holds or deeper) for name, deeper in sources(one, functions))


def _of_call(node, functions):
    """Yield the expressions whose objects a call may hand on, and whether it holds them."""
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in PARTS:
            yield node.func.value, False
        elif node.func.attr == "copy":
            yield node.func.value, True
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in SAME or name in HOLDERS or "" in _handed_back(node, functions):
        yield from ((one, name in HOLDERS) for one in (*node.args, *(word.value for word in node.keywords)))


def _handed_back(call, functions):
    return functions.get(call.func.id, set()) if functions and isinstance(call.func, ast.Name) else set()


def _of_comprehension(node, functions):
    bound = {}
    for one in node.generators:
        for name, value in pairs(one.target, one.iter, element=True):
            bound[name] = [source for source, _ in sources(value, functions)]
    element = node.value if isinstance(node, ast.DictComp) else node.elt
    for name, _ in sources(element, functions):
        yield from ((one, True) for one in bound.get(name, [name]))


def handed_back(node):
    """Tell what a function hands back: ``""`` for what it is given, and the names of the chapter.

    Parameters
    ----------
    node : ast.FunctionDef

    Returns
    -------
    set of str
    """
    arguments = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    local = {}
    for statement in node.body:
        for name, value in bindings(statement):
            local.setdefault(name, set()).update(one for one, _ in sources(value))
    found, waiting = set(), []
    for one in ast.walk(node):
        if isinstance(one, ast.Return) and one.value:
            waiting += [name for name, _ in sources(one.value)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += local.get(name, ())
    return {"" if name in arguments else name for name in found if name in arguments or name not in local}


def drawings(trees):
    """Name what stands for drawings, axes, and what was made from them.

    Parameters
    ----------
    trees : iterable of ast.AST

    Returns
    -------
    frozenset of str
    """
    bound = [(name, value) for tree in trees for name, value in bindings(tree)]
    found = {name for name, value in bound if DRAWN.fullmatch(name) or _opens(value)}
    while new := {name for name, value in bound if name not in found and _mentions(value) & found}:
        found |= new
    return frozenset(found)


def _opens(value):
    """Tell whether an expression opens a drawing."""
    value = value.value if isinstance(value, (ast.Attribute, ast.Subscript)) else value
    if not isinstance(value, ast.Call):
        return False
    chain = [one.attr for one in ast.walk(value.func) if isinstance(one, ast.Attribute)]
    return bool(CANVASES & {*chain, getattr(value.func, "id", "")}) or ("figure" in chain)


def _mentions(value):
    return {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}


@dataclass
class Sharing:
    """Which names share objects, from statement to statement.

    Parameters
    ----------
    functions : dict of str to set of str
        What the chapter's own functions hand back.
    drawings : frozenset of str
        The names of drawings: what is made from one changes with it.

    Attributes
    ----------
    objects : dict of str to int
        What each name stands for at the moment.
    """

    functions: dict
    drawings: frozenset
    objects: dict = field(default_factory=dict)
    _of: dict = field(default_factory=dict)
    _in: dict = field(default_factory=dict)
    _count: int = 0

    def step(self, node, names):
        """Go on by a statement.

        Parameters
        ----------
        node : ast.stmt
        names : newpip_book.authoring.names.Names

        Returns
        -------
        frozenset of str
            The other names whose objects the statement changes.
        """
        bound = list(bindings(node))
        if isinstance(node, COMPOUND):
            self._link(bound, dict(self.objects))
            touched = self._touched(names)
        else:
            touched = self._touched(names)
            before = dict(self.objects)
            for name in names.binds:
                self.objects.pop(name, None)
            self._link(bound, before)
        return touched - names.binds

    def _link(self, bound, before):
        """Note what the names that a statement binds stand for."""
        opened = [name for name, value in bound if name in self.drawings and _opens(value)]
        for name, value in bound:
            of = self._object(name, self.objects)
            found = set(sources(value, self.functions))
            if name in self.drawings:
                found |= {(one, False) for one in _mentions(value) & self.drawings}
            names = {one for one, _ in found}
            for one, holds in found:
                self._connect(of, self._object(one, self.objects if one in self._new(bound, before) else before), holds)
            for one in opened if name in opened else names & set(opened):
                self._connect(of, self._object(one, self.objects), False)

    @staticmethod
    def _new(bound, before):
        """Name what is bound for the first time by a statement: it can stand for nothing before."""
        return {name for name, _ in bound if name not in before}

    def _connect(self, one, other, holds):
        if one != other:
            self._of.setdefault(one, set()).add((other, holds))
            self._in.setdefault(other, set()).add(one)

    def _object(self, name, objects):
        if name not in objects:
            self._count += 1
            objects[name] = self._count
            self.objects.setdefault(name, self._count)
        return objects[name]

    def _touched(self, names):
        """Name all that changes when the objects of some names do."""
        waiting = [(self.objects[name], name in names.deep) for name in names.mutates if name in self.objects]
        changed = {}
        while waiting:
            one, deep = waiting.pop()
            if changed.get(one) in (True, deep):
                continue
            changed[one] = deep or changed.get(one, False)
            waiting += [(other, not holds or deep) for other, holds in self._of.get(one, ()) if deep or not holds]
        rising, seen = list(changed), set(changed)
        while rising:
            new = self._in.get(rising.pop(), set()) - seen
            seen |= new
            rising += new
        return frozenset(name for name, one in self.objects.items() if one in seen)
