// A stand-in for Python, a few kilobytes instead of 38 MB: it asks for the same files in the same way, and a cell that
// is run prints which version each of them is of. A cell that holds the word "extra" imports a library on demand.
const text = (bytes) => new TextDecoder().decode(bytes).trim();
const fetched = async (address) => text(await (await fetch(address)).arrayBuffer());

export async function loadPyodide({ indexURL, createPyodideModule }) {
  const settings = { onPostCtors: [], wasmTable: { length: 7 }, preRun: [] };
  settings.loadDynamicLibrary = async (name) => text(await (await fetch(settings.locateFile(name))).arrayBuffer());
  const [library, engine] = await Promise.all(["python_stdlib.zip", "pyodide.asm.wasm"].map((name) => fetched(indexURL + name)));
  const module = await createPyodideModule(settings);
  const files = { library, engine, asm: module.version };
  let unpack;
  const modules = {
    wheels: { install: (_, given) => (unpack = given) },
    hashlib: { sha256: (bytes) => ({ hexdigest: () => sha256(bytes) }) },
    runner: { Runner: (post) => runner(post, files, () => files.extra || unpack("extra-1.whl")) },
  };
  return {
    unpackArchive: (bytes, kind, { extractDir }) => (files[kind === "wheel" ? "extra" : extractDir] = text(bytes)),
    runPython: () => {},
    setStdout: () => {},
    setStderr: () => {},
    setInterruptBuffer: () => {},
    toPy: (one) => one,
    pyimport: (name) => modules[name],
  };
}

function runner(post, files, extra) {
  const say = (message) => post(JSON.stringify(message));
  const run_cell = (number, code, drawn, run) => {
    try {
      if (code.includes("extra")) extra();
      say({ kind: "stream", run, name: "stdout", text: `${JSON.stringify(files)}\n` });
      return true;
    } catch (error) {
      say({ kind: "error", run, last: String(error), short: String(error), full: String(error) });
      return false;
    }
  };
  return { run: run_cell, run_alone: run_cell, interrupt: () => {} };
}

// As FIPS 180-4 has it: the real Python has its own, and a worker's is never at once.
function sha256(bytes) {
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const part = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((one) => n % one)) primes.push(n);
  const rounds = primes.map((one) => part(Math.cbrt(one)));
  let state = primes.slice(0, 8).map((one) => part(Math.sqrt(one)));
  const padded = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6));
  bytes.forEach((one, at) => padded.setUint8(at, one));
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  for (let from = 0; from < padded.byteLength; from += 64) {
    const w = Array.from({ length: 16 }, (_, at) => padded.getInt32(from + 4 * at));
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [w[i - 15], w[i - 2]];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    state = state.map((one, at) => (one + [a, b, c, d, e, f, g, h][at]) | 0);
  }
  return state.map((one) => (one >>> 0).toString(16).padStart(8, "0")).join("");
}
