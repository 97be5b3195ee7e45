"""Order and word the grades: how far the makers of a table got with each of its rows."""

GRADES = {  # from best to worst
    "source": "read in the document",
    "abstract": "read in its abstract",
    "secondary": "as reported by another document",
    "memory": "from memory, not read",
    "assumption": "our assumption or judgement",
}
UNREAD = ("abstract", "secondary", "memory")  # there is a document, and it was not read itself


def worst(grades):
    """Return the worst of some grades.

    Parameters
    ----------
    grades : iterable of str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is none, or one is not in ``GRADES``.
    """
    return max(grades, key=list(GRADES).index)


def unread(grades):
    """Tell which rows state what a document holds that was not read itself.

    Parameters
    ----------
    grades : pandas.Series of str

    Returns
    -------
    pandas.Series of bool
    """
    return grades.isin(UNREAD)


def note(counts, rows="rows"):
    """Say of how many rows the document itself was not read, grade by grade.

    Parameters
    ----------
    counts : dict of str to int
        The number of rows of each grade.
    rows : str
        What the rows are called.

    Returns
    -------
    str
        A sentence for each grade below the best, or nothing.
    """
    below, total = [grade for grade in list(GRADES)[1:] if counts.get(grade)], sum(counts.values())
    return " ".join(f"{counts[grade]} of {total} {rows}: {GRADES[grade]}." for grade in below)
