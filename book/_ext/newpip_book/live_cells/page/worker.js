// The page's Python, in a worker of its own, so that the page stays quick while a cell runs.
// It is told {kind: "start", python, book}, then {kind: "run", number, code, alone} and {kind: "reset"}, one at a time.

let runner;
let loaded = 0;
const post = (message) => self.postMessage(message);

// Count bytes as they arrive, for the reader; what is fetched stays as it is.
const plain = self.fetch.bind(self);
self.fetch = async (...request) => {
  const answer = await plain(...request);
  if (!answer.ok || !answer.body) return answer;
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      post({ kind: "bytes", loaded });
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(counter), { status, statusText, headers });
};

async function start({ python: base, book }) {
  const step = (number) => post({ kind: "step", number });
  step(1);
  const { loadPyodide } = await import(new URL("pyodide.mjs", base));
  const python = await loadPyodide({
    indexURL: base,
    env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
    stdout: () => {},
  });
  step(2);
  const lock = await (await plain(new URL("pyodide-lock.json", base))).json();
  await python.loadPackage(Object.keys(lock.packages), { messageCallback: () => {} });
  step(3);
  python.unpackArchive(await (await self.fetch(book)).arrayBuffer(), "zip", { extractDir: "/book" });
  python.runPython("import os, sys; sys.path.insert(0, '/book'); os.makedirs('/book/chapters'); os.chdir('/book/chapters')");
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
