// What the service worker, the page and its Python share: everything that is fetched ends, and is what its digest says.
// A service worker cannot import modules in every browser: the build puts this file before service-worker.js.

export const LIMITS = { answer: 3000, storage: 1000, silence: 30_000, portion: 20_000 }; // milliseconds

const plain = self.fetch.bind(self); // Python's worker puts another in its place

export class Silent extends Error {}
export class Wrong extends Error {}

// A promise that fails when nothing came of it in time.
export function within(limit, promise, what) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Silent(`${what}: nothing came for ${Math.ceil(limit / 1000)} s`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// An answer in time, or the connection is given up: a browser has few of them for one server.
export async function answerOf(request, what, { signal, limit = LIMITS.silence, ...options } = {}) {
  const stop = new AbortController();
  if (signal?.aborted) throw signal.reason;
  signal?.addEventListener("abort", () => stop.abort(signal.reason));
  try {
    return await within(limit, plain(request, { ...options, signal: stop.signal }), what);
  } catch (error) {
    stop.abort();
    throw error;
  }
}

// Without a secure connection browsers offer no digests, and no service worker either: then there is nothing to compare.
export async function digest(bytes) {
  if (!self.crypto.subtle) return null;
  const found = new Uint8Array(await self.crypto.subtle.digest("SHA-256", bytes));
  return Array.from(found, (one) => one.toString(16).padStart(2, "0")).join("");
}

export const short = (address) => decodeURI(new URL(address).pathname.split("/").pop());

// Hand a body on as it comes; it fails at its end where its bytes are others than its digest says, or come no more.
// `ended` holds the bytes when all is well, and nothing when they are not wanted any longer.
export function held(answer, what, sha256, hear = () => {}) {
  const reader = answer.body.getReader();
  const parts = [];
  let finish;
  const ended = new Promise((done, failed) => (finish = { done, failed }));
  ended.catch(() => {}); // whoever reads the body hears of it
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await within(LIMITS.silence, reader.read(), what);
        if (!done) {
          parts.push(value.slice());
          hear(value.byteLength);
          controller.enqueue(value);
          return;
        }
        const bytes = await new Blob(parts).arrayBuffer();
        const found = await digest(bytes);
        if (found && found !== sha256) throw new Wrong(`${what}: not what this book holds`);
        finish.done(bytes);
        controller.close();
      } catch (error) {
        reader.cancel().catch(() => {}); // it failed already
        finish.failed(error);
        controller.error(error);
      }
    },
    cancel(why) {
      finish.done(null);
      return reader.cancel(why);
    },
  });
  return { body, ended };
}

// Fetch a file whole, and once more past the browser's own cache where it came broken or wrong.
export async function whole(address, sha256, { signal, hear, cache = "default", unpack = (body) => body } = {}) {
  let counted = 0;
  const count = (bytes) => {
    counted += bytes;
    hear?.(bytes);
  };
  const once = async (mode) => {
    const answer = await answerOf(address, short(address), { signal, cache: mode });
    if (!answer.ok) throw Object.assign(new Error(`${short(address)}: ${answer.status}`), { status: answer.status });
    return new Response(unpack(held(answer, short(address), sha256, count).body)).arrayBuffer();
  };
  try {
    return await once(cache);
  } catch (error) {
    if (signal?.aborted || error instanceof Silent || error.status) throw error;
    hear?.(-counted);
    return once("reload").catch((again) => {
      throw again instanceof TypeError ? new Error(`${short(address)}: the connection was cut`) : again;
    });
  }
}
