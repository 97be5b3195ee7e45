"""What the tables of another service hold: their columns, what each asks for, and a made-up example."""

import csv
import io
import json
import re

# The sources: the service's own records, what nobody counted, and what others published.
OWN, CHOSEN, PUBLISHED = "own", "chosen", "published"
MONTHS = "months"
FROM = {
    "source_id": ("string", "Source", "Where the row comes from: the service's own records, or a choice."),
    "locator": ("string", "Place in the source", "Where in that source to look."),
    "grade": (
        "string",
        "Grade",
        "Read in the records themselves (source), or a choice that nobody counted (assumption).",
    ),
    "note": ("string", "Note", "A remark on the row."),
}
COUNTED = {  # each month, as the book proposes to count
    "referrals": "Referrals",
    "families_referred": "Families referred",
    "not_accepted": "Not accepted",
    "never_began": "Referred, never began",
    "families": "Families who began",
    "waiting": "Families waiting",
    "finished": "Finished as planned",
    "left": "Left before the end",
    "asked_after": "Asked at the end",
    "answered_after": "Answered at the end",
    "left_answered": "Left, and answered",
    "both_answered": "Both answered",
    "answered_later": "Answered later",
    "harms": "Harms on record",
}
COLUMNS = {
    "referrals": {
        "year": ("integer", "Year", "The year, or the one in which a financial year begins."),
        "referrals": ("integer", "Referrals", "Referrals received in that year; 0 if there were none."),
    },
    "activity": {
        "measure": ("string", "What was counted", "Referrals received, or families supported."),
        "start": ("date", "First day", "First day of the span, the same in both rows."),
        "end": ("date", "Last day", "Last day of the span, the same in both rows."),
        "n": ("integer", "Count", "How many there were in the span."),
    },
    "staffing": {
        "role": ("string", "Role", "Title of the post."),
        "posts": ("number", "Posts", "How many, in full-time posts; half a post is 0.5."),
        "therapeutic": ("boolean", "Does therapy", "Whether whoever holds the post does therapy with families."),
    },
    "service": {
        "fact": ("string", "Fact", "Which fact."),
        "value": ("number", "Value", "The fact as a number; empty where it is none, or was not counted."),
        "text": ("string", "Text", "The fact in words, or as a month."),
        "unit": ("string", "Unit", "Unit of the value."),
    },
    "scenario_inputs": {
        "input": ("string", "Input", "Short id of the input."),
        "label": ("string", "Name", "Its name in the tool."),
        "unit": ("string", "Unit", "Its unit."),
        "part": ("string", "Part", "The part of the tool where it stands."),
        "help": ("string", "Meaning", "What it is, in plain words."),
        "least": ("number", "Least", "The least that the tool accepts."),
        "most": ("number", "Most", "The most that the tool accepts."),
        "step": ("number", "Step", "The step of its slider."),
        "low": ("number", "Low", "The least that it may be."),
        "central": ("number", "Central", "What it is taken to be."),
        "high": ("number", "High", "The most that it may be."),
        "range_from": ("string", "Range from", "Where the low and high values come from."),
    },
    "scenario_presets": {
        "preset": ("string", "Preset", "Short id of the area."),
        "label": ("string", "Name", "Its name in the tool."),
        "input": ("string", "Input", "The input that differs."),
        "low": ("number", "Low", "The least that it may be."),
        "central": ("number", "Central", "What it is taken to be."),
        "high": ("number", "High", "The most that it may be."),
    },
    "sources": {
        "source_id": ("string", "Source", "Short id of the source."),
        "title": ("string", "Title", "What it is."),
        "authors": ("string", "Authors", "Who keeps it."),
        "year": ("integer", "Year", "Year of publication; empty for records."),
        "kind": ("string", "Kind", "What sort of source it is."),
        "container": ("string", "Container", "What it appeared in."),
        "doi": ("string", "DOI", "Digital object identifier."),
        "address": ("string", "Address", "Web address."),
        "licence": ("string", "Licence", "Licence it is published under."),
        "held": ("boolean", "Held", "Whether whoever made the page holds it."),
        "read": ("string", "Read", "How much of it was read."),
        "note": ("string", "Note", "A remark on the source."),
    },
    MONTHS: {
        "month": ("string", "Month", "The month, as YYYY-MM."),
        **{name: ("integer", label, f"{label} in that month.") for name, label in COUNTED.items()},
    },
}
READ_BESIDE = ("accepts_referrals_from", "service_dropout", "year_begins")
LETTERS = "ABCDEFGHIJK"  # by which services are named side by side
SEVERAL = ("referrals", "activity", "staffing", "service")  # the tables by which services are set side by side
WHOSE = {"service": ("string", "Service", "The letter by which the service is named.")}
COLUMNS |= {f"beside_{name}": WHOSE | COLUMNS[name] for name in SEVERAL}
COLUMNS["beside_services"] = WHOSE
KEYS = {f"beside_{name}": ["service", next(iter(COLUMNS[name]))] for name in SEVERAL} | {"beside_services": ["service"]}
KEYS |= {"scenario_presets": ["preset", "input"]}
TITLES = {
    "referrals": "Referrals by year",
    "activity": "Referrals and families in one span of time",
    "staffing": "Posts of the team",
    "service": "Single facts",
    "scenario_inputs": "What the commissioning tool starts from",
    "scenario_presets": "The tool's values that are the service's own",
    "sources": "Sources",
    MONTHS: "Counts by month",
    "beside_referrals": "Referrals by year, side by side",
    "beside_activity": "Referrals and families in one span of time, side by side",
    "beside_staffing": "Posts of the teams, side by side",
    "beside_service": "Single facts, side by side",
    "beside_services": "The services",
}
# What each sheet asks for; the first column names the row.
SHEETS = {
    "referrals": ("year", "referrals"),
    "activity": ("measure", "start", "end", "n"),
    "staffing": ("role", "posts", "therapeutic"),
    "service": ("fact", "value", "text"),
    "scenario_inputs": ("input", "low", "central", "high"),
}
FACTS = {
    "accepts_referrals_from": "Month of the first referral: March 2021 or 2021-03; leave it empty if it is long ago",
    "stay_months_low": "Months that families usually stay: the shorter end",
    "stay_months_high": "Months that families usually stay: the longer end",
    "service_dropout": "Per cent of families who left before the end, as 27%; leave it empty if it was not counted",
}
NEEDED_FACTS = ("stay_months_low", "stay_months_high")
MORE_FACTS = ("commissioned_year", "longest_stay_months", "age_limit_months")  # once asked for; no page needs them
UNITS = {"service_dropout": "percent", "accepts_referrals_from": "month", "year_begins": "month of the year"}
INPUTS = ("full_caseload", "direct", "post_cost")
MORE_INPUTS = ("births", "need", "uptake")  # read where they stand there
ASKED = {"service": FACTS, "scenario_inputs": INPUTS}  # the rows of a sheet, where these are given
EXAMPLE = {
    "referrals": [(2021, 205), (2022, 191), (2023, 253), (2024, 241), (2025, 307)],
    "activity": [("referrals", "2024-01-01", "2024-12-31", 241), ("families", "2024-01-01", "2024-12-31", 172)],
    "staffing": [("child therapist", 3, "yes"), ("family worker", 1.5, "yes"), ("administrator", 1, "no")],
    "service": [
        ("accepts_referrals_from", None, "2021-03"),
        ("stay_months_low", 3, None),
        ("stay_months_high", 5, None),
        ("service_dropout", "27%", None),
    ],
    "scenario_inputs": [
        ("full_caseload", 16, 21, 27),
        ("direct", 0.45, 0.55, 0.6),
        ("post_cost", 52000, 61000, 70000),
    ],
}
# The inputs of the tool: name, unit, part, meaning, the least, most and step of its slider, and values to replace.
TOOL = {
    "referrals": (
        "Referrals counted",
        "referrals a year",
        "area",
        "Referrals that the service counts in a year.",
        1,
        20000,
        1,
        100,
        150,
        200,
    ),
    "births": (
        "Births",
        "births a year",
        "area",
        "Babies born to families of the area in a year.",
        100,
        150000,
        50,
        3500,
        4000,
        4500,
    ),
    "need": (
        "Need",
        "share",
        "area",
        "Families with a baby who would need specialised support, of all.",
        0.01,
        0.6,
        0.005,
        0.1,
        0.15,
        0.25,
    ),
    "uptake": (
        "Share referred",
        "share",
        "area",
        "Families referred in a year, of those in need.",
        0.01,
        1,
        0.005,
        0.1,
        0.2,
        0.35,
    ),
    "acceptance": (
        "Families per referral",
        "share",
        "way in",
        "Families supported, over referrals counted in the same span of time.",
        0.01,
        1,
        0.005,
        0.6,
        0.75,
        0.9,
    ),
    "dropout": (
        "Leave early",
        "share",
        "way in",
        "Families who begin and leave before the end. They are taken to stay half as long on average.",
        0,
        1,
        0.01,
        0.1,
        0.2,
        0.5,
    ),
    "stay": (
        "Length of stay",
        "months",
        "work",
        "Months from the first to the last meeting, for families who complete.",
        0.5,
        24,
        0.5,
        4,
        6,
        9,
    ),
    "full_caseload": (
        "Caseload at full direct time",
        "families per post",
        "work",
        "Families that a full-time post could carry at once if all its time were direct work: its hours "
        "in a month over those that a family takes.",
        2,
        80,
        0.5,
        18,
        25,
        32,
    ),
    "direct": (
        "Direct time",
        "share",
        "work",
        "Share of a post's paid time that goes to families: meetings, travel, notes. The rest is supervision, "
        "training, advice to others, leave.",
        0.1,
        1,
        0.01,
        0.4,
        0.5,
        0.65,
    ),
    "post_cost": (
        "Cost of a post",
        "GBP a year",
        "work",
        "A full-time therapeutic post with its share of management, support, premises and overheads.",
        10000,
        250000,
        1000,
        50000,
        65000,
        85000,
    ),
    "team": (
        "Team",
        "posts",
        "decision",
        "Full-time therapeutic posts that you consider funding.",
        0.5,
        60,
        0.5,
        2,
        2,
        2,
    ),
    "weight": (
        "Weight of waiting",
        "times",
        "decision",
        "How much a missing post weighs against an unused one. At one they weigh the same; at zero, waiting does "
        "not count.",
        0,
        20,
        0.1,
        1,
        1,
        1,
    ),
}
SOURCES = {
    OWN: ("The service's own records", "The service", "dataset", "whole"),
    CHOSEN: ("A choice, to be replaced by what is known", "Nobody", "ours", "unread"),
    PUBLISHED: ("Published counts, named on the page that shows them", "Their authors", "article", "whole"),
}


