"""Work on one core, on several, or on none but this one; and a line of progress where somebody watches."""

import io
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from newpip import workers


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def square(number, shift):
    return number**2 + shift


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_results_come_in_the_order_of_the_items(n_jobs):
    assert list(workers.run(square, list(range(50)), 1, n_jobs=n_jobs)) == [n**2 + 1 for n in range(50)]


def test_every_result_is_told_of():
    told = []
    list(workers.run(square, [5, 6, 7], 0, progress=lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_error_of_a_piece_of_work_is_raised():
    with pytest.raises(TypeError):
        list(workers.run(square, [1, "a"], 0))


@pytest.mark.parametrize("n_jobs", ["None", "1"])
def test_one_core_starts_neither_process_nor_thread(n_jobs):
    """As in a browser, where there are none: starting either is made to fail."""
    program = f"""
        import multiprocessing.process, os, subprocess, threading
        def refuse(*arguments, **options): raise RuntimeError("a worker was started")
        threading.Thread.start = multiprocessing.process.BaseProcess.start = refuse
        os.fork = subprocess.Popen.__init__ = refuse
        from newpip import workers
        print(list(workers.run(pow, [2, 3], 2, n_jobs={n_jobs})))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout == "[4, 9]\n" and done.stderr == ""


def test_several_cores_do_start_workers():
    """The guard above can fail."""
    program = """
        import multiprocessing.process, os, subprocess, threading
        def refuse(*arguments, **options): raise RuntimeError("a worker was started")
        threading.Thread.start = multiprocessing.process.BaseProcess.start = refuse
        from newpip import workers
        print(list(workers.run(pow, [2, 3], 2, n_jobs=2)))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True)
    assert done.returncode and "a worker was started" in done.stderr


def test_items_are_asked_for_when_they_are_needed():
    told = []
    results = workers.run(square, iter(range(10**9)), 1, n_jobs=1, total=10**9, progress=lambda *one: told.append(one))
    assert [next(results), next(results)] == [1, 2] and told == [(1, 10**9), (2, 10**9)]


def test_streams_are_those_that_numpy_spawns():
    ours = [np.random.default_rng(stream).random(3).tolist() for stream in workers.streams(20250701, 5)]
    spawned = [np.random.default_rng(stream).random(3).tolist() for stream in np.random.SeedSequence(20250701).spawn(5)]
    assert ours == spawned


def test_pieces_are_of_one_size_but_for_the_last():
    assert workers.batches(list(range(5)), 2) == [[0, 1], [2, 3], [4]]
    assert workers.batches([], 2) == []


def steps(stream, *times):
    """Report one more piece of work at each of the times."""
    clock = Clock()
    progress = workers.Progress("runs", stream, clock=clock)
    for done, moment in enumerate(times, 1):
        clock.now = moment
        progress(done, len(times))
    return stream.getvalue()


def test_short_work_passes_in_silence():
    assert steps(Terminal(), 0.5, 1.0, 1.9) == ""


def test_long_work_is_shown_after_two_seconds_and_not_too_often():
    shown = steps(Terminal(), 1.0, 2.0, 2.1, 2.3, 2.4)
    assert shown == "\rruns: 2 of 5\rruns: 4 of 5\rruns: 5 of 5\n"


def test_work_that_was_shown_is_shown_to_be_finished():
    assert steps(Terminal(), 2.5, 2.55) == "\rruns: 1 of 2\rruns: 2 of 2\n"


def test_nothing_is_written_where_nobody_watches():
    assert steps(io.StringIO(), 3.0, 9.0) == ""


NOTEBOOK = """
from newpip import workers
progress = workers.Progress("runs", after=0)
progress(1, 2)
progress(2, 2)
"""


@pytest.mark.parametrize(("by_a_person", "expected"), [(True, "\rruns: 1 of 2\rruns: 2 of 2\n"), (False, "")])
def test_a_notebook_shows_progress_to_a_person_and_not_to_the_build(by_a_person, expected):
    manager, client = start_new_kernel(kernel_name="python3")
    written = []
    try:
        reply = client.execute_interactive(
            NOTEBOOK,
            allow_stdin=by_a_person,
            timeout=60,
            stdin_hook=lambda message: None,
            output_hook=lambda message: written.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(written) == expected
