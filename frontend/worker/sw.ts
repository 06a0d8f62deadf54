/**
 * Parley without a network: the files of one version of the app, kept on the device.
 *
 * A page is of one version from its load to its end. The next version is fetched beside it, and takes over when the
 * user says so or when no page is open any more; the files of the version before stay for pages that still run.
 * The APIs are never answered from here.
 */
declare const self: ServiceWorkerGlobalScope;

/** Made by the build (scripts/service-worker.ts). */
declare const BUILD: {
  /** Another one with every change of any file. */
  readonly version: string;
  /** Paths of all files. */
  readonly files: readonly string[];
};

const PREFIX = "parley-";
const CACHE = PREFIX + BUILD.version;
const SHELL = "/index.html";
/** Paths that are the server's: REST, the WebSocket, and what the local gateway has for developers. */
const SERVERS = ["/api", "/ws", "/_gateway"];

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOld()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Tags are a room and a message's number.
  event.waitUntil(open(`/rooms/${event.notification.tag.split("/")[0] ?? ""}`));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || isServers(pathname)) return;
  const isFile = pathname.split("/").pop()?.includes(".") === true;
  if (request.mode === "navigate" && !isFile) event.respondWith(shell(request));
  else if (pathname.startsWith("/assets/") || BUILD.files.includes(pathname)) event.respondWith(file(request));
});

function isServers(path: string): boolean {
  return SERVERS.some((its) => path === its || path.startsWith(`${its}/`));
}

/** Goes there in a page that is open, or in a new one. */
async function open(path: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find(({ focused }) => focused) ?? pages.find((it) => it.visibilityState === "visible") ?? pages[0];
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ open: path });
  await page.focus();
}

/** All or nothing: a version of which a file is missing is not installed. */
async function fetchAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Files without a hash in their names may be in the browser's own cache as they were before.
  await cache.addAll(BUILD.files.map((path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "no-cache" })));
}

/** Caches are listed as they were made: the last of the others is of the version that pages may still run. */
async function forgetOld(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** Every route of the app is the same page. */
async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(SHELL)) ?? fetch(request);
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? (await caches.match(request)) ?? fetch(request);
}
