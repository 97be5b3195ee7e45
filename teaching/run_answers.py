"""Run one notebook handed in and write down what its self-checks say.

``run_answers.py NOTEBOOK RESULTS SEED SECONDS [other]``: each line of RESULTS is written as it comes, so that a
notebook that is stopped keeps what it had. A cell that takes longer than SECONDS is stopped, and the next one runs.
With ``other``, what exercises draw is drawn from other seeds than the notebook's. Folded solutions do not run, nothing
is published, and nothing is installed.
This is no fence: a notebook can read and write whatever the one who runs it can.
"""

import _thread
import json
import os
import re
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from newpip import exercises, publish

MEMORY, WRITTEN = 4 * 1024**3, 64 * 1024**2  # bytes, of memory and of any one file
ANSWERS = "newpip.answers."
PUBLISHES = ("number", "numbers", "interval", "claim", "figure", "table")


INSTALLS = re.compile(r"^([ \t]*)[%!](?:pip|conda|mamba|apt|apt-get|git|python3? -m pip)\b.*$", flags=re.MULTILINE)
NO_END = "It had not come to an end after {:g} seconds: look for a loop that never stops."


def main(notebook, results, seed, seconds, other=False):
    """Run the cells of a notebook in order, going on after one that fails."""
    hold_to_limits()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background is begun without it
    with open(results, "a", encoding="utf-8", buffering=1) as file:
        write = lambda **line: print(json.dumps(line), file=file)  # noqa: E731
        for name in PUBLISHES:
            setattr(publish, name, lambda *given, **more: None)
        listen(write, int(seed), float(seconds), other)
        shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        for place, cell in enumerate(json.loads(Path(notebook).read_text(encoding="utf-8-sig"))["cells"], 1):
            source = "".join(cell.get("source", ""))
            if cell["cell_type"] != "code" or is_solution(cell, source):
                continue
            write(cell=place)
            if error := run_cell(shell, source, float(seconds)):
                write(cell=place, error=error)
        write(done=True)


def run_cell(shell, source, seconds):
    """Run a cell, but no longer than it may; return the name of the error that stopped it."""
    try:
        with interrupted_after(seconds):
            done = shell.run_cell(INSTALLS.sub(r"\1pass", source), silent=True)
    except KeyboardInterrupt:  # it came when the cell had just ended
        return ""
    error = done.error_before_exec or done.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        return f"no end after {seconds:g} seconds"
    return exercises.one_line(type(error).__name__, 60) if error else ""


def interrupt():
    """Interrupt the main thread; where the system can, also out of what waits, such as a long sleep."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


@contextmanager
def interrupted_after(seconds):
    """Interrupt what runs as Control-C does, once it has taken too long."""
    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


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
    return "hide-cell" in ((cell.get("metadata") or {}).get("tags") or []) or source.strip() in solutions()


@cache
def solutions():
    """Read the solutions of all chapters: whoever takes the tag off one has not answered it."""
    paths = (Path(__file__).parents[1] / "chapters").glob("*.ipynb")
    cells = [cell for path in paths for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    return {"".join(cell["source"]).strip() for cell in cells if "hide-cell" in cell["metadata"].get("tags", [])}


def listen(write, seed, seconds, other):
    """Write down what each self-check says, and what it says to inputs or data that the notebook does not hold."""
    given = exercises.Drawn.given
    if other:
        exercises.Drawn.given = lambda self, chosen: given(self, f"{chosen} {seed}")

    def checked(self, number, answer, *seeds):
        if not isinstance(number, int) or number not in self.exercises:
            return
        line = {"chapter": chapter_of(self), "exercise": number, "right": False, "said": NO_END.format(seconds)}
        try:
            verdict = self.judge(number, answer, *seeds)
            line |= {"right": verdict.right, "said": verdict.said}
            if other:
                line["before"] = as_before(self, number, answer, seeds, given)
            if getattr(self.exercises[number], "more", None) and verdict.right:
                line |= {"hidden": False, "hidden_said": NO_END.format(seconds)}
                line |= with_other_inputs(self.exercises[number], answer, seed)
        finally:  # also where the cell took too long
            write(**line)

    exercises.Check.__call__ = checked


def chapter_of(check):
    """Name the chapter whose self-checks these are."""
    named = ((name, getattr(module, "check", None)) for name, module in list(sys.modules.items()))
    return next((name.rpartition(".")[2] for name, one in named if one is check and name.startswith(ANSWERS)), "")


def with_other_inputs(exercise, answer, seed):
    """Say what comes of inputs that no chapter shows."""
    hidden = Tried(exercise, exercise.more(np.random.default_rng(seed)))
    verdict = exercises.Check({0: hidden}).judge(0, answer)
    return {"hidden": verdict.right, "hidden_said": verdict.said}


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
    main(*sys.argv[1:5], other="other" in sys.argv[5:])
