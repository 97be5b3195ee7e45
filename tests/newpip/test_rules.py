"""Rules of tables: each form lets its good rows pass and names its bad ones, and no rule of the data is idle."""

import csv
import io
import re

import pytest

from newpip import data, schema
from newpip.cells import FORMS as CELLS
from newpip.rules import FORMS, Rule, RuleError

DESCRIBED = {one["name"]: one for one in data.package()["resources"]}
ROWS = {name: schema.Table(name, one, data.folder() / one["path"]).rows for name, one in DESCRIBED.items()}


def table(name, rows):
    """Return a table without its rules."""
    return schema.Table(name, {"name": name, "schema": DESCRIBED[name]["schema"]}, None, rows)


TABLES = {name: table(name, rows) for name, rows in ROWS.items()}
RULES = [(name, rule) for name, one in DESCRIBED.items() for rule in one.get("rules", [])]

VALUES = ("", "0", "7", "-7", "123456", "2099-12-31", "2017-13")
# The share who left is not known of this service, whose areas have no weight of their own: other data may say them.
IDLE = {
    "value = (value in service where fact = service_dropout) / 100 where attrition_id = newpip",
    "low = high where input = weight",
}


def example(tables, rule):
    """Hold rows of an example, the first table's, to a rule."""
    held = []
    for name, text in tables.items():
        header, *rows = csv.reader(io.StringIO(text))
        fields = [
            {"name": name, "type": kind(column)} for name, column in zip(header, zip(*rows, strict=True), strict=True)
        ]
        rules = [] if held else [rule]
        held.append(
            schema.Table(f"data/{name}.csv", {"name": name, "schema": {"fields": fields}, "rules": rules}, None, rows)
        )
    return schema.check_tables(held)


def kind(column):
    """Tell of what type the cells of an example are."""
    filled = [cell for cell in column if cell]
    return next(
        one for one in ("number", "date", "string") if all(re.fullmatch(CELLS[one][0], cell) for cell in filled)
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.rule)
def test_each_form_is_shown_by_rows_that_pass_and_rows_that_fail(form):
    assert example(form.passes, form.rule) == []
    wrong = example(form.fails, form.rule)
    assert wrong and all(re.match(r"data/t\.csv:\d+:\w+: .+; expected: ", line) for line in wrong)
    assert all(line.endswith(form.rule) for line in wrong)


