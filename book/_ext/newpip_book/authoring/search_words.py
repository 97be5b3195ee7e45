"""Read what readers may type in the search, and the words of the book for it."""

from newpip import schema
from newpip_book.authoring import notebooks

LIST = "book/search-words.csv"
NAMES = ("typed", "means")
COLUMNS = {
    "schema": {
        "fields": [{"name": name, "type": "string", "constraints": {"required": True}} for name in NAMES],
        "primaryKey": "typed",
    }
}


def read():
    """Read the list.

    Returns
    -------
    words : dict of str to str
        From what is typed, in small letters, to the words of the book, several parted by semicolons; none where the
        book has no list.
    problems : list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    path = notebooks.ROOT / LIST
    if not path.is_file():
        return {}, []
    table = schema.Table(LIST, COLUMNS, path)
    if table.sound:
        table.check()
    return ({} if table.problems else dict(table.rows)), table.problems
