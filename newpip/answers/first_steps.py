"""Answers to the warm-ups of the page for those who have never coded."""

from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers, Wrong

LIST = (3, 8, 4)  # as on the page; a test holds it to the page
MONTHS = 12


def _counts():
    return load("referrals")["referrals"]


def _per_month(count):
    return count / MONTHS


check = Check(
    {
        1: Numbers(
            lambda: [sum(LIST)],
            ("the sum",),
            wrong=(
                Wrong(lambda: [len(LIST)], "That is how many numbers the list has; add them up."),
                Wrong(lambda: [max(LIST)], "That is the largest of them; add them up."),
                Wrong(lambda: [sum(LIST[:-1])], "One number is missing."),
            ),
        ),
        2: Numbers(
            lambda: [LIST[0]],
            ("the number",),
            wrong=(
                Wrong(lambda: [LIST[1]], "A list counts its places from zero."),
                Wrong(lambda: [LIST[-1]], "That is the one at the other end."),
            ),
        ),
        3: Numbers(
            lambda: [_counts().max()],
            ("the largest count",),
            wrong=(
                Wrong(lambda: [_counts().min()], "That is the smallest count."),
                Wrong(lambda: [_counts().sum()], "That is all of them together."),
                Wrong(lambda: [load("referrals")["year"].max()], "That is a year; look at the other column."),
            ),
        ),
        4: Function(
            lambda: [Case((count,)) for count in (12, 59, 0, 186)],
            _per_month,
            wrong=(
                Wrong(lambda count: count, "It gives back what it got."),
                Wrong(lambda count: count * MONTHS, "A month has fewer than a year: divide."),
                Wrong(lambda count: round(count / MONTHS), "It was rounded; a count of a month may have decimals."),
            ),
        ),
        5: Names(
            lambda: ["referrals"],
            among=lambda: [*load("referrals").columns, "referals"],
            wrong=(Wrong(lambda: ["referals"], "That is the name that is not there; read the error to its end."),),
        ),
    }
)
