"""Data change as time brings it, and every sentence and caption of the book is right, or its claim names it.

Each walk runs the chapters that the change reaches on a changed copy of data/, and reads what they would say.
"""

import json
import os
import re
import subprocess
import sys

import pytest

from newpip.data import load
from newpip_book.project import ROOT
from tests.walks import changes

pytestmark = pytest.mark.slow


class Said:
    """What the chapters say on a folder of data.

    Parameters
    ----------
    folder : pathlib.Path
    *chapters : str
        The first two digits of each.
    """

    def __init__(self, folder, *chapters):
        command = [sys.executable, "-m", "tests.walks.say", str(folder), *chapters]
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'book' / '_ext'}"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
        runs = found["chapters"].values()
        self.failed = {key for one in runs for key in one["failed"]}
        self.numbers = {key: text for one in runs for key, text in one["numbers"].items()}
        self.words = {key: words for one in runs for key, words in one["words"].items()}
        self.rows = {key: text for one in runs for key, text in one["rows"].items()}
        self.sentences = found["sentences"]

    def unmarked(self, pattern):
        """List the sentences that hold a pattern and whose claims, if any, all hold."""
        return [
            one["said"]
            for one in self.sentences
            if re.search(pattern, one["said"]) and not self.failed & set(one["claims"])
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Copy data/, changed by a function."""

    def changed(change=None):
        made = changes.copied(tmp_path_factory.mktemp("walk") / "data")
        if change:
            change(made)
        return made

    return changed


@pytest.mark.night
def test_on_the_books_own_data_every_claim_holds(folder):
    said = Said(folder(), "01", "02", "04", "05", "07", "09")
    assert said.failed == set() and said.numbers["referrals.last"] == "186"
    assert said.unmarked("No model of 4 points could have known") and said.unmarked("on the 2 .* that 4 points leave")


@pytest.fixture(scope="module")
def year(folder):
    return Said(folder(changes.year), "01", "05", "06", "07", "09")


@pytest.mark.night
def test_a_year_more_is_in_every_sentence_that_means_the_last(year):
    for said in (
        "Yearly referrals rose from 59 to 230,",
        "A run of 5 counts can show a direction",
        "Did growth slow in 2021?",
        "The growth factor of 2021 was",
        "the 3 {term}`degrees of freedom` that 5 points leave",
        "at the end of 2021 would have",
        "the range of 2021 lies wholly above",
        "the demand of 2021,",
    ):
        assert year.unmarked(re.escape(said)), said


@pytest.mark.night
def test_a_year_more_leaves_what_is_said_of_another_year(year):
    """What is said of 2020 itself, of whole years of a window and of the year before it, is as it was."""
    assert year.unmarked(r"2020 includes the start of the pandemic") and year.unmarked(r"2020 includes its start")
    assert year.unmarked(r"had used the service by early 2020\.")
    assert year.unmarked(r"2018 and 2019, there were 220 referrals; with the year before, 279\.")
    wrong = [said for said in year.unmarked(r"\b2020\b") if re.search(r"end of 2020|of 2020 (was|is)|[Ll]ast", said)]
    assert wrong == []


@pytest.mark.night
def test_a_year_more_names_every_sentence_that_it_makes_false(year):
    assert year.failed >= {
        "level-is-said-of-the-last-step",
        "last-step-smallest-share-largest-count",
        "forecast-starts-in-the-pandemic",
        "roughly-tripled",
        "ledger-static",
        "printed-growth-agrees",
    }
    for false in ("The paper's wording is that", "roughly tripled", "No model of", "Growth called static"):
        assert year.unmarked(false) == [], false


@pytest.mark.night
def test_a_year_more_is_in_figures_and_tables(year):
    for key in ("growth-table", "referrals-by-year", "year-ratios", "caseload-per-post"):
        assert "2021" in year.words[key] + year.rows[key], key
    for key in ("queue-totals", "fluid-waits", "wait-band", "levers-table"):
        assert "2021" in year.words[key] and "2020" not in year.words[key], key
    typed = r"\b([Tt]wo|[Tt]hree|[Ff]our)\b (years|counts|points|steps|readings|rising)"
    assert not [key for key, words in year.words.items() if re.search(typed, words)]


def test_an_earlier_year_is_named_where_the_first_year_is_that_of_the_opening(folder):
    def earlier(made):
        rows = changes.rows(made, "referrals")
        changes.write(made, "referrals", [{**rows[0], "year": "2016", "referrals": "40", "note": ""}, *rows])

    said = Said(folder(earlier), "01")
    assert {"readings-differ-in-months", "window-takes-in-the-first-year"} <= said.failed
    assert said.unmarked(r"means the calendar year, it had") == []
    assert said.unmarked(r"first year.* (lies?|fall) inside (this|the) window|come evenly .* would fall inside") == []


def test_a_parent_more_is_counted_in_every_sentence(folder):
    said = Said(folder(changes.parent), "02", "05", "09")
    for right in (
        "interviewed 11 parents of 11 invited",
        "In all, 11 parents took part",
        "What 11 parents and 6 professionals said",
        "11 of the 11 parents invited took part",
    ):
        assert said.unmarked(re.escape(right)), right
    assert said.failed >= {"examples-are-whole-counts", "city-just-above-the-line", "ledger-participants-right"}
    for false in ("just above the line of", "Examples run through the chapter", "such a sample would be a surprise"):
        assert said.unmarked(false) == [], false
    assert not said.unmarked(r"\b10 parents\b|\b[Tt]en parents\b|\b10 of 10\b|only 0\.0%")


def test_a_trial_more_is_counted_and_the_sentence_that_cites_the_others_named(folder):
    said = Said(folder(changes.trial), "04")
    trials = load("services")["kind"].eq("trial").sum()
    assert said.numbers["trials.n"] == str(trials + 1)
    assert said.failed == {"trials-other-mothers-no-difference"}
    assert said.unmarked(r"came out better than in the comparison group in \d of \d trials") == []
    assert said.unmarked(rf"Of the {trials + 1} trials, ")
    assert not said.unmarked(r"\b([Tt]he other two found|the two trials|[Tt]wo of these trials|a third mothers)\b")
    assert "Doe" in said.rows["trial-results"] and "Doe" in said.rows["evidence-table"]


def test_a_count_of_teams_more_is_the_last_of_its_sentence(folder):
    said = Said(folder(changes.team), "04")
    counts = len(load("teams"))
    assert said.failed == set()
    assert said.unmarked("The counts go from 27 to 55, and no later one is lower")
    assert said.unmarked(f"Of the {counts + 1} counts, ") and "2026, 55" in said.words["teams-by-date"]


def test_a_corrected_count_moves_its_sentences_and_names_what_was_printed(folder):
    said = Said(folder(changes.correction), "01", "09")
    assert said.failed >= {"printed-growth-agrees", "level-is-said-of-the-last-step", "ledger-tables-agree"}
    assert said.unmarked("Yearly referrals rose from 59 to 190,") and said.unmarked("43.9%; in referrals it was")
    assert said.unmarked("stayed level at this percentage") == []
    assert said.unmarked(r"\b(186|40\.9%)") == []
    assert "190 in 2020" in said.words["referrals-by-year"]
