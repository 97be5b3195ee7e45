"""All that a build imports, imported at once: while data and chapters are checked, or before `make live` builds."""

from importlib import import_module

from newpip_book import PARTS

# Sphinx and its extensions, with what they would import one by one as they are set up.
LIBRARIES = (
    *("jupyter_book.sphinx", "sphinx.application", "sphinx.builders.html", "sphinx.environment.adapters.toctree"),
    *("myst_nb.sphinx_ext", "sphinx_external_toc.events", "sphinxext.opengraph", "pybtex.plugin"),
    *("sphinxcontrib.bibtex.domain", "sphinxcontrib.bibtex.foot_domain", "sphinxcontrib.bibtex.bibfile"),
)


def imported():
    """Import it all."""
    import_module("newpip_book.execute")
    for name in LIBRARIES:
        import_module(name)
    from sphinx.application import builtin_extensions

    for name in [*builtin_extensions, *(f"newpip_book.{part}" for part in PARTS)]:
        import_module(name)
