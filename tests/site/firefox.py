"""A tab of Firefox, driven by WebDriver BiDi, which Firefox speaks by itself: Playwright drives none but its own."""

import json
import os
import re
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count

from websockets.sync.client import connect

READY = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowRight": "\ue014"}
HEARD = ("browsingContext.load", "log.entryAdded", "network.fetchError", "network.responseCompleted")
TELL = "() => addEventListener('securitypolicyviolation', (told) => console.error(`CSP: ${told.violatedDirective}`))"
SEEN = "const seen = (found) => [...document.querySelectorAll(found)].filter((one) => one.checkVisibility());"


class Tab:
    """One tab; it remembers what it asked for and what it complained of."""

    def __init__(self, socket, patience):
        self._socket, self._patience, self._numbers = socket, patience, count()
        self.asked, self.complaints, self._loaded = [], [], 0
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=list(HEARD))
        self._send("script.addPreloadScript", functionDeclaration=TELL)
        self._context = self._send("browsingContext.create", type="tab")[
            "context"
        ]  # which has the focus, as the first has not

    def _send(self, method, **told):
        """Ask for something, and keep what is heard until the answer."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": told}))
        while (heard := self._receive()).get("id") != number:
            pass
        assert heard["type"] == "success", heard
        return heard["result"]

    def _receive(self):
        """Wait for what comes next, and keep it if it is none of the answers."""
        heard = json.loads(self._socket.recv(timeout=self._patience))
        if "method" in heard:
            self._hear(heard["method"], heard["params"])
        return heard

    def _hear(self, method, told):
        if method == "browsingContext.load":
            self._loaded += 1
            return
        if method == "log.entryAdded":
            if told["level"] in ("error", "warn"):
                self.complaints.append(told["text"])
            return
        address, status = told["request"]["url"], told.get("response", {}).get("status", 0)
        self.asked.append(address)
        if not 200 <= status < 400:
            self.complaints.append(f"{status} {address}")

    def goto(self, address):
        """Open a page, and wait until all of it is there."""
        self._send("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def evaluate(self, expression):
        """Return the value of an expression of JavaScript, such as JSON can hold; promises are awaited."""
        text = f"(async () => {{ {SEEN} return JSON.stringify(await ({expression})); }})()"
        place = {"context": self._context}
        told = self._send("script.evaluate", expression=text, target=place, awaitPromise=True, userActivation=True)
        assert told["type"] == "success", told["exceptionDetails"]["text"]
        return json.loads(told["result"].get("value", "null"))

    def until(self, expression):
        """Wait, frame by frame, for an expression to be true."""
        look = f"const look = () => (({expression}) ? done(true) : requestAnimationFrame(look)); look();"
        assert self.evaluate(f"new Promise((done) => {{ {look} }})")

    def press(self, *typed):
        """Press keys: the name of a key, or text letter by letter."""
        keys = [key for one in typed for key in ([KEYS[one]] if one in KEYS else one)]
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": steps})

    def follow(self, *typed):
        """Press keys, and wait until the page is there to which they lead."""
        before = self._loaded
        self.press(*typed)
        while self._loaded == before:
            self._receive()

    def enter(self, found, *typed):
        """Type into a field, in place of what is there."""
        self.evaluate(f"seen({found!r})[0].focus()")
        self.evaluate(f"seen({found!r})[0].select?.()")
        self.press(*typed)

    def click(self, found):
        """Press the pointer on the first place that is seen."""
        box = "(({left, top, width, height}) => [left + width / 2, top + height / 2].map(Math.round))"
        self.evaluate(f"seen({found!r})[0].scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        x, y = self.evaluate(f"{box}(seen({found!r})[0].getClientRects()[0])")
        steps = [{"type": "pointerMove", "x": x, "y": y}, {"type": "pointerDown", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "actions": [*steps, {"type": "pointerUp", "button": 0}]})

    def _act(self, *sources):
        self._send("input.performActions", context=self._context, actions=sources)


@contextmanager
def opened(path, patience):
    """Start Firefox in a profile of its own, and end it.

    Parameters
    ----------
    path : str
        The program.
    patience : float
        Seconds that an answer may take.

    Yields
    ------
    Tab
    """
    with tempfile.TemporaryDirectory() as profile:
        words = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]
        told = {"env": os.environ | {"HOME": profile}, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        with subprocess.Popen(words, text=True, **told) as program:
            try:
                address = next(filter(None, map(READY.search, program.stderr)))[1]
                with connect(f"{address}/session", max_size=None, open_timeout=patience) as socket:
                    yield Tab(socket, patience)
            finally:
                program.terminate()
                program.communicate()
