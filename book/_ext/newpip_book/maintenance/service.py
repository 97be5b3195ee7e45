"""Say what to type next with the workbook and the data folder of another service."""

import shlex
import sys
from pathlib import Path

from newpip_book.project import ROOT, has_book


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
    command = Path(sys.prefix, "bin", "newpip")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return shlex.join([str(command), "import-service", str(book), str(folder)])


def build_command(folder):
    """Return what to type where one stands to build the pages of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        It holds the tables.

    Returns
    -------
    str
        To be typed in the book, where none is here.
    """
    where = "" if not has_book() or Path.cwd().samefile(ROOT) else f"-C {shlex.quote(str(ROOT))} "
    named = folder if has_book() and not where else folder.absolute()
    return f"NEWPIP_DATA={shlex.quote(str(named))} NEWPIP_CLAIMS=mark make {where}book"
