"""What a chapter's results depend on: its code, the tables it loads, the modules it imports, and the lock."""

import ast
import hashlib
import json
from pathlib import Path

import nbformat

import newpip
from newpip import data

ROOT = Path(__file__).parents[3]


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
    code = "\n# %%\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    tree = ast.parse(_without_magics(code))
    parts = {"code": code.encode(), "requirements.txt": (ROOT / "requirements.txt").read_bytes()}
    for name in sorted(_tables(tree)):
        described = data.resource(name)
        parts[f"data/{described['path']}"] = (data.folder() / described["path"]).read_bytes()
        parts[f"datapackage.json ({name})"] = json.dumps(described["schema"], sort_keys=True).encode()
    for module in sorted(_modules(tree)):
        parts[module] = _file(module).read_bytes()
    return {name: _digest(content) for name, content in parts.items()}


def all_tables():
    """List every file of data/ with a digest of its content.

    Returns
    -------
    dict
        From file name to digest, as in :func:`manifest`.
    """
    names = ["datapackage.json", *(resource["path"] for resource in data.package()["resources"])]
    return {name: _digest((data.folder() / name).read_bytes()) for name in names}


def changed(before, after):
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

    Parameters
    ----------
    text : str
        The .ipynb file.

    Returns
    -------
    nbformat.NotebookNode
    """
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata.kernelspec["depends_on"] = manifest(notebook)
    return notebook


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:12]


def _without_magics(code):
    """Drop IPython's own lines, which Python's parser does not know."""
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith(("%", "!")))


def _tables(tree):
    """Find the tables that code loads by name: ``load("referrals")``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "load"]
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}


def _modules(tree):
    """Find the modules of newpip that code imports, and those that they import in turn."""
    found, waiting = set(), _imports(tree)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        waiting |= _imports(ast.parse(_file(module).read_text(encoding="utf-8")))
    return found


def _imports(tree):
    """Name the newpip modules that a tree imports itself."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == "newpip" and _file(name).exists()}


def _file(module):
    """Return where a module of newpip stands; no such file where the name is a function's."""
    inside = module.split(".")[1:]
    return Path(newpip.__file__).parent.joinpath(*inside or ["__init__"]).with_suffix(".py")
