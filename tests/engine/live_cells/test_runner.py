"""What runs cells in the page, tried in this Python: a cell's faults are its own, and what it sends has limits."""

import json
import subprocess
import sys

import pytest

from newpip_book.live_cells.assets import SCRIPTS

RUN = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
import runner

async def run():
    sent = []
    session = runner.Runner(lambda text: sent.append(json.loads(text)))
    for run, code in enumerate(json.loads(sys.argv[2])):
        ok = session.run(run, code, "wide", run)
        ok = ok if isinstance(ok, bool) else await ok
        sent.append({"run": run, "kind": "done", "ok": ok})
    sys.__stdout__.write(json.dumps(sent))

asyncio.run(run())
"""
CELLS = {
    "bytes": "import sys\nsys.stdout.write(b'a')",
    "none": "sys.stdout = sys.stderr = None\nprint('lost')",
    "after none": "print('seen')\nprint('too', file=sys.stderr)",
    "closed": "sys.stdout.close()\nprint('refused')",
    "after closed": "print('seen')",
    "bad stream": "class Bad:\n    closed = False\n    def write(self, text): return len(text)\n"
    "    def flush(self): raise ValueError('no flush')\nsys.stdout = Bad()",
    "after bad stream": "sys.stdout = None",
    "words fail": "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
    "kind fails": "class Worse(Exception): pass\nWorse.__module__ = 3\nraise Worse(Worse)",
    "display fails": "class Fails:\n    def _ipython_display_(self): raise ValueError('shown')\nFails()",
    "display exits": "class Exits:\n    def __repr__(self): raise SystemExit\nExits()",
    "not json": "display({'application/json': {'a': float('nan'), 1: {2}}}, raw=True)",
    "odd data": "display({'text/plain': 3, 'image/png': b'a'}, raw=True)",
    "nul": "a = 1\x00",
    "much": "print('a' * 60_000)\nprint('b' * 60_000, file=sys.stderr)\nprint('c')",
    "turns": "for n in range(3000):\n    print(n)\n    print(n, file=sys.stderr)",
    "many": "for n in range(2000): display(n)",
    "large": "from IPython.display import SVG\nSVG('<svg>' + ' ' * 4_000_000 + '</svg>')",
    "long": "'a' * 1_000_000",
    "long note": "error = ValueError('short')\nerror.add_note('n' * 1_000_000)\nraise error",
    "warned": "import warnings\nwarnings.warn('careful')",
    "warned again": "warnings.warn('careful')",
    "figure fails": "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.title('$\\\\frac$')",
    "after figure": "plt.get_fignums()",
}


@pytest.fixture(scope="module")
def sent():
    """What each cell sent, run one after the other."""
    command = [sys.executable, "-c", RUN, str(SCRIPTS), json.dumps(list(CELLS.values()))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    messages = json.loads(done.stdout)
    return {name: [one for one in messages if one["run"] == run] for run, name in enumerate(CELLS)}


def text(messages, name="stdout"):
    return "".join(one["text"] for one in messages if one["kind"] == "stream" and one["name"] == name)


def failed(messages):
    assert messages[-1]["ok"] is False
    return next(one["last"] for one in messages if one["kind"] == "error")


def test_streams_are_the_cells_own_and_there_again_for_the_next(sent):
    assert failed(sent["bytes"]) == "TypeError: write() argument must be str, not <class 'bytes'>"
    assert sent["none"] == [{"run": 1, "kind": "done", "ok": True}]
    assert (text(sent["after none"]), text(sent["after none"], "stderr")) == ("seen\n", "too\n")
    assert failed(sent["closed"]).startswith("ValueError: ")
    assert text(sent["after closed"]) == "seen\n"
    assert failed(sent["bad stream"]) == "ValueError: no flush"
    assert sent["after bad stream"][-1]["ok"]


def test_errors_of_showing_and_of_saying_belong_to_the_cell(sent):
    assert "Odd" in failed(sent["words fail"]) and "Worse" in failed(sent["kind fails"])
    assert failed(sent["display exits"]).startswith("SystemExit")
    shown = [one for one in sent["display fails"] if one["kind"] == "error"]
    assert shown[0]["last"] == "ValueError: shown" and sent["display fails"][-1]["ok"]
    assert sent["not json"][0]["data"]["application/json"] == {"a": "nan", "1": "{2}"}
    assert sent["odd data"][0]["data"] == {"text/plain": "3", "image/png": "YQ=="}
    assert "null" in failed(sent["nul"])
    assert "ValueError" in next(one["last"] for one in sent["figure fails"] if one["kind"] == "error")
    assert sent["after figure"][0]["data"]["text/plain"] == "[]"


def test_what_is_too_much_is_cut_and_says_so(sent):
    assert len(text(sent["much"])) == 60_001
    assert text(sent["much"], "stderr").endswith("bb\n[The rest is not shown.]\n")
    turns = [one for one in sent["turns"] if one["kind"] == "stream"]
    assert len(turns) < 3000 and turns[-1]["text"] == "\n[The rest is not shown.]\n"
    assert len([one for one in sent["many"] if one["kind"] == "display"]) == 1000
    assert text(sent["many"], "stderr") == "[The rest is not shown.]\n"
    assert set(sent["large"][0]["data"]) == {"text/plain"}
    assert text(sent["large"], "stderr").startswith("[Not shown as image/svg+xml: it has 4,000,")
    assert "[... 900,002 characters left out ...]" in sent["long"][0]["data"]["text/plain"]
    assert len(json.dumps(sent["long note"])) < 50_000 and failed(sent["long note"]) == "ValueError: short"


def test_a_warning_is_given_again(sent):
    for name in ("warned", "warned again"):
        assert "UserWarning: careful" in text(sent[name], "stderr")
