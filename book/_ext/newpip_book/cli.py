"""The command ``newpip VERB``: parse its arguments, call what does the work, print what came of it."""

import argparse
import atexit
import gc
import inspect
import os
import runpy
import sys
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

from newpip import data
from newpip_book import project
from newpip_book.environment import become, foreign_environment, prepare_environment, start_again
from newpip_book.os_errors import explain_os_error
from newpip_book.settings import setting_problems

ABOUT = "Build, check and use an executable book. newpip VERB --help says more of each verb."
CODES = "Exit codes: 0 done, 2 something is wrong (each problem is a line), 130 or 143 interrupted."
OWN = {"newpip", "newpip_book", "benchmarks"}  # whose exceptions say in their message all that a reader can use


class CommandError(RuntimeError):
    """What keeps a verb from its work, one line a problem."""


def main(arguments=None):
    """Run one verb.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``newpip``; those of the process by default.

    Returns
    -------
    int
        The exit code: 0 when it is done, 2 when something is wrong, 130 when it was interrupted.
    """
    if arguments is None and sys.argv[1:2] != ["lab"]:  # in JupyterLab, settings are the reader's own
        start_again()
    atexit.register(gc.freeze)  # else Python looks for garbage for a second or two before it ends
    chosen = _parser().parse_args(arguments)
    try:
        missing = foreign_environment() or "\n".join(setting_problems()) or _missing(chosen.verb)
        if missing:
            raise CommandError(missing)
        prepare_environment()
        code = chosen.run(chosen) or 0
        if sys.stdout:  # it may be closed
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # who read what was printed has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        message = _explain_error(error, chosen.verb)
        if not message:
            raise
        print(message, file=sys.stderr)
        return 2


def _missing(verb):
    """Say what a verb needs and does not find here."""
    named = os.environ.get("NEWPIP_DATA")
    if verb in WITHOUT_DATA:
        return ""
    other = named and Path(named).resolve() != project.published_data().resolve()
    if other and not Path(named, "datapackage.json").exists():
        return f"{named}: no datapackage.json is in it; a folder of tables was expected in NEWPIP_DATA"
    if verb != "check" and not project.has_book():
        return f"newpip {verb}: there is no book here; _config.yml and _toc.yml were expected, here or above"
    return ""


def _explain_error(error, verb):
    """Say in one line, or in one a problem, what a reader can do something about; nothing of a fault of the code."""
    if isinstance(error, ModuleNotFoundError) and error.name.partition(".")[0] not in OWN:
        return f"newpip {verb}: {error.name} is not installed; the book's environment has it, and the extra `book`"
    own = type(error).__module__.partition(".")[0] in OWN
    return explain_os_error(error) or (str(error) if own else "")


@contextmanager
def _writing(check):
    """Hold the lock of what writes, once nothing is found that keeps it from starting."""
    from newpip_book.build import atomic, lock

    os.environ["SOURCE_DATE_EPOCH"] = project.source_date_epoch()
    lock.install_signal_handlers()
    problems = check()
    if problems:
        raise CommandError("\n".join([*problems, f"{len(problems)} problems; nothing was changed."]))
    held = lock.acquire_lock()
    if held is None:
        raise CommandError(lock.busy())
    try:
        atomic.recover_interrupted_publish()
        yield
    finally:
        held.release()


def _check(chosen):
    """Check that data, settings, chapters, pages, citations and stored outputs fit together.

    Every problem is a line: file:row:column: what is wrong, what was expected. Without a book, the tables that came
    with the package are checked, or those of NEWPIP_DATA.
    """
    problems = data.check()
    if project.has_book():
        from newpip_book.authoring import checks, labels, lint_prose, stale

        problems += checks.problems() + lint_prose.problems() + stale.stale_chapters() + labels.stored_problems()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{data.folder()}: {f'{len(problems)} problems' if problems else 'all is well'}")
    return 2 if problems else 0


