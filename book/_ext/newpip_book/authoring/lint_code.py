"""Refuse code of chapters that can go stale unseen: reads, imports and programs that are not known without running."""

import ast
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path

from newpip_book import project
from newpip_book.authoring import code_reading, dependencies, notebooks
from newpip_book.project import ROOT

RULES = (
    (
        r"builtins\.open|io\.(open\w*|FileIO)|codecs\.open|(pathlib|glob|shutil|sqlite3|dbm|shelve|zipfile|tarfile"
        r"|gzip|bz2|lzma|linecache|fileinput|mmap|tempfile|scipy\.io|scipy\.datasets|sklearn\.datasets"
        r"|statsmodels\.datasets|seaborn\.utils|matplotlib\.(cbook|font_manager)|IPython\.display\.(?!display\b)|pandas\.io|imageio|pyarrow)\b.*|os\.(open|fdopen|read|listdir|scandir|f?walk)"
        r"|numpy\.(load\w*|genfromtxt|from(file|regex)|memmap|DataSource|lib\.npyio\..*)"
        r"|pandas\.(read_\w+|ExcelFile|HDFStore)|matplotlib\.(pyplot|image)\.imread|matplotlib\.(rc_file|style\b.*)"
        r"|matplotlib\.pyplot\.style\b.*|seaborn\.load_dataset|joblib\.(load|Memory)|statsmodels\..*\.load_pandas"
        r"|newpip\.(schema|files|workbook|spreadsheet|service_form)\b.*|newpip\.data(\.(?!load\b|DataError\b).*)?",
        "reads what no table of data/ says; load() of a table of data/, its name written out,",
    ),
    (
        r"builtins\.(exec|eval|compile|__\w+__|globals|locals|get_ipython|breakpoint)"
        r"|(subprocess|runpy|importlib|imp|pkgutil|multiprocessing|ctypes|code|codeop|pty)\b.*"
        r"|os\.(system|popen|fork\w*|exec\w+|spawn\w+|posix_spawn\w*)|IPython\.(get_ipython|core\b.*|start_ipython)"
        r"|sys\.(modules|path|path_hooks|meta_path)|newpip",
        "runs code that nothing here names; the code itself, or a function of newpip/,",
    ),
    (
        r"os\.(environb?|getenvb?)\b.*|sys\.(argv|stdin)\b.*|builtins\.input",
        "reads what differs from machine to machine; a table of data/",
    ),
    (
        r"time\.(?!sleep\b)\w+|(secrets|uuid|platform|getpass|locale)\b.*|socket\.get\w+|datetime\.(datetime|date)\.(now|today|utcnow)"
        r"|pandas\.(Timestamp|Period)\.(now|today|utcnow)|os\.(getcwdb?|getlogin|uname|urandom|cpu_count|stat)"
        r"|os\.path\.(exists|isfile|isdir|getmtime|getsize|abspath|realpath|expanduser|expandvars)"
        r"|sys\.(platform|version\w*|executable|prefix|flags|maxsize|hexversion)|builtins\.(id|hash)",
        "differs from day to day or from machine to machine; a table of data/",
    ),
    (
        r"random\.(?!Random\b)\w+|numpy\.random\.(?!(default_rng|Generator|PCG64|SeedSequence|RandomState)\b)\w+",
        "draws from a generator that all code shares; default_rng(seed), made where it is used,",
    ),
    (
        r"matplotlib\.pyplot\.(?!(subplots|subplot_mosaic|figure|close|get_cmap|colormaps|rc_context|Axes|Figure)\b)\w+"
        r"|matplotlib\.(rc|use|rcdefaults)|seaborn\.(set\w*|reset\w*)|pandas\.((re)?set_option|options\.\w+.*)"
        r"|numpy\.(seterr|set_printoptions)|warnings\.(simplefilter|filterwarnings)|decimal\.(getcontext|setcontext)"
        r"|os\.(chdir|putenv|umask|remove|unlink|rename|mkdir|makedirs|rmdir)|sys\.set\w+|logging\.basicConfig",
        "works on what all code shares; an argument of the function that needs it, or axes of canvas(),",
    ),
    (r"builtins\.(exit|quit)|os\._exit|sys\.exit", "ends Python before the chapter's last cell; a cell without it"),
)
COMPUTING = {  # of Python's own modules, those that a chapter may import: none opens a file by itself
    *("abc", "bisect", "calendar", "cmath", "collections", "colorsys", "contextlib", "copy", "dataclasses", "datetime"),
    *("decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "html", "itertools"),
    *("json", "keyword", "math", "numbers", "operator", "pprint", "random", "re", "statistics", "string", "textwrap"),
    *("time", "types", "typing", "unicodedata", "warnings", "__future__"),
    *("io", "os", "sys", "pathlib", "subprocess", "importlib"),  # those have rules of their own
    *("socket", "urllib", "signal"),  # the guard of the network stops those, as they run
}
METHODS = re.compile(r"read_(text|bytes)|run_(line|cell)_magic|run_cell")
LIBRARY_MAY = re.compile(
    r"newpip\b.*|sys\.(modules|platform)|builtins\.globals|os\.(path\..*|cpu_count)|matplotlib\..*|time\..*|warnings\..*"
)  # what a chapter may not
LIBRARY_READS = {"newpip.data", "newpip.schema", "newpip.files", "newpip.workbook", "newpip.service_form"}  # their job


def problems():
    """List the code of chapters, and of modules that they import, whose results could go stale unseen.

    Returns
    -------
    list of str
        One line a problem, as ``file:cell N:line M: what is wrong, what was expected``.
    """
    found = {}  # the same module is asked about by many chapters
    for path in notebooks.chapters():
        for problem in _chapter_problems(path):
            found.setdefault(problem)
    return [*found, *_settings_beside()]


def _chapter_problems(path):
    """Yield what is wrong in one chapter, and in what it imports."""
    notebook = notebooks.load_notebook(path)[0]
    codes = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    bound = set().union(*map(_bound, codes))
    for place, references in dependencies.references(notebook):
        if place in LIBRARY_READS:
            continue
        library = isinstance(place, str)
        cell = f"{notebooks.display_path(path)}:cell {place}:line {{}}"
        where = _library_place(dependencies.module_path(place)) if library else cell
        for line, problem in sorted(set(wrong_references(references, set() if library else bound, library))):
            yield f"{where.format(line)}: {problem} was expected"
    for number, cell in enumerate(notebook.cells, 1):
        for line, problem in wrong_imports(cell.source) if cell.cell_type == "code" else ():
            yield f"{notebooks.display_path(path)}:cell {number}:line {line}: {problem}"


def _library_place(path):
    """Return how messages name a place in a module, its line left open."""
    return f"{path.relative_to(project.LIBRARY.parent).as_posix()}:{{}}:1"


def wrong_references(references, bound, library):
    """Yield the line of each reference that hides something, and why."""
    for node in references.hidden:
        used = "load() of a name that is not written out" if isinstance(node, ast.Call) else "load without a call"
        yield node.lineno, f'{used}; load("table"), or a loop over such names,'
    for node, name in references.named:
        for rule, why in RULES:
            own = name.removeprefix("builtins.") in bound or (library and LIBRARY_MAY.fullmatch(name))
            if not own and re.fullmatch(rule, name):
                yield node.lineno, f"{ast.unparse(node)} {why}"
    for node, name in references.methods:
        if METHODS.fullmatch(name):
            yield node.lineno, f".{name}() reads or runs a file; load() of a table of data/"


def wrong_imports(code):
    """Yield the line of each import that brings what is no part of the book, and why."""
    for node in code_reading.imports(code):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "an import relative to the chapter; a module of newpip/ or of the lock was expected"
        elif any(one.name == "*" for one in node.names):
            yield node.lineno, f"from {names[0]} import * does not say what it brings; the names were expected"
        else:
            for name in names:
                if name.partition(".")[0] in sys.stdlib_module_names - COMPUTING:
                    yield (
                        node.lineno,
                        f"{name} may read or run what nothing here names; a module that computes was expected",
                    )
                elif not _is_known(name.partition(".")[0]):
                    said = f"{name} is no module of newpip/, of the lock or of Python"
                    yield node.lineno, f"{said}; for code that chapters share, a module of newpip/ was expected"


@cache
def _is_known(name):
    """Tell whether a module is the library's, Python's own, or of what the book is locked to."""
    beside = ROOT / "chapters" / name
    if beside.is_dir() or beside.with_suffix(".py").is_file():
        return False
    return name == "newpip" or name in sys.stdlib_module_names or _is_installed(name)


def _is_installed(name):
    """Tell whether a module is one of the installed libraries, and not of a folder that happens to be on the path."""
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    origins = [found.origin, *(found.submodule_search_locations or ())] if found else []
    places = [Path(one).resolve() for one in origins if one]
    folders = {part for place in places for part in place.parts}
    return bool(folders & {"site-packages", "dist-packages"}) and _is_locked(name)


def _is_locked(name):
    """Tell whether the lock, where there is one, lists a distribution that brings a module."""
    locked = {_plain(one) for one in re.findall(r"^([\w.-]+)==", project.lock().decode(), flags=re.MULTILINE)}
    if not locked or _plain(name) in locked:
        return True
    from importlib.metadata import packages_distributions  # it reads what every library brings

    return any(_plain(one) in locked for one in packages_distributions().get(name, ()))


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _bound(code):
    """Name what code binds itself, parameters among it."""
    nodes = list(ast.walk(code_reading.parse(code)))
    names = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    names |= {one.name for one in nodes if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    return names | {one.arg for one in nodes if isinstance(one, ast.arg)}


def _settings_beside():
    """Yield the files that change how figures or pages come out wherever they lie."""
    for place in (ROOT, ROOT / "chapters"):
        for name in ("matplotlibrc", "docutils.conf"):
            if (place / name).exists():
                said = "settings that no chapter names; those of newpip/draw.py and _config.yml were expected"
                yield f"{notebooks.display_path(place / name)}:1:1: {said}"
