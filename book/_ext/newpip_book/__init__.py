"""The book's Sphinx extension: results in prose, claims held to account, figures, tables, the data dictionary."""

import os
from importlib import import_module

from newpip_book.build.sphinx_patches import skip_social_cards, skip_uri_grammar

skip_uri_grammar()  # before anything of the book imports jsonschema
skip_social_cards()

# In the order in which Sphinx is to call them; the policy comes last, when a page has all that it will have.
PARTS = (
    "page_records",
    "theme.mathml",
    "build.sphinx_patches",
    "build.incremental",
    "directives.results",
    "directives.origins",
    "directives.what_if",
    "directives.provenance_map",
    "directives.data_dictionary",
    "directives.figures",
    "directives.key_figure",
    "directives.sketch",
    "outputs.launch_links",
    "outputs.takeaway_notebooks",
    "directives.architecture",
    "directives.syntax_list",
    "directives.benchmark_tables",
    "directives.citation",
    "directives.bibliography",
    "outputs.slides",
    "outputs.result_pages",
    "outputs.row_pages",
    "outputs.search_index",
    "outputs.link_pictures",
    "theme.code_switch",
    "theme.page_sections",
    "theme.html",
    "theme.metadata",
    "theme.special_pages",
    "theme.data_banner",
    "live_cells.assets",
    "live_cells.own_data",
    "theme.csp",
)


def setup(app):
    """Connect the parts to Sphinx; they are imported here, so that newpip check need not wait for them."""
    from newpip_book import project

    os.environ.setdefault("SOURCE_DATE_EPOCH", project.source_date_epoch())  # builds of one commit do not differ
    app.add_config_value("newpip_prose_reviewed", False, "")  # a build reads it before Sphinx starts
    for part in PARTS:
        import_module(f"newpip_book.{part}").setup(app)
    return {"env_version": project.engine_digest(), "parallel_read_safe": True, "parallel_write_safe": True}
