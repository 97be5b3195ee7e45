"""Random plausible services, and their page run in this process: what tests of the library and the commands share."""

import io
import json
from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import strategies as st
from openpyxl import Workbook

from newpip import publish
from newpip.forms import GLUE
from newpip.service_tables import SHEETS
from newpip_book.build.service import shared_cells
from tests.helpers import ROOT

NAMES = (
    *("Harbour babies", "خدمة الأسرة", "家庭服務", "Děti & rodiče", "O'Neil's \"little ones\"", "A < B", "one | two"),
    *(
        "£5 $x$ {ref}`a`",
        "*star* _under_ [link](x)",
        "</script><b>bold</b>",
        "=SUM(A1)",
        "👶 Babies",
        "# Heading",
        "100 %",
    ),
)


@st.composite
def services(draw):
    """Draw a service: what it counted, as the rows of its sheets."""
    years = draw(st.integers(2, 20))
    scale = draw(st.sampled_from([3, 8, 40, 300, 5_000, 200_000]))
    change = draw(st.sampled_from([-0.5, -0.1, 0.0, 0.02, 0.3, 1.0]))
    noise = st.floats(0.8, 1.2)
    counts = [min(2_000_000, round(scale * (1 + change) ** at * draw(noise))) for at in range(years)]
    first = draw(st.integers(2000, 2024))
    start = date(first, 1, 1) + timedelta(draw(st.integers(-400, 365 * years + 400)))
    start = max(start, date(2000, 1, 1))
    end = start + timedelta(draw(st.integers(20, 1200)))
    referred = draw(st.one_of(st.integers(1, 12), st.just(max(1, counts[-1]))))
    families = draw(st.integers(0, referred))
    low = draw(st.sampled_from([0.5, 1, 3, 6, 12]))
    posts = draw(st.lists(st.sampled_from([0, 0.2, 0.5, 1, 2.5, 40]), min_size=1, max_size=4))
    left = draw(st.sampled_from([None, 0, "100%", 27, "12.5%"]))
    opened = draw(st.sampled_from([None, f"{first}-{draw(st.integers(1, 12)):02}", f"{first - 3}-06"]))
    financial = draw(st.booleans())
    if financial and opened and opened.startswith(str(first)) and opened[5:] < "04":
        opened = None
    span = (start.isoformat(), end.isoformat())
    sheets = {
        "referrals": [
            (f"{first + at}/{(first + at + 1) % 100:02}" if financial else first + at, count)
            for at, count in enumerate(counts)
        ],
        "activity": [("referrals", *span, referred), ("families", *span, families)],
        "staffing": [(f"post {at}", one, draw(st.sampled_from(["yes", "no"]))) for at, one in enumerate(posts)],
        "service": [
            ("accepts_referrals_from", None, opened),
            ("stay_months_low", low, None),
            ("stay_months_high", low * draw(st.sampled_from([1, 1.5, 2])), None),
            ("service_dropout", left, None),
        ],
    }
    if draw(st.booleans()):
        sheets["scenario_inputs"] = [("full_caseload", 16, 21, 27), ("direct", 0.4, 0.5, 1), ("post_cost", 1, 2, 9e5)]
    return draw(st.sampled_from(NAMES)), sheets


def workbook_of(title, sheets):
    """Fill in a workbook.

    Parameters
    ----------
    title : str
    sheets : dict of str to list of tuple

    Returns
    -------
    bytes
    """
    book = Workbook()
    book.active.title = "about"
    book.active["B1"].value = title
    book.active["B1"].data_type = "s"
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in [SHEETS[name], *rows]:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def page(folder, monkeypatch, notebook="chapters/10-service.ipynb"):
    """Run the cells of a service's page.

    Parameters
    ----------
    folder : pathlib.Path
        Of its tables.
    monkeypatch : pytest.MonkeyPatch
    notebook : str

    Returns
    -------
    said : dict of str to str
        What each number says.
    captions : list of str
    """
    monkeypatch.setenv("NEWPIP_DATA", str(folder))
    said, captions, names = {}, [], {}

    def display(forms, raw=True, metadata=None):
        for kind, value in forms.items():
            if kind.startswith(GLUE):
                said[metadata["scrapbook"]["name"]] = value
            elif kind.startswith("application/"):
                captions.append(value["caption"])

    cells = json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]
    with patch.object(publish, "display", display):
        for cell in shared_cells(cells):
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return said, captions
