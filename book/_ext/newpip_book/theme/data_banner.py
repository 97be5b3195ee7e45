"""Pages built on other data than the published say so, each at its top, so that nobody takes them for the paper's."""

from newpip import data
from newpip_book import project


def add_banner(app, pagename, templatename, context, doctree):
    """Hand the layout the name of the data."""
    if project.data_label():
        page = app.config.newpip_page_for_any_data
        context["other_data"], context["page_for_any_data"] = data.package()["title"], page
        context["page_for_any_data_title"] = app.env.titles[page].astext() if page in app.env.titles else ""


def setup(app):
    """Connect."""
    app.add_config_value("newpip_page_for_any_data", "", "html")  # the one page that is written for whatever data
    app.connect("html-page-context", add_banner)
