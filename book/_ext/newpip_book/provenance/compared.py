"""Find in a claim's program the values that it compares, and let the program note them as it runs."""

import ast
import copy
from dataclasses import dataclass

NOTE = "__note__"  # the name of what notes a value, in the namespace of a program
FOLDS = {"all", "any", "bool"}  # what truths are folded by
COMPARES = {
    *("gt", "lt", "ge", "le", "eq", "ne", "between", "isin", "equals", "isna", "notna", "duplicated"),
    *("issubset", "issuperset", "isdisjoint", "startswith", "endswith"),
}


@dataclass(frozen=True)
class Operand:
    """A value that a claim compares.

    Parameters
    ----------
    place : int
        The place of its statement among those of the chapter.
    span : tuple of int
        Where it stands in its cell: line and column of its beginning and its end.
    code : str
    """

    place: int
    span: tuple
    code: str


def operands(chapter, publication):
    """List the values that a claim compares, in the call itself and where the names in it are bound.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter
    publication : newpip_book.authoring.slices.Publication
        A claim.

    Returns
    -------
    list of Operand
    """
    behind = chapter.behind(publication)
    return list(dict.fromkeys(_of(_holds(publication.call), publication.place, chapter, behind, set())))


def noting(statement, spans):
    """Return the tree of a statement in which some values are noted.

    Parameters
    ----------
    statement : newpip_book.authoring.slices.Statement
    spans : set of tuple of int

    Returns
    -------
    ast.stmt
    """
    return ast.fix_missing_locations(_Noting(spans).visit(copy.deepcopy(statement.node)))


class _Noting(ast.NodeTransformer):
    """Wraps expressions in a call that notes their value and hands it on."""

    def __init__(self, spans):
        self.spans = spans

    def generic_visit(self, node):
        span = _span(node) if isinstance(node, ast.expr) else None
        super().generic_visit(node)
        if span not in self.spans or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        called = ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(span), node], [])
        return ast.copy_location(called, node)


def _of(expression, place, chapter, behind, seen):
    """Yield the operands of an expression; in place of a name that was bound to a comparison, those of that."""
    for one in _compared(expression):
        bound = list(_bindings(one.id, place, chapter, behind)) if isinstance(one, ast.Name) else []
        if bound and all(_is_truth(value) for _, value in bound):
            for at, value in bound:
                if (at, one.id) not in seen:
                    seen.add((at, one.id))
                    yield from _of(value, at, chapter, behind, seen)
        elif not isinstance(one, ast.Constant):
            yield Operand(place, _span(one), ast.unparse(one))


def _compared(node):
    """Yield the expressions whose values decide whether a condition holds."""
    if isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
        return
    parts = _folded(node)
    if parts is None:
        yield node
    for part in parts or ():
        yield from _compared(part)


def _folded(node):
    """List the conditions that one is put together from; None where it is none, or the operands of a method."""
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return [node.operand]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor)):
        return [node.left, node.right]
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        return [node.elt]
    if isinstance(node, ast.IfExp):
        return [node.test, node.body, node.orelse]
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        within = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        if name in FOLDS:
            return [*within, *node.args]
        if name in COMPARES and within:
            return [ast.Compare(within[0], [], node.args)]
    return None


def _is_truth(node):
    return isinstance(node, (ast.Compare, ast.Constant)) or _folded(node) is not None


def _bindings(name, place, chapter, behind):
    """Yield the values that a name was bound to in a program before a statement, or in it, with their statements."""
    for at in behind:
        for node in ast.walk(chapter.statements[at].node) if at <= place else ():
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            assigns = isinstance(node, (ast.Assign, ast.AugAssign))
            if assigns and any(isinstance(one, ast.Name) and one.id == name for one in targets):
                yield at, node.value


def _holds(call):
    """Return the condition that a claim is given."""
    return call.args[1] if len(call.args) > 1 else next(one.value for one in call.keywords if one.arg == "holds")


def _span(node):
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
