"""Set up the book's environment and do what was asked, with nothing but Python: ``python run.py book``.

The same on Linux, macOS and Windows; ``make book`` is this line. Without a word it lists what there is.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
VENV, TOOLS = HERE / ".venv", HERE / ".tools"
READY = VENV / "ready"
LINT = ("ruff check .", "ruff format --check .")
QUICK = 'pytest -m "not (slow or night or pages)" tests/newpip tests/engine/authoring tests/test_chapters.py'
COMPILE = (
    "uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade "
    "--custom-compile-command 'make lock'"
)

# What can be asked for: what it does, and its steps, each a module of the environment; what else was typed goes to
# the last. A step that begins with a dot is a program of the tools, which have an environment of their own.
TARGETS = {
    "set-up": ("set up .venv from the lock, where that is still to do", ()),
    "book": ("build the book into _build/html", ("newpip_book build",)),
    "slides": ("the slides, which every build of the book makes", ("newpip_book build",)),
    "pdf": ("bind the built book as PDF (needs Chromium)", ("newpip_book build", "newpip_book pdf")),
    "epub": ("bind the built book as EPUB", ("newpip_book build", "newpip_book epub")),
    "site": ("build what is published: pages, PDF and EPUB, which they then offer", ("newpip_book site",)),
    "test": ("everything: lint, the book, its chapters, its data, its pages", (*LINT, "newpip_book build", "pytest")),
    "test-night": (
        "the long tests: many random inputs, runs broken off midway, walks through the commands",
        ("pytest -m night",),
    ),
    "test-quick": ("in a minute, with nothing built: lint, library, data, what authors write", (*LINT, QUICK)),
    "test-pages": (
        "run every cell of every chapter in the page, in a browser",
        ("newpip_book pyodide", "newpip_book build", "pytest -m pages tests"),
    ),
    "pyodide": ("gather the Python that runs in the page, so that book puts it in", ("newpip_book pyodide",)),
    "serve": ("read the book at an address of this machine", ("newpip_book build", "newpip_book serve")),
    "live": ("rebuild and reload the page on every save", ("newpip_book live",)),
    "work": ("make your own copies of the chapters in work/, keeping what you changed", ("newpip_book work",)),
    "lab": ("open them in JupyterLab (authors: lab chapters opens the chapters themselves)", ("newpip_book lab",)),
    "check": ("whether data, chapters and pages fit together, in a second or two", ("newpip_book check",)),
    "refresh": ("run stale chapters and store their outputs (--force: all of them)", ("newpip_book refresh",)),
    "key": ("print the marking key of the course, for teachers", ("newpip_book key",)),
    "mark": ("mark the notebooks of a folder: mark handed-in", ("newpip_book mark",)),
    "mutate": ("change each cell of data/ and see whether anything notices", ("newpip_book mutate",)),
    "bench": ("measure how fast the book is: an hour, alone (bench page_weight for some)", ("newpip_book bench",)),
    "lock": (
        "compile requirements.txt anew from pyproject.toml",
        (
            f"{COMPILE} --all-extras pyproject.toml --output-file requirements.txt",
            f"{COMPILE} .ci/tools.in --output-file .ci/tools.txt",
        ),
    ),
    "audit": (
        "ask the advisory service whether anything locked is known to be unsafe",
        (".pip-audit --disable-pip --require-hashes -r requirements.txt -r .ci/tools.txt",),
    ),
    "hooks": (
        "from now on, check before each commit what takes seconds, and merge chapters by cells",
        (".pre-commit install",),
    ),
    "new-chapter": ("start a chapter: new-chapter waiting", ("newpip_book new-chapter",)),
    "release": (
        "gather what a release holds, in dist/: release v1.0.0",
        ("newpip_book site", "newpip_book release"),
    ),
    "clean": ("remove what was built, and the environment", ()),
}
NEED_TOOLS = {"audit", "hooks", "release"}


def main(words):
    """Do what was asked.

    Parameters
    ----------
    words : list of str
        A name of ``TARGETS``, and what goes to its last step.

    Returns
    -------
    int
        The exit code: that of the step that failed, 2 where nothing fits, otherwise 0.
    """
    if not words:
        print("\n".join(f"{name:12} {says}" for name, (says, _) in TARGETS.items()))
        return 0
    name, *more = words
    if name not in TARGETS:
        print(f"{name}: one of {', '.join(TARGETS)} was expected", file=sys.stderr)
        return 2
    if name == "clean":
        return clean()
    os.chdir(HERE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each kernel starts in half the time from what was compiled
    try:
        set_up()
        if name in NEED_TOOLS:
            set_up_tools()
        if name == "hooks":
            use_nbdime()
    except subprocess.CalledProcessError as error:
        return error.returncode
    steps = [_command(shlex.split(step)) for step in TARGETS[name][1]]
    for place, command in enumerate(steps, 1):
        code = _run(command + more * (place == len(steps)))
        if code:
            return code
    return 0


def use_nbdime():
    """Let git show and merge the chapters, which .gitattributes names, cell by cell, in this clone."""
    folder = f"{TOOLS.name}/{PROGRAMS}"  # git runs both from the root of the checkout
    for name, value in (
        ("diff.jupyternotebook.command", f"{folder}/git-nbdiffdriver diff"),
        ("merge.jupyternotebook.driver", f"{folder}/git-nbmergedriver merge %O %A %B %L %P"),
        ("merge.jupyternotebook.name", "cell by cell, by nbdime"),
    ):
        subprocess.run(["git", "config", name, value], check=True)


def _run(command):
    """Run a step to its end and return its exit code; it hears what would end this program, and says what to say."""
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    while True:
        try:
            code = process.wait()
            return 128 - code if code < 0 else code
        except KeyboardInterrupt:  # the step has heard it too
            continue


def _command(step):
    """Return what runs a step: a module of the environment, or a program of the tools."""
    module, *arguments = step
    if module.startswith("."):
        return [str(TOOLS / PROGRAMS / module[1:]), *arguments]
    return [python(VENV), *(["-P"] if module == "newpip_book" else []), "-m", module, *arguments]


def python(environment):
    """Return the path of an environment's Python.

    Parameters
    ----------
    environment : pathlib.Path

    Returns
    -------
    str
    """
    return str(environment / PROGRAMS / ("python.exe" if os.name == "nt" else "python"))


def is_ready():
    """Tell whether the environment was set up for this checkout, and after its lock was last changed.

    Returns
    -------
    bool
    """
    if not _is_own():
        return False
    newest = max((HERE / name).stat().st_mtime for name in ("requirements.txt", "pyproject.toml"))
    return READY.stat().st_mtime >= newest


def _is_own():
    """Tell whether the environment was made here, and did not come with a copy or a move."""
    made = READY.is_file() and READY.read_text(encoding="utf-8").strip() == str(HERE)
    return made and Path(python(VENV)).exists()


def set_up():
    """Set up ``.venv`` from the lock where that is still to do: with uv if it can be had, otherwise with pip."""
    if is_ready():
        return
    if not _is_own():
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    # Trust what the machine trusts, under both names that uv has had for it; and no advertisements.
    os.environ |= {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip, here = [python(VENV), "-m", "pip"], ["--no-deps", "--no-build-isolation", "--editable", "."]
    uv = find_uv(pip)
    target = ["--quiet", "--python", python(VENV)]
    if uv and not subprocess.run([*uv, "pip", "sync", *target, "--require-hashes", "requirements.txt"]).returncode:
        subprocess.run([*uv, "pip", "install", *target, *here], check=True)
    else:
        subprocess.run([*pip, "install", "--quiet", "--require-hashes", "-r", "requirements.txt"], check=True)
        subprocess.run([*pip, "install", "--quiet", *here], check=True)
    if os.name != "nt":
        _write_command()
    READY.write_text(f"{HERE}\n", encoding="utf-8")


def find_uv(pip):
    """Return what calls uv: the machine's own, or the one that the lock names, which is fetched.

    Parameters
    ----------
    pip : list of str
        What calls pip.

    Returns
    -------
    list of str
        Empty where it cannot be had.
    """
    if shutil.which("uv"):
        return [shutil.which("uv")]
    locked = re.search(r"^uv==.*?(?=^\S)", (HERE / "requirements.txt").read_text(encoding="utf-8"), re.M | re.S)
    wanted = VENV / "uv.txt"
    wanted.write_text(locked[0], encoding="utf-8")
    failed = subprocess.run([*pip, "install", "--quiet", "--require-hashes", "-r", wanted]).returncode
    return [] if failed else [python(VENV), "-m", "uv"]


def _write_command():
    """Let ``.venv/bin/newpip`` say so where its environment came with a copy: it would work on the other checkout."""
    command = VENV / PROGRAMS / "newpip"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


COMMAND = """#!/bin/sh
bin=$(cd "$(dirname "$0")" && pwd -P)
book=${bin%/.venv/bin}
[ "$(cat "$bin/../ready" 2>/dev/null)" = "$book" ] && exec "$bin/python" -P -m newpip_book "$@"
echo "$book: its .venv was set up elsewhere; set it up here: cd '$book' && python3 run.py set-up" >&2
exit 2
"""


def set_up_tools():
    """Set up ``.tools``, which no chapter and no page needs."""
    ready, wanted = TOOLS / "ready", HERE / ".ci" / "tools.txt"
    if ready.is_file() and ready.stat().st_mtime >= wanted.stat().st_mtime:
        return
    venv.create(TOOLS, with_pip=True, symlinks=os.name != "nt")
    pip = [python(TOOLS), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", wanted], check=True)
    ready.touch()


def clean():
    """Remove what was built, and the environments.

    Returns
    -------
    int
        The exit code.
    """
    for name in ("_build", "dist", ".venv", ".tools", ".pytest_cache", ".ruff_cache"):
        if (HERE / name).is_dir():
            shutil.rmtree(HERE / name)
    return 0


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036, this file is run before anything is installed
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    sys.exit(main(sys.argv[1:]))
