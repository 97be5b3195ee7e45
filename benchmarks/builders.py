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
TRUST = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true"}  # both names, as in book/_ext/environment.sh


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

    def install(self):
        """Install it, and the libraries that the chapters use, all else in the versions of requirements.txt.

        Returns
        -------
        pathlib.Path
            The folder of its programs.

        Raises
        ------
        benchmarks.commands.CommandError
            When uv fails.
        """
        if not self.peer:
            return Path(sys.executable).parent
        folder = BENCH / "environments" / self.peer
        own = ["--constraint", ROOT / "requirements.txt", "--requirement", PEERS / self.peer / "requirements.txt"]
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        _uv("venv", "--allow-existing", "--python", sys.executable, folder)
        _uv("pip", "install", "--python", folder, *own, *project["dependencies"], "ipykernel")
        return folder / "bin"

    def version(self):
        """Name the builder with the version that is installed.

        Returns
        -------
        str
        """
        listed = _uv("pip", "freeze", "--python", self.install())
        return next(line for line in listed.splitlines() if line.startswith(f"{self.peer}==")).replace("==", " ")


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
