// Takes a snapshot of Python's memory after what chapters use first was imported, for pages to start from.
// Usage: node pyodide_snapshot.mjs READY SITE OUT LOAD_JS SHELL; SITE holds the unpacked wheels of those
// libraries, SHELL is what the page has for IPython itself, in the place where pages have it.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [ready, site, out, loader, shell] = process.argv.slice(2).map((one) => path.resolve(one));
const { prepare, SITE } = await import(pathToFileURL(loader));
const { loadPyodide } = await import(pathToFileURL(path.join(ready, "pyodide.mjs")));
const options = { indexURL: ready + "/", env: { MPLBACKEND: "agg", HOME: "/home/pyodide", PYTHONHASHSEED: "0" } };
const FIRST = `
import gc
import asyncio, csv, dataclasses, decimal, difflib, fractions, html, inspect, json, linecache, random, statistics, tokenize, xml.etree.ElementTree
import matplotlib.backends.backend_agg, matplotlib.backends.backend_svg, matplotlib.dates, matplotlib.pyplot
import numpy.ma, numpy.rec, pandas, pandas.io.formats.html, pandas.io.parsers
import scipy  # its parts come when first used
import sys
sys.path.insert(0, "/book")
import IPython.core.formatters, IPython.display
sys.path.remove("/book")
sys.path_importer_cache.clear()
gc.collect()
`;
const NATIVE = `
import json, sys
files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
json.dumps([one.removeprefix("${SITE}") for one in files if one.startswith("${SITE}") and one.endswith(".so")])
`;

// Not loadPackage(): it leaves an object behind that a snapshot refuses.
function unpack(python) {
  python.FS.mkdirTree("/book/IPython");
  python.FS.writeFile("/book/IPython/__init__.py", fs.readFileSync(shell));
  for (const entry of fs.readdirSync(site, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = path.join(entry.parentPath, entry.name);
    const target = SITE + path.relative(site, source).split(path.sep).join("/");
    python.FS.mkdirTree(path.posix.dirname(target));
    python.FS.writeFile(target, fs.readFileSync(source));
  }
}

// First run: which native libraries do the imports open, and in which order?
const probe = await loadPyodide(options);
unpack(probe);
probe.runPython(FIRST);
const libraries = JSON.parse(probe.runPython(NATIVE));

// Second run: the same imports with those libraries linked from the start, then the memory as it stands.
const { python, table } = await prepare(loadPyodide, { libraries, native: site + path.sep }, options);
unpack(python);
python.runPython(FIRST);
fs.writeFileSync(path.join(out, "snapshot.bin"), python.makeMemorySnapshot());
fs.writeFileSync(path.join(out, "snapshot.json"), JSON.stringify({ libraries, table }));
process.exit(0);
