"""Read the rules of tables, each one sentence of datapackage.json, and hold rows to them.

What a rule can say is listed once, in ``FORMS``, each form with rows that pass and rows that fail.
"""

from dataclasses import dataclass

from newpip.rules.forms import NONE, READERS, Address, Comparison, Filling, Rounding, Writing
from newpip.rules.terms import RuleError, conditions_of, kind_of, split_at


@dataclass(frozen=True)
class Form:
    """One thing that a rule can say.

    Attributes
    ----------
    rule : str
        An example of the rule.
    meaning : str
        What it asks of the rows, in words.
    passes, fails : dict of str to str
        From the name of a table to rows as CSV, the first of which the rule is of: some that it lets pass, and some
        that it does not.
    """

    rule: str
    meaning: str
    passes: dict
    fails: dict


FORMS = (
    Form(
        "low <= central <= high",
        "Values in order, by `<=`, `<` or `=`. A value is a column, a number, or what `+`, `-`, `*` and `/` make of "
        "them; a row with an empty cell among them passes.",
        {"t": "low,central,high\n1,2,2\n,2,3"},
        {"t": "low,central,high\n1,3,2"},
    ),
    Form(
        "value <= 100 where unit = percent and kind != growth",
        "A rule of some rows alone, by the text of other columns: `=`, `!=`, `begins with`, `is filled` or `is empty`. "
        "Every form can end so.",
        {"t": "value,unit,kind\n40,percent,share\n900,percent,growth\n900,days,share"},
        {"t": "value,unit,kind\n900,percent,share"},
    ),
    Form(
        "year of start = year",
        "The year or the month of a day, or of text that begins with one.",
        {"t": "year,start\n2017,2017-06-01"},
        {"t": "year,start\n2018,2017-06-01"},
    ),
    Form(
        "n = (people in counts where kind = families)",
        "A cell of a table, where one row alone is meant; without the row the rule asks nothing.",
        {"t": "n\n4", "counts": "people,kind\n9,referrals\n4,families"},
        {"t": "n\n5", "counts": "people,kind\n9,referrals\n4,families"},
    ),
    Form(
        "most <= (sum of n in people with the same sex and region as area)",
        "The `sum of`, `least` or `greatest` of a column in some rows of a table, or how many `different` values it "
        "has. `with the same` takes the rows that share the value of a column, under its own name or another.",
        {"t": "sex,area,most\nf,N,3", "people": "sex,region,n\nf,N,1\nf,N,2\nm,N,9"},
        {"t": "sex,area,most\nf,N,4", "people": "sex,region,n\nf,N,1\nf,N,2\nm,N,9"},
    ),
    Form(
        "3 <= (rows of t)",
        "How many rows a table has, which `where` and `with the same` can narrow down too.",
        {"t": "year\n2017\n2018\n2019"},
        {"t": "year\n2017\n2018"},
    ),
    Form(
        "numerator / denominator rounds to value",
        "A value gives another at as many decimals as are written there, halves either way; or `at` as many as a "
        "column says.",
        {"t": "numerator,denominator,value\n40,48,0.83\n1,8,0.12"},
        {"t": "numerator,denominator,value\n41,48,0.83"},
    ),
    Form(
        "year rises by 1",
        "From row to row a column `rises`, `rises by` a number, `never rises` or `never falls`; in the order of the "
        "rows, or of a column named `with`; within the rows that share a value, if a column is named `within`.",
        {"t": "year\n2017\n2018\n2019"},
        {"t": "year\n2017\n2019"},
    ),
    Form(
        "n never rises with step within team",
        "As above: later steps of a team have no more people.",
        {"t": "team,step,n\na,1,9\na,3,2\na,2,4\nb,1,20\nb,2,"},
        {"t": "team,step,n\na,1,9\na,2,4\nb,1,20\na,3,5"},
    ),
    Form(
        "low and high are filled together",
        "Cells of a row are all filled or all empty. One column alone `is filled`, or `is empty`, which a `where` "
        "makes useful.",
        {"t": "low,high\n1,2\n,"},
        {"t": "low,high\n1,"},
    ),
    Form(
        "label is the same within area",
        "A column has one value in all rows, or in all that share the value of another.",
        {"t": "area,label\na,North\na,North\nb,South"},
        {"t": "area,label\na,North\na,Nord"},
    ),
    Form(
        "stage includes invited, interviewed within team",
        "There are rows with each of these values, or in each group of rows that share the value of another column.",
        {"t": "team,stage\na,invited\na,interviewed\na,moved"},
        {"t": "team,stage\na,invited\na,interviewed\nb,invited"},
    ),
    Form(
        "text is a month where unit = month",
        "Text is a `year`, `month` or `day` of the calendar, or `a number`.",
        {"t": "text,unit\n2017-05,month\nsoon,"},
        {"t": "text,unit\n2017-13,month"},
    ),
    Form(
        "place is an address",
        "Text leads to a cell: `table:row:column`, the row by the table's first column or its first two. The table and "
        "the column are there; the row may be missing.",
        {"t": "place\ncounts:families:people", "counts": "kind,people\nfamilies,4"},
        {"t": "place\ncounts:families:children", "counts": "kind,people\nfamilies,4"},
    ),
    Form(
        "value agrees with place",
        "A value is that of the cell at an address: the number, the percentage of a share, the year of a day, or text "
        "that stands in it. Rows that name different sources are not compared.",
        {"t": "place,value\ncounts:families:share,40", "counts": "kind,share\nfamilies,0.4"},
        {"t": "place,value\ncounts:families:share,41", "counts": "kind,share\nfamilies,0.4"},
    ),
)


