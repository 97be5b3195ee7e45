"""Read Python without running it: what it imports, which tables it loads, what else it refers to."""

import ast
import builtins
from functools import cache

BUILT_IN = set(dir(builtins))
DATA = "newpip.data"
LOAD = f"{DATA}.load"


@cache
def parse(code):
    """Parse code, which is to be Python alone: IPython's own lines are refused when a chapter is read.

    Parameters
    ----------
    code : str

    Returns
    -------
    ast.Module
    """
    return ast.parse(code)


@cache
def calls_and_imports(code):
    """List the calls and the imports in code, which is walked through once for all who ask.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of ast.AST
    """
    return tuple(node for node in ast.walk(parse(code)) if isinstance(node, (ast.Call, ast.Import, ast.ImportFrom)))


def calls(code):
    """List the calls in code, those within others among them.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of ast.Call
    """
    return tuple(node for node in calls_and_imports(code) if isinstance(node, ast.Call))


def imports(code):
    """List the imports in code, wherever they stand.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of ast.Import or ast.ImportFrom
    """
    return tuple(node for node in calls_and_imports(code) if not isinstance(node, ast.Call)) if "import" in code else ()


@cache
def imported_modules(code, package=""):
    """Name the modules that code imports.

    Parameters
    ----------
    code : str
    package : str, optional
        The package that the code is in, from which dots at the beginning count.

    Returns
    -------
    frozenset of str
        Modules, and names in them, such as ``"scipy.stats"`` and ``"scipy.stats.beta"``.
    """
    names = set()
    for node in imports(code):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif module := _module_meant(node, package):
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def _module_meant(node, package):
    """Return the whole name of the module that ``from ... import`` names; dots lead upwards from the package."""
    if not node.level:
        return node.module
    parts = package.split(".") if package else []
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def imported_as(codes, package=""):
    """Map the names that imports bind to what they mean.

    Parameters
    ----------
    codes : iterable of str
        Pieces of one program.
    package : str, optional
        The package that the code is in.

    Returns
    -------
    dict of str to str
        From the name in the code to the whole name, such as ``{"get": "newpip.data.load"}``. Where a name has two
        meanings, one of the data's counts.
    """
    found = {}
    for node in (node for code in codes for node in imports(code)):
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                bound, meant = alias.asname or alias.name, f"{_module_meant(node, package)}.{alias.name}"
            else:
                bound = alias.asname or alias.name.partition(".")[0]
                meant = alias.name if alias.asname else bound
            if not found.get(bound, "").startswith(DATA):
                found[bound] = meant
    return found


def tables_loaded(code, meanings=None):
    """Find the tables that code loads by a name that is written out.

    Parameters
    ----------
    code : str
    meanings : dict of str to str, optional
        What :func:`imported_as` says of the program that the code is a part of; by default ``load`` is the data's own.

    Returns
    -------
    set of str
    """
    if meanings is None:
        meanings = {"load": LOAD} | imported_as([code])
    return References(code, meanings).tables if "load" in code else set()  # to walk through code takes its time


class References(ast.NodeVisitor):
    """What code refers to of what it did not make: by whole names, and the tables it loads.

    Parameters
    ----------
    code : str
    meanings : dict of str to str
        What :func:`imported_as` says of the program that the code is a part of.
    follow : callable, optional
        Returns the whole name of what a module hands on under a name of its own.

    Attributes
    ----------
    tables : set of str
        The tables whose names are written out, or stand in a list that a loop goes through.
    hidden : list of ast.expr
        Where :func:`newpip.data.load` is used otherwise.
    named : list of (ast.expr, str)
        Every other use of what was imported or is Python's own, with its whole name, such as ``"pandas.read_csv"``
        or ``"builtins.open"``.
    methods : list of (ast.Attribute, str)
        The attributes of what the code made itself.
    """

    def __init__(self, code, meanings, follow=str):
        self.meanings, self.follow, self.looped = meanings, follow, {}
        self.tables, self.hidden, self.named, self.methods = set(), [], [], []
        self.visit(parse(code))

    def _meant(self, node):
        """Return the whole name of what a name or an attribute of one means; None where the code made it."""
        if isinstance(node, ast.Name):
            found = self.meanings.get(node.id) or (f"builtins.{node.id}" if node.id in BUILT_IN else None)
        else:
            above = self._meant(node.value) if isinstance(node, ast.Attribute) else None
            found = above and f"{above}.{node.attr}"
        return found and self.follow(found)

    def visit_Call(self, node):  # noqa: N802
        if self._meant(node.func) != LOAD:
            self.generic_visit(node)
            return
        found = self._tables_meant(node)
        self.tables |= found
        self.hidden += [] if found else [node]
        for part in (*node.args, *node.keywords):
            self.visit(part)

    def _tables_meant(self, call):
        """Return the tables that one call loads, as far as they are written out."""
        names = [*call.args, *(word.value for word in call.keywords if word.arg == "name")]
        if len(names) != 1 or len(call.args) + len(call.keywords) != 1:
            return set()
        if isinstance(names[0], ast.Name):
            return self.looped.get(names[0].id, set())
        return _texts([names[0]])

    def visit_Name(self, node):  # noqa: N802
        self._note(node)

    def visit_Attribute(self, node):  # noqa: N802
        if not self._note(node):
            self.methods.append((node, node.attr))
            self.visit(node.value)

    def _note(self, node):
        meant = self._meant(node) if isinstance(node.ctx, ast.Load) else None
        if meant == LOAD:
            self.hidden.append(node)
        elif meant:
            self.named.append((node, meant))
        return meant

    def visit_For(self, node):  # noqa: N802
        self.visit(node.iter)
        self._within([(node.target, node.iter)], [*node.body], rebound=_stored(node.body))
        for part in node.orelse:
            self.visit(part)

    def _visit_comprehension(self, node):
        loops = [(one.target, one.iter) for one in node.generators]
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for one in node.generators:
            self.visit(one.iter)
        self._within(loops, [*parts, *(test for one in node.generators for test in one.ifs)], rebound=set())

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def _within(self, loops, parts, rebound):
        """Visit the inside of loops, whose names stand for the texts that they go through."""
        before = self.looped
        for target, iterated in loops:
            self.looped = {**self.looped, **dict.fromkeys(_stored([target]), set())}
            if isinstance(target, ast.Name) and target.id not in rebound:
                self.looped[target.id] = _texts(getattr(iterated, "elts", []))
        for part in parts:
            self.visit(part)
        self.looped = before

    def _visit_function(self, node):
        """Visit a function, whose parameters hide names of the same spelling, and which may run after the loop."""
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults), *getattr(node, "decorator_list", ())):
            self.visit(part)
        before = self.looped, self.meanings
        arguments = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        self.looped, self.meanings = {}, {name: one for name, one in self.meanings.items() if name not in arguments}
        for part in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(part)
        self.looped, self.meanings = before

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _visit_function


def _texts(nodes):
    """Return the texts that nodes are, if all of them are."""
    values = [node.value if isinstance(node, ast.Constant) else None for node in nodes]
    return set(values) if all(isinstance(value, str) for value in values) else set()


def _stored(nodes):
    """Name what statements or targets bind."""
    every = (one for node in nodes for one in ast.walk(node))
    return {one.id for one in every if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
