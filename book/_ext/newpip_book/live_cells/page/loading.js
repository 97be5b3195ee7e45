// Loads the page's Python: a service worker first, which keeps what comes; then every script and file, held to its digest.

import { LIMITS, whole, within } from "./transfer.js";

const STEPS = ["Python and its libraries", "the book's data and functions"];

// What there is to say about keeping; where the network failed, nothing.
export const TOLD = {
  kept: "Kept in this browser: every chapter now runs without a network.",
  room: "Not kept for reading without a network: this browser has no room for it.",
  storage: "Not kept for reading without a network: this browser does not store it.",
};

// A service worker keeps what is loaded, where the browser allows one; without it the browser's own cache has to do.
async function watch(root) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return null;
  try {
    const registration = await within(LIMITS.answer, registered(serviceWorker, root), "service worker");
    await within(LIMITS.answer, serviceWorker.ready, "service worker");
    if (!serviceWorker.controller) {
      const taken = new Promise((done) => serviceWorker.addEventListener("controllerchange", done, { once: true }));
      await within(LIMITS.answer, taken, "service worker").catch(() => {}); // a forced reload is never controlled
    }
    return registration;
  } catch (error) {
    console.info("Nothing will be kept for reading without a network:", error.message);
    return null;
  }
}

// One that is there is not registered again: while the browser looks for a newer one, that would have to wait.
async function registered(serviceWorker, root) {
  const there = await serviceWorker.getRegistration(root);
  if (there?.active && there.scope === root.href) return there;
  return serviceWorker.register(new URL("service-worker.js", root), { updateViaCache: "none" });
}

// Start Python's worker with the files of this version. Fails as soon as `signal` does.
export async function load({ root, manifest, signal }) {
  await watch(root);
  signal.throwIfAborted();
  const fetched = (name) => whole(new URL(`${name}?of=${manifest.version}`, root), manifest.files[name], { signal });
  // Scripts are fetched before they are imported: an import that failed is not tried again by every browser.
  const scripts = Object.keys(manifest.files).filter((name) => name.startsWith(manifest.book) && name.endsWith(".js"));
  const [results] = await Promise.all([fetched(`${manifest.book}published.json`), ...scripts.map((name) => fetched(name))]);
  const { Output, display } = await within(LIMITS.silence, import(new URL(`${manifest.book}output.js`, root)), "output.js").catch((error) => {
    throw Object.assign(error, { reload: true });
  });
  signal.throwIfAborted();
  const worker = new Worker(new URL(`${manifest.book}worker.js`, root), { type: "module" });
  const message = { kind: "start", root: root.href, folder: manifest.python, book: `${manifest.book}book.zip`, digests: manifest.files };
  return { worker, message, Output, display, results: JSON.parse(new TextDecoder().decode(results)) };
}

// Ask the service worker to keep this version, portion by portion; return whether it is kept, or why not.
export async function keep(root, version) {
  for (;;) {
    const registration = await watch(root);
    if (!registration) return {};
    const said = await asked(registration.active, version);
    const told = said && said.why !== "storage" ? said : (await renewed(registration, version)) || said;
    if (!told?.left) return told || {};
  }
}

// One that gives no sign, or cannot store, may have come broken, or another has taken its place: its script is fetched again.
async function renewed(registration, version) {
  await within(LIMITS.silence, registration.update(), "service worker").catch(() => {});
  const { installing, waiting, active } = registration;
  return asked(installing || waiting || active, version);
}

async function asked(worker, version) {
  const { port1, port2 } = new MessageChannel();
  const told = [];
  let next;
  port1.onmessage = ({ data }) => (next ? next(data) : told.push(data));
  const answer = () => (told.length ? Promise.resolve(told.shift()) : new Promise((done) => (next = done)));
  try {
    worker.postMessage({ keep: version }, [port2]);
    await within(LIMITS.answer, answer(), "service worker");
    next = null;
    return await within(LIMITS.portion + 4 * LIMITS.silence, answer(), "service worker");
  } catch (error) {
    console.info("Not kept:", error.message);
    return null;
  } finally {
    port1.close();
  }
}

// What a reader sees while Python comes: which step, how much of how much, for how long, and how long it took before.
export class Progress {
  constructor(chapter, { root, total }) {
    Object.assign(this, { chapter, total, key: `newpip-load ${root.pathname}`, began: Date.now(), loaded: 0, step: 1, heard: Date.now() });
    this.before = remembered(this.key);
    this.clock = setInterval(() => this.show(), 1000);
    this.hear({});
  }

  hear({ kind, number, loaded }) {
    this.heard = Date.now();
    if (kind === "step") this.step = number;
    if (kind === "step") this.chapter.live.textContent = `Loading ${STEPS[number - 1]}, step ${number} of ${STEPS.length}.`;
    if (loaded !== undefined) this.loaded = loaded;
    this.show();
  }

  show() {
    const { bar, status } = this.chapter;
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const total = Math.max(this.total, this.loaded); // where a browser does not take the snapshot, more comes
    if (this.loaded) Object.assign(bar, { hidden: false, max: total, value: this.loaded });
    const amount = this.loaded ? `: ${megabytes(this.loaded)} of ${megabytes(total)} MB` : "";
    const quiet = Math.round((Date.now() - this.heard) / 1000);
    const sign = quiet < 5 ? "" : ` Nothing new for ${quiet} s; Stop ends it.`;
    const before = this.before ? `; it took ${this.before} s before` : "";
    status.textContent = `Step ${this.step} of ${STEPS.length}, ${STEPS[this.step - 1]}${amount}, ${seconds(this.began)} s${before}.${sign}`;
    this.chapter.current?.say(status.textContent, "loading");
  }

  end(done) {
    clearInterval(this.clock);
    if (done) remember(this.key, seconds(this.began));
  }
}

const seconds = (since) => Math.round((Date.now() - since) / 1000);

// Where the browser refuses to remember, nothing is remembered.
function remembered(key) {
  try {
    return Number(localStorage.getItem(key));
  } catch {
    return 0;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, Math.max(1, value));
  } catch (error) {
    console.info("Not remembered:", error.message);
  }
}
