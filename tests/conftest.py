"""What all tests share."""

import gc

from hypothesis import settings

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")
