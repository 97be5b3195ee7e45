"""Order and word the grades: how far the makers of a table got with each of its rows."""

GRADES = {  # from best to worst
    "source": "read in the document",
    "abstract": "read in its abstract",
    "secondary": "as reported by another document",
    "memory": "from memory, not read",
    "assumption": "our assumption",
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


def note(grades, rows="rows"):
    """Say of how many rows the document itself was not read, grade by grade.

    Parameters
    ----------
    grades : pandas.Series of str
        The grade of each row.
    rows : str
        What the rows are called.

    Returns
    -------
    str
        A sentence for each grade below the best, or nothing.
    """
    counts = grades.value_counts()
    below = [grade for grade in list(GRADES)[1:] if grade in counts]
    return " ".join(f"{counts[grade]} of {len(grades)} {rows}: {GRADES[grade]}." for grade in below)
