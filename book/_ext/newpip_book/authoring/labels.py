"""Name every result in words: the lists of labels and of renamed keys, held to what is published."""

import re
from dataclasses import dataclass
from functools import lru_cache

from newpip import data, schema
from newpip_book.authoring import notebooks, published, stale

LABELS = "book/result-labels.csv"
RENAMED = "book/renamed-results.csv"
PLACE = re.compile(r"\{(?!result:)(?P<name>\w+)(?::(?P<table>\w+)\.(?P<column>\w+))?\}")
RESULT = re.compile(r"\{result:(?P<key>[\w.]+)\}")
WORDS = re.compile(r"\{(?P<name>\w+)\}=(?P<value>[\w-]+)")
KEY = r"[\w-]+(\.[\w-]+)*"
# What interval() adds to a key; a list may have words of its own for other ends of keys.
PARTS = {"estimate": "estimate", "low": "lower 95% limit", "high": "upper 95% limit"}


def _required(name):
    return {"name": name, "type": "string", "constraints": {"required": True, "unique": name != "label"}}


COLUMNS = {name: {"schema": {"fields": [_required(one) for one in names]}} for name, names in {
    LABELS: ("pattern", "label"), RENAMED: ("old", "new"),
}.items()}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """One row of the list: the label of every key that fits its pattern.

    Attributes
    ----------
    row : int
        Where it stands in the list.
    pattern : str
        A key, in which places such as ``{year}`` vary.
    text : str
        The label, in which a place of the pattern stands for its words, ``{place:table.column}`` for a cell of the row
        that the place names, and ``{result:key}`` for another result as prose shows it.
    """

    row: int
    pattern: str
    text: str


class Labels:
    """The labels of a book.

    Parameters
    ----------
    rows : list of list of str
        Pattern and label. A pattern such as ``{part}=low`` gives the words of a place for one of its values; a place
        without words stands for a number.
    """

    def __init__(self, rows):
        self.words, self.labels, self.rows = {"part": dict(PARTS)}, [], {}
        for number, (pattern, text) in enumerate(rows, 2):
            one = WORDS.fullmatch(pattern)
            if one:
                self.words.setdefault(one["name"], {})[one["value"]] = text
                self.rows[one["name"], one["value"]] = number
            else:
                self.labels.append(Label(number, pattern, text))
        self.forms, self._fitting = {label: re.compile(self._form(label)) for label in self.labels}, {}

    def fitting(self, key):
        """List the labels whose patterns a key fits.

        Parameters
        ----------
        key : str

        Returns
        -------
        list of Label
        """
        if key not in self._fitting:
            self._fitting[key] = [label for label, form in self.forms.items() if form.fullmatch(key)]
        return self._fitting[key]

    def places(self, key):
        """Tell what the places of the one pattern that a key fits stand for.

        Parameters
        ----------
        key : str

        Returns
        -------
        dict
            From place to value; empty where no pattern fits, or more than one.
        """
        fitting = self.fitting(key)
        return self.forms[fitting[0]].fullmatch(key).groupdict() if len(fitting) == 1 else {}

    def label(self, key, texts):
        """Say in words what a result is.

        Parameters
        ----------
        key : str
        texts : dict
            From key to text, of all results.

        Returns
        -------
        str
            Empty where no label, or more than one, fits.
        """
        fitting = self.fitting(key)
        if len(fitting) != 1:
            return ""
        found = self.places(key)
        words = PLACE.sub(lambda place: self._words(place, found), fitting[0].text)
        return RESULT.sub(lambda one: texts.get(one["key"], "?"), words)

    def referred(self):
        """List the other results that labels and words tell of.

        Yields
        ------
        row : int
        key : str
        """
        rows = {label.row: label.text for label in self.labels}
        rows |= {row: self.words[name][value] for (name, value), row in self.rows.items()}
        for row in sorted(rows):
            yield from ((row, one["key"]) for one in RESULT.finditer(rows[row]))

    def _form(self, label):
        """Turn a pattern into a regular expression with a group for each place."""
        looked_up = {place["name"]: place for place in PLACE.finditer(label.text) if place["table"]}
        form, last = "", 0
        for place in PLACE.finditer(label.pattern):
            name = place["name"]
            values = _rows(**looked_up[name].groupdict()) if name in looked_up else self.words.get(name)
            one = "|".join(map(re.escape, sorted(values, key=len, reverse=True))) if values is not None else r"\d+"
            form += re.escape(label.pattern[last : place.start()]) + f"(?P<{name}>{one})"
            last = place.end()
        return form + re.escape(label.pattern[last:])

    def _words(self, place, found):
        """Return what stands in a label for a place of its pattern."""
        value = found[place["name"]]
        if place["table"]:
            return _rows(**place.groupdict())[value]
        return self.words.get(place["name"], {}).get(value, value)


