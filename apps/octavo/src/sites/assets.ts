/** The built pages, read into memory once: a page, a worker, a face or a style sheet by its path. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SiteName } from '@octavo/web/sites.ts';

/** One file as it is served. */
type Asset = {
  readonly bytes: Uint8Array;
  readonly compressed?: Uint8Array;
  readonly type: string;
};

/** The built pages. */
export type Assets = {
  /** A file under `/assets/`, or one of the few with a name of their own. */
  file(path: string, acceptsGzip: boolean): Response | undefined;
  /** The page of a site. `styleNonce` goes where the page asks for one. */
  page(site: SiteName, styleNonce: string): string;
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Read what was built into a folder. */
export async function readAssets(folder: string): Promise<Assets> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const files = new Map<string, Asset>();
  for (const name of names.filter((one) => !one.endsWith('.gz'))) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    const asset = names.includes(`${name}.gz`)
      ? { bytes, type, compressed: new Uint8Array(await readFile(join(folder, `${name}.gz`))) }
      : { bytes, type };
    files.set(`/${name.replaceAll('\\', '/')}`, asset);
  }
  return {
    file: (path, acceptsGzip) => {
      const asset = files.get(path);
      return asset === undefined || path.endsWith('.html')
        ? undefined
        : answer(path, asset, acceptsGzip);
    },
    page: (site, styleNonce) => {
      const page = files.get(`/${site}/index.html`);
      if (page === undefined) throw new Error(`the page of ${site} was not built`);
      return new TextDecoder().decode(page.bytes).replace('style-nonce-of-this-answer', styleNonce);
    },
  };
}

function answer(path: string, { bytes, compressed, type }: Asset, acceptsGzip: boolean): Response {
  const headers = new Headers({
    'content-type': type,
    // Assets are named by their content; the rest is asked for every time.
    'cache-control': path.startsWith('/assets/')
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
    vary: 'accept-encoding',
  });
  const isCompressed = acceptsGzip && compressed !== undefined;
  if (isCompressed) headers.set('content-encoding', 'gzip');
  return new Response((isCompressed ? compressed : bytes) as Uint8Array<ArrayBuffer>, { headers });
}
