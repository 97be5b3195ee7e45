"""Name every result in words: read the book's lists of labels and of renamed keys, and hold them to what is published."""

import re
from dataclasses import dataclass
from functools import lru_cache

from newpip import data, schema
from newpip_book.authoring import notebooks

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
        self.words, self.labels = {"part": dict(PARTS)}, []
        for number, (pattern, text) in enumerate(rows, 2):
            one = WORDS.fullmatch(pattern)
            if one:
                self.words.setdefault(one["name"], {})[one["value"]] = text
            else:
                self.labels.append(Label(number, pattern, text))
        self.forms = {label: re.compile(self._form(label)) for label in self.labels}

    def fitting(self, key):
        """List the labels whose patterns a key fits.

        Parameters
        ----------
        key : str

        Returns
        -------
        list of Label
        """
        return [label for label, form in self.forms.items() if form.fullmatch(key)]

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
        found = self.forms[fitting[0]].fullmatch(key).groupdict()
        words = PLACE.sub(lambda place: self._words(place, found), fitting[0].text)
        return RESULT.sub(lambda one: texts.get(one["key"], "?"), words)

    def referred(self):
        """List the other results that labels and words tell of.

        Yields
        ------
        row : int
        key : str
        """
        rows = [(label.row, label.text) for label in self.labels]
        rows += [(None, text) for words in self.words.values() for text in words.values()]
        for row, text in rows:
            yield from ((row, one["key"]) for one in RESULT.finditer(text))

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
    """Map the first column of a table to another; empty where the table cannot be read, which the data's check says."""
    try:
        described = data.resource(table)
    except data.DataError:
        return {}
    read = schema.Table(table, described, data.folder() / described["path"])
    return dict(zip(read.column(read.names[0]), read.column(column), strict=True)) if column in read.names else {}


def read():
    """Read the book's labels.

    Returns
    -------
    labels : Labels
        None where the book has no list.
    problems : list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    rows, problems = _table(LABELS)
    problems = problems or [f"{LABELS}:{row}:{column}: {wrong}" for row, column, wrong in _wrong(rows)]
    return Labels([] if problems else rows), problems


def renamed():
    """Read which keys have gone, and under which their results are published now.

    Returns
    -------
    new : dict
        From the old key to the new.
    problems : list of str
    """
    rows, problems = _table(RENAMED)
    return dict(map(tuple, rows)), problems


def _table(place):
    """Read one of the two lists; without rows and problems where the book has none."""
    path = notebooks.ROOT / place
    return _read_table(place, path, notebooks.file_signature(path)) if path.is_file() else ([], [])


@lru_cache
def _read_table(place, path, stamped):
    table = schema.Table(place, COLUMNS[place], path)
    if table.sound:
        table.check()
    return table.rows if table.sound and not table.problems else [], table.problems


def _wrong(rows):
    """Yield what is wrong with a list of labels taken alone: its row, its column, and what was expected."""
    words = {"part": PARTS} | {one["name"]: {} for pattern, _ in rows if (one := WORDS.fullmatch(pattern))}
    for number, (pattern, text) in enumerate(rows, 2):
        bare = RESULT.sub("", text)
        if not WORDS.fullmatch(pattern) and not re.fullmatch(KEY, PLACE.sub("x", pattern)):
            yield number, "pattern", f"{pattern!r} is no key; words with dots between them were expected"
        places = [place["name"] for place in PLACE.finditer(pattern)]
        if len(set(places)) < len(places):
            yield number, "pattern", f"{pattern!r} has a place twice; different names were expected"
        for place in PLACE.finditer(bare):
            if WORDS.fullmatch(pattern) or place["name"] not in places:
                yield number, "label", f"{place[0]!r} is no place of the pattern; one of its places was expected"
            elif place["table"] and place["name"] in words:
                yield number, "label", f"{place[0]!r} has words in this list too; a table, or words, was expected"
            elif place["table"] and not _rows(**place.groupdict()):
                yield number, "label", f"{place[0]!r} names no column of a table; table.column of the data was expected"
        if re.search(r"[{}]", PLACE.sub("", bare)):
            yield number, "label", "a brace stands alone; a place, or {result:key}, was expected"


def problems(texts, whole=True):
    """List in what labels and published results do not fit together.

    Parameters
    ----------
    texts : dict
        From the key of each published result to its text.
    whole : bool
        Whether these are all results of the book: else a label may be of one that is not among them.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    labels, wrong = read()
    moved, wrong_moves = renamed()
    if wrong or wrong_moves:
        return [*wrong, *wrong_moves]
    found = [problem for key in sorted(texts) for problem in _wrong_key(key, labels, texts)]
    if whole:
        found += list(_wrong_rows(labels, texts))
    for number, (old, new) in enumerate(moved.items(), 2):
        if old in texts:
            found.append(f"{RENAMED}:{number}:old: {old!r} is a result of the book; a key that has gone was expected")
        if whole and new not in texts:
            found.append(f"{RENAMED}:{number}:new: there is no result {new!r}; a key of the book was expected")
    return found


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
    """Yield the labels that no result fits, and the results told of that are not there."""
    for label in labels.labels:
        if not any(labels.forms[label].fullmatch(key) for key in texts):
            yield f"{LABELS}:{label.row}:pattern: no result fits {label.pattern!r}; one of the book was expected"
    for row, key in labels.referred():
        if key not in texts:
            place = f"{LABELS}:{row}:label" if row else LABELS
            yield f"{place}: there is no result {key!r}; a key of the book was expected"


def prose():
    """List what is typed of the labels, places left out, as prose that is held to the rules for words.

    Yields
    ------
    path, place, text
        As in :func:`newpip_book.authoring.notebooks.prose`.
    """
    path = notebooks.ROOT / LABELS
    for number, (_, text) in enumerate(_table(LABELS)[0], 2):
        yield path, f"{LABELS}:{number}", PLACE.sub(" ", RESULT.sub(" ", text))
