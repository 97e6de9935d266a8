/** The phone in transit: a card that travels alone, a dark screen at a gate, trips and what they cost. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import type { Page } from 'playwright-core';
import { giveAuthenticator, needsChromium, openPages } from './browser.fixture.ts';
import { metroGate, openGateBeside, type Tapped } from './gates.fixture.ts';
import { openInspector } from './inspect.fixture.ts';
import {
  addGreenCard,
  confirm,
  type Holder,
  newHolder,
  newMobile,
  signIn,
  typePasscode,
  wide,
} from './people.fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

if (needsChromium.skip) test('the phone in transit', needsChromium, () => {});
else {
  const pages = await openPages();
  const { world } = pages;
  const inspector = openInspector();
  const holder = await newHolder(pages);
  const { page } = holder;
  await addGreenCard(pages, holder);
  await addGreenCard(pages, holder);
  after(async () => {
    deepEqual(holder.faults(), []);
    deepEqual(inspector.found(), []);
    await pages.close();
  });

  const express = (isOn: boolean) =>
    page.getByRole('switch', { name: /^Express travel/, checked: isOn });
  const lockScreen = () => page.getByRole('button', { name: 'Lock the screen' }).click();
  const wake = async () => {
    await page.keyboard.press('Space');
    await page.locator('.glass').waitFor({ state: 'detached' });
  };
  const moveOn = (byMs: number) => world.levers.clock.moveOn(byMs);

  test('express asks for its holder to be turned on, shows which card it is, and moves only when its holder says so', async () => {
    await openCard(page, 0);
    await holder.authenticator.verify(false);
    await express(false).click();
    await page.getByText('Not confirmed. Nothing was changed.').waitFor();
    await holder.authenticator.verify(true);
    await express(false).click();
    await express(true).waitFor();
    await inspector.look(page, 'express on', 'light');
    await goToWallet(page);
    await page.getByRole('button', { name: /Express$/ }).waitFor();

    await openCard(page, 1);
    await express(false).click();
    await page.getByRole('heading', { name: 'Travel with this card instead?' }).waitFor();
    await inspector.look(page, 'express takes a place', 'dark');
    await page.getByRole('button', { name: /^Keep / }).click();
    await express(false).click();
    await page.getByRole('button', { name: /^Use / }).click();
    await express(true).waitFor();
    await goToWallet(page);
    await openCard(page, 0);
    await express(false).waitFor();
    await goToWallet(page);
  });

  test('a dark phone opens a gate, without a holder and without the wallet’s service, and says so in its proof', async () => {
    await lockScreen();
    await page.locator('.glass-time').waitFor();
    await inspector.look(page, 'dark screen', 'light');
    await holder.context.route(/\/\/wallet\.[^/]+\/wallet\//, (route) => route.abort());
    const gate = await openGateBeside(pages, page, metroGate('xinjie', 'in'));
    await page.getByText(/^Express · /).waitFor();
    const tapped = await gate.tap();
    await page.getByRole('heading', { name: 'Go' }).waitFor();
    await page.getByText('Xinjie · entry', { exact: true }).waitFor();
    gate.close();
    deepEqual([tapped.outcome, tapped.recordedAs, tapped.isExpress], ['opened', 'entry', true]);
    // Tag 9F10 as profile octavo-1 lays it out: length, 07 01 01, then the CVR, which only express makes 03A00001.
    match(tapped.record ?? '', /9F1013070101(?:03A00001)/);

    const again = await openGateBeside(pages, page, metroGate('xinjie', 'in'));
    const passedBack = await again.tap();
    await page.getByRole('heading', { name: 'Just used here' }).waitFor();
    await inspector.look(page, 'gate shut', 'light');
    again.close();
    equal(passedBack.code, 'gate.pass_back');
    await holder.context.unroute(/\/\/wallet\.[^/]+\/wallet\//);
    await wake();
    await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  });

  test('switched off, the very same tap is answered with 6986, and the gate stays shut', async () => {
    await openCard(page, 1);
    await express(true).click();
    await express(false).waitFor();
    await goToWallet(page);
    await lockScreen();
    const before = world.events.events(0).at(-1)?.sequence ?? 0;
    const gate = await openGateBeside(pages, page, metroGate('hebin', 'out'));
    await page.getByRole('button', { name: 'Hold to the gate' }).click();
    const tapped = await gate.tap();
    notEqualOpened(tapped);
    const answers = world.events
      .events(before)
      .flatMap(({ event }) => (event.type === 'apdu' ? [responseOf(event.detail)] : []));
    equal(answers.at(-1), '6986');
    await page.getByRole('heading', { name: 'The gate wants its holder' }).waitFor();
    gate.close();
    await wake();
  });

  test('without express the holder confirms first, and then the same gate opens', async () => {
    await moveOn(16 * MINUTE_MS);
    const gate = await openGateBeside(pages, page, metroGate('hebin', 'out'));
    await confirm(holder);
    const tapped = await gate.tap();
    await page.getByRole('heading', { name: 'Go' }).waitFor();
    gate.close();
    deepEqual([tapped.outcome, tapped.recordedAs, tapped.isExpress], ['opened', 'exit', false]);
    await wake();
    await page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
  });

  test('rides show what they cost and why; what the bank did not pay is paid from the phone', async () => {
    await turnOn(page, 1);
    await page.getByRole('button', { name: /^Trips/ }).click();
    const trip = page.getByRole('button', { name: /^Xinjie → Hebin/ });
    await trip.waitFor();
    await inspector.look(page, 'trips', 'light');
    await trip.click();
    await page.getByText('11.4 km', { exact: true }).waitFor();
    const steps = await page.locator('.trip-steps .tabular').allTextContents();
    const sum = await page.locator('.trip-sum .tabular').textContent();
    equal(sumOf(steps), sumOf([sum ?? '']));
    await inspector.look(page, 'trip', 'dark');
    await page.keyboard.press('Escape');

    await behave('no_funds');
    await moveOn(DAY_MS);
    const pay = page.getByRole('button', { name: /^Pay ¥\d+\.\d\d now$/ });
    await pay.waitFor();
    await inspector.look(page, 'open fare', 'light');
    await pay.click();
    await page.getByText(/^Nothing was taken\. Not enough money/).waitFor();
    await behave('green');
    await pay.click();
    await page.getByText(/is paid\. Gates open again/).waitFor();
    await page.getByText(/paid afterwards/).waitFor();
    const told = await world.operator(transit.debts, {});
    ok(!isRefused(told));
    deepEqual(
      told.debts.map(({ state }) => state),
      ['paid'],
    );
  });

  test('a card that is not known to be certified asks for it first; a passcode, typed to the element, then turns express on', async () => {
    const context = await pages.open(wide);
    const other: Holder = {
      ...holder,
      context,
      page: await context.newPage(),
      mobile: newMobile(),
    };
    await giveAuthenticator(other.page);
    await other.page.goto(pages.served.sites.wallet);
    await signIn(other.page, other.mobile);
    await other.page.getByRole('button', { name: 'Use a six-digit passcode' }).click();
    await typePasscode(other, 'Choose a passcode', '135790');
    await typePasscode(other, 'Type it once more', '135790');
    await other.page.getByRole('button', { name: 'Add a card' }).first().waitFor();
    await addGreenCard(pages, other);
    const asked = await forgetCertificates(other.page);
    await openCard(other.page, 0);
    await other.page.getByRole('switch').click();
    await typePasscode(other, 'Enter your passcode', '135790');
    await other.page.getByRole('switch', { checked: true }).waitFor();
    deepEqual(asked(), ['certify']);
    await context.close();
  });

  async function turnOn(phone: Page, nth: number): Promise<void> {
    await goToWallet(phone);
    await openCard(phone, nth);
    await express(false).click();
    await express(true).waitFor();
    await goToWallet(phone);
  }

  /** Say how the bank treats the holder's cards from now on. */
  async function behave(behaviour: 'green' | 'no_funds'): Promise<void> {
    const told = await world.operator(issuer.accounts, {});
    ok(!isRefused(told));
    for (const { accountId } of told.accounts) {
      const requestId = Buffer.from(world.random(16)).toString('hex').toUpperCase();
      ok(!isRefused(await world.operator(issuer.behave, { requestId, accountId, behaviour })));
    }
  }
}