def _build(chosen):
    """Build the book into _build/html, running the chapters that changed.

    NEWPIP_SITE is the address it will be at, for canonical addresses and the sitemap. NEWPIP_DATA names a folder of
    other data with the same schemas; NEWPIP_CLAIMS=mark then marks sentences that do not hold, which else stop it.
    With --service, build the site of another service instead, from its folder or workbook, in seconds.
    """
    if chosen.service:
        return _build_service(chosen)
    from newpip_book.build import fingerprint, pipeline

    os.environ["SOURCE_DATE_EPOCH"] = project.source_date_epoch()
    html, read = project.build_dir() / "html", fingerprint.inputs_digest()
    if fingerprint.is_up_to_date(html, read):
        print(f"Nothing has changed since the book was built: {html / 'index.html'}")
        return
    with _writing(pipeline.check_while_importing):
        published, said = pipeline.build(html, read)
    sys.stderr.write(said)
    if not published:
        raise CommandError("The book was not built: see above.")
    if not os.environ.get("NEWPIP_SITE"):
        print("No address of the published book is set (NEWPIP_SITE): no canonical addresses, no sitemap.")
    print(f"The book is in {html / 'index.html'}")


def _build_service(chosen):
    """Build the site of another service."""
    from newpip_book.build import lock, service

    lock.install_signal_handlers()
    page = service.build(chosen.service, chosen.out, chosen.with_published)
    print(f"The pages are ready. Open {page}")


def _live(chosen):
    """Serve the book on this machine; rebuild it, and reload the page, on every save.

    PORT chooses the port. Ctrl+C ends it.
    """
    from newpip_book.build import live

    return live.serve()


def _refresh(chosen):
    """Run stale chapters and store their outputs: those of all that changed, or of none.

    With --force, run all chapters, or those that are named, whatever has changed. A notebook that Colab, VS Code,
    Kaggle or another editor saved is brought to the form of the book first.

    Example: newpip refresh --force 01-background
    """
    from newpip_book.authoring import foreign_notebooks, notebooks
    from newpip_book.build import pipeline

    with foreign_notebooks.brought_in(), _writing(lambda: pipeline.preflight("refresh")):
        from newpip_book.execution import stored_outputs
        from newpip_book.provenance.records import Records

        stored = stored_outputs.refresh(chosen.force, lambda paths: Records(paths, project.build_dir()).to_store)
    for path in stored:
        print(f"{notebooks.display_path(path)}: outputs stored")
    print(f"{len(stored)} chapters changed")


def _work(chosen):
    """Make your own copies of the chapters in work/, and keep those that you changed."""
    from newpip_book.outputs import working_copies

    for path, what in working_copies.update().items():
        print(f"work/{path.name}: {what}")


def _lab(chosen):
    """Open your own copies of the chapters in JupyterLab, or, for authors, another folder such as chapters."""
    import jupyterlab  # noqa: F401, so that one that is not installed is named

    if chosen.folder == "work":
        _work(chosen)
    sys.stdout.flush()
    os.chdir(project.ROOT)
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # as in a container
    become([sys.executable, "-m", "jupyterlab", chosen.folder, *as_root])


def _serve(chosen):
    """Serve the built book at an address of this machine, until it is stopped with Ctrl+C."""
    from newpip_book.outputs import binding, serving

    serving.serve(binding.HTML, chosen.port)


def _pdf(chosen):
    """Bind the built book as PDF, beside its pages; Chromium prints it."""
    from newpip_book.outputs import pdf

    _bind(pdf=partial(pdf.make, code=chosen.code))


def _epub(chosen):
    """Bind the built book as EPUB, beside its pages."""
    from newpip_book.outputs import epub

    _bind(epub=epub.make)


def _site(chosen):
    """Build what is published: the pages, and beside them the book as PDF and EPUB, which cover and foot then offer.

    NEWPIP_SITE is the address it will be at, as for build. Without Chromium, which prints the PDF, nothing is done.
    """
    from newpip_book.build import pipeline
    from newpip_book.outputs import epub, pdf

    pdf.require_browser()
    if project.data_label():
        raise CommandError("\n".join(pipeline.preflight("site")))
    chosen.service = None
    _build(chosen)
    _bind(pdf=pdf.make, epub=epub.make)


def _bind(**makers):
    """Bind the built pages, and name what was bound on the cover and at the foot of each page."""
    from newpip_book.build import fingerprint, pipeline
    from newpip_book.outputs import binding

    with _writing(lambda: pipeline.preflight(" and ".join(makers))):
        for make in makers.values():
            make()
        binding.update_download_links()
        fingerprint.record_bound(binding.HTML)
    for kind in makers:
        print(f"The book is in {binding.HTML / f'{project.name()}.{kind}'}")


def _figures(chosen):
    """Write every figure at the size of the page, and its data as CSV.

    Example: newpip figures --out figures --format svg,pdf
    """
    from newpip_book.build import lock
    from newpip_book.outputs import exports

    lock.install_signal_handlers()
    number, kinds = exports.write_figures(chosen.out, chosen.format), ", ".join(chosen.format)
    print(f"{number} figures as {kinds}, and their data as CSV, are in {chosen.out}", file=sys.stderr)


