"""Refuse in a chapter what changes or uses up something unseen by its programs: functions, iterators, modules."""

import ast
import re

from newpip_book.authoring.names import MUTATORS, PUBLISHES, names_in, names_of, root
from newpip_book.authoring.sharing import DEFINITIONS, Sharing, bindings

ITERATORS = {"zip", "map", "filter", "enumerate", "reversed", "iter"}
USED_UP = {"count", "cycle", "chain", "islice", "product", "permutations", "combinations", "pairwise"}
DRAWS = {"default_rng", "Random", "RandomState", "Generator", "SeedSequence", "PCG64"}
CACHES = {"cache", "lru_cache", "cached_property"}
KEPT = MUTATORS - {"pop", "fill", "rotate", "resize", "subtract", "shuffle"}  # not the names of columns
SAMPLES = {  # what draws random numbers, and from where nobody says unless it is given a seed
    *("rvs", "sample", "bootstrap", "permutation_test", "monte_carlo_test", "resample", "train_test_split"),
    *("differential_evolution", "dual_annealing", "basinhopping", "cross_val_score", "KFold", "random_rotation"),
}
SEEDS = {"seed", "rng", "random_state", "random"}
DATES = {"Timestamp", "to_datetime", "datetime64", "Period", "DatetimeIndex", "date_range", "array"}
ORDERED = {"list", "tuple", "iter", "enumerate", "join", "zip"}
INNARDS = re.compile(r"__(?!name__|doc__|class__|version__)\w+__")
WRITES = {"savefig", "tofile", "dump", "to_csv", "to_json", "to_excel", "to_parquet", "to_pickle", "to_html", "save"}
STARTS = {"__init__", "__post_init__"}


def problems_of(chapter, place):
    """List what is refused in one chapter.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter
    place : str
        How messages name it.

    Returns
    -------
    list of str
    """
    found = [
        (one.cell, line, wrong)
        for one in chapter.statements
        for kind in (_functions, _unread, _unseeded, _unordered, _hidden, _changed_imports, _renamed, _undrawn)
        for line, wrong in kind(one)
    ]
    found += _used_up(chapter)
    return [f"{place}:cell {cell}:line {line}: {wrong} was expected" for cell, line, wrong in sorted(set(found))]


def _functions(statement):
    """Yield the functions that change what is not theirs, remember, or give their values one by one."""
    for node in ast.walk(statement.node):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            yield (
                node.lineno,
                "'yield' gives values that are used up when they are read; a function that returns a list",
            )
        elif isinstance(node, (ast.Name, ast.Attribute)) and getattr(node, "id", getattr(node, "attr", "")) in CACHES:
            yield node.lineno, "a function that remembers what it gave hides what a result rests on; one that does not"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for name in sorted(_changed_by(node, statement.modules)):
                said = f"a function that changes {name!r}, which it did not make, hides what a result rests on"
                yield node.lineno, f"{said}; one that returns what it makes"


def _changed_by(function, modules):
    """Name what a function changes of what it is given, or finds outside."""
    body = function.body if isinstance(function.body, list) else [ast.Expr(function.body)]
    given = [one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)]
    own = {name for node in body for name, _ in bindings(node)} - set(given)
    started = set(given[:1]) if getattr(function, "name", "") in STARTS else set()
    sharing, changed = Sharing({}, frozenset()), set()
    for node in body:
        if not isinstance(node, DEFINITIONS):
            names = names_of(node, modules)
            changed |= sharing.step(node, names) | names.mutates
    return changed - own - started


def _unread(statement):
    """Yield what reads or changes something by a text, or by a method that is not called here."""
    called = {id(one.func) for one in ast.walk(statement.node) if isinstance(one, ast.Call)}
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            if node.attr in KEPT and root(node) not in statement.modules and isinstance(node.value, ast.Name):
                yield node.lineno, f"{ast.unparse(node)} without a call changes its object unseen; the call itself"
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("query", "eval"):
            for given in node.args[:1]:
                said = f"{node.func.attr}() of a text that is not written out hides the names in it"
                if not isinstance(given, (ast.Constant, ast.JoinedStr)):
                    yield node.lineno, f"{said}; the text itself, or a condition in brackets,"


def _unseeded(statement):
    """Yield what draws random numbers that are others in each run."""
    for node in ast.walk(statement.node):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        given = {one.arg for one in node.keywords if not _is_none(one.value)} if name else set()
        placed = [one for one in node.args if not _is_none(one)] if name else []
        if (name in SAMPLES and not given & SEEDS) or (name in DRAWS and not (given or placed)):
            yield node.lineno, f"{ast.unparse(node.func)}() without a seed gives others in each run; a seed written out"


