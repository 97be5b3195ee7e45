"""What pages start Python from: its memory after libraries were imported, and what they need before their own files.

A snapshot holds memory and no files. Beside it go the native libraries that it was taken with, which are linked anew in
each page; the few files that those libraries read while they draw a first figure; and the names by which the others are
imported, so that each comes when it is first asked for.
"""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

from newpip.files import zip_bytes

LOADER = Path(__file__).parent / "page" / "load.js"
SHELL = Path(__file__).parent / "page" / "IPython" / "__init__.py"
SITE = "/lib/python3.14/site-packages"
IN_MEMORY = ("ipython", "matplotlib", "pandas", "scipy")  # with all that they need
NEEDED = ("/mpl-data/fonts/ttf/DejaVuSans", "/mpl-data/matplotlibrc", "/mpl-data/stylelib/", ".dist-info/METADATA")


def take(folder, run_node):
    """Take a snapshot of a gathered distribution, and put it there with what pages need beside it.

    Parameters
    ----------
    folder : pathlib.Path
        The distribution, its libraries compiled. The core is packed there, too.
    run_node : callable
        Runs a script of this room with arguments.
    """
    packages = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    with tempfile.TemporaryDirectory(prefix="snapshot-") as scratch:
        site, out = Path(scratch, "site"), Path(scratch, "out")
        out.mkdir()
        for name in sorted(_with_needs(IN_MEMORY, packages)):
            with zipfile.ZipFile(folder / packages[name]["file_name"]) as wheel:
                wheel.extractall(site)
        run_node("pyodide_snapshot.mjs", folder, site, out, LOADER, SHELL)
        about = json.loads((out / "snapshot.json").read_text(encoding="utf-8"))
        native = [(site / name).read_bytes() for name in about["libraries"]]
        _pack(folder / "snapshot.bin.gz", (out / "snapshot.bin").read_bytes())
        (folder / "first.zip").write_bytes(_first(site))
    _pack(folder / "native.bin.gz", b"".join(native))
    core = folder / "pyodide.asm.wasm"
    _pack(folder / f"{core.name}.gz", core.read_bytes())
    core.unlink()
    about["libraries"] = [[name, len(content)] for name, content in zip(about["libraries"], native, strict=True)]
    about |= {"site": SITE, "wheels": {name: one["file_name"] for one in packages.values() for name in one["imports"]}}
    (folder / "snapshot.json").write_text(json.dumps(about, sort_keys=True), encoding="utf-8")


def _with_needs(names, packages):
    """Add to libraries those that they need."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return found


def _first(site):
    """Pack the files that are read before a library's own are there."""
    paths = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    return zip_bytes(
        {name: path.read_bytes() for name, path in paths.items() if any(one in f"/{name}" for one in NEEDED)}
    )


def _pack(path, content):
    """Write a file as gzip, the same bytes for the same content."""
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=9, mtime=0) as packed:
        packed.write(content)
    path.write_bytes(stream.getvalue())