def _results(chosen):
    r"""Print the named results of all chapters, or write them to a file.

    json is results.json as the build writes it, with claims and figures; csv holds unrounded values too; tex is a LaTeX
    macro for each, as prose shows it.

    Example: newpip results --format tex --out results.tex
    """
    from newpip_book.build import lock
    from newpip_book.outputs import exports

    lock.install_signal_handlers()
    text = exports.WRITERS[chosen.format](exports.published_content())
    if chosen.out:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _diff(chosen):
    """Say in words what two editions of the book say differently: numbers, claims, figures and sentences.

    Each is a commit, of which the stored outputs are read; a folder of data, which this book's chapters run on; or a
    results.json, which tells of numbers and claims alone.

    Example: newpip diff v1.0.0 HEAD
    """
    from newpip_book.build import lock
    from newpip_book.maintenance import diff, editions

    lock.install_signal_handlers()
    before, after = editions.read(chosen.before), editions.read(chosen.after)
    if chosen.corrections:
        sys.stdout.write(diff.corrections(before, after))
    else:
        print("\n".join(diff.report(before, after)))


def _explain(chosen):
    """Explain a result, a claim or a figure: its words, its program, the rows it rests on, where it is used.

    With a row in its place (table:key), say what rests on that row. --run runs the program by itself; --data runs it
    on the tables of another folder.

    Example: newpip explain referrals.cagr --run
    """
    from newpip_book.maintenance import explain

    if chosen.data and not (chosen.data / "datapackage.json").is_file():
        raise CommandError(f"{chosen.data}: no datapackage.json is in it; a folder of tables was expected")
    print("\n".join(explain.explain(chosen.key, chosen.run_it, chosen.data and chosen.data.resolve())))


def _what_if(chosen):
    """Say what a number or claim would be without some rows, without a source or under another reading.

    Without a key: which claims would be false, and when.

    Example: newpip what-if referrals.cagr
    """
    from newpip_book.maintenance import what_if

    print("\n".join(what_if.report(chosen.key)))


def _new_service(chosen):
    """Write a folder for another service: a workbook to fill in, holding an example, and its tables.

    Example: newpip new-service ../our-service --title "Harbour babies"
    """
    from newpip import service_form
    from newpip_book.maintenance import service

    service_form.create_folder(chosen.folder, chosen.title)
    book = chosen.folder / service_form.BOOK
    print(f"Fill in {book}, then: {service.import_command(book, chosen.folder)}")


def _import_service(chosen):
    """Understand a workbook (xlsx, ods, or a CSV file for each sheet), and turn it into the tables of a folder.

    How each part was understood is said before anything is written. All tables are written or, when anything is wrong,
    none. The page of the service is run first, so that what is imported can be built.

    Example: newpip import-service ../our-service/service.xlsx ../our-service
    """
    from newpip import workbook
    from newpip_book.maintenance import service

    def before(found):
        for line in found.understood:
            print(line)
        if project.has_book():
            from newpip_book.build import service as site

            if site.has_template():
                site.try_page(found.files())
        sys.stdout.flush()

    published = project.published_data()
    if chosen.look:
        before(workbook.read(workbook.read_files(chosen.workbook), chosen.title or workbook.named(chosen.folder)))
        print("All is well; nothing was written.")
        return
    workbook.convert(chosen.workbook, chosen.folder, chosen.title, published, before)
    print(f"{chosen.folder}: all is well. Build with: {service.build_command(chosen.folder)}")


def _new_chapter(chosen):
    """Start a chapter from the book's template, and add it to the contents.

    Example: newpip new-chapter waiting
    """
    from newpip_book.authoring import notebooks
    from newpip_book.maintenance import new_chapter

    print("\n".join(notebooks.display_path(path) for path in new_chapter.start(chosen.name)))
    print("Next: newpip refresh, newpip check, newpip lab chapters to write it, newpip build to see it.")


def _new_table(chosen):
    """Add a table of data/ to datapackage.json, with what its columns share with those of other tables.

    Example: newpip new-table visits
    """
    from newpip_book.maintenance import new_table

    left = new_table.start(chosen.name)
    print("datapackage.json: the table was added; its sources are all of the data's: keep those that it is from.")
    print(f"Describe the table{''.join(f', {name}' for name in left)}; newpip check names what is still empty.")


