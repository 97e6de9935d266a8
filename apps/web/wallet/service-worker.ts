/** Keeps the wallet's page and assets, so that it opens without a connection; nothing that a service answers is kept. */
import type { ToKeep } from './keep-offline.ts';

declare const self: ServiceWorkerGlobalScope;

const CACHE = 'octavo-wallet';
/** The page draws all its paths itself, so it is kept once. */
const PAGE = '/';

self.addEventListener('install', () => {
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('message', (event) => {
  const { kind, paths } = event.data as ToKeep;
  if (kind === 'keep') event.waitUntil(keepAll(paths));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { pathname, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(freshFirst(request, PAGE));
  else if (pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
  else event.respondWith(freshFirst(request, pathname));
});

/** What the page had loaded before its requests came here. */
async function keepAll(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of paths) {
    if ((await cache.match(path)) === undefined) await cache.add(path);
  }
}

/** Assets are named by their content: what is kept is right. */
async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** The page itself is fresh when the world answers, and the one that was kept when it does not. */
async function freshFirst(request: Request, name: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(name, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept === undefined) throw error;
    return kept;
  }
}
