"""Answers to the exercises on which statement rests on which."""

from newpip import lineage
from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers
from newpip.grim import matching_counts

MOVED = "Number of teams"
LARGEST = "Names, dates and spellings"


def _contradicted():
    links = load("links")
    opposed = links[(links["from_node"] == "under2_paper") & (links["relation"] == "contradicts")]
    return opposed["to_where"]


def _places():
    links = load("links")
    return {*links["from_where"], *links["to_where"], *links["from_label"], *links["to_label"]} - {""}


def _rests_on():
    links = load("links")
    return lineage.resting(links[~links["relation"].isin(lineage.PARTING)], "yeo2023")


def _nodes():
    return lineage.nodes(load("links"))["node"]


def _share_of_names():
    links = load("links")
    apart = links[links["relation"].isin(lineage.PARTING)]
    changed = apart["relation"].mask(apart["topic"] == MOVED, "contradicts")
    return [apart.loc[changed == "contradicts", "topic"].eq(LARGEST).mean()]


def _belongs_to(printed, *numbers):
    digits = len(printed.partition(".")[2])
    return [n for n in numbers if matching_counts(printed, n, digits)]


def _belongs_cases():
    return [
        Case(one) for one in [("85.4", 55, 48), ("50", 7, 8), ("33", 3, 4, 6), ("33.3", 4, 6), ("0", 5), ("62", 5, 8)]
    ]


check = Check(
    {
        1: Names(_contradicted, among=_places),
        2: Names(_rests_on, among=_nodes),
        3: Numbers(_share_of_names, ("the share about names and dates",), within=0.005, share=True),
        4: Function(_belongs_cases, _belongs_to),
    }
)
