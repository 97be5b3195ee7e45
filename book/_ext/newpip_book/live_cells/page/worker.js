// The page's Python, in a worker of its own, so that the page stays quick while a cell runs.
// It is told {kind: "start", stop, ...}, then {kind: "run", number, code, alone, drawn, run, stop}, one at a time; a reader's
// files come with the function that takes them, as {call, files}, and the code then runs on what it makes of them.

import { start } from "./start.js";

let runner, python;
const post = (message) => self.postMessage(message);

async function begin(data) {
  ({ python, runner } = await start(data, post));
  python.setStdout({ write: (bytes) => printed("stdout", bytes) });
  python.setStderr({ write: (bytes) => printed("stderr", bytes) });
  post({ kind: "ready", gentle: interruptible(python, data.stop) });
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

async function run({ number, code, alone, call, files, drawn, run, stop }) {
  going = stop;
  runs = run;
  below = 0;
  try {
    const ok = await (files ? runner.run_on_files(call, python.toPy(files), code, drawn, run) : alone ? runner.run_alone(number, code, drawn, run) : runner.run(number, code, drawn, run));
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

// This is heard while a cell waits for something: no address is to interrupt Python as well, which would meet our own code.
function interrupt() {
  going = null;
  runner.interrupt();
}

self.onmessage = async ({ data }) => {
  if (data.kind === "run") await run(data);
  else if (data.kind === "interrupt") interrupt();
  else await begin(data).catch((error) => post({ kind: "fatal", message: String(error.message || error) }));
};
