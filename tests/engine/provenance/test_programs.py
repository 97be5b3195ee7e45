"""Programs run each from an empty namespace, and a shared beginning once."""

import ast
import sys

import pytest

from newpip_book.authoring import slices
from newpip_book.provenance import programs

FIRST = "from newpip.publish import number"


def program(*lines):
    """Return the statements of a program."""
    nodes = [(at, line, ast.parse(line).body[0]) for at, line in enumerate((FIRST, *lines), 1)]
    for at, _, node in nodes:
        ast.increment_lineno(node, at)
    return [slices.Statement(at, node, line) for at, line, node in nodes]


def test_each_program_says_what_it_publishes():
    found = programs.run_all({"a": program("x = 1", "number('n', x + 0.5)"), "b": program("number('m', 'words')")})
    assert found["a"]["n"]["value"] == 1.5 and found["b"]["m"]["value"] == "words"


@pytest.mark.parametrize("forks", [True, False])
def test_a_program_sees_nothing_of_another(forks, monkeypatch):
    monkeypatch.setattr(programs, "FORKS", forks and programs.FORKS)
    shared = "kept = []"
    found = programs.run_all(
        {
            "changes": program(shared, "kept.append(1)", "number('n', len(kept))"),
            "does not": program(shared, "number('n', len(kept))"),
            "lacks it": program("number('n', len(kept))"),
        }
    )
    assert found["changes"]["n"]["value"] == 1 and found["does not"]["n"]["value"] == 0
    assert found["lacks it"] == "NameError: name 'kept' is not defined"


def test_a_shared_beginning_runs_once(tmp_path):
    count = f"open({str(tmp_path / 'runs')!r}, 'a').write('x')"
    one, two = (program(count, f"number('{key}', 1)") for key in "ab")
    assert set(programs.run_all({"a": one, "b": two})) == {"a", "b"}
    assert (tmp_path / "runs").read_text() == "x"


def test_a_program_that_fails_says_why_and_stops_no_other():
    found = programs.run_all({"a": program("x = 1 / 0", "number('n', x)"), "b": program("number('n', 2)")})
    assert found["a"] == "ZeroDivisionError: division by zero" and found["b"]["n"]["value"] == 2


def test_a_program_may_be_longer_than_the_interpreter_can_nest():
    lines = [f"x = {at}" for at in range(sys.getrecursionlimit())]
    found = programs.run_all({"a": program(*lines, "number('n', x)"), "b": program(*lines, "number('m', x)")})
    assert found["a"]["n"]["value"] == found["b"]["m"]["value"] == len(lines) - 1
