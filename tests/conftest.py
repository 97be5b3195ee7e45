"""What all tests share."""

import gc

import nbval.kernel
from hypothesis import settings

from newpip_book.execution import forked_kernels

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

# Those that take longest come first, so that no processor waits for another at the end.
LONGEST = ("test_service", "test_bound", "test_refresh", "test_pages", "test_book", "test_inpage", "test_commissioning")

nbval.kernel.KernelManager = forked_kernels.Named  # it would choose ports that a browser may take first

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """Put the longest modules first; the others stay in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
