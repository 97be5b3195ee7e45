"""Compute what each number and claim of a chapter would be if the data were otherwise."""

from newpip_book.provenance.scenarios import scenarios

KINDS = ("number", "numbers", "interval", "claim")


def what_if(trace, found):
    """Add to each number and claim what it would be under each scenario that changes a row that it rests on.

    Parameters
    ----------
    trace : newpip_book.provenance.trace.Trace
        The chapter, which has run.
    found : dict
        From :func:`newpip_book.provenance.rests_on.rests_on`; a number and a claim get ``otherwise``, from the name of
        the scenario to its text, or whether it holds; None where it cannot be computed.
    """
    shown = {
        key: said
        for step in trace.steps
        if step.publication and step.publication.kind in KINDS
        for key, said in step.shown.items()
    }
    trace.simulates = True
    rested = {key: _rows(trace.tables, found[key]) for key in shown}
    for key in shown:
        found[key]["otherwise"] = {}
    for one in scenarios(trace.tables, set().union(*(step.loads for step in trace.steps))):
        rests = {key for key in shown if one.concerns(rested[key])}
        trace.tables.changed |= one.changed
        try:
            trace.moved(set(one.changed), rests)
        finally:
            trace.tables.changed.clear()
        emptied = {name for name, frame in one.changed.items() if frame.empty}
        for key in rests:
            said = None if any(rested[key].get(name) for name in emptied) else trace.said.get(key, shown[key])
            found[key]["otherwise"][one.name] = _said(said)


def _rows(tables, one):
    """Return the rows that something rests on; all of a table of which no single one decides it."""
    return {name: rows or range(len(tables.published(name))) for name, rows in one["rows"].items()}


def _said(said):
    """Return the text of a number, whether a claim holds, or None."""
    return said and said.get("holds", said["text"])
