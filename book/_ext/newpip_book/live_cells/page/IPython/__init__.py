"""IPython without its terminal: its own display system, over the page's shell instead of the one it would start."""

import sys

__path__ = [*__path__, *(f"{folder}/IPython" for folder in sys.path)]
version_info = (9, 18, 1, "")
__version__ = "9.18.1"


def get_ipython():
    """Return the page's shell, if there is one."""
    from IPython.core.getipython import get_ipython

    return get_ipython()


def display(*things, **options):
    """Show things, as ``IPython.display.display`` does."""
    from IPython.display import display

    return display(*things, **options)
