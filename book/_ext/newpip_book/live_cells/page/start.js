// Loads Python into the page's worker: every file is held to its digest, and what fails or falls silent ends the load.

import { OtherTable, restore } from "./load.js";
import { LIMITS, whole, within } from "./transfer.js";

const NATIVE = "native:/";
const ENVIRONMENT = { MPLBACKEND: "agg", HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
const gunzip = (body) => body.pipeThrough(new DecompressionStream("gzip"));
const native = new Map(); // what Python links before its files are there

// The files of one version of the book, by the digests of its manifest; bytes are counted as they arrive, for the reader.
class Files {
  constructor({ root, folder, digests }, post) {
    Object.assign(this, { root, base: root + folder, digests, post, loaded: 0 });
  }

  digest(address) {
    return this.digests[decodeURI(address.slice(this.root.length))];
  }

  count(bytes) {
    this.post({ kind: "bytes", loaded: (this.loaded += bytes) });
  }

  async bytes(name, { signal, unpack } = {}) {
    const address = new URL(name, this.base).href;
    return new Uint8Array(await whole(address, this.digest(address), { signal, unpack, hear: (bytes) => this.count(bytes) }));
  }

  // A cell cannot wait, so neither does this. Asked again, it goes past the browser's own cache.
  now(name, again = "") {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(name + again, this.base), false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(request.status === 404 ? "it is no longer there; reload the page" : `the server answered ${request.status}`);
    this.count(request.response.byteLength);
    return request.response;
  }
}

// Python asks by itself for what it begins with: unpacked where it lies packed, or handed out where it is here already.
// It does not hear of a failure: whoever waits for Python does.
function answer(files, failed) {
  self.fetch = async (address) => {
    const name = String(address);
    if (name.startsWith(NATIVE)) return new Response(native.get(name.slice(NATIVE.length)));
    const wasm = name.endsWith(".wasm");
    try {
      const bytes = await files.bytes(wasm ? `${name}.gz` : name, { unpack: wasm ? gunzip : undefined });
      return new Response(bytes, { headers: { "Content-Type": wasm ? "application/wasm" : "application/octet-stream" } });
    } catch (error) {
      failed(error);
      throw error;
    }
  };
}

// Python with what chapters use first in its memory already. Where this engine is not like the one in which that memory
// was taken, or has no room for it, there is none.
async function restored(loadPyodide, files, about) {
  const stop = new AbortController();
  const memory = files.bytes("snapshot.bin.gz", { signal: stop.signal, unpack: gunzip });
  memory.catch(() => {}); // whoever waits for it hears of it
  try {
    const [libraries, first] = await Promise.all([files.bytes("native.bin.gz", { unpack: gunzip }), files.bytes("first.zip")]);
    let at = 0;
    for (const [name, size] of about.libraries) native.set(name, libraries.subarray(at, (at += size)));
    const names = about.libraries.map(([name]) => name);
    const options = { indexURL: files.base, env: ENVIRONMENT, stdout: () => {} };
    const python = await restore(loadPyodide, { libraries: names, table: about.table, memory, native: NATIVE }, options);
    python.unpackArchive(first, "zip", { extractDir: about.site });
    python.runPython("import random; random.seed(); import numpy; numpy.random.seed(); del random, numpy");
    return python;
  } catch (error) {
    stop.abort();
    if (!(error instanceof OtherTable || error instanceof RangeError)) throw error;
    console.info(`Python starts the long way: ${error.message}`);
    return null;
  } finally {
    native.clear();
  }
}

// Unpack a library when a cell first imports it.
function unpack(python, files, name, site) {
  const sum = python.pyimport("hashlib").sha256;
  const wanted = files.digest(new URL(name, files.base).href);
  const right = (bytes) => sum(python.toPy(new Uint8Array(bytes))).hexdigest() === wanted;
  files.post({ kind: "bytes", fetching: name.split("-")[0] });
  let bytes = files.now(name);
  if (!right(bytes)) bytes = files.now(name, "?again");
  if (!right(bytes)) throw new Error("what came is not what this book holds");
  python.unpackArchive(bytes, "wheel", { extractDir: site });
}

async function load({ book, chapters }, files, post) {
  const step = (number) => post({ kind: "step", number });
  step(1);
  const about = JSON.parse(new TextDecoder().decode(await files.bytes("snapshot.json")));
  const modules = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => within(4 * LIMITS.silence, import(files.base + name), name));
  const [{ loadPyodide }] = await Promise.all(modules);
  const python = (await restored(loadPyodide, files, about)) || (await loadPyodide({ indexURL: files.base, env: ENVIRONMENT, stdout: () => {} }));
  step(2);
  python.unpackArchive(await files.bytes(files.root + book), "zip", { extractDir: "/book" });
  python.runPython("import os, sys; sys.path.insert(0, '/book'); os.makedirs('/book/chapters'); os.chdir('/book/chapters')");
  python.pyimport("wheels").install(python.toPy(about.wheels), (name) => unpack(python, files, name, about.site));
  return { python, runner: python.pyimport("runner").Runner((message) => post(JSON.parse(message))) };
}

// Start Python and what runs the cells, or fail as soon as anything that it needs does.
export async function start(told, post) {
  const files = new Files(told, post);
  let failed;
  const broken = new Promise((_, fail) => (failed = fail));
  answer(files, failed);
  return Promise.race([load(told, files, post), broken]);
}
