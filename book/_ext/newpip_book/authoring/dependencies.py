"""What a chapter's results depend on: its code, the tables it loads, the modules it imports, and the lock."""

import hashlib
import json
from functools import cache, lru_cache

from newpip import data
from newpip_book import project
from newpip_book.authoring.code_reading import References, imported_as, imported_modules

STARTING = ("forked_kernels.py", "network_guard.py", "kernel_preload.py", "kernel.py", "file_record.py")
NOT_STORED = {"requirements.txt", "how kernels start"}


def manifest(notebook):
    """List what a chapter depends on, each with a digest of its content.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter.

    Returns
    -------
    dict
        From a name a person knows (``"data/referrals.csv"``) to twelve digits of its SHA-256.
    """
    cells = _cells(notebook)
    parts = {
        "code": "\n# %%\n".join(cells).encode(),
        "requirements.txt": project.lock(),
    }
    described_tables = _resources_by_name()
    for name in sorted(tables(notebook)):
        described = described_tables.get(name) or data.resource(name)
        parts[f"data/{described['path']}"] = (data.folder() / described["path"]).read_bytes()
        parts[f"datapackage.json ({name})"] = json.dumps(described["schema"], sort_keys=True).encode()
    for module in sorted(modules(cells)):
        parts[module] = module_path(module).read_bytes()
    parts["how kernels start"] = b"".join((project.ENGINE / "execution" / name).read_bytes() for name in STARTING)
    return {name: _digest(content) for name, content in parts.items()}


def stored_manifest(notebook):
    """List what is noted beside a chapter's stored outputs: what it depends on, the lock and its kernel aside.

    Whether those give other outputs shows when they are compared; most changes of them touch no output.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter.

    Returns
    -------
    dict
        As :func:`manifest`.
    """
    return {name: digest for name, digest in manifest(notebook).items() if name not in NOT_STORED}


def imported_libraries(notebooks):
    """Name what chapters import, and what the modules of newpip that they import do in turn, newpip itself left out.

    Parameters
    ----------
    notebooks : iterable of nbformat.NotebookNode

    Returns
    -------
    set of str
        Modules of libraries, such as ``"scipy.stats"``, and names in them, such as ``"scipy.stats.beta"``.
    """
    codes = [code for notebook in notebooks for code in _cells(notebook)]
    codes += [_module_text(module) for module in modules(codes)]
    return {name for code in codes for name in imported_modules(code) if name.split(".")[0] != "newpip"}


def imported_names(notebook):
    """Name what a chapter itself imports.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    set of str
        Modules, and names in them.
    """
    return set().union(*map(imported_modules, _cells(notebook)))


def changed_parts(before, after):
    """Name what differs between two manifests.

    Parameters
    ----------
    before, after : dict
        Two results of :func:`manifest`.

    Returns
    -------
    list of str
        The names, in order.
    """
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def read_notebook(text):
    """Read a chapter for the build, with what it depends on among what jupyter-cache compares.

    jupyter-cache runs a notebook again when its code cells or its kernelspec differ from those it ran before.
    The manifest goes into the kernelspec, so that a changed table or module counts as a change too.
    A cell that is folded away whole is the solution of an exercise, and is labelled so.

    Parameters
    ----------
    text : str
        The .ipynb file.

    Returns
    -------
    nbformat.NotebookNode
    """
    import nbformat  # here, so that newpip check need not wait for it

    content = json.loads(text)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []  # the build has its own, in the cache
    notebook = nbformat.v4.reads(json.dumps(content))  # nbformat.reads would check what sources.notebook has checked
    notebook.metadata.pop("newpip", None)  # what its stored outputs depended on
    notebook.metadata.kernelspec["depends_on"] = manifest(notebook)
    for cell in notebook.cells:
        if "hide-cell" in cell.metadata.get("tags", []):
            cell.metadata["mystnb"] = {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
    return notebook


def _cells(notebook):
    """List the code cells of a chapter."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:12]


def tables(notebook):
    """Name the tables that a chapter loads, and those that the modules do which it imports.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    set of str
    """
    return set().union(*(one.tables for _, one in references(notebook)))


def references(notebook):
    """List what each cell of a chapter refers to, and each module of newpip that it imports.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    list of (int or str, newpip_book.authoring.code_reading.References)
        Each under the number of its cell, or the name of its module.
    """
    cells, meanings = _cells(notebook), imported_as(_cells(notebook))
    numbers = [number for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]
    found = [(number, References(cell, meanings, _handed_on)) for number, cell in zip(numbers, cells, strict=True)]
    return found + [(module, _module_references(module, _module_text(module))) for module in sorted(modules(cells))]


@lru_cache
def _module_references(module, code):
    """Read what a module refers to; its text is asked for too, so that it is read again when that changed."""
    return References(code, imported_as([code], _package(module)), _handed_on)


def _handed_on(name):
    """Return what a name means that a module of newpip took from another: ``newpip.answers.ledger.load``, say."""
    module, _, last = name.rpartition(".")
    if not module.startswith("newpip") or not module_path(module).is_file():
        return name
    taken = imported_as([_module_text(module)], _package(module)).get(last, name)
    return taken if taken == name else _handed_on(taken)


def foreseen_files(notebook):
    """List the files of the project that a chapter's run may read: its tables, their description, its modules.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    set of pathlib.Path
    """
    described, loaded = _resources_by_name(), tables(notebook)
    paths = {data.folder() / described[name]["path"] for name in loaded}
    paths |= {data.folder() / "datapackage.json"} if loaded else set()
    paths |= {*map(module_path, modules(_cells(notebook)))}
    return {path.resolve() for path in paths}


def modules(codes):
    """Find the modules of newpip that pieces of code import, those that they import in turn, and their packages.

    Parameters
    ----------
    codes : iterable of str

    Returns
    -------
    set of str
    """
    found, waiting = set(), set().union(*(_own_modules(imported_modules(code)) for code in codes))
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting |= _own_modules(imported_modules(_module_text(module), _package(module)))
    return found


def _own_modules(names):
    """Name the modules of newpip among names, and the packages that they are in, which are imported with them."""
    parts = [name.split(".") for name in names if name.split(".")[0] == "newpip"]
    every = {".".join(one[:length]) for one in parts for length in range(1, len(one) + 1)}
    return {name for name in every if module_path(name).is_file()}


def module_path(module):
    """Return where a module of newpip is, or would be; nothing is imported, which would take its time.

    Parameters
    ----------
    module : str

    Returns
    -------
    pathlib.Path
    """
    place = project.LIBRARY.parent.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _package(module):
    """Return the package from which a module's relative imports count."""
    return module if module_path(module).name == "__init__.py" else module.rpartition(".")[0]


def _module_text(module):
    return _text(module_path(module), module_path(module).stat().st_mtime_ns)


@cache
def _text(path, changed):
    return path.read_text(encoding="utf-8")


def _resources_by_name():
    """Map the tables to their descriptions, which are read once, until they are changed."""
    path = data.folder() / "datapackage.json"
    return _read_resources(path, path.is_file() and path.stat().st_mtime_ns)


@lru_cache
def _read_resources(path, changed):
    return {one["name"]: one for one in data.package()["resources"]} if changed else {}
