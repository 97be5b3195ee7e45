"""Change a copy of data/ as time does: a year more, a parent more, a trial, a count of teams, a correction."""

import csv
import shutil

from newpip_book.project import ROOT


def copied(folder):
    """Copy data/ to a folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    pathlib.Path
    """
    return shutil.copytree(ROOT / "data", folder)


def rows(folder, table):
    """Read a table.

    Parameters
    ----------
    folder : pathlib.Path
    table : str

    Returns
    -------
    list of dict
    """
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(folder, table, found):
    """Write a table.

    Parameters
    ----------
    folder : pathlib.Path
    table : str
    found : list of dict
    """
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def change(folder, table, key, **cells):
    """Change cells of the rows whose first cells are these.

    Parameters
    ----------
    folder : pathlib.Path
    table : str
    key : tuple of str
    **cells : str
    """
    found = rows(folder, table)
    hit = [row for row in found if tuple(row.values())[: len(key)] == key]
    assert hit, (table, key)
    for row in hit:
        row.update(cells)
    write(folder, table, found)


def add(folder, table, like, **cells):
    """Add a row like the last that has these cells, with others changed.

    Parameters
    ----------
    folder : pathlib.Path
    table : str
    like : dict
    **cells : str
    """
    found = rows(folder, table)
    model = [row for row in found if like.items() <= row.items()][-1]
    write(folder, table, [*found, {**model, **cells}])


def year(folder):
    """Add the referrals of 2021."""
    add(folder, "referrals", {"year": "2020"}, year="2021", referrals="230", note="")


def parent(folder):
    """Add an eleventh parent, of whom nothing is quoted, wherever parents are counted."""
    change(folder, "participants", ("parent", "woman"), n="10")
    change(folder, "recruitment", ("parent", "7"), n="11")
    change(folder, "service", ("parents_women",), value="10")
    change(folder, "service", ("parents_women_printed",), value="91")
    for outcome in ("newpip_parents", "newpip_relationship", "newpip_confidence"):
        change(folder, "outcomes", (outcome,), n="11")
    add(folder, "voices", {"words": "0"}, voice="Q")


def trial(folder):
    """Add a trial of parent-infant psychotherapy that found mothers and their relationship better."""
    add(folder, "sources", {"kind": "trial"}, source_id="doe2026", title="A trial", authors="Doe", year="2026", doi="")
    add(folder, "services", {"kind": "trial"}, service_id="doe_trial", name="Doe trial", source_id="doe2026")
    for domain in ("caregiver", "relationship"):
        add(
            folder,
            "outcomes",
            {"design": "randomised", "domain": domain, "direction": "improved"},
            outcome_id=f"doe_{domain}",
            service_id="doe_trial",
            source_id="doe2026",
        )


def team(folder):
    """Add a later count of teams."""
    add(folder, "teams", {"precision": "month"}, counted="2026-06-01", operating="55", in_development="")


def correction(folder):
    """Change the referrals of 2020."""
    change(folder, "referrals", ("2020",), referrals="190")
