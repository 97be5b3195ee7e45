"""What all tests share."""

import gc

import nbval.kernel
from hypothesis import settings

from newpip_book.execution import forked_kernels

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

# Those that take longest come first, so that no processor waits for another at the end.
LONGEST = (
    "engine/maintenance/test_service",
    "engine/outputs/test_binding",
    "engine/execution/test_refresh",
    "site/test_pages",
    "site/test_book",
    "engine/live_cells/test_inpage",
    "site/test_commissioning",
)

nbval.kernel.KernelManager = forked_kernels.Named  # it would choose ports that a browser may take first

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """Put the longest modules first; the others stay in their order."""
    place = {f"tests/{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))