@pytest.mark.parametrize(
    ("rule", "rows", "place"),
    [
        ("low <= central <= high", "low,central,high\n3,,1", "2:low"),  # past a cell that is empty
        ("low < central <= high", "low,central,high\n1,,1", "2:low"),  # as strict as the strictest sign between
        ("a + b = 1", "a,b\n0.1,0.9\n0.7,0.2", "3:a"),  # exactly, not as a computer adds fractions
        ("a - b - 1 = 0", "a,b\n3,2\n3,1", "3:a"),  # from the left
        ("2 * (a + 1) / b rounds to c", "a,b,c\n1,3,1.33\n1,3,1.34", "3:c"),
        (
            "a / b rounds to c",
            "a,b,c\n1,8,0.13\n1,8,0.12\n1,0,9\n1,8,0.11",
            "5:c",
        ),  # halves either way; nothing by nought
        ("a rounds to b at d", "a,b,d\n9.96,10,1\n9.94,10,1", "3:b"),
        ("1800 <= year of day", "day\n1899-01-01\n1950-01-01", ""),
        ("month of day = text", "day,text\n2017-05-31,2017-05\n2017-05-31,2017-06", "3:day"),
        ("n rises", "n\n1\n2\n2", "4:n"),
        ("n never falls", "n\n1\n1\n0", "4:n"),
        ("n is empty where kind begins with un", "n,kind\n,unknown\n4,known\n4,unsaid", "4:n"),
        ("a, b and c are filled together", "a,b,c\n1,1,1\n,,\n1,1,", "4:a"),
        ("text is a day", "text\n2017-05-31\n2017-05", "3:text"),
    ],
)
def test_what_a_rule_makes_of_rows(rule, rows, place):
    assert [
        line.removeprefix("data/t.csv:").rpartition(": ")[0].partition(": ")[0] for line in example({"t": rows}, rule)
    ] == ([place] if place else [])


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("begin <= end", "has no column 'begin'"),
        ("start <= end where kind = x where measure = y", "'where' stands in it twice"),
        ("start <= end where measure is odd", "'measure is odd' is no condition"),
        ("start should come before end", "none of the forms"),
        ("n <= start", "date and number cannot be compared"),
        ("measure <= note", "text cannot be compared by <="),
        ("n <= (n in nowhere where measure = families)", "there is no table 'nowhere'"),
        ("n <= (n in activity where kind = families)", "activity has no column 'kind'"),
        ("n <= (sum of measure in activity)", "no numbers to sum"),
        ("n <= (sum of n in activity", "a parenthesis has no other"),
        ("n <= (all of n in activity)", "nothing in parentheses that can be looked up"),
        ("n + start <= 4", "numbers stand on both sides of +"),
        ("year of n <= 4", "a number has no year"),
        ("measure rises by 1", "text neither rises nor falls"),
        ("measure / n rounds to n", "numbers stand on both sides of /"),
        ("n is a month", "says so already"),
        ("n is filled, mostly", "none of the forms"),
        ("", "none of the forms"),
    ],
)
def test_a_rule_that_cannot_be_read_is_one_line(rule, wrong):
    schemas = {name: {f["name"]: f["type"] for f in one["schema"]["fields"]} for name, one in DESCRIBED.items()}
    with pytest.raises(RuleError, match=re.escape(wrong)):
        Rule(rule).fit(schemas, "activity")
    package = {
        "resources": [one | ({"rules": [rule]} if name == "activity" else {}) for name, one in DESCRIBED.items()]
    }
    (said,) = schema.wrong_package(package, "data/datapackage.json")
    assert said.startswith(f"data/datapackage.json:activity:rules: {rule!r}: ") and "was expected" in said


def test_rules_are_a_list_of_sentences():
    package = {"resources": [one | {"rules": [7]} if name == "activity" else one for name, one in DESCRIBED.items()]}
    (said,) = schema.wrong_package(package, "data/datapackage.json")
    assert said.startswith("data/datapackage.json:activity:rules: [7] was found, a list of sentences")


@pytest.mark.parametrize(("name", "text"), [one for one in RULES if one[1] not in IDLE], ids=str)
def test_no_rule_of_the_data_is_idle(name, text):
    """Some change of a cell that it reads breaks it; of the data as they are, none does."""
    rule = Rule(text)
    assert not broken(rule, name, {})
    read = [(name, column) for column in rule.columns]
    for one in (found for term in rule.form.terms for found in term.lookups):
        columns = {one.column, *(condition.column for condition in one.where)} - {None}
        read += [(one.table, column) for column in columns or {DESCRIBED[one.table]["schema"]["fields"][0]["name"]}]
    assert any(broken(rule, name, {table: rows}) for table, column in read for rows in altered(table, column))


def broken(rule, name, changed):
    """Hold the tables, some of them changed, to a rule."""
    tables = TABLES | {other: table(other, rows) for other, rows in changed.items()}
    return list(rule.broken(tables[name], tables))


def altered(name, column):
    """Change the cells of a column all at once and one by one, and take rows away."""
    at = [field["name"] for field in DESCRIBED[name]["schema"]["fields"]].index(column)
    rows = ROWS[name]
    yield from (rows[:1], rows[-1:], [*rows, rows[0]])
    for value in VALUES:
        yield [[*row[:at], value, *row[at + 1 :]] for row in rows]
    for number, row in enumerate(rows):
        yield rows[:number] + rows[number + 1 :]
        for value in VALUES:
            yield [*rows[:number], [*row[:at], value, *row[at + 1 :]], *rows[number + 1 :]]
