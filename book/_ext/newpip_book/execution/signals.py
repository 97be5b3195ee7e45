"""The signals by which a system asks a program to end, and how to keep them waiting for a moment."""

import signal
from contextlib import contextmanager

# Windows has no SIGHUP, and SIGBREAK besides.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
ENDING = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


@contextmanager
def held_back():
    """Let none of them come between the first and the last statement of a block: they are heard after it.

    To be used in the main thread, where Python hears signals, whichever thread they were delivered to.
    """
    came = []
    before = {number: signal.signal(number, lambda which, frame: came.append(which)) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
