"""Which document or statement rests on which, and where they part; and the paper's references by kind and year."""

import pandas as pd

ENDS = ("to", "from")  # in this order, what others rest on comes first
PARTING = ("contradicts", "differs from", "hedges")
NOT_JUDGED = "not judged"  # a name in two spellings, where our plain-text copy may be to blame
SWEEPS = 8  # rounds of reordering; the layouts of this book settle in fewer


def nodes(links):
    """List what the links join.

    Parameters
    ----------
    links : pandas.DataFrame
        The table ``links``, or some of its rows: one row a link, with `node`, `kind`, `label`, `source` and
        `where` of either end, after ``from_`` and ``to_``.

    Returns
    -------
    pandas.DataFrame
        One row a node, by first appearance: `node`, `kind` (``"document"`` or ``"claim"``), `label`, `source`
        (the document that it is or stands in) and `where` (the place in it, empty for a document).

    Raises
    ------
    ValueError
        If two links describe one node in two ways.
    """
    parts = ["node", "kind", "label", "source", "where"]
    ends = [links[[f"{end}_{part}" for part in parts]].set_axis(parts, axis=1) for end in ENDS]
    found = pd.concat(ends).sort_index(kind="stable").drop_duplicates(ignore_index=True)
    twice = sorted(found.loc[found["node"].duplicated(), "node"])
    if twice:
        raise ValueError(
            f"links must describe a node the same way wherever it stands, not {', '.join(twice)} in two ways"
        )
    return found


def within(links):
    """Tell the links inside one document from those between two.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``.

    Returns
    -------
    pandas.Series
        One boolean a link: whether both of its ends stand in the same document.
    """
    return links["from_source"] == links["to_source"]


def partings(links):
    """Count the links that part, by topic and by relation.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``.

    Returns
    -------
    pandas.DataFrame
        One row a topic that has any, those with the most first: `topic`, a column for each relation of
        ``PARTING``, and `all`.
    """
    apart = links[links["relation"].isin(PARTING)]
    counts = pd.crosstab(apart["topic"], apart["relation"]).reindex(columns=list(PARTING), fill_value=0)
    counts["all"] = counts.sum(axis=1)
    counts = counts.sort_values("all", ascending=False, kind="stable")
    return counts.rename_axis(columns=None).reset_index()


def layers(links):
    """Say how many steps each node stands below what nothing else rests on.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``. Each points from a node to one that it rests on.

    Returns
    -------
    pandas.Series
        By node, the longest way down to it, in links; 0 for a node that no link points to.

    Raises
    ------
    ValueError
        If the links lead round in a circle.
    """
    above = links.groupby("to_node")["from_node"].agg(list).to_dict()
    waiting = list(nodes(links)["node"])
    found = {}
    while waiting:
        ready = [node for node in waiting if all(one in found for one in above.get(node, []))]
        if not ready:
            raise ValueError(
                f"links must not lead round in a circle, as they do by way of {', '.join(sorted(waiting))}"
            )
        found |= {node: 1 + max((found[one] for one in above.get(node, [])), default=-1) for node in ready}
        waiting = [node for node in waiting if node not in found]
    return pd.Series(found, name="layer", dtype=int)


def positions(links):
    """Place documents in layers, each above what it rests on and as near to its neighbours as its layer allows.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``.

    Returns
    -------
    pandas.DataFrame
        The rows of :func:`nodes` with `layer` (0 on top) and with `x`, from 0 to 1 across its layer.

    Notes
    -----
    Layers by longest path. Within a layer, nodes are sorted again and again by the mean place of their
    neighbours, which leaves fewer lines crossing, and spread evenly.
    """
    found = nodes(links)
    layer = layers(links)
    pairs = links[["from_node", "to_node"]].drop_duplicates()
    both_ways = pd.concat([pairs, pairs[["to_node", "from_node"]].set_axis(pairs.columns, axis=1)])
    beside = both_ways.groupby("from_node")["to_node"].agg(list)
    rows = [_spread(layer.index[layer == height]) for height in sorted(set(layer))]
    for _ in range(SWEEPS):
        for height, row in enumerate(rows):
            across = pd.concat(rows)
            wanted = pd.Series({node: across[beside[node]].mean() for node in row.index})
            rows[height] = _spread(wanted.sort_values(kind="stable").index)
    return found.assign(layer=found["node"].map(layer), x=found["node"].map(pd.concat(rows)))


def _spread(row):
    """Place the nodes of a layer evenly from 0 to 1."""
    return pd.Series([(place + 0.5) / len(row) for place in range(len(row))], row)


