"""Whose code the tests try, and how nbval holds a chapter to the outputs stored with it."""

import pytest

from newpip import front


def pytest_configure(config):
    """Refuse to try the code of another checkout, and begin as each command does."""
    if front.astray():
        pytest.exit(front.astray(), 2)
    front.settle()


def pytest_collectstart(collector):
    """Leave out pictures: they are not stored; what they show is, as data and as alt text."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/svg+xml",)


def pytest_itemcollected(item):
    """Count every stored cell as run: chapters are stored without execution counts, so that diffs stay small."""
    if hasattr(item, "cell"):
        item.cell.execution_count = 0
