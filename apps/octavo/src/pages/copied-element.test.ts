import { deepEqual, equal, match } from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as tokens from '@octavo/services/tokens';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  chromiumOptions,
  contextOptions,
  giveAuthenticator,
  needsChromium,
  openPages,
  type Passkey,
} from './browser.fixture.ts';
import { sealedState } from './in-page.fixture.ts';
import {
  addGreenCard,
  cardArrives,
  confirm,
  newHolder,
  openTill,
  present,
  printCard,
  typeCard,
  wide,
} from './people.fixture.ts';

if (needsChromium.skip) test('a copied element', needsChromium, () => {});
else {
  const pages = await openPages();
  const { sites } = pages.served;
  const folder = await mkdtemp(join(tmpdir(), 'octavo-phones-'));
  const browsers: BrowserContext[] = [];
  after(async () => {
    for (const browser of browsers) await browser.close();
    await pages.close();
    await rm(folder, { recursive: true });
  });
  /** A browser that keeps what it keeps in a folder, as browsers of people do. */
  const startBrowser = async (profile: string): Promise<BrowserContext> => {
    const options = { ...chromiumOptions, ...contextOptions, ...wide };
    const browser = await chromium.launchPersistentContext(join(folder, profile), options);
    browsers.push(browser);
    return browser;
  };
  /** Open the phone that a folder holds, with its holder's passkey. */
  const wakePhone = async (profile: string, passkey: Passkey): Promise<Page> => {
    const page = await (await startBrowser(profile)).newPage();
    await (await giveAuthenticator(page)).take(passkey);
    await page.goto(sites.wallet);
    await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
    return page;
  };

  test('of a phone and its copy the second to tap is refused, the token is suspended, and both say so', async () => {
    const first = await startBrowser('original');
    const holder = await newHolder(pages, first);
    const card = await printCard(pages, holder, 'green');
    await typeCard(holder, card);
    await cardArrives(holder);
    const till = await openTill({ ...holder, context: await pages.open(wide) });
    const [passkey] = await holder.authenticator.passkeys();
    if (passkey === undefined) throw new Error('no passkey was made');
    await first.close();
    await cp(join(folder, 'original'), join(folder, 'copy'), { recursive: true });

    const copy = await wakePhone('copy', passkey);
    await present(till, '990000');
    await confirm({ page: copy });
    await copy.getByRole('heading', { name: 'Paid' }).waitFor();
    await copy.getByRole('button', { name: 'Done' }).click();
    await till.getByRole('button', { name: 'Next sale' }).click();

    const original = await wakePhone('original', passkey);
    await present(till, '1200');
    await confirm({ page: original });
    await original.getByRole('heading', { name: 'Not paid' }).waitFor();
    await original.getByText('A copy of this phone’s element was found').first().waitFor();
    match((await original.locator('.code-trace').textContent()) ?? '', /^tap\.clone_proved/);
    await till.getByRole('heading', { name: 'Not paid' }).waitFor();
    await original.getByRole('button', { name: 'Done' }).click();
    for (const page of [original, copy]) {
      await page.getByText('A copy was found').first().waitFor();
      await page.getByText('Suspended').first().waitFor();
      await page.getByText('No card can pay now.').first().waitFor();
    }
    const text = card.pan.slice(-4);
    const told = await pages.world.operator(tokens.search, { by: 'cardLastFour', text });
    if (isRefused(told)) throw new Error(told.code);
    equal(told.tokens[0]?.state, 'suspended');
    for (const browser of browsers.splice(0)) await browser.close();
  });

  test('an element whose state was put back stops for good, says so, and does not pay', async () => {
    const holder = await newHolder(pages);
    const { page } = holder;
    await addGreenCard(pages, holder);
    const till = await openTill(holder);
    const elementFrame = () => {
      const frame = page.frames().find((one) => one.url().startsWith(sites.element));
      if (frame === undefined) throw new Error('the element has no frame');
      return frame;
    };
    const before = await sealedState(elementFrame());
    await present(till, '2850');
    await confirm(holder);
    await page.getByRole('heading', { name: 'Paid' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await till.getByRole('button', { name: 'Next sale' }).click();

    await sealedState(elementFrame(), before);
    await page.reload();
    await page.getByText('put back to an older state').first().waitFor();
    equal(await page.getByRole('button', { name: 'Pay', exact: true }).isEnabled(), false);
    await present(till, '2850');
    // Its antenna is silent too: to the reader there is no phone.
    await till.getByText('No phone yet').waitFor();
    equal(await page.getByRole('button', { name: 'Confirm it is you' }).count(), 0);
    deepEqual(holder.faults(), []);
  });
}
