"""The one line that sets up and does everything, on a machine with make and on one without."""

import os
import re
import signal
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from newpip_book import cli
from newpip_book.project import ROOT
from tests.helpers import make_targets


@pytest.fixture
def program(tmp_path):
    """run.py, as it stands in a checkout that is not set up."""
    for name in ("run.py", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    spec = spec_from_file_location("run", tmp_path / "run.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_word_it_lists_what_there_is(program, capsys):
    assert program.main([]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(program.TARGETS) and {"book", "test", "test-night"} < set(listed)


def test_an_unknown_word_is_one_line(program, capsys):
    assert program.main(["bok"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("bok: one of set-up, book") and said.count("\n") == 1


def test_make_knows_the_same_targets(program):
    phony = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert make_targets() == set(phony.split()) == {*program.TARGETS, "help"}


def test_every_step_is_there(program):
    steps = [step.split() for _, steps in program.TARGETS.values() for step in steps]
    assert {step[1] for step in steps if step[0] == "newpip_book"} <= set(cli.VERBS)
    assert {step[0] for step in steps} == {"newpip_book", "pytest", "ruff", "uv", ".pip-audit", ".pre-commit"}


def test_an_environment_is_ready_where_it_was_made_and_after_its_lock(program, tmp_path):
    assert not program.is_ready()
    made = tmp_path / ".venv" / program.PROGRAMS
    made.mkdir(parents=True)
    (made / "python").touch()
    program.READY.write_text(f"{tmp_path.parent}\n", encoding="utf-8")
    assert not program.is_ready()
    program.READY.write_text(f"{program.HERE}\n", encoding="utf-8")
    assert program.is_ready()
    os.utime(program.READY, (0, 0))
    assert not program.is_ready()
    os.utime(program.READY)
    (made / "python").unlink()
    assert not program.is_ready()


def test_the_lock_names_the_uv_that_is_fetched_where_there_is_none(program, tmp_path, monkeypatch):
    asked = []
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(program.shutil, "which", lambda name: None)
    monkeypatch.setattr(program.subprocess, "run", lambda command: asked.append(command) or done)
    (tmp_path / ".venv").mkdir()
    assert program.find_uv(["pip"])[1:] == ["-m", "uv"]
    wanted = (tmp_path / ".venv" / "uv.txt").read_text(encoding="utf-8")
    assert asked[0][-1] == tmp_path / ".venv" / "uv.txt"
    assert re.fullmatch(r"uv==[\d.]+ \\\n(    --hash=sha256:\w+( \\)?\n)+(    # .*\n)*", wanted)
    done.returncode = 1
    assert program.find_uv(["pip"]) == []


def test_what_fails_stops_the_steps_and_gives_its_code(program, monkeypatch):
    ran = []
    steps = {"fails": ("", ("one", "two", "three"))}
    for name, value in {"TARGETS": steps, "set_up": lambda: None, "_command": lambda step: step}.items():
        monkeypatch.setattr(program, name, value)
    monkeypatch.setattr(program, "_run", lambda command: ran.append(command) or (2 if command == ["two"] else 0))
    assert program.main(["fails", "--much"]) == 2 and ran == [["one"], ["two"]]
    ran.clear()
    steps["fails"] = ("", ("one", "three"))
    assert program.main(["fails", "--much"]) == 0 and ran == [["one"], ["three", "--much"]]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_end_of_a_step_is_its_own(program):
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert program._run([sys.executable, "-c", "import sys; sys.exit(3)"]) == 3
        assert program._run([sys.executable, "-c", "import os; os.kill(os.getpid(), 15)"]) == 143
    finally:
        signal.signal(signal.SIGTERM, before)
