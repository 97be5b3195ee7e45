"""Answers to the exercises on other services."""

import math

from newpip import services as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong
from newpip.grim import matching_counts

POOLED = ["abc_pip_relationship", "oxpip_pirgas", "norfolk_remained"]
FEWER = 10  # times


def _on(domain):
    evidence = calc.evidence(load("outcomes"), load("services"), load("reviews"))
    return evidence[evidence["domain"] == domain]


def _outcomes_on_experience():
    return [(load("outcomes")["domain"] == "experience").sum()]


def _pooled(fewer=FEWER, counts_too=True):
    used = load("outcomes").set_index("outcome_id").loc[POOLED]
    scored = round(used.loc["oxpip_pirgas", "denominator"] / fewer)
    counts, numbers = used["numerator"].copy(), used["denominator"].copy()
    if counts_too:
        counts["oxpip_pirgas"] = round(scored * used.loc["oxpip_pirgas", "value"])
    numbers["oxpip_pirgas"] = scored
    return calc.pool(counts, numbers)


def _knapp_hartung(pooled):
    return [pooled.estimate, pooled.hk_low, pooled.hk_high]


def _wald(pooled):
    return [pooled.estimate, pooled.low, pooled.high]


def _without():
    used = load("outcomes").set_index("outcome_id").loc[POOLED].drop("oxpip_pirgas")
    return _knapp_hartung(calc.pool(used["numerator"], used["denominator"]))


def _fits(text, n):
    return bool(matching_counts(text, n, len(text.partition(".")[2])))


def _fits_cases():
    printed = [
        ("85.4", 55),
        ("85.4", 48),
        ("83", 48),
        ("0", 3),
        ("100", 3),
        ("33.3", 3),
        ("50", 3),
        ("100.0", 1),
        ("57.3", 7),
        ("42.8", 7),
    ]
    return [Case(one) for one in printed]


def _more_fits_cases(rng):
    numbers = rng.choice([7, 11, 13, 17, 19, 23, 29, 31, 37], 8).tolist()  # with these, no percentage is a tie
    return [Case((f"{rng.random() * 100:.1f}", n)) for n in numbers] + [
        Case((f"{100 * 3 / n:.1f}", n)) for n in numbers
    ]


def _whole_numbers_alone(text, n):
    return any(round(100 * k / n) == round(float(text)) for k in range(n + 1))


def _exactly(text, n):
    return any(100 * k / n == float(text) for k in range(n + 1))


def _cut_off(text, n):
    decimals = len(text.partition(".")[2])
    return any(math.floor(10**decimals * 100 * k / n) == round(float(text) * 10**decimals) for k in range(n + 1))


def _without_its_end(text, n):
    decimals = len(text.partition(".")[2])
    return any(round(100 * k / n, decimals) == float(text) for k in range(n))


def _care():
    care = load("outcomes").set_index("outcome_id")["value"]
    return care["norfolk_care_before"], care["norfolk_care_after"]


def _of_all(ratio):
    return ratio / (1 + ratio)


def _falls():
    before, after = _care()
    return after / before, _of_all(after) / _of_all(before)


def _less_one():
    before, after = (1 / ratio for ratio in _care())
    return [before / after, (before - 1) / (after - 1)]


def _differences():
    before, after = _care()
    return [before - after, _of_all(before) - _of_all(after)]


def _shares():
    rows = load("outcomes").set_index("outcome_id").loc[["abc_pip_relationship", "norfolk_remained"]]
    return (rows["numerator"] / rows["denominator"]).tolist(), rows["denominator"].tolist()


def _apart(join):
    def errors_apart():
        (one, other), numbers = _shares()
        errors = [math.sqrt(p * (1 - p) / n) for p, n in zip((one, other), numbers, strict=True)]
        return [(one - other) / join(errors)]

    return errors_apart


def _two_ends(rng):
    started = int(rng.integers(60, 200))
    scored = int(started * rng.uniform(0.4, 0.8))
    return {"started": started, "scored": scored, "improved": int(scored * rng.uniform(0.5, 0.9))}