def _mutate(chosen):
    """Change each cell of the data in turn, and list those changes that no test and no chapter notices.

    With --results, say of each cell which results notice it.

    Example: newpip mutate referrals --results
    """
    from newpip_book.build import lock
    from newpip_book.maintenance import mutate_data

    lock.install_signal_handlers()
    for name in chosen.table:
        data.resource(name)
    done = mutate_data.mutate(chosen.table, chosen.results)
    missed = [one for one in done if not one[-1]]
    for table, row, column, value, noticed in done if chosen.results else missed:
        print(f"{table}.csv:{row + 2}:{column}: {', '.join(noticed) or 'nothing'} notices {value!r}")
    print(f"{len(done) - len(missed)} of {len(done)} changed cells were noticed")
    return 2 if missed else 0


def _key(chosen):
    """Print the marking key of the course, for teachers, computed from the data as they are."""
    runpy.run_path(str(_program("teaching/marking_key.py")), run_name="__main__")


def _mark(chosen):
    """Mark notebooks that were handed in, for teachers: a line each, and with --csv a row for each exercise.

    Each runs in a process of its own with a limit of time, and then again on other data and from other seeds. This is
    no fence against a hostile notebook: it can do whatever you can.

    Example: newpip mark handed-in --csv marks.csv
    """
    _program("teaching/mark.py")
    if not chosen.folder.is_dir():
        raise CommandError(f"{chosen.folder}: it is no folder; one with notebooks was expected")
    if chosen.csv and not chosen.csv.resolve().parent.is_dir():
        raise CommandError(f"{chosen.csv}: its folder is not there; one that is was expected")
    sys.path.insert(0, str(project.ROOT))
    import_module("teaching.mark").main(chosen.folder, chosen.seconds, chosen.csv, chosen.seed)


def _project(chosen):
    """Write the made-up services of the course's project, each a folder with a workbook and its tables.

    Example: newpip project ../services
    """
    _program("teaching/project.py")
    sys.path.insert(0, str(project.ROOT))
    import_module("teaching.project").main(chosen.folder)


def _bench(chosen):
    """Measure how fast the book is, beside other builders, and write it down: about an hour, alone on the machine.

    Parts that are not named keep their figures.
    """
    _program("benchmarks/measure.py")
    os.chdir(project.ROOT)
    sys.path.insert(0, str(project.ROOT))
    import_module("benchmarks.measure").measure(chosen.part, chosen.rounds, chosen.dry_run)


def _program(name):
    """Find a program that a book may have beside its chapters."""
    path = project.ROOT / name
    if not path.is_file():
        raise CommandError(f"{name}: this book has no such program; one was expected")
    return path


def _pyodide(chosen):
    """Gather the Python that runs in the page, each file held to its hash, unless it is there; build then puts it in.

    It is fetched from the address of the official release or, where that cannot be reached, from the registry.
    """
    from newpip_book.live_cells import distribution

    if chosen.pin:
        distribution.pin(chosen.pin)
        return
    if not distribution.assembled():
        distribution.assemble(chosen.source)
    size = sum(path.stat().st_size for path in distribution.FOLDER.iterdir()) / 1e6
    print(f"The page's Python is in {distribution.FOLDER} ({size:.0f} MB); build the book to put it in.")


def _release(chosen):
    """Gather what a release holds, in dist/: site, PDF, EPUB, wheel, list of the lock, digests; all of one version.

    Example: newpip release v1.0.0
    """
    from newpip_book.maintenance import release

    problems = release.problems(chosen.tag)
    if problems:
        raise CommandError("\n".join([*problems, "Nothing was gathered."]))
    print("\n".join(f"dist/{path.name}" for path in release.gather()))


