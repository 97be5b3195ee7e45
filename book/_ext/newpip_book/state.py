"""What has to be known before Sphinx starts, from build to build, in one file beside the pages."""

import json

from newpip.files import write_atomic

NAME = "state.json"


def read(folder):
    """Read what was kept.

    Parameters
    ----------
    folder : pathlib.Path
        Where the file is.

    Returns
    -------
    dict
        Empty where nothing was kept, or where it cannot be read.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def update(folder, **parts):
    """Keep some parts, and leave the others as they were.

    Parameters
    ----------
    folder : pathlib.Path
        Where the file is, or is to be.
    **parts
        What JSON can hold; None drops a part.
    """
    kept = {name: part for name, part in (read(folder) | parts).items() if part is not None}
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / NAME, json.dumps(kept))
