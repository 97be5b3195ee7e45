// Keeps the book for reading without a network. It is set up when a reader first runs a cell.
// A server that answers comes first, always. What is kept lies under its digest, and one entry, put when all the files of a
// version are there, says which version that is: readers without a network have the old one whole, or the new one whole.

const SCOPE = self.registration.scope;
const STORE = `newpip-book ${new URL(SCOPE).pathname}`;
const MANIFEST = "_run/manifest.json";
const KEPT = `${SCOPE}?kept`; // the manifest of the version that is here whole
const NAMED = /^_run\/[^/]+-[0-9a-f]{12}\//; // folders whose names tell their content
const TYPES = {
  ...{ html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", mjs: "text/javascript" },
  ...{ json: "application/json", svg: "image/svg+xml", png: "image/png", woff2: "font/woff2", ttf: "font/ttf" },
};

const place = (sha256) => `${SCOPE}?sha256=${sha256}`;
const address = (name) => SCOPE + name.split("/").map(encodeURIComponent).join("/");
const pause = (time) => new Promise((done) => setTimeout(done, time));

let broken = 0; // until when this browser's storage is left alone
let asking; // the server's manifest, while it is fetched
let offered; // and when it was
const wrong = new Set(); // digests of which something else came
const tabs = new Map(); // from a tab to the page that it shows: its name and digest

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  const name = nameOf(request.url);
  event.respondWith(request.mode === "navigate" ? page(event, name) : part(event, name));
});

