"""What IPython's display system asks its shell for; the shell itself, with magics and history, is not in the page."""

import builtins
import sys
import types

from differences import NotInThePage
from IPython.core.formatters import DisplayFormatter


class Events:
    """Functions that libraries want to be called after each cell, such as matplotlib's."""

    def __init__(self):
        self.waiting = {}

    def register(self, event, function):
        """Call a function at an event from now on."""
        self.waiting.setdefault(event, []).append(function)

    def unregister(self, event, function):
        """Call it no more."""
        self.waiting[event].remove(function)

    def trigger(self, event):
        """Call all that wait for an event."""
        for function in list(self.waiting.get(event, ())):
            function()


class Publisher:
    """Hands on what is shown.

    Parameters
    ----------
    show : callable
        Takes one message.
    """

    def __init__(self, show):
        self.show = show

    def publish(self, data, metadata=None, *, transient=None, update=False, **options):
        """Show an output in its forms, or in the place of one that was shown before."""
        name = (transient or {}).get("display_id")
        self.show({"kind": "update" if update else "display", "data": data, "metadata": metadata or {}, "id": name})

    def clear_output(self, wait=False):
        """Take away what the cell has shown."""
        self.show({"kind": "clear", "wait": bool(wait)})


class InteractiveShell:
    """The shell as libraries see it."""

    only = None

    def __init__(self, names, show, fail):
        self.user_ns = self.user_global_ns = names
        self.display_pub, self.fail = Publisher(show), fail
        self.display_formatter = DisplayFormatter(parent=None)
        self.events, self.execution_count = Events(), 0
        self.config = types.SimpleNamespace()
        InteractiveShell.only = self

    @classmethod
    def initialized(cls):
        """Say whether there is a shell."""
        return cls.only is not None

    @classmethod
    def instance(cls):
        """Return it."""
        return cls.only

    def showtraceback(self, raised=None, **options):
        """Show an error that is not the cell's own, such as that of a method that shows a thing."""
        self.fail((raised or sys.exc_info())[1])

    def run_line_magic(self, name, *arguments, **options):
        """Refuse: there are no magics."""
        raise NotInThePage("magics")

    run_cell_magic = magic = run_line_magic

    def system(self, *arguments):
        """Refuse: there are no other programs."""
        raise NotInThePage("programs")

    getoutput = system_raw = system


def install(names, show, fail):
    """Make the page's shell the one that IPython's own modules find.

    Parameters
    ----------
    names : dict
        The reader's variables.
    show, fail : callable
        Take a message, and an error to be shown.

    Returns
    -------
    InteractiveShell
    """
    module = sys.modules["IPython.core.interactiveshell"] = types.ModuleType("IPython.core.interactiveshell")
    module.InteractiveShell = module.InteractiveShellABC = InteractiveShell
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    builtins.display, builtins.get_ipython = display, get_ipython
    return InteractiveShell(names, show, fail)
