"""Say what to type next with the workbook and the folder of another service."""

import os
import shlex
import sys
from pathlib import Path

from newpip_book import project
from newpip_book.project import ROOT


def import_command(book, folder):
    """Return what to type where one stands to turn a workbook into tables.

    Parameters
    ----------
    book, folder : pathlib.Path
        The workbook, and where its tables go.

    Returns
    -------
    str
    """
    return _typed("import-service", str(book), str(folder))


def build_command(folder):
    """Return what to type where one stands to build the site of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        It holds the tables.

    Returns
    -------
    str
        To be typed in the book, where none is here.
    """
    if not project.has_book():
        return shlex.join(["newpip", "build", "--service", str(folder.absolute())])
    if Path.cwd().resolve().is_relative_to(ROOT):
        return _typed("build", "--service", str(folder))
    return f"cd {shlex.quote(str(ROOT))} && {_typed('build', '--service', str(folder.absolute()))}"


def _typed(*words):
    command = Path(sys.prefix, "Scripts" if os.name == "nt" else "bin", "newpip")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return shlex.join([str(command), *words])
