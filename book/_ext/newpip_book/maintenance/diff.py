"""Say in words what two editions of the book say differently: numbers, claims, figures and sentences."""

import csv
import io
import math
import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import zip_longest

CLOSE = 1e-12  # up to which two values are one, as far as computers agree on them


def report(before, after):
    """Say what changed.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    list of str
        Its lines: how much of what changed, then each change under the name of its kind.
    """
    parts = {
        "Numbers": numbers(before, after),
        "Claims": claims(before, after),
        "Figures and tables": figures(before, after),
        "Sentences": [_worded(*change) for change in sentences(before, after)],
    }
    if not any(parts.values()):
        return [f"Nothing changed from {before.name} to {after.name}."]
    counts = "; ".join(f"{name.lower()}, {len(found)}" for name, found in parts.items() if found)
    lines = [f"Changes from {before.name} to {after.name}: {counts}."]
    for name, found in parts.items():
        lines += ["", name, *(f"- {one}" for one in found)] if found else []
    return lines


def numbers(before, after):
    """Say which results changed, came, went or were renamed.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    list of str
    """
    moved = _moves(before, after)
    olds = {moved.get(key, key): key for key in _keys(before)}
    found = [f"renamed: {before_key} -> {key}" for key, before_key in olds.items() if key != before_key]
    for key in sorted(olds.keys() & _keys(after)):
        change = _change(before, olds[key], after, key)
        if change:
            found.append(f"{_label(key, after, before)}: {change[0]} -> {change[1]} ({key})")
    gone = sorted(olds.keys() - _keys(after))
    found += [f"gone: {_label(key, before)}: {_shown(before, olds[key])} ({key})" for key in gone]
    new = sorted(_keys(after) - olds.keys())
    return found + [f"new: {_label(key, after)}: {_shown(after, key)} ({key})" for key in new]


def _moves(before, after):
    """Map the keys of the earlier edition that were renamed to those of the later one, whichever is the older."""
    back = {new: old for old, new in before.replaced.items() if old in _keys(after) and new not in _keys(after)}
    return {old: new for old, new in (after.replaced | back).items() if old in _keys(before) and new in _keys(after)}


def _keys(edition):
    return edition.results.keys() | edition.values.keys()


def _shown(edition, key):
    return edition.results.get(key, str(edition.values.get(key)))


def _change(before, old, after, new):
    """Return from what to what a result changed; None where it did not, as far as the two editions say."""
    texts = before.results.get(old), after.results.get(new)
    values = before.values.get(old), after.values.get(new)
    if None not in texts and texts[0] != texts[1]:
        return texts
    if None in values or _same(*values):
        return None
    if None in texts or not all(isinstance(value, float) for value in values):
        return tuple(map(str, values))
    fmt = ".6g" if f"{values[0]:.6g}" != f"{values[1]:.6g}" else ""
    return tuple(f"{text}, unrounded {value:{fmt}}" for text, value in zip(texts, values, strict=True))


def _same(one, other):
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def _label(key, *those):
    """Return the label of a result, or that it has none."""
    return next((one.labels[key] for one in those if key in one.labels), "without a label")


def claims(before, after):
    """Say which claims no longer hold, hold again, came or went.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    list of str
    """
    if not (before.claims and after.claims):
        return []  # the older form of results.json holds none
    found = []
    for key in sorted(before.claims.keys() & after.claims.keys()):
        if before.claims[key] != after.claims[key]:
            turn = "holds again" if after.claims[key] else "no longer holds"
            found.append(f"{turn}: {after.said.get(key) or before.said.get(key, '')} ({key})")
    for one, other, word in ((before, after, "gone"), (after, before, "new")):
        found += [f"{word}: {one.said.get(key, '')} ({key})" for key in sorted(one.claims.keys() - other.claims.keys())]
    return found


