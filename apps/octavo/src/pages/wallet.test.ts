/** One holder fills a wallet: every way a card comes onto a phone, and what can be done with those that are there. */
import { deepEqual, doesNotMatch, equal, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { needsChromium, openPages, watchPage } from './browser.fixture.ts';
import {
  addGreenCard,
  bankCode,
  cardArrives,
  codeSent,
  newHolder,
  openBank,
  printCard,
  typeCard,
  typeCode,
} from './people.fixture.ts';

if (needsChromium.skip) test('a wallet of eight cards', needsChromium, () => {});
else {
  const pages = await openPages();
  const holder = await newHolder(pages);
  const { context } = holder;
  const addresses: string[] = [];
  context.on('request', (request) => addresses.push(request.url()));
  after(async () => {
    deepEqual(holder.faults(), []);
    await pages.close();
  });

  const count = (cards: number) =>
    holder.page.getByText(`${cards} of 8`, { exact: true }).waitFor();
  const shelf = () => holder.page.getByRole('list', { name: 'Cards' });
  const stack = () => shelf().getByRole('button');
  /** The cards as they lie, from the uppermost strip to the front one, by what a screen reader says of them. */
  const lastFours = async () => {
    const spoken = await stack().evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''));
    return spoken.map((words) => /ending (\d{4})/.exec(words)?.[1] ?? words);
  };
  const inStack = (words: string | RegExp) => shelf().getByRole('button', { name: words });
  const front = () => shelf().getByRole('listitem').last();
  const frontIsDefault = () =>
    front()
      .getByRole('button', { name: /, Default$/ })
      .waitFor();

  test('a card that the bank hands on: its receipt stands in no address and in no storage', async () => {
    const bank = await openBank(pages, holder);
    const faultsOfBank = watchPage(bank, pages.served);
    await bank.getByRole('button', { name: 'Open a demo account' }).click();
    const answered = bank.waitForResponse((response) => response.url().endsWith('/push'));
    const opened = bank.waitForEvent('popup');
    await bank.getByRole('button', { name: 'Add to Octavo' }).click();
    // An element is one window's: the new one brings the receipt to the wallet that is open already, and closes.
    const brought = await opened;
    if (!brought.isClosed()) await brought.waitForEvent('close');
    const phone = holder.page;
    await phone.getByRole('heading', { name: 'A card from your bank' }).waitFor();
    await bank.getByText('Octavo has the card.').waitFor();
    const { receipt } = (await (await answered).json()) as { readonly receipt: string };
    ok(receipt.length >= 16);
    await phone.getByRole('button', { name: 'Read the terms' }).click();
    await phone.getByRole('button', { name: 'Agree and add the card' }).click();
    await phone.getByText('Ready to pay').waitFor();
    const kept = await Promise.all([
      context.storageState(),
      ...[phone, bank].map((page) => page.evaluate('[{ ...sessionStorage }, history.state]')),
    ]);
    await cardArrives(holder);
    await count(1);
    ok(!JSON.stringify(kept).includes(receipt));
    ok(![...addresses, phone.url(), bank.url()].some((address) => address.includes(receipt)));
    await bank.close();
    deepEqual(faultsOfBank.faults(), []);
  });

  test('a card that is approved in the bank’s app: the wallet goes on by itself', async () => {
    await typeCard(holder, await printCard(pages, holder));
    const opened = context.waitForEvent('page');
    await holder.page.getByRole('link', { name: /Open the bank’s app/ }).click();
    const bank = await opened;
    await bank.getByRole('button', { name: 'Approve' }).click();
    await bank.getByText('Approved. The wallet goes on by itself.').waitFor();
    await bank.close();
    await cardArrives(holder);
    await count(2);
  });

  test('a card that is refused in the bank’s app: the wallet says by whom, and its leaf is free again', async () => {
    const { page } = holder;
    await typeCard(holder, await printCard(pages, holder));
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: /Open the bank’s app/ }).click();
    const bank = await opened;
    await bank.getByRole('button', { name: 'Refuse' }).click();
    await bank.getByText('Refused. The card was not added.').waitFor();
    equal(await bank.getByRole('button', { name: 'Approve' }).count(), 0);
    await bank.close();
    await page.getByRole('heading', { name: 'Your bank refused to add this card' }).waitFor();
    equal(await page.locator('.code-trace').textContent(), 'enrolment.bank_refused');
    await page.getByRole('button', { name: 'Back' }).click();
    await count(2);
  });

  test('three wrong codes end a code, and a new one is sent', async () => {
    const { page } = holder;
    await typeCard(holder, await printCard(pages, holder));
    const dead = await bankCode(page);
    const wrong = otherThan(dead);
    await typeCode(page, wrong);
    await page.getByText('2 tries left.').waitFor();
    await typeCode(page, wrong);
    await page.getByText('1 try left.').waitFor();
    await typeCode(page, wrong);
    await page.getByText('That code is dead after three tries.').waitFor();
    const boxes = page.frameLocator('iframe[src*="card."]').getByLabel('Six-digit code');
    ok(await boxes.isDisabled());
    const again = page.getByRole('button', { name: /Send a new code/ });
    const code = await codeSent(page, 'adding', () => again.click());
    await page.getByText(/The code works for/).waitFor();
    await typeCode(page, code);
    await cardArrives(holder);
    await count(3);
  });

  test('a card that the bank refuses: plain words, no reason, and its leaf is free again', async () => {
    const { page } = holder;
    await typeCard(holder, await printCard(pages, holder, 'red'));
    await page.getByRole('heading', { name: 'Your bank did not allow this card.' }).waitFor();
    await page.getByText('It does not tell us why.').waitFor();
    equal(await page.locator('.code-trace').textContent(), 'card.declined');
    doesNotMatch((await page.locator('main').textContent()) ?? '', /[A-Z]+_[A-Z]+/);
    await page.getByRole('button', { name: 'Back' }).click();
    await count(3);
  });

  test('a page that is loaded anew in mid-personalisation carries on by itself', async () => {
    const { page } = holder;
    let rounds = 0;
    await page.route('**/wallet/provision', async (route) => {
      rounds += 1;
      await (rounds === 1 ? route.continue() : route.abort());
    });
    await typeCard(holder, await printCard(pages, holder, 'green'));
    await page.getByText('It stopped, and nothing is lost.').waitFor();
    await page.unroute('**/wallet/provision');
    await page.reload();
    await cardArrives(holder);
    await count(4);
  });

  test('the frames in the page draw its theme, also when the system changes it', async () => {
    const { page } = holder;
    await page.getByRole('button', { name: 'Add a card' }).first().click();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const site of ['card.', 'element.', 'bank.']) {
        const drawn = `html[data-theme="${colorScheme}"]`;
        const frame = page.frameLocator(`iframe[src*="${site}"]`);
        await frame.locator(drawn).waitFor({ state: 'attached' });
      }
    }
    await page.getByRole('button', { name: 'Back' }).click();
  });

  test('cards are moved by the keyboard, and the front one pays', async () => {
    const { page } = holder;
    const before = await lastFours();
    equal(before.length, 4);
    const [top = '', upper = '', lower = '', last = ''] = before;
    await frontIsDefault();
    await inStack(lower).press('Alt+ArrowDown');
    await page.getByText(/is now the default$/).waitFor();
    await front().getByRole('button', { name: lower }).waitFor();
    await frontIsDefault();
    const asked = page.waitForResponse('**/wallet/arrange');
    await inStack(top).press('Alt+ArrowDown');
    await page.getByText(/is now at place 3$/).waitFor();
    await (await asked).finished();
    // The service has it so, not this page alone.
    await page.reload();
    await frontIsDefault();
    deepEqual(await lastFours(), [upper, top, last, lower]);
  });

  test('cards are moved by a finger that rests on one first; one that does not rest moves nothing', async () => {
    const { page } = holder;
    const [top = '', upper = '', lower = '', last = ''] = await lastFours();
    const touch = await openTouch(page);
    const from = await inStack(top).boundingBox();
    const to = await front().boundingBox();
    ok(from !== null && to !== null);
    const [x, begin, end] = [from.x + from.width / 2, from.y + 20, to.y + 20];
    const asked = page.waitForResponse('**/wallet/arrange');
    await touch('touchStart', x, begin);
    await page.locator('.card-slot[data-dragged]').waitFor();
    await touch('touchMove', x, (begin + end) / 2);
    await touch('touchMove', x, end);
    await touch('touchEnd');
    await (await asked).finished();
    await page.reload();
    await frontIsDefault();
    deepEqual(await lastFours(), [upper, lower, last, top]);

    // What this one begins is a fling of the page, which would take the next touch: it comes last.
    await touch('touchStart', x, begin);
    await touch('touchMove', x, end);
    await touch('touchEnd');
    equal(await page.locator('.card-slot[data-dragged]').count(), 0);
    deepEqual(await lastFours(), [upper, lower, last, top]);
  });

  test('a suspended default hands on to the next, and pays again once it is made the default', async () => {
    const { page } = holder;
    const [, , next = '', first = ''] = await lastFours();
    const facts = page.locator('.card-facts');
    await inStack(first).click();
    await page.getByRole('button', { name: 'Suspend' }).click();
    await facts.getByText('Suspended').waitFor();
    await facts.getByText('No', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await front().getByRole('button', { name: next }).waitFor();
    await frontIsDefault();
    await inStack(new RegExp(`${first}, Suspended$`)).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await facts.getByText('Active').waitFor();
    await page.getByRole('button', { name: 'Card menu' }).click();
    await page.getByRole('button', { name: 'Make default' }).click();
    await facts.getByText('Yes', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await front().getByRole('button', { name: first }).waitFor();
    await frontIsDefault();
  });

  test('a ninth card is not asked for; one that is removed makes room', async () => {
    const { page } = holder;
    // Whoever tries more than eight cards within a day is refused; so it is tomorrow.
    await pages.world.levers.clock.moveOn(25 * 60 * 60_000);
    // A card that waits for its code has its leaf already.
    for (let leaves = 5; leaves <= 8; leaves++) {
      await typeCard(holder, await printCard(pages, holder));
      await page.getByRole('button', { name: /One-time code/ }).click();
      // This machine's clock is a day behind that of the world.
      await page.getByText(/^The code works for (9:\d\d|10:00)\.$/).waitFor();
      await page.getByRole('button', { name: 'Back' }).click();
      await count(leaves);
    }
    const asked = () => addresses.filter((address) => address.endsWith('/wallet/add-card')).length;
    const before = asked();
    await page.getByRole('button', { name: 'Add a card' }).click();
    const sheet = page.getByRole('dialog', { name: 'All eight leaves are taken.' });
    await sheet.getByText('Nothing was sent to the bank.').waitFor();
    equal(asked(), before);
    await sheet.getByRole('button', { name: 'Choose one to remove' }).click();
    await sheet.getByRole('list').getByRole('button').first().click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: /^Remove \d{4}$/ }).click();
    await count(7);
    equal(await stack().count(), 3);
    await frontIsDefault();
    await addGreenCard(pages, holder);
    await count(8);
  });
}

/** Six digits that are not those. */
function otherThan(code: string): string {
  return code.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10));
}

/** A finger on a page. */
async function openTouch(page: Page) {
  const session = await page.context().newCDPSession(page);
  return async (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number, y?: number) => {
    const touchPoints = x === undefined || y === undefined ? [] : [{ x, y }];
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
}
