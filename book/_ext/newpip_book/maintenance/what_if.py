"""Say what numbers and claims would be if the data were otherwise, as the stored outcomes have it."""

import difflib

from newpip import data
from newpip_book.outputs import exports
from newpip_book.provenance import outcomes


def report(key=""):
    """Say what one number or claim would be, or which claims would fall.

    Parameters
    ----------
    key : str
        Its name; every claim that would not hold, or could not be computed, without it.

    Returns
    -------
    list of str
        Lines to print.

    Raises
    ------
    newpip.data.DataError
        When there is no number or claim of that name.
    """
    content = exports.published_content()
    if not key:
        return list(_falling(content["claims"]))
    key = content["replaced"].get(key, key)
    found = [content[kind][key] for kind in ("results", "claims") if key in content[kind]]
    if not found:
        near = difflib.get_close_matches(key, [*content["results"], *content["claims"]])
        expected = ", ".join(near) or "the key of a number or a claim"
        raise data.DataError([f"{key}: no number or claim has this name; expected: {expected}"])
    return [line for one in found for line in _told(key, one)]


def _told(key, one):
    """Yield what a number or claim is, and what it would be, a scenario a line."""
    yield f"{key}: {one['text']}"
    told = outcomes.listed(one, {})
    for words, said, _ in told:
        yield f"  {words}: {said}"
    if not told:
        yield "  none of the scenarios changes a row that it rests on"


def _falling(claims):
    """Yield each claim that would be false in at least one scenario, with these, and then how many there are."""
    count = 0
    for key, one in sorted(claims.items()):
        falls = [words for words, _, state in outcomes.listed(one, {}) if state == "other"]
        if falls:
            count += 1
            yield f"{key}: falls {'; '.join(falls)}"
    yield f"{count} of {len(claims)} claims would be false in at least one scenario"
