"""Answers to the exercises on the ledger."""

from newpip import ledger as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Names, Numbers, Wrong
from newpip.grim import can_be_printed, matching_counts

RECOMPUTED = [calc.REPRODUCED, calc.ROUNDED, calc.FAILED]
NO_TIES = (7, 11, 13, 17, 19, 21, 23, 27, 29, 31, 33, 37, 39)  # people: no share of them ends in a half


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


def _verdicts():
    return calc.summary(calc.ledger(_tables())).pivot(index="source_id", columns="verdict", values="claims").fillna(0)


def _share(verdicts, source="cullen2025"):
    def share():
        counts = _verdicts()
        rows = counts.loc[[source]] if source else counts
        return [rows[verdicts].sum().sum() / rows.sum().sum()]

    return share


def _changed_verdicts(year=2, more=1):
    tables = _tables()
    judged = calc.ledger(tables)
    referrals = tables["referrals"]
    referrals.loc[referrals["year"].rank() == year, "referrals"] += more
    again = calc.ledger(tables)
    return judged.loc[again["verdict"] != judged["verdict"], "claim_id"]


def _allowed(percent, decimals, around, reach):
    numbers = range(max(1, around - reach), around + reach + 1)
    return [n for n in numbers if matching_counts(percent, n, decimals)]


def _allowed_cases():
    given = [("85.4", 1, 55, 10), ("85.4", 1, 48, 0), ("85.4", 1, 55, 0), ("50", 0, 6, 5), ("33.3", 1, 3, 8)]
    return [Case(one) for one in given]


def _more_allowed_cases(rng):
    return [Case((str(rng.integers(1, 100)), 0, n, 0)) for n in rng.choice(NO_TIES, 6).tolist()]


def _without_its_end(percent, decimals, around, reach):
    return [n for n in _allowed(percent, decimals, around, reach) if n < around + reach]


def _upwards(percent, decimals, around, reach):
    return [n for n in _allowed(percent, decimals, around, reach) if n >= around]


def _without_itself(percent, decimals, around, reach):
    return [n for n in _allowed(percent, decimals, around, reach) if n != around]


def _whole_alone(percent, _decimals, around, reach):
    return _allowed(str(round(float(percent))), 0, around, reach)


def _powerless():
    return next(n for n in range(1, 1000) if can_be_printed(n) == 1)


def _ever_weaker():
    return [next(n for n in range(1, 1000) if can_be_printed(n) > 1 / 2)]


def _of_topics(verdicts, of):
    def share():
        verdict = calc.ledger(_tables())["verdict"]
        return [verdict.isin(verdicts).sum() / of(verdict)]

    return share


def _printed(rng):
    people = int(rng.choice(NO_TIES))
    return {"people": people, "percent": f"{100 * int(rng.integers(1, people)) / people:.1f}"}


def _count_asked(people, percent):
    count = matching_counts(percent, people, 1)[0]
    return Numbers(
        lambda: [count, people - count],
        ("the people it counts", "the others"),
        wrong=(
            Wrong(
                lambda: [count + 1, people - count - 1],
                "Print the percentage of that count yourself: it is not the one that is given.",
            ),
            Wrong(
                lambda: [count - 1, people - count + 1],
                "Print the percentage of that count yourself: it is not the one that is given.",
            ),
            Wrong(lambda: [count, people], "That is everybody; the others are those who are not counted."),
            Wrong(lambda: [count, 100 - count], "The others are people, and not what is left of a hundred."),
        ),
    )


check = Check(
    {
        1: Numbers(
            _share(RECOMPUTED),
            ("the share",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(
                    _share(RECOMPUTED[:2]), "Whatever came out: what was recomputed and came out otherwise counts too."
                ),
                Wrong(
                    _share(RECOMPUTED[:1]),
                    "Whatever came out: what fits after rounding, and what does not fit, was recomputed too.",
                ),
                Wrong(
                    _share(RECOMPUTED, None), "That is the share of all documents together; take the paper's own rows."
                ),
                Wrong(
                    _share(RECOMPUTED, "pif2023"), "Those are the rows of the evidence summary; take the paper's own."
                ),
            ),
        ),
        2: Names(
            _changed_verdicts,
            among=lambda: load("claims")["claim_id"],
            wrong=(
                Wrong(
                    lambda: _changed_verdicts(1), "That is what changes with the first year's count; take the second's."
                ),
                Wrong(
                    lambda: _changed_verdicts(3), "That is what changes with the third year's count; take the second's."
                ),
                Wrong(
                    lambda: _changed_verdicts(4), "That is what changes with the last year's count; take the second's."
                ),
            ),
        ),
        3: Function(
            _allowed_cases,
            _allowed,
            ordered=False,
            more=_more_allowed_cases,
            wrong=(
                Wrong(_without_its_end, "A range stops before its end: the largest number was never tried."),
                Wrong(_upwards, "Fewer families were asked for as well as more."),
                Wrong(_without_itself, "The printed number itself may be allowed too."),
                Wrong(_whole_alone, "It rounds to whole percentages; keep as many decimals as are asked for."),
            ),
        ),
        4: Numbers(
            lambda: [_powerless()],
            ("the number of people",),
            wrong=(
                Wrong(
                    lambda: [_powerless() - 1],
                    "There some percentage still cannot come out; look for the number at which none is left.",
                ),
                Wrong(lambda: [_powerless() + 1], "There it is powerless already; look for where that begins."),
                Wrong(lambda: [10 * _powerless()], "That is for percentages with a decimal; none was printed."),
                Wrong(_ever_weaker, "There the test is weak, and can still fail."),
            ),
        ),
        5: Numbers(
            _of_topics([calc.REPRODUCED], lambda verdict: verdict.isin(RECOMPUTED).sum()),
            ("the share",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(
                    _of_topics([calc.REPRODUCED], len), "Look at the denominator: only what could be recomputed at all."
                ),
                Wrong(
                    _of_topics(RECOMPUTED, len),
                    "That is the share that could be recomputed; how much of it came out as printed?",
                ),
                Wrong(
                    _of_topics([calc.REPRODUCED, calc.ROUNDED], lambda verdict: verdict.isin(RECOMPUTED).sum()),
                    "What fits only after another rounding has a verdict of its own.",
                ),
            ),
        ),
        6: Drawn(_printed, _count_asked),
    }
)
