"""The settings, roles and directives that the last build knew, so that a misspelling can be told without Sphinx."""

import json
import zlib
from functools import lru_cache

from newpip_book import project
from newpip_book.authoring import notebooks

KNOWN = project.ROOT / "_build" / "known.json"  # the settings, roles and directives that the last build knew


def known():
    """Read the settings, roles and directives that the last build knew.

    Returns
    -------
    dict
        Empty before the first build with this lock and this extension.
    """
    return _known(notebooks.stamp(KNOWN))


@lru_cache
def _known(stamped):
    try:
        content = json.loads(KNOWN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if content.get("stamp") == stamp() else {}


def stamp():
    """Return what the vocabulary goes with: the engine's code and the lock.

    Returns
    -------
    str
    """
    return f"{project.engine_digest()} {zlib.crc32(project.lock())}"
