"""Build tables of docutils nodes."""

from docutils import nodes


def simple_table(header, rows, classes, title="", stub=0):
    """Build a table.

    Parameters
    ----------
    header : list of str
        The names of the columns.
    rows : list of list
        Cells of text or of inline nodes.
    classes : list of str
    title : str, optional
        Its caption.
    stub : int
        How many columns, from the first, name the rows.

    Returns
    -------
    docutils.nodes.table
    """
    columns = [nodes.colspec("", colwidth=1, **({"stub": 1} if at < stub else {})) for at in range(len(header))]
    group = nodes.tgroup("", *columns, cols=len(header))
    group += nodes.thead("", table_row(header))
    group += nodes.tbody("", *map(table_row, rows))
    return nodes.table("", *([nodes.title("", title)] if title else []), group, classes=classes)


def table_row(cells):
    """Build a row of a table.

    Parameters
    ----------
    cells : list
        Text or inline nodes.

    Returns
    -------
    docutils.nodes.row
    """
    inline = [nodes.Text(cell) if isinstance(cell, str) else cell for cell in cells]
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", cell)) for cell in inline])
