/** A world of its own with all its pages, and Chromium before it: what the browser stories are played on. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { foundChromium } from '@octavo/lib/vectors/chromium.fixture.ts';
import { settableClock } from '@octavo/platform/clock.ts';
import { cacheFolder } from '@octavo/platform/config.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { makeCertificate } from '@octavo/platform/tls.fixture.ts';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { type ServedWorld, serveWorld } from '../sites/serve.ts';
import { openWorld, type World } from '../world.ts';

/** Where the browser is; nothing where none is installed. */
export const chromiumPath = foundChromium(process.env.CHROMIUM, existsSync);

/** What a test file says when it cannot run here. */
export const needsChromium = {
  skip: chromiumPath === undefined && 'Chromium is not installed',
} as const;

/**
 * What Chromium goes without. Of two such lists the last one counts, so it names again what Playwright's does and
 * matters here. The address bar's list is a page of its own that costs each window more than ours do.
 */
const WITHOUT = [
  'WebUIOmniboxPopup',
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'PaintHolding'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'ThirdPartyStoragePartitioning'],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'LensOverlay', 'MediaRouter', 'OptimizationHints'],
  ...['NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
];

/** How Chromium is started. */
export const chromiumOptions = {
  executablePath: chromiumPath ?? '',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    `--disable-features=${WITHOUT.join()}`,
  ],
  downloadsPath: tmpdir(),
};

/** How a browser is set up where a story does not say otherwise: what travels and fades is drawn only where it is told of. */
export const contextOptions = { locale: 'en-GB', reducedMotion: 'reduce' } as const;

/** A browser of somebody's own in one that runs: nothing is shared with the others. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ ...contextOptions, ...options });
  // A machine that is busy with other things takes its time.
  context.setDefaultTimeout(25_000);
  return context;
}

/** A served world and a browser. */
export type Pages = {
  readonly world: World;
  readonly served: ServedWorld;
  readonly browser: Browser;
  readonly operatorKey: string;
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
};

/**
 * Open a new world in memory, serve it, and start the browser. With a `publicUrl` it is served over TLS under that
 * name, which the browser is told to find here.
 */
export async function openPages({ publicUrl }: { publicUrl?: string } = {}): Promise<Pages> {
  const cache = cacheFolder(process.env);
  const failures: unknown[] = [];
  const world = await openWorld({
    clock: settableClock(),
    random: systemRandom,
    imageFolder: cache,
  });
  const served = await serveWorld(world, {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: ['localhost', '127.0.0.1'],
    cacheFolder: cache,
    onFailure: (error) => failures.push(error),
    ...(publicUrl === undefined ? {} : { publicUrl, tls: certificateOf(publicUrl) }),
  });
  const { browser, leave } = await openBrowser(
    publicUrl === undefined ? [] : foundHere(publicUrl, served.url),
  );
  return {
    world,
    served,
    browser,
    operatorKey: world.keyring.operator.token,
    open: (options) => openContext(browser, options),
    close: async () => {
      await leave();
      await served.close();
      await world.close();
      if (failures.length > 0) throw new AggregateError(failures, 'the server failed');
    },
  };
}

let isKept = false;
let kept: Browser | undefined;

/** From now on one browser serves all worlds of this process, one after the other, until it is closed. */
export function keepBrowser(): void {
  isKept = true;
}

/** Close the browser that was kept. */
export async function closeBrowser(): Promise<void> {
  await kept?.close();
}

/** Start a browser, or take the one that is kept; what it was asked for is closed when it is left. */
async function openBrowser(
  args: readonly string[],
): Promise<{ readonly browser: Browser; leave(): Promise<void> }> {
  const launch = () =>
    chromium.launch({ ...chromiumOptions, args: [...chromiumOptions.args, ...args] });
  if (!isKept || args.length > 0) {
    const browser = await launch();
    return { browser, leave: () => browser.close() };
  }
  kept ??= await launch();
  const browser = kept;
  const leave = async () => {
    for (const context of browser.contexts()) await context.close();
  };
  return { browser, leave };
}

function certificateOf(publicUrl: string): { readonly cert: string; readonly key: string } {
  const { key, certificate } = makeCertificate(`*.${new URL(publicUrl).hostname}`);
  return { cert: certificate, key };
}

/** How Chromium is told that a name and its sites are on this machine, and that their certificate is its own word. */
function foundHere(publicUrl: string, served: string): readonly string[] {
  const { hostname } = new URL(publicUrl);
  const here = new URL(served).host;
  return [`--host-resolver-rules=MAP *.${hostname} ${here}`, '--ignore-certificate-errors'];
}

/** A passkey with its private key, as an authenticator for tests gives it away. */
export type Passkey = {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  /** PKCS #8 in base 64. */
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
};

/** The authenticator of a page. */
export type Authenticator = {
  /** Whether the user is verified from now on. */
  verify(isVerified: boolean): Promise<void>;
  /** The passkeys that were made on it. */
  passkeys(): Promise<readonly Passkey[]>;
  /** Put a passkey of another one on it. */
  take(passkey: Passkey): Promise<void>;
};

/** Give a page an authenticator that verifies its user without asking, as a finger on a sensor does. */
export async function giveAuthenticator(page: Page): Promise<Authenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verify: async (isUserVerified) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    passkeys: async () => {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials;
    },
    take: async (credential) => {
      await session.send('WebAuthn.addCredential', { authenticatorId, credential });
    },
  };
}

/** Notes everything that a page should never do: errors, refused policies, requests to strangers. */
export function watchPage(page: Page, served: ServedWorld): { faults(): readonly string[] } {
  const faults: string[] = [];
  const { host: baseHost } = new URL(served.sites.wallet.replace('//wallet.', '//'));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && /Content Security Policy|Trusted|Refused to/i.test(text))
      faults.push(text);
  });
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && host !== baseHost && !host.endsWith(`.${baseHost}`)) {
      faults.push(`a request to ${host}`);
    }
  });
  return { faults: () => faults };
}