def figures(before, after):
    """Say which figures and tables changed in their data or their words, came or went.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    list of str
    """
    if not (before.figures and after.figures):
        return []
    found = []
    for key in sorted(before.figures.keys() & after.figures.keys()):
        one, other = before.figures[key], after.figures[key]
        rows = _rows(one["csv"], other["csv"]) if "csv" in one and "csv" in other else ""
        captions = [one["label"], other["label"]]
        words = [_told(pair) for pair in (captions, [one["text"], other["text"]]) if pair[0] != pair[1]]
        told = [f"data: {rows}"] * bool(rows) + list(dict.fromkeys(words))
        found += [f"{other['label']} ({key}): {'; '.join(told)}"] * bool(told)
    for one, other, word in ((before, after, "gone"), (after, before, "new")):
        keys = sorted(one.figures.keys() - other.figures.keys())
        found += [f"{word}: {one.figures[key]['label']} ({key})" for key in keys]
    return found


def _told(pair):
    """Say how a figure's words changed."""
    return f'"{pair[0]}" -> "{pair[1]}"'


def _rows(before, after):
    """Say how many rows of a figure's data changed, came and went."""
    one, other = ([tuple(row) for row in csv.reader(io.StringIO(text))] for text in (before, after))
    if one == other:
        return ""
    if one[:1] != other[:1]:
        return "other columns"
    left, come = Counter(one) - Counter(other), Counter(other) - Counter(one)
    gone, new = left.total(), come.total()
    if not gone and not new:
        return "the same rows in another order"
    changed = min(gone, new)
    parts = {"changed": changed, "gone": gone - changed, "new": new - changed}
    told = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
    return f"of {len(one) - 1} rows {told}"


def sentences(before, after):
    """List the sentences that changed, came or went.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    list of tuple of str
        Page, the heading that it stands under, what the page said, and what it says; empty where it says nothing.
    """
    found = []
    for page in sorted(before.pages.keys() | after.pages.keys()) if before.pages and after.pages else ():
        one, other = before.pages.get(page, []), after.pages.get(page, [])
        matcher = SequenceMatcher(None, [said for _, said in one], [said for _, said in other], autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag != "equal":
                pairs = zip_longest(one[i:j], other[k:m], fillvalue=("", ""))
                found += [(page, now[0] or was[0], was[1], now[1]) for was, now in pairs]
    return found


def _worded(page, section, was, now):
    """Say how one sentence changed."""
    where = f"{page}, {section}" if section else page
    if was and now:
        return f'{where}: "{was}" -> "{now}"'
    return f'{where}: new: "{now}"' if now else f'{where}: gone: "{was}"'


def corrections(before, after):
    """Propose rows of data/corrections.csv for what the later edition says differently.

    Parameters
    ----------
    before, after : newpip_book.maintenance.editions.Edition

    Returns
    -------
    str
        A table of CSV; which rows are corrections, and in which words, is for its author to say.
    """
    changed = [(page, section, was, now) for page, section, was, now in sentences(before, after) if was and now]
    if not (before.pages and after.pages):
        changed = [(after.homes[key], label, was, now) for key, label, was, now in _changed_results(before, after)]
    stream, named = io.StringIO(), Counter()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["correction_id", "page", "said", "now", "since", "source_id", "locator", "grade", "note"])
    for page, section, was, now in changed:
        stem = re.sub(r"\W", "_", re.sub(r"^\d+-", "", page.rpartition("/")[2]))
        named[stem] += 1
        identity = f"{stem}_{after.day.replace('-', '')}_{named[stem]}"
        table.writerow([identity, page, was, now, after.day, "thisbook", section or "Top of the page", "source", ""])
    return stream.getvalue()


def _changed_results(before, after):
    """Yield the results that changed: key, label, and what was said and is said of them."""
    for key in sorted(_keys(before) & _keys(after)):
        change = _change(before, key, after, key)
        if change:
            label = _label(key, after, before)
            yield key, label, *(f"{label}: {text}" for text in change)
