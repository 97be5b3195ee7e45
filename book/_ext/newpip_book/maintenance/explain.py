"""Explain a result: its value, its words, the program behind it, the rows it rests on; or what rests on a row."""

import difflib
import os

from newpip import data
from newpip.grades import GRADES
from newpip_book.authoring import notebooks, published, sentences
from newpip_book.execution.forked_kernels import fork_context, run_in_process
from newpip_book.outputs import exports
from newpip_book.provenance import programs

KINDS = {"results": "result", "claims": "claim", "figures": "figure or table"}


def explain(key, run=False, tables=None):
    """Explain a result, a claim, a figure or a table, or say what rests on a row.

    Parameters
    ----------
    key : str
        Its name, or the name of a table, a colon, and the primary key of a row: ``"referrals:2018"``.
    run : bool
        Whether to run its program now.
    tables : pathlib.Path, optional
        A folder of other tables to run its program on.

    Returns
    -------
    list of str
        Lines to print.

    Raises
    ------
    newpip.data.DataError
        When there is nothing of that name.
    """
    content = exports.published_content()
    key = content["replaced"].get(key, key)
    if ":" in key:
        return _of_row(*key.split(":", 1), content)
    found = [(kind, content[kind][key]) for kind in KINDS if key in content[kind]]
    if not found:
        names = [name for kind in KINDS for name in content[kind]]
        near = ", ".join(difflib.get_close_matches(key, names)) or "the key of a result, or table:row"
        raise data.DataError([f"{key}: nothing is published under this name; expected: {near}"])
    lines = []
    for kind, entry in found:
        lines += [*_described(kind, key, entry, content), "", *content["programs"][entry["program"]].splitlines()]
        if run or tables:
            lines += ["", *_run(kind, key, entry, content["programs"][entry["program"]], tables)]
    return lines


def _described(kind, key, entry, content):
    """Yield what is known of a publication, one thing a line."""
    shown = f"{entry['text']} ({entry['value']!r} {entry['unit']})".replace(" )", ")") if kind == "results" else ""
    holds = {True: "holds", False: "does not hold"}.get(entry.get("holds"), "")
    yield f"{key}: {shown or holds or entry['kind']}"
    yield entry["label"]
    yield f"Where: {entry['chapter']}, cell {entry['cell']}"
    if kind == "claims":
        compared = zip(entry["compared"], entry["values"], strict=True)
        said = "; ".join(" = ".join(filter(None, pair)) for pair in compared)
        yield f"Compared: {entry['because']} ({said})"
    for name, rows in entry["rows"].items():
        columns = ", ".join(entry["tables"][name])
        yield f"Rests on: {name} ({columns}), {len(rows)} {'row' if len(rows) == 1 else 'rows'}: {', '.join(rows)}"
    if not entry["rows"]:
        yield "Rests on: none of the tables"
    for grade in GRADES:
        if grade in entry["grades"]:
            yield f"Read: {entry['grades'][grade]} of {sum(entry['grades'].values())} rows: {GRADES[grade]}"
    yield f"Used in: {', '.join(entry['used_in']) or 'no sentence'}"
    texts = {name: one["text"] for name, one in content["results"].items()}
    for page in entry["used_in"] if kind == "results" else ():
        for sentence in _sentences(page, key, texts):
            yield f"  {page}: {sentence}"


def _sentences(page, key, texts):
    """Yield the sentences of a page that cite a result."""
    path = next(
        (notebooks.ROOT / f"{page}{end}" for end in (".ipynb", ".md") if (notebooks.ROOT / f"{page}{end}").is_file()),
        None,
    )
    for line in sentences.lines(path) if path else ():
        if any(found["content"].split(":")[0] == key for found in notebooks.ROLE.finditer(line)):
            yield sentences.plain(line, texts)


def _run(kind, key, entry, program, tables):
    """Yield what the program of a publication gives when it is run alone, here and now."""
    name = published.CLAIM * (kind == "claims") + key
    shown = run_in_process(fork_context([]), run_alone, program, str(tables or data.folder()))
    place = f"on the tables in {tables}" if tables else "on the published tables"
    if isinstance(shown, str):
        yield f"Run now, {place}, it stops: {shown}"
        return
    now = shown.get(name)
    if now is None:
        yield f"Run now, {place}, it publishes nothing of this name, but: {', '.join(shown)}"
    elif kind == "results":
        same = "as published" if now["value"] == entry["value"] else f"where {entry['value']!r} was published"
        yield f"Run now, {place}: {now['value']!r}, {same}"
    elif kind == "claims":
        yield f"Run now, {place}: it {'holds' if now['holds'] else 'does not hold'}"
    else:
        yield f"Run now, {place}: {now['alt'] or now['caption']}"
        yield from now["data"].splitlines()


def run_alone(program, tables):
    """Run the text of a program on the tables of a folder.

    Parameters
    ----------
    program, tables : str

    Returns
    -------
    dict or str
        What it published, as :func:`newpip_book.provenance.programs.published` has it, or why it stopped.
    """
    os.environ["NEWPIP_DATA"] = tables
    try:
        with programs.published() as shown:
            exec(program, {"__name__": "__main__"})  # noqa: S102, a chapter's own statements
    except Exception as error:  # noqa: BLE001, whatever stops a program is told
        return f"{type(error).__name__}: {error}"
    return shown


def _of_row(table, row, content):
    """Name all that rests on a row of a table."""
    known = data.row_names(table)
    if row not in known:
        near = ", ".join(difflib.get_close_matches(row, known)) or f"one of {', '.join(known[:5])}, ..."
        raise data.DataError([f"{data.resource(table)['path']}: no row {row!r}; expected: {near}"])
    lines = [f"{table}:{row}, in {data.resource(table)['path']}:{known.index(row) + 2}"]
    for kind, word in KINDS.items():
        rests = {key: one for key, one in content[kind].items() if row in one["rows"].get(table, ())}
        lines.append(f"{len(rests)} of {len(content[kind])} {word}s rest on it" + ":" * bool(rests))
        lines += [f"  {key}: {one['label']}" for key, one in sorted(rests.items())]
    return lines
