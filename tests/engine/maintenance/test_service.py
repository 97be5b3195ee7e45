"""The commands for another service's counts, and its own site, on which nothing of this book's study stands."""

import csv
import io
import json
import os
import re
import shlex
import shutil
from html import unescape

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from newpip import data, service_form
from newpip.service_tables import COUNTED
from newpip_book import cli, project
from newpip_book.build import service
from newpip_book.project import ROOT
from tests.engine.test_other_book import SAID, texts
from tests.helpers import files

TITLE = "O'Neil's <b>\"babies\"</b> | $x$ {ref}`a` *s* \u5bb6\u5ead \u0639\u0631\u0628\u0649"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The folder that newpip new-service writes."""
    folder = tmp_path_factory.mktemp("services") / "harbour"
    assert cli.main(["new-service", str(folder), "--title", TITLE]) == 0
    return folder


@pytest.fixture
def folder(example, tmp_path):
    return shutil.copytree(example, tmp_path / "harbour", ignore=shutil.ignore_patterns("site"))


def test_what_the_commands_print_can_be_pasted(tmp_path, capsys):
    folder = tmp_path / "Our früh's service"
    assert cli.main(["new-service", str(folder)]) == 0
    typed = shlex.split(capsys.readouterr().out.split("then: ")[1])
    assert typed[0].endswith("bin/newpip") and cli.main(typed[1:]) == 0
    said, _, command = capsys.readouterr().out.partition("Build with: ")
    assert "cell B5 (value): '27%' is taken as 27%" in said
    assert shlex.split(command)[-3:] == ["build", "--service", str(folder)]


def test_what_is_wrong_is_told_and_ends_with_two(folder, tmp_path, capsys):
    book = str(folder / service_form.BOOK)
    (tmp_path / "letters.txt").write_text("Dear")
    wrong = [["new-service", str(folder)], ["import-service", book, str(ROOT / "data")]]
    wrong += [["import-service", str(tmp_path / "letters.txt"), str(folder)]]
    wrong += [["build", "--service", str(tmp_path)], ["build", "--service", str(tmp_path / "none")]]
    wrong += [["build", "--service", str(folder), "--out", str(tmp_path)]]
    for arguments in wrong:
        assert cli.main(arguments) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_look_writes_nothing(folder, capsys):
    before = files(folder)
    assert cli.main(["import-service", str(folder / service_form.BOOK), str(folder), "--look"]) == 0
    assert "nothing was written" in capsys.readouterr().out and files(folder) == before


def test_the_import_runs_the_page_before_it_says_that_all_is_well(folder, capsys, monkeypatch):
    def fail(*arguments):
        raise ZeroDivisionError("no")

    before = files(folder)
    (folder / "referrals.csv").write_text("old")
    monkeypatch.setattr("newpip.own.by_year", fail)
    assert cli.main(["import-service", str(folder / service_form.BOOK), str(folder)]) == 2
    said = capsys.readouterr()
    assert "all is well" not in said.out and "a fault of the book, not of the workbook" in said.err
    assert (folder / "referrals.csv").read_text() == "old" and len(files(folder)) == len(before)
    assert not os.environ.get("NEWPIP_DATA")


def test_other_data_are_known_by_their_folder(folder, monkeypatch):
    assert project.data_label() == ""
    monkeypatch.setenv("NEWPIP_DATA", str(folder))
    assert project.data_label() == "harbour"
    assert data.package()["title"] == TITLE


@pytest.fixture(scope="module")
def site(example):
    """The site of the made-up service."""
    assert cli.main(["build", "--service", str(example)]) == 0
    return example / service.SITE


def text(path):
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", bare)))


def test_the_service_has_its_own_page(site):
    said = text(site / "chapters" / "01-service.html")
    assert f"{TITLE}: growth, dropout and capacity" in said
    assert "From 2021 to 2025, referrals to the service went from 205 to 307 a year; by the month, they rose" in said
    assert "27% (counted by the service)" in said and "from 66% to 93%" in said
    assert "does not hold" not in said and "not computed" not in said and "Exercises" not in said


def test_the_site_has_the_tool_the_counts_and_how_each_number_was_computed(site):
    page = (site / "book" / "commissioning.html").read_text(encoding="utf-8")
    tool = json.loads(re.search(r'id="commissioning-data">(.*?)</script>', page)[1])
    assert tool["book"] == TITLE and [one["label"] for one in tool["presets"]] == ["This service"]
    assert tool["presets"][0]["values"]["referrals"] == {"low": 241, "central": 253, "high": 307}
    assert "205" in (site / "data" / "referrals.csv").read_text()
    results = json.loads((site / "results.json").read_text(encoding="utf-8"))["results"]
    assert results["own.last"]["value"] == 307 and "Its program" in text(site / "results" / "01-service.html")
    assert "caseload" in text(site / "book" / "glossary.html")


def test_nothing_of_this_book_stands_on_it_but_one_line(site):
    line = service._software().replace("\\", "")
    assert "NEWPIP, recomputed" in line and "MIT" in line and "cite" in line
    spread = re.compile(r"\W+(?:s\W+)?".join(re.findall(r"\w+", line)))
    named = [name for name, content in texts(site) if spread.search(content)]
    assert set(named) == {"book/cite.html", "_static/search-index.js"}, named
    for name, content in texts(site):
        assert not SAID.findall(spread.sub("", content)), name
    assert not [path for path in site.rglob("*") if SAID.search(path.name)]


def test_its_name_is_no_markup_anywhere(site):
    for path in site.rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert not [bold for bold in page.find_all("b") if "babies" in bold.text], path


MONTHLY = {"referrals": 30, "families_referred": 28, "not_accepted": 2, "never_began": 3, "families": 20}


@pytest.fixture(scope="module")
def monthly(tmp_path_factory):
    """A workbook with two years of months."""
    book = load_workbook(io.BytesIO(service_form.yearly_workbook("By the month")))
    for name in ("referrals", "activity", "scenario_inputs"):
        book.remove(book[name])
    sheet = book.create_sheet("months")
    sheet.append(["Month", *(COUNTED[name] for name in MONTHLY), COUNTED["waiting"]])
    for at in range(24):
        sheet.append([f"{2024 + at // 12}-{at % 12 + 1:02}", *MONTHLY.values(), 5 + 3 * at])
    path = tmp_path_factory.mktemp("monthly") / "months.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def beside(example, monthly, tmp_path_factory):
    """A page for two services, a folder and a workbook, with the published counts beside them."""
    out = tmp_path_factory.mktemp("beside") / "pages"
    places = [str(example), str(monthly), "--with-published", "--out", str(out)]
    assert cli.main(["build", "--service", *places]) == 0
    return out


def test_services_stand_side_by_side_with_their_doubt_and_a_warning(beside):
    said = text(beside / "chapters" / "03-beside.html")
    assert "This is no league table" in said and f"A: {TITLE} B: By the month C: Published: NEWPIP" in said
    assert "marked as published: another service, in other years" in said
    results = json.loads((beside / "results.json").read_text(encoding="utf-8"))["results"]
    assert results["beside.services"]["value"] == 3
    rows = list(csv.DictReader(io.StringIO((beside / "_downloads" / "beside-growth-table.csv").read_text("utf-8"))))
    assert [row["service"] for row in rows] == ["A", "B", "C"]
    assert all(float(row["low"]) < float(row["estimate"]) < float(row["high"]) for row in rows)
    assert not (beside / "book" / "commissioning.html").exists() and "own" not in results


def test_a_service_with_months_has_a_page_on_them(monthly, capsys):
    title, tables = service.reading(monthly)
    assert title == "By the month" and set(service._chapters(tables)) == {"01-service", "02-months"}
    service.try_page(tables)
    assert capsys.readouterr().out == ""


def test_more_than_ten_are_too_many(example, capsys):
    assert cli.main(["build", "--service", *[str(example)] * 11]) == 2
    assert "11 services were found; from one to 10 were expected" in capsys.readouterr().err
