"""A book of three hundred chapters: checking one costs what it costs in a book of thirty."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import words

SOURCE = Path(__file__).parents[1] / "other_book"
TIMES = """import os, sys
from newpip_book import cli
code = cli.main(["check"])
print(code, sum(os.times()[:2]))"""


def many(folder, number):
    """Write a book with this many tiny chapters after its own."""
    shutil.copytree(SOURCE, folder)
    notebook = json.loads((folder / "chapters" / "02-keepers.ipynb").read_text(encoding="utf-8"))
    notebook["metadata"].pop("newpip", None)
    listed, labels = "", ""
    for at in range(number):
        text = f"(chapter-c{at})=\n# Chapter c{at}\n\nIt counts {{glue:text}}`c{at}.count` keepers."
        codes = (
            "from newpip.data import load\nfrom newpip.publish import number",
            f'keepers = load("keepers")\nnumber("c{at}.count", len(keepers))',
        )
        notebook["cells"] = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": text}] + [
            {
                **{"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": code},
                "outputs": [],
                "execution_count": None,
            }
            for n, code in enumerate(codes)
        ]
        (folder / "chapters" / f"c{at:03}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        listed += f"      - file: chapters/c{at:03}\n"
        labels += f"c{at}.count,The count of c{at}\n"
    toc = (folder / "_toc.yml").read_text(encoding="utf-8")
    last = "      - file: chapters/02-keepers\n"
    (folder / "_toc.yml").write_text(toc.replace(last, last + listed), encoding="utf-8")
    with (folder / "book" / "result-labels.csv").open("a", encoding="utf-8") as stream:
        stream.write(labels)
    return folder


@pytest.mark.night
def test_the_cost_of_checking_a_chapter_stays_level(tmp_path):
    costs = {}
    for number in (1, 30, 300):
        book = many(tmp_path / str(number), number)
        command = words(book, "newpip_book", "check")
        command["args"] = [sys.executable, "-c", TIMES]
        done = subprocess.run(**command, capture_output=True, check=False)
        code, seconds = done.stdout.split()[-2:]
        assert code == "2" and done.stderr.count("stale outputs") == number + 2, done.stderr[-2000:]
        costs[number] = float(seconds)
    few, lots = (costs[30] - costs[1]) / 29, (costs[300] - costs[1]) / 299
    assert lots < 2 * few + 0.005, costs
