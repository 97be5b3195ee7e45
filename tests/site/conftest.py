"""What the tests of the built book share."""

import pytest

from tests.helpers import served


@pytest.fixture(scope="module")
def site():
    """The address of the built book, served on this machine."""
    with served() as address:
        yield address
