"""Read a spreadsheet as people keep it (xlsx, ods, csv) into cells, from bytes alone; say kindly what cannot be."""

import codecs
import csv
import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.etree import ElementTree

LARGEST = 20_000_000  # bytes of a file
UNPACKED = 15_000_000  # bytes of the text packed within it
PARTS = 2_000  # files packed within it
CELLS = 100_000  # filled cells
COUNTS_ALONE = "a workbook of yearly or monthly counts was expected, with nothing about single people"
XLSX = "in Excel: File, Save as, Excel Workbook (.xlsx); in LibreOffice: File, Save as, Excel 2007-365 (.xlsx)"
STRICT = (b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/")
# What stands in a workbook beside its cells, and could be damaged without loss.
BESIDE = re.compile(
    r"^(docProps|customXml)/|calcChain|/comments\d*\.xml|/worksheets/_rels/"
    r"|/(drawings|media|charts|comments|threadedComments|persons|externalLinks|pivot\w+|tables|ctrlProps|theme)/"
)
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


class SpreadsheetError(RuntimeError):
    """Why a file cannot be read, and the way out, in one line."""


@dataclass(frozen=True)
class Cell:
    """One filled cell.

    Attributes
    ----------
    value : str, int, float, bool or datetime.date
        What it holds.
    percent : bool
        Whether its number is shown as a per cent, so that 0.27 reads 27%.
    year_only : bool
        Whether its date is shown as a year alone.
    unsaved : bool
        Whether it holds a formula whose result was not stored; its value is then the formula.
    """

    value: object
    percent: bool = False
    year_only: bool = False
    unsaved: bool = False


@dataclass
class Sheet:
    """The filled cells of a sheet.

    Attributes
    ----------
    name : str
    cells : dict of (int, int) to Cell
        By row and column, counted from 1.
    hidden : bool
    hidden_rows, hidden_columns : set of int
    merged : list of (int, int, int, int)
        First row, first column, last row and last column of each merged range.
    how : str
        What had to be guessed to read it; empty where nothing had to be.
    """

    name: str
    cells: dict = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)
    merged: list = field(default_factory=list)
    how: str = ""


def address(row, column):
    """Name a cell as a spreadsheet does.

    Parameters
    ----------
    row, column : int

    Returns
    -------
    str
        Such as ``"B8"``.
    """
    letters = ""
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(65 + left) + letters
    return f"{letters}{row}"