def _denominators_asked(started, scored, improved):
    return Numbers(
        lambda: [improved / scored, improved / started],
        ("the share of those scored", "the share of those who started"),
        within=0.0005,
        share=True,
        wrong=(
            Wrong(
                lambda: [improved / scored, scored / started],
                "The other share counts who improved too, and not who was scored.",
            ),
            Wrong(
                lambda: [improved / scored, (improved + started - scored) / started],
                "That takes all who were not scored to have improved; count those alone who are known to have.",
            ),
            Wrong(
                lambda: [improved / scored] * 2, "Look at the denominator of the other share: everybody who started."
            ),
        ),
    )


check = Check(
    {
        1: Numbers(
            lambda: [len(_on("experience"))],
            ("the number of entries",),
            wrong=(
                Wrong(
                    lambda: [_on("experience")["design"].nunique()],
                    "Those are the designs; count the entries of them all.",
                ),
                Wrong(
                    lambda: [len(calc.evidence(load("outcomes"), load("services"), load("reviews")))],
                    "Those are the entries of all domains; take one domain alone.",
                ),
                Wrong(
                    _outcomes_on_experience,
                    "Those are results, several of one entry among them; count entries as the table has them.",
                ),
                Wrong(lambda: [len(_on("relationship"))], "That is another domain: how parent and baby get on."),
            ),
        ),
        2: Numbers(
            lambda: _knapp_hartung(_pooled()),
            ("the pooled share", "the low limit", "the high limit"),
            within=0.0005,
            share=True,
            labels=(("estimate", "pooled"), ("hk_low", "low"), ("hk_high", "high")),
            wrong=(
                Wrong(
                    lambda: _knapp_hartung(_pooled(1)),
                    "Nothing has changed yet: OXPIP still counts with everyone who attended.",
                ),
                Wrong(
                    lambda: _wald(_pooled()),
                    "Those are the plain limits (Wald); Knapp and Hartung's allow for the few services.",
                ),
                Wrong(_without, "OXPIP is left out altogether; it was to count with fewer."),
            ),
        ),
        3: Function(
            _fits_cases,
            _fits,
            more=_more_fits_cases,
            wrong=(
                Wrong(
                    _whole_numbers_alone,
                    "It rounds to whole percentages; as many decimals were printed as the text has.",
                ),
                Wrong(_exactly, "A printed percentage is rounded; so must be what it is held against."),
                Wrong(_cut_off, "That cuts digits off; printed percentages are rounded."),
                Wrong(_without_its_end, "The number itself is a count too: all of them."),
                Wrong(
                    lambda text, n: not _fits(text, n), "It says the opposite: True was to mean that some count fits."
                ),
            ),
        ),
        4: Numbers(
            _falls,
            ("the ratio if one in so many", "the ratio if one to so many"),
            within=0.005,
            share=True,
            wrong=(
                Wrong(_less_one, "One to four is one in five: the whole is larger than the other part, not smaller."),
                Wrong(_differences, "Those are differences; a multiple divides one share by the other."),
                Wrong(
                    lambda: [_falls()[0]] * 2,
                    "The two readings cannot give the same: a ratio to the others is not a share of all.",
                ),
            ),
        ),
        5: Numbers(
            _apart(lambda errors: math.hypot(*errors)),
            ("the distance in standard errors",),
            within=0.05,
            wrong=(
                Wrong(_apart(sum), "Standard errors do not add up; their squares do."),
                Wrong(
                    _apart(lambda errors: errors[0]),
                    "That is the standard error of one share; the other is uncertain too.",
                ),
                Wrong(
                    _apart(lambda errors: errors[1]),
                    "That is the standard error of one share; the other is uncertain too.",
                ),
                Wrong(_apart(lambda errors: 1), "That is the distance itself; divide it by its standard error."),
            ),
        ),
        6: Drawn(_two_ends, _denominators_asked),
    }
)
