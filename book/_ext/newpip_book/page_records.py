"""What the engine keeps of each page from build to build: in Sphinx's environment, one record a page."""

from sphinx.environment.collectors import EnvironmentCollector


class PageRecords(EnvironmentCollector):
    """Drops the record of a page that is gone or read again, and takes over those of other processes."""

    def process_doc(self, app, doctree):
        """Begin the record of a page that was read; its parts are written by whoever knows them."""
        record(app.env, app.env.docname)

    def clear_doc(self, app, env, docname):
        records(env).pop(docname, None)

    def merge_other(self, app, env, docnames, other):
        records(env).update({name: one for name, one in records(other).items() if name in docnames})


def records(env):
    """Return all records.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment

    Returns
    -------
    dict of str to dict
        From docname to record.
    """
    return vars(env).setdefault("newpip_pages", {})


def record(env, docname):
    """Return the record of a page, to read or to write in.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
    docname : str

    Returns
    -------
    dict
    """
    return records(env).setdefault(docname, {})


def depends_on(env, docname):
    """Return what the outputs of a chapter depend on.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
    docname : str

    Returns
    -------
    dict
        As :func:`newpip_book.authoring.dependencies.manifest`; empty for a page without code.
    """
    return record(env, docname).get("source", ("", {}))[1]


def update(env, part, values):
    """Write a part of every page's record.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
    part : str
        Its name.
    values : dict
        From docname to what is to be kept.

    Returns
    -------
    list of str
        The pages of which something else was kept before: those to write again.
    """
    changed = sorted(name for name, value in values.items() if record(env, name).get(part) != value)
    for name, value in values.items():
        record(env, name)[part] = value
    return changed


def setup(app):
    """Connect."""
    app.add_env_collector(PageRecords)
