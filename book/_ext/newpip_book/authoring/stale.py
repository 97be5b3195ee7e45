"""Find the chapters whose stored outputs are of other code, data or modules than are here now."""

from newpip import data
from newpip_book.authoring import dependencies, notebooks
from newpip_book.project import ROOT


def is_fresh(path):
    """Tell whether a chapter's stored outputs are of the code, data and modules that are here now.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    bool
    """
    return not _changed_parts(path)


def _changed_parts(path):
    """Name what changed since a chapter's outputs were stored."""
    notebook = notebooks.load_notebook(path)[0]
    stored = notebook.metadata.get("newpip", {}).get("depends_on", {})
    try:
        return (
            dependencies.changed_parts(stored, dependencies.stored_manifest(notebook))
            if stored
            else ["not stored by make refresh"]
        )
    except (data.DataError, OSError):
        return []  # what cannot be read is named by the check of the data


def stale_chapters():
    """List the chapters whose stored outputs are of other code, data or modules than are here now.

    Returns
    -------
    list of str
    """
    if data.folder() != ROOT / "data":
        return []
    return [
        f"{notebooks.display_path(path)}: stale outputs ({', '.join(_changed_parts(path))}); "
        "those of make refresh were expected"
        for path in notebooks.chapters()
        if not notebooks.load_notebook(path)[1] and _changed_parts(path)
    ]
