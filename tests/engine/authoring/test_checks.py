"""Broken inputs: each gets one clear message, with its place and what was expected, and leaves the outputs alone.

A case is a change of one file of a small book, the place that the message has to name, and words that it has to
hold. Both commands that an author uses, ``newpip check`` and the build, run on the copy as they do on the book.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from frictionless import Package, system

from newpip import data
from newpip_book import cli, project
from newpip_book.authoring import lint_bibliography, lint_config, notebooks, stale
from newpip_book.build import atomic, lock, pipeline
from newpip_book.project import ROOT
from tests.helpers import files, mostly_at_night, run, small_book, words

CHAPTER = "chapters/01-first.ipynb"
PAGE = "book/index.md"
SAID = "There were {glue:text}`small.first` at first."
HEADER = "year,referrals,source_id,locator,grade,note"


def cell(table, row, column, value):
    """Change one cell, of a row by its number or by what its first cell holds."""

    def change(book):
        path = book / "data" / f"{table}.csv"
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        at = row - 1 if isinstance(row, int) else [cells[0] for cells in rows].index(row)
        rows[at][rows[0].index(column)] = value
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8", newline="")

    return change


def swap(file, old, new, times=1):
    """Change bytes of a file."""
    old, new = (part if isinstance(part, bytes) else part.encode() for part in (old, new))

    def change(book):
        raw = (book / file).read_bytes()
        assert old in raw
        (book / file).write_bytes(raw.replace(old, new, times))

    return change


def write(file, content):
    """Put other content in a file."""

    def change(book):
        (book / file).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def add(file, content):
    """Add lines to a file."""

    def change(book):
        with open(book / file, "ab") as stream:
            stream.write(content if isinstance(content, bytes) else content.encode())

    return change


def whole(file, function):
    """Change a file's bytes by a function."""

    def change(book):
        (book / file).write_bytes(function((book / file).read_bytes()))

    return change


def described(function):
    """Change the description of the tables."""

    def change(book):
        path = book / "data" / "datapackage.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        function({one["name"]: one for one in content["resources"]}, content)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")

    return change


def chapter(function, file=CHAPTER):
    """Change a chapter's notebook."""

    def change(book):
        path = book / file
        content = json.loads(path.read_text(encoding="utf-8"))
        function(content)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")

    return change


def code(text, at=0):
    """Change the code of a chapter's cell."""

    def change(content):
        cells = [one for one in content["cells"] if one["cell_type"] == "code"]
        cells[at]["source"] = text

    return chapter(change)


def say(text):
    """Add a line to a chapter's first cell of prose."""

    def change(content):
        content["cells"][0]["source"] = "".join(content["cells"][0]["source"]) + f"\n\n{text}"

    return chapter(change)


def field(table, name, **changes):
    """Change the description of one column."""

    def change(tables, content):
        next(one for one in tables[table]["schema"]["fields"] if one["name"] == name).update(changes)

    return described(change)


def chain(*changes):
    """Make several changes."""

    def change(book):
        for one in changes:
            one(book)

    return change


def gone(file):
    return lambda book: (book / file).unlink()


def folder(file):
    def change(book):
        (book / file).unlink()
        (book / file).mkdir()

    return change


def link(file, target):
    def change(book):
        (book / file).unlink()
        (book / file).symlink_to(target)

    return change


def move(old, new):
    return lambda book: (book / old).rename(book / new)


