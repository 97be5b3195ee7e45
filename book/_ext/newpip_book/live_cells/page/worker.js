// The page's Python, in a worker of its own, so that the page stays quick while a cell runs.
// It is told {kind: "start", python, book}, then {kind: "run", number, code, alone} and {kind: "reset"}, one at a time.

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

async function start({ python: place, book }) {
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
  post({ kind: "ready" });
}

function run({ number, code, alone, drawn }) {
  let ok = false;
  try {
    ok = alone ? runner.run_alone(number, code, drawn) : runner.run(number, code, drawn);
    post({ kind: "done", ok });
  } catch (error) {
    // Python itself stopped, for want of memory or by too deep a recursion: it cannot go on.
    post({ kind: "fatal", message: String(error.message || error).split("\n")[0] });
  }
}

self.onmessage = async ({ data }) => {
  if (data.kind === "run") run(data);
  else if (data.kind === "reset") runner.reset();
  else await start(data).catch((error) => post({ kind: "fatal", message: String(error.message || error) }));
};