def _positive(text):
    """Read a number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} was found, a number above nought was expected")
    return seconds


def _formats(text):
    """Read a list of formats of figures."""
    chosen, known = text.split(","), ("svg", "pdf", "png")
    unknown = [one for one in chosen if one not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} was found, some of {','.join(known)} were expected")
    return chosen


def _argument(*names, **settings):
    """Describe an argument of a verb, as :meth:`argparse.ArgumentParser.add_argument` takes it."""
    return names, settings


WITHOUT_DATA = {"new-service", "import-service"}  # which need no book either
FOLDER = _argument("folder", type=Path, metavar="DIR", help="the folder of the service's data")
VERBS = {
    "check": (_check,),
    "build": (
        _build,
        _argument(
            "--service",
            type=Path,
            nargs="+",
            metavar="DIR",
            help="build the site of this service, or of several side by side, instead",
        ),
        _argument("--out", type=Path, metavar="DIR", help="where its pages go; DIR/site by default"),
        _argument("--with-published", action="store_true", help="set the published counts beside it, marked as such"),
    ),
    "live": (_live,),
    "refresh": (
        _refresh,
        _argument("--force", nargs="*", metavar="CHAPTER", help="run these chapters, or all, though nothing changed"),
    ),
    "work": (_work,),
    "lab": (_lab, _argument("folder", nargs="?", default="work", metavar="FOLDER", help="work by default")),
    "serve": (_serve, _argument("--port", type=int, default=8000, help="8000 by default")),
    "pdf": (_pdf, _argument("--code", action="store_true", help="with the code of the chapters")),
    "epub": (_epub,),
    "site": (_site,),
    "figures": (
        _figures,
        _argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to"),
        _argument("--format", type=_formats, default="svg,pdf,png", help="some of svg,pdf,png; all by default"),
    ),
    "results": (
        _results,
        _argument("--format", choices=("json", "csv", "tex"), default="json", help="json by default"),
        _argument("--out", type=Path, metavar="FILE", help="the file to write; else they are printed"),
    ),
    "diff": (
        _diff,
        _argument("before", metavar="A", help="a commit, a folder of data or a results.json"),
        _argument("after", metavar="B", help="what it is compared with, likewise"),
        _argument("--corrections", action="store_true", help="propose rows for data/corrections.csv instead, as CSV"),
    ),
    "explain": (
        _explain,
        _argument("key", metavar="KEY", help="the key of a result, claim or figure, or table:row"),
        _argument("--run", dest="run_it", action="store_true", help="run its program by itself"),
        _argument("--data", type=Path, metavar="DIR", help="run it on the tables of this folder"),
    ),
    "what-if": (
        _what_if,
        _argument("key", nargs="?", default="", metavar="KEY", help="the key of a number or claim; else all claims"),
    ),
    "new-service": (
        _new_service,
        FOLDER,
        _argument("--title", default="A made-up service", help="the name of the service"),
    ),
    "import-service": (
        _import_service,
        _argument("workbook", type=Path, nargs="+", metavar="FILE", help="the workbook, or its sheets as CSV files"),
        FOLDER,
        _argument("--title", default="", help="the name of the service, where the workbook does not say it"),
        _argument("--look", action="store_true", help="say how it is understood, and write nothing"),
    ),
    "new-chapter": (_new_chapter, _argument("name", metavar="NAME", help="one word of small letters")),
    "new-table": (_new_table, _argument("name", metavar="NAME", help="its file in data/, without the ending")),
    "mutate": (
        _mutate,
        _argument("table", nargs="*", metavar="TABLE", help="a table of the data; all by default"),
        _argument("--results", action="store_true", help="say which results notice each cell"),
    ),
    "key": (_key,),
    "mark": (
        _mark,
        _argument("folder", type=Path, metavar="FOLDER", help="the folder of the notebooks"),
        _argument("--seconds", type=_positive, default=120, metavar="N", help="after how long a run is stopped; 120"),
        _argument("--csv", type=Path, metavar="FILE", help="a table to write, with a row for each exercise"),
        _argument("--seed", type=int, metavar="N", help="from which other inputs and data are drawn; a new one"),
    ),
    "project": (_project, _argument("folder", type=Path, metavar="DIR", help="where the folders go")),
    "bench": (
        _bench,
        _argument("part", nargs="*", metavar="PART", help="a part of the figures; all by default"),
        _argument("--rounds", type=int, default=5, help="how often; 5 times by default"),
        _argument("--dry-run", action="store_true", help="print the figures, write nothing"),
    ),
    "pyodide": (
        _pyodide,
        _argument("--from", dest="source", help="a folder, archive or address of the official release"),
        _argument("--pin", type=Path, metavar="LOCK", help="pin another release by its official lock, and stop"),
    ),
    "release": (_release, _argument("tag", metavar="TAG", help="v and the version, such as v1.0.0")),
}


def _parser():
    """Make the parser: a verb's help is the docstring of its function."""
    raw = {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": CODES}
    parser = argparse.ArgumentParser(prog="newpip", description=ABOUT, **raw)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, (function, *described) in VERBS.items():
        about = inspect.getdoc(function)
        verb = verbs.add_parser(name, help=about.splitlines()[0], description=about, **raw)
        verb.set_defaults(run=function)
        for names, settings in described:
            verb.add_argument(*names, **settings)
    return parser
