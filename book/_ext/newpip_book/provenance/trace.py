"""Run a chapter again with a table changed, and only what the change reaches; tell which publications moved."""

import ast
import copy
import io
import pickle
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from unittest.mock import MagicMock

import numpy as np
import pandas as pd

from newpip_book.authoring import slices
from newpip_book.provenance import compared, programs

FEW = 6  # values that are said of many
EMPTY = "nothing"  # noted where a claim compares no value at all


@dataclass(eq=False)
class Step:
    """A statement without what it publishes, or one publication of it, and what came of it at first.

    Parameters
    ----------
    place : int
        The place of the statement among those of the chapter.
    statement : newpip_book.authoring.slices.Statement
    publication : newpip_book.authoring.slices.Publication or None
    needs : set of str
        The names that it reads, those of functions that it calls among them.
    operands : dict
        From place to the spans of what a claim compares.

    Attributes
    ----------
    loads : set of str
        The tables that it loaded.
    shown : dict
        What it published, by key.
    notes : dict
        Digests of the values that it compared, by where they stand.
    said : dict
        These values in brief.
    values, marks : dict
        What it wrote, by name, and digests of that.
    """

    place: int
    statement: slices.Statement
    publication: slices.Publication | None
    needs: set
    operands: dict
    code: object = None
    loads: set = field(default_factory=set)
    shown: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    said: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)


class Trace:
    """A chapter that has run once, statement by statement.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter
    tables : newpip_book.provenance.changes.Tables
        What its ``load`` gives.
    simulates : bool
        Whether statements that draw random numbers run again too, or what they give is taken to move.

    Attributes
    ----------
    steps : list of Step
    failures : list of Exception
        What stopped steps when they ran last on changed tables.
    said : dict
        What publications said when they ran last on changed tables, by key; None of one that failed, and of a claim
        that has nothing left to compare: of nothing, anything is true.
    """

    def __init__(self, chapter, tables, simulates=False):
        self.chapter, self.tables, self.simulates, self.failures = chapter, tables, simulates, []
        self.said = {}
        self.behind = {one: chapter.behind(one)[:-1] for one in chapter.publications}
        self.steps = list(self._steps())
        self.quiet = {step.place: step for step in self.steps if not step.publication}
        self._compile()
        self._learn()

    def _steps(self):
        """Yield each statement that a program has before its last, and each publication alone."""
        behind = set().union(*self.behind.values())
        for place, quiet in enumerate(self.chapter.quiet):
            if place in behind:
                yield Step(place, quiet, None, self.chapter.with_functions(quiet.needs), {})
            for one in self.chapter.publications:
                if one.place == place:
                    statement, operands = self.chapter.publishing(one), {}
                    for operand in compared.operands(self.chapter, one) if one.kind == "claim" else ():
                        operands.setdefault(operand.place, set()).add(operand.span)
                    yield Step(place, statement, one, self.chapter.with_functions(statement.needs), operands)

    def _compile(self):
        """Compile each step such that it notes what claims compare."""
        spans = {}
        for step in self.steps:
            for place, some in step.operands.items():
                spans.setdefault(place, set()).update(some)
        for step in self.steps:
            some = spans.get(step.place)
            node = compared.noting(step.statement, some) if some else step.statement.node
            step.code = compile(ast.Module([node], []), f"<cell {step.statement.cell}>", "exec")

    def _learn(self):
        """Run every step once, and keep what came of it."""
        space = {"__name__": "__main__"}
        for step in self.steps:
            self.tables.loaded = set()
            step.shown, step.notes = run(step, space, step.said)
            step.loads = self.tables.loaded
            if not step.publication:
                step.values = {name: space[name] for name in step.statement.writes if name in space}
                step.marks = {name: digest(value) for name, value in step.values.items()}

    @cached_property
    def loads(self):
        """The tables that the program of each publication loads, by its key."""
        keys = {key for step in self.steps for key in step.shown}
        return {key: set().union(*(step.loads for step in self._leading_to({key}))) for key in keys}

    def compared(self, key):
        """Say in brief which values a claim compared at first.

        Parameters
        ----------
        key : str

        Returns
        -------
        list of str
            In the order of :func:`newpip_book.provenance.compared.operands`; empty text where one was not computed.
        """
        own = next(step for step in self.steps if key in step.shown)
        operands = compared.operands(self.chapter, own.publication)
        steps = [own if one.place == own.place else self.quiet[one.place] for one in operands]
        return [step.said.get(one.span, "") for step, one in zip(steps, operands, strict=True)]

    def moved(self, changed, among=None):
        """Tell which publications a change of tables moves.

        Parameters
        ----------
        changed : set of str
            The names of the tables, which ``tables`` now gives changed.
        among : set of str, optional
            The keys of those that are asked for; all by default.

        Returns
        -------
        set of str
            The keys of those that say something else, or whose program now fails; of claims, those that compare
            something else.
        """
        self.failures, self.said, space, noted = [], {}, {"__name__": "__main__"}, {}
        dirty, broken, moved = set(), set(), set()
        for step in self.steps if among is None else self._leading_to(among):
            binds = step.statement.names.binds if not step.publication else set()
            if not (changed & step.loads or step.needs & (dirty | broken)):
                if self._compares_elsewhere(step, noted):
                    moved |= step.shown.keys()
                space.update(step.values)
                dirty, broken = dirty - binds, broken - binds
                continue
            outcome = None if step.needs & broken else self._outcome(step, space)
            if step.publication:
                compares = outcome and not self._lacks_values(step, outcome[1], noted)
                self.said |= dict.fromkeys(step.shown) | (outcome[0] if compares else {})
                moved |= self._moved(step, outcome, noted)
                continue
            noted[step.place] = outcome and outcome[1]
            if outcome is None:
                broken |= step.statement.writes
                continue
            broken -= binds
            for name in step.statement.writes:
                (dirty.discard if _is_same(step, name, space) else dirty.add)(name)
        return moved

    def _outcome(self, step, space):
        """Run a step on changed tables; None where it fails, or is not to run."""
        if draws(step.statement) and not self.simulates:
            return None
        try:
            return run(step, space)
        except Exception as error:  # noqa: BLE001, a program that fails has noticed
            self.failures.append(error)
            return None

    def _leading_to(self, keys):
        """List the steps of the programs of some publications."""
        last = [step for step in self.steps if step.shown.keys() & keys]
        places = {place for step in last for place in self.behind[step.publication]}
        return [step for step in self.steps if (step in last if step.publication else step.place in places)]

    def _moved(self, step, outcome, noted):
        """Name what a publication now says otherwise; all of it where it fails."""
        if outcome is None:
            return step.shown.keys()
        shown, notes = outcome
        if step.publication.kind == "claim":
            here = any(notes.get(span) != step.notes.get(span) for span in step.operands.get(step.place, ()))
            keys = step.shown.keys() | shown.keys()
            return keys if here or self._compares_elsewhere(step, noted) else keys - step.shown.keys()
        return {key for key in step.shown.keys() | shown.keys() if step.shown.get(key) != shown.get(key)}

    def _lacks_values(self, step, notes, noted):
        """Tell whether a claim compares nothing where it compared something at first."""
        for place, spans in step.operands.items():
            now = notes if place == step.place else noted.get(place)
            before = step.notes if place == step.place else self.quiet[place].notes
            if now and any(EMPTY in now.get(span, ()) and EMPTY not in before.get(span, ()) for span in spans):
                return True
        return False

    def _compares_elsewhere(self, step, noted):
        """Tell whether other statements, where the names in a claim are bound, compared other values than before."""
        return any(
            noted[place] is None or noted[place].get(span) != self.quiet[place].notes.get(span)
            for place, spans in step.operands.items()
            if place != step.place and place in noted
            for span in spans
        )


