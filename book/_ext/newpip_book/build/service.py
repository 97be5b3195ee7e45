"""Another service's site: a small book made of this book's template and the service's counts."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
import zlib
from datetime import UTC, datetime
from pathlib import Path

import yaml

from newpip import service_tables, workbook
from newpip.files import write_together
from newpip.service_tables import LETTERS
from newpip_book import project
from newpip_book.authoring.published_only import left_out
from newpip_book.build.atomic import swap_tree
from newpip_book.project import ROOT

TEMPLATE = ROOT / "book" / "_service"
SITE, SEVERAL = "site", "side-by-side"  # in the folder of the service, or of the first of several
MOST = 10  # services side by side


class ServiceError(RuntimeError):
    """What keeps a service's site from being made, one line a problem."""


def has_template():
    """Tell whether this book has a template for a service's site.

    Returns
    -------
    bool
    """
    return (TEMPLATE / "service.yml").is_file()


def reading(place):
    """Read a service: a folder of newpip new-service, or a workbook.

    Parameters
    ----------
    place : pathlib.Path

    Returns
    -------
    title : str
    files : dict of str to str
        Its tables and their description.

    Raises
    ------
    ServiceError, newpip.workbook.WorkbookError
        When there is none.
    """
    if place.is_file():
        found = workbook.read(workbook.read_files([place]), place.stem)
        return found.title, found.files()
    title = workbook.named(place)
    if not title:
        raise ServiceError(
            f"{place}: no counts of a service are in it; a folder of newpip import-service, or a workbook, was expected"
        )
    kept = sorted(path for path in place.iterdir() if path.suffix == ".csv" or path.name == workbook.DESCRIBED)
    return title, {path.name: path.read_text(encoding="utf-8") for path in kept}


def try_page(files):
    """Run the cells of a service's pages in this process, as the build will, and leave nothing behind.

    Parameters
    ----------
    files : dict of str to str
        Its tables and their description.

    Raises
    ------
    ServiceError
        When a cell fails, or warns of what a page must not show.
    """
    before = os.environ.get("NEWPIP_DATA")
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        workbook.write(Path(folder), files)
        os.environ["NEWPIP_DATA"] = folder
        try:
            for name, cells in _chapters(files).items():
                _run(name, [cell for cell in cells if cell["cell_type"] == "code"])
        finally:
            os.environ.pop("NEWPIP_DATA")
            if before is not None:
                os.environ["NEWPIP_DATA"] = before


def _run(name, cells):
    """Run the cells of a chapter one after the other."""
    import matplotlib

    matplotlib.use("agg")
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        for cell in cells:
            try:
                exec(compile("".join(cell["source"]), f"{name}, cell {cell['id']}", "exec"), names)
            except Exception as error:  # whatever a chapter raises, its reader is told that their page cannot be made
                said = f"{type(error).__name__}: {error}"
                raise ServiceError(
                    f"The counts were read, but their page cannot be made of them ({name}, cell {cell['id']}: {said}). "
                    "This is a fault of the book, not of the workbook; nothing was written. Please tell its makers."
                ) from error


def settings():
    """Read what a service's site takes from this book.

    Returns
    -------
    dict
    """
    if not has_template():
        raise ServiceError("this book has no template for a service's site; book/_service/service.yml was expected")
    return yaml.safe_load((TEMPLATE / "service.yml").read_text(encoding="utf-8"))


def _chapters(files):
    """Return the cells of each chapter that these tables suffice for."""
    taken, chapters = settings(), {}
    for path in sorted((TEMPLATE / "chapters").glob("*.ipynb")):
        chapters[path.stem] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for name, own in taken["chapters"].items():
        cells = json.loads((ROOT / "chapters" / f"{own}.ipynb").read_text(encoding="utf-8"))["cells"]
        opening = (TEMPLATE / "chapters" / f"{name}.md").read_text(encoding="utf-8")
        first = {"cell_type": "markdown", "id": "opening", "metadata": {}, "source": opening}
        chapters[name] = [first, *shared_cells(cells)]
    return {name: chapters[name] for name in sorted(chapters) if _suffice(files, f"chapters/{name}")}


def shared_cells(cells):
    """Take the cells of a chapter that are for any service: without its title, and what is for this book alone.

    Parameters
    ----------
    cells : list of dict

    Returns
    -------
    list of dict
    """
    return [cell for cell, left in zip(cells[1:], left_out(cells)[1:], strict=True) if not left]


