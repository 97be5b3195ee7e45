"""What all tests share."""

from hypothesis import settings

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")
