"""Workbooks as services keep them: understood where there is one meaning, else refused by sheet and cell."""

import datetime
import io
import random
import shutil
import subprocess
import sys
import zipfile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from newpip import data, schema, service_form, spreadsheet, workbook
from newpip.service_tables import COUNTED, EXAMPLE, SHEETS

PUBLISHED = data.folder()
BOOK = service_form.yearly_workbook("Harbour babies")
NAME = "service.xlsx"


def changed(change):
    """Return the example's workbook after a change."""
    book = load_workbook(io.BytesIO(BOOK))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(**cells):
    """Return a change that puts values in cells, each named sheet__cell."""

    def change(book):
        for place, value in cells.items():
            sheet, _, cell = place.rpartition("__")
            book[sheet][cell] = value

    return change


def read(content):
    return workbook.read(
        {NAME: content} if isinstance(content, bytes) else content,
        "" if isinstance(content, bytes) else "Harbour babies",
    )


def refusal(content):
    """What is said of what cannot be understood."""
    with pytest.raises(workbook.WorkbookError) as refused:
        read(content)
    said = str(refused.value)
    assert "expected" in said or "save" in said or "delete" in said
    return said


def columns(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A folder made for a service, with the example in it."""
    folder = tmp_path_factory.mktemp("services") / "harbour"
    service_form.create_folder(folder, "Harbour babies")
    return folder


def test_the_folder_has_its_own_tables_alone_and_passes_every_check(example):
    assert schema.check(example, "harbour") == [] and workbook.named(example) == "Harbour babies"
    kept = {path.stem for path in example.glob("*.csv")}
    assert kept == {*SHEETS, "sources", "scenario_presets"}
    text = "".join(path.read_text(encoding="utf-8") for path in [*example.glob("*.csv"), *example.glob("*.json")])
    assert "newpip" not in text.lower() and "cullen" not in text.lower() and "newcastle" not in text.lower()


@pytest.mark.parametrize(
    ("name", "column"), [("referrals", "year"), ("referrals", "referrals"), ("activity", "n"), ("staffing", "role")]
)
def test_every_number_of_the_made_up_service_differs(example, name, column):
    own, theirs = (pd.read_csv(place / f"{name}.csv", dtype=str)[column] for place in (example, PUBLISHED))
    assert set(own).isdisjoint(theirs)


def test_each_heading_says_what_its_column_holds(example):
    book = load_workbook(io.BytesIO(BOOK))
    for name, asked in SHEETS.items():
        said = {cell.value: cell.comment for cell in book[name][1]}
        assert all(said[column] and len(said[column].text) > 10 for column in asked)
        assert all(f"`{column}`:" in (example / "README.md").read_text(encoding="utf-8") for column in asked)


def test_what_is_counted_by_month_is_named_as_the_next_evaluation_names_it():
    assert pd.Series(COUNTED).to_dict() == data.load("denominators").set_index("denominator")["label"].to_dict()


def test_what_follows_from_the_counts_is_filled_in():
    inputs = pd.DataFrame(read(BOOK).tables["scenario_inputs"]).set_index("input")
    assert float(inputs.loc["acceptance", "central"]) == pytest.approx(172 / 241, rel=1e-4)
    assert inputs.loc["referrals", ["low", "central", "high"]].tolist() == ["241", "253", "307"]
    assert inputs.loc[["stay", "team", "dropout"], "central"].tolist() == ["4", "4.5", "0.27"]
    assert inputs["grade"].loc[["stay", "births"]].tolist() == ["source", "assumption"]


def financial(book):
    for at, row in enumerate(book["referrals"].iter_rows(2, 6, 1, 1)):
        row[0].value = f"{2019 + at}/{20 + at}"
    book["service"]["C2"] = "April 2019"


def untidy(book):
    """Put a title above, a total, a remark and another table below, a column beside, and say years in other words."""
    sheet = book["referrals"]
    sheet.insert_rows(1, 2)
    sheet["A1"], sheet["C3"], sheet["D5"] = "Referrals to our service", "% change", "a part year?"
    sheet.merge_cells("A1:D1")
    for row in (["Total", 1197], [], ["* without self-referrals"], [], ["Year", "Complaints"], [2021, 3]):
        sheet.append(row)


def by_month(book):
    sheet = book["referrals"]
    sheet.delete_rows(2, 9)
    for at in range(26):
        sheet.append([datetime.date(2022 + (10 + at) // 12, (10 + at) % 12 + 1, 1), 10 + at])
    book["service"]["C2"] = None


def merged(book):
    sheet = book["activity"]
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("C2:C3")


def hidden(book):
    book["referrals"].sheet_state = "hidden"
    book.create_sheet("Notes").append(["private"])
    book["Notes"].sheet_state = "hidden"


def renamed(book):
    book["staffing"].title = "Our team"
    for cell, value in {
        "A1": "Job title",
        "B1": "WTE\n(hours / 37.5)",
        "C1": "Does therapy?",
        "C2": "x",
        "C3": "X",
        "C4": None,
    }.items():
        book["Our team"][cell] = value


# A change, what comes of it (table, columns, first rows), and what is said of it.
UNDERSTOOD = {
    "a per cent": (
        put(service__B5="27 per cent"),
        ("service", ("value",), [("",), ("3",), ("5",), ("27",)]),
        "'27 per cent' is taken as 27%",
    ),
    "everybody": (put(service__B5="100%"), ("service", ("value",), [("",), ("3",), ("5",), ("100",)]), ""),
    "not counted": (
        put(service__B5="not known"),
        ("service", ("text",), [("2021-03",), ("",), ("",), ("not counted",)]),
        "",
    ),
    "part-time": (
        put(staffing__B2=2.5, staffing__B3="0,6"),
        ("staffing", ("posts",), [("2.5",), ("0.6",), ("1",)]),
        "'0,6' is taken as 0.6",
    ),
    "thousands": (
        put(referrals__B3="1,191", referrals__B4="1 253", referrals__B5="1'241"),
        ("referrals", ("referrals",), [("205",), ("1191",), ("1253",), ("1241",)]),
        "'1,191' is taken as 1191",
    ),
    "other digits": (put(referrals__B3="١٩١"), ("referrals", ("referrals",), [("205",), ("191",)]), ""),
    "financial years": (
        financial,
        ("referrals", ("year",), [("2019",), ("2020",)]),
        "financial years that begin in April",
    ),
    "untidy": (
        untidy,
        (
            "referrals",
            ("year", "referrals"),
            [("2021", "205"), ("2022", "191"), ("2023", "253"), ("2024", "241"), ("2025", "307")],
        ),
        "another table begins in row 13",
    ),
    "months": (
        by_month,
        ("referrals", ("year", "referrals"), [("2023", str(sum(range(12, 24)))), ("2024", str(sum(range(24, 36))))]),
        "added up to the years 2023, 2024",
    ),
    "days first": (
        put(
            activity__B2="01/02/2024",
            activity__C2="31/01/2025",
            activity__B3="1 February 2024",
            activity__C3="31.01.2025",
        ),
        ("activity", ("start", "end"), [("2024-02-01", "2025-01-31")] * 2),
        "'01/02/2024' is taken as 1 February 2024",
    ),
    "month names": (
        put(activity__B2="Feb 2024", activity__C2="January 2025", activity__B3=None, activity__C3=None),
        ("activity", ("start", "end"), [("2024-02-01", "2025-01-31")] * 2),
        "taken to be as for referrals",
    ),
    "merged": (merged, ("activity", ("start",), [("2024-01-01",)] * 2), "merged: start is the same in each"),
    "hidden": (hidden, ("referrals", ("year",), [("2021",)]), "sheet Notes: hidden, and not asked for, not read"),
    "renamed": (
        renamed,
        ("staffing", ("posts", "therapeutic"), [("3", "true"), ("1.5", "true"), ("1", "false")]),
        "this is taken as the sheet staffing",
    ),
    "no heading": (
        put(referrals__A1=None),
        ("referrals", ("year",), [("2021",)]),
        "column A has no heading; it is taken as year",
    ),
    "no inputs": (
        lambda book: book.remove(book["scenario_inputs"]),
        ("scenario_inputs", ("grade",), [("source",), ("assumption",)]),
        "",
    ),
    "one role twice": (
        put(staffing__A3="child therapist"),
        ("staffing", ("posts",), [("4.5",), ("1",)]),
        "the posts are added up",
    ),
    "months of stay": (
        put(service__B3="3 months", service__C2=datetime.date(2021, 3, 1)),
        ("service", ("value", "text"), [("", "2021-03"), ("3", "")]),
        "'3 months' is taken as 3 months",
    ),
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_has_one_meaning_is_understood_and_said(name):
    change, (table, names, rows), said = UNDERSTOOD[name]
    found = read(changed(change))
    assert columns(found.tables[table], *names)[: len(rows)] == rows
    assert said in "\n".join(found.understood)


def delete(sheet):
    return lambda book: book.remove(book[sheet])


REFUSED = {
    "words": (
        put(referrals__B3="about 190"),
        "sheet referrals, cell B3 (referrals): 'about 190' was found, a whole number",
    ),
    "two meanings": (put(referrals__B3="1.190"), "it could be 1190 or 1.19"),
    "hidden small": (put(referrals__B3="<5"), "sheet referrals, cell B3 (referrals): '<5' was found"),
    "negative": (put(referrals__B3=-4), "sheet referrals, cell B3 (referrals): '-4' was found"),
    "empty": (put(referrals__B3=None), "sheet referrals, cell B3 (referrals): the cell is empty"),
    "twice": (put(referrals__A3=2021), "sheet referrals, cell A3 (year): '2021' was found, it stands in row 2 too"),
    "a gap": (put(referrals__A6=2031), "sheet referrals: no row for 2025, 2026"),
    "one year": (lambda book: book["referrals"].delete_rows(3, 9), "1 year of referrals was found, from 2 to 50"),
    "no column": (put(referrals__B1="calls"), "sheet referrals, row 1: the column referrals is missing"),
    "column twice": (put(referrals__C1="Referrals"), "cells B1 and C1: the column referrals is there twice"),
    "formula": (
        put(referrals__B3="=1+1"),
        "cell B3 (referrals): '=1+1' was found, a whole number (such as 1234) was expected; the formula's",
    ),
    "wrong total": (
        lambda book: book["referrals"].append(["Total", 900]),
        "cell B7 (referrals): a total of 900 was found, 1197",
    ),
    "hidden row": (
        lambda book: book["referrals"].row_dimensions.__getitem__(3).__setattr__("hidden", True),
        "sheet referrals, row 3: hidden",
    ),
    "merged counts": (lambda book: book["referrals"].merge_cells("B3:B4"), "cells B3:B4: these cells are merged"),
    "mixed years": (put(referrals__A3="2022/23"), "sheet referrals: years of different kinds"),
    "fiscal": (put(referrals__A3="FY2022"), "a financial year by one number could begin or end in it"),
    "late opening": (put(service__C2="2023-01"), "a month in or before the first year of referrals, 2021"),
    "day or month": (
        put(activity__B2="01/02/2024", activity__B3="01/02/2024"),
        "and it could be 1 February 2024 or 2 January 2024",
    ),
    "lost date": (put(activity__B2=45292), "the number is a day whose form was lost"),
    "more families": (put(activity__D3=900), "sheet activity, cell D3 (n): 900 was found, at most 241"),
    "another span": (
        put(activity__B3="2023-01-01"),
        "sheet activity, cell B3 (start): 2023-01-01 was found, 2024-01-01",
    ),
    "maybe": (put(staffing__C2="maybe"), "sheet staffing, cell C2 (therapeutic): 'maybe' was found, yes or no"),
    "markup": (put(staffing__A2="<b>worker</b>"), "sheet staffing, cell A2 (role): '<b>worker</b>' was found"),
    "unknown fact": (put(service__A3="stay"), "sheet service, cell A3 (fact): 'stay' was found"),
    "order": (put(service__B3=9), "sheet service, cell B3 (value): 9 was found, at most 5"),
    "27 or 0.27": (
        lambda book: (put(service__B5=0.27)(book), book["service"]["B5"].__setattr__("number_format", "0.00")),
        "it could be 27% or 0.27%",
    ),
    "140%": (put(service__B5="140%"), "sheet service, cell B5 (value): '140%' was found"),
    "inputs": (put(scenario_inputs__C2=9), "sheet scenario_inputs, row 2: 16, 9, 27 was found"),
    "no sheet": (delete("staffing"), "sheet staffing: the sheet is missing"),
    "no name": (put(about__B1=None), "sheet about, cell B1: the name of the service was expected"),
    "all at once": (put(referrals__B3="many", staffing__B2="two"), "sheet staffing, cell B2 (posts): 'two'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_none_or_two_is_refused_by_sheet_and_cell(name):
    change, said = REFUSED[name]
    assert f"{NAME}, {said}" in (found := refusal(changed(change))) or said in found
    assert name != "all at once" or len(found.splitlines()) == 2


def packed(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
    "empty": (b"", "the file is empty"),
    "xls": (OLE + bytes(600), "of the old kind (.xls); save it as .xlsx"),
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    "pdf": (b"%PDF-1.7", "this is a PDF"),
    "page": (b"<html><table>", "a web page"),
    "noise": (bytes(range(256)), "no workbook"),
    "broken": (b"PK\x03\x04 broken", "save it as a new workbook"),
    "docx": (packed(word__document=""), "this is a text document (.docx)"),
    "a bomb of zip": (packed(content=bytes(20_000_000)), "far more is packed within it"),
    "a bomb of XML": (packed(content='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "refers to itself"),
    "large": (b"a,b\n" * 5_500_000, "bytes were found"),
    "a million rows": (b"year,referrals\n" + b"2021,4\n" * 400_000, "filled cells were found"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_workbook_is_refused_with_the_way_out(name):
    content, said = OTHERS[name]
    assert said in refusal(content)


def rewritten(*pairs):
    """Return the example with some of the text packed within it replaced."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name in files:
        for old, new in pairs:
            files[name] = files[name].replace(old, new)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        rewritten((b'<dimension ref="A1:B6"/>', b'<dimension ref="A1:XFD1048576"/>')),
        rewritten((b"<fill><patternFill /></fill>", b"<fill/>"), (b"<fill><patternFill/></fill>", b"<fill/>")),
        rewritten(
            (b"http://schemas.openxmlformats.org/spreadsheetml/2006/", b"http://purl.oclc.org/ooxml/spreadsheetml/"),
            (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
        ),
        rewritten((b"<dcterms:created", b"<dcterms:broken")),
    ],
    ids=["dimension", "fill", "strict", "properties"],
)
def test_odd_workbooks_of_other_programs_are_read(content):
    assert content != BOOK and read(content).tables == read(BOOK).tables


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
KINDS = {"27%": 'percentage" office:value="0.27', "2024-01-01": "date", "2024-12-31": "date"}


