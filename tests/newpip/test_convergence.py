"""Convergence: what bears on each objective and topic, who is silent, and what runs against the main account."""

import pandas as pd
import pytest

from newpip import convergence
from newpip.data import load
from tests.test_people import ONE_PERSON

GROUPS = ["parent", "professional"]
COLUMNS = {"parents": "parent", "professionals": "professional"}


@pytest.fixture
def tables():
    return {name: load(name) for name in ("objectives", "convergence", "convergence_excerpts", "excerpts", "themes")}


def counted(tables, by):
    pairs, excerpts, themes = (tables[name] for name in ("convergence_excerpts", "excerpts", "themes"))
    return convergence.support(pairs, excerpts, themes, by, GROUPS)


def test_every_excerpt_bears_on_a_topic_and_each_once_there(tables):
    pairs = tables["convergence_excerpts"]
    assert set(pairs["excerpt_id"]) == set(tables["excerpts"]["excerpt_id"])
    found = counted(tables, tables["convergence"]["topic_id"])
    assert found[["from_parent", "from_professional"]].to_numpy().sum() == len(pairs)


def test_each_objective_has_excerpts_of_those_it_names_and_of_no_others(tables):
    objectives = tables["objectives"].set_index("objective_id")
    found = counted(tables, tables["objectives"]["objective_id"])
    assert (found["from_parent"] + found["from_professional"] > 0).all()
    assert (found["subthemes"] != "").all()
    for column, group in COLUMNS.items():
        assert ((objectives[column] != "") == (found[f"from_{group}"] > 0)).all(), group


def test_who_is_silent_on_a_topic_has_no_excerpt_on_it(tables):
    topics = tables["convergence"]
    silent, found = convergence.silent(topics, COLUMNS), counted(tables, topics["topic_id"])
    for topic, group in silent[silent != ""].items():
        assert found.loc[topic, f"from_{group}"] == 0, topic
    heard = found.loc[silent == "", ["from_parent", "from_professional"]]
    assert (heard.sum(axis=1) > 0).all()


def test_a_topic_called_silent_wrongly_is_named(tables):
    topics = tables["convergence"]
    wrong = topics.assign(relation=topics["relation"].mask(topics["topic_id"] == "wait", "agree"))
    with pytest.raises(ValueError, match="wait"):
        convergence.silent(wrong, COLUMNS)


def test_negative_cases_are_the_excerpts_said_to_run_against_the_topic(tables):
    cases = convergence.negative_cases(tables["convergence_excerpts"], tables["excerpts"], tables["convergence"])
    assert len(cases) == (tables["convergence_excerpts"]["role"] == "runs against").sum() > 0
    assert set(cases["gist"]) <= set(tables["excerpts"]["gist"])
    marks = tables["excerpts"].set_index("gist").loc[cases["gist"], "valence"]
    assert not (marks == "positive").any(), "what runs against an account is no plain praise"


def test_support_counts_an_excerpt_once_and_refuses_a_stranger():
    pairs = pd.DataFrame({"topic_id": ["a", "a", "b"], "excerpt_id": ["x-1", "x-1", "y-1"]})
    excerpts = pd.DataFrame(
        {"excerpt_id": ["x-1", "y-1"], "participant_group": GROUPS, "subtheme_id": ["x", "y"], "note": ["", ""]}
    )
    themes = pd.DataFrame({"subtheme_id": ["x", "y"], "subtheme": ["Ex", "Why"], "position": [1, 2]})
    found = convergence.support(pairs, excerpts, themes, pd.Series(["b", "a", "c"], name="topic_id"), GROUPS)
    assert found["from_parent"].tolist() == [0, 1, 0] and found["from_professional"].tolist() == [1, 0, 0]
    assert found["subthemes"].tolist() == ["Why", "Ex", ""]
    assert found["excerpts"].tolist() == ["1 of professionals", "1 of parents", ""]
    with pytest.raises(ValueError, match="z-1"):
        convergence.support(pairs.replace("y-1", "z-1"), excerpts, themes, pd.Series(["a"], name="topic_id"), GROUPS)


def test_no_row_is_about_one_person(tables):
    shown = ["asks", "parents", "professionals", "reason", "against", "topic", "note"]
    for name in ("objectives", "convergence", "convergence_excerpts"):
        texts = tables[name].filter(shown).to_numpy().ravel()
        assert [text for text in texts if ONE_PERSON.search(text) or " one " in f" {text} "] == [], name
