"""Lineage: layers, columns and counts on small graphs, and the two tables held to their sources."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newpip import draw, lineage
from newpip.data import load


def linked(*rows):
    """Links from (from, relation, to); a node's first letter is its document, a capital a whole one."""
    records = []
    for start, relation, end in rows:
        record = {"relation": relation, "topic": "one"}
        for side, node in (("from", start), ("to", end)):
            record[f"{side}_node"] = node
            record[f"{side}_kind"] = "document" if node.isupper() else "claim"
            record[f"{side}_label"] = f"says {node}"
            record[f"{side}_source"] = node[0].lower()
            record[f"{side}_where"] = "" if node.isupper() else f"place of {node}"
        records.append(record)
    return pd.DataFrame(records)


def longest_way_to(node, pairs):
    """The longest way from the top down to a node, by trying every one."""
    return max((1 + longest_way_to(start, pairs) for start, end in pairs if end == node), default=0)


acyclic = st.sets(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), min_size=1, max_size=12
)


def test_nodes_are_listed_once_what_others_rest_on_first():
    found = lineage.nodes(linked(("b1", "repeats", "A"), ("c1", "hedges", "b1")))
    assert found["node"].tolist() == ["A", "b1", "c1"]
    assert found["kind"].tolist() == ["document", "claim", "claim"]
    assert found["source"].tolist() == ["a", "b", "c"]
    assert found["where"].tolist() == ["", "place of b1", "place of c1"]


def test_a_node_described_in_two_ways_is_refused():
    links = linked(("b1", "repeats", "a1"), ("c1", "repeats", "a1"))
    links.loc[1, "to_label"] = "says something else"
    with pytest.raises(ValueError, match="a1"):
        lineage.nodes(links)


def test_links_inside_one_document():
    assert lineage.within(linked(("a1", "hedges", "a2"), ("a1", "hedges", "b1"))).tolist() == [True, False]


def test_partings_are_counted_and_the_rest_left_out():
    links = linked(
        ("a1", "hedges", "a2"), ("b1", "contradicts", "a1"), ("b2", "contradicts", "a2"), ("C", "cites", "A")
    ).assign(topic=["few", "many", "many", "none"])
    found = lineage.partings(links)
    assert found.columns.tolist() == ["topic", "contradicts", "differs from", "hedges", "all"]
    assert found.to_numpy().tolist() == [["many", 2, 0, 0, 2], ["few", 0, 0, 1, 1]]


@given(acyclic)
def test_layers_are_the_longest_ways(pairs):
    links = linked(*((f"n{start}", "cites", f"n{end}") for start, end in sorted(pairs)))
    found = lineage.layers(links)
    assert found.to_dict() == {
        f"n{node}": longest_way_to(node, pairs) for node in {node for pair in pairs for node in pair}
    }


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="circle.*a1, b1"):
        lineage.layers(linked(("a1", "cites", "b1"), ("b1", "cites", "a1"), ("c1", "cites", "a1")))


@pytest.mark.slow
@settings(max_examples=25)
@given(acyclic)
def test_positions_are_evenly_spread_and_the_same_each_time(pairs):
    links = linked(*((f"n{start}", "cites", f"n{end}") for start, end in sorted(pairs)))
    found = lineage.positions(links)
    pd.testing.assert_frame_equal(found, lineage.positions(links))
    for _, row in found.groupby("layer"):
        assert sorted(row["x"]) == pytest.approx([(place + 0.5) / len(row) for place in range(len(row))])


def test_positions_avoid_a_crossing():
    links = linked(("A", "cites", "X"), ("B", "cites", "Y"), ("C", "cites", "Z"), ("A", "cites", "Y"))
    across = lineage.positions(links.iloc[::-1]).set_index("node")["x"]
    orders = [[across[node] for node in nodes] for nodes in ("ABC", "XYZ")]
    straight = [
        (across[a] - across[b]) * (across[x] - across[y]) >= 0
        for (a, x) in ("AX", "BY", "CZ")
        for (b, y) in ("AX", "BY", "CZ")
    ]
    assert all(straight), orders


def test_column_runs_from_old_to_new_and_says_relations_by_number():
    links = linked(
        ("b1", "contradicts", "c1"), ("b1", "contradicts", "a1"), ("b1", "derives from", "D"), ("c1", "repeats", "a1")
    )
    found = lineage.column(links, pd.Series({"a": 2001, "b": 2010, "c": 2005}))
    assert found["node"].tolist() == ["a1", "c1", "b1", "D"]
    assert found["number"].tolist() == [1, 2, 3, 4]
    assert found["relations"].tolist() == ["", "repeats 1", "contradicts 1 and 2; derives from 4", ""]


def test_described_says_place_words_and_relations():
    found = lineage.column(linked(("b1", "hedges", "A")), pd.Series({"a": 2001, "b": 2002}))
    assert lineage.described(found) == "1, says A. 2, place of b1: says b1; hedges 1."


def test_resting_follows_every_way_once():
    links = linked(("a1", "cites", "b1"), ("a1", "cites", "c1"), ("b1", "cites", "d1"), ("c1", "cites", "d1"))
    assert lineage.resting(links, "a1") == ["b1", "c1", "d1"]
    assert lineage.resting(links, "d1") == []
    circle = linked(("a1", "cites", "b1"), ("b1", "cites", "a1"))
    assert lineage.resting(circle, "a1") == ["b1"]


