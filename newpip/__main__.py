"""``newpip check``: do data/ and the book's prose fit together? Exit 0 when they do, 2 when they do not."""

import argparse
import sys
from importlib.metadata import entry_points

from newpip import data


def main(arguments=None):
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``newpip``; those of the process by default.

    Returns
    -------
    int
        0 when all is well, 2 when something is wrong.
    """
    parser = argparse.ArgumentParser(prog="newpip", description="The data behind the NEWPIP book.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="hold data to schemas, keys and sources, and prose to numbers and claims")
    parser.parse_args(arguments)
    problems = [problem for check in entry_points(group="newpip.checks") for problem in check.load()()]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{data.folder()}: {len(problems)} problems" if problems else f"{data.folder()}: all is well")
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
