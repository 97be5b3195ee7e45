"""What machines and quoting readers learn of a page: its address, kind, date and commit.

There is no address of the book until it is published. Set ``NEWPIP_SITE`` (or ``html: baseurl`` in _config.yml) to the
address that the folder will have, and each page gets a canonical address and the folder a sitemap; without it both are
left out, rather than wrong. Open Graph's title and description are sphinxext-opengraph's work.
"""

import json
import os
import re
from datetime import date
from pathlib import Path

from markupsafe import Markup
from sphinx.errors import ConfigError

from newpip import data
from newpip_book import page_records, project


def set_base_url(app, config):
    """Take the address of the published book from the environment, or else from the configuration."""
    site = os.environ.get("NEWPIP_SITE", "") or config.html_baseurl or ""
    if site and not re.match(r"https?://[^/]+", site):
        raise ConfigError(f"NEWPIP_SITE is {site!r}; an address such as https://example.org/book/ was expected")
    config.html_baseurl = config.ogp_site_url = site.rstrip("/") + "/" if site else ""


def add_metadata(app, pagename, templatename, context, doctree):
    """Give a page its JSON-LD, date and commit, and take out addresses that are not known."""
    context["author"], context["licences"] = app.config.author, _licences()
    if doctree is None:
        context.pop("pageurl", None)
        return
    if not app.config.html_baseurl:
        context["metatags"] = re.sub(r'<meta property="og:url"[^>]*>\n?', "", context["metatags"])
    change = page_records.record(app.env, pagename).get("changed", {})
    context["changed"] = _sentence(change)
    facts = _facts(app, pagename, context, change)
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    context["metatags"] += f'<script type="application/ld+json">{text}</script>\n'


def _facts(app, pagename, context, change):
    """Return what schema.org has words for."""
    described = re.search(r'property="og:description" content="([^"]*)"', context["metatags"])
    site, book = app.config.html_baseurl, app.config.html_title
    facts = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle" if pagename.startswith("chapters/") else "WebPage",
        "name": re.sub(r"^\d+\. ", "", str(Markup(context["title"]).striptags())),
        "description": str(Markup(described[1]).unescape()) if described else "",
        "inLanguage": app.config.language,
        "author": {"@type": "Organization", "name": app.config.author},
        **_licence(),
    }
    doi = project.study(project.citation()).get("doi")
    based = {"isBasedOn": f"https://doi.org/{doi}"} if doi else {}
    if pagename == app.config.root_doc:
        facts |= {"@type": "Book", "name": book, **based}
    elif pagename == "book/data-dictionary":
        facts |= {"@type": "Dataset", **based, "hasPart": [_dataset(app, one) for one in _resources()]}
    else:
        facts |= {"isPartOf": {"@type": "Book", "name": book}}
    if facts["@type"] == "ScholarlyArticle":
        facts |= {"headline": facts["name"], **based}
    if change:
        facts["dateModified"] = max(change["text"][0], change.get("data", ("",))[0])
    if site:
        facts["url"] = context["pageurl"]
    return facts


def _licence():
    """Return the licence of what is read, as schema.org has it."""
    return {"license": project.licence_address()} if project.licence_address() else {}


def _licences():
    """Name the licences as the foot of a page does: that of what is read first."""
    named = [f"{what}: {name}" for what, name in sorted(project.licences().items(), reverse=True)]
    return "; ".join([*named[:1], *(one[0].lower() + one[1:] for one in named[1:])])


def _resources():
    return data.package()["resources"]


def _dataset(app, resource):
    """Return one table as schema.org describes it; it is published beside the book."""
    table = {"@type": "Dataset", "name": resource["name"], **_licence()}
    table["description"] = resource.get("description", resource["name"])
    if app.config.html_baseurl:
        address = f"{app.config.html_baseurl}data/{resource['path']}"
        table["distribution"] = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": address}
    return table


def date_pages(app, env):
    """Find when each page and its data last changed, and name the pages where that is news."""
    commits, changed = _commits(), dict.fromkeys(env.found_docs, {})
    for docname in env.found_docs:
        text = commits.get(Path(env.doc2path(docname)).resolve())
        if text:
            names = [*page_records.depends_on(env, docname), *page_records.record(env, docname).get("files", {})]
            tables = [name for name in names if name.endswith(".csv")]
            paths = {data.folder().resolve() / Path(name).name for name in tables}
            found = [commits[path] for path in paths if path in commits]
            changed[docname] = {"text": text} | ({"data": max(found)} if found else {})
    return page_records.update(env, "changed", changed)


def _commits():
    """Return, for each file, date, commit and whether it was changed since; {} without git or its whole history."""
    answer = project.git("rev-parse", "--show-toplevel", "--is-shallow-repository").splitlines()
    if answer != [str(project.ROOT), "false"]:
        return {}
    history, found = project.git("log", "--format=%x00%cs %H", "--name-only", "--", "book", "chapters", "data"), {}
    for entry in history.split("\0")[1:]:
        head, *names = entry.split("\n")
        for name in filter(None, names):
            found.setdefault(project.ROOT / name, (*head.split(), False))
    for line in project.git("status", "--porcelain", "--", "book", "chapters", "data").splitlines():
        path = project.ROOT / line[3:].split(" -> ")[-1]
        if path in found:
            found[path] = (*found[path][:2], True)
    return found


def _sentence(change):
    """Say when a page changed, as a reader would put it."""
    if not change:
        return ""
    parts = [f"Page last changed on {_date_and_commit(*change['text'])}"]
    if "data" in change:
        parts.append(f"its data on {_date_and_commit(*change['data'])}")
    return "; ".join(parts) + "."


def _date_and_commit(day, commit, open_changes):
    since = ", with changes since that are not committed" if open_changes else ""
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B %Y} (commit {commit[:10]}{since})"


def setup(app):
    """Connect."""
    app.connect("config-inited", set_base_url)
    app.connect("env-updated", date_pages)
    app.connect("html-page-context", add_metadata, priority=900)
