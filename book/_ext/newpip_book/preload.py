"""What the fork server imports before anything that chapters ask for: the kernel and its client, and where it draws."""

import os

os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel does before matplotlib asks

import newpip_book.lean  # noqa: E402, F401, isort: skip, it comes before jsonschema
import ipykernel.ipkernel  # noqa: E402, F401
import ipykernel.kernelapp  # noqa: E402, F401
import jupyter_cache.executors.utils  # noqa: E402, F401