function nameOf(url) {
  const [path] = url.slice(SCOPE.length).split(/[?#]/);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// ---- What is kept. Storage that fails, or does not answer, counts as empty.

async function stored(work) {
  if (Date.now() < broken) return undefined;
  try {
    return await within(LIMITS.storage, work(), "storage");
  } catch (error) {
    if (error instanceof Silent) broken = Date.now() + 60_000;
    return undefined;
  }
}

const take = (at) => stored(async () => (await caches.open(STORE)).match(at));
const kept = async () => (await take(KEPT))?.json().catch(() => undefined);

// Here a failure is told, and what does not answer has failed.
const using = async (work) => within(LIMITS.silence, caches.open(STORE).then(work), "storage");
const put = (at, answer) => using((store) => store.put(at, answer));
const places = () => using(async (store) => new Set((await store.keys()).map(({ url }) => url)));

// Let go of what this version does not hold.
function clear(version) {
  const wanted = new Set(Object.values(version?.files || {}).map(place));
  return using(async (store) => {
    for (const { url } of await store.keys()) if (url !== KEPT && !wanted.has(url)) await store.delete(url);
  });
}

// ---- What the server has.

function ask(limit = LIMITS.answer) {
  asking ??= answerOf(SCOPE + MANIFEST, MANIFEST, { limit, cache: "no-cache" })
    .then((answer) => within(limit, answer.json(), MANIFEST))
    .then((found) => (offered = found.files ? found : undefined))
    .catch(() => undefined)
    .finally(() => (asking = undefined));
  return asking;
}

function answered(name, body, headers) {
  const told = new Headers(headers);
  for (const gone of ["content-encoding", "content-length"]) told.delete(gone);
  told.set("content-type", TYPES[name.split(".").pop()] || "application/octet-stream");
  return new Response(body, { headers: told });
}

// A file as the server has it now, held to its digest and kept once it is whole.
async function fresh(event, name, sha256) {
  const { cache, signal } = event.request;
  const mode = wrong.has(sha256) ? "reload" : cache;
  const answer = await answerOf(event.request.url, name, { cache: mode, signal });
  if (!answer.ok) return answer;
  const { body, ended } = held(answer, name, sha256);
  const store = (bytes) => bytes && put(place(sha256), answered(name, bytes, answer.headers));
  event.waitUntil(ended.then(store).catch((error) => error instanceof Wrong && wrong.add(sha256)));
  return answered(name, body, answer.headers);
}

// ---- Pages: from the network, or the kept copy where it fails, or does not answer soon.

async function page(event, name) {
  const stop = new AbortController();
  const network = read(event.request, stop.signal);
  network.catch(() => {}); // asked again below
  const [copy, first] = await Promise.all([kept(), Promise.race([network.catch(() => null), pause(LIMITS.answer)])]);
  if (first?.answer.status < 500) return shown(event, first, file(copy, name));
  const found = copy && (await copyOf(event, copy, name));
  if (found) {
    stop.abort();
    return found;
  }
  if (first) return first.answer;
  return network.then((late) => late.answer).catch(() => fetch(event.request));
}

// A page of HTML is read to its end before it is shown: a connection may be cut inside it.
async function read(request, signal) {
  const answer = await fetch(request, { signal, cache: "no-cache" });
  if (!answer.ok || !/html/.test(answer.headers.get("content-type"))) return { answer };
  const bytes = await answer.arrayBuffer();
  const headers = new Headers(answer.headers);
  for (const gone of ["content-encoding", "content-length"]) headers.delete(gone);
  return { bytes, answer: new Response(bytes, { status: answer.status, statusText: answer.statusText, headers }) };
}

async function shown(event, { bytes, answer }, found) {
  remember(event.resultingClientId, found, bytes && found ? await digest(bytes) : null);
  return answer;
}

function remember(tab, name, sha256) {
  tabs.set(tab, { name, sha256 });
  if (tabs.size > 200) tabs.delete(tabs.keys().next().value);
}

// The file behind an address, as hosts find it: of a folder, and without its ending.
const file = (copy, name) => [name, `${name}.html`, `${name.replace(/\/?$/, "/").replace(/^\//, "")}index.html`].find((one) => copy?.files[one]);

async function copyOf(event, copy, name) {
  const found = file(copy, name);
  const answer = found && (await take(place(copy.files[found])));
  if (!answer) return undefined;
  if (found === `${name}/index.html`) return Response.redirect(event.request.url.replace(/(?=[?#]|$)/, "/"));
  remember(event.resultingClientId, found, copy.files[found]);
  return answer;
}

// ---- What pages are made of: of the version of the page that asks, or of the version it names by `?of=`.

async function part(event, name) {
  const { request } = event;
  const copy = await kept();
  const tab = tabs.get(event.clientId);
  const of = new URL(request.url).searchParams.get("of");
  const same = copy && (of ? of === copy.version : tab && tab.sha256 === copy.files[tab.name]);
  if (NAMED.test(name)) return lasting(event, name, copy);
  if (same) {
    const found = await take(name === MANIFEST ? KEPT : place(copy.files[name]));
    if (found) return found;
  }
  const otherwise = !copy || (!same && (of || tab)) ? () => undefined : () => take(place(copy.files[name]));
  return first(request, name, otherwise);
}

async function lasting(event, name, copy) {
  const known = (one) => one?.files[name];
  const sha256 = known(copy) || known(offered) || known(await ask());
  if (!sha256) return answerOf(event.request, name);
  const found = event.request.cache !== "reload" && (await take(place(sha256)));
  return found || fresh(event, name, sha256);
}

// From the network, or else what is kept, where the page's version is not known, or a file of it is missing here.
async function first(request, name, otherwise) {
  const stop = new AbortController();
  const cache = name.endsWith(".html") ? "no-cache" : request.cache;
  const network = answerOf(request, name, { signal: stop.signal, cache });
  const answer = await Promise.race([network.catch(() => null), pause(LIMITS.answer)]);
  if (answer?.status < 500) return answer;
  const found = await otherwise();
  if (!found) return network;
  stop.abort();
  return found;
}

// ---- Keeping: a page names its version, and asks again until all of it is here or it is told why not.

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  port.postMessage({ heard: true });
  event.waitUntil(keep(event.data.keep).then((told) => port.postMessage(told)));
});

async function keep(version) {
  try {
    const [now, copy] = [await ask(LIMITS.silence), await kept()];
    const wanted = [now, copy].find((one) => one?.version === version);
    if (!wanted) return { kept: false, why: "version" };
    const left = await gather(wanted).catch(async (error) => {
      if (error.name === "QuotaExceededError") await clear(copy);
      throw error;
    });
    if (left) return { left };
    if (copy?.version !== version) await put(KEPT, new Response(JSON.stringify(wanted)));
    if ((await kept())?.version !== version) return { kept: false, why: "storage" };
    await clear(wanted);
    return { kept: true };
  } catch (error) {
    return { kept: false, why: error.network ? "network" : error.name === "QuotaExceededError" ? "room" : "storage" };
  }
}

// Fetch what is missing, for a while; say how much is left, or none when every file is here.
async function gather({ files, size }) {
  const { quota } = (await navigator.storage?.estimate?.()) || {}; // which not every browser tells
  if (quota < size) throw new DOMException("no room", "QuotaExceededError");
  const until = Date.now() + LIMITS.portion;
  const missing = async () => {
    const there = await places();
    return Object.keys(files).filter((name) => !there.has(place(files[name])));
  };
  const names = await missing();
  for (const [done, name] of names.entries()) {
    if (Date.now() > until) return names.length - done;
    const content = await whole(address(name), files[name], { cache: "no-cache" }).catch((error) => {
      throw Object.assign(error, { network: true });
    });
    await put(place(files[name]), answered(name, content));
  }
  if ((await missing()).length) throw new Error("what was put is not there");
  return 0;
}
