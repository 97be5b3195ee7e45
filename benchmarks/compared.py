"""The tables in which the builders are compared, made from a list of single runs."""

from collections import defaultdict
from statistics import median

from benchmarks.table import table

OURS, LIVE = "this book", "this book, with make live"
PLAIN, LIMIT = "Jupyter Book 1", "the limit"
SCENARIOS = {
    "cold": "nothing kept",
    "nothing": "nothing changed",
    "sentence": "one sentence changed",
    "code": "one code cell changed",
    "data": "one data value changed",
}
TARGETS = (
    (OURS, "cold", LIMIT, 1.15, "the limit"),
    (OURS, "cold", PLAIN, 0.7, f"{PLAIN}'s"),
    (OURS, "nothing", PLAIN, 0.2, f"{PLAIN}'s"),
    (OURS, "sentence", PLAIN, 0.6, f"{PLAIN}'s"),
    (LIVE, "sentence", PLAIN, 0.6, f"{PLAIN}'s"),
)
RUN = {
    "builder": "Builder",
    "scenario": "Scenario",
    "wall": "Seconds",
    "cpu": "Processor seconds",
    "peak": "Peak memory, MB",
    "kernels": "Kernels started",
    "right": "Page right afterwards",
}


def tables(runs, chapters, readers, changed):
    """Set the builders side by side.

    Parameters
    ----------
    runs : list of dict
        One a run: its ``round`` and what RUN names. The first builder is this book. The scenario ``any`` stands for
        all, and ``again`` for a second run of the same. The builder LIMIT has the scenarios ``kernels`` and ``pages``.
    chapters : int
        How many there are.
    readers : int
        How many of them depend on the table in which a value is changed.
    changed : str
        What is changed, in a few words.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.
    """
    walls = walls_of(runs)
    single = table("builders-runs", "Every single run, in order.", {"round": "Round"} | RUN, runs, shown=False)
    return [_costs(runs, chapters, changed), _ratios(walls), _limit(walls), _targets(runs, walls, readers), single]


def walls_of(runs):
    """Gather the seconds of each builder and scenario, round by round.

    Parameters
    ----------
    runs : list of dict
        As in :func:`tables`.

    Returns
    -------
    dict
        From builder and scenario to a list, a round each; ``any`` counts for each scenario, and both parts of the
        limit together for ``cold``.
    """
    walls = defaultdict(list)
    for one in runs:
        for scenario in SCENARIOS if one["scenario"] == "any" else [one["scenario"]]:
            walls[one["builder"], scenario].append(one["wall"])
    walls[LIMIT, "cold"] = [sum(parts) for parts in zip(walls[LIMIT, "kernels"], walls[LIMIT, "pages"], strict=True)]
    return dict(walls)


def _times(ones, others):
    """Return how many times as long one takes as another: the median over rounds."""
    return median(one / other for one, other in zip(ones, others, strict=True))


def _costs(runs, chapters, changed):
    """Table the medians of each builder and scenario."""
    groups = defaultdict(list)
    for one in runs:
        if one["builder"] != LIMIT and one["scenario"] != "again":
            groups[one["builder"], one["scenario"]].append(one)
    rows = [
        {
            "builder": builder,
            "scenario": SCENARIOS.get(scenario, "any of these"),
            **{name: median(one[name] for one in group) for name in ("wall", "cpu", "peak", "kernels")},
            "right": None if group[0]["right"] is None else all(one["right"] for one in group),
        }
        for (builder, scenario), group in groups.items()
    ]
    rounds = max(one["round"] for one in runs)
    caption = (
        f"Chapters: {chapters}. {_rounds(rounds)} visited every builder once, on the same machine. "
        "This book builds all that it is: chapters, other pages, slides, and every check of data, claims and "
        "references. The others build the chapters alone, without stored outputs, each as its documentation begins: "
        "a cover of one line, the contents, the defaults. They do not know the roles of this book's extension, warn "
        f"of some, and check nothing. What was changed: {changed}. Peak memory was looked at four times a second, "
        "and what processes share counts once. Each kernel noted when it started. The last column says whether the "
        "page held the change right afterwards: a builder that looks at notebooks alone goes on showing the old "
        "result of a changed table. nbconvert keeps nothing from one build to the next, as a second run showed, which "
        "started as many kernels as the first; so one run a round stands for every scenario. While "
        "make live runs, the time is that from saving a chapter until its page is told to reload; the libraries "
        "were imported before."
    )
    return table("builders", caption, RUN, rows)


def _rounds(number):
    """Say of how many rounds the figures are."""
    return f"Medians of {number} rounds, each of which" if number > 1 else "A single round, which"


def _ratios(walls):
    """Table how many times as long as this book each other builder takes."""
    builders = [name for name in dict.fromkeys(builder for builder, _ in walls) if name not in (OURS, LIVE, LIMIT)]
    scenarios = [name for name in SCENARIOS if (OURS, name) in walls]
    rows = [
        {"builder": builder} | {name: _times(walls[builder, name], walls[OURS, name]) for name in scenarios}
        for builder in builders
    ]
    caption = (
        "Seconds of each builder as a multiple of this book's in the same round: the median over rounds. Above one, "
        "this book was quicker, though it does more. Where nothing changed, it only compares digests of its files."
    )
    columns = {"builder": "Builder"} | {name: SCENARIOS[name].capitalize() for name in scenarios}
    return table("builders-ratios", caption, columns, rows)


def _limit(walls):
    """Table what no cold build can do without, beside this book's."""
    limit = walls[LIMIT, "cold"]
    parts = {
        "The chapters' kernels alone": walls[LIMIT, "kernels"],
        "The pages alone": walls[LIMIT, "pages"],
        "Together: the limit": limit,
        "This book's cold build": walls[OURS, "cold"],
    }
    rows = [{"part": name, "wall": median(one), "times": _times(one, limit)} for name, one in parts.items()]
    caption = (
        "What a cold build has to do: run the chapters in fresh kernels, as many at a time as there are cores, and "
        "let Sphinx write all pages of what has run. Each was measured alone, in every round. A build can stay below "
        "their sum where it does one while the other goes on, or where its kernels do not start afresh."
    )
    return table("builders-limit", caption, {"part": "Part", "wall": "Seconds", "times": "Times the limit"}, rows)


def _targets(runs, walls, readers):
    """Table what was aimed at, and whether it was met."""
    rows = []
    for who, scenario, other, most, what in TARGETS:
        if (who, scenario) in walls and (other, scenario) in walls:
            found = _times(walls[who, scenario], walls[other, scenario])
            when = " while make live runs" if who == LIVE else ""
            target = f"{SCENARIOS[scenario].capitalize()}{when}: at most {most} times {what}"
            rows.append({"target": target, "measured": found, "met": found <= most})
    for scenario, expected in {"nothing": 0, "sentence": 0, "code": 1, "data": readers}.items():
        started = [one["kernels"] for one in runs if (one["builder"], one["scenario"]) == (OURS, scenario)]
        if started:
            target = f"{SCENARIOS[scenario].capitalize()}: kernels started, {expected} expected"
            rows.append({"target": target, "measured": max(started), "met": set(started) == {expected}})
    caption = (
        "What the builds of this book are held to, and what was measured: the median over rounds of the ratio within "
        "each round, and the most kernels of any round. A changed data value has to run the chapters that read its "
        "table, and no others."
    )
    return table("builders-targets", caption, {"target": "Target", "measured": "Measured", "met": "Met"}, rows)
