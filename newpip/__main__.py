"""``newpip check``: does data/ fit its schemas? Exit 0 when it does, 2 when it does not."""

import argparse
import sys

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
        0 when all is well, 2 when something is wrong with the data.
    """
    parser = argparse.ArgumentParser(prog="newpip", description="The data behind the NEWPIP book.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="hold every table in data/ to its schema, keys and sources")
    parser.parse_args(arguments)
    problems = data.check()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"{data.folder()}: {len(problems)} problems" if problems else f"{data.folder()}: all tables fit their schemas"
    )
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
