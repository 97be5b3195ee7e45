"""The book's Sphinx extension: results in prose, claims held to account, figures, tables, the data dictionary."""

import zlib
from importlib import import_module
from pathlib import Path

from newpip_book import lean  # noqa: F401, before anything of the book imports jsonschema

# In the order in which Sphinx is to call them; the policy comes last, when a page has all that it will have.
PARTS = (
    "mathml",
    "quicker",
    "freshness",
    "results",
    "dictionary",
    "render",
    "sliders",
    "hints",
    "launch",
    "commissioning",
    "architecture",
    "speed",
    "citation",
    "slides",
    "reading",
    "metadata",
    "doors",
    "other",
    "inpage",
    "security",
)


def setup(app):
    """Connect the parts to Sphinx; they are imported here, so that newpip check need not wait for them."""
    for part in PARTS:
        import_module(f"newpip_book.{part}").setup(app)
    return {"env_version": _version(), "parallel_read_safe": True, "parallel_write_safe": True}


def _version():
    """Return a number for this extension's code, so that pages read by an older one are read again."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return zlib.crc32(code)
