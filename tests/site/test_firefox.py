"""What matters most in the pages, in Firefox too: its engine is not Chromium's, in which the other tests open them."""

import pytest

from tests.conftest import PATIENCE
from tests.helpers import CHAPTERS
from tests.site.firefox import opened

CARD = ".np-card:popover-open"
TOOL = "chapters/07-commissioning.html"


@pytest.fixture(scope="module")
def started(firefox):
    """One Firefox for all tests here: it takes longer to start than they do."""
    with opened(firefox, PATIENCE / 1000) as tab:
        yield tab


@pytest.fixture
def fox(started, site):
    """Open a page of the book; at the end nothing was complained of, and nothing asked of another site."""
    started.asked.clear()
    started.complaints.clear()
    yield lambda page: (started.goto(f"{site}/{page}"), started)[1]
    assert started.complaints == []
    assert [address for address in started.asked if not address.startswith((site, "data:"))] == []


def test_the_search_finds_as_one_types_and_marks_the_place(fox):
    tab = fox(CHAPTERS[0])
    tab.click("#np-q")
    tab.press("little's law")
    tab.until("seen('#np-hits [role=option]').length")
    tab.press("ArrowDown")
    tab.follow("Enter")
    tab.until("location.pathname.endsWith('glossary.html') && CSS.highlights.get('np-found')?.size")


def test_a_number_opens_and_gives_the_focus_back(fox):
    tab = fox(CHAPTERS[0])
    tab.click("a.np-result[data-result='referrals.cagr']")
    tab.until(f"document.querySelector('{CARD}')?.textContent.includes('Average yearly growth of referrals')")
    tab.until("document.activeElement.id === 'np-card-title'")
    tab.press("Escape")
    tab.until(f"!document.querySelector('{CARD}')")
    assert tab.evaluate("document.activeElement.dataset.result") == "referrals.cagr"


def test_show_code_is_kept_for_the_next_page(fox):
    code = "seen('.np-article .cell_input pre').length"
    assert fox(CHAPTERS[0]).evaluate(code) == 0
    fox(CHAPTERS[0]).click(".np-code")
    tab = fox(CHAPTERS[1])
    assert tab.evaluate(code) > 10
    tab.click(".np-code")
    assert tab.evaluate(code) == 0


def test_a_long_table_is_sorted(fox):
    tab = fox("chapters/09-ledger.html")
    heading = "document.querySelector('table.np-long thead th')"
    tab.enter("table.np-long thead button", "Enter")
    tab.until(f"{heading}.ariaSort === 'ascending'")


def test_a_slider_moves_by_keys_and_says_what_comes_of_it(fox):
    tab = fox("chapters/05-limitations.html")
    said = "document.querySelector('.np-slider dl').innerText"
    before = tab.evaluate(said)
    tab.enter(".np-slider input", "ArrowRight", "ArrowRight")
    assert tab.evaluate(said) != before


def test_the_tool_reads_what_people_type(fox):
    tab = fox(TOOL)
    tab.until("document.querySelector('#commissioning-tool').dataset.ready")
    tab.enter("#tool-way", "e")  # births, need and the share referred
    tab.until("seen('#tool-births').length")
    tab.enter("#tool-births", "4,100", "Tab")
    tab.until("/births=[^&]*4100/.test(decodeURIComponent(location.href))")
    tab.enter("#tool-stay", "7,5", "Tab")
    tab.until("document.querySelector('#tool-stay-problem').textContent.includes('a point was expected')")
    assert tab.evaluate("document.querySelector('#tool-births-problem').textContent") == ""
