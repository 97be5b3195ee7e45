"""The small tables that hold the figures, the same as JSON and as Markdown."""

from newpip_book.directives.benchmark_tables import format_value


def table(name, caption, columns, rows, shown=True):
    """Gather what one table says.

    Parameters
    ----------
    name : str
        In lower case with hyphens, unique among all tables.
    caption : str
        What it shows, how it was measured, and what it does not show, in a few sentences.
    columns : dict
        From each key of the rows to the heading a reader sees, its unit included, in the order of the columns.
    rows : list of dict
        Text, numbers and booleans; None where there is nothing to measure.
    shown : bool
        Whether a reader sees it; single runs are kept in the JSON alone.

    Returns
    -------
    dict
        Ready for JSON.
    """
    strange = {key for row in rows for key in row} ^ set(columns)
    if strange or not rows:
        raise ValueError(f"table {name}: rows and columns differ in {sorted(strange)}; expected the same keys in each")
    return {"name": name, "caption": caption, "columns": columns, "rows": rows, "shown": shown}


def markdown(one):
    """Write a table as Markdown.

    Parameters
    ----------
    one : dict
        A result of :func:`table`.

    Returns
    -------
    str
    """
    lines = [list(one["columns"].values()), ["---"] * len(one["columns"])]
    lines += [[format_value(row[key]) for key in one["columns"]] for row in one["rows"]]
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"### {one['name']}\n\n{one['caption']}\n\n{body}\n"
