"""Answers to the exercises on the ledger."""

from newpip import ledger as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers
from newpip.grim import can_be_printed, matching_counts


def _tables():
    return {
        "claims": load("claims"),
        "referrals": load("referrals"),
        "participants": load("participants"),
        "recruitment": load("recruitment"),
        "codes": load("codes"),
        "timeline": load("timeline"),
        "economics": load("economics"),
        "activity": load("activity"),
        "service": load("service"),
        "staffing": load("staffing"),
        "teams": load("teams"),
        "outcomes": load("outcomes"),
        "reviews": load("reviews"),
        "year_readings": load("year_readings"),
    }


def _largest_share():
    counts = calc.summary(calc.ledger(_tables())).pivot(index="source_id", columns="verdict", values="claims")
    return [(counts[[calc.REPRODUCED, calc.ROUNDED, calc.FAILED]].sum(axis=1) / counts.sum(axis=1)).max()]


def _changed_verdicts():
    tables = _tables()
    judged = calc.ledger(tables)
    referrals = tables["referrals"]
    referrals.loc[referrals["year"].rank() == 2, "referrals"] += 1
    again = calc.ledger(tables)
    return judged.loc[again["verdict"] != judged["verdict"], "claim_id"]


def _allowed(percent, decimals, around, reach):
    numbers = range(max(1, around - reach), around + reach + 1)
    return [n for n in numbers if matching_counts(percent, n, decimals)]


def _allowed_cases():
    given = [("85.4", 1, 55, 10), ("85.4", 1, 48, 0), ("85.4", 1, 55, 0), ("50", 0, 6, 5), ("33.3", 1, 3, 8)]
    return [Case(one) for one in given]


def _powerless():
    return [next(n for n in range(1, 1000) if can_be_printed(n) == 1)]


check = Check(
    {
        1: Numbers(_largest_share, ("the share",), within=0.005, share=True),
        2: Names(_changed_verdicts, among=lambda: load("claims")["claim_id"]),
        3: Function(_allowed_cases, _allowed),
        4: Numbers(_powerless, ("the number of people",)),
    }
)
