"""Pages built on other data than the published say so, each at its top, so that nobody takes them for the paper's."""

from newpip import data
from newpip_book import project


def say(app, pagename, templatename, context, doctree):
    """Hand the layout the name of the data."""
    if project.data_label():
        context["other_data"] = data.package()["title"]


def setup(app):
    """Connect."""
    app.connect("html-page-context", say)
