import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '@octavo/platform/random.ts';
import { originOf, type SiteName, siteNames } from '@octavo/web/sites.ts';
import { createSites } from './router.ts';

const BASE = 'http://octavo.localhost:8008';
const asked: string[] = [];
const back = (name: string) => (request: Request) => {
  asked.push(`${name} ${new URL(request.url).pathname}`);
  return Response.json({ name });
};
const sites = createSites({
  base: BASE,
  random: systemRandom,
  clock: { nowMs: () => 1_795_000_000_000 },
  assets: {
    file: (path) => (path === '/assets/a.js' ? new Response('1') : undefined),
    page: (site, nonce) => `<html data-site="${site}" data-nonce="${nonce}">`,
  },
  backs: { world: back('world'), air: back('air'), birth: back('birth'), tickets: back('tickets') },
});

async function send(
  site: SiteName | undefined,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  asked.length = 0;
  const origin = site === undefined ? BASE : originOf(site, BASE);
  const { host } = new URL(origin);
  return await sites(new Request(origin + path, { method, headers: { host, ...headers } }));
}

test('the door at the base leads to the phone, and the rest of it is the world', async () => {
  const door = await send(undefined, 'GET', '/');
  equal(door.status, 302);
  equal(door.headers.get('location'), 'http://wallet.octavo.localhost:8008/');
  await send(undefined, 'POST', '/wallet/devices');
  deepEqual(asked, ['world /wallet/devices']);
});

test('a site lets through what its part may call and nothing else', async () => {
  const reached: Record<string, string[]> = {};
  const paths = [
    '/wallet/devices',
    '/tokens/envelope-key',
    '/tokens/search',
    '/issuer/inbox/read',
    '/issuer/inbox/list',
    '/issuer/app/cards',
    '/issuer/account',
    '/terminal/pay',
    '/gate/tap',
    '/air/phone',
    '/air/reader',
    '/air/hold',
    '/air/show',
    '/element/sign',
    '/operator/kill',
    '/network/status',
    '/acquirer/payments',
    '/ticket/holder',
    '/ticket/read',
  ];
  for (const site of siteNames) {
    reached[site] = [];
    for (const path of paths) {
      const { status } = await send(site, 'POST', path);
      if (status === 200) reached[site].push(path);
      else equal(asked.length, 0);
    }
  }
  deepEqual(reached, {
    wallet: ['/wallet/devices', '/ticket/holder'],
    element: ['/air/phone', '/air/hold', '/element/sign'],
    card: ['/tokens/envelope-key'],
    bank: ['/issuer/inbox/read', '/issuer/app/cards'],
    terminal: ['/terminal/pay', '/air/reader'],
    gate: ['/gate/tap', '/air/reader', '/air/show'],
    console: [
      '/tokens/envelope-key',
      '/tokens/search',
      '/issuer/inbox/read',
      '/issuer/inbox/list',
      '/issuer/app/cards',
      '/issuer/account',
      '/terminal/pay',
      '/operator/kill',
      '/network/status',
      '/acquirer/payments',
      '/ticket/read',
    ],
  });
});

test('what a site answers says what time it is in the world', async () => {
  const answered = await send('wallet', 'POST', '/wallet/devices');
  equal(answered.headers.get('octavo-now'), '1795000000000');
});

test('a page of another origin may call nothing, not even of a site of this world', async () => {
  for (const origin of [originOf('wallet', BASE), 'https://evil.example', 'null', BASE]) {
    equal((await send('element', 'POST', '/element/sign', { origin })).status, 403, origin);
    equal(asked.length, 0);
  }
  equal(
    (await send('element', 'POST', '/element/sign', { origin: originOf('element', BASE) })).status,
    200,
  );
});

test('every answer of a site says what its page may do, and names who may hold it in a frame', async () => {
  const policies: Record<string, string> = {};
  for (const site of siteNames) {
    const page = await send(site, 'GET', '/');
    const policy = page.headers.get('content-security-policy') ?? '';
    match(policy, /default-src 'none'/);
    match(policy, /script-src 'self';/);
    match(policy, /require-trusted-types-for 'script'/);
    ok(!/unsafe|\*|https?:\/\/(?!\w+\.octavo\.localhost:8008)/.test(policy), policy);
    equal(page.headers.get('x-content-type-options'), 'nosniff');
    equal(page.headers.get('referrer-policy'), 'no-referrer');
    policies[site] = /frame-ancestors [^;]+/.exec(policy)?.[0] ?? '';
    const file = await send(site, 'GET', '/assets/a.js');
    ok(file.headers.get('content-security-policy')?.includes('frame-ancestors'));
  }
  const wallet = 'frame-ancestors http://wallet.octavo.localhost:8008';
  const nobody = "frame-ancestors 'none'";
  deepEqual(policies, {
    wallet: nobody,
    element: wallet,
    card: wallet,
    bank: wallet,
    terminal: nobody,
    gate: nobody,
    console: nobody,
  });
});

test('the nonce for styles is the console’s alone, and another one each time', async () => {
  const nonces = new Set<string>();
  for (let turn = 0; turn < 2; turn++) {
    const page = await send('console', 'GET', '/');
    const inPolicy = /style-src 'self' 'nonce-([0-9A-F]{32})'/.exec(
      page.headers.get('content-security-policy') ?? '',
    )?.[1];
    equal(/data-nonce="(\w+)"/.exec(await page.text())?.[1], inPolicy);
    nonces.add(inPolicy ?? '');
  }
  equal(nonces.size, 2);
  const other = (await send('wallet', 'GET', '/')).headers.get('content-security-policy') ?? '';
  match(other, /style-src 'self';/);
});

test('what looks like a file is served or is not there; any other path draws the page', async () => {
  equal((await send('wallet', 'GET', '/assets/b.js')).status, 404);
  equal((await send('wallet', 'GET', '/..%2fpackage.json')).status, 404);
  equal((await send('wallet', 'GET', '/card/7')).status, 200);
  equal((await send('wallet', 'PUT', '/wallet/devices')).status, 404);
});
