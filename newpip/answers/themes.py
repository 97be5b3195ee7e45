"""Answers to the exercises on themes and voices."""

from collections.abc import Mapping
from math import ceil, comb

from newpip import excerpts as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Judgement, Names, Numbers


def _fewest_excerpts():
    themes = load("themes").set_index("subtheme_id")
    counts = load("excerpts")["subtheme_id"].value_counts().reindex(themes.index, fill_value=0)
    return themes.loc[counts.index[counts == counts.min()], "subtheme"]


def _accept_marks(answer):
    """Hold a re-coding to its form: each mixed excerpt has one of the marks, and no other is touched."""
    if not isinstance(answer, Mapping):
        return "A dict was expected, from excerpt to mark."
    excerpts = load("excerpts")
    mixed = set(excerpts.loc[excerpts["valence"] == "mixed", "excerpt_id"])
    if set(answer) - mixed:
        return "Only the excerpts that we called mixed are to be marked again."
    if mixed - set(answer):
        return "Some of the mixed excerpts have no mark yet."
    if set(answer.values()) - set(calc.VALENCES):
        return f"A mark is one of {', '.join(calc.VALENCES)}."
    return "" if set(answer.values()) != {"mixed"} else "All are mixed still; argue for another mark at least once."


def _people():
    return load("participants").groupby("participant_group")["n"].sum()


def _merged():
    codes, quoted = load("codes"), int(load("voices")["excerpts"].gt(0).sum())
    speakers = codes["speakers_parent"] + codes["speakers_professional"]
    once = speakers == 1
    return [calc.chao2([*[1] * ceil(once.sum() / 2), *speakers[~once]], quoted).estimate]


def _professionals_first():
    people = _people()[["professional", "parent"]]
    return [calc.accumulation(load("codes"), people).set_index("people").loc[3, "codes"]]


def _expected_codes(speakers, n, k):
    return sum(1 - comb(n - f, k) / comb(n, k) for f in speakers)


def _expected_cases():
    parents, n = load("codes")["speakers_parent"].tolist(), int(_people()["parent"])
    known = [Case((parents, n, k), f"with the parents' codes and k of {k}") for k in (1, n // 2, n)]
    return [*known, Case(([1, 2, 4], 4, 2)), Case(([0, 3], 5, 3)), Case(([], 3, 1))]


check = Check(
    {
        1: Names(_fewest_excerpts, among=lambda: load("themes")["subtheme"], one_of=True),
        2: Judgement(_accept_marks),
        3: Numbers(_merged, ("Chao2",), within=0.05),
        4: Numbers(_professionals_first, ("the number of codes",), within=0.05),
        5: Function(_expected_cases, _expected_codes),
    }
)
