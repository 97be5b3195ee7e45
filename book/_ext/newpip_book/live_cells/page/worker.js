// The page's Python, in a worker of its own, so that the page stays quick while a cell runs.
// It is told {kind: "start", python, book, stop}, then {kind: "run", number, code, alone, drawn, run, stop}, one at a time.

import { OtherTable, restore } from "./load.js";

let runner;
let loaded = 0;
let base;
const native = new Map(); // what Python links before its files are there
const post = (message) => self.postMessage(message);
const count = (bytes) => post({ kind: "bytes", loaded: (loaded += bytes) });
const NATIVE = "native:/";
const ENVIRONMENT = { MPLBACKEND: "agg", HOME: "/home/pyodide", PYTHONHASHSEED: "0" };

// Count bytes as they arrive, for the reader; unpack what lies packed; hand out what is here already.
const plain = self.fetch.bind(self);
self.fetch = async (address, options) => {
  const name = String(address);
  if (name.startsWith(NATIVE)) return new Response(native.get(name.slice(NATIVE.length)));
  const packed = name.endsWith(".wasm") ? `${name}.gz` : name;
  const answer = await plain(packed, options);
  if (!answer.ok) throw new Error(`${packed.split("/").pop()}: ${answer.status}`);
  const counter = new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const counted = answer.body.pipeThrough(counter);
  const { status, statusText } = answer;
  if (!packed.endsWith(".gz")) return new Response(counted, { status, statusText, headers: answer.headers });
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(counted.pipeThrough(new DecompressionStream("gzip")), { status, statusText, headers: { "Content-Type": type } });
};
const bytes = async (name, options) => new Uint8Array(await (await self.fetch(new URL(name, base), options)).arrayBuffer());

// Python with what chapters use first in its memory already. Where this engine is not like the one in which that memory
// was taken, or has no room for it, there is none.
async function restored(loadPyodide, about) {
  const stop = new AbortController();
  const memory = bytes("snapshot.bin.gz", { signal: stop.signal });
  memory.catch(() => {}); // whoever waits for it hears of it
  try {
    const [libraries, first] = await Promise.all([bytes("native.bin.gz"), bytes("first.zip")]);
    let at = 0;
    for (const [name, size] of about.libraries) native.set(name, libraries.subarray(at, (at += size)));
    const names = about.libraries.map(([name]) => name);
    const options = { indexURL: base, env: ENVIRONMENT, stdout: () => {} };
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

// Unpack a library when a cell first imports it: a cell cannot wait, so neither does this.
function unpack(python, name, site) {
  const request = new XMLHttpRequest();
  request.open("GET", new URL(name, base), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${name}: ${request.status}`);
  count(request.response.byteLength);
  python.unpackArchive(request.response, "wheel", { extractDir: site });
}

async function start({ python: place, book, stop }) {
  base = place;
  const step = (number) => post({ kind: "step", number });
  step(1);
  const { loadPyodide } = await import(new URL("pyodide.mjs", base));
  const about = await (await plain(new URL("snapshot.json", base))).json();
  const python = (await restored(loadPyodide, about)) || (await loadPyodide({ indexURL: base, env: ENVIRONMENT, stdout: () => {} }));
  step(2);
  python.unpackArchive(await (await self.fetch(book)).arrayBuffer(), "zip", { extractDir: "/book" });
  python.runPython("import os, sys; sys.path.insert(0, '/book'); os.makedirs('/book/chapters'); os.chdir('/book/chapters')");
  python.pyimport("wheels").install(python.toPy(about.wheels), (name) => unpack(python, name, about.site));
  runner = python.pyimport("runner").Runner((message) => post(JSON.parse(message)));
  python.setStdout({ write: (bytes) => printed("stdout", bytes) });
  python.setStderr({ write: (bytes) => printed("stderr", bytes) });
  post({ kind: "ready", gentle: interruptible(python, stop) });
}

// What is printed below Python's own streams, such as by a library in C, while Python cannot be asked anything.
const BELOW = 100_000; // characters of a cell
const letters = { stdout: new TextDecoder(), stderr: new TextDecoder() };
let runs = 0; // the run that it belongs to
let below = 0;

function printed(name, bytes) {
  const text = letters[name].decode(bytes.slice(), { stream: true });
  if (below < BELOW) post({ kind: "stream", run: runs, name, text: text.slice(0, BELOW - below) });
  below += text.length;
  return bytes.length;
}

// While Python runs, no message reaches it. But an address of the page's own that the page has taken back cannot be read
// any more: Python looks now and then, and takes that for an interrupt. Where a policy forbids it, Stop ends Python.
const LOOK = 200; // milliseconds
let going; // the address of the cell that runs

function isGone(address) {
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    return request.status !== 200;
  } catch {
    return true;
  }
}

function interruptible(python, address) {
  if (isGone(address)) return false;
  let looked = 0;
  const INTERRUPT = 2;
  python.setInterruptBuffer({
    get 0() {
      if (!going || performance.now() - looked < LOOK) return 0;
      const gone = isGone(going);
      looked = performance.now();
      if (gone) going = null;
      return gone ? INTERRUPT : 0;
    },
    set 0(seen) {},
  });
  return true;
}

async function run({ number, code, alone, drawn, run, stop }) {
  going = stop;
  runs = run;
  below = 0;
  try {
    const ok = await (alone ? runner.run_alone(number, code, drawn, run) : runner.run(number, code, drawn, run));
    post({ kind: "done", ok });
  } catch (error) {
    if (error.name === "PythonError") {
      // Of what runs the cells, not of Python: the cell failed, and Python goes on.
      const last = error.message.trim().split("\n").at(-1);
      post({ kind: "error", run, last, short: last, full: error.message });
      post({ kind: "done", ok: false });
      return;
    }
    // Python itself stopped, for want of memory or by too deep a recursion: it cannot go on.
    post({ kind: "fatal", message: String(error.message || error).split("\n")[0] });
  } finally {
    going = null;
  }
}

self.onmessage = async ({ data }) => {
  if (data.kind === "run") await run(data);
  else if (data.kind === "interrupt") runner.interrupt();
  else await start(data).catch((error) => post({ kind: "fatal", message: String(error.message || error) }));
};
