/**
 * What a browser is told about every page: where scripts, frames and requests may go, and who may hold the page.
 * One policy for each site, written from `sites.ts`; no inline script anywhere.
 */
import { framersOf, framesOf, originOf, type SiteName } from '@octavo/web/sites.ts';

/** The sites that start a worker: its address must pass the policy of `kit/script-policy.ts`. */
const SCRIPTED: readonly SiteName[] = ['wallet', 'element'];

/** The headers of every response of a site. A nonce allows the style elements that antd writes at run time. */
export function siteHeaders(
  site: SiteName,
  base: string,
  styleNonce?: string,
): Readonly<Record<string, string>> {
  const sources = (names: readonly SiteName[]) =>
    names.length === 0 ? "'none'" : names.map((name) => originOf(name, base)).join(' ');
  const style = styleNonce === undefined ? "'self'" : `'self' 'nonce-${styleNonce}'`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    `frame-src ${sources(framesOf[site])}`,
    `frame-ancestors ${sources(framersOf(site))}`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${SCRIPTED.includes(site) ? 'octavo-scripts' : "'none'"}`,
  ].join('; ');
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    // Two sites share no process memory, whatever the browser would group together.
    'origin-agent-cluster': '?1',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  };
}
