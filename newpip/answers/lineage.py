"""Answers to the exercises on which statement rests on which."""

from newpip import lineage
from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers, Wrong
from newpip.grim import matching_counts

MOVED = "Number of teams"
LARGEST = "Names, dates and spellings"
RECENT = 4  # years, as the chapter takes them


def _from_paper():
    links = load("links")
    return links[links["from_node"] == "under2_paper"]


def _contradicted():
    opposed = _from_paper()
    return opposed.loc[opposed["relation"] == "contradicts", "to_where"]


def _labels(contradicted):
    links = _from_paper()
    return links.loc[(links["relation"] == "contradicts") == contradicted, "to_label"]


def _places():
    links = load("links")
    return {*links["from_where"], *links["to_where"], *links["from_label"], *links["to_label"]} - {""}


def _agreeing():
    links = load("links")
    return links[~links["relation"].isin(lineage.PARTING)]


def _rests_on(node="yeo2023"):
    return lineage.resting(_agreeing(), node)


def _next_to():
    links = _agreeing()
    return links.loc[links["from_node"] == "yeo2023", "to_node"]


def _nodes():
    return lineage.nodes(load("links"))["node"]


def _apart():
    links = load("links")
    return links[links["relation"].isin(lineage.PARTING)]


def _changed():
    apart = _apart()
    return apart["topic"], apart["relation"].mask(apart["topic"] == MOVED, "contradicts") == "contradicts"


def _share_of_names():
    topics, contradicts = _changed()
    return [topics[contradicts].eq(LARGEST).mean()]


def _as_judged():
    apart = _apart()
    return [apart.loc[apart["relation"] == "contradicts", "topic"].eq(LARGEST).mean()]


def _of_all_apart():
    topics, contradicts = _changed()
    return [(contradicts & topics.eq(LARGEST)).mean()]


def _belongs_to(printed, *numbers):
    digits = len(printed.partition(".")[2])
    return [n for n in numbers if matching_counts(printed, n, digits)]


def _belongs_cases():
    given = [("85.4", 55, 48), ("50", 7, 8), ("33", 3, 4, 6), ("33.3", 4, 6), ("0", 5), ("62", 7, 9), ("12", 5)]
    return [Case(one) for one in given]


def _more_belongs_cases(rng):
    numbers = rng.permutation([7, 11, 13, 17, 19, 23, 29, 31, 37]).tolist()  # with these, no percentage is a tie
    return [Case((f"{100 * rng.random():.1f}", *numbers)) for _ in range(3)] + [
        Case((f"{rng.integers(101)}", *numbers))
    ]


def _contradictions(of):
    def share():
        contradicts = (load("links")["relation"] == "contradicts").sum()
        return [contradicts / of()]

    return share


def _links_that_agree():
    return len(_agreeing())


def _recent(years=RECENT, of=None):
    def share():
        references = load("references")
        dated = references["year"].notna()
        recent = references["year"] > references["year"].max() - years
        return [recent.sum() / (of or (lambda known: known.sum()))(dated)]

    return share


check = Check(
    {
        1: Names(
            _contradicted,
            among=_places,
            wrong=(
                Wrong(lambda: _labels(True), "Those are the statements; name the documents in which they stand."),
                Wrong(lambda: _labels(False), "That is what the paper names for its figure; does it contradict it?"),
                Wrong(
                    lambda: set(_from_paper()["from_where"]),
                    "That is where the figure itself stands; find what it contradicts.",
                ),
            ),
        ),
        2: Names(
            _rests_on,
            among=_nodes,
            wrong=(
                Wrong(_next_to, "Those are the next ones; what these rest on counts too."),
                Wrong(lambda: _rests_on("vote_74"), "That is the vote count; the slides were asked for."),
                Wrong(lambda: ["yeo2023", *_rests_on()], "A document does not rest on itself."),
            ),
        ),
        3: Numbers(
            _share_of_names,
            ("the share about names and dates",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(_as_judged, "Nothing has changed yet: the team counts still only differ."),
                Wrong(_of_all_apart, "Look at the denominator: only contradictions, not all pairs that part."),
            ),
        ),
        4: Function(
            _belongs_cases,
            _belongs_to,
            ordered=False,
            more=_more_belongs_cases,
            wrong=(
                Wrong(
                    lambda printed, *numbers: [n for n in numbers if matching_counts(round(float(printed)), n)],
                    "It rounds to whole percentages; as many decimals were printed as the text has.",
                ),
                Wrong(
                    lambda printed, *numbers: [n for n in numbers if n not in _belongs_to(printed, *numbers)],
                    "Those are the numbers to which it cannot belong.",
                ),
                Wrong(
                    lambda printed, *numbers: _belongs_to(printed, *numbers)[:1],
                    "More than one of the numbers may fit; go through them all.",
                ),
                Wrong(
                    lambda printed, *numbers: [
                        n for n in numbers if any(100 * k / n == float(printed) for k in range(n + 1))
                    ],
                    "A printed percentage is rounded; so must be what it is held against.",
                ),
            ),
        ),
        5: Numbers(
            _contradictions(lambda: len(_apart())),
            ("the share that contradict",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(
                    _contradictions(lambda: len(load("links"))),
                    "Look at the denominator: only the pairs that part, not all links.",
                ),
                Wrong(
                    _contradictions(_links_that_agree), "Look at the denominator: those are the links that do not part."
                ),
                Wrong(
                    lambda: [(_apart()["relation"] == "differs from").mean()],
                    "Those may both hold; look for the pairs that cannot both be right.",
                ),
            ),
        ),
        6: Numbers(
            _recent(),
            ("the share of recent entries",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(_recent(of=len), "Look at the denominator: an entry without a year cannot be called old."),
                Wrong(_recent(RECENT + 1), "Count the years again: with both ends that is one too many."),
                Wrong(_recent(RECENT - 1), "Count the years again: with both ends that is one too few."),
            ),
        ),
    }
)
