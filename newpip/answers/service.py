"""Answers to the exercises on a service of one's own."""

from newpip import dropout
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

COMPLETERS = 0.9  # the chapter's illustration
LEFT = 0.2  # likewise, where nobody counted who left
DROPOUT = 0.4


def _latest():
    counts = load("referrals").set_index("year")["referrals"]
    return [int(counts.index.max()), int(counts[counts.index.max()])]


def _bounds():
    found = dropout.bounds(DROPOUT, COMPLETERS)
    return [found.low, found.high]


def _posts(referrals_a_year, per_referral, stay, caseload):
    if caseload <= 0:
        raise ValueError("a post carries some families")
    return referrals_a_year / 12 * per_referral * stay / caseload


def _posts_cases():
    counts = load("referrals")["referrals"].tolist()
    activity = load("activity").set_index("measure")["n"]
    per_referral = activity["families"] / activity["referrals"]
    some = [Case((count, per_referral, 6.0, 12.0)) for count in counts]
    return [*some, Case((0, 0.8, 6, 12)), Case((120, 0.8, 6, 0), "with posts that carry nobody", ValueError)]


check = Check(
    {
        1: Numbers(_latest, ("the last year", "its referrals")),
        2: Numbers(_bounds, ("the lower bound", "the upper bound"), within=0.0005, share=True),
        3: Function(_posts_cases, _posts),
    }
)
