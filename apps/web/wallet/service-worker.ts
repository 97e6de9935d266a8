/** Keeps the wallet's page and assets, so that it opens without a connection; nothing that a service answers is kept. */
declare const self: ServiceWorkerGlobalScope;

const CACHE = 'octavo-wallet';

self.addEventListener('install', () => {
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { pathname, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  event.respondWith(pathname.startsWith('/assets/') ? keptFirst(request) : freshFirst(request));
});

/** Assets are named by their content: what is kept is right. */
async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? keep(cache, request);
}

/** The page itself is fresh when the world answers, and the one that was kept when it does not. */
async function freshFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    return await keep(cache, request);
  } catch (error) {
    const kept = await cache.match(request);
    if (kept === undefined) throw error;
    return kept;
  }
}

async function keep(cache: Cache, request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

export {};
