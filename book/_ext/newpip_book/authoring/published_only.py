"""Which cells of a chapter are for the published book alone, and for no page that is made of it on other data."""

TAG = "published-only"  # of a cell, or of the heading of a section


def left_out(cells):
    """Tell of each cell whether it is for the published book alone.

    Parameters
    ----------
    cells : list of dict
        Those of a notebook.

    Returns
    -------
    list of bool
    """
    found, inside = [], False
    for cell in cells:
        tagged = TAG in cell["metadata"].get("tags", [])
        if "".join(cell["source"]).startswith("## ") and cell["cell_type"] == "markdown":
            inside = tagged
        found.append(tagged or inside)
    return found
