/** Serves a running world over HTTP: its services and its operator's edge at the base, its sites under their own names. */
import { serveHttp } from '@octavo/platform/http.ts';
import type { Edge, Fetch } from '@octavo/services/endpoint';
import { originOf, type SiteName, siteNames } from '@octavo/web/sites.ts';
import { operatorEdge } from '../operator.ts';
import type { World } from '../world.ts';
import { openSites } from './open.ts';

/** A world that answers. */
export type ServedWorld = {
  /** Where it listens. */
  readonly url: string;
  /** Where browsers find each site. */
  readonly sites: Readonly<Record<SiteName, string>>;
  close(): Promise<void>;
};

/** How a world is served. */
export type ServeWorldOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** The base of the sites' names; a name that browsers take for this machine when left out. */
  readonly publicUrl?: string | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly cacheFolder: string;
  readonly onFailure: (error: unknown) => void;
  /** Called before the pages are built, which takes some seconds. */
  readonly onBuild?: () => void;
};

/** Serve a world until it is closed. Rejects with the system's error when the port is taken. */
export async function serveWorld(world: World, options: ServeWorldOptions): Promise<ServedWorld> {
  const { host, port, allowedHosts, tls, cacheFolder, onFailure, onBuild = () => {} } = options;
  const baseAt = (servedPort: number) =>
    options.publicUrl ?? `${tls === undefined ? 'http' : 'https'}://octavo.localhost:${servedPort}`;
  let answer: Fetch = () => new Response(null, { status: 503 });
  const server = await serveHttp((request) => answer(request), {
    onFailure,
    host,
    port,
    allowedHosts: [...allowedHosts, ...siteHosts(baseAt(port))],
    tls,
  });
  try {
    // The port is known now, also when it was a free one.
    const base = baseAt(Number(new URL(server.url).port));
    answer = await openSites({ world, worldFetch: worldFetch(world), base, cacheFolder, onBuild });
    return { url: server.url, sites: sitesOf(base), close: server.close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** The host names of a base and its sites, without ports. */
function siteHosts(base: string): readonly string[] {
  const { hostname } = new URL(base);
  return [hostname, ...siteNames.map((site) => `${site}.${hostname}`)];
}

function sitesOf(base: string): Readonly<Record<SiteName, string>> {
  const named = siteNames.map((site) => [site, originOf(site, base)]);
  return Object.fromEntries(named) as Record<SiteName, string>;
}

/** The services, the operator's edge, and the description of both. */
function worldFetch(world: World): Fetch {
  const operator = operatorEdge(world);
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/openapi.json') return Response.json(describeBoth(world, operator));
    return pathname.startsWith('/operator/') ? operator.fetch(request) : world.fetch(request);
  };
}

/** The services' description, with the operator's paths beside theirs. */
function describeBoth(world: World, operator: Edge): Record<string, unknown> {
  const described = world.describe();
  return { ...described, paths: Object.assign({}, described.paths, operator.describe().paths) };
}
