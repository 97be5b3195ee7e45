"""What the rules of the data let pass does not kill a chapter; the script tries all changes, this a few drawn."""

import subprocess

import pytest

from newpip_book.maintenance.stress_data import changes
from newpip_book.project import ROOT
from tests.helpers import words


def test_rows_go_and_cells_take_what_their_description_allows():
    described = {
        "fields": [
            {"name": "year", "type": "integer", "constraints": {"required": True, "minimum": 2000}},
            {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
        ]
    }
    made = dict(changes(described, [["2017", "a"], ["2018", "b"], ["2019", "a"]]))
    assert made["without row 3"] == [["2017", "a"], ["2019", "a"]] and made["row 2 alone"] == [["2017", "a"]]
    assert made["year '2000' in row 4"][2] == ["2000", "a"] and made["kind '' in every row"][0] == ["2017", ""]
    assert made["the rows in reverse"][0] == ["2019", "a"] and not any("year ''" in said for said in made)


@pytest.mark.slow
@pytest.mark.parametrize("chapters", [("01-background", "10-service"), ("02-method",)], ids="-".join)
def test_what_the_rules_let_pass_does_not_kill_a_chapter(chapters):
    command = words(ROOT, "newpip_book.maintenance.stress_data", "--seed", "17", "--number", "40", *chapters)
    done = subprocess.run(**command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith(", 0 of which a chapter died")