def from_(source=OWN, note=""):
    """Say where a row comes from.

    Parameters
    ----------
    source : str
        ``OWN``, ``CHOSEN`` or ``PUBLISHED``.
    note : str

    Returns
    -------
    dict of str to str
    """
    places = {OWN: ("Own records", "source"), CHOSEN: ("A choice", "assumption"), PUBLISHED: ("Its tables", "source")}
    where = places[source]
    return {"source_id": source, "locator": where[0], "grade": where[1], "note": note}


def names(table):
    """Name the columns of a table.

    Parameters
    ----------
    table : str

    Returns
    -------
    list of str
    """
    return [*COLUMNS[table], *(FROM if table != "sources" else ())]


def package(title, tables):
    """Describe tables as a Frictionless Data Package.

    Parameters
    ----------
    title : str
        The name of the service.
    tables : iterable of str

    Returns
    -------
    str
        The content of datapackage.json.
    """
    said = {"profile": "data-package", "name": slug(title), "title": title, "description": "Counts of a service."}
    return json.dumps(said | {"resources": [resource(one) for one in tables]}, indent=2, ensure_ascii=False) + "\n"


def resource(table):
    """Describe a table as a resource of a data package.

    Parameters
    ----------
    table : str

    Returns
    -------
    dict
    """
    columns = COLUMNS[table] | (FROM if table != "sources" else {})
    fields = [
        {"name": name, "type": kind, "title": title, "description": says}
        for name, (kind, title, says) in columns.items()
    ]
    schema = {"fields": fields, "primaryKey": KEYS.get(table, [next(iter(columns))])}
    if table != "sources":
        pointed = {"resource": "sources", "fields": ["source_id"]}
        schema["foreignKeys"] = [{"fields": ["source_id"], "reference": pointed}]
    return {
        "name": table,
        "path": f"{table}.csv",
        "title": TITLES[table],
        "description": f"{TITLES[table]}.",
        "schema": schema,
    }


def text(table, rows):
    """Write rows as the CSV of a table.

    Parameters
    ----------
    table : str
    rows : list of dict of str to str

    Returns
    -------
    str
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names(table), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def side_by_side(several):
    """Put the tables of several services together.

    Parameters
    ----------
    several : list of (str, dict, str)
        The name of each service, its tables as CSV by the name of the file, and its source.

    Returns
    -------
    dict of str to list of dict
        The rows of each table, every service named by a letter.
    """
    letters = LETTERS[: len(several)]
    kept = {
        f"beside_{table}": [
            {"service": letter} | {name: row.get(name, "") for name in COLUMNS[table]} | from_(source)
            for letter, (_, files, source) in zip(letters, several, strict=True)
            for row in csv.DictReader(io.StringIO(files[f"{table}.csv"], newline=""))
            if table != "service" or row["fact"] in READ_BESIDE
        ]
        for table in SEVERAL
    }
    named = [{"service": letter} | from_(source) for letter, (_, _, source) in zip(letters, several, strict=True)]
    return kept | {"beside_services": named}


def slug(title):
    """Turn a title into a short name of small letters.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "service"