def _rows(name, table, column):
    """Map the first column of a table to another; empty where there is no such table or column."""
    described = {one["name"]: one for one in data.package()["resources"]}.get(table)
    if described is None:
        return {}
    read = schema.Table(table, described, data.folder() / described["path"])
    if read.problems:
        raise data.DataError(read.problems)
    return dict(zip(read.column(read.names[0]), read.column(column), strict=True)) if column in read.names else {}


def read(root=None):
    """Read the book's labels.

    Parameters
    ----------
    root : pathlib.Path, optional
        The folder of the book; of this one by default.

    Returns
    -------
    labels : Labels
        Without rows where the book has no list, or one that cannot be read.
    problems : list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    rows, problems = _table(root, LABELS)
    problems = problems or [f"{LABELS}:{row}:{column}: {wrong}" for row, column, wrong in _wrong(rows)]
    return Labels([] if problems else rows), problems


def renamed(root=None):
    """Read which keys have gone, and under which their results are published now.

    Parameters
    ----------
    root : pathlib.Path, optional
        The folder of the book; of this one by default.

    Returns
    -------
    new : dict
        From the old key to the new.
    problems : list of str
    """
    rows, problems = _table(root, RENAMED)
    return dict(map(tuple, rows)), problems


def _table(root, place):
    """Read one of the two lists; without rows and problems where the book has none."""
    path = (root or notebooks.ROOT) / place
    return _read_table(place, path, notebooks.file_signature(path)) if path.is_file() else ([], [])


@lru_cache
def _read_table(place, path, stamped):
    table = schema.Table(place, COLUMNS[place], path)
    if table.sound:
        table.check()
    return table.rows if table.sound and not table.problems else [], table.problems


def _wrong(rows):
    """Yield what is wrong with a list of labels taken alone: its row, its column, and what was expected."""
    words = {"part"} | {one["name"] for pattern, _ in rows if (one := WORDS.fullmatch(pattern))}
    for number, (pattern, text) in enumerate(rows, 2):
        places = [place["name"] for place in PLACE.finditer(pattern)]
        if not WORDS.fullmatch(pattern) and not re.fullmatch(KEY, PLACE.sub("x", pattern)):
            yield number, "pattern", f"{pattern!r} is no key; words with dots between them were expected"
        elif len(set(places)) < len(places):
            yield number, "pattern", f"{pattern!r} has a place twice; different names were expected"
        else:
            known = set() if WORDS.fullmatch(pattern) else set(places)
            yield from ((number, "label", wrong) for wrong in _wrong_places(RESULT.sub("", text), known, words))


def _wrong_places(text, places, words):
    """Yield what is wrong with the places of a label, or of the words of a place."""
    for place in PLACE.finditer(text):
        if place["name"] not in places:
            yield f"{place[0]!r} is no place of the pattern; one of its places was expected"
        elif place["table"] and place["name"] in words:
            yield f"{place[0]!r} has words in this list too; a table, or words, was expected"
        elif place["table"] and not _rows(**place.groupdict()):
            yield f"{place[0]!r} names no column of a table; table.column of the data was expected"
    if re.search(r"[{}]", PLACE.sub("", text)):
        yield "a brace stands alone; a place of the pattern, or {result:key}, was expected"


def list_problems():
    """List what is wrong with the two lists taken alone.

    Returns
    -------
    list of str
    """
    try:
        return [*read()[1], *renamed()[1]]
    except data.DataError:
        return []  # a table that labels take words from cannot be read, which the check of the data says


def problems(texts, whole=True, root=None):
    """List in what labels and published results do not fit together.

    Parameters
    ----------
    texts : dict
        From the key of each published result to its text.
    whole : bool, optional
        Whether these are all results of the book: else a label may be of one that is not among them.
    root : pathlib.Path, optional
        The folder of the book; of this one by default.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    if texts and not ((root or notebooks.ROOT) / LABELS).is_file():
        return [f"{LABELS}: there is no such list, and results without a label; a row for each result was expected"]
    try:
        labels, wrong = read(root)
    except data.DataError:
        return []
    moved, wrong_moves = renamed(root)
    if wrong or wrong_moves:
        return [*wrong, *wrong_moves]
    found = [problem for key in sorted(texts) for problem in _wrong_key(key, labels, texts)]
    found += _wrong_rows(labels, texts) if whole else []
    return found + [*_wrong_moves(moved, texts, whole)]


