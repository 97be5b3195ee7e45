"""Whose code the tests try, and how nbval holds a chapter to the outputs stored with it."""

import pytest

from newpip_book.environment import foreign_environment, isolate, prepare_environment


def pytest_configure(config):
    """Refuse to try the code of another checkout, and begin as each command does."""
    if foreign_environment():
        pytest.exit(foreign_environment(), 2)
    isolate()
    prepare_environment()


def pytest_collectstart(collector):
    """Leave out pictures: they are not stored; what they show is, as data and as alt text."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/svg+xml",)


def pytest_itemcollected(item):
    """Count every stored cell as run: chapters are stored without execution counts, so that diffs stay small."""
    if hasattr(item, "cell"):
        item.cell.execution_count = 0
