"""Run one notebook handed in and write down what its self-checks say: ``run_answers.py NOTEBOOK RESULTS SEED [other]``.

Each line of RESULTS is written as it comes, so that a notebook that is stopped keeps what it had. With ``other``, what
exercises draw is drawn from other seeds than the notebook's. Folded solutions do not run, and nothing is published.
This is no fence: a notebook can read and write whatever the one who runs it can.
"""

import json
import os
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from newpip import exercises, publish

MEMORY, WRITTEN = 4 * 1024**3, 64 * 1024**2  # bytes, of memory and of any one file
PUBLISHES = ("number", "numbers", "interval", "claim", "figure", "table")


def main(notebook, results, seed, other=False):
    """Run the cells of a notebook in order, going on after one that fails."""
    hold_to_limits()
    with open(results, "a", encoding="utf-8", buffering=1) as file:
        write = lambda **line: print(json.dumps(line), file=file)  # noqa: E731
        for name in PUBLISHES:
            setattr(publish, name, lambda *given, **more: None)
        listen(write, int(seed), other)
        shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        for place, cell in enumerate(json.loads(Path(notebook).read_text(encoding="utf-8-sig"))["cells"], 1):
            source = "".join(cell.get("source", ""))
            if cell["cell_type"] != "code" or is_solution(cell, source):
                continue
            write(cell=place)
            done = shell.run_cell(source, silent=True)
            error = done.error_before_exec or done.error_in_exec
            if error:
                write(cell=place, error=exercises.one_line(type(error).__name__, 60))
        write(done=True)


def hold_to_limits():
    """Hold this process to limits of memory and of what it writes, where the system has them."""
    try:
        resource = import_module("resource")
    except ImportError:  # Windows has none
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, WRITTEN)):
        with suppress(ValueError, OSError):  # a Mac refuses the former, and some containers either
            resource.setrlimit(kind, (most, most))


def is_solution(cell, source):
    """Tell a folded solution of the book's from a student's cell."""
    return "hide-cell" in cell.get("metadata", {}).get("tags", []) or source.strip() in solutions()


@cache
def solutions():
    """Read the solutions of all chapters: whoever takes the tag off one has not answered it."""
    paths = (Path(__file__).parents[1] / "chapters").glob("*.ipynb")
    cells = [cell for path in paths for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    return {"".join(cell["source"]).strip() for cell in cells if "hide-cell" in cell["metadata"].get("tags", [])}


def listen(write, seed, other):
    """Write down what each self-check says, and what it says to inputs or data that the notebook does not hold."""
    given = exercises.Drawn.given
    if other:
        exercises.Drawn.given = lambda self, chosen: given(self, f"{chosen} {seed}")

    def checked(self, number, answer, *seeds):
        verdict = self.judge(number, answer, *seeds)
        line = {"exercise": number, "right": verdict.right, "said": verdict.said}
        if other:
            line["before"] = as_before(self, number, answer, seeds, given)
        exercise = self.exercises[number]
        if getattr(exercise, "more", None) and verdict.right:
            rng = np.random.default_rng(seed)
            hidden = exercises.Check({number: Tried(exercise, exercise.more(rng))}).judge(number, answer)
            line |= {"hidden": hidden.right, "hidden_said": hidden.said}
        write(**line)

    exercises.Check.__call__ = checked


class Tried:
    """A function's exercise with other inputs than its own."""

    def __init__(self, exercise, cases):
        self.exercise, self.cases = exercise, cases

    def judge(self, answer):
        """Judge as the exercise does."""
        return self.exercise.judge(answer, self.cases)


def as_before(check, number, answer, seeds, given):
    """Whether the answer would be right with the published data and the notebook's own seed."""
    changed, drawn = os.environ.pop("NEWPIP_DATA"), exercises.Drawn.given
    exercises.Drawn.given = given
    try:
        return check.judge(number, answer, *seeds).right
    finally:
        os.environ["NEWPIP_DATA"], exercises.Drawn.given = changed, drawn


if __name__ == "__main__":
    main(*sys.argv[1:4], other="other" in sys.argv[4:])
