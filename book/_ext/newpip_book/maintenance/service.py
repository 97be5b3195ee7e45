"""``newpip new-service`` and ``newpip import-service``: the data of another service, from one workbook."""

import argparse
import shlex
import sys
from pathlib import Path

from newpip import workbook
from newpip_book.project import ROOT


def new_service(argv):
    """Write a folder of data for another service, filled with an example, and its workbook.

    Parameters
    ----------
    argv : list of str
        What follows ``newpip new-service``.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="newpip new-service", description="Write a data folder to fill in.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
    parser.add_argument("--title", default="A made-up service", help="the name of the service")
    chosen = parser.parse_args(argv)
    workbook.create_folder(chosen.folder, chosen.title, ROOT / "data")
    book = chosen.folder / workbook.BOOK
    print(f"Fill in {book}, then: {_import_command(book, chosen.folder)}")
    return 0


def import_service(argv):
    """Turn a workbook into the tables of a data folder: all of them, or, when anything is wrong, none.

    Parameters
    ----------
    argv : list of str
        What follows ``newpip import-service``.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="newpip import-service", description="Turn a workbook into data.")
    parser.add_argument("workbook", type=Path, metavar="FILE.xlsx")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that the tables are written to")
    chosen = parser.parse_args(argv)
    workbook.convert(chosen.workbook, chosen.folder, ROOT / "data")
    print(f"{chosen.folder}: all is well. Build with: {_build_command(chosen.folder)}")
    return 0


def _import_command(book, folder):
    """Return what to type where one stands to turn a workbook into tables."""
    command = Path(sys.prefix, "bin", "newpip")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return shlex.join([str(command), "import-service", str(book), str(folder)])


def _build_command(folder):
    """Return what to type where one stands to build the pages of a folder."""
    where = "" if Path.cwd().samefile(ROOT) else f"-C {shlex.quote(str(ROOT))} "
    named = str(folder.absolute()) if where else str(folder)
    return f"NEWPIP_DATA={shlex.quote(named)} NEWPIP_CLAIMS=mark make {where}book"