class Rule:
    """One rule, ready to hold rows to.

    Parameters
    ----------
    text : str
        The sentence.

    Raises
    ------
    RuleError
        When it is none of ``FORMS``.
    """

    def __init__(self, text):
        body, *where = split_at(text, "where")
        self.text, self.where = text, conditions_of(where[1] if len(where) == 2 else None)
        if len(where) > 2:
            raise RuleError("'where' stands in it twice")
        self.form = next((form(found) for form in READERS if (found := form.pattern.fullmatch(body))), None)
        if self.form is None:
            raise RuleError(NONE)
        self.columns = [name for term in self.form.terms for name in term.columns]
        self.columns += [one.column for one in self.where]
        self.tables = {one.table for term in self.form.terms for one in term.lookups}
        self.by_row = isinstance(self.form, Comparison | Rounding | Filling | Writing)

    def reads_others(self, own):
        """Tell whether it reads other tables than its own.

        Parameters
        ----------
        own : str

        Returns
        -------
        bool
        """
        return isinstance(self.form, Address) or bool(self.tables - {own})

    def fit(self, schemas, own):
        """Hold the rule to the tables that are described.

        Parameters
        ----------
        schemas : dict of str to dict of str to str
            From tables to columns to their types.
        own : str
            The table of the rule.

        Raises
        ------
        RuleError
            When it speaks of what is not there, or compares what cannot be compared.
        """
        for column in self.columns:
            kind_of(schemas, own, column)
        self.form.fit(schemas, own)

    def broken(self, table, tables):
        """Find what breaks the rule.

        Parameters
        ----------
        table : newpip.schema.Table
        tables : dict of str to newpip.schema.Table

        Yields
        ------
        row : int
        column : str
        wrong : str
            What is wrong, and what was expected.
        """
        rows = [row for row in table.records if all(one.holds(row) for one in self.where)]
        if not self.columns:  # it is of the whole table
            rows = rows[-1:]
        for row, columns, found in self.form.broken(rows, tables):
            column = next(iter((*columns, *self.columns, *table.names)))
            yield row.number, column, f"{found} cannot be; expected: {self.text}"
