// The service worker: keeps one whole build on the phone, so that any address opens without a network.
// It answers only for the files of its build and for navigations; it never touches IndexedDB or the server's own paths.
// Invariant: one cache is one build. A file's key holds its hash, so files of two builds are never mixed.
const BUILD = "{{build}}";
// [path, first 16 hex digits of its SHA-256]
const FILES = JSON.parse('{{files}}');

const CACHE = `zoufang-${BUILD}`;
const KEYS = new Map(FILES.map(([path, hash]) => [path, `${path}?sha256=${hash}`]));
// A navigation to one of these is the server's to answer (health, a download, a metrics page), never the app's.
const SERVER = /^\/(sync|auth|ask|page|blob|admin|export|health|metrics)(\/|$)/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

// The app asks the person first; no version takes over by itself.
self.addEventListener("message", (event) => {
  if (event.data?.type === "skip-waiting") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (!SERVER.test(url.pathname)) event.respondWith(answer("/", request));
  } else if (KEYS.has(url.pathname)) {
    event.respondWith(answer(url.pathname, request));
  }
});

// From the cache first; where the system has cleared it, from the network.
async function answer(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(KEYS.get(path))) ?? fetch(request);
}

// All or nothing: a missing file fails the installation and the old version stays.
// What an interrupted try has fetched is kept under its hash, and so is what the old version has: only the rest is fetched.
async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    [...KEYS].map(async ([path, key]) => {
      if (await cache.match(key)) return;
      await cache.put(key, (await caches.match(key)) ?? (await download(path, key)));
    }),
  );
}

// The hash is checked, so that a server that was updated in between cannot mix two builds.
async function download(path, key) {
  const cache = path.startsWith("/assets/") ? "default" : "no-cache";
  const response = await fetch(path, { cache, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const hex = [...new Uint8Array(digest.slice(0, 8))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  if (!key.endsWith(`=${hex}`)) throw new Error(`${path}: not of this build`);
  return response;
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("zoufang-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // Only the first visit has no worker yet: the page that installed it is served by it from now on.
  await self.clients.claim();
}