@pytest.fixture
def references():
    rows = [("book", 2004, True), ("article", 2004, True), ("article", None, False), ("article", 1970, True)]
    frame = pd.DataFrame(rows, columns=["kind", "year", "cited_in_text"])
    return frame.astype({"year": "Int64"})


def test_references_by_kind(references):
    found = lineage.by_kind(references)
    assert found.columns.tolist() == ["kind", "entries", "cited", "uncited", "first", "last"]
    assert found.to_numpy().tolist() == [["article", 3, 2, 1, 1970, 2004], ["book", 1, 1, 0, 2004, 2004]]


def test_references_stacked_by_year(references):
    found = lineage.stacked(references, ["article", "book"])
    assert found[["row", "place", "kind"]].to_numpy().tolist() == [
        ["1970", 1, "article"], ["2004", 1, "article"], ["2004", 2, "book"], ["no date", 1, "article"],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="lacks book"):
        lineage.stacked(references, ["article"])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), min_size=1, max_size=12))
def test_brackets_of_a_picture_do_not_overlap(spans):
    lanes = draw._lanes(spans)
    for one, (low, high) in enumerate(spans):
        for other, (a, b) in enumerate(spans[:one]):
            assert lanes[one] != lanes[other] or not (a < high and low < b)


# The tables themselves.


@pytest.fixture(scope="module")
def links():
    return load("links")


def test_the_reference_list_is_whole():
    found = load("references")
    # Counted in the paper: 46 entries, the lowest and highest of them by letter, and the two that its text never names.
    assert len(found) == 46
    assert (found["authors"].iloc[0], found["authors"].iloc[-1]) == (
        "Acheson, R.",
        "Winberg Salomonsson, M.; Barimani, M.",
    )
    assert set(found.loc[~found["cited_in_text"], "reference_id"]) == {"pif2021", "solihull"}
    assert found["cited_in_text"].eq(found["where_cited"] != "").all()
    assert found["places"].eq([len([part for part in text.split("; ") if part]) for text in found["where_cited"]]).all()


def test_references_agree_with_the_sources_they_are_known_as():
    sources = load("sources").set_index("source_id")
    for row in load("references").query("known_as != ''").itertuples():
        same = sources.loc[row.known_as]
        assert row.year == same["year"], row.reference_id
        assert row.authors.split(",")[0].split()[0].lower() in same["authors"].lower().replace("-", " "), (
            row.reference_id
        )
        assert not (row.doi and same["doi"]) or row.doi.lower() == same["doi"].lower(), row.reference_id


def test_every_disagreement_has_one_link_with_the_same_two_sources(links):
    known = load("disagreements").set_index("disagreement_id")
    stood_for = links[links["disagreement_id"] != ""]
    assert stood_for["disagreement_id"].is_unique
    assert set(stood_for["disagreement_id"]) == set(known.index)
    for row in stood_for.itertuples():
        other = known.loc[row.disagreement_id]
        assert {row.from_source, row.to_source} == {other["source_id"], other["other_source_id"]}, row.link_id
        assert row.grade == other["grade"], row.link_id


def test_only_what_parts_or_repeats_stands_for_a_disagreement(links):
    stood_for = links[links["disagreement_id"] != ""]
    assert set(stood_for["relation"]) == {*lineage.PARTING, "repeats", lineage.NOT_JUDGED}
    assert (links.loc[links["relation"].isin(["contradicts", "differs from"]), "disagreement_id"] != "").all()


def test_nodes_of_the_table_are_well_formed(links):
    found = lineage.nodes(links)
    documents = found["kind"] == "document"
    assert found.loc[documents, "node"].eq(found.loc[documents, "source"]).all()
    assert found["where"].eq("").eq(documents).all()
    assert not links["from_node"].eq(links["to_node"]).any()


def test_what_rests_on_what_leads_to_no_circle(links):
    resting = links[~links["relation"].isin(lineage.PARTING)]
    assert lineage.layers(resting).max() >= 1


def test_what_the_paper_cites_in_the_links_is_in_its_reference_list(links):
    cited = links[(links["from_node"] == "cullen2025") & (links["relation"] == "cites")]
    assert set(cited["to_node"]) <= set(load("references")["known_as"])


def test_no_spelling_of_a_name_is_held_against_anyone(links):
    """Our copies are plain text: a slip in a name may be ours, so no such pair counts as a contradiction."""
    spelled = links[links["disagreement_id"].isin(["reference_spellings", "third_author_name", "sleed_spelling"])]
    assert len(spelled) == 3 and spelled["relation"].eq(lineage.NOT_JUDGED).all()
    assert spelled["note"].str.contains("plain text").all()
    assert not spelled["relation"].isin(lineage.PARTING).any()


def test_links_are_said_with_where_each_end_stands():
    link = {"from_where": "Paper", "from_label": "It helped", "relation": "cites", "to_where": "", "to_label": "Review"}
    found = lineage.spoken(pd.DataFrame([link]))
    assert found[["one", "stands"]].to_numpy().tolist() == [["Paper: It helped", "cites: Review"]]


def test_works_are_named_by_their_first_author():
    references = pd.DataFrame({"authors": ["Acheson, R.", "Ainsworth, M. D.; Bell, S. M."]})
    assert lineage.short_names(references).tolist() == ["Acheson, R.", "Ainsworth, M. D. and others"]
