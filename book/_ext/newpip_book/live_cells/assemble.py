"""``make pyodide``: gather the Python that runs in the page, unless it is there already."""

import argparse
import sys
from pathlib import Path

from newpip import front
from newpip_book.live_cells import distribution


def main():
    """Assemble what is not assembled; say what was done."""
    parser = argparse.ArgumentParser(prog="python -m newpip_book.live_cells.assemble", description=__doc__)
    parser.add_argument("--from", dest="source", help="a folder, archive or address of the official release")
    parser.add_argument("--pin", type=Path, metavar="LOCK", help="pin another release by its official lock")
    arguments = parser.parse_args()
    if arguments.pin:
        distribution.pin(arguments.pin)
        return 0
    try:
        if not distribution.assembled():
            distribution.assemble(arguments.source)
    except distribution.Refused as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in distribution.FOLDER.iterdir()) / 1e6
    print(f"The page's Python is in {distribution.FOLDER} ({size:.0f} MB); build the book to put it in.")
    return 0


if __name__ == "__main__":
    sys.exit(front.run(main))
