"""Answers to the exercises on themes and voices."""

from collections.abc import Mapping
from math import comb

import numpy as np
import pandas as pd

from newpip import excerpts as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Judgement, Names, Numbers


def _attributed():
    excerpts = load("excerpts")
    return excerpts[excerpts["attributed"]]


def _fewest_speakers():
    speakers = _attributed().groupby("subtheme_id")["participant_id"].nunique()
    speakers = speakers.reindex(load("themes")["subtheme_id"], fill_value=0)
    return load("themes").set_index("subtheme_id").loc[speakers.index[speakers == speakers.min()], "subtheme"]


def _accept_marks(answer):
    """Hold a re-coding to its form: each mixed excerpt has one of the marks, and no other is touched."""
    if not isinstance(answer, Mapping):
        return "A dict was expected, from excerpt to mark."
    excerpts = _attributed()
    mixed = set(excerpts.loc[excerpts["valence"] == "mixed", "excerpt_id"])
    if set(answer) - mixed:
        return "Only the excerpts that we called mixed are to be marked again."
    if mixed - set(answer):
        return "Some of the mixed excerpts have no mark yet."
    if set(answer.values()) - set(calc.VALENCES):
        return f"A mark is one of {', '.join(calc.VALENCES)}."
    return "" if set(answer.values()) != {"mixed"} else "All are mixed still; argue for another mark at least once."


def _coarsest():
    spoken = _attributed()
    return [calc.chao2(pd.crosstab(spoken["participant_id"], spoken["subtheme_id"]) > 0)]


def _all_parents():
    excerpts, participants = load("excerpts"), load("participants")
    silent = len(calc.never_quoted(excerpts, participants))
    parents = int(participants["participant_group"].eq("parent").sum())
    return [comb(parents, silent) / comb(len(participants), silent)]


def _merge_cases():
    fine = calc.incidence(load("excerpt_codes"), load("excerpts"))
    tries = (fine.shape[1] // 4, 5, 1)
    return [Case((fine, n, np.random.default_rng(n)), f"with the fine codes in {n} groups") for n in tries]


def _accept_merged(got, seen, groups, _rng):
    """Hold a merged table to what any merging keeps."""
    if not isinstance(got, pd.DataFrame):
        return "a table was expected."
    if got.shape != (len(seen), groups):
        return f"a row for each speaker and a column for each group were expected, not a shape of {got.shape}."
    table = got.to_numpy()
    if not np.isin(table, [0, 1]).all():
        return "the cells should say whether a speaker is in a group: True or False."
    table, fine = table.astype(bool), seen.to_numpy(bool)
    held = np.array([[not (code & ~group).any() for group in table.T] for code in fine.T])
    if not held.any(axis=1).all():
        return "a speaker of a code should be in that code's group."
    return "" if (table.any(axis=1) <= fine.any(axis=1)).all() else "a speaker is in a group without its codes."


check = Check(
    {
        1: Names(_fewest_speakers, among=lambda: load("themes")["subtheme"], one_of=True),
        2: Judgement(_accept_marks),
        3: Numbers(_coarsest, ("Chao2",), within=0.05),
        4: Numbers(_all_parents, ("the chance",), within=0.005, share=True),
        5: Function(_merge_cases, accept=_accept_merged),
    }
)
