"""What a chapter's results depend on: its code, the tables it loads, the modules it imports, and the lock."""

import ast
import builtins
import hashlib
import json
from functools import cache, lru_cache

from newpip import data
from newpip_book import project

STARTING = ("forked_kernels.py", "network_guard.py", "kernel_preload.py")
BUILT_IN = set(dir(builtins))
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
    tables = set().union(*map(tables_loaded, cells))
    package = data.folder() / "datapackage.json"
    described_tables = _resources_by_name(package, package.is_file() and package.stat().st_mtime_ns) if tables else {}
    for name in sorted(tables):
        described = described_tables.get(name) or data.resource(name)
        parts[f"data/{described['path']}"] = (data.folder() / described["path"]).read_bytes()
        parts[f"datapackage.json ({name})"] = json.dumps(described["schema"], sort_keys=True).encode()
    for module in sorted(_modules(cells)):
        parts[module] = _module_path(module).read_bytes()
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


@cache
def parse(code):
    """Parse code, IPython's own lines left out.

    Parameters
    ----------
    code : str

    Returns
    -------
    ast.Module
    """
    return ast.parse(_without_magics(code))


@cache
def calls_and_imports(code):
    """List the calls and the imports in code, which is walked through once for all who ask.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of ast.AST
    """
    return tuple(node for node in ast.walk(parse(code)) if isinstance(node, (ast.Call, ast.Import, ast.ImportFrom)))


def calls(code):
    """List the calls in code, those within others among them.

    Parameters
    ----------
    code : str

    Returns
    -------
    tuple of ast.Call
    """
    return tuple(node for node in calls_and_imports(code) if isinstance(node, ast.Call))


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
    codes += [_module_path(module).read_text(encoding="utf-8") for module in _modules(codes)]
    return {name for code in codes for name in _names(code) if name.split(".")[0] != "newpip"}


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
    return set().union(*map(_names, _cells(notebook)))


def names_read(code):
    """List the names that code reads, Python's own aside.

    Parameters
    ----------
    code : str

    Returns
    -------
    set of str
    """
    return _named(code, ast.Load) - BUILT_IN


def names_written(code):
    """List the names that code binds, or whose content it assigns to: ``frame["a"] = 1`` writes ``frame``.

    Parameters
    ----------
    code : str

    Returns
    -------
    set of str
    """
    found = _named(code, ast.Store)
    for node in ast.walk(parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found |= _named(ast.unparse(node.value), ast.Load)
    return found - BUILT_IN


def _named(code, context):
    """List the names in code that are read, or those that are bound."""
    nodes = ast.walk(parse(code))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


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


def _without_magics(code):
    """Drop IPython's own lines, which Python's parser does not know."""
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith(("%", "!")))


@cache
def tables_loaded(code):
    """Find the tables that code loads by name: ``load("referrals")``.

    Parameters
    ----------
    code : str

    Returns
    -------
    frozenset of str
    """
    if "load" not in code:  # most cells load nothing, and to parse them takes its time
        return frozenset()
    named = [call for call in calls(code) if getattr(call.func, "id", getattr(call.func, "attr", "")) == "load"]
    return frozenset(call.args[0].value for call in named if call.args and isinstance(call.args[0], ast.Constant))


def _modules(codes):
    """Find the modules of newpip that pieces of code import, and those that they import in turn."""
    found, waiting = set(), _imports(*codes)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting |= _imports(_module_path(module).read_text(encoding="utf-8"))
    return found


@lru_cache
def _resources_by_name(path, changed):
    """Map the tables to their descriptions, which are read once, until they are changed."""
    return {one["name"]: one for one in data.package()["resources"]}


def _imports(*codes):
    """Name the newpip modules that pieces of code import themselves."""
    names = set().union(*map(_names, codes))
    return {name for name in names if name.split(".")[0] == "newpip" and _module_path(name).is_file()}


@cache
def _names(code):
    """Name the modules that code imports."""
    names = set()
    for node in calls_and_imports(code) if "import" in code else ():
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def _module_path(module):
    """Return where a module of newpip is, or would be; nothing is imported, which would take its time."""
    place = project.LIBRARY.parent.joinpath(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
