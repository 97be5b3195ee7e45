"""The data dictionary and the grades of its rows, made from datapackage.json and the tables themselves."""

import shutil
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip.grades import GRADES


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


def _section(resource):
    """Describe one table in MyST."""
    schema = resource["schema"]
    frame = data.load(resource["name"])
    keys = schema.get("primaryKey", [])
    keys = [keys] if isinstance(keys, str) else keys
    lines = [f"(table-{resource['name']})=", f"## {resource['name']}", "", resource["description"], ""]
    lines += [f"{len(frame)} rows. {_graded(frame)} Key: {', '.join(f'`{key}`' for key in keys)}.", ""]
    lines += [f'<a href="../data/{resource["path"]}" download>{resource["path"]}</a>', ""]
    lines += ["```{list-table}", ":header-rows: 1", ":stub-columns: 1", "", "* - Column", "  - Type", "  - Meaning"]
    for field in schema["fields"]:
        lines += [
            f"* - {field['name']}",
            f"  - {_field_type(field)}",
            f"  - {field['description']}{_foreign_key(schema, field)}",
        ]
    return [*lines, "```", ""]


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
    app.connect("build-finished", write_tables)
