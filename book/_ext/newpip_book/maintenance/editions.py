"""Read an edition of the book, to compare: a commit, a folder of data that the chapters run on, or a results.json."""

import multiprocessing
import os
import tarfile
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from newpip import data, schema
from newpip_book import project
from newpip_book.authoring import labels, notebooks, published, sentences


class EditionError(RuntimeError):
    """What was named cannot be read as an edition of the book, one line a problem."""


@dataclass(frozen=True)
class Edition:
    """What one edition of the book says.

    Attributes
    ----------
    name : str
        How it was named.
    day : str
        The day it is of, as YYYY-MM-DD.
    results : dict
        From the key of each result to its text, as prose shows it.
    values : dict
        From the key of each result to its value, where values are known.
    labels : dict
        From the key of each result to its label, where there is one.
    claims : dict
        From each claim to whether it holds.
    said : dict
        From each claim to its sentence.
    figures : dict
        From the key of each figure and table to its ``label``, its ``text`` and, where that is known, its ``csv``.
    pages : dict
        From the name of each page to its sentences, each with the heading it stands under; empty where prose is not
        known.
    homes : dict
        From the key of each result to the page that publishes it.
    replaced : dict
        From keys that have gone to those that took their place.
    """

    name: str
    day: str
    results: dict
    values: dict
    labels: dict
    claims: dict
    said: dict
    figures: dict
    homes: dict
    pages: dict = field(default_factory=dict)
    replaced: dict = field(default_factory=dict)


def read(name):
    """Read an edition.

    Parameters
    ----------
    name : str
        A commit, a folder of data or a results.json.

    Returns
    -------
    Edition

    Raises
    ------
    EditionError
        When it is none of them, or data that do not fit their schemas.
    newpip_book.authoring.notebooks.ChapterError
        When a chapter cannot run on the data.
    """
    path = Path(name)
    if path.is_file():
        return _of_file(name, path)
    if path.is_dir():
        if not (path / "datapackage.json").is_file():
            raise EditionError(f"{name}: no datapackage.json is in it; a folder of tables was expected")
        return _of_data(name, path.resolve())
    commit = project.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not commit:
        raise EditionError(f"{name}: it is no commit, no folder and no file; one of them was expected")
    return _of_commit(name, commit)


def _of_file(name, path):
    """Read a results.json, of this schema or the one before."""
    content, problems = schema.read_json(path, name)
    if problems:
        raise EditionError("\n".join(problems))
    version = content.get("schema") if isinstance(content, dict) else None
    if version not in (1, 2) or not isinstance(content.get("results"), dict):
        raise EditionError(f"{name}: it holds no results; a results.json of schema 1 or 2 was expected")
    results, claims = content["results"], content.get("claims", {})
    try:
        return Edition(
            name=name,
            day=str(project.edition_date().date()),
            results={key: one["text"] for key, one in results.items() if "text" in one},
            values={key: one["value"] for key, one in results.items()},
            labels={key: one["label"] for key, one in results.items() if one.get("label")},
            claims={key: one["holds"] for key, one in claims.items()},
            said={key: one["text"] for key, one in claims.items()},
            figures=content.get("figures", {}),
            homes={key: one["chapter"] for key, one in results.items()},
            replaced=content.get("replaced", {}),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise EditionError(
            f"{name}: an entry lacks {error}; results as the book publishes them were expected"
        ) from error


def _of_data(name, folder):
    """Run this book's chapters on a folder of data, in a process of its own: kernels take its settings."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        items = process.submit(_run_on, str(folder)).result()
    return _of_book(name, str(project.edition_date().date()), notebooks.ROOT, items)


def _run_on(folder):
    """List what the chapters publish on a folder of data."""
    os.environ["NEWPIP_DATA"] = folder
    from newpip_book.outputs import exports

    try:
        return exports.run_chapters()
    except data.DataError as error:  # it does not come whole out of a process
        raise EditionError(str(error)) from error


def _of_commit(name, commit):
    """Read the outputs that a commit stores in its chapters, and its prose."""
    with tempfile.TemporaryDirectory() as folder:
        root, packed = Path(folder, "book"), Path(folder, "book.tar")
        project.git("archive", "--format=tar", f"--output={packed}", commit)
        if not packed.is_file():
            raise EditionError(f"{name}: git cannot give the files of this commit; a whole repository was expected")
        with tarfile.open(packed) as archive:
            archive.extractall(root, filter="data")
        items = [
            one
            for path in sorted((root / "chapters").glob("*.ipynb"))
            for one in published.of_cells(_cells(path, name), f"chapters/{path.stem}")
        ]
        if not items:
            raise EditionError(f"{name}: its chapters store no results; those of newpip refresh were expected")
        return _of_book(name, project.git("log", "-1", "--format=%cs", commit), root, items)


def _cells(path, name):
    """Read the cells of a chapter."""
    notebook, problems = notebooks.load_notebook(path)
    if problems:
        raise EditionError("\n".join(f"{name}: {one.replace(f'{path.parents[1]}/', '')}" for one in problems))
    return notebook.cells


def _of_book(name, day, root, items):
    """Join what chapters publish to the prose around it."""
    texts = published.texts(items)
    paths = [*sorted((root / "chapters").glob("*.ipynb")), *sorted((root / "book").glob("*.md"))]
    pages = {path.relative_to(root).with_suffix("").as_posix(): path for path in paths}
    homes = {one.key: one.chapter for one in items if one.kind == "result"}
    said = {}
    for path in paths:
        for key, sentence in sentences.claimed(path, texts):
            said.setdefault(key, sentence)
    for one in items:
        if one.kind == "figure" and "holds" in one.meta:
            said.setdefault(one.meta["holds"], published.title(one.meta))
    return Edition(
        name=name,
        day=day,
        results=texts,
        values={one.key: one.meta["value"] for one in items if one.kind == "result" and "value" in one.meta},
        labels=_labels(root, texts),
        claims={one.key: one.text == "holds" for one in items if one.kind == "claim"},
        said=said,
        figures={
            one.key: {"label": one.meta["caption"], "text": one.text, "csv": one.meta["csv"]}
            for one in items
            if one.kind in ("figure", "table")
        },
        homes=homes,
        pages={docname: sentences.sentences(path, texts) for docname, path in pages.items()},
        replaced=labels.renamed(root)[0],
    )


def _labels(root, texts):
    """Map the keys of results to their labels, those without one left out."""
    try:
        listed = labels.read(root)[0]
    except data.DataError:
        return {}
    found = {key: listed.label(key, texts) for key in texts}
    return {key: label for key, label in found.items() if label}
