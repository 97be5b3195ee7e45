"""Kernels that start as copies: each a process of its own, with nothing of another chapter's in it."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from newpip_book.execution import forked_kernels, runner

forks = pytest.mark.skipif(not forked_kernels.FORKS, reason="kernels are forked on Linux alone")


def _chapter(*cells):
    """Make a notebook of code cells."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in cells]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _run(*chapters, first=""):
    """Run chapters side by side and return their results."""
    return [run.result() for run in runner.start_runs(dict(enumerate(chapters)), first).values()]


def _said(result):
    return [output.text for cell in result.nb.cells for output in cell.outputs]


@forks
def test_a_kernel_has_what_chapters_import_before_it_starts():
    code = "import sys\nprint('pandas' in sys.modules, 'seaborn' in sys.modules)\nif False: import pandas"
    assert _said(_run(_chapter(code))[0]) == ["True False\n"]


@forks
def test_a_kernel_takes_no_port_that_another_program_may_have_by_then():
    code = "from ipykernel import get_connection_info\nprint(get_connection_info(unpack=True)['transport'])"
    assert _said(_run(_chapter(code))[0]) == ["ipc\n"]


def test_chapters_share_nothing():
    one = _chapter("import pandas\npandas.mark = 1\nimport os\nos.environ['MARK'] = '1'\nprint(os.getpid())")
    two = _chapter("import time, os, pandas\ntime.sleep(1)\nprint(hasattr(pandas, 'mark'), 'MARK' in os.environ)")
    three = _chapter("import os\nprint(os.getpid())")
    results = _run(one, two, three)
    assert _said(results[1]) == ["False False\n"]
    assert _said(results[0]) != _said(results[2])


def test_a_copied_kernel_says_what_a_fresh_one_says():
    cells = (
        "import numpy as np\nimport matplotlib.pyplot as plt\nnp.random.default_rng(1).random(3)",
        "import os, sys\nprint(os.path.basename(os.getcwd()), __name__, os.environ['MPLBACKEND'])",
        "import pandas as pd\npd.DataFrame([['a long cell of text'] * 12], columns=[f'column {n}' for n in range(12)])",
        "import sys\nprint('' in sys.path, pd.get_option('display.max_columns'))",
        "import signal\nprint(signal.getsignal(signal.SIGTERM), signal.set_wakeup_fd(-1))",
        "plt.plot([1, 2]); ",
    )
    copied, fresh = _run(_chapter(*cells))[0], runner.execute_notebook(_chapter(*cells))
    outputs = [[cell.outputs for cell in result.nb.cells] for result in (copied, fresh)]
    assert outputs[0] == outputs[1]
    assert "image/png" in outputs[0][-1][-1].data


def test_a_line_may_run_first():
    assert _said(_run(_chapter("print(mark)"), first="mark = 7")[0]) == ["7\n"]


def test_what_fails_is_told():
    result = _run(_chapter("1 + 1", "1 / 0"))[0]
    assert "ZeroDivisionError" in runner.failure_message(runner.ROOT / "chapters" / "x.ipynb", result)
    assert ":cell 2:" in runner.failure_message(runner.ROOT / "chapters" / "x.ipynb", result)


def test_a_dead_kernel_is_told():
    assert _run(_chapter("import os\nos._exit(3)"))[0].err is not None


def test_a_dead_client_is_told(tmp_path):
    pid = tmp_path / "pid"
    run = runner.start_runs(
        {"x": _chapter(f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getppid()))\ntime.sleep(60)")}
    )
    while not pid.exists() or not pid.read_text():
        time.sleep(0.05)
    os.kill(int(pid.read_text()), signal.SIGKILL)
    with pytest.raises(EOFError):
        run["x"].result()


@forks
def test_no_kernel_outlives_its_build(tmp_path):
    """Not even where the build is killed so that it can say nothing."""
    pid = tmp_path / "pid"
    code = (
        "from tests.engine.execution.test_forked_kernels import _chapter\nfrom newpip_book.execution import runner\n"
        f"cell = \"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)\"\n"
        "runner.start_runs({'x': _chapter(cell)})['x'].result()"
    )
    build = psutil.Popen([sys.executable, "-c", code], cwd=runner.ROOT)
    while not pid.exists() or not pid.read_text():
        assert build.poll() is None
        time.sleep(0.05)
    family = [psutil.Process(int(pid.read_text())), *build.children(recursive=True)]
    build.kill()
    gone, alive = psutil.wait_procs(family, timeout=30)
    assert not alive


@forks
def test_no_copy_outlives_the_process_that_made_it():
    code = (
        "import time\nfrom newpip_book.build import pipeline\npipeline.preflight = len\n"
        "pipeline.preload_modules = lambda: [print(1, flush=True), time.sleep(600)]\npipeline.check_while_importing()"
    )
    with psutil.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"1\n"
        copies = process.children()
        assert copies
        process.kill()
        assert psutil.wait_procs(copies, timeout=30)[1] == []
