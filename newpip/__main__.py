"""``newpip check``: does everything fit together? Exit 0 if so, else 2. The book adds commands of its own."""

import argparse
import sys
from importlib.metadata import entry_points

from newpip import data, front


def main(arguments=None):
    """Run one command, on this machine as it is.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``newpip``; those of the process by default.

    Returns
    -------
    int
        The exit code: 0 when all is well, 2 when something is wrong.
    """
    return front.run(_main, arguments)


def _main(arguments):
    """Run one command and return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    others = {one.name: one for one in entry_points(group="newpip.commands")}
    parser = argparse.ArgumentParser(prog="newpip", description="The data behind the NEWPIP book.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="hold data to schemas, keys and sources, and prose to numbers and claims")
    for name in others:
        commands.add_parser(name, add_help=False, help=f"see newpip {name} --help")
    command = parser.parse_known_args(words)[0].command
    if command in others:
        return _run(others[command], words[words.index(command) + 1 :])
    parser.parse_args(words)
    if front.without_tables():
        print(front.without_tables(), file=sys.stderr)
        return 2
    checks = [one for one in entry_points(group="newpip.checks") if front.in_checkout() or one.module == data.__name__]
    problems = [problem for check in checks for problem in check.load()()]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{data.folder()}: {len(problems)} problems" if problems else f"{data.folder()}: all is well")
    return 2 if problems else 0


def _run(command, words):
    """Run a command of the book, and say in a line a problem what is wrong."""
    if not front.in_checkout():
        print(f"newpip {command.name}: it works on the book's repository, which is not here", file=sys.stderr)
        return 2
    try:
        return command.load()(words)
    except (data.DataError, RuntimeError) as error:
        print(front.refused(error) or error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