def _wrong_moves(moved, texts, whole):
    """Yield the renamed keys that have not gone, and those that lead nowhere."""
    for number, (old, new) in enumerate(moved.items(), 2):
        if old in texts:
            yield f"{RENAMED}:{number}:old: {old!r} is a result of the book; a key that has gone was expected"
        if whole and new not in texts:
            yield f"{RENAMED}:{number}:new: there is no result {new!r}; a key of the book was expected"


def _wrong_key(key, labels, texts):
    """Yield what is wrong with the label of one result."""
    fitting = labels.fitting(key)
    rows = " and ".join(str(label.row) for label in fitting)
    if not fitting:
        yield f"{LABELS}: the result {key!r} has no label; a row whose pattern it fits was expected"
    elif len(fitting) > 1:
        yield f"{LABELS}:{fitting[1].row}:pattern: {key!r} fits the patterns of rows {rows}; one alone was expected"
    elif labels.label(key, texts) == key:
        yield f"{LABELS}:{rows}:label: the label of {key!r} is its key; words were expected"


def _wrong_rows(labels, texts):
    """Yield the rows that no result fits, and the results told of that are not there."""
    fitted = {label for key in texts for label in labels.fitting(key)}
    for label in labels.labels:
        if label not in fitted:
            yield f"{LABELS}:{label.row}:pattern: no result fits {label.pattern!r}; one of the book was expected"
    used = {pair for key in texts for pair in labels.places(key).items()}
    for (name, value), row in labels.rows.items():
        if (name, value) not in used:
            yield f"{LABELS}:{row}:pattern: no result has {value!r} in the place {{{name}}}; one was expected"
    for row, key in labels.referred():
        if key not in texts:
            yield f"{LABELS}:{row}:label: there is no result {key!r}; a key of the book was expected"


def stored_problems():
    """List in what labels and the results stored in the chapters do not fit together, for ``newpip check``.

    Returns
    -------
    list of str
        Empty where the lists themselves are wrong, which :func:`list_problems` says.
    """
    if list_problems():
        return []
    fresh = all(stale.is_fresh(path) for path in notebooks.chapters())
    return problems(published.texts(published.stored()), whole=fresh)


def text():
    """Return the list of labels as it stands, to write more rows after it.

    Returns
    -------
    str
        Its header alone where the book has no list.
    """
    path = notebooks.ROOT / LABELS
    return notebooks.load_text(path)[0] if path.is_file() else "pattern,label\n"


def prose():
    """List what is typed of the labels, places left out, as prose that is held to the rules for words.

    Yields
    ------
    path, place, text
        As in :func:`newpip_book.authoring.notebooks.prose`: a line for each row of the list.
    """
    rows = _table(notebooks.ROOT, LABELS)[0]
    if rows:
        yield (
            notebooks.ROOT / LABELS,
            LABELS,
            "\n".join(["", *(PLACE.sub(" ", RESULT.sub(" ", text)) for _, text in rows)]),
        )