def column(links, years):
    """Order the statements of one topic from the oldest document to the newest, each with how it stands to others.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``.
    years : pandas.Series
        Year of each document by source id; missing years come last.

    Returns
    -------
    pandas.DataFrame
        The rows of :func:`nodes` in order, with `number` (from 1) and `relations`, such as
        ``"contradicts 1 and 3; derives from 2"``, empty for a statement that no link starts from.
    """
    found = nodes(links)
    found = found.assign(year=found["source"].map(years))
    found = found.sort_values("year", kind="stable", na_position="last", ignore_index=True)
    found["number"] = found.index + 1
    number = found.set_index("node")["number"]
    found["relations"] = [_relations(links[links["from_node"] == node], number) for node in found["node"]]
    return found.drop(columns="year")


def _relations(links, number):
    """Say in words how one node stands to others, by their numbers."""
    said = links["to_node"].map(number).groupby(links["relation"], sort=False).agg(sorted)
    return "; ".join(f"{relation} {' and '.join(map(str, others))}" for relation, others in said.items())


def described(rows):
    """Say a column of statements in words, for those who cannot see its picture.

    Parameters
    ----------
    rows : pandas.DataFrame
        What :func:`column` returns.

    Returns
    -------
    str
        One sentence a statement.
    """
    said = []
    for row in rows.to_dict("records"):
        text = f"{row['where']}: {row['label']}" if row["where"] else row["label"]
        said.append(f"{row['number']}, {text}" + (f"; {row['relations']}." if row["relations"] else "."))
    return " ".join(said)


def spoken(links):
    """Say both ends of each link in words: where a statement stands and what it says, or a document's name.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``.

    Returns
    -------
    pandas.DataFrame
        The links, with `one` (where a link starts) and `stands` (its relation, and where it ends).
    """
    one, other = (_worded(links[f"{end}_where"], links[f"{end}_label"]) for end in ("from", "to"))
    return links.assign(one=one, stands=links["relation"] + ": " + other)


def _worded(where, label):
    """Join where a statement stands and what it says."""
    return where.where(where == "", where + ": ") + label


def resting(links, node):
    """Follow the links down from one node to all that it rests on.

    Parameters
    ----------
    links : pandas.DataFrame
        Rows of the table ``links``, without those that part.
    node : str
        Where to start.

    Returns
    -------
    list of str
        Every node that can be reached, nearest first, without `node` itself.
    """
    below = links.groupby("from_node")["to_node"].agg(list).to_dict()
    found = [node]
    for one in found:
        found += [other for other in dict.fromkeys(below.get(one, [])) if other not in found]
    return found[1:]


def by_kind(references):
    """Count references by kind.

    Parameters
    ----------
    references : pandas.DataFrame
        The table ``references``: `kind`, `year` (may be missing), `cited_in_text` (boolean).

    Returns
    -------
    pandas.DataFrame
        One row a kind, the most frequent first: `kind`, `entries`, `cited`, `uncited`, and `first` and
        `last`, the years of the oldest and newest.
    """
    groups = references.groupby("kind", sort=False)
    counts = groups.agg(
        entries=("kind", "size"), cited=("cited_in_text", "sum"), first=("year", "min"), last=("year", "max")
    )
    counts.insert(2, "uncited", counts["entries"] - counts["cited"])
    return counts.sort_values("entries", ascending=False, kind="stable").reset_index()


def stacked(references, order):
    """Place references side by side in the row of their year, kind by kind.

    Parameters
    ----------
    references : pandas.DataFrame
        The table ``references``.
    order : sequence of str
        The kinds, in the order to place them.

    Returns
    -------
    pandas.DataFrame
        The references by year, oldest first and those without a year last, with `row` (the year as text, or
        ``"no date"``) and `place` (from 1 in each row).

    Raises
    ------
    ValueError
        If a kind is not in `order`.
    """
    strangers = sorted(set(references["kind"]) - set(order))
    if strangers:
        raise ValueError(f"order must hold every kind, and lacks {', '.join(strangers)}")
    rank = references["kind"].map({kind: place for place, kind in enumerate(order)})
    found = references.assign(rank=rank).sort_values(["year", "rank"], kind="stable", na_position="last")
    found["row"] = [f"{year:.0f}" if pd.notna(year) else "no date" for year in found["year"]]
    found["place"] = found.groupby("row").cumcount() + 1
    return found.drop(columns="rank").reset_index(drop=True)


def short_names(references):
    """Name works by their first author.

    Parameters
    ----------
    references : pandas.DataFrame
        The table ``references``, with its `authors` between semicolons.

    Returns
    -------
    pandas.Series
        One name a work: ``"Ainsworth, M. D. and others"``.
    """
    first = references["authors"].str.split(";").str[0]
    return first + references["authors"].str.contains(";").map({True: " and others", False: ""})
