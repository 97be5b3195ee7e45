"""Links under each chapter to its notebook and to sites that run it: Binder, Colab, Codespaces.

The links to other sites stand only where the address of the repository is known: ``repository: url`` in _config.yml, or
``NEWPIP_REPOSITORY``; that to Binder only where ``launch_buttons: binderhub_url`` names a hub as well. Nothing is asked
of those sites until a reader follows a link.
"""

import os
import re

from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri

from newpip_book import project
from newpip_book.outputs.takeaway_notebooks import FOLDER

HELP = "book/rerun"  # the page, if the book has it, that says how to run a chapter
GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")


def repository():
    """Read the address of the repository and its branch.

    Returns
    -------
    tuple of str
        Owner, name and branch on GitHub; empty where no address is configured.

    Raises
    ------
    sphinx.errors.ConfigError
        If the address is not one of a repository on GitHub.
    """
    told = project.settings().get("repository") or {}
    url = os.environ.get("NEWPIP_REPOSITORY", told.get("url") or "")
    if not url:
        return ()
    found = GITHUB.fullmatch(url)
    if not found:
        raise ConfigError(f"the repository is {url!r}; an address as https://github.com/owner/name was expected")
    return (*found.groups(), told.get("branch", "main"))


def binder_hub():
    """Read the address of the BinderHub that opens chapters: Jupyter Book's own setting for it.

    Returns
    -------
    str
        Empty where none is configured.
    """
    told = project.settings().get("launch_buttons") or {}
    return (told.get("binderhub_url") or "").rstrip("/")


def site_links(place, file, binder=""):
    """List where a chapter can be run on other sites.

    Parameters
    ----------
    place : tuple of str
        As :func:`repository` returns it.
    file : str
        The notebook's name, such as ``"01-background.ipynb"``.
    binder : str
        As :func:`binder_hub` returns it.

    Returns
    -------
    dict
        From a site's name to an address; empty where no address is configured.
    """
    if not place:
        return {}
    owner, name, branch = place
    opened = {"Binder": f"{binder}/v2/gh/{owner}/{name}/{branch}?urlpath=lab/tree/work/{file}"} if binder else {}
    return opened | {
        "Colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/{FOLDER}/{file}",
        "Codespaces": f"https://codespaces.new/{owner}/{name}/tree/{branch}",
    }


def add_launch_links(app, doctree, docname):
    """End each chapter's page with its notebook and the places that run it."""
    if not docname.startswith("chapters/"):
        return
    file = f"{docname.removeprefix('chapters/')}.ipynb"
    here = relative_uri(app.builder.get_target_uri(docname), f"{FOLDER}/{file}")
    line = nodes.paragraph("", "Run this chapter yourself: ", classes=["np-launch"])
    line += nodes.reference("", "download the notebook", refuri=here, internal=True)
    for place, (site, address) in enumerate(
        site_links(app.config.newpip_repository, file, app.config.newpip_hub).items()
    ):
        line += nodes.Text(", open it in " if place == 0 else ", ")
        line += nodes.reference("", site, refuri=address, internal=False)
    if HELP in app.env.found_docs:
        line += nodes.Text(", or see ")
        line += nodes.reference("", "how", refuri=app.builder.get_relative_uri(docname, HELP), internal=True)
    line += nodes.Text(".")
    next(doctree.findall(nodes.section)).append(line)


def setup(app):
    """Connect; a changed address is written into every page."""
    app.add_config_value("newpip_repository", repository(), "html", types=[tuple])
    app.add_config_value("newpip_hub", binder_hub(), "html", types=[str])
    app.connect("doctree-resolved", add_launch_links)
