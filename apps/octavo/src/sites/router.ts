/**
 * Which site a request is for, by its Host, and what that site lets through: its page, its assets, and only the
 * endpoints that its part may call. A request with an Origin must come from the site's own pages.
 */
import type { Clock, Random } from '@octavo/domain/ports.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Fetch } from '@octavo/services/endpoint';
import { originOf, type SiteName, siteNames } from '@octavo/web/sites.ts';
import type { Assets } from './assets.ts';
import { siteHeaders } from './headers.ts';

/** What answers behind the sites. */
export type Backs = {
  /** The services' edges, and the operator's. */
  readonly world: Fetch;
  readonly air: Fetch;
  readonly birth: Fetch;
  readonly tickets: Fetch;
};

/** Which back answers a path on a site; a path that no row names is not there. */
const doors: Readonly<Record<SiteName, readonly (readonly [prefix: string, back: keyof Backs])[]>> =
  {
    wallet: [
      ['/wallet/', 'world'],
      ['/ticket/holder', 'tickets'],
    ],
    element: [
      ['/air/phone', 'air'],
      ['/air/hold', 'air'],
      ['/air/answer', 'air'],
      ['/element/', 'birth'],
    ],
    card: [['/tokens/envelope-key', 'world']],
    bank: [
      ['/issuer/inbox/claim', 'world'],
      ['/issuer/inbox/read', 'world'],
      ['/issuer/app/', 'world'],
    ],
    terminal: [
      ['/terminal/', 'world'],
      ['/air/reader', 'air'],
      ['/ticket/cashier', 'tickets'],
    ],
    gate: [
      ['/gate/', 'world'],
      ['/air/reader', 'air'],
      ['/air/show', 'air'],
    ],
    console: [
      ['/operator/', 'world'],
      ['/issuer/', 'world'],
      ['/tokens/', 'world'],
      ['/network/', 'world'],
      ['/acquirer/', 'world'],
      ['/terminal/', 'world'],
      ['/transit/', 'world'],
      ['/gate/gates', 'world'],
      ['/gate/record', 'world'],
      ['/ticket/read', 'tickets'],
    ],
  };

/** The sites of a world whose base is `http://octavo.localhost:8008` or the like; other hosts get the world itself. */
export function createSites(from: {
  readonly base: string;
  readonly assets: Assets;
  readonly random: Random;
  /** The world's: its pages must not compare what it dates with a clock of their own. */
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly backs: Backs;
}): Fetch {
  const { base, assets, random, clock, backs } = from;
  const bySite = new Map(siteNames.map((site) => [new URL(originOf(site, base)).host, site]));
  return (request) => {
    const host = request.headers.get('host')?.toLowerCase() ?? '';
    const site = bySite.get(host);
    if (site !== undefined) return answerSite(request, site);
    const { pathname } = new URL(request.url);
    if (request.method === 'GET' && pathname === '/') {
      return new Response(null, {
        status: 302,
        headers: { location: `${originOf('wallet', base)}/` },
      });
    }
    return backs.world(request);
  };

  async function answerSite(request: Request, site: SiteName): Promise<Response> {
    const { pathname } = new URL(request.url);
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== originOf(site, base)) {
      return guarded(Response.json({ code: 'caller.not_allowed' }, { status: 403 }), site);
    }
    if (request.method === 'POST') {
      const door = doors[site].find(([prefix]) => pathname.startsWith(prefix));
      if (door === undefined) return guarded(notThere(), site);
      const answered = guarded(await backs[door[1]](request), site);
      answered.headers.set('octavo-now', String(clock.nowMs()));
      return answered;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return guarded(notThere(), site);
    const acceptsGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
    const file = assets.file(pathname, acceptsGzip);
    if (file !== undefined) return guarded(file, site);
    // A page draws its own paths; whatever looks like a file is one that is not there.
    if (/\.\w+$/.test(pathname)) return guarded(notThere(), site);
    return pageOf(site);
  }

  function pageOf(site: SiteName): Response {
    const nonce = toHex(random(16));
    return new Response(assets.page(site, nonce), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        ...siteHeaders(site, base, site === 'console' ? nonce : undefined),
      },
    });
  }

  function guarded(response: Response, site: SiteName): Response {
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(siteHeaders(site, base))) headers.set(name, value);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers });
  }
}

function notThere(): Response {
  return Response.json({ code: 'request.malformed' }, { status: 404 });
}
