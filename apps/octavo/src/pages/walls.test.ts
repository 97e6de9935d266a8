import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { cacheFolder } from '@octavo/platform/config.ts';
import { buildPages } from '@octavo/web/build.ts';
import { type SiteName, siteNames } from '@octavo/web/sites.ts';
import type { Frame } from 'playwright-core';
import { readAssets } from '../sites/assets.ts';
import { needsChromium, openPages } from './browser.fixture.ts';
import {
  askElement,
  connectToElement,
  keptBy,
  knockAtFrames,
  noteRequests,
  reachIntoFrames,
  tryInPage,
} from './in-page.fixture.ts';
import {
  agreeToTerms,
  bankCode,
  cardArrives,
  confirm,
  fillCard,
  newHolder,
  newMobile,
  openTill,
  present,
  printCard,
  typeCard,
  typeCode,
} from './people.fixture.ts';

if (needsChromium.skip) test('the walls between the pages', needsChromium, () => {});
else {
  const pages = await openPages();
  after(() => pages.close());
  const { sites } = pages.served;
  const holder = await newHolder(pages);
  const { page, context } = holder;
  const sent = noteRequests(context, sites.wallet);
  const frameOf = (site: SiteName): Frame => {
    const frame = page.frames().find((one) => one.url().startsWith(sites[site]));
    ok(frame !== undefined, `there is no frame of ${site}`);
    return frame;
  };
  /** A debit card whose bank knows another number than the holder signs in with, and a credit card. */
  const other = { ...holder, mobile: newMobile() };
  const debit = await printCard(pages, other, 'green');
  const credit = await printCard(pages, holder, 'plain', 'credit');

  test('with a card typed, the wallet page reaches into no frame: not its document, nor what it keeps', async () => {
    await fillCard(holder, credit);
    await page.locator('button:enabled', { hasText: 'Continue' }).waitFor();
    deepEqual(await reachIntoFrames(page), {
      element: ['null', 'SecurityError'],
      card: ['null', 'SecurityError'],
      bank: ['null', 'SecurityError'],
    });
    match(await keptBy(frameOf('element')), /octavo-element/);
    ok(!(await keptBy(page)).includes('octavo-element'));
  });

  test('card number, security code, mobile number, one-time code and token number never come to the wallet page', async () => {
    await agreeToTerms(holder);
    const code = await bankCode(page);
    await typeCode(page, code);
    await cardArrives(holder);
    await typeCard(other, debit);
    await cardArrives(holder);
    const till = await openTill(holder);
    await present(till, '2850');
    await confirm(holder);
    await page.getByRole('heading', { name: 'Paid' }).waitFor();
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();

    const desk = await context.newPage();
    await desk.goto(`${sites.console}/tokens`);
    await desk.getByLabel('Operator key').fill(pages.operatorKey);
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByRole('link', { name: '••' }).first().click();
    await desk.getByRole('list', { name: 'Life of the token' }).waitFor();
    const secrets = {
      debit: debit.pan,
      credit: credit.pan,
      'security code': credit.cvn2,
      mobile: other.mobile,
      'one-time code': code,
      token: tokenOfTap(),
    };
    const places = {
      'sent by the wallet page': sent.all(),
      wallet: await withoutProgram(await keptBy(page)),
      terminal: await withoutProgram(await keptBy(till)),
      console: await withoutProgram(await keptBy(desk)),
    };
    match(places['sent by the wallet page'], /\/wallet\/add-card .*envelope/);
    for (const [place, text] of Object.entries(places)) {
      ok(text.length > 10, place);
      for (const [what, secret] of Object.entries(secrets)) {
        ok(!hasWord(text, secret), `${what} in what is kept or sent: ${place}`);
      }
    }
    deepEqual(holder.faults(), []);
    await Promise.all([till.close(), desk.close()]);
  });

  test('the element listens to the wallet page alone, and its port leads to no payment', async () => {
    const knock = await knockAtFrames(frameOf('bank'));
    await connectToElement(page);
    const aid = /"instanceAid":"([0-9A-F]+)"/.exec(await keptBy(page).then(unquoted))?.[1] ?? '';
    const length = (aid.length / 2).toString(16).padStart(2, '0');
    match(await askElement(page, `00A40400${length}${aid}00`), /9000$/);
    // GET PROCESSING OPTIONS as a reader sends it.
    equal(await askElement(page, `80A80000238321${'00'.repeat(33)}00`), '6985');
    equal(await knock.answers(), 0);
  });

  test('no page of a stranger holds one of ours in a frame, and ours hold none but those named', async () => {
    const frames = siteNames.map((site) => `<iframe src="${sites[site]}/"></iframe>`).join('');
    const server = createServer((_, answer) => answer.end(`<!doctype html>${frames}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const stranger = await context.newPage();
    let refused = 0;
    const allRefused = stranger.waitForEvent('console', {
      predicate: (message) => {
        if (message.text().includes('frame-ancestors')) refused += 1;
        return refused === siteNames.length;
      },
    });
    await stranger.goto(`http://stranger.localhost:${port}/`);
    await allRefused;
    equal(stranger.frames().length, 1 + siteNames.length);
    ok(stranger.frames().every((frame) => !frame.url().includes('octavo.localhost')));
    await stranger.close();

    for (const address of ['http://stranger.localhost/', `${sites.console}/`, `${sites.wallet}/`]) {
      deepEqual(await tryInPage(page, { frame: address }), ['frame-src']);
    }
  });

  test('neither an inline script runs nor one from elsewhere, and nothing is fetched from another origin', async () => {
    for (const place of [page, frameOf('element'), frameOf('bank')]) {
      deepEqual(await tryInPage(place, { inline: 'window.hasRun = true' }), [
        'require-trusted-types-for',
      ]);
      deepEqual(await tryInPage(place, { module: 'http://stranger.localhost/x.js' }), [
        'script-src-elem',
      ]);
      deepEqual(await tryInPage(place, { fetch: 'http://stranger.localhost/' }), ['connect-src']);
      deepEqual(await tryInPage(place, { fetch: `${sites.console}/tokens/search` }), [
        'connect-src',
      ]);
      equal(await place.evaluate('typeof window.hasRun'), 'undefined');
    }
  });

  test('a request that names another host or comes from another origin is refused by every site', async () => {
    for (const site of siteNames) {
      const { host, port } = new URL(sites[site]);
      const stranger = { host, origin: 'https://stranger.example' };
      const sibling = { host, origin: sites[site === 'bank' ? 'card' : 'bank'] };
      equal(await statusOf(port, 'GET', { host }), 200, site);
      equal(await statusOf(port, 'GET', { host: `stranger.example:${port}` }), 421);
      equal(await statusOf(port, 'GET', { host: `${site}.stranger.example` }), 421);
      equal(await statusOf(port, 'GET', stranger), 403);
      equal(await statusOf(port, 'POST', stranger), 403);
      equal(await statusOf(port, 'POST', sibling), 403);
    }
  });

  /** The token's number, as the reader saw it over the air. */
  function tokenOfTap(): string {
    const told = JSON.stringify(pages.world.events.events(0));
    const [, token] = /57[01][0-9A-F](99995[89]01\d{8})D/.exec(told) ?? [];
    ok(token !== undefined, 'no tap was seen');
    return token;
  }
}

/** Whether the characters stand in a text as a word of their own: not within a longer number or identifier. */
function hasWord(text: string, word: string): boolean {
  const edge = word.length > 6 ? '' : '[0-9A-Za-z.:]';
  return new RegExp(edge === '' ? word : `(?<!${edge})${word}(?!${edge})`).test(text);
}

function unquoted(text: string): string {
  return text.replaceAll('\\', '');
}

/** What is kept besides the pages' own files as they were built: drawings are full of numbers of three digits. */
async function withoutProgram(kept: string): Promise<string> {
  const program = await readAssets(await buildPages(cacheFolder(process.env)));
  const paths = new Set(kept.match(/\/assets\/[\w.-]+/g));
  const files = [...paths].map((path) => program.file(path, false)?.text());
  const texts = (await Promise.all(files)).filter((text) => text !== undefined);
  return texts.reduce((rest, text) => rest.replaceAll(text, ''), kept);
}

/** The status that the server answers, asked with headers that no browser would let a page choose. */
function statusOf(port: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path: '/', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}