/** Let the wallet's page hear that no card has certificates, as of cards from before there were any; what it asks for is noted. */
async function forgetCertificates(page: Page): Promise<() => readonly string[]> {
  const asked: string[] = [];
  await page.addInitScript({
    content: `const world = window.fetch;
      window.fetch = async (path, init) => {
        const heard = await world(path, init);
        if (path !== '/wallet/devices') return heard;
        const text = (await heard.text()).replaceAll('"certified":true', '"certified":false');
        return new Response(text, { status: heard.status, headers: heard.headers });
      };`,
  });
  page.on('request', (request) => {
    const { purpose } = (request.postDataJSON() ?? {}) as { readonly purpose?: string };
    if (request.url().endsWith('/wallet/provision')) asked.push(purpose ?? 'none');
  });
  await page.reload();
  await page.locator('.card-open').first().waitFor();
  return () => asked;
}

/** Open a card of the stack, counted from its uppermost strip. */
async function openCard(page: Page, nth: number): Promise<void> {
  await page.locator('.card-open').nth(nth).click();
  await page.getByRole('switch').waitFor();
}

async function goToWallet(page: Page): Promise<void> {
  if (new URL(page.url()).pathname !== '/') await page.goBack();
  await page.locator('.card-open').first().waitFor();
}

function notEqualOpened({ outcome }: Tapped): void {
  ok(outcome === 'see_phone' || outcome === 'no_card' || outcome === 'refused', outcome);
}

function responseOf(detail: unknown): string {
  return (detail as { readonly response: string }).response;
}

/** The sum in fen of amounts as they are shown. */
function sumOf(shown: readonly string[]): number {
  const each = shown.map((text) => {
    const digits = Number(text.replace(/[^\d]/g, ''));
    return text.includes('−') ? -digits : digits;
  });
  return each.reduce((sum, one) => sum + one, 0);
}
