"""The signals by which a system asks a program to end, and how to keep them waiting for a moment."""

import signal
from contextlib import contextmanager

# Windows has no SIGHUP, and SIGBREAK besides.
NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
ENDING = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


@contextmanager
def held_back():
    """Let none of them come between the first and the last statement of a block.

    On POSIX systems they come after it. Windows cannot keep them waiting: there they are not heard meanwhile.
    """
    if hasattr(signal, "pthread_sigmask"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
