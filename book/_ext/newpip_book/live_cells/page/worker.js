// The page's Python, in a worker of its own, so that the page stays quick while a cell runs.
// It is told {kind: "start", ...}, then {kind: "run", number, code, alone} and {kind: "reset"}, one at a time.

import { start } from "./start.js";

let runner;
const post = (message) => self.postMessage(message);

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
  else runner = await start(data, post).catch((error) => post({ kind: "fatal", message: String(error.message || error) }));
};