def _suffice(files, page):
    """Tell whether these tables suffice for a page."""
    table = settings()["needs"].get(page)
    return table is None or f"{table}.csv" in files


def build(places, out=None, published=False):
    """Build the site of a service, or one page that sets several side by side.

    Parameters
    ----------
    places : list of pathlib.Path
        Their folders or workbooks.
    out : pathlib.Path, optional
        Where the pages go; in the folder of the first, or beside its workbook, by default.
    published : bool
        Whether the counts of this book itself are set beside theirs, marked as such.

    Returns
    -------
    pathlib.Path
        The page to open.

    Raises
    ------
    ServiceError
        When the pages cannot be made; those that were made before stay.
    """
    if len(places) > MOST:
        raise ServiceError(f"{len(places)} services were found; from one to {MOST} were expected")
    several, place = [(*reading(one), service_tables.OWN) for one in places], places[0]
    title, files, _ = several[0] if len(several) == 1 else (settings()["several"], {}, "")
    several += [_published()] if published else []
    note = _escaped(settings()["published"]["note"]) if published else ""
    named = "\n".join(f"- {letter}: {_escaped(name)}" for letter, (name, *_) in zip(LETTERS, several, strict=False))
    if len(several) > 1:
        files = _beside(title, several, files)
    out = out or (place if place.is_dir() else place.parent) / (SITE if len(places) == 1 else SEVERAL)
    if out.exists() and not (out.is_dir() and ((out / "results.json").exists() or not any(out.iterdir()))):
        raise ServiceError(f"{out}: something else is in it; a new or empty folder was expected for the pages")
    book = project.BUILD / "services" / f"{zlib.crc32(str(out.resolve()).encode()):08x}"
    _write_book(book, title, files, {"published": note, "services": named})
    _build_book(book)
    out.parent.mkdir(parents=True, exist_ok=True)
    swap_tree(book / "_build" / "html", out)
    return out / "index.html"


def _published():
    """Return the counts of this book, named as what they are."""
    kept = project.published_data()
    tables = (f"{name}.csv" for name in service_tables.SEVERAL)
    files = {name: (kept / name).read_text(encoding="utf-8") for name in tables}
    return settings()["published"]["name"], files, service_tables.PUBLISHED


def _beside(title, several, files):
    """Add the tables that set services side by side to those of one service, or of none."""
    together = service_tables.side_by_side(several)
    added = {f"{name}.csv": service_tables.text(name, rows) for name, rows in together.items()}
    sources = {"sources.csv": service_tables.text("sources", workbook.sources(*service_tables.SOURCES))}
    files = {name: text for name, text in files.items() if name != workbook.DESCRIBED} | sources | added
    described = [name.removesuffix(".csv") for name in files]
    return files | {workbook.DESCRIBED: service_tables.package(title, described)}


def _build_book(book):
    """Build a small book in a process of its own, which knows no other book."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWPIP_")}
    own = {"GIT_CEILING_DIRECTORIES": str(book.parent), "PYTHONPATH": os.pathsep.join(_code())}
    done = subprocess.run(
        [sys.executable, "-m", "newpip_book", "build"],
        cwd=book,
        env=kept | own,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"The pages could not be made; those that were there are left.\n{done.stderr.strip()}")


def _code():
    """Name the folders in which the code of this process was found."""
    return [str(project.LIBRARY.parent), str(project.ENGINE.parent)]


def _write_book(book, title, files, told):
    """Write the sources of a service's site, where they changed, and take away what is no longer among them."""
    content = {f"data/{name}": text for name, text in files.items()}
    chapters = _chapters(files)
    for name, cells in chapters.items():
        content[f"chapters/{name}.ipynb"] = _notebook(cells, title, told)
    pages = [*(TEMPLATE / "book").glob("*"), *(() if "referrals.csv" in files else (TEMPLATE / "several").glob("*"))]
    for path in pages:
        if _suffice(files, f"book/{path.stem}"):
            content[f"book/{path.name}"] = _filled(path.read_text(encoding="utf-8"), title)
    content["book/references.bib"] = _references(content["book/references.bib"], files["sources.csv"])
    content["book/glossary.md"] = _glossary("".join(content.values()))
    content["book/result-labels.csv"] = _labels(content.get("book/result-labels.csv", ""), chapters)
    content["_config.yml"] = _configured(title)
    content["_toc.yml"] = _contents({Path(name).with_suffix("").as_posix() for name in content})
    content["CITATION.cff"] = _citation(title)
    content["book/book.css"] = ""
    for name in ("data", "chapters", "book"):
        (book / name).mkdir(parents=True, exist_ok=True)
        for path in (book / name).iterdir():
            if f"{name}/{path.name}" not in content:
                path.unlink()
    write_together({book / name: text for name, text in content.items()})


