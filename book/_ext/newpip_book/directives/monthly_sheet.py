"""The workbook for counts kept month by month, put beside the tables, for pages to offer."""

from pathlib import Path

from newpip import data, service_form
from newpip.files import write_atomic

NAME = "monthly-counts.xlsx"


def write_sheet(app, error):
    """Write the workbook beside the tables."""
    if error is None:
        write_atomic(Path(app.outdir) / "data" / NAME, service_form.monthly_workbook("Your service", data.folder()))


def setup(app):
    """Connect; a book that offers the workbook names this module among its extensions."""
    app.connect("build-finished", write_sheet, priority=600)  # after the tables, which make the folder
    return {"parallel_read_safe": True, "parallel_write_safe": True}