def _is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def _unordered(statement):
    """Yield where the order of a set of texts counts, which another Python gives otherwise."""
    for node in ast.walk(statement.node):
        taken = []
        if isinstance(node, ast.For):
            taken = [node.iter]
        elif isinstance(node, (ast.ListComp, ast.DictComp)):
            taken = [one.iter for one in node.generators]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ORDERED:
            taken = node.args[:1]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "pop" and not node.args:
            taken = [node.func.value]
        for one in taken:
            called = isinstance(one, ast.Call) and getattr(one.func, "id", "") in ("set", "frozenset")
            if called or isinstance(one, (ast.Set, ast.SetComp)):
                yield node.lineno, "a set has no order of its own; sorted() of it"


def _hidden(statement):
    """Yield what is told to take the day of the run, what takes a module apart, and what writes a file."""
    for node in ast.walk(statement.node):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if INNARDS.fullmatch(name):
            yield node.lineno, f"{name} hides what it takes; what a module offers by name"
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        first = node.args[0] if node.args else None
        if name in DATES and isinstance(first, ast.Constant) and first.value in ("now", "today"):
            yield node.lineno, f"{ast.unparse(node)} is another day in each run; a date written out"
        elif name in WRITES and isinstance(first, (ast.Constant, ast.JoinedStr)):
            yield node.lineno, f"{ast.unparse(node.func)}() writes a file that no build knows of; figure() or table()"
        elif name in ("getattr", "vars", "dir") and (not node.args or root(first) in statement.modules):
            yield node.lineno, f"{ast.unparse(node)} hides what it takes; the attribute written out"


def _changed_imports(statement):
    """Yield what changes a module, or what was taken from one."""
    for node in ast.walk(statement.node):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            changed = node
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in MUTATORS:
            changed = node.func if (root(node.func) or "").isupper() else None
        else:
            changed = None
        if changed is not None and root(changed) in statement.modules:
            yield node.lineno, f"{ast.unparse(changed)} is changed for all code that comes after; a copy in the chapter"


def _renamed(statement):
    """Yield where what publishes goes by another name than its own."""
    called = {id(one.func) for one in ast.walk(statement.node) if isinstance(one, ast.Call)}
    for node in ast.walk(statement.node):
        other = isinstance(node, ast.Name) and node.id in PUBLISHES and id(node) not in called
        if isinstance(node, ast.ImportFrom):
            asked = [one.asname not in (None, one.name) and one.name in PUBLISHES for one in node.names]
            other = (
                any(asked)
                if node.module == "newpip.publish"
                else node.module == "newpip" and any(one.name == "publish" for one in node.names)
            )
        elif isinstance(node, ast.Import):
            other = any(one.name == "newpip.publish" for one in node.names)
        if other:
            said = f"what publishes goes by another name here; a call of {', '.join(PUBLISHES[:-1])} or {PUBLISHES[-1]}"
            yield node.lineno, f"{said}, imported from newpip.publish under that name,"


def _undrawn(statement):
    """Yield where something is drawn on whatever axes were made last."""
    if isinstance(statement.node, DEFINITIONS):
        return
    for node in ast.walk(statement.node):
        if not isinstance(node, ast.Call) or any(one.arg in ("ax", None) for one in node.keywords):
            continue
        parts = [one.attr for one in ast.walk(node.func) if isinstance(one, ast.Attribute)]
        own = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in statement.modules
        if "plot" in parts[:2] and not own and root(node.func) not in statement.drawings:
            inner = {name for one in ast.walk(statement.node) for name in _bound_by(one, statement.drawings)}
            if root(node.func) not in inner:
                yield node.lineno, f"{ast.unparse(node.func)}() draws on axes that it does not name; ax=, of canvas(),"


def _bound_by(node, drawings):
    """Name what a comprehension takes out of drawings."""
    if isinstance(node, ast.comprehension) and names_in(node.iter) & drawings:
        return names_in(node.target)
    return set()


def _used_up(chapter):
    """Yield the statements that read an iterator, or draw from a generator, that another statement read before."""
    open_names = {}
    for one in chapter.statements:
        for name in one.needs & open_names.keys():
            word, way = open_names[name]
            if word == "read":
                yield one.cell, one.node.lineno, f"{name!r} was read before, and is used up; {way}"
            open_names[name] = "read", way
        for name in one.names.binds:
            open_names.pop(name, None)
        for target in getattr(one.node, "targets", ()):
            if isinstance(target, ast.Name) and (way := _way_out(one.node.value, one.modules)):
                open_names[target.id] = "made", way


def _way_out(value, modules):
    """Return what to write in place of an expression that makes what is used up, or None."""
    if isinstance(value, ast.GeneratorExp):
        return "a list"
    if not isinstance(value, ast.Call):
        return None
    function = value.func
    plain = getattr(function, "id", "")
    taken = function.attr if isinstance(function, ast.Attribute) and root(function) in modules else plain
    if taken in DRAWS:
        return "a generator of its own, made where it is used,"
    return "a list" if plain in ITERATORS or taken in USED_UP else None