def draws(statement):
    """Tell whether a statement draws random numbers: then what it gives is taken to move with what it is given.

    Parameters
    ----------
    statement : newpip_book.authoring.slices.Statement

    Returns
    -------
    bool
    """
    nodes = [node for node in ast.walk(statement.node) if isinstance(node, (ast.Name, ast.Attribute, ast.keyword))]
    named = {getattr(node, "id", getattr(node, "attr", getattr(node, "arg", ""))) for node in nodes}
    return bool(named & {"seed", "rng", "default_rng"})


def run(step, space, said=None):
    """Run a step.

    Parameters
    ----------
    step : Step
    space : dict
        The namespace; a publication leaves it as it was.
    said : dict, optional
        Takes the values that it compared, in brief, by where they stand.

    Returns
    -------
    shown : dict
        What it published, by key.
    notes : dict
        Digests of the values that it compared, by where they stand.
    """
    notes = {}

    def note(span, value):
        notes.setdefault(span, []).append(EMPTY if _is_empty(value) else digest(value))
        if said is not None and len(notes[span]) <= FEW + 1:
            more = in_brief(value) if len(notes[span]) <= FEW else "…"
            said[span] = ", ".join(filter(None, [said.get(span), more]))
        return value

    space[compared.NOTE] = note
    space = dict(space) if step.publication else space
    changed = {name: space[name] for name in step.statement.names.changes & space.keys()}
    kept = {name: value for name, value in changed.items() if not isinstance(value, (MagicMock, Iterator))}
    space.update(copy.deepcopy(kept))  # what the steps before gave stays; names of one object stand for one still
    with programs.published() as shown:
        exec(step.code, space)  # noqa: S102, the book's own chapters
    return shown, notes


def _is_empty(value):
    if hasattr(value, "shape"):
        return 0 in value.shape
    return isinstance(value, (list, tuple, set, frozenset, dict)) and not value


def in_brief(value):
    """Say a value in a few words.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        A number to six digits, the first few of many values; nothing of what has no short form.
    """
    value = value.tolist() if isinstance(value, (np.generic, np.ndarray, pd.Series, pd.Index)) else value
    if isinstance(value, (list, tuple, set, frozenset)):
        values = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return ", ".join([*filter(None, map(in_brief, values[:FEW])), *["…"] * (len(values) > FEW)])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return format(value, ".6g") if isinstance(value, float) else str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return str(value) if isinstance(value, (str, date)) else ""


def digest(value):
    """Digest a value, to tell whether it changed.

    Parameters
    ----------
    value : object

    Returns
    -------
    int or None
        None where the value has no content that can be compared.
    """
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream)
    pickler.fast = True  # equal content gives equal bytes, whether or not two cells are one object
    try:
        pickler.dump(value)
        return zlib.crc32(stream.getbuffer())
    except Exception:  # noqa: BLE001, whatever cannot be compared counts as changed
        return None


def _is_same(step, name, space):
    mark = step.marks.get(name)
    return mark is not None and name in space and digest(space[name]) == mark
