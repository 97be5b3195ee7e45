"""The benchmarks of setting up, of imports and of pages measure what they say, at the smallest size."""

import json

import nbformat
import pytest

from benchmarks import in_page, pages, setting_up
from benchmarks.measure import Cost
from newpip_book.project import ROOT

PAGE = "<!doctype html><title>t</title><p>One paragraph, long enough to be the largest part.</p>{}"
FAKE = """<article class="np-article"><div class="cell"><div class="cell_input"><pre>1</pre></div></div>
<div class="cell"><div class="cell_input"><pre>2</pre></div><div class="cell_output">2</div>
<button aria-label="Run cell 2">Run</button></div></article><script>
document.querySelector("button").onclick = ({ target }) => {
    target.textContent = "Stop";
    setTimeout(() => {
        const output = document.querySelector(".cell_output");
        output.className = "cell_output np-fresh np-old";
        setTimeout(() => output.classList.remove("np-old"), 150);
    }, 50);
};</script>"""


def rows(tables, name):
    return next(one["rows"] for one in tables if one["name"] == name)


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a book of pages, each with something of its own."""

    def write(name, **contents):
        for path, content in contents.items():
            file = tmp_path / name / f"{path}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(PAGE.format(content), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def chapter(tmp_path):
    """Return a function that writes a chapter of some cells."""

    def write(*codes):
        path = tmp_path / "chapter.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in codes]), path)
        return path

    return write


@pytest.mark.usefixtures("chromium")
def test_the_smallest_run_of_setting_up_gives_every_table():
    tables = setting_up.measure(quick=True)
    assert [one["name"] for one in tables] == ["setting-up", "imports-library", "imports-first-cells"]
    assert all(row["seconds"] > 0 for row in rows(tables, "setting-up"))
    assert rows(tables, "imports-first-cells")[0]["pandas"] == "used"


def test_the_whole_way_takes_pip_where_uv_fails_and_uv_twice(tmp_path, monkeypatch):
    """Commands are recorded, not run."""
    asked = []

    def run(command, folder, **settings):
        asked.append((command[:2], (tmp_path / "pip-tools" / "uv").exists() and settings.get("PATH", "").split(":")[0]))
        (folder / ".venv").mkdir(exist_ok=True) if command[:2] == ["make", ".venv/ready"] else None
        (tmp_path / "clone").mkdir(exist_ok=True)
        return Cost(1.0, 1.0, 1.0, "")

    monkeypatch.setattr(setting_up.costs, "run", run)
    monkeypatch.setattr(setting_up, "_openings", lambda html, runs: [0.5] * runs)
    found = {row["step"]: row for row in setting_up._steps(tmp_path, quick=False)}
    tools = [place.rsplit("/")[-1] for command, place in asked if command == ["make", ".venv/ready"]]
    assert tools == ["pip-tools", *["uv-tools"] * (1 + setting_up.RUNS)]
    assert (tmp_path / "pip-tools" / "uv").resolve().name != "uv" == (tmp_path / "uv-tools" / "uv").resolve().name
    assert found["Clone to open book, uv"]["seconds"] == 3.5


def test_imports_are_timed_and_what_is_heavy_in_them_is_found():
    took, heavy = setting_up.imports("import simpy")
    assert took > 0 and heavy == {"simpy"}
    assert setting_up.imports("pass") == (0, set())


def test_a_library_is_used_when_the_chapter_calls_it(chapter):
    first = "import simpy, joblib"
    used = setting_up._use(chapter(first, "simpy.Environment().run(1)", "import pandas"))
    wanted = dict.fromkeys(setting_up.HEAVY) | {"simpy": "used", "joblib": "not used"}
    assert used == wanted


def test_no_module_of_the_library_brings_what_most_chapters_do_without():
    """SciPy's parts, seaborn, scikit-learn, joblib and SimPy come when they are needed."""
    names = [f"newpip.{path.stem}" for path in (ROOT / "newpip").glob("[a-z]*.py")]
    _, heavy = setting_up.imports(f"import {', '.join(names)}")
    assert heavy == {"pandas", "matplotlib.pyplot"}


@pytest.mark.usefixtures("chromium")
def test_the_same_chapters_of_two_books_are_compared(book):
    light = book("light", **{"chapters/01-one": "", "chapters/02-two": "", "index": ""})
    heavy = book("heavy", **{"01-one": "<img src=https://elsewhere.example/x.png>" + "".join(map(str, range(9999)))})
    tables = in_page.measure(quick=True, plain=heavy, html=light)
    summary = {(row["book"], row["over"]): row for row in rows(tables, "pages")}
    ours, defaults = (summary[name, "largest"] for name in (in_page.OURS, in_page.PLAIN))
    assert 0 < ours["kilobytes"] < defaults["kilobytes"]
    assert (ours["elsewhere"], defaults["elsewhere"]) == (0, 1)
    assert [row["chapter"] for row in rows(tables, "pages-chapters")] == ["01-one"]
    alone = in_page.measure(quick=True, html=light)
    assert {row["book"] for row in rows(alone, "pages")} == {in_page.OURS}
    assert "Only this book" in alone[0]["caption"] and json.dumps(alone)


@pytest.mark.usefixtures("chromium")
def test_a_survey_leaves_out_pages_that_lead_on(book):
    folder = book("some", page="", index='<meta http-equiv="Refresh" content="0; url=page.html">')
    assert pages.survey(folder)["page"].tolist() == ["page.html"]


def test_a_book_without_python_is_refused(book):
    with pytest.raises(FileNotFoundError, match="make pyodide"):
        in_page.measure(html=book("some", **{"chapters/01-one": ""}))


@pytest.mark.usefixtures("chromium")
def test_the_clock_stops_at_the_first_new_output_and_bytes_are_counted(book):
    folder = book("some", page=FAKE)
    with (
        in_page._counted(folder) as (site, sent),
        pages.chromium() as browser,
        in_page._opened(browser, f"{site}/page.html") as page,
    ):
        number = page.evaluate(in_page.FIRST)
        first, again = (page.evaluate(in_page.CLICK, number) for _ in range(2))
    assert number == 2 and min(first, again) >= 0.19
    assert sent["bytes"] >= (folder / "page.html").stat().st_size
