"""The settings that the last build knew, so that a misspelling can be told without Sphinx."""

import zlib
from functools import lru_cache

from newpip_book import project, state
from newpip_book.authoring import notebooks


def known():
    """Read the settings that the last build knew.

    Returns
    -------
    dict
        Empty before the first build with this lock and this engine.
    """
    return _known(notebooks.file_signature(project.BUILD / state.NAME))


@lru_cache
def _known(stamped):
    content = state.read(project.BUILD).get("vocabulary", {})
    return content if content.get("stamp") == _stamp() else {}


def record(vocabulary):
    """Keep what a build knows.

    Parameters
    ----------
    vocabulary : dict
        Under ``settings``, from the name of each to the type of what it is by default.
    """
    state.update(project.BUILD, vocabulary={"stamp": _stamp(), **vocabulary})


def _stamp():
    """Return what the vocabulary goes with: the engine's code and the lock."""
    return f"{project.engine_digest()} {zlib.crc32(project.lock())}"
