"""Counts kept month by month: what they say of years, of a span, and of families who left."""

import calendar
import re

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-\d\d)?")  # a spreadsheet makes a day of a month
COUNT = re.compile(r"\d{1,6}")
NEEDED = ("month", "referrals", "families")  # the columns of which no cell may be empty
ENDED = ("finished", "left")
WAITING = "waiting"
ARRIVED, GONE = "families_referred", ("not_accepted", "never_began", "families")  # what the queue gains and loses


def problems(rows, headings=None):
    """Say what is wrong with a sheet of monthly counts.

    Parameters
    ----------
    rows : list of (int, dict)
        The number of each row on its sheet, and its cells by column, as text.
    headings : dict of str to str, optional
        How the sheet heads a column, where not by its id.

    Yields
    ------
    str
        Row and column, what was found and what was expected.
    """
    before, headings = None, {name: name for name in ("month", WAITING, ARRIVED, *GONE)} | (headings or {})
    for number, row in rows:
        for column, cell in row.items():
            said = headings.get(column, column)
            expected = "a month as YYYY-MM" if column == "month" else "a whole number"
            form = MONTH if column == "month" else COUNT
            if not form.fullmatch(cell) and (cell or column in NEEDED):
                yield f"row {number}, column {said}: {cell!r} was found, {expected} was expected"
        month = MONTH.fullmatch(row["month"])
        if month:
            at = _place(month)
            if before is not None and at != before + 1:
                next_one = f"{(before + 1) // 12}-{(before + 1) % 12 + 1:02}"
                yield f"row {number}, column {headings['month']}: {row['month']!r} was found, {next_one} was expected"
            before = at
    for number, found, expected in _queue(rows):
        why = f"those of the row before and {headings[ARRIVED]}, less {', '.join(headings[name] for name in GONE)}"
        yield f"row {number}, column {headings[WAITING]}: {found} was found, {expected} was expected: {why}"


def years(rows, opened):
    """Add up referrals by calendar year, where the months give a whole one.

    Parameters
    ----------
    rows : list of (int, dict)
        As :func:`problems` takes them, without a problem.
    opened : str
        The month of the service's first referral, as YYYY-MM: a year that begins with it counts as whole.

    Returns
    -------
    dict of int to int
        From year to referrals.
    """
    months = {}
    for _, row in rows:
        year, month = map(int, MONTH.fullmatch(row["month"]).groups())
        months.setdefault(year, {})[month] = int(row["referrals"])
    first = {int(opened[:4]): int(opened[5:7])} if MONTH.fullmatch(opened) else {}
    whole = {year: set(range(first.get(year, 1), 13)) for year in months}
    return {year: sum(counts.values()) for year, counts in months.items() if whole[year] <= counts.keys()}


def span(rows):
    """Add up referrals and families over all months of the sheet.

    Parameters
    ----------
    rows : list of (int, dict)
        As in :func:`years`.

    Returns
    -------
    list of dict
        Rows of the table `activity`: `measure`, `start`, `end` and `n`, as text.
    """
    ends = [MONTH.fullmatch(rows[at][1]["month"]).groups() for at in (0, -1)]
    (year, month), last = ends[0], tuple(map(int, ends[1]))
    when = {"start": f"{year}-{month}-01", "end": f"{last[0]}-{last[1]:02}-{calendar.monthrange(*last)[1]:02}"}
    sums = {name: sum(int(row[name]) for _, row in rows) for name in ("referrals", "families")}
    return [{"measure": name, **when, "n": str(n)} for name, n in sums.items()]


def percent_left(rows):
    """Say which share of the families whose therapy ended left before its end.

    Leavers end sooner than those who began with them, so in a service that grows the share reads high.

    Parameters
    ----------
    rows : list of (int, dict)
        As in :func:`years`.

    Returns
    -------
    str
        Percent; empty where a month lacks one of the two counts, or none ended.
    """
    ended = [[row.get(name, "") for name in ENDED] for _, row in rows]
    if not all(all(pair) for pair in ended):
        return ""
    finished, left = (sum(int(pair[at]) for pair in ended) for at in (0, 1))
    return f"{100 * left / (finished + left):.6g}" if finished + left else ""


def _queue(rows):
    """Yield each row at which the queue does not follow from that of the row before, where all counts are given."""
    before = None
    for number, row in rows:
        cells = [row.get(name, "") for name in (WAITING, ARRIVED, *GONE)]
        filled = all(map(COUNT.fullmatch, cells))
        waiting, arrived, *gone = map(int, cells) if filled else (None, 0)
        if filled and before is not None and waiting != before + arrived - sum(gone):
            yield number, waiting, before + arrived - sum(gone)
        before = int(cells[0]) if COUNT.fullmatch(cells[0]) else None


def _place(month):
    """Count months since the year 0, so that a month is one more than the one before."""
    year, of_year = map(int, month.groups())
    return 12 * year + of_year - 1
