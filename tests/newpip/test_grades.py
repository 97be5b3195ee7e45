"""The grades of rows, in order and in words."""

import pandas as pd
import pytest

from newpip import grades


def test_the_worst_is_the_last_in_order():
    assert grades.worst(["source", "memory", "abstract"]) == "memory"


def test_an_unknown_grade_is_refused():
    with pytest.raises(ValueError, match="is not in list"):
        grades.worst(["source", "hearsay"])


def test_rows_of_documents_that_were_not_read_are_told_from_assumptions():
    assert grades.unread(pd.Series(["source", "secondary", "assumption"])).tolist() == [False, True, False]


def test_the_rows_below_the_best_grade_are_counted():
    counts = {"source": 1, "abstract": 2, "assumption": 1}
    said = "2 of 4 rows behind this: read in its abstract. 1 of 4 rows behind this: our assumption or judgement."
    assert grades.note(counts, "rows behind this") == said
    assert grades.note({"source": 4}) == grades.note({}) == ""
