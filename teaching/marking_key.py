"""Print the marking key of the course: what a good answer holds, with the numbers as the data now give them.

Of each exercise it prints the answer, a model solution, and the usual wrong answers with what to say of each.
``newpip key`` runs it. Nothing of it is stored, so that it cannot be out of date, and nothing of it is published.
"""

import json
import re
import runpy
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from newpip import dropout, referrals, sample
from newpip.data import load
from newpip.exercises import Drawn, Function, Judgement, Names
from newpip.intervals import wilson
from newpip.services import proportions

MARK = "Key of the course, for whoever marks; not for the pages"
CHAPTERS = sorted((Path(__file__).parents[1] / "chapters").glob("*.ipynb"))
CHECKED = re.compile(r"^check\((\d+), ", flags=re.MULTILINE)
SEED = 1  # of the drawn exercises that are shown


def main():
    """Print the key as Markdown."""
    print(f"# {MARK}\n")
    print("## The usual claims of the essay\n\n" + "\n".join(f"- {line}" for line in claims()) + "\n")
    print("## The exercises\n\n" + "\n".join(line for path in CHAPTERS for line in exercises(path)) + "\n")
    for folder, (title, _, odd) in project()["SERVICES"].items():
        print(f"## {title} (the project's {folder})\n\n" + "\n".join(f"- {line}" for line in odd) + "\n")
    print("## In every essay\n\n" + "\n".join(f"- {line}" for line in FAULTS))


FAULTS = (
    "Full marks on recomputing also for a claim that cannot be recomputed, if the missing count is named.",
    "A limit called the whole uncertainty: it allows for chance alone. Half of the marks for limits.",
    "An illustration taken for a finding: the paper counts no benefit. No marks for the sentence.",
    "A trial's dropout, however counted, taken for the service's own. Half of the marks for the assumption.",
    "Scorn for the authors, or a guess at who a participant is: talk to the student.",
)


def project():
    """Read the services of the project, with what is odd about each."""
    return runpy.run_path(str(Path(__file__).with_name("project.py")))


def claims():
    """Compute what the usual choices lead to: one line each."""
    counts = load("referrals")
    by_month = referrals.monthly(counts, load("exposure_readings")).dropna()
    first = by_month[by_month["year"] == by_month["year"].min()]
    readings = ", ".join(f"{row.growth:+.1%} ({row.reading})" for row in first.itertuples())
    yield f"Growth: {referrals.cagr(counts):.1%} a year on average; growth of the first step by the month: {readings}."
    for row in sample.response(load("recruitment")).itertuples():
        yield (
            f"Response of the {row.participant_group}s: {row.interviewed} of {row.invited}, {row.estimate:.1%} "
            f"({row.low:.1%} to {row.high:.1%}, Wilson); unknown before the invitation."
        )
    families, referred = (load("activity").set_index("measure").loc[name, "n"] for name in ("families", "referrals"))
    share = wilson(families, referred)
    yield f"Families of referrals: {share.estimate:.1%} ({share.low:.1%} to {share.high:.1%}), were each one family."
    for row in proportions(load("outcomes")).itertuples():
        yield f"{row.outcome_id}: {row.estimate:.1%} ({row.low:.1%} to {row.high:.1%})."
    quoted = load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]
    everyone = dropout.bounds(quoted, 1.0)
    yield f"Dropout of {quoted:.0%} with every completer helped: {everyone.low:.1%} to {everyone.high:.1%} of all."


def exercises(path):
    """List the exercises of a chapter: answer, usual wrong answers with what to say, and model solution."""
    chapter, solved = path.stem.partition("-")[2], solutions(path)
    for number, exercise in import_module(f"newpip.answers.{chapter.replace('-', '_')}").check.exercises.items():
        drawn = ""
        if isinstance(exercise, Drawn):
            given = exercise.given(SEED)
            drawn = f"drawn from a seed; from {SEED}, which gives {_listed(given)}: "
            exercise = exercise.asks(**given)
        yield f"- {chapter}, {number}: {drawn}{_answer(exercise)}"
        for one in getattr(exercise, "wrong", ()):
            yield f"    - Wrong{_came_to(exercise, one)}. Say: {one.said}"
        yield "\n" + "\n".join(f"      {line}".rstrip() for line in solved[number].splitlines()) + "\n"


def solutions(path):
    """Read the model solutions of a chapter, by the number of their exercise."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if "hide-cell" in cell["metadata"].get("tags", [])]
    return {int(CHECKED.search(source)[1]): source for source in sources}


def _came_to(exercise, one):
    """Say what a usual wrong way comes to, where it comes to something."""
    if isinstance(exercise, Function):
        return ", on some inputs"
    with suppress(ArithmeticError, LookupError, ValueError):  # other data may not have what it needs
        return f": {_told(exercise, one.way())}"
    return ""


def _answer(exercise):
    if isinstance(exercise, Judgement):
        return "the student's own judgement; mark the argument."
    if isinstance(exercise, Function):
        more = " and others by newpip mark" if exercise.more else ""
        return f"a function, tried on {len(exercise.cases())} inputs by the self-check{more}."
    return f"{_told(exercise, exercise.right())}."


def _told(exercise, values):
    if isinstance(exercise, Names):
        return "; ".join(values)
    told = [f"{value:.4g}" if exercise.within or value % 1 else f"{value:.0f}" for value in values]
    return "; ".join(f"{name} {value}" for name, value in zip(exercise.names, told, strict=True))


def _listed(given):
    return ", ".join(f"{name} {value}" for name, value in given.items())


if __name__ == "__main__":
    main()
