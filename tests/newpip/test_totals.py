"""Control totals show a change of any one cell."""

import pandas as pd
import pytest

from newpip.totals import FEW, control_totals

FRAME = pd.DataFrame(
    {
        "n": pd.array([1, 2, None], dtype="Int64"),
        "share": [0.25, 0.5, None],
        "held": [True, False, True],
        "day": pd.to_datetime(["1970-01-02", None, "1970-01-11"]),
        "kind": ["a", "b", ""],
    }
)
TEXT = pd.DataFrame({"text": [f"word {place:02d}" for place in range(FEW + 1)]})


def test_each_kind_of_column_has_its_total():
    totals = control_totals({"t": FRAME}).set_index("column")
    assert totals["total"].to_dict() == {"n": "3", "share": "0.75", "held": "2", "day": "11", "kind": "a 1; b 1"}
    assert totals["filled"].to_dict() == {"n": 2, "share": 2, "held": 3, "day": 2, "kind": 2}


def test_long_text_is_counted_in_characters():
    totals = control_totals({"t": TEXT}).iloc[0]
    assert (totals["kind"], totals["total"]) == ("characters", f"{7 * (FEW + 1)} in {FEW + 1} values")


@pytest.mark.parametrize(
    ("column", "value"),
    [("n", 3), ("share", 0.26), ("held", False), ("day", pd.Timestamp("1970-01-03")), ("kind", "b")],
)
def test_a_changed_cell_shows(column, value):
    changed = FRAME.copy()
    changed.loc[0, column] = value
    assert not control_totals({"t": changed}).equals(control_totals({"t": FRAME}))
