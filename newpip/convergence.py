"""Objectives and topics: which excerpts bear on each, from which group, and what runs against the main account."""

import pandas as pd


def support(pairs, excerpts, themes, by, groups):
    """Count the excerpts of each group that bear on each objective or topic.

    Parameters
    ----------
    pairs, excerpts, themes : pandas.DataFrame
        The tables ``convergence_excerpts``, ``excerpts`` and ``themes``.
    by : pandas.Series of str
        The ids to count for, in order: those of objectives, or of topics. Its name is that of a column of `pairs`.
    groups : sequence of str
        The groups to count.

    Returns
    -------
    pandas.DataFrame
        Indexed by the ids: `from_<group>`, how many excerpts of that group bear on it, each counted once; `excerpts`,
        the same in words; and `subthemes`, the subthemes under which they are printed, in the paper's order.

    Raises
    ------
    ValueError
        If a pair names an excerpt that is not among `excerpts`.
    """
    unknown = set(pairs["excerpt_id"]) - set(excerpts["excerpt_id"])
    if unknown:
        raise ValueError(f"pairs must name excerpts of the table excerpts, not {sorted(unknown)}")
    joined = pairs[[by.name, "excerpt_id"]].drop_duplicates().merge(excerpts, on="excerpt_id")
    joined = joined.merge(themes[["subtheme_id", "subtheme", "position"]], on="subtheme_id").sort_values("position")
    counts = pd.crosstab(joined[by.name], joined["participant_group"])
    counts = counts.reindex(index=by, columns=groups, fill_value=0).add_prefix("from_")
    counts.columns.name = None
    listed = joined.groupby(by.name)["subtheme"].agg(lambda titles: "; ".join(dict.fromkeys(titles)))
    words = [
        ", ".join(f"{n} of {group}s" for group, n in zip(groups, row, strict=True) if n) for row in counts.to_numpy()
    ]
    return counts.assign(excerpts=words, subthemes=listed.reindex(by, fill_value=""))


def silent(topics, groups):
    """Tell for each topic which group nothing is reported of.

    Parameters
    ----------
    topics : pandas.DataFrame
        The table ``convergence``.
    groups : mapping of str to str
        For each column that holds what a group said, the group.

    Returns
    -------
    pandas.Series of str
        Indexed by `topic_id`; empty where every group is heard.

    Raises
    ------
    ValueError
        If nothing is reported of any group on a topic, or a topic is called silent and is not, or the other way about.
    """
    unheard = topics.set_index("topic_id")[list(groups)].eq("")
    wrong = unheard.any(axis=1) != topics.set_index("topic_id")["relation"].eq("silent")
    wrong |= unheard.all(axis=1)
    if wrong.any():
        raise ValueError(f"a topic is silent where one group has nothing, not {wrong.index[wrong].tolist()}")
    return unheard.apply(lambda row: "".join(groups[name] for name in groups if row[name]), axis=1)


def negative_cases(pairs, excerpts, topics):
    """List the excerpts that run against the main account of a topic.

    Parameters
    ----------
    pairs, excerpts, topics : pandas.DataFrame
        The tables ``convergence_excerpts``, ``excerpts`` and ``convergence``.

    Returns
    -------
    pandas.DataFrame
        One row a topic and excerpt, in the order of `pairs`: `topic`, `participant_group`, `gist`, `grade`.
    """
    against = pairs.loc[pairs["role"] == "runs against", ["topic_id", "excerpt_id"]]
    found = against.merge(topics[["topic_id", "topic"]], on="topic_id")
    found = found.merge(excerpts.drop(columns="note"), on="excerpt_id")
    return found[["topic", "participant_group", "gist", "grade"]]
