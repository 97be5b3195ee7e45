"""What the fork server imports before all that chapters ask for: the kernel, its client, and what asks where it is.

Two libraries look, when they are imported, whether a kernel is there; they are to find what they would find in one.
"""

import builtins
import os
import signal
from types import SimpleNamespace

signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever presses Ctrl+C is answered by the command, which ends this too
os.chdir(os.path.dirname(__file__))  # matplotlib reads settings where it is imported first; here are none
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # a kernel sets it before matplotlib asks
builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # pandas shows wide tables in a kernel as in a notebook

import ipykernel.ipkernel  # noqa: E402, F401
import ipykernel.kernelapp  # noqa: E402, F401
import jupyter_cache.executors.utils  # noqa: E402, F401
import pandas  # noqa: E402, F401

del builtins.get_ipython
