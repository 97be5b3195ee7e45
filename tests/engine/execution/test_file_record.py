"""What a chapter's kernel opened is held against what its code names; where a run goes wrong, the very cell is told."""

import pytest

from newpip_book.execution import file_record, forked_kernels, runner
from tests.engine.execution.test_forked_kernels import _chapter

OPEN = "import builtins\nlook = getattr(builtins, 'op' + 'en')\n"
PLACE = runner.ROOT / "chapters" / "x.ipynb"
# The cells of a chapter, the cell that is told, and what is said of it; nothing where all is well.
RUNS = {
    "a table through open": (
        ["x = 1", f"{OPEN}look('../data/teams.csv').read();"],
        2,
        'it read data/teams.csv, which its code does not name; load("teams") in a cell was expected',
    ),
    "a table by another load": (
        ["import importlib", "importlib.import_module('newpip.data').load('te' + 'ams');"],
        2,
        "data/datapackage.json, data/teams.csv, which its code does not name",
    ),
    "a module": (["__import__('newpip.gri' + 'm');"], 1, "it read newpip/__init__.py, newpip/grim.py, which"),
    "another file of the project": ([f"{OPEN}look('../README.md').read();"], 1, "it read README.md"),
    "what is foreseen": (
        ["from newpip import grim\nfrom newpip.data import load", "len(load('teams')), grim.__name__"],
        0,
        "",
    ),
    "a file elsewhere": ([f"{OPEN}look('/etc/hostname', 'rb').read();"], 0, ""),
    "a warning": (
        ["x = 1", "", "import warnings\nwarnings.warn('this is old')", "y = 2"],
        3,
        "it warned: UserWarning: this is old; a cell that gives no warning was expected",
    ),
    "words beside the output": (
        ["import sys", "print('first\\nsecond', file=sys.stderr)", "y = 2"],
        2,
        "it warned: first second; a cell that gives no warning was expected",
    ),
    "an output that no page shows": (
        ["x = 1", "display({'text/html': '<script>1</script>'}, raw=True)"],
        2,
        "it shows HTML with <script>, which pages do not let through; figure() or table(), or print(), was expected",
    ),
    "a killed Python": (["x = 1", "import os\nos.kill(os.getpid(), 9)", "y = 2", "z = 3"], 2, "Python itself stopped"),
    "an end by an exception": (["x = 1", "raise SystemExit(0)", "y = 2"], 2, "SystemExit: 0; a cell that runs"),
    "the end": (["x = 1", "exit()", "y = 2", "z = 3"], 2, "name 'exit' is not defined"),
    "the end of Python": (["x = 1", "import os\nos._exit(0)", "y = 2", "z = 3"], 2, "Python itself stopped"),
}


@pytest.fixture(scope="module")
def runs():
    """All of them, run side by side."""
    started = runner.start_runs({name: _chapter(*cells) for name, (cells, *_) in RUNS.items()})
    return {name: run.result() for name, run in started.items()}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_tells_the_cell_that_went_wrong(name, runs):
    _, cell, said = RUNS[name]
    if not cell:
        assert runs[name].err is None
        return
    told = runner.failure_message(PLACE, runs[name])
    assert told.startswith(f"chapters/x.ipynb:cell {cell}: ") and said in told and " expected\n" in told


def test_a_semicolon_is_silent_though_no_history_is_kept(request):
    """As nbval runs cells."""
    manager = forked_kernels.NamedKernelManager(kernel_name="python3")
    manager.start_kernel()
    request.addfinalizer(lambda: manager.shutdown_kernel(now=True))
    client = manager.blocking_client()
    client.start_channels()
    request.addfinalizer(client.stop_channels)
    client.wait_for_ready(timeout=120)
    shown = []
    for source in ("1 + 1", "2 + 2;", "3 + 3 # ;", "4 + 4; "):
        client.execute_interactive(source, store_history=False, output_hook=shown.append)
    results = [one["content"]["data"]["text/plain"] for one in shown if one["msg_type"] == "execute_result"]
    assert results == ["2", "6"]


def test_what_is_written_is_not_read_and_a_compiled_module_is_its_source(tmp_path):
    assert [file_record._reads(mode, 0) for mode in ("r", "rb", "r+", "w", "a", "x", "w+")] == [
        *(True, True, True, False, False, False, True),
    ]
    assert file_record._source("/a/__pycache__/b.cpython-311.pyc") == "/a/b.py"
    record = tmp_path / "record"
    assert file_record.read(record) == (0, {})
    record.write_text('{"file": "/a"}\n{"cell": true}\n{"file": "/b"}\n{"cell": true}\n')
    assert file_record.read(record) == (2, {"/a": 0, "/b": 1})
