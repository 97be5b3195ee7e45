"""The workbooks for a service's counts, put beside the tables, for pages to offer: by the year, and month by month."""

from pathlib import Path

from newpip import data, own_page, service_form
from newpip.files import write_atomic

MONTHLY = "monthly-counts.xlsx"


def write_sheets(app, error):
    """Write the workbooks beside the tables."""
    if error is None:
        folder = Path(app.outdir) / "data"
        write_atomic(folder / MONTHLY, service_form.monthly_workbook("Your service", data.folder()))
        write_atomic(folder / own_page.NAME, own_page.example())


def setup(app):
    """Connect; a book that offers the workbooks names this module among its extensions."""
    app.connect("build-finished", write_sheets, priority=600)  # after the tables, which make the folder
    return {"parallel_read_safe": True, "parallel_write_safe": True}
