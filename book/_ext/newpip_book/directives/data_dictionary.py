"""The data dictionary with the grades of rows, and tables shown row by row, made from the data and datapackage.json."""

import inspect
import shutil
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip.grades import GRADES
from newpip.rules import FORMS


class DataDictionary(SphinxDirective):
    """``{data-dictionary}``: every table, its columns, its sources and how far its rows were read."""

    def run(self):
        """Write the dictionary as MyST and parse it where the directive stands."""
        lines = []
        for name in ["datapackage.json", *(resource["path"] for resource in data.package()["resources"])]:
            self.env.note_dependency(str(data.folder().resolve() / name))
        for resource in data.package()["resources"]:
            lines += _section(resource)
        holder = nodes.section()
        holder.document = self.state.document
        self.state.nested_parse(StringList(lines, source="datapackage.json"), 0, holder, match_titles=1)
        return holder.children


class DataRules(SphinxDirective):
    """``{data-rules}``: what a rule of a table can say, each form with rows that pass and rows that fail."""

    def run(self):
        """Write the forms as MyST and parse them where the directive stands."""
        self.env.note_dependency(inspect.getfile(FORMS[0].__class__))
        lines = ["```{list-table}", ":header-rows: 1", "", "* - Rule", "  - What it asks", "  - Passes", "  - Fails"]
        for form in FORMS:
            lines += [f"* - `{form.rule}`", f"  - {form.meaning}"]
            lines += [f"  - {_example(rows)}" for rows in (form.passes, form.fails)]
        holder = nodes.Element()
        holder.document = self.state.document
        self.state.nested_parse(StringList([*lines, "```"], source="newpip/rules"), 0, holder)
        return holder.children


def _example(tables):
    """Show small tables in a cell, the rule's own without its name."""
    shown = (rows if at == 0 else f"{name}: {rows}" for at, (name, rows) in enumerate(tables.items()))
    return " ".join(f"`{line}`" for rows in shown for line in rows.split("\n"))


class DataRows(SphinxDirective):
    """``{data-rows} table``: the rows of a table, without where they are from; ``page`` leads to the page it names.

    The option ``:columns:`` names those to show, in order; by default they are all.
    """

    required_arguments = 1
    option_spec = {"columns": str.split}

    def run(self):
        """Write the rows as MyST and parse them where the directive stands."""
        resource = data.resource(self.arguments[0])
        for name in ("datapackage.json", resource["path"]):
            self.env.note_dependency(str(data.folder().resolve() / name))
        hidden = {*resource["schema"]["primaryKey"], "source_id", "locator", "grade", "note"}
        fields = {field["name"]: field for field in resource["schema"]["fields"] if field["name"] not in hidden}
        shown = [fields[name] for name in self.options.get("columns", fields)]
        frame = data.load(resource["name"]).astype(str)
        for field in shown:
            if field["type"] == "date":  # which is not to be broken at the end of a line
                frame[field["name"]] = frame[field["name"]].str.replace("-", "\N{NON-BREAKING HYPHEN}")
        if "page" in frame:
            frame["page"] = "{doc}`/" + frame["page"] + "`"
        rows = [[field["title"] for field in shown], *frame[[field["name"] for field in shown]].to_numpy().tolist()]
        lines = ["```{list-table}", ":header-rows: 1", ":class: np-table", ""]
        lines += [f"{'  ' if at else '* '}- {cell}" for row in rows for at, cell in enumerate(row)]
        holder = nodes.Element()
        holder.document = self.state.document
        self.state.nested_parse(StringList([*lines, "```"], source=resource["path"]), 0, holder)
        return holder.children


def _section(resource):
    """Describe one table in MyST."""
    schema = resource["schema"]
    frame = data.load(resource["name"])
    keys = schema.get("primaryKey", [])
    keys = [keys] if isinstance(keys, str) else keys
    lines = [f"(table-{resource['name']})=", f"## {resource['name']}", "", resource["description"], ""]
    lines += [f"{len(frame)} rows. {_graded(frame)} Key: {', '.join(f'`{key}`' for key in keys)}.", ""]
    rows = f'<a href="../rows/{resource["name"]}.html">row by row</a>'
    lines += [f'<a href="../data/{resource["path"]}" download>{resource["path"]}</a>, {rows}', ""]
    lines += ["```{list-table}", ":header-rows: 1", ":stub-columns: 1", "", "* - Column", "  - Type", "  - Meaning"]
    for field in schema["fields"]:
        lines += [
            f"* - {field['name']}",
            f"  - {_field_type(field)}",
            f"  - {field['description']}{_foreign_key(schema, field)}",
        ]
    rules = [f"- `{rule}`" for rule in resource.get("rules", [])]
    return [*lines, "```", "", *(["Rules:", "", *rules, ""] if rules else [])]


def _field_type(field):
    """Name a column's type, unit and whether it may be empty."""
    words = [field["type"]]
    if field.get("unit"):
        words.append(f"in {field['unit']}")
    if not field.get("constraints", {}).get("required"):
        words.append("may be empty")
    return ", ".join(words)


def _foreign_key(schema, field):
    """Say which table a column points to."""
    for key in schema.get("foreignKeys", []):
        if field["name"] in key["fields"]:
            table = key["reference"]["resource"]
            return f" Points to [{table}](#table-{table})." if table else " Points to another row of this table."
    return ""


def write_tables(app, error):
    """Put the tables and their description beside the pages, for whoever wants them all."""
    if error is None:
        target = Path(app.outdir) / "data"
        target.mkdir(exist_ok=True)
        for name in ["datapackage.json", *(resource["path"] for resource in data.package()["resources"])]:
            shutil.copyfile(data.folder() / name, target / name)


def _graded(frame):
    """Count a table's rows by their grades."""
    if "grade" not in frame:
        return ""
    counts = frame["grade"].value_counts()
    if len(counts) == 1:
        return f"All: {GRADES[counts.index[0]]}."
    return "Of these " + "; ".join(f"{counts[one]}: {words}" for one, words in GRADES.items() if one in counts) + "."


def setup(app):
    """Connect."""
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("data-rows", DataRows)
    app.add_directive("data-rules", DataRules)
    app.connect("build-finished", write_tables)
