// Puts bytecode in place of the sources of every library, with the very Python that will run it in the page.
// Usage: node pyodide_compile.mjs GATHERED READY
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const COMPILE = `
import base64, hashlib, py_compile, warnings, zipfile
from pathlib import Path

def kept(name, content):
    """Return a file's name and content as the compiled wheel has them."""
    if not name.endswith(".py") or ".data/" in name:
        return name, content
    Path("source.py").write_bytes(content)
    how = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile("source.py", "code.pyc", name, doraise=True, optimize=0, invalidation_mode=how)
    except py_compile.PyCompileError:  # a template, or code for another Python: it stays as it is
        return name, content
    return name + "c", Path("code.pyc").read_bytes()

def record(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"

def compiled(source, target):
    with warnings.catch_warnings(), zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        warnings.simplefilter("ignore")
        rows = []
        def write(name, content):
            new.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)
        for name in old.namelist():
            if name.endswith(".dist-info/RECORD"):
                listing = name
            elif not name.endswith("/"):
                name, content = kept(name, old.read(name))
                rows.append(record(name, content))
                write(name, content)
        write(listing, "\\n".join([*rows, listing + ",,"]) + "\\n")
`;

const [gathered, ready] = process.argv.slice(2).map((folder) => path.resolve(folder));
const { loadPyodide } = await import(pathToFileURL(path.join(gathered, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: gathered + "/", env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" } });
python.runPython(COMPILE);
const compiled = python.globals.get("compiled");
const lock = JSON.parse(fs.readFileSync(path.join(gathered, "pyodide-lock.json"), "utf8"));
const wheels = new Map(Object.values(lock.packages).map((one) => [one.file_name, one]));

lock.python = python.runPython("import platform; platform.python_version()"); // the lock's own is that of the ABI

fs.mkdirSync(ready);
for (const name of fs.readdirSync(gathered).sort()) {
  let content = fs.readFileSync(path.join(gathered, name));
  if (wheels.has(name)) {
    python.FS.writeFile("old.whl", content);
    compiled("old.whl", "new.whl");
    content = python.FS.readFile("new.whl");
    wheels.get(name).sha256 = crypto.createHash("sha256").update(content).digest("hex");
  }
  fs.writeFileSync(path.join(ready, name), content);
}
fs.writeFileSync(path.join(ready, "pyodide-lock.json"), JSON.stringify(lock));
