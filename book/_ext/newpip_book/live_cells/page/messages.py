"""What one cell may send to the page, so that the page stays alive, and how it is written."""

import base64
import json
import math

TEXT = 100_000  # characters that a cell may print, and that one output may hold as text
LARGE = {"text/html": 1_000_000, "image/svg+xml": 3_000_000}  # characters of one output
OTHER = 8_000_000  # of another kind, such as a picture
OUTPUTS = 1_000  # of a cell, a change between its two streams counted as one
ALL = 20_000_000  # characters of all its outputs
REST = "[The rest is not shown.]"


class Allowance:
    """What each run may still send.

    A run that has ended keeps what it has left, for its tasks.
    """

    def __init__(self):
        self.left = {}

    def begin(self, run):
        """Give a run what every one may send."""
        self.left[run] = {"text": TEXT, "outputs": OUTPUTS, "all": ALL, "stream": None, "told": False}

    def of_stream(self, run, name, text):
        """Cut a printed text to what is left.

        Parameters
        ----------
        run : int
        name : str
            The stream.
        text : str

        Returns
        -------
        list of dict
            The messages.
        """
        left = self.left[run]
        if left["told"]:
            return []
        if left["stream"] != name:
            left["outputs"] -= 1
            left["stream"] = name
        room = left["text"] if left["outputs"] >= 0 else 0
        left["text"] -= len(text)
        if len(text) <= room:
            return [{"kind": "stream", "name": name, "text": text}]
        left["told"] = True
        return [{"kind": "stream", "name": name, "text": f"{text[:room]}\n{REST}\n"}]

    def of_output(self, run, message):
        """Cut an output to what is left.

        Parameters
        ----------
        run : int
        message : dict

        Returns
        -------
        list of dict
            The messages.
        """
        left = self.left[run]
        if message["kind"] == "clear":
            left["outputs"], left["stream"] = OUTPUTS, None
            left["told"] = False
            return [message]
        if left["told"]:
            return []
        message = message | {"data": {mime: _allowed(mime, content) for mime, content in message["data"].items()}}
        notes = [note for _, note in message["data"].values() if note]
        message["data"] = {mime: content for mime, (content, _) in message["data"].items() if content is not None}
        left["stream"] = None
        left["outputs"] -= message["kind"] == "display"
        left["all"] -= sum(len(content) for content in message["data"].values() if isinstance(content, str))
        if left["outputs"] < 0 or left["all"] < 0:
            left["told"] = True
            return [{"kind": "stream", "name": "stderr", "text": f"{REST}\n"}]
        return [message, *({"kind": "stream", "name": "stderr", "text": f"{note}\n"} for note in notes)]


def _allowed(mime, content):
    """Return content as JSON can hold it and as much as may be, and what to say of it."""
    if isinstance(content, (bytes, bytearray)):
        content = base64.b64encode(content).decode()
    size = len(content) if isinstance(content, str) else len(as_json(content))
    if mime == "text/plain":
        return shortened(content, TEXT), ""
    most = LARGE.get(mime, OTHER)
    if size <= most:
        return content, ""
    return None, f"[Not shown as {mime}: it has {size:,} characters, and the page shows up to {most:,}.]"


def shortened(text, most):
    """Leave out the middle of a text that is too long, and say how much.

    Parameters
    ----------
    text : str
    most : int
        Characters.

    Returns
    -------
    str
    """
    text = str(text)
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end]} [... {len(text) - most:,} characters left out ...] {text[-end:]}"


def as_json(message):
    """Write a message as JSON, whatever is in it.

    Parameters
    ----------
    message : object

    Returns
    -------
    str
    """
    try:
        return json.dumps(message, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_plain(message))


def _plain(value, depth=20):
    """Return a value in kinds that JSON has."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict) and depth:
        return {str(name): _plain(one, depth - 1) for name, one in value.items()}
    if isinstance(value, (list, tuple)) and depth:
        return [_plain(one, depth - 1) for one in value]
    return _described(value)


def _described(value):
    try:
        return str(value)
    except Exception as error:
        return f"<{type(value).__name__}: {type(error).__name__}>"
