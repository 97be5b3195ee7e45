"""Answers to the exercises on themes and voices."""

from collections.abc import Mapping
from math import ceil, comb, floor

import pandas as pd

from newpip import excerpts as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Judgement, Names, Numbers, Wrong


def _by_subtheme():
    themes = load("themes").set_index("subtheme_id")
    counts = load("excerpts")["subtheme_id"].value_counts().reindex(themes.index, fill_value=0)
    return counts.set_axis(themes["subtheme"])


def _fewest_excerpts():
    counts = _by_subtheme()
    return counts.index[counts == counts.min()]


def _most_excerpts():
    counts = _by_subtheme()
    return counts.index[counts == counts.max()]


def _accept_marks(answer):
    """Hold a re-coding to its form: each mixed excerpt has one of the marks, and no other is touched."""
    if isinstance(answer, pd.Series):
        answer = answer.to_dict()
    if not isinstance(answer, Mapping):
        return "A dict was expected, from excerpt to mark."
    excerpts = load("excerpts")
    mixed = set(excerpts.loc[excerpts["valence"] == "mixed", "excerpt_id"])
    if set(answer) - mixed:
        return "Only the excerpts that we called mixed are to be marked again."
    if mixed - set(answer):
        return "Some of the mixed excerpts have no mark yet."
    marks = list(answer.values())
    if not all(isinstance(mark, str) and mark in calc.VALENCES for mark in marks):
        return f"A mark is one of {', '.join(calc.VALENCES)}, as text."
    return "" if set(marks) != {"mixed"} else "All are mixed still; argue for another mark at least once."


def _people():
    return load("participants").groupby("participant_group")["n"].sum()


def _speakers(table):
    return table["speakers_parent"] + table["speakers_professional"]


def _quoted():
    return int(load("voices")["excerpts"].gt(0).sum())


def _merged(speakers, halved=ceil, people=None):
    once = speakers == 1
    merged = [1] * halved(once.sum() / 2)
    return [calc.chao2([*merged, *speakers[~once]], people or _quoted()).estimate]


def _codes():
    return _speakers(load("codes"))


def _heard_after(people, order=("professional", "parent")):
    curve = calc.accumulation(load("codes"), _people()[list(order)])
    return [curve.set_index("people").loc[people, "codes"]]


def _expected_codes(speakers, n, k):
    return sum(1 - comb(n - f, k) / comb(n, k) for f in speakers)


def _expected_cases():
    parents, n = load("codes")["speakers_parent"].tolist(), int(_people()["parent"])
    known = [Case((parents, n, k), f"with the parents' codes and k of {k}") for k in (1, n // 2, n)]
    return [*known, Case(([1, 2, 4], 4, 2)), Case(([0, 3], 5, 3)), Case(([], 3, 1))]


def _more_expected_cases(rng):
    cases = []
    for n in rng.integers(2, 15, 5).tolist():
        cases.append(Case((rng.integers(0, n + 1, 6).tolist(), n, int(rng.integers(1, n + 1)))))
    return cases


def _critical(of):
    def share():
        excerpts = load("excerpts")
        parents, critical = excerpts["participant_group"] == "parent", excerpts["valence"] == "critical-mixed"
        return [(parents & critical).sum() / of(parents, critical)]

    return share


check = Check(
    {
        1: Names(
            _fewest_excerpts,
            among=lambda: load("themes")["subtheme"],
            one_of=True,
            wrong=(Wrong(_most_excerpts, "That one has the most; look for the fewest."),),
        ),
        2: Judgement(_accept_marks),
        3: Numbers(
            lambda: _merged(_codes()),
            ("Chao2",),
            within=0.05,
            wrong=(
                Wrong(
                    lambda: [calc.chao2(_codes(), _quoted()).estimate],
                    "Nothing has changed yet: the codes are not merged.",
                ),
                Wrong(lambda: _merged(_codes(), floor), "If their number is odd, the one that is left stays as it is."),
                Wrong(
                    lambda: _merged(_codes(), people=int(_people().sum())),
                    "Take the people who are quoted; some were heard and are never quoted.",
                ),
                Wrong(
                    lambda: _merged(_speakers(load("code_groups"))),
                    "Those are the groups of codes; take the fine codes.",
                ),
            ),
        ),
        4: Numbers(
            lambda: _heard_after(3),
            ("the number of codes",),
            within=0.05,
            wrong=(
                Wrong(
                    lambda: _heard_after(3, ("parent", "professional")),
                    "Nothing has changed yet: the parents still come before the professionals.",
                ),
                Wrong(
                    lambda: _heard_after(2),
                    "That is after two people: the curve begins with one, and a list counts from nought.",
                ),
                Wrong(lambda: _heard_after(4), "That is after four people."),
            ),
        ),
        5: Function(
            _expected_cases,
            _expected_codes,
            more=_more_expected_cases,
            wrong=(
                Wrong(
                    lambda speakers, n, k: sum(1 - (1 - f / n) ** k for f in speakers),
                    "That draws with replacement: nobody is interviewed again.",
                ),
                Wrong(
                    lambda speakers, n, k: sum(f * k / n for f in speakers),
                    "That counts mentions; a code that several people have counts once.",
                ),
                Wrong(
                    lambda speakers, n, k: sum(comb(n - f, k) / comb(n, k) for f in speakers),
                    "Those are the codes that are missed; the others were asked for.",
                ),
                Wrong(
                    lambda speakers, n, k: sum(f > 0 for f in speakers),
                    "Those are the codes of the whole group, whatever k is.",
                ),
            ),
        ),
        6: Numbers(
            _critical(lambda parents, critical: parents.sum()),
            ("the share",),
            within=0.0005,
            share=True,
            wrong=(
                Wrong(
                    _critical(lambda parents, critical: len(parents)),
                    "Look at the denominator: those are all excerpts, professionals' too.",
                ),
                Wrong(
                    _critical(lambda parents, critical: critical.sum()),
                    "That is the parents' share of what is critical; turn the question round.",
                ),
                Wrong(
                    _critical(lambda parents, critical: _people()["parent"]),
                    "Excerpts were asked for, not people; one person may have several.",
                ),
            ),
        ),
    }
)
