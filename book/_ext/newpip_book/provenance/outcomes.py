"""Say in words what numbers and claims would be if the data were otherwise."""

from newpip_book.authoring import alternatives
from newpip_book.provenance.scenarios import LESS

COLUMNS = {  # what scenarios are gathered under
    "without-unread": "Without second-hand rows",
    "without-abstracts": "Without abstracts too",
    "reading": "Under another reading",
    "coding": "Without judgements of ours",
    "source": "Without one source",
}
NONE = "\N{EN DASH}"
MANY = 3  # sources without which all is the same: from here on they are told together


def words(scenario, sources):
    """Say a scenario in words.

    Parameters
    ----------
    scenario : str
        Its name.
    sources : dict of str to str
        What sources are called.

    Returns
    -------
    str
    """
    kind, _, which = scenario.partition(":")
    if kind == "source":
        return f"without {sources.get(which, which)}"
    if kind == "coding":
        return f"without our judgements in {which}"
    named = {row["alternative"]: row["label"] for row in alternatives.read()[0]}
    return named[which] if kind == "reading" else LESS[scenario][0]


def listed(entry, sources):
    """List what a number or claim would be under each scenario that concerns it.

    Parameters
    ----------
    entry : dict
        An entry of results.json.
    sources : dict of str to str

    Returns
    -------
    list of tuple of str
        The scenario in words, what it would be, and ``same``, ``other`` or ``none``.
    """
    found = sorted(entry.get("otherwise", {}).items(), key=lambda one: list(COLUMNS).index(one[0].partition(":")[0]))
    told = [(words(name, sources), _said(entry, said), state(entry, said)) for name, said in found]
    firm = [one for one, (name, _) in zip(told, found, strict=True) if name.startswith("source:") and one[2] == "same"]
    if len(firm) < MANY:
        return told
    return [*(one for one in told if one not in firm), (f"without any one of {len(firm)} other sources", *firm[0][1:])]


def state(entry, said):
    """Tell whether an outcome is the same as published.

    Parameters
    ----------
    entry : dict
    said : str, bool or None

    Returns
    -------
    str
        ``same``, ``other``, or ``none`` where it cannot be computed.
    """
    published = entry["holds"] if "holds" in entry else entry["text"]
    return "none" if said is None else "same" if said == published else "other"


def _said(entry, said):
    if said is None:
        return "cannot be computed"
    if "holds" in entry:
        return "still true" if said else "no longer true"
    return "the same" if said == entry["text"] else said


def cell(entry, column, sources):
    """Say in a cell of a table what a number or claim would be.

    Parameters
    ----------
    entry : dict
    column : str
        One of ``COLUMNS``.
    sources : dict of str to str

    Returns
    -------
    str
        What is as published first, then what is not; a dash where none of these scenarios concerns it.
    """
    found = {name: said for name, said in entry.get("otherwise", {}).items() if name.partition(":")[0] == column}
    if column in found:
        return _said(entry, found[column])
    told = [(words(name, sources), said, state(entry, said)) for name, said in found.items()]
    same = [one for one in told if one[2] == "same"]
    parts = []
    if same:
        many = f" {len(same)} of {len(told)} times" if len(same) < len(told) else ""
        parts.append(("still true" if "holds" in entry else "the same") + many)
    parts += [f"{_said(entry, said)} {name}" for name, said, kind in told if kind == "other"]
    lost = [name for name, _, kind in told if kind == "none"]
    parts += [f"cannot be computed {', or '.join(lost)}"] * bool(lost)
    return "; ".join(parts) or NONE


def survives(entry):
    """Tell whether a number or claim is as published under all scenarios, one source left out aside.

    Parameters
    ----------
    entry : dict

    Returns
    -------
    bool
    """
    tried = {name: said for name, said in entry.get("otherwise", {}).items() if not name.startswith("source:")}
    return all(state(entry, said) == "same" for said in tried.values())
