// Keeps what a reader has loaded, so that every chapter runs without a network. It is set up when they first run a cell.
// What lies under _run/ has its digest in its name and never changes; all else is asked for anew wherever there is a network.
const CACHE = "newpip-book";
const lasting = (url) => /\/_run\/[^/]+-[0-9a-f]{12}\//.test(url.pathname);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(self.registration.scope)) return;
  event.respondWith(lasting(url) ? kept(event.request) : fresh(event.request));
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url)) || add(cache, request.url);
}

async function fresh(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && (await cache.match(request, { ignoreSearch: true }))) await cache.put(request.url.split(/[?#]/)[0], answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match(request, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}

async function add(cache, address) {
  const answer = await fetch(address);
  if (answer.ok) await cache.put(address, answer.clone()).catch(() => console.warn("No room to keep", address));
  return answer;
}

// The page hands over the addresses of all that belongs to the book as it is now; what is no longer among them goes.
self.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep, event.ports[0])));

async function keep(addresses, port) {
  const cache = await caches.open(CACHE);
  const wanted = new Set(addresses);
  const there = new Set();
  for (const { url } of await cache.keys()) {
    if (wanted.has(url)) there.add(url);
    else await cache.delete(url);
  }
  const answers = [];
  for (const address of wanted) {
    if (!there.has(address)) answers.push((await add(cache, address).catch(() => null))?.ok || false);
  }
  port.postMessage({ kept: answers.every(Boolean) });
}
