"""Read the workbook that somebody hands to a page, and say what the page needs to become their service's own."""

from pathlib import PurePath
from urllib.parse import quote

from newpip import service_form, workbook
from newpip.service_tables import EXAMPLE, OWN

NAME = "service.xlsx"
MADE_UP = "Harbour babies (made up)"
TOOL = "chapter-commissioning"  # the label of the page with the commissioning tool
CHOSEN = ("team", "weight")  # the inputs of the tool that have one value, and no range
MOST = 100  # problems listed at once


def read(files):
    """Read the workbook, or one CSV file for each of its sheets.

    Parameters
    ----------
    files : dict of str to bytes
        By the name of each file.

    Returns
    -------
    dict
        ``problems``, one line each, with the cell and what was expected there; or else ``title``, the name of the
        service; ``tables``, from the name of a file to its text; ``notes``, how each part was understood; and
        ``links``, to pages that take the counts: ``label`` of the page, ``fragment`` of its address, and ``text``.
    """
    if any(content.startswith(b"PK") for content in files.values()):
        import openpyxl  # noqa: F401, in the page it is fetched here, where it is no fault of the workbook if that fails
    stem = " ".join(PurePath(next(iter(files))).stem.split()) or "Your service"
    try:
        found = workbook.read(files, stem)
    except workbook.WorkbookError as error:
        problems = str(error).splitlines()
        more = len(problems) - MOST
        return {"problems": problems[:MOST] + ([f"And {more} more."] if more > 0 else [])}
    unnamed = [f"the service is called {stem!r}, as the file is; its name goes into cell B1 of a sheet about"]
    tool = {"text": "Open the commissioning tool with these counts", "label": TOOL, "fragment": fragment(found.tables)}
    return {
        "title": found.title,
        "tables": found.files(),
        "notes": [*found.understood, *(unnamed if found.title == stem else ())],
        "links": [tool],
    }


def fragment(tables):
    """Write the part of the tool's address that fills in a service's counts; what it did not count stays the tool's.

    Parameters
    ----------
    tables : dict of str to list of dict
        The rows of each table, as text.

    Returns
    -------
    str
    """
    own = [row for row in tables["scenario_inputs"] if row["source_id"] == OWN]
    said = {row["input"]: [row[end] for end in ("low", "central", "high")] for row in own}
    parts = {name: values[1:2] if name in CHOSEN else values for name, values in said.items()}
    return "tool?" + "&".join(f"{name}={quote('~'.join(values), safe='~')}" for name, values in parts.items())


def example():
    """Make the workbook to fill in, with a made-up example in it.

    Returns
    -------
    bytes
    """
    return service_form.yearly_workbook(MADE_UP, EXAMPLE)
