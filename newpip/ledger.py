"""The ledger: every published figure held against whatever else is published, and what comes of it."""

import re
from fractions import Fraction

import pandas as pd

from newpip.grim import matching_counts, roundings

REPRODUCED = "reproduced"
ROUNDED = "reproduced after rounding"
FAILED = "not reproduced"
CONTRADICTED = "the sources contradict each other"
STRAINED = "hard to reconcile with other counts"
UNKNOWN = "cannot be computed from what is published"
REST, BOTH = "rest of 100", "both can hold"
VERDICTS = [FAILED, CONTRADICTED, STRAINED, ROUNDED, REPRODUCED, UNKNOWN]

WORDS = {
    **dict.fromkeys(("no", "none"), 0),
    **dict.fromkeys(("a", "an", "one", "another"), 1),
    **dict.fromkeys(("two", "both"), 2),
    **{"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11},
    **{"sixteen": 16, "tenfold": 10, "half": 50, "one and a half thousand": 1500},
}
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _growth(tables, year):
    """Return the growth from the year before, in percent; None where one of the two is not counted."""
    counts = tables["referrals"].set_index("year")["referrals"]
    if not {int(year) - 1, int(year)} <= set(counts.index):
        return None
    before, after = int(counts[int(year) - 1]), int(counts[int(year)])
    return Fraction(100 * (after - before), before)


def _growth_course(tables):
    """Say whether growth went up, down or neither in the last year."""
    last = tables["referrals"]["year"].max()
    change = _growth(tables, last) - _growth(tables, last - 1)
    return "level" if change == 0 else "rising" if change > 0 else "falling"


def _people(tables, group, column=None, value=None):
    """Count the participants of a group, or those of them with a property."""
    rows = _group(tables, group)
    return int((rows.loc[rows[column] == value] if column else rows)["n"].sum())


def _share(tables, group, column, value):
    """Return the share of a group with a property, in percent."""
    return Fraction(100 * _people(tables, group, column, value), _people(tables, group))


def _everyone(tables, group, *conditions):
    """Say whether everybody in a group has each property, given as ``column=value``."""
    wanted = dict(condition.split("=") for condition in conditions)
    rows = _group(tables, group)[list(wanted)]
    return "all" if (rows == pd.Series(wanted)).all(axis=None) else "not all"


def _groups(tables):
    """Count the groups of participants."""
    return int(tables["participants"]["participant_group"].nunique())


def _passed_on(tables):
    """Return how many parents' details were passed on."""
    stages = tables["recruitment"].set_index(["participant_group", "stage"])["n"]
    return int(stages["parent", "details passed on"])


def _speakers(tables, group, code):
    """Return how many people of a group are quoted with a code."""
    return int(tables["codes"].set_index("code").loc[code, f"speakers_{group}"])


def _year_of(tables, event):
    """Return the year in which an event started."""
    return int(tables["timeline"].set_index("event").loc[event, "start"].year)


def _order(tables, earlier, later):
    """Say whether one event was over before another started."""
    events = tables["timeline"].set_index("event")
    return "before" if events.loc[earlier, "end"] < events.loc[later, "start"] else "not before"


def _cost_ratio(tables):
    """Return the ratio of the two average costs."""
    costs = tables["economics"].set_index("economics_id")["value"]
    return _exact(costs["bachmann_less"]) / _exact(costs["bachmann_more"])


def most_in_window(tables):
    """Count the most referrals that an even spread of the yearly counts puts into the window of the activity count.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        ``activity``, ``referrals``, ``timeline`` and ``year_readings``.

    Returns
    -------
    fractions.Fraction
        The largest over the readings of a "year" by which no counted year ended before referrals opened. A year that
        ends inside the window is taken to lie in it with all its referrals; of one that goes on, as many as its days.
    """
    window = tables["activity"].set_index("measure").loc["referrals"]
    after = window["end"] + pd.Timedelta(days=1)
    opened = tables["timeline"].set_index("event").loc["referrals_open", "start"]
    counts = tables["referrals"].set_index("year")["referrals"]
    found = [Fraction(0)]
    for reading in tables["year_readings"].to_dict("records"):
        first = [pd.Timestamp(year + reading["start_year_offset"], reading["start_month"], 1) for year in counts.index]
        years = [(start, start + pd.DateOffset(years=1), int(n)) for start, n in zip(first, counts, strict=True)]
        if min(end for _, end, _ in years) > opened:
            found.append(sum(n * _share_before(after, start, end) for start, end, n in years if end > window["start"]))
    return max(found)


def _share_before(day, start, end):
    """Return the share of a year's days that come before a day."""
    return Fraction(min(max((day - start).days, 0), (end - start).days), (end - start).days)


RECOMPUTATIONS = {
    "growth": (_growth, "from the counts of the two years"),
    "growth_course": (_growth_course, "from the counts of the last three years"),
    "people": (_people, "count of the labels in the paper's Table 1"),
    "share": (_share, "from the paper's Table 1"),
    "everyone": (_everyone, "from the paper's Table 1"),
    "groups": (_groups, "count of the groups in the paper's Table 1"),
    "passed_on": (_passed_on, "count of those passed on, all of whom were invited"),
    "speakers": (_speakers, "count of the people then quoted to this effect"),
    "year_of": (_year_of, "from the month that another place prints"),
    "order": (_order, "from the dates that are printed"),
    "cost_ratio": (_cost_ratio, "from the two costs that are printed"),
}


def ledger(tables):
    """Recompute every claim that other published figures allow, and give each its verdict.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        ``claims``, and every table that its columns `recompute` and `held_as` lead to.

    Returns
    -------
    pandas.DataFrame
        The rows of ``claims`` in their order, and beside them `recomputed` (text, empty if nothing is),
        `difference` (recomputed less printed, in the unit of the claim; missing where either is no number),
        `verdict` (one of ``VERDICTS``), `why` (a few words), and `agrees` (whether the table that the
        book computes with holds the figure that is printed; missing where none does).

    Raises
    ------
    ValueError
        If a value is not the figure printed, or a row names a recomputation or a claim that does not exist.

    Notes
    -----
    Two claims about one thing come first: where they differ, the verdict is that the sources contradict each
    other, whatever else can be computed. Claims of different dates do not contradict each other, nor do claims
    that the table marks as differing in wording or scope, so that both can hold.

    Next, a recomputation that gives the printed figure exactly reproduces it; one that gives it when rounded to
    the decimals printed, halves either way, reproduces it after rounding; any other does not. A percentage
    printed beside its number of people is tested for whether any count gives it (GRIM). Passing the test is no
    reproduction, as the count is not published. Nor is a figure reproduced that another place only repeats.

    The count of a window of dates and the yearly counts give no recomputation of each other. Where the window holds
    more than an even spread of the years allows under every reading of a year, they are hard to reconcile.

    References
    ----------
    Brown and Heathers (2017) for GRIM.
    """
    rows = tables["claims"].to_dict("records")
    by_id = {row["claim_id"]: row for row in rows}
    for row in rows:
        _confirm(row, by_id)
    judged = [_judge(row, _linked(row, by_id), tables) for row in rows]
    result = pd.concat([tables["claims"].reset_index(drop=True), pd.DataFrame(judged)], axis=1)
    return result.astype({"difference": "float64", "agrees": "boolean"})


def summary(judged):
    """Count verdicts by source.

    Parameters
    ----------
    judged : pandas.DataFrame
        The result of :func:`ledger`.

    Returns
    -------
    pandas.DataFrame
        Columns `source_id`, `verdict`, `claims`; one row for each source and each of ``VERDICTS``, zeros
        included.
    """
    counts = pd.crosstab(judged["source_id"], judged["verdict"]).reindex(columns=VERDICTS, fill_value=0)
    return counts.stack().rename("claims").reset_index()


def with_document_names(judged, names):
    """Call the documents by name, where a verdict refers to one too.

    Parameters
    ----------
    judged : pandas.DataFrame
        The result of :func:`ledger`.
    names : dict of str to str
        From each ``source_id`` to what the document is called.

    Returns
    -------
    pandas.DataFrame
        The rows with the names in `document` and in `why`.
    """
    why = judged["why"]
    for source_id, name in names.items():
        why = why.str.replace(f"({source_id},", f"({name},", regex=False)
    return judged.assign(document=judged["source_id"].map(names), why=why)


def by_verdict(worded, then=()):
    """Sort rows by verdict, in the order of ``VERDICTS``, and say where each stands.

    Parameters
    ----------
    worded : pandas.DataFrame
        The result of :func:`with_document_names`, or some of its rows.
    then : sequence of str
        The columns to sort by within a verdict.

    Returns
    -------
    pandas.DataFrame
        The rows with `place`, the document and the locator in it.
    """
    placed = worded.assign(
        place=worded["document"] + ": " + worded["locator"], rank=worded["verdict"].map(VERDICTS.index)
    )
    return placed.sort_values(["rank", *then], kind="stable").drop(columns="rank")


def _confirm(row, by_id):
    """Stop where a row contradicts itself: the build must not rest on a figure that was mistyped."""
    name, printed = row["claim_id"], row["printed"]
    if row["same_as"] and row["same_as"] not in by_id:
        raise ValueError(f"claims: {name}: same_as must name a claim, not {row['same_as']!r}")
    if row["recompute"] and row["recompute"].split(":")[0] not in {*RECOMPUTATIONS, "grim", "listed", "window"}:
        raise ValueError(f"claims: {name}: recompute must name a recomputation, not {row['recompute']!r}")
    if not pd.isna(row["value"]) and (_exact(row["value"]), row["decimals"]) not in _figures(printed):
        raise ValueError(f"claims: {name}: value {row['value']:g} is not the figure printed, {printed!r}")


def _figures(printed):
    """Read the figures in a printed text, each with its decimals."""
    digits = [text.replace(",", "") for text in FIGURE.findall(printed)]
    found = {(Fraction(text), len(text.partition(".")[2])) for text in digits}
    words = re.split(r"[\s-]+", printed.lower())
    found |= {(Fraction(WORDS[word]), 0) for word in words if word in WORDS}
    return found | {(Fraction(number), 0) for text, number in WORDS.items() if " " in text and text in printed}


def _linked(row, by_id):
    """List the claims about the same thing, whichever row names the other, and how they compare."""
    named = [(by_id[row["same_as"]], row["compared_by"])] if row["same_as"] else []
    return named + [(other, other["compared_by"]) for other in by_id.values() if other["same_as"] == row["claim_id"]]


def _judge(row, linked, tables):
    """Give one claim its verdict."""
    apart = [(other, how) for other, how in linked if _contradict(row, other, how)]
    recomputed, words = _recompute(row, tables)
    if apart:
        other, how = apart[0]
        said = "elsewhere, of the rest" if how == REST else "elsewhere"
        verdict, why = CONTRADICTED, f"{said}: {_place(other)}"
    elif row["recompute"] == "window":
        verdict, why = _window(tables)
    elif recomputed is None:
        verdict, why = UNKNOWN, words or _company(row, linked)
    else:
        verdict, why = _compare(row, recomputed), words
    number = recomputed if isinstance(recomputed, (int, Fraction)) and not pd.isna(row["value"]) else None
    return {
        "recomputed": _text(recomputed),
        "difference": None if number is None else float(number - _exact(row["value"])),
        "verdict": verdict,
        "why": why,
        "agrees": _agrees(row, tables),
    }


def _recompute(row, tables):
    """Return what other figures give, or None; and in a few words how."""
    name, *arguments = row["recompute"].split(":")
    if not name:
        return None, ""
    if name == "listed":
        return len(row["parts"].split("; ")), "count of what the source itself lists"
    if name == "grim":
        return _grim(row)
    if name == "window":
        return None, ""
    recompute, words = RECOMPUTATIONS[name]
    found = recompute(tables, *arguments)
    return found, words if found is not None else "the tables no longer hold what it rests on"


def _window(tables):
    """Set the count of the window against the yearly counts, and say so in words."""
    counted = int(tables["activity"].set_index("measure").loc["referrals", "n"])
    most = most_in_window(tables)
    words = f"{counted} in the window, where the yearly counts, spread evenly, put {float(most):.0f} at the most"
    return (STRAINED if counted > most else UNKNOWN), words


def _grim(row):
    """Return the nearest percentage that a count can give, if none gives the printed one."""
    n, decimals, percent = int(row["n_printed"]), int(row["decimals"]), _exact(row["value"])
    counts = matching_counts(str(row["value"]), n, decimals)
    if counts:
        return None, f"{' or '.join(map(str, counts))} of {n} would give it; the count is not printed"
    nearest = min((Fraction(100 * k, n) for k in range(n + 1)), key=lambda possible: abs(possible - percent))
    return nearest, f"no whole number of {n} rounds to it; {nearest * n / 100} gives {_text(nearest)}%"


def _compare(row, recomputed):
    """Compare a recomputed figure or word with the printed one."""
    if isinstance(recomputed, str):
        return REPRODUCED if recomputed == row["says"] else FAILED
    printed = _exact(row["value"])
    if recomputed == printed:
        return REPRODUCED
    return ROUNDED if printed in roundings(recomputed, int(row["decimals"])) else FAILED


def _contradict(row, other, how):
    """Tell whether two claims about one thing cannot both be right."""
    if how == BOTH or row["as_of"] != other["as_of"]:
        return False
    if pd.isna(row["value"]) or pd.isna(other["value"]):
        return row["says"] != other["says"]
    mine, theirs = _exact(row["value"]), _exact(other["value"])
    return mine != (100 - theirs if how == REST else theirs)


def _company(row, linked):
    """Say what stands beside a claim that nothing recomputes."""
    if not linked:
        return "nothing else published gives it"
    other, how = linked[0]
    if row["as_of"] != other["as_of"]:
        return f"of another year: {_place(other)}"
    return f"both can hold: {_place(other)}" if how == BOTH else f"repeated: {_place(other)}"


def _place(row):
    return f"{row['printed']} ({row['source_id']}, {row['locator']})"


def _agrees(row, tables):
    """Tell whether the table that the book computes with holds the printed figure; one without its row does not."""
    if not row["held_as"]:
        return None
    name, key, column = row["held_as"].split(":")
    cell = _cell(tables[name], key, column)
    if cell is None:
        return False
    if pd.isna(row["value"]):
        return row["says"] in str(cell)
    if hasattr(cell, "year"):
        return cell.year == row["value"]
    held = _exact(cell)
    return held == _exact(row["value"]) or (row["unit"] == "%" and 100 * held == _exact(row["value"]))


def _cell(table, key, column):
    """Find a cell by its row's key; where the key has two columns, both, with a space between. None without the row."""
    first = table.iloc[:, 0].astype(str)
    found = table[column][first == key]
    if found.empty:
        found = table[column][first + " " + table.iloc[:, 1].astype(str) == key]
    return None if found.empty else found.item()


def _exact(value):
    return Fraction(str(value))


def _text(recomputed):
    if recomputed is None or isinstance(recomputed, str):
        return recomputed or ""
    return f"{float(recomputed):.2f}".rstrip("0").rstrip(".")


def _group(tables, group):
    return tables["participants"][tables["participants"]["participant_group"] == group]
