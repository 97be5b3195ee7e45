"""Control totals: a few figures for each column of a table, by which two copies of it can be held to each other."""

from collections import Counter

import pandas as pd

FEW = 60  # values; a column of text with more, or with long ones, is counted in characters
SHORT = 30  # characters


def control_totals(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Sum up every column of every table, so that a change of any one cell shows.

    Parameters
    ----------
    tables : dict of DataFrame
        From a table's name to the table.

    Returns
    -------
    DataFrame
        One row a column: `table`, `column`, `filled` (cells that are not empty), `kind` of total and `total` (text).
        Numbers are added up, dates are added up as days since 1970, true cells are counted, a column of text with few
        short values has each value counted, and other text is counted in characters and different values.
    """
    rows = [
        {"table": name, "column": column, **_total(frame[column])}
        for name, frame in tables.items()
        for column in frame.columns
    ]
    return pd.DataFrame(rows)


def _total(values: pd.Series) -> dict:
    """Sum up one column."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return {"filled": int(values.notna().sum()), "kind": "true", "total": f"{values.sum()}"}
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        days = (values.dropna() - pd.Timestamp(0)).dt.days
        return {"filled": len(days), "kind": "days", "total": f"{days.sum()}"}
    if pd.api.types.is_numeric_dtype(values.dtype):
        return {"filled": int(values.notna().sum()), "kind": "sum", "total": f"{values.sum():.10g}"}
    said = [value for value in values.tolist() if value != ""]
    counts = Counter(said)
    if said and len(counts) <= FEW and max(map(len, counts)) <= SHORT:
        total = "; ".join(f"{value} {count}" for value, count in sorted(counts.items()))
        return {"filled": len(said), "kind": "counts", "total": total}
    return {"filled": len(said), "kind": "characters", "total": f"{sum(map(len, said))} in {len(counts)} values"}
