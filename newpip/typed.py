"""Read what people type into a cell: counts, shares, years, months and days, where it has one meaning."""

import calendar
import re
import unicodedata
from datetime import date

YEARS = range(1990, 2101)
NAMES = {name: at for at in range(1, 13) for name in (calendar.month_name[at].lower(), calendar.month_abbr[at].lower())}
NAMES |= {"sept": 9}
YES = {"true", "yes", "y", "1", "x", "\u2713", "\u2714", "wahr", "ja", "oui", "s\u00ed", "si"}
NO = {"false", "no", "n", "0", "-", "\u2013", "\u2717", "\u2718", "falsch", "nein", "non"}
SPACES = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060\ufeff]+")
TO = r"\s*(?:/|-|\u2013|\u2014|to|until|bis)\s*"


class Misread(ValueError):
    """What was expected of a cell, in words."""


def tidy(value):
    """Write a cell's text with plain spaces and digits, in small letters.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    text = SPACES.sub(" ", str(value)).strip()
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text).casefold()


def shown(cell):
    """Write a cell as its sheet shows it, for a message.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    str
    """
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if cell.percent and isinstance(value, int | float):
        return f"{value * 100:g}%"
    if isinstance(value, float):
        return f"{value:.10g}"
    text = "".join(one if one.isprintable() else "\ufffd" for one in str(value))
    return text if len(text) <= 60 else f"{text[:57]}..."


def number(cell, expected, whole):
    """Read a number that is at least nought.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell
    expected : str
        What the cell should hold, for the message.
    whole : bool
        Whether only whole numbers are meant, so that a comma before three digits parts thousands.

    Returns
    -------
    value : float
    how : str
        How it was understood; empty where it was plain.

    Raises
    ------
    Misread
        When it is none, or could be two.
    """
    value = cell.value
    if cell.unsaved:
        raise Misread(f"{expected} was expected; the formula's result is not stored: open the workbook, and save it")
    if isinstance(value, (bool, date)):
        raise Misread(f"{expected} was expected" + (", not a date" if isinstance(value, date) else ""))
    how = ""
    if isinstance(value, str):
        value, how = _from_text(value, expected, whole)
    if value != value or not 0 <= value < 1e15:
        raise Misread(f"{expected} of at least 0 was expected")
    if whole and value != int(value):
        raise Misread(f"{expected} was expected")
    return value, how


def _from_text(text, expected, whole):
    """Read a number that was typed as text."""
    said = tidy(text).replace("\u2019", "'").replace("\u066c", ",").replace("\u066b", ".")
    if re.fullmatch(r"[<>\u2264\u2265]\s*\d+|\d+\s*(or fewer|or less|or more|\+)", said):
        raise Misread(
            f"{expected} was expected; where a count is hidden because it is small, no page can be made of it"
        )
    bare = re.sub(r"(?<=\d)[ '](?=\d{3}(\D|$))", "", said)
    if re.fullmatch(r"\d+", bare):
        value, grouped = int(bare), bare != said
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?|\d{1,3}(,\d{3}){2,}", bare) and (
        whole or "." in bare or bare.count(",") > 1
    ):
        value, grouped = float(bare.replace(",", "")), True
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", bare):
        value, grouped = float(bare.replace(".", "").replace(",", ".")), True
    elif re.fullmatch(r"\d{1,3}[.,]\d{3}", bare) and not bare.startswith("0"):
        large, small = re.sub(r"[.,]", "", bare), bare.replace(",", ".")
        raise Misread(
            f"{expected} was expected; it could be {int(large)} or {float(small):g}: type it without its sign"
        )
    elif re.fullmatch(r"\d+[.,]\d+", bare):
        value, grouped = float(bare.replace(",", ".")), "," in bare
    else:
        raise Misread(f"{expected} was expected")
    return value, f"{value:g}" if grouped and value < 1e6 else f"{value:.0f}" if grouped else ""


def percent(cell):
    """Read a share that is asked for in per cent: 27, 27% or "27 per cent" are all 27.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    value : float
        In per cent.
    how : str

    Raises
    ------
    Misread
        When it is none, or could be two: 0.27 alone may be 27% or a quarter of one per cent.
    """
    expected = "a per cent from 0 to 100 (such as 27%)"
    signed = cell.percent or (isinstance(cell.value, str) and _percent_sign(cell.value))
    value, how = _number_of_percent(cell, expected)
    if not signed and 0 < value <= 1:
        whole, part = f"{value * 100:g}%", f"{value:g}%"
        raise Misread(f"{expected} was expected; it could be {whole} or {part}: type it with its sign, as {whole}")
    if value > 100:
        raise Misread(f"{expected} was expected")
    return value, f"{value:g}%" if signed or how else ""


def share(cell):
    """Read a share that is asked for from 0 to 1: 0.45, 45% or 45 are all 0.45.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    value : float
        From 0 to 1.
    how : str

    Raises
    ------
    Misread
        When it is none.
    """
    expected = "a share from 0 to 1 (such as 0.45 or 45%)"
    signed = cell.percent or (isinstance(cell.value, str) and _percent_sign(cell.value))
    value, how = _number_of_percent(cell, expected)
    if not signed and value <= 1:
        return value, how
    if value > 100:
        raise Misread(f"{expected} was expected")
    return value / 100, f"{value / 100:g}, which is {value:g}%"


def _percent_sign(text):
    return re.search(r"(%|\u066a|\uff05|per ?cent|prozent)\s*$", tidy(text))


def _number_of_percent(cell, expected):
    """Read the number before a sign of per cent, or the one that a sheet shows with such a sign."""
    if isinstance(cell.value, str) and not cell.unsaved:
        return _checked(
            *_from_text(re.sub(r"\s*(%|\u066a|\uff05|per ?cent|prozent)\s*$", "", tidy(cell.value)), expected, False),
            expected,
        )
    value, how = number(cell, expected, False)
    return (float(f"{value * 100:.10g}"), how) if cell.percent else (value, how)


def _checked(value, how, expected):
    if not 0 <= value < 1e9:
        raise Misread(f"{expected} was expected")
    return value, how


def flag(cell):
    """Read a yes or a no.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    value : bool
    how : str

    Raises
    ------
    Misread
        When it is neither.
    """
    said = tidy(cell.value)
    if cell.unsaved or said not in YES | NO:
        raise Misread("yes or no was expected")
    return said in YES, "" if said in ("true", "false", "yes", "no") else "yes" if said in YES else "no"


def period(cell):
    """Read what names a year or a month: 2021, 2021/22, "April 2021 to March 2022", "Mar 2021" or a date.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    kind : str
        "year" or "month".
    year, month : int
        Where it begins.

    Raises
    ------
    Misread
        When it is neither, or could be two.
    """
    expected = "a year (such as 2021 or 2021/22)"
    value = cell.value
    if cell.unsaved or isinstance(value, bool):
        raise Misread(f"{expected} was expected")
    if isinstance(value, date):
        return _period_of_date(value, cell.year_only, expected)
    said = tidy(f"{value:g}" if isinstance(value, float) and value < 1e6 else value)
    said = re.sub(
        r"^(the )?((financial|fiscal|calendar|tax) )?(year|fy|f/y)\s*(?=\d)|\s*\((part year|part-year|to date)\)$",
        "",
        said,
    )
    found = _named_year(said, tidy(value).startswith(("fy", "financial", "fiscal", "f/y")), expected)
    if found is None:
        months = [_month(part) for part in re.split(rf"{TO}(?=[a-z]|\d\d?[./ ]|\d{{4}}-)", said)]
        if len(months) == 1 and months[0]:
            return ("month", *months[0])
        if len(months) == 2 and all(months) and _place(*months[1]) - _place(*months[0]) == 11:
            found = ("year", *months[0])
    if found is None or found[1] not in YEARS:
        raise Misread(f"{expected} was expected")
    return found


def _named_year(said, financial, expected):
    """Read a year that is written in digits, or by the month that ends it."""
    if re.fullmatch(r"\d{4}", said):
        if financial:
            raise Misread(
                f"{expected} was expected; a financial year by one number could begin or end in it: type 2021/22"
            )
        return "year", int(said), 1
    two = re.fullmatch(rf"(\d{{4}}|\d\d){TO}(\d{{4}}|\d\d)", said)
    if two:
        first = int(two[1]) if len(two[1]) == 4 else 2000 + int(two[1])
        second = int(two[2]) if len(two[2]) == 4 else first // 100 * 100 + int(two[2]) + 100 * (first % 100 == 99)
        month_like = len(two[1]) == 4 and len(two[2]) == 2 and int(two[2]) in range(1, 13) and "-" in said
        if second == first + 1:
            if month_like and int(two[2]) <= 12 and first >= 2000 and first % 100 <= 11:
                raise Misread(
                    f"{expected} was expected; {said} could be a month or a year: type {said.replace('-', '/')}"
                )
            return "year", first, 4
        return ("month", first, int(two[2])) if month_like else None
    ends = re.fullmatch(
        r"(?:year|12 months)?\s*(?:to|ending|ended|end)\s+(?:\d\d?(?:st|nd|rd|th)?\s+)?([a-z]+)\s+(\d{4})", said
    )
    if ends and ends[1] in NAMES:
        return "year", *divmod(_place(int(ends[2]), NAMES[ends[1]]) - 11, 12)[:1], (NAMES[ends[1]] % 12) + 1
    return None


def _period_of_date(value, year_only, expected):
    """Read a year or a month that a spreadsheet keeps as a day."""
    if year_only:
        return "year", value.year, 1
    if value.day == 1:
        return "month", value.year, value.month
    if value.day == calendar.monthrange(value.year, value.month)[1]:
        return "month", value.year, value.month
    raise Misread(f"{expected} was expected, not a day")


def _month(said):
    """Read a month in words or digits; None where it is none."""
    said = re.sub(r"^\d\d?(st|nd|rd|th)?\s+(?=[a-z])", "", said.strip(" .,")).replace(".", " ").replace(",", " ")
    said = SPACES.sub(" ", said).strip()
    forms = (
        (r"([a-z]+)[ -/']*(\d{4}|\d\d)", lambda m: (m[2], NAMES.get(m[1]))),
        (r"(\d{4})[ /-]+([a-z]+)", lambda m: (m[1], NAMES.get(m[2]))),
        (r"(\d{4})[-/ ](\d\d?)(?:[-/ ]\d\d?(?:[ t].*)?)?", lambda m: (m[1], int(m[2]))),
        (r"(\d\d?)[/ -](\d{4})", lambda m: (m[2], int(m[1]))),
    )
    for form, parts in forms:
        found = re.fullmatch(form, said)
        year, month = parts(found) if found else ("", None)
        if month in range(1, 13):
            year = int(year) if len(year) == 4 else 2000 + int(year)
            return (year, month) if year in YEARS else None
    return None


def month(cell):
    """Read a month.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell

    Returns
    -------
    value : str
        As YYYY-MM.
    how : str

    Raises
    ------
    Misread
        When it is none.
    """
    expected = "a month (such as March 2021 or 2021-03)"
    if cell.unsaved:
        raise Misread(f"{expected} was expected; the formula's result is not stored: open the workbook, and save it")
    if isinstance(cell.value, date):
        return f"{cell.value:%Y-%m}", ""
    found = _month(tidy(cell.value)) if isinstance(cell.value, str) else None
    days = _days(tidy(cell.value)) if found is None and isinstance(cell.value, str) else set()
    if found is None and len({one.month for one in days}) == 1:
        found = (min(days).year, min(days).month)
    if found is None:
        raise Misread(f"{expected} was expected")
    said = f"{found[0]}-{found[1]:02}"
    return said, "" if tidy(cell.value) == said else said


def days(cell, last):
    """Read a day, in all ways that it can be meant.

    Parameters
    ----------
    cell : newpip.spreadsheet.Cell
    last : bool
        Whether a month alone means its last day; else its first.

    Returns
    -------
    list of datetime.date
        Two where day and month could be the other way round, the one with the day first before the other.

    Raises
    ------
    Misread
        When it is none.
    """
    expected = "a day (such as 1 April 2023 or 2023-04-01)"
    value = cell.value
    if isinstance(value, date) and not cell.unsaved:
        return [value]
    if not isinstance(value, str) or cell.unsaved:
        lost = isinstance(value, int | float) and not isinstance(value, bool) and 30_000 < value < 80_000
        why = ": the number is a day whose form was lost; give the cell the form of a date" if lost else ""
        raise Misread(f"{expected} was expected{why}")
    said = tidy(value)
    found = _days(said)
    if not found and not re.search(r"\d{4}-\d\d?-\d", said):
        alone = _month(said) if not re.match(r"\d\d?(st|nd|rd|th)?\s+[a-z]", said) else None
        if alone:
            found = [date(*alone, calendar.monthrange(*alone)[1] if last else 1)]
    if not found:
        raise Misread(f"{expected} was expected")
    return found


def _days(said):
    """Read a day that was typed as text; empty where it is none."""
    said = re.sub(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", "", said)
    said = re.sub(r"[ t]00:00(:00)?(\.0+)?$", "", said)
    numbers = re.fullmatch(r"(\d\d?)\s*[./ -]\s*(\d\d?)\s*[./ -]\s*(\d{4}|\d\d)", said)
    if numbers:
        year = int(numbers[3]) if len(numbers[3]) == 4 else 2000 + int(numbers[3])
        first, second = int(numbers[1]), int(numbers[2])
        ways = [(year, second, first)] + ([(year, first, second)] if first != second else [])
    elif iso := re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)", said):
        ways = [tuple(map(int, iso.groups()))]
    elif named := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)?[ -](?:of )?([a-z]+)\.?,?[ -](\d{4}|\d\d)", said):
        ways = [(int(named[3]) + 2000 * (len(named[3]) == 2), NAMES.get(named[2], 0), int(named[1]))]
    elif named := re.fullmatch(r"([a-z]+)\.? (\d\d?)(?:st|nd|rd|th)?,? (\d{4})", said):
        ways = [(int(named[3]), NAMES.get(named[1], 0), int(named[2]))]
    else:
        ways = []
    return [date(*way) for way in ways if _is_day(*way)]


def _is_day(year, month_, day):
    return year in YEARS and month_ in range(1, 13) and 1 <= day <= calendar.monthrange(year, month_)[1]


def _place(year, month_):
    """Count months since the year 0."""
    return 12 * year + month_ - 1
