"""What the tests of PDF and EPUB share."""

import copy
import functools

import pytest

from newpip_book.authoring import toc
from newpip_book.outputs import binding


@pytest.fixture(scope="module")
def read_once():
    """Read each page once, for all that is made of it in a module."""
    kept = functools.cache(binding._page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binding, "_page", lambda *which: copy.deepcopy(kept(*which)))
        yield


@pytest.fixture
def short(monkeypatch, read_once):
    """Bind the cover, the page after it and the last alone, for what does not need the whole book."""
    some = toc.entries()
    monkeypatch.setattr(toc, "entries", lambda: [some[0], some[1], some[-1]])
