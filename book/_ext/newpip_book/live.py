"""``make live``: the book at an address of this machine; it is rebuilt, and the page reloaded, on every save."""

import os
import sys
from pathlib import Path

from newpip_book import sources
from newpip_book.depends import ROOT

LIVE = ROOT / "_build" / "live"
WATCHED = "chapters", "book", "data", "newpip"
IGNORED = r"(^|/)(__pycache__|\.ipynb_checkpoints|\.[^/]*\.sw.)(/|$)|~$"


def settings():
    """Run the chapters that are stale, and return the settings that jupyter-book gives Sphinx.

    The conf.py that sphinx-autobuild uses calls this at every build.

    Returns
    -------
    dict

    Raises
    ------
    SystemExit
        When data or chapters cannot be read, or a cell fails: the pages stay as they were until the next save.
    """
    if _run():
        raise SystemExit(2)
    from jupyter_book.config import get_final_config

    given, _ = get_final_config(
        user_yaml=ROOT / "_config.yml",
        cli_config={"external_toc_path": str(ROOT / "_toc.yml"), "latex_individualpages": False},
        sourcedir=ROOT,
        use_external_toc=True,
    )
    for name in ("html_static_path", "html_extra_path", "templates_path", "bibtex_bibfiles"):
        given[name] = [str(ROOT / path) for path in given.get(name) or []]  # Sphinx starts from conf.py's own folder
    for name in ("html_favicon", "html_logo"):
        given[name] = str(ROOT / given[name]) if given.get(name) else None
    return given


def serve():
    """Become sphinx-autobuild, which serves until the author stops it."""
    LIVE.mkdir(parents=True, exist_ok=True)
    (LIVE / "conf.py").write_text("from newpip_book.live import settings\n\nglobals().update(settings())\n")
    program = Path(sys.executable).with_name("sphinx-autobuild")
    command = [program, ROOT, LIVE / "html", "-c", LIVE, "-d", LIVE / "doctrees", "--quiet"]
    command += ["--host", "127.0.0.1", "--port", os.environ.get("PORT", "0"), "--re-ignore", IGNORED]
    for path in sorted(ROOT.iterdir()):
        if path.name not in (*WATCHED, "_config.yml", "_toc.yml"):
            command += ["--ignore", path]
    for name in WATCHED:
        command += ["--watch", ROOT / name]
    os.chdir(ROOT)
    os.execv(program, [str(word) for word in command])


def _run():
    """Run the chapters that are stale; print and return what is wrong."""
    from newpip import data
    from newpip_book import execute, fit

    problems = data.check() + fit.unreadable()
    try:
        if not problems:
            execute.Runs(sources.chapters()).finish()
    except sources.ChapterError as error:
        problems = [str(error)]
    print("\n".join(problems), file=sys.stderr)
    return problems