def _notebook(cells, title, told):
    """Write cells as a notebook that has not been run."""
    kept = []
    for cell in cells:
        source = "".join(cell["source"])
        fresh = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": cell["metadata"]}
        fresh |= {"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {}
        kept.append(fresh | {"source": source if cell["cell_type"] == "code" else _filled(source, title, told)})
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": kept, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _filled(text, title, told=()):
    """Fill in the name of the service, the line on the software, and what else is told."""
    words = {"title": _escaped(title), "software": _software(), **dict(told)}
    return re.sub(r"%(title|software|published|services)%", lambda found: words.get(found[1], ""), text)


def _escaped(text):
    """Write text so that it says in Markdown what it says."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def _software():
    """Name the book whose software makes the site, its licences and how to cite it, in one line of Markdown."""
    facts = project.citation()
    authors = ", ".join(one.get("name") or f"{one['given-names']} {one['family-names']}" for one in facts["authors"])
    work = f"{facts['title']} (version {facts['version']}, {facts['date-released'][:4]}), by {authors}"
    return _escaped(f"Made with the software of {work}; please cite it so. {project.licence_sentences()}")


def _configured(title):
    """Fill in the template's settings."""
    given = yaml.safe_load((TEMPLATE / "_config.yml").read_text(encoding="utf-8"))
    given |= {"title": title, "author": title}
    given["sphinx"]["config"]["ogp_site_name"] = title
    return yaml.safe_dump(given, allow_unicode=True, sort_keys=False)


def _contents(pages):
    """Take the template's contents, without pages that this site does not have."""
    given = yaml.safe_load((TEMPLATE / "_toc.yml").read_text(encoding="utf-8"))
    for part in given["parts"]:
        part["chapters"] = [one for one in part["chapters"] if one["file"] in pages]
    return yaml.safe_dump(given, sort_keys=False)


def _citation(title):
    """Say how to cite the counts of a service, as of today."""
    day = datetime.now(UTC).date().isoformat()
    facts = {
        "cff-version": "1.2.0",
        "message": "Please cite these counts, and the software that made the pages.",
        "title": f"{title}: growth, dropout and capacity",
        "type": "dataset",
        "authors": [{"name": title}],
        "version": day,
        "date-released": day,
    }
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)


def _labels(own, chapters):
    """Take this book's labels of the results that the chapters publish, and the template's own."""
    head, *lines = (ROOT / "book" / "result-labels.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    starts = tuple(start for name, start in settings()["labels"].items() if name in chapters)
    taken = [line for line in lines if line.startswith(starts)] if starts else []
    places = set(re.findall(r"\{(\w+)\}", "".join(taken)))
    words = [line for line in lines if (found := re.match(r"\{(\w+)\}=", line)) and found[1] in places]
    ours = tuple(f"{name.partition('-')[2]}." for name in chapters)
    theirs = [line for line in own.splitlines(keepends=True) if line.startswith(ours)]
    return "".join([head, *words, *taken, *theirs])


def _references(entries, sources):
    """Keep the entries of the sources that there are."""
    known = {line.partition(",")[0] for line in sources.splitlines()}
    return "".join(
        one
        for one in re.split(r"^(?=@)", entries, flags=re.MULTILINE)
        if one.partition("{")[2].partition(",")[0] in known
    )


def _glossary(text):
    """Take from this book's glossary the terms that the pages use."""
    path = ROOT / "book" / "glossary.md"
    entries = re.findall(r"^(\w[^\n]*)\n  (\S[^\n]*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    used = {term.lower() for term in re.findall(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`", text)}
    said = "\n\n".join(f"{term}\n  {says}" for term, says in entries if term.lower() in used)
    return (
        f"(glossary)=\n# Glossary\n\nTerms as these pages use them, in plain words.\n\n```{{glossary}}\n{said}\n```\n"
    )
