"""Standard output and error of the cells: what is printed is sent when it is printed, to the cell that printed it."""

import io
import sys


class Stream(io.TextIOBase):
    """A stream of text, such as the kernel of Jupyter has.

    Parameters
    ----------
    name : str
        ``"stdout"`` or ``"stderr"``.
    send : callable
        Takes the name and a text.
    """

    encoding = "UTF-8"

    def __init__(self, name, send):
        self._name, self._send = name, send

    @property
    def name(self):
        """The stream's name, as Python has it."""
        return f"<{self._name}>"

    def writable(self):
        """Say that text can be written."""
        return True

    def write(self, text):
        """Send a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if text:
            self._send(self._name, text)
        return len(text)


def open_both(send):
    """Give Python its streams, where it has none that can be written to.

    Parameters
    ----------
    send : callable
        As :class:`Stream` takes it.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not callable(getattr(stream, "write", None)) or getattr(stream, "closed", False):
            setattr(sys, name, Stream(name, send))
