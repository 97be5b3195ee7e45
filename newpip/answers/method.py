"""Answers to the exercises on the sample."""

import scipy  # its parts load when first used

from newpip import sample as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers
from newpip.intervals import upper_limit_exact, wilson

ITEM = 17  # of COREQ: the interview guide
MORE = 2  # professionals


def _least_excluded():
    participants = load("participants")
    sizes = participants.groupby("participant_group")["n"].sum()
    other = participants[participants["ethnicity"] != "white British"]
    seen = other.groupby("participant_group")["n"].sum().reindex(sizes.index, fill_value=0)
    limits = sizes.combine(seen, lambda n, k: upper_limit_exact(int(k), int(n)))
    return limits.index[limits == limits.max()]


def _groups():
    return load("participants")["participant_group"]


def _more_agreed():
    professional = calc.response(load("recruitment")).set_index("participant_group").loc["professional"]
    invited = professional["invited"]
    limits = wilson(min(professional["interviewed"] + MORE, invited), invited)
    return limits.estimate, limits.low, limits.high


def _rerated():
    coreq = load("coreq")
    domain = coreq.set_index("item").loc[ITEM, "domain"]
    coreq.loc[coreq["item"] == ITEM, "rating"] = "reported"
    return calc.reporting(coreq).set_index("domain").loc[domain, list(calc.RATINGS)]


def _at_least(k, n, share):
    return float(scipy.stats.binom.sf(k - 1, n, share))


def _at_least_cases():
    parents = int(load("participants").query("participant_group == 'parent'")["n"].sum())
    asked = [Case((k, parents, share)) for k in (1, 2, parents) for share in (0.05, 0.2)]
    return [*asked, Case((0, parents, 0.2)), Case((1, parents, 0.0)), Case((parents + 1, parents, 0.5))]


check = Check(
    {
        1: Names(_least_excluded, among=_groups, one_of=True),
        2: Numbers(_more_agreed, ("the share", "the low limit", "the high limit"), within=0.0005, share=True),
        3: Numbers(_rerated, calc.RATINGS),
        4: Function(_at_least_cases, _at_least),
    }
)
