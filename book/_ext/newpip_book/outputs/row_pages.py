"""Generate a page of rows for each table: every row with its grade, its place in its source, and what rests on it."""

import re
from pathlib import Path
from urllib.parse import quote

from newpip import data
from newpip.grades import GRADES
from newpip_book.directives import citation, results_json

ABOUT = ("source_id", "locator", "grade", "note")  # what a row says of itself
KINDS = ("results", "claims", "figures")


def collect(app):
    """Hand the pages of rows to Sphinx.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Yields
    ------
    pagename, context, templatename
        As Sphinx's event ``html-collect-pages`` wants them.
    """
    found = getattr(app, "newpip_published", None)
    if found is None or app.config.html_theme != "newpip":
        return
    remove_others(app, {f"rows/{resource['name']}" for resource in data.package()["resources"]}, "rows")
    resting, named = _resting(found), citation.source_names(app)
    for resource in data.package()["resources"]:
        name = resource["name"]
        page, keys = f"rows/{name}", data.row_names(name)
        whole = set.intersection(*(resting.get((name, key), set()) for key in keys)) if keys else set()
        groups = {}
        for key, row in zip(keys, data.load(name).to_dict("records"), strict=True):
            rests = _links(app, page, found, resting.get((name, key), set()) - whole)
            groups.setdefault(_group(resource, row, named), []).append(
                _row(resource, key, row, named) | {"rests": rests}
            )
        title = f"Rows of {name}"
        told = {"about": resource["description"], "file": resource["path"], "count": len(keys), "groups": groups}
        yield page, {"title": title, "table": name, **told, "whole": _links(app, page, found, whole)}, "rows.html"


def remove_others(app, pages, folder):
    """Remove the pages of a folder that are no more.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    pages : set of str
        Those that there are.
    folder : str
    """
    for path in Path(app.outdir, folder).glob("*.html"):
        if f"{folder}/{path.stem}" not in pages:
            path.unlink()


def anchor(key):
    """Return the id of a row on the page of its table.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return re.sub(r"\s", "_", key)


def places(named):
    """Say of each row of each table where it can be read, and where it is from.

    Parameters
    ----------
    named : dict
        From :func:`newpip_book.directives.citation.source_names`.

    Returns
    -------
    dict
        From table to a dict from the name of a row to its ``address`` beside the page of the table, its ``source``,
        its ``locator`` and its ``grade`` in words.
    """
    found = {}
    for resource in data.package()["resources"]:
        frame = data.load(resource["name"]).astype(str)
        found[resource["name"]] = {
            key: {
                "address": f"rows/{resource['name']}.html#{quote(anchor(key))}",
                "source": named.get(row.get("source_id", ""), row.get("source_id", "")),
                "locator": row.get("locator", "").replace("<NA>", ""),
                "grade": GRADES.get(row.get("grade", ""), ""),
            }
            for key, row in zip(data.row_names(resource["name"]), frame.to_dict("records"), strict=True)
        }
    return found


def _resting(found):
    """Map each row, as a table and a name, to what rests on it, each as a kind and a key."""
    resting = {}
    for kind in KINDS:
        for key, one in found[kind].items():
            for table, rows in one["rows"].items():
                for row in rows:
                    resting.setdefault((table, row), set()).add((kind, key))
    return resting


def _row(resource, key, row, named):
    """Gather what the template says of a row: its cells by their titles, and what it says of itself."""
    fields = {field["name"]: field.get("title", field["name"]) for field in resource["schema"]["fields"]}
    cells = {name: said(row[name]) for name in fields}
    shown = {fields[name]: text for name, text in cells.items() if text and name not in ABOUT}
    about = {name: cells.get(name, "") for name in ABOUT}
    about["source_id"] = named.get(about["source_id"], about["source_id"])
    return {"key": key, "anchor": anchor(key), "cells": shown, **about, "known": GRADES.get(about["grade"], "")}


def said(value):
    """Write a cell as text.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        Nothing where it is empty.
    """
    if value is None or value != value or str(value) == "<NA>":
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _group(resource, row, named):
    """Return what a page puts together: rows with the same first part of a key of several, or from one source."""
    keys = resource["schema"]["primaryKey"]
    if not isinstance(keys, str) and len(keys) > 1:
        return str(row[keys[0]])
    return named.get(row["source_id"], row["source_id"]) if "source_id" in row and "source_id" not in keys else ""


def _links(app, page, found, resting):
    """List what rests on a row, by label, with the ways there."""
    links = []
    for kind, key in sorted(resting):
        one = found[kind][key]
        target, anchored = results_json.place(kind, key, one["chapter"])
        links.append((one["label"], f"{app.builder.get_relative_uri(page, target)}#{quote(anchored)}"))
    return links


def setup(app):
    """Connect."""
    app.connect("html-collect-pages", collect)