REFERRALS = "data/referrals.csv"
# what is broken, how, the place of the message, words of the message
CELLS = [
    ("a word for a number", cell("referrals", 3, "referrals", "many"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a fraction for a count", cell("referrals", 3, "referrals", "8.8"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count below nought", cell("referrals", 3, "referrals", "-88"), f"{REFERRALS}:3:referrals", "at least 1"),
    ("a count with a comma", cell("referrals", 3, "referrals", "1,088"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count with a space", cell("referrals", 3, "referrals", "1 088"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count after a space", cell("referrals", 3, "referrals", " 88"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count as a float", cell("referrals", 3, "referrals", "88.0"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count with noughts", cell("referrals", 3, "referrals", "088"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count in hexadecimals", cell("referrals", 3, "referrals", "0x58"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a count of a googol", cell("referrals", 3, "referrals", "1" * 101), f"{REFERRALS}:3:referrals", "whole number"),
    ("digits of another script", cell("referrals", 3, "referrals", "٨٨"), f"{REFERRALS}:3:referrals", "whole number"),
    ("wide digits", cell("referrals", 3, "referrals", "８８"), f"{REFERRALS}:3:referrals", "whole number"),
    ("no count", cell("referrals", 3, "referrals", ""), f"{REFERRALS}:3:referrals", "empty"),
    ("NA", cell("referrals", 3, "referrals", "NA"), f"{REFERRALS}:3:referrals", "whole number"),
    ("an error of Excel", cell("referrals", 3, "referrals", "#REF!"), f"{REFERRALS}:3:referrals", "whole number"),
    ("a percent sign", cell("attrition", 3, "value", "18%"), "data/attrition.csv:3:value", "a number"),
    ("not a number", cell("attrition", 3, "value", "NaN"), "data/attrition.csv:3:value", "a number"),
    ("no end", cell("attrition", 3, "value", "inf"), "data/attrition.csv:3:value", "a number"),
    ("a decimal comma", cell("attrition", 3, "value", "0,18"), "data/attrition.csv:3:value", "a number"),
    ("more dropout than people", cell("attrition", 3, "value", "1.8"), "data/attrition.csv:3:value", "at most 1"),
    ("dropout in percent over all", cell("service", "dropout_quoted", "value", "180"), "data/service.csv:", "<= 100"),
    ("a date by day first", cell("activity", 2, "start", "01/06/2017"), "data/activity.csv:2:start", "YYYY-MM-DD"),
    ("a month of thirteen", cell("activity", 2, "start", "2017-13-40"), "data/activity.csv:2:start", "calendar"),
    ("a leap day too many", cell("activity", 2, "start", "2017-02-29"), "data/activity.csv:2:start", "calendar"),
    ("a date as Excel counts", cell("activity", 2, "start", "42887"), "data/activity.csv:2:start", "YYYY-MM-DD"),
    ("an end before its start", cell("activity", 2, "end", "2016-08-31"), "data/activity.csv:2:start", "start <= end"),
    ("yes for true", cell("staffing", 3, "therapeutic", "yes"), "data/staffing.csv:3:therapeutic", "true or false"),
    ("TRUE as Excel writes it", cell("staffing", 3, "therapeutic", "TRUE"), "data/staffing.csv:3:therapeutic", "true"),
    ("a word not on the list", cell("participants", 2, "gender", "unsaid"), "data/participants.csv:2:gender", "woman"),
    ("a name of another form", cell("claims", 2, "used_in", "2-Method"), "data/claims.csv:2:used_in", "form"),
    ("more interviewed than invited", cell("recruitment", 8, "n", "99"), "data/recruitment.csv:8:n", "never rises"),
    ("more left than there were", cell("attrition", "fonagy_arm", "lost", "99"), "data/attrition.csv:", "lost <= of"),
    ("a year twice", cell("referrals", 3, "year", "2017"), f"{REFERRALS}:3:year", "row 2 too"),
    ("a source that is not listed", cell("referrals", 3, "source_id", "nobody2025"), f"{REFERRALS}:3:source_id", "row"),
    ("a script in a note", cell("referrals", 3, "note", "<script>alert(1)</script>"), f"{REFERRALS}:3:note", "markup"),
    (
        "a picture in a gist",
        cell("excerpts", 3, "gist", "<img src=x onerror=a()>"),
        "data/excerpts.csv:3:gist",
        "markup",
    ),
    ("an entity of HTML", cell("referrals", 3, "note", "R&eacute;sum&eacute;"), f"{REFERRALS}:3:note", "markup"),
    ("a formula", cell("referrals", 3, "note", '=HYPERLINK("x")'), f"{REFERRALS}:3:note", "formula"),
    ("a formula by at", cell("referrals", 3, "note", "@SUM(A1)"), f"{REFERRALS}:3:note", "formula"),
    ("a formula by minus", cell("referrals", 3, "note", "-2+3+cmd"), f"{REFERRALS}:3:note", "formula"),
    ("a line break in a cell", cell("referrals", 3, "note", "one\ntwo"), f"{REFERRALS}:3:note", "line break"),
    ("a tab in a cell", cell("referrals", 3, "note", "one\ttwo"), f"{REFERRALS}:3:note", "U+0009"),
    ("a sign that cannot be seen", cell("referrals", 3, "note", "one\u200btwo"), f"{REFERRALS}:3:note", "U+200B"),
    ("words written backwards", cell("referrals", 3, "note", "a\u202eb"), f"{REFERRALS}:3:note", "U+202E"),
    ("a space at the end", cell("referrals", 3, "note", "note "), f"{REFERRALS}:3:note", "space"),
    ("a huge cell", cell("referrals", 3, "note", "x" * 9_000), f"{REFERRALS}:3:note", "9000 characters"),
    ("an enormous cell", cell("referrals", 3, "note", "x" * 200_000), f"{REFERRALS}:3:1", "field larger"),
]
FILES = [
    ("no table", gone(REFERRALS), REFERRALS, "No such file"),
    ("a folder for a table", folder(REFERRALS), REFERRALS, "Is a folder"),
    ("a link to itself", link(REFERRALS, "referrals.csv"), REFERRALS, "symbolic links"),
    ("a link to a device", link(REFERRALS, "/dev/zero"), REFERRALS, "no ordinary file"),
    ("an empty table", write(REFERRALS, b""), f"{REFERRALS}:1:1", "empty"),
    ("blank lines alone", write(REFERRALS, b"\n\n\n"), f"{REFERRALS}:1:1", "empty"),
    ("a header alone", write(REFERRALS, HEADER + "\n"), f"{REFERRALS}:2:1", "no row"),
    (
        "a letter of Latin-1",
        swap(REFERRALS, b'\n2018,88,cullen2025,"', b'\n2018,88,cullen2025,"\xe9'),
        f"{REFERRALS}:3:locator",
        "0xe9",
    ),
    ("a byte order mark", whole(REFERRALS, lambda raw: b"\xef\xbb\xbf" + raw), f"{REFERRALS}:1:1", "byte order mark"),
    ("UTF-16", whole(REFERRALS, lambda raw: raw.decode().encode("utf-16")), f"{REFERRALS}:1:1", "UTF-16"),
    (
        "ends of lines of Windows",
        whole(REFERRALS, lambda raw: raw.replace(b"\n", b"\r\n")),
        f"{REFERRALS}:1:1",
        "CR LF",
    ),
    ("a NUL", swap(REFERRALS, b"2018,88", b"20\x0018,88"), f"{REFERRALS}:3:year", "U+0000"),
    ("a workbook", write(REFERRALS, b"PK\x03\x04rest"), f"{REFERRALS}:1:1", "workbook"),
    ("semicolons", whole(REFERRALS, lambda raw: raw.replace(b",", b";")), f"{REFERRALS}:1:1", "semicolons"),
    ("tabs", whole(REFERRALS, lambda raw: raw.replace(b",", b"\t")), f"{REFERRALS}:1:1", "tabs"),
    ("rows of commas at the end", add(REFERRALS, ",,,,,\n"), f"{REFERRALS}:6:1", "the row is empty"),
    ("an empty line within", swap(REFERRALS, "\n2018", "\n\n2018"), f"{REFERRALS}:3:1", "the row is empty"),
    ("a cell too few", swap(REFERRALS, "\n2018,88,", "\n2018,"), f"{REFERRALS}:3:note", "5 cells were found, 6"),
    ("a cell too many", swap(REFERRALS, "\n2018,88,", "\n2018,88,88,"), f"{REFERRALS}:3:note", "7 cells were found, 6"),
    (
        "an open quotation mark",
        swap(REFERRALS, '\n2018,88,cullen2025,"', '\n2018,88,"cullen2025,"'),
        f"{REFERRALS}:3:1",
        "expected",
    ),
    (
        "a quotation mark never closed",
        add(REFERRALS, '2021,200,cullen2025,"open'),
        f"{REFERRALS}:6:1",
        "unexpected end",
    ),
    ("a header's case", swap(REFERRALS, "year,", "Year,"), f"{REFERRALS}:1:Year", "'year'"),
    ("a column renamed", swap(REFERRALS, "year,referrals", "year,count"), f"{REFERRALS}:1:count", "not described"),
    (
        "a column missing",
        whole(REFERRALS, lambda raw: b"\n".join(line.partition(b",")[2] for line in raw.split(b"\n"))),
        f"{REFERRALS}:1:year",
        "missing",
    ),
    (
        "a column more",
        whole(REFERRALS, lambda raw: b"\n".join(b"x," + line if line else b"" for line in raw.split(b"\n"))),
        f"{REFERRALS}:1:x",
        "not described",
    ),
    ("a column twice", swap(REFERRALS, "year,referrals", "year,year"), f"{REFERRALS}:1:year", "stands 2 times"),
    ("columns in another order", swap(REFERRALS, "year,referrals", "referrals,year"), f"{REFERRALS}:1:1", "order"),
    ("a conflict of git in a table", swap(REFERRALS, "\n2018", "\n<<<<<<< HEAD\n2018"), f"{REFERRALS}:3", "expected"),
    ("a table that nothing describes", write("data/extra.csv", "a\n1\n"), "data/extra.csv", "does not describe"),
    ("a huge file", lambda book: os.truncate(book / REFERRALS, 30_000_000), REFERRALS, "bytes were found"),
]
PACKAGE = "data/datapackage.json"
DESCRIPTIONS = [
    ("no description", gone(PACKAGE), PACKAGE, "No such file"),
    ("a description cut off", whole(PACKAGE, lambda raw: raw[:-20]), f"{PACKAGE}:", "JSON was expected"),
    ("a description of nothing", write(PACKAGE, "[]"), f"{PACKAGE}:1:resources", "list of tables"),
    (
        "a name twice in it",
        swap(PACKAGE, '"name": "newpip",', '"name": "newpip", "name": "x",'),
        f"{PACKAGE}:1:1",
        "twice",
    ),
    ("NaN in it", swap(PACKAGE, '"version": "0.1.0"', '"version": NaN'), f"{PACKAGE}:1:1", "NaN"),
    ("not UTF-8 in it", swap(PACKAGE, '"version": "0.1.0"', b'"version": "\xe9"'), f"{PACKAGE}:", "0xe9"),
    ("nested beyond reading", write(PACKAGE, "[" * 100_000), f"{PACKAGE}:1:1", "JSON"),
    (
        "a path out of the folder",
        described(lambda tables, _: tables["teams"].update(path="../teams.csv")),
        f"{PACKAGE}:teams:path",
        "in this folder",
    ),
    (
        "a path to another site",
        described(lambda tables, _: tables["teams"].update(path="https://a.org/t.csv")),
        f"{PACKAGE}:teams:path",
        "in this folder",
    ),
    (
        "a path to no file",
        described(lambda tables, _: tables["teams"].update(path="none.csv")),
        "data/none.csv",
        "No such file",
    ),
    (
        "two tables of a name",
        described(lambda tables, content: content["resources"].append(tables["teams"])),
        f"{PACKAGE}:teams:name",
        "twice",
    ),
    ("no schema", described(lambda tables, _: tables["teams"].pop("schema")), f"{PACKAGE}:teams:schema", "fields"),
    (
        "a script in a description",
        field("teams", "operating", description="<script>a()</script>"),
        f"{PACKAGE}:teams:operating",
        "markup",
    ),
    ("a type that is none", field("teams", "operating", type="count"), f"{PACKAGE}:teams:operating", "integer"),
    (
        "a constraint that is none",
        field("teams", "operating", constraints={"minimun": 0}),
        f"{PACKAGE}:teams:operating",
        "minimum",
    ),
    (
        "a least that is no number",
        field("teams", "operating", constraints={"minimum": "few"}),
        f"{PACKAGE}:teams:operating",
        "type",
    ),
    (
        "a pattern that is none",
        field("teams", "precision", constraints={"pattern": "("}),
        f"{PACKAGE}:teams:precision",
        "regular expression",
    ),
    (
        "a key that is no column",
        described(lambda tables, _: tables["teams"]["schema"].update(primaryKey=["when"])),
        f"{PACKAGE}:teams:primaryKey",
        "'when'",
    ),
    (
        "a key to no table",
        described(
            lambda tables, _: tables["teams"]["schema"]["foreignKeys"][0]["reference"].update(resource="nowhere")
        ),
        f"{PACKAGE}:teams:foreignKeys",
        "'nowhere'",
    ),
    (
        "a rule of no columns",
        described(lambda tables, _: tables["activity"].update(rules=["begin <= end"])),
        f"{PACKAGE}:activity:rules",
        "begin",
    ),
]
BOOK = [
    ("settings that are no YAML", add("_config.yml", "html: [\n"), "_config.yml:", "YAML was expected"),
    ("a setting twice", add("_config.yml", "\ntitle: again\n"), "_config.yml:", "twice"),
    ("a setting misspelt", add("_config.yml", "\nexclude_pattern: [x]\n"), "_config.yml:", "'exclude_pattern'"),
    ("a setting misspelt within", swap("_config.yml", "  timeout:", "  time_out:"), "_config.yml:", "'time_out'"),
    ("a setting of another type", swap("_config.yml", "timeout: 300", "timeout: soon"), "_config.yml:", "number"),
    (
        "a contact that is none",
        swap("_config.yml", 'newpip_contact: ""', "newpip_contact: ask at home"),
        "_config.yml:",
        "newpip_contact is 'ask at home'; an address of mail",
    ),
    ("settings empty", write("_config.yml", ""), "_config.yml:1:1", "names and values"),
    ("settings gone", gone("_config.yml"), "_config.yml", "No such file"),
    ("a bibliography not there", swap("_config.yml", "references.bib", "works.bib"), "_config.yml:", "book/works.bib"),
    ("contents that are no YAML", add("_toc.yml", "  - file: [\n"), "_toc.yml:", "YAML was expected"),
    ("contents with a tab", add("_toc.yml", "\t- file: x\n"), "_toc.yml:", "YAML was expected"),
    ("contents with a key twice", add("_toc.yml", "\nroot: book/index\n"), "_toc.yml:", "twice"),
    (
        "contents with an unknown key",
        swap("_toc.yml", "  - caption: The book", "  - captain: The book"),
        "_toc.yml:",
        "captain",
    ),
    ("contents without a root", swap("_toc.yml", "root: book/index\n", ""), "_toc.yml:", "root"),
    (
        "a chapter listed and not there",
        add("_toc.yml", "      - file: chapters/99-none\n"),
        "_toc.yml:",
        "chapters/99-none",
    ),
    (
        "a chapter there and not listed",
        swap("_toc.yml", "      - file: chapters/02-second\n", ""),
        "chapters/02-second.ipynb",
        "_toc.yml",
    ),
    ("a page listed twice", add("_toc.yml", "      - file: book/data-dictionary\n"), "_toc.yml:", "twice"),
    ("a page that is not UTF-8", add(PAGE, b"\n\xe9\n"), f"{PAGE}:", "0xe9"),
    ("a page with a conflict", add(PAGE, "\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n"), f"{PAGE}:", "conflict"),
    ("a page with ends of Windows", whole(PAGE, lambda raw: raw.replace(b"\n", b"\r\n")), f"{PAGE}:1:1", "U+000D"),
    ("a citation of nothing", add(PAGE, "\nSee {cite:p}`nobody1999`.\n"), f"{PAGE}:", "'nobody1999'"),
    ("a number of no chapter", add(PAGE, "\nIt is {result}`a.nothing`.\n"), f"{PAGE}:", "'a.nothing'"),
    ("a reference to nothing", add(PAGE, "\nSee {ref}`nowhere-at-all`.\n"), f"{PAGE}:", "'nowhere-at-all'"),
    ("a typed number", add(PAGE, "\nThere were 106 families.\n"), f"{PAGE}:", "'106'"),
    ("a sentence without a claim", add(PAGE, "\nReferrals rose.\n"), f"{PAGE}:", "a claim beside"),
    (
        "a bibliography cut off",
        add("book/references.bib", "@article{x2020,\n title = {Open\n"),
        "book/references.bib:",
        "BibTeX",
    ),
    (
        "a work twice",
        add("book/references.bib", "\n@misc{cullen2025, title = {x}}\n"),
        "book/references.bib:",
        "cullen2025",
    ),
    (
        "a work that is no source",
        add("book/references.bib", "\n@misc{stray2020, title = {x}, year = {2020}}\n"),
        "book/references.bib:",
        "no such source",
    ),
    (
        "a year that differs",
        swap("book/references.bib", "year = {2025}", "year = {2024}"),
        "book/references.bib:1:cullen2025",
        "year",
    ),
]
NOTEBOOKS = [
    ("no notebook", write(CHAPTER, "# a chapter\n"), f"{CHAPTER}:1:1", "JSON was expected"),
    ("a notebook cut off", whole(CHAPTER, lambda raw: raw[: len(raw) // 2]), f"{CHAPTER}:", "JSON was expected"),
    ("a notebook empty", write(CHAPTER, ""), f"{CHAPTER}:1:1", "JSON was expected"),
    ("a notebook of no cells", write(CHAPTER, "{}"), f"{CHAPTER}:1:1", "cells"),
    ("a notebook of format 3", chapter(lambda content: content.update(nbformat=3)), f"{CHAPTER}:1:1", "format 3.5"),
    (
        "a notebook without kernel",
        chapter(lambda content: content["metadata"].pop("kernelspec")),
        f"{CHAPTER}:1:1",
        "kernel",
    ),
    (
        "a notebook of R",
        chapter(lambda content: content["metadata"]["kernelspec"].update(name="ir")),
        f"{CHAPTER}:1:1",
        "python3",
    ),
    (
        "a cell of no kind",
        chapter(lambda content: content["cells"][2].update(cell_type="heading")),
        f"{CHAPTER}:cell 3",
        "markdown",
    ),
    ("a cell without source", chapter(lambda content: content["cells"][2].pop("source")), f"{CHAPTER}:cell 3", "text"),
    (
        "an id twice",
        chapter(lambda content: content["cells"][2].update(id=content["cells"][1]["id"])),
        f"{CHAPTER}:cell 3",
        "twice",
    ),
    ("a conflict in JSON", swap(CHAPTER, b"\n  {\n", b"\n<<<<<<< HEAD\n  {\n"), f"{CHAPTER}:", "conflict"),
    (
        "a conflict in a cell",
        code("<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> x"),
        f"{CHAPTER}:cell 2:line 1",
        "conflict",
    ),
    ("code that is no Python", code("for x in\n    print(x)", 3), f"{CHAPTER}:cell ", "line 1"),
    ("an indentation", code("if True:\nprint(1)", 3), f"{CHAPTER}:cell ", "line 2"),
    ("a return outside", code("return 1", 3), f"{CHAPTER}:cell ", "outside function"),
    (
        "a sentence whose claim nobody checks",
        say("Here it is. {claim}`never-checked`"),
        f"{CHAPTER}:cell 1:line",
        "'never-checked'",
    ),
    ("a number that nobody names", say("It is {glue:text}`never.named`."), f"{CHAPTER}:cell 1:line", "'never.named'"),
    ("a table that nobody publishes", say("See {numref}`never-drawn`."), f"{CHAPTER}:cell 1:line", "'never-drawn'"),
    ("a small figure of none", add(PAGE, "\n```{key-figure} never-drawn\n```\n"), PAGE, "'never-drawn'"),
    (
        "a citation of nothing in a chapter",
        say("As said {cite:p}`nobody1999`."),
        f"{CHAPTER}:cell 1:line",
        "'nobody1999'",
    ),
    (
        "a claim that nobody tells",
        chapter(
            lambda content: content["cells"].append(
                {**content["cells"][3], "id": "new", "source": 'claim("never-told", True)', "outputs": []}
            )
        ),
        f"{CHAPTER}:cell",
        "never-told",
    ),
]
STATEMENTS = "book/reviewed-statements.csv"
AVOIDED = "book/avoided-words.txt"
LABELS = "book/result-labels.csv"
RENAMED = "book/renamed-results.csv"


def reviewed(*rows):
    """Write a list of reviewed statements."""
    return write(STATEMENTS, "\n".join(["statement,source,locator,reading", *rows, ""]))


WORDS = [
    (
        "a reviewed sentence that was changed",
        reviewed("There were ten.,,,advice"),
        f"{STATEMENTS}:2:statement",
        "new look",
    ),
    ("a reviewed sentence twice", reviewed(*2 * [f"{SAID},,,advice"]), f"{STATEMENTS}:3:statement", "unique"),
    ("a review that says nothing", reviewed(f"{SAID},,,"), f"{STATEMENTS}:2:reading", "empty"),
    ("a source without a place", reviewed(f"{SAID},cullen2025,,read"), f"{STATEMENTS}:2:locator", "place"),
    ("a source of no list", reviewed(f"{SAID},nobody1999,page 2,read"), f"{STATEMENTS}:2:source", "'nobody1999'"),
    (
        "a list of other columns",
        write(STATEMENTS, "statement,source,locator,why\na,,,b\n"),
        f"{STATEMENTS}:1:why",
        "reading",
    ),
    ("a word to avoid", chain(write(AVOIDED, "utilise\tuse\n"), say("They utilise it.")), CHAPTER, ": use"),
    (
        "a figure without a title",
        chapter(lambda content: content["cells"][4].update(source='figure("small-line", fig)', outputs=[])),
        f"{CHAPTER}:cell 5:line 1",
        "without a title",
    ),
    (
        "a title that rests on nothing",
        swap(CHAPTER, r", holds=\"above-ten\"", ""),
        f"{CHAPTER}:cell 5:line 3",
        "rests on",
    ),
    (
        "a title that compares without a claim",
        swap(
            CHAPTER,
            r"title=\"The first count lies high.\", holds=\"above-ten\"",
            r"title='The highest: ' + cite('a', 1)",
        ),
        f"{CHAPTER}:cell 5:line 3",
        "'highest' in the title",
    ),
    (
        "a title whose claim nobody checks",
        swap(CHAPTER, r"holds=\"above-ten\"", r"holds=\"above-all\""),
        f"{CHAPTER}:cell 5",
        "'above-all', on which a title rests",
    ),
    ("a word to avoid in a caption", write(AVOIDED, "counts\\.\tnumbers\n"), f"{CHAPTER}:cell 5", ": numbers"),
    ("an expression cut off", write(AVOIDED, "(utilise\tuse\n"), f"{AVOIDED}:1:1", "regular expression"),
    ("a word that has no better one", write(AVOIDED, "utilise\n"), f"{AVOIDED}:1:1", "reason"),
    ("a word to avoid in a label", write(AVOIDED, "first year\tyear\n"), f"{LABELS}:2:1", ": year"),
    ("a numeral typed in a label", write(LABELS, "pattern,label\nsmall.first,All 59\n"), f"{LABELS}:2:1", "'59'"),
    ("a label that says nothing", write(LABELS, "pattern,label\nsmall.first,\n"), f"{LABELS}:2:label", "empty"),
    ("a label of no place", write(LABELS, "pattern,label\nsmall.first,In {year}\n"), f"{LABELS}:2:label", "no place"),
    (
        "a key that was renamed",
        chain(write(RENAMED, "old,new\nsmall.old,small.first\n"), say("It is {glue:text}`small.old`.")),
        f"{CHAPTER}:cell 1:line",
        "'small.first' was expected",
    ),
    ("a renamed key twice", write(RENAMED, "old,new\na,b\na,c\n"), f"{RENAMED}:3:old", "unique"),
]
CASES = [*CELLS, *FILES, *DESCRIPTIONS, *BOOK, *NOTEBOOKS, *WORDS]


@pytest.fixture
def book(tmp_path):
    """A small book to break, with the whole one's data and settings, and a page that was built before."""
    return small_book(tmp_path / "book")


def outputs(book):
    """Return every output of the book: pages and notebooks."""
    return files(book / "_build" / "html"), files(book / "chapters")


@pytest.fixture
def command(book, monkeypatch, capsys):
    """Run a command on the copy within this process, which is quick; return its exit code and what it said."""
    monkeypatch.chdir(book)
    monkeypatch.setenv("NEWPIP_DATA", str(book / "data"))
    for module in (project, notebooks, lint_bibliography, lint_config, stale):
        monkeypatch.setattr(module, "ROOT", book)
    for module in (project, lock, atomic):
        monkeypatch.setattr(module, "BUILD", book / "_build")
    monkeypatch.setattr(lint_bibliography, "BIBLIOGRAPHY", book / "book" / "references.bib")
    monkeypatch.setattr(cli, "foreign_environment", lambda: "")  # the code is the book's, and the copy its own
    monkeypatch.setattr(lock, "install_signal_handlers", lambda: None)  # pytest has its own
    monkeypatch.setattr(pipeline, "check_while_importing", lambda: pipeline.preflight("build"))  # no second process

    def runner(verb):
        code = cli.main([verb])
        return code, capsys.readouterr().err

    return runner


def held_to(verb, every):
    """Return each case with a command that is to refuse it."""
    return mostly_at_night([(verb, *case) for case in CASES], every, ids=lambda case: f"{verb}: {case[1]}")


@pytest.mark.parametrize(
    ("verb", "name", "change", "place", "held"), [*held_to("check", every=2), *held_to("build", every=10)]
)
def test_a_broken_input_is_named_with_its_place_and_leaves_the_outputs_alone(
    book, command, verb, name, change, place, held
):
    change(book)
    before = outputs(book)
    code, said = command(verb)
    assert code == 2, said
    lines = said.splitlines()
    named = [line for line in lines if line.startswith(place) and held in line]
    assert named and "expected" in named[0], said
    assert len([line for line in lines if "stale outputs" not in line and "nothing was changed" not in line]) <= 3, said
    assert outputs(book) == before


WHOLE = [CELLS[0], FILES[0], DESCRIPTIONS[1], BOOK[0], NOTEBOOKS[0]]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "change", "place", "held"), mostly_at_night(WHOLE, every=5, ids=lambda case: case[0]))
def test_the_commands_themselves_end_with_two_and_no_traceback(book, name, change, place, held):
    change(book)
    before = outputs(book)
    commands = [("newpip_book", "check"), ("newpip_book", "build")]
    commands += [("newpip_book", "refresh")] if name != BOOK[0][0] else []  # which no setting of the pages concerns
    for command in commands:
        done = run(book, *command)
        assert done.returncode == 2 and "Traceback" not in done.stderr + done.stdout
        assert any(line.startswith(place) and held in line for line in done.stderr.splitlines()), done.stderr
    assert outputs(book) == before


def test_a_check_waits_for_no_library_that_it_does_not_need(book):
    """What makes it quick, whatever the machine: neither pandas nor Sphinx nor Jupyter is imported."""
    code = "import sys; from newpip_book.cli import main; main(['check']); print(*sorted(sys.modules))"
    done = subprocess.run(**{**words(book), "args": [sys.executable, "-c", code]}, capture_output=True, check=False)
    heavy = {"pandas", "numpy", "matplotlib", "sphinx", "nbformat", "frictionless"}
    assert "newpip_book.authoring.lint_references" in done.stdout.split() and heavy & set(done.stdout.split()) == set()


def test_the_corpus_is_large_enough():
    assert len(CASES) >= 60 and len({case[0] for case in CASES}) == len(CASES)


def test_every_problem_is_listed_at_once(book, command):
    names = ("a word for a number", "more interviewed than invited", "a citation of nothing")
    several = [one for one in (*CELLS, *BOOK, *NOTEBOOKS) if one[0] in (*names, "a sentence whose claim nobody checks")]
    assert len(several) == 4
    for _, change, _, _ in several:
        change(book)
    said = command("check")[1].splitlines()
    for _, _, place, held in several:
        assert any(line.startswith(place) and held in line for line in said), (place, said)


def test_the_reference_implementation_sees_no_more(tmp_path, monkeypatch):
    """Our own check is quick and says more; frictionless is the referee of tables that are broken all at once."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for _, change, _, _ in CELLS:
        change(tmp_path)
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path / "data"))
    found = data.check()
    with system.use_context(trusted=True):
        report = Package.from_descriptor(data.package(), basepath=str(tmp_path / "data")).validate()
    theirs = {
        (Path(task.place).name, getattr(error, "row_number", 1)) for task in report.tasks for error in task.errors
    }
    ours = {tuple(line.split("/")[-1].split(":")[:2]) for line in found}
    assert theirs and {(file, str(row)) for file, row in theirs} <= ours


def test_a_reviewed_statement_that_stands_is_taken(book, command):
    """Whatever number stands in it, in a list or not; and it may rank without a claim."""
    say("- Most of {glue:text}`small.first` left.")(book)
    reviewed(f"{SAID},cullen2025,page 2,read", "Most of {result}`another` left.,,,a hypothetical")(book)
    said = command("check")[1]
    assert STATEMENTS not in said and "a claim beside" not in said, said


@pytest.mark.slow
def test_a_stored_result_without_a_label_is_named(book, command):
    """And so is a label that no stored result has, once all outputs are of the chapters as they are."""
    assert run(book, "newpip_book", "refresh").returncode == 0
    write(LABELS, "pattern,label\nsmall.first,Count\nsmall.gone,Nothing\n")(book)
    said = [line for line in command("check")[1].splitlines() if line.startswith(LABELS)]
    assert len(said) == 2 and "'small.posts' has no label" in said[0] and "no result fits 'small.gone'" in said[1], said


def test_what_is_harmless_is_taken(book, command):
    """A file that does not end with a line's end is a table all the same."""
    path = book / REFERRALS
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert not any(line.startswith(REFERRALS) for line in command("check")[1].splitlines())


def test_labels_sources_and_code_are_read_as_myst_reads_them(book, command):
    add(
        PAGE,
        "\n(my.label)=\n## A part\n\n```{figure} pic.png\n---\nname: my-fig\nalt: A spot\n---\nA spot.\n```\n\n"
        "{ref}`my.label`, {numref}`my-fig`, {cite:p}`{see, for one,}cullen2025{paragraph, two}`, "
        "`` {ref}`shown-as-code` `` and ``{cite:t}`nobody2026` ``.\n",
    )(book)
    said = command("check")[1]
    assert "nothing is labelled" not in said and "no entry" not in said, said
    add(PAGE, "\n{ref}`my.other` {numref}`A spot <no-fig>` {cite:p}`{see}nobody2025`\n")(book)
    said = command("check")[1]
    assert [f"'{name}'" in said for name in ("my.other", "no-fig", "nobody2025")] == [True] * 3, said
