"""Answers to the exercises on other services."""

from newpip import services as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers
from newpip.grim import matching_counts

POOLED = ["abc_pip_relationship", "oxpip_pirgas", "norfolk_remained"]
FEWER = 10  # times


def _on_experience():
    evidence = calc.evidence(load("outcomes"), load("services"), load("reviews"))
    return [(evidence["domain"] == "experience").sum()]


def _fewer_scored():
    used = load("outcomes").set_index("outcome_id").loc[POOLED]
    scored = round(used.loc["oxpip_pirgas", "denominator"] / FEWER)
    counts, numbers = used["numerator"].copy(), used["denominator"].copy()
    counts["oxpip_pirgas"] = round(scored * used.loc["oxpip_pirgas", "value"])
    numbers["oxpip_pirgas"] = scored
    pooled = calc.pool(counts, numbers)
    return pooled.estimate, pooled.hk_low, pooled.hk_high


def _fits(text, n):
    return bool(matching_counts(text, n, len(text.partition(".")[2])))


def _fits_cases():
    printed = [("85.4", 55), ("85.4", 48), ("83", 48), ("0", 3), ("100", 3), ("33.3", 3), ("50", 3), ("100.0", 1)]
    return [Case(one) for one in printed]


def _falls():
    care = load("outcomes").set_index("outcome_id")["value"]
    before, after = care["norfolk_care_before"], care["norfolk_care_after"]
    return after / before, (after / (1 + after)) / (before / (1 + before))


check = Check(
    {
        1: Numbers(_on_experience, ("the number of entries",)),
        2: Numbers(_fewer_scored, ("the pooled share", "the low limit", "the high limit"), within=0.0005, share=True),
        3: Function(_fits_cases, _fits),
        4: Numbers(_falls, ("the ratio of shares", "the ratio under the other reading"), within=0.005, share=True),
    }
)