def read(content, name):
    """Read a file.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file: what ends in .csv, .tsv or .txt is read as text between signs, anything else by its first bytes.

    Returns
    -------
    list of Sheet
        In the order of the file; a CSV file is one, named by the file.

    Raises
    ------
    SpreadsheetError
        When it is none of these, is locked, damaged or larger than counts can be.
    """
    if len(content) > LARGEST:
        raise SpreadsheetError(f"{len(content):,} bytes were found, {LARGEST:,} at most: {COUNTS_ALONE}")
    if not content.strip():
        raise SpreadsheetError(f"the file is empty; a workbook was expected: save it again, {XLSX}")
    _refuse_others(content)
    if not content.startswith(b"PK"):
        return [_read_csv(content, name)]
    files = _unpack(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out is not read here either
            return _read_ods(files) if "content.xml" in files else _read_xlsx(files)
    except SpreadsheetError:
        raise
    except Exception as error:  # a damaged file can fail anywhere in a reader, in any way
        why = f"it is damaged ({type(error).__name__})"
        raise SpreadsheetError(f"{why}; open it, and save it as a new workbook: {XLSX}") from error


def _refuse_others(content):
    """Name the kinds of file that are often taken for a workbook, and say what to do."""
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            out = (
                "take the password off (in Excel: File, Info, Protect Workbook, Encrypt with Password, leave it empty)"
            )
            raise SpreadsheetError(f"the workbook is locked with a password; {out} and save a copy without it")
        raise SpreadsheetError(f"this is a workbook of the old kind (.xls); save it as .xlsx: {XLSX}")
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    others = {
        b"%pdf": "a PDF",
        b"<": "a web page or XML",
        b"{": "JSON",
        b"{\\rtf": "a text document",
        b"\x89png": "a picture",
    }
    kind = next((said for sign, said in others.items() if start.startswith(sign)), "")
    if kind:
        raise SpreadsheetError(
            f"this is {kind}, no workbook; a workbook (.xlsx, .ods) or a CSV file was expected: {XLSX}"
        )


def _unpack(content):
    """Return the parts of a packed workbook, each as its bytes, once its size is known to be a reasonable one."""
    broken = f"this is no workbook, or a damaged one; open it, and save it as a new workbook: {XLSX}"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            texts = [one for one in entries if one.filename.endswith((".xml", ".rels", ".vml"))]
            if len(entries) > PARTS or sum(one.file_size for one in texts) > UNPACKED:
                raise SpreadsheetError(f"far more is packed within it than counts take; {COUNTS_ALONE}")
            if any(one.flag_bits & 1 for one in entries):
                raise SpreadsheetError("the file is locked with a password; a copy without it was expected")
            _refuse_packed({one.filename for one in entries})
            files = {one.filename: archive.read(one) for one in texts}
    except SpreadsheetError:
        raise
    except Exception as error:  # zipfile raises many kinds on damaged bytes, some of them its own
        raise SpreadsheetError(broken) from error
    if "encryption-data" in files.get("META-INF/manifest.xml", b"").decode("utf-8", "replace"):
        out = "in LibreOffice: File, Save as, without the tick at 'Save with password'"
        raise SpreadsheetError(f"the workbook is locked with a password; save a copy without it ({out})")
    for part in files.values():
        if re.search(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", part):
            raise SpreadsheetError(f"what is packed within it refers to itself, as no workbook does; {COUNTS_ALONE}")
    return files


def _refuse_packed(names):
    """Name what is packed alike and is no workbook that can be read."""
    kinds = {
        "xl/workbook.bin": "a binary workbook (.xlsb)",
        "word/document.xml": "a text document (.docx)",
        "ppt/presentation.xml": "slides (.pptx)",
        "Index/Document.iwa": "a workbook of Numbers (in Numbers: File, Export to, Excel)",
    }
    for part, kind in kinds.items():
        if part in names:
            raise SpreadsheetError(f"this is {kind}; a workbook (.xlsx, .ods) or a CSV file was expected: {XLSX}")
    if not {"content.xml", "[Content_Types].xml"} & names:
        raise SpreadsheetError(f"this is a packed file, but no workbook; a workbook (.xlsx) was expected: {XLSX}")


def _read_xlsx(files):
    """Read a workbook of Excel: once for what its cells show, and once for their formulas."""
    from openpyxl import load_workbook

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in files.items():
            if not BESIDE.search(name):
                archive.writestr(name, _mended(name, part))
    shown = written = load_workbook(stream, data_only=True, keep_links=False)
    if any(re.search(rb"<(\w+:)?f\b", part) for name, part in files.items() if "/worksheets/" in name):
        written = load_workbook(stream, data_only=False, keep_links=False)
    sheets = [_xlsx_sheet(sheet, written[sheet.title]) for sheet in shown.worksheets]
    if not sheets:
        raise SpreadsheetError(f"the workbook has no sheet; a workbook with sheets was expected: {XLSX}")
    return sheets


def _mended(name, part):
    """Write a part as openpyxl reads it: the strict kind by its usual names, no fill without a kind, cells alone."""
    for kind in (b"spreadsheetml/", b"officeDocument/"):
        part = part.replace(STRICT[0] + kind, STRICT[1] + kind + b"2006/")
    if name.endswith("styles.xml"):
        part = re.sub(rb"<((?:\w+:)?)fill\s*(?:/>|>\s*</(?:\w+:)?fill>)", rb"<\1fill><\1patternFill/></\1fill>", part)
    if name.endswith("workbook.xml"):
        part = re.sub(rb"<((?:\w+:)?(?:definedNames|pivotCaches))\b.*?</\1>", b"", part, flags=re.DOTALL)
    if "/worksheets/" in name:
        merged = re.search(rb"<((?:\w+:)?mergeCells)\b.*?</\1>", part, re.DOTALL)
        end = re.search(rb"(</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData\s*/>).*(</(?:\w+:)?worksheet>)", part, re.DOTALL)
        part = part[: end.end(1)] + (merged[0] if merged else b"") + end[2] if end else part
    return part


def _xlsx_sheet(shown, written):
    """Take what is filled in on a sheet."""
    sheet = Sheet(shown.title, hidden=shown.sheet_state != "visible")
    formulas = {place: cell for place, cell in written._cells.items() if cell.data_type == "f"}
    if max(len(shown._cells), len(written._cells)) > CELLS * 5:
        raise SpreadsheetError(f"sheet {shown.title}: {len(shown._cells):,} cells were found; {COUNTS_ALONE}")
    for place, cell in shown._cells.items():
        form, value = cell.number_format or "", _plain(cell.value)
        if value is not None and value != "":
            years = bool(re.fullmatch(r"(\[[^]]*\])*y+;?@?", form, re.IGNORECASE))
            sheet.cells[place] = Cell(value, "%" in form, years)
        elif place in formulas:
            sheet.cells[place] = Cell(str(getattr(formulas[place].value, "text", formulas[place].value)), unsaved=True)
    sheet.hidden_rows = {number for number, row in shown.row_dimensions.items() if row.hidden}
    for dimension in shown.column_dimensions.values():
        if dimension.hidden and dimension.min:
            sheet.hidden_columns |= set(range(dimension.min, min(dimension.max, 1_000) + 1))
    sheet.merged = [(one.min_row, one.min_col, one.max_row, one.max_col) for one in shown.merged_cells.ranges]
    return _within(sheet)


def _plain(value):
    """Return a value as one of the kinds that a cell holds here."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, bool | int | float | str | date):
        return value.strip() if isinstance(value, str) else value
    return str(value)  # a time of day, or a length of time


def _within(sheet):
    """Return a sheet that holds no more than counts take."""
    if len(sheet.cells) > CELLS:
        raise SpreadsheetError(f"sheet {sheet.name}: {len(sheet.cells):,} filled cells were found; {COUNTS_ALONE}")
    return sheet


def _read_ods(files):
    """Read an OpenDocument spreadsheet."""
    root = ElementTree.fromstring(files["content.xml"])
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise SpreadsheetError(f"this is a document, but no spreadsheet; a workbook was expected: {XLSX}")
    hidden = {
        style.get(f"{STYLE}name")
        for style in root.iter(f"{STYLE}style")
        for one in style.iter(f"{STYLE}table-properties")
        if one.get(f"{TABLE}display") == "false"
    }
    return [_ods_sheet(table, hidden) for table in body.iter(f"{TABLE}table")]


def _ods_sheet(table, hidden_styles):
    """Take what is filled in on a sheet of an OpenDocument spreadsheet, whose empty rows may be a million."""
    name = table.get(f"{TABLE}name") or "sheet"
    sheet = Sheet(name, hidden=table.get(f"{TABLE}style-name") in hidden_styles)
    column = 1
    for one in table.iter(f"{TABLE}table-column"):
        times = _times(one, "columns")
        if _is_hidden(one):
            sheet.hidden_columns |= set(range(column, column + min(times, 1_000)))
        column += times
    number = 1
    for row in table.iter(f"{TABLE}table-row"):
        times, cells = _times(row, "rows"), list(_ods_cells(row, number, sheet))
        if len(cells) * times > CELLS:
            raise SpreadsheetError(f"sheet {name}: {len(cells) * times:,} filled cells were found; {COUNTS_ALONE}")
        for at in range(number, number + times if cells else number):
            sheet.cells |= {(at, column): cell for column, cell in cells}
            if _is_hidden(row):
                sheet.hidden_rows.add(at)
        number += times
        _within(sheet)
    return sheet


def _is_hidden(part):
    return part.get(f"{TABLE}visibility") in ("collapse", "filter")


def _times(part, what):
    """Say how often a row, column or cell stands one after the other."""
    said = part.get(f"{TABLE}number-{what}-repeated", "1")
    return min(int(said), 2_000_000) if said.isdecimal() else 1


def _ods_cells(row, number, sheet):
    """Yield the filled cells of a row by their column."""
    column = 1
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        times, found = _times(cell, "columns"), _ods_cell(cell)
        down, across = (int(cell.get(f"{TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns"))
        if max(down, across) > 1:
            sheet.merged.append((number, column, number + down - 1, column + across - 1))
        if found is not None and times > 20_000:
            raise SpreadsheetError(f"sheet {sheet.name}: {times:,} filled cells in a row were found; {COUNTS_ALONE}")
        if found is not None:
            yield from ((at, found) for at in range(column, column + times))
        column += times


def _ods_cell(cell):
    """Read one cell; None where it is empty."""
    kind = cell.get(f"{OFFICE}value-type", "")
    said = "\n".join("".join(_spoken(one)) for one in cell.findall(f"{TEXT}p")).strip()
    if kind in ("float", "percentage", "currency"):
        value = float(cell.get(f"{OFFICE}value", "nan"))
        return Cell(int(value) if value.is_integer() else value, kind == "percentage")
    if kind == "date":
        years = bool(re.fullmatch(r"\d{4}", said))
        return Cell(date.fromisoformat(cell.get(f"{OFFICE}date-value", "")[:10]), year_only=years)
    if kind == "boolean":
        return Cell(cell.get(f"{OFFICE}boolean-value") == "true")
    if said:
        return Cell(said)
    formula = cell.get(f"{TABLE}formula")
    return Cell(formula.partition(":")[2] or formula, unsaved=True) if formula else None


def _spoken(part):
    """Yield the text of a paragraph, without remarks that stand beside it."""
    yield part.text or ""
    for child in part:
        if child.tag == f"{TEXT}s":
            yield " "
        elif child.tag != f"{OFFICE}annotation":
            yield from _spoken(child)
        yield child.tail or ""


def _read_csv(content, name):
    """Read text between commas, semicolons, tabs or bars, in whatever letters it was saved."""
    text, letters = _decoded(content)
    if len(re.findall(r"[\x00-\x08\x0e-\x1f]", text[:10_000])) > 0:
        raise SpreadsheetError(f"this is no workbook and no CSV file; a workbook (.xlsx, .ods) was expected: {XLSX}")
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first)
    text, between = (rest, told[1]) if told else (text, _separator(text))
    sheet = Sheet(re.sub(r"\.\w+$", "", name.replace("\\", "/").rsplit("/", 1)[-1]))
    try:
        for row, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=between), 1 + bool(told)):
            sheet.cells |= {(row, at): Cell(cell.strip()) for at, cell in enumerate(line, 1) if cell.strip()}
            if len(sheet.cells) > CELLS:
                _within(sheet)
    except csv.Error as error:
        raise SpreadsheetError(
            f"it is no CSV file that can be read ({error}); a workbook was expected: {XLSX}"
        ) from None
    if not any(column > 1 for _, column in sheet.cells):
        raise SpreadsheetError(
            f"no columns were found in it; a workbook (.xlsx, .ods) or a CSV file was expected: {XLSX}"
        )
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    sheet.how = f"{names.get(between, repr(between))} between the columns, letters as {letters}"
    return sheet


def _decoded(content):
    """Return text and the name of its encoding."""
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = [encoding for mark, encoding in marks.items() if content.startswith(mark)]
    nulls = [content[at:2_000:2].count(0) for at in (0, 1)]
    wide = ["utf-16-be" if nulls[0] > nulls[1] else "utf-16-le"] if max(nulls) > len(content[:2_000]) / 5 else []
    for encoding in [*marked, *wide, "utf-8", "cp1252"]:
        try:
            return content.decode(encoding), {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(
                encoding, encoding.upper()
            )
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"


def _separator(text):
    """Choose the sign that parts the lines into columns: the one that most lines have equally often."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(sign):
        counts = [len(next(csv.reader([line], delimiter=sign), [])) for line in lines]
        widest = max(set(counts), key=lambda n: (n > 1, counts.count(n), n), default=1)
        return counts.count(widest) if widest > 1 else 0, widest

    return max(";\t|,", key=evenness)
