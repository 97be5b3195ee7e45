"""What can be found on a page, read off its HTML."""

from newpip_book.outputs.search_index import CELLS, LAST, read_page

PAGE = """<nav><section id="no"><p>Not this.</p></section></nav>
<article><section id="top"><h1>1. <span class="section-number">1.</span>Lamps<a class="headerlink">#</a></h1>
<p>Old <em>lamp</em>s, 85.4% of them<br>lit.</p><pre>print(1)</pre>
<section id="sub"><h2>Heights</h2><p>They are tall.</p>
<figure class="np-figure" id="heights"><figcaption><p><span class="caption-number">Fig. 1 </span><span
 class="caption-text">Heights.</span></p><p class="np-how">In metres.</p></figcaption>
<svg role="img" aria-label="Bars."><text>99</text></svg><div class="legend">CSV</div></figure>
<table class="np-table" id="t"><caption><span class="caption-text">All lamps</span></caption>
<tr><td>One</td><td>2</td></tr></table>
<table class="dataframe"><tr><td>raw</td></tr></table></section>
<dl><dt id="term-wick">wick<a class="headerlink">#</a></dt><dd><p>It burns.</p></dd></dl><p>After.</p>
<div class="citation" id="poe"><span class="label">[P]</span><p>Edgar A. Poe. The light-house. 1849.</p></div>
</section></article>"""


def test_a_page_is_parted_into_what_can_be_found():
    found = [one.said(0, 1) for one in read_page(PAGE)]
    assert found == [
        ["section", 0, "top", "1. Lamps", "Old lamps, 85.4% of them lit. After."],
        ["section", 0, "sub", "Heights", "They are tall."],
        ["figure", 0, "heights", "Figure 1 Heights", "In metres. Bars."],
        ["table", 0, "t", "All lamps", "One 2"],
        ["term", 0, "term-wick", "wick", "It burns."],
        ["source", 0, "poe", "Edgar A. Poe", "The light-house. 1849."],
    ]


def test_long_tables_and_pages_on_the_book_itself_are_searched_in_part():
    cells = f'<table class="np-table" id="t"><tr><td>{"x" * 2 * CELLS}</td></tr></table>'
    long = f'<section id="a"><p>{"word " * CELLS}</p>{cells}</section>'
    section, table = read_page(long)
    assert len(section.said(0, 1)[4]) > CELLS == len(section.said(0, LAST)[4]) == len(table.said(0, 1)[4])