def ods(sheets):
    """Write sheets as an OpenDocument spreadsheet, with the million empty rows that LibreOffice adds."""

    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        kind = KINDS.get(value, "string")
        day = f' office:date-value="{value}T00:00:00"' if kind == "date" else ""
        note = "<office:annotation><text:p>a remark</text:p></office:annotation>"
        return f'<table:table-cell office:value-type="{kind}"{day}>{note}<text:p>{value}</text:p></table:table-cell>'

    empty = '<table:table-cell table:number-columns-repeated="1024"/>'
    end = f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    body = [
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + f"{end}</table:table>"
        for name, rows in sheets.items()
    ]
    inside = f"<office:body><office:spreadsheet>{''.join(body)}</office:spreadsheet></office:body>"
    return packed(content=f"<office:document-content {SPACES}>{inside}</office:document-content>")


def test_an_opendocument_spreadsheet_says_the_same():
    sheets = {"about": [("Name", "Harbour babies")]} | {name: [SHEETS[name], *EXAMPLE[name]] for name in SHEETS}
    found = read(ods(sheets))
    assert found.title == "Harbour babies" and found.tables == read(BOOK).tables


def test_csv_files_say_the_same_in_whatever_letters_and_with_whatever_sign_between():
    ways = ((",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), ("|", "utf-8"), (";", "utf-16-le"))
    files = {}
    for (name, rows), (sign, letters) in zip(EXAMPLE.items(), ways, strict=True):
        lines = [sign.join("" if cell is None else str(cell) for cell in row) for row in [SHEETS[name], *rows]]
        files[f"{name}.csv"] = "\r\n".join(lines).encode(letters)
    found = read(files)
    assert found.title == "Harbour babies" and found.tables == read(BOOK).tables
    assert "semicolons between the columns, letters as UTF-8" in "\n".join(found.understood)


def hurt(content, seed):
    """Damage some bytes, or cut a piece out."""
    chance, damaged = random.Random(seed), bytearray(content)
    for _ in range(chance.choice([1, 3, 30])):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if chance.random() < 0.3:
        at = chance.randrange(len(damaged))
        del damaged[at : at + chance.randrange(1, 3000)]
    return bytes(damaged)


def hurt_inside(seed):
    """Damage the text packed within, so that the damage reaches the readers of cells."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        names = [name for name in archive.namelist() if "sheet" in name or "style" in name or "workbook" in name]
        name = chance.choice(names)
        part = archive.read(name)
        files = {one: archive.read(one) for one in archive.namelist()}
    words = [b"", b"<", b"-1", b"1e999", b"A0", b"NaN", b"\xff", b"s", b"&amp;", b"99999999999999999999"]
    for _ in range(chance.choice([1, 4])):
        at = chance.randrange(len(part))
        part = part[:at] + chance.choice(words) + part[at + chance.randrange(4) :]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for one, content in (files | {name: part}).items():
            archive.writestr(one, content)
    return stream.getvalue()


def survives(content):
    """Read a workbook, or refuse it in words: no other exception."""
    try:
        read(content)
    except workbook.WorkbookError as refused:
        assert str(refused).strip() and "Traceback" not in str(refused)


@pytest.mark.parametrize("seed", range(12))
def test_no_damage_gives_a_traceback(seed):
    survives(hurt(BOOK, seed))
    survives(hurt_inside(seed))


@pytest.mark.night
@pytest.mark.parametrize("seed", range(100, 130))
def test_no_damage_gives_a_traceback_by_night(seed):
    for at in range(60):
        survives(hurt(BOOK, 1000 * seed + at))
        survives(hurt_inside(1000 * seed + at))


ODD = st.one_of(
    st.text(max_size=12),
    st.integers(-5, 10**18),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.sampled_from(
        ["total", "2021/22", "1.200", "27%", "Year", "referrals", "=A1", "01/02/03", "\u0661", "1e309", "x" * 300]
    ),
).map(lambda value: None if value is None else spreadsheet.Cell(value))
MONTHS = Workbook()
MONTHS.active.title = "months"
for _row in [
    ("Month", *COUNTED.values()),
    *((f"2026-{at:02}", *(None if name == "waiting" else at for name in COUNTED)) for at in range(1, 13)),
]:
    MONTHS.active.append(_row)
CHANGES = st.lists(
    st.tuples(st.sampled_from([*SHEETS, "about", "months"]), st.integers(1, 9), st.integers(1, 6), ODD), max_size=6
)


def with_odd_cells(changes):
    """Read the example's cells after some were put in the place of others."""
    sheets = {sheet.name: sheet for sheet in spreadsheet.read(BOOK, NAME)}
    if any(name == "months" for name, *_ in changes):
        stream = io.BytesIO()
        MONTHS.save(stream)
        del sheets["activity"]
        sheets["months"] = spreadsheet.read(stream.getvalue(), NAME)[0]
        changes = [one for one in changes if one[0] != "activity"]
    for name, row, column, cell in changes:
        sheets[name].cells |= {(row, column): cell} if cell is not None else {}
        if cell is None:
            sheets[name].cells.pop((row, column), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spreadsheet, "read", lambda content, name: list(sheets.values()))
        survives(b"PK")


@settings(max_examples=40, suppress_health_check=list(HealthCheck), database=None)
@given(CHANGES)
def test_no_odd_cell_gives_a_traceback(changes):
    with_odd_cells(changes)


@pytest.mark.night
@settings(max_examples=3000, suppress_health_check=list(HealthCheck), database=None)
@given(CHANGES)
def test_no_odd_cell_gives_a_traceback_by_night(changes):
    with_odd_cells(changes)


def test_nothing_that_is_there_is_overwritten_by_mistake(example, tmp_path):
    folder = shutil.copytree(example, tmp_path / "harbour")
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "letter.txt").write_text("Dear")
    with pytest.raises(workbook.WorkbookError, match="a new or empty folder was expected"):
        service_form.create_folder(folder, "Harbour babies")
    for place in (PUBLISHED, letters):
        with pytest.raises(workbook.WorkbookError, match=r"folder .*was expected"):
            workbook.convert([folder / NAME], place, published=PUBLISHED)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / NAME).write_bytes(changed(put(referrals__B3="many")))
    with pytest.raises(workbook.WorkbookError):
        workbook.convert([folder / NAME], folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {NAME}
    assert [path.name for path in letters.iterdir()] == ["letter.txt"]


def test_a_workbook_that_is_not_there_or_a_folder_is_named(tmp_path):
    for place in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(workbook.WorkbookError, match=str(place)):
            workbook.read_files([place])


def test_it_needs_neither_the_engine_nor_posix_and_openpyxl_only_when_used():
    without = "for name in ('newpip_book', 'fcntl', 'pwd', 'grp', 'resource', 'termios'): sys.modules[name] = None"
    script = (
        f"import sys\n{without}\nfrom newpip import workbook\nassert not {{'openpyxl', 'pandas'}} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
