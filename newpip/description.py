"""Say what is wrong with datapackage.json, the description of the tables."""

import re

from newpip.cells import CONSTRAINTS, FORMS, MARKUP, READ, listed
from newpip.rules import Rule, RuleError


def wrong_package(package, place):
    """Say what is wrong with the description of the tables.

    Parameters
    ----------
    package : object
        The content of datapackage.json.
    place : str
        How messages name it.

    Returns
    -------
    list of str
    """
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources or not all(isinstance(one, dict) for one in resources):
        return [f"{place}:1:resources: a list of tables was expected"]
    tables = {}
    problems = []
    for number, one in enumerate(resources, 1):
        name = one.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            problems.append(f"{place}: table {number}:name: {name!r} was found, a name of small letters was expected")
        elif name in tables:
            problems.append(f"{place}:{name}:name: the table stands twice; different names were expected")
        else:
            tables[name] = one
            problems += [f"{place}:{name}:{wrong}" for wrong in _wrong_resource(one)]
    if problems:
        return problems
    schemas = {
        name: {field["name"]: field["type"] for field in one["schema"]["fields"]} for name, one in tables.items()
    }
    for name, one in tables.items():
        problems += [f"{place}:{name}:{wrong}" for wrong in _wrong_keys(one, tables)]
        problems += [f"{place}:{name}:{wrong}" for wrong in _wrong_rules(one, schemas)]
    paths = [one["path"] for one in tables.values()]
    twice = {path for path in paths if paths.count(path) > 1}
    return problems + [f"{place}: {path}: two tables have this path; one was expected" for path in sorted(twice)]


def _wrong_resource(one):
    """Yield what is wrong with one table's description taken alone."""
    if not re.fullmatch(r"[\w-]+\.csv", str(one.get("path"))):
        yield f"path: {one.get('path')!r} was found, the name of a CSV file in this folder was expected"
    fields = one.get("schema", {}).get("fields") if isinstance(one.get("schema"), dict) else None
    if not isinstance(fields, list) or not fields or not all(isinstance(field, dict) for field in fields):
        yield "schema: a list of fields was expected"
        return
    names = [field.get("name") for field in fields]
    for part, where in ((one, "table"), *((field, field.get("name")) for field in fields)):
        for word in ("title", "description"):
            if not isinstance(part.get(word, ""), str) or MARKUP.search(part.get(word, "")):
                yield f"{where}: a {word} in plain words, without markup, was expected"
        if not str(part.get("description", "-")).strip():
            yield f"{where}: its description is empty; a sentence on what it holds was expected"
    for field in fields:
        name = field.get("name")
        if not isinstance(name, str) or not name or names.count(name) > 1:
            yield f"{name}: a name that no other column has was expected"
        if field.get("type") not in FORMS:
            yield f"{name}: the type {field.get('type')!r} was found, one of {', '.join(FORMS)} was expected"
        else:
            yield from (f"{name}: {wrong}" for wrong in _wrong_limits(field))


def _wrong_limits(field):
    """Yield what is wrong with the constraints of one column."""
    limits = field.get("constraints", {})
    if not isinstance(limits, dict):
        yield "constraints in braces were expected"
        return
    for name in limits.keys() - CONSTRAINTS:
        yield f"the constraint {name!r} was found, one of {', '.join(sorted(CONSTRAINTS))} was expected"
    for name in limits.keys() & {"minimum", "maximum"}:
        if field["type"] not in READ or not re.fullmatch(FORMS[field["type"]][0], str(limits[name])):
            yield f"the {name} {limits[name]!r} was found, a value of the column's type was expected"
    if not isinstance(limits.get("enum", []), list):
        yield "enum: a list was expected"
    try:
        re.compile(limits.get("pattern", ""))
    except (re.error, TypeError) as error:
        yield f"pattern: {error}; a regular expression was expected"


def _wrong_keys(one, tables):
    """Yield what is wrong with a table's keys, given all tables."""
    schema = one["schema"]
    names = {field["name"] for field in schema["fields"]}
    for name in listed(schema.get("primaryKey", [])):
        if name not in names:
            yield f"primaryKey: {name!r} is no column of the table; one of its columns was expected"
    for key in schema.get("foreignKeys", []):
        try:
            own, target = listed(key["fields"]), key["reference"]["resource"]
            far = listed(key["reference"]["fields"])
        except (KeyError, TypeError):
            yield f"foreignKeys: {key!r} was found, fields and a reference were expected"
            continue
        there = names if target == "" else {f["name"] for f in tables.get(target, one)["schema"]["fields"]}
        if target and target not in tables:
            yield f"foreignKeys: there is no table {target!r}; one that is described was expected"
        elif not (set(own) <= names and set(far) <= there and len(own) == len(far)):
            yield f"foreignKeys: {own} cannot point to {far}; columns of the two tables were expected"


def _wrong_rules(one, schemas):
    """Yield what is wrong with a table's rules, given the types of all columns."""
    rules = one.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        yield f"rules: {rules!r} was found, a list of sentences was expected"
        return
    for rule in rules:
        try:
            Rule(rule).fit(schemas, one["name"])
        except RuleError as error:
            yield f"rules: {rule!r}: {error}; a rule such as 'low <= high' of the table's columns was expected"
