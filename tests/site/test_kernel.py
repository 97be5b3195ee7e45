"""Cells do in the page what they do in Jupyter's kernel, but for what one list of differences names."""

import os
import re
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from newpip_book.live_cells.page.differences import KNOWN
from tests.helpers import HTML, Quiet, served
from tests.site.page_python import run_in_page

CELLS = Path(__file__).with_name("kernel_cells.txt")
WAIT = 120  # seconds for a message of the kernel
ELSEWHERE = {"limits", "rendering", "scripts", "streams", "network", "order", "pictures", "versions"}  # test_live_cells
STREAMS = ("stdout", "stderr")
PICTURES = {"image/png", "image/svg+xml"}
UNLIKE = (  # what is never the same twice, or is named otherwise
    (re.compile(r"0x[0-9a-f]+"), "0x"),
    (re.compile(r"/\S*ipykernel_\d+/\d+\.py|<cell \d+>"), "CELL"),
    (re.compile(r"<(module|function|frozen)[^>\n]*>"), r"<\1>"),
)


def cells():
    """Read the cells: what each is called, which differences it may show, its code."""
    parts = re.split(r"^# %% ?(.*)\n", CELLS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    named = [part.partition(" ~ ")[::2] for part in parts[::2]]
    return [
        (name, set(others.split()), code.rstrip("\n")) for (name, others), code in zip(named, parts[1::2], strict=True)
    ]


def run_in_kernel(codes):
    """Run cells in Jupyter's own kernel; return what each sent."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}  # it would show less
    manager, client = start_new_kernel(kernel_name="python3", env=usual)
    try:
        options = {"allow_stdin": False, "stop_on_error": False}
        places = {client.execute(code, **options): place for place, code in enumerate(codes)}
        sent, done = [[] for _ in codes], 0
        while done < len(codes):
            message = client.get_iopub_msg(timeout=WAIT)
            place = places.get(message["parent_header"].get("msg_id"))
            if place is not None:
                sent[place].append(message)
                done += message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        return sent
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def from_kernel(messages):
    """Write a kernel's messages as the page writes its own."""
    kinds = {"execute_result": "display", "display_data": "display", "update_display_data": "update"}
    for one in messages:
        kind, content = one["msg_type"], one["content"]
        if kind == "stream":
            yield {"kind": "stream", **content}
        elif kind in kinds:
            name = content.get("transient", {}).get("display_id")
            yield {"kind": kinds[kind], "data": content["data"], "metadata": content["metadata"], "id": name}
        elif kind == "error":
            yield {"kind": "error", "last": f"{content['ename']}: {content['evalue']}"}
        elif kind == "clear_output":
            yield {"kind": "clear", "wait": content["wait"]}


def alike(text):
    for found, wanted in UNLIKE:
        text = found.sub(wanted, text)
    return text


def shown(messages, named):
    """Return what a cell's messages leave to be seen, in a form that two machines can agree on."""
    left, clearing = [], False
    for one in messages:
        kind = one["kind"]
        if kind == "clear":
            left, clearing = (left, True) if one["wait"] else ([], False)
            continue
        if clearing and kind != "update":
            left, clearing = [], False
        if kind == "update":
            named[one["id"]][1] = forms(one)
        elif kind == "stream":
            append_text(left, one["name"], alike(one["text"]))
        elif kind == "error":
            left.append(["error", one["last"].split("\n")[0].removesuffix(": ")])
        else:
            left.append(["display", forms(one)])
            named[one["id"] or object()] = left[-1]
    return left


def append_text(left, name, text):
    """Put what is printed to one stream together: in which order both come is the kernel's chance."""
    since = 1 + max((place for place, (kind, _) in enumerate(left) if kind not in STREAMS), default=-1)
    for one in left[since:]:
        if one[0] == name:
            one[1] += text
            return
    left.append([name, text])
    left[since:] = sorted(left[since:], reverse=True)


def forms(message):
    """Return an output's forms; of pictures, that there is one."""
    forms = {"a picture" if mime in PICTURES else mime: content for mime, content in sorted(message["data"].items())}
    if "a picture" in forms:
        forms["a picture"] = ""
    return {mime: alike(content) if isinstance(content, str) else content for mime, content in forms.items()}


@pytest.fixture(scope="module")
def both(browser, page_python):
    """What each cell shows in the kernel and in the page."""
    codes = [code for _, _, code in cells()]
    with served(HTML, Quiet) as address:
        page = run_in_page(browser, address, codes)
    kernel, here, there = run_in_kernel(codes), {}, {}
    return [
        (shown(from_kernel(one), there), shown(other, here), other) for one, other in zip(kernel, page, strict=True)
    ]


def test_the_same_cells_give_the_same_but_for_what_is_named(both):
    differ = {name for (name, _, _), (kernel, page, _) in zip(cells(), both, strict=True) if kernel != page}
    found = [one for one, pair in zip(cells(), both, strict=True) if (pair[0] != pair[1]) != bool(one[1])]
    assert found == [], {name: pair[:2] for (name, _, _), pair in zip(cells(), both, strict=True) if name in differ}


def test_what_the_page_has_not_is_told_in_the_words_of_the_list(both):
    """Each error of a named difference says so, and no other does."""
    for (name, others, _), (_, _, sent) in zip(cells(), both, strict=True):
        missing = {KNOWN[other].told for other in others if KNOWN[other].error or KNOWN[other].code}
        errors = [one for one in sent if one["kind"] == "error"]
        heard = {one.get("told") or one["last"].removeprefix("NotInThePage: ") for one in errors}
        assert not missing or heard == missing, name
        assert missing or not any("told" in one for one in errors), name


def test_every_difference_is_met_by_a_cell_or_a_test_of_its_own():
    assert {other for _, others, _ in cells() for other in others} | ELSEWHERE == set(KNOWN)
