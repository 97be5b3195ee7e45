"""The builders that are compared: this book, and its peers, each installed into an environment of its own."""

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import uv

from benchmarks.commands import NEWPIP, run

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "_build" / ".bench"
PEERS = Path(__file__).with_name("peers")
TRUST = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true"}  # both names, as in run.py


@dataclass(frozen=True)
class Builder:
    """One way to build the chapters.

    Attributes
    ----------
    name : str
        As tables name it.
    peer : str
        Its package, and its folder in benchmarks/peers, which holds its settings and what to install; empty for this
        book.
    command : str
    page : str
        Where in ``_build`` it writes the page of a chapter, ``{}`` being the chapter's name.
    scenarios : tuple of str
        Those of :data:`benchmarks.edits.SCENARIOS` that it is measured in.
    """

    name: str
    peer: str
    command: str
    page: str
    scenarios: tuple = ("cold", "nothing", "sentence", "code", "data")

    @property
    def programs(self):
        """The folder of its programs."""
        return BENCH / "environments" / self.peer / "bin" if self.peer else Path(sys.executable).parent

    def install(self):
        """Install it, and the libraries that the chapters use, all else in the versions of requirements.txt.

        Returns
        -------
        str
            Its package, with the version; empty for this book.

        Raises
        ------
        benchmarks.commands.CommandError
            When uv fails.
        """
        if not self.peer:
            return ""
        python = self.programs / "python"
        own = ["--constraint", ROOT / "requirements.txt", "--requirement", PEERS / self.peer / "requirements.txt"]
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        _uv("venv", "--allow-existing", "--python", sys.executable, self.programs.parent)
        _uv("pip", "install", "--python", python, *own, *project["dependencies"], "ipykernel")
        frozen = _uv("pip", "freeze", "--python", python).splitlines()
        return next(line for line in frozen if line.startswith(f"{self.peer}==")).replace("==", " ")


def _uv(*words):
    """Run uv, and return what it printed."""
    return run([uv.find_uv_bin(), *words, "--quiet"], ROOT, **TRUST)[1]


THIS_BOOK = Builder("this book", "", f"{NEWPIP} build", "html/chapters/{}.html")
JUPYTER_BOOK = Builder("Jupyter Book 1", "jupyter-book", "jupyter-book build .", "html/chapters/{}.html")
BUILDERS = (
    THIS_BOOK,
    JUPYTER_BOOK,
    Builder("nbsphinx", "nbsphinx", "python -m sphinx . _build", "chapters/{}.html"),
    Builder("mkdocs-jupyter", "mkdocs-jupyter", "mkdocs build", "{}/index.html"),
    Builder(
        "nbconvert", "nbconvert", "jupyter nbconvert --execute --to html --output-dir _build chapters/*.ipynb",
        "{}.html", ("cold",),
    ),
)  # fmt: skip
