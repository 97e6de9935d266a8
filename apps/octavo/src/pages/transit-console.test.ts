/** The operator of a small city: what is missing and what is forged, why a ride costs what it costs, a debt, a refund, the books. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import { expectDone, newId } from '../phone.ts';
import { needsChromium, openPages, watchPage } from './browser.fixture.ts';
import { openInspector, speak } from './inspect.fixture.ts';
import { wide } from './people.fixture.ts';
import { playCity } from './riders.fixture.ts';

if (needsChromium.skip) test('the console in transit', needsChromium, () => {});
else {
  const pages = await openPages();
  const { world } = pages;
  const inspector = openInspector();
  const context = await pages.open(wide);
  const page = await context.newPage();
  const { faults } = watchPage(page, pages.served);
  const { days, cutOff } = await playCity(world, 3);
  await page.goto(`${pages.served.sites.console}/transit`);
  await page.getByLabel('Operator key').fill(pages.operatorKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Transit', level: 1 }).waitFor();
  after(async () => {
    await pages.close();
    deepEqual(faults(), []);
    deepEqual(inspector.found(), []);
  });

  const tab = (name: string) => page.locator('.ant-segmented-item', { hasText: name }).click();
  const rows = page.locator('.ant-table-row');

  test('a gate with a gap and one with a forged record stand first, and the deny list says why', async () => {
    await page.getByText('1 missing', { exact: true }).waitFor();
    await page.getByText('1 forged', { exact: true }).waitFor();
    await page.getByText('Its signature is wrong').first().waitFor();
    await page.getByText('A fare is open').first().waitFor();
    const more = page.getByRole('button', { name: `More on gate ${cutOff.gateId}` });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^\d+ to \d+, found /).waitFor();
    await inspector.look(page, 'gates', 'light');
  });

  test('a journey opens to steps that add up to its price, its taps, and the record of each', async () => {
    await tab('Journeys');
    await page.getByLabel('Service day').fill(days[0]);
    await page
      .getByRole('button', { name: /^Taps and price of .* → / })
      .first()
      .click();
    await page.locator('.transit-tap', { hasText: 'Exit' }).getByText('good').waitFor();
    const steps = await page.locator('.transit-steps li > .tabular').allTextContents();
    const price = await page.locator('.transit-sum .tabular').textContent();
    equal(sumOf(steps), sumOf([price ?? '']));
    await page.getByRole('button', { name: 'Record, byte by byte' }).first().click();
    await page.getByText('Application cryptogram').waitFor();
    await inspector.look(page, 'journey', 'dark');
    await page.locator('a.transit-account').first().click();
    await page.getByText('Fares by day').waitFor();
    await rows.first().waitFor();
  });

  test('rides of a day that is not over are there as well', async () => {
    await page.getByRole('button', { name: /Show all accounts$/ }).click();
    await page.getByLabel('Service day').fill(days[1]);
    await page
      .getByText(/^\d\d:\d\d – \d\d:\d\d$/)
      .first()
      .waitFor();
  });

  test('a debt is asked for by hand: declined while the bank will not pay, then paid', async () => {
    await tab('Accounts');
    const pay = page.getByRole('button', { name: /^Ask for ¥/ }).first();
    await pay.click();
    await page.getByText(/^Nothing was taken\. Not enough money/).waitFor();
    await inspector.look(page, 'accounts', 'light');
    const { accounts } = expectDone(await world.operator(issuer.accounts, {}));
    for (const { accountId } of accounts) {
      const requestId = newId(world.random);
      expectDone(await world.operator(issuer.behave, { requestId, accountId, behaviour: 'green' }));
    }
    await pay.click();
    await page.getByText('paid', { exact: true }).waitFor();
    const { debts } = expectDone(await world.operator(transit.debts, {}));
    deepEqual(
      debts.map(({ state }) => state),
      ['paid'],
    );
  });

  test('money is given back by a form that asks once more, and the books still hold', async () => {
    await page
      .getByRole('button', { name: /^More on account/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Give money back' }).click();
    await page.getByRole('button', { name: 'Look it over' }).click();
    await page.getByText('An amount such as 3.00 and a reason are needed.').waitFor();
    await page.getByLabel('Amount in yuan').fill('1.50');
    await page.getByLabel('Reason, which the rider sees').fill('Line 1 stood still');
    await page.getByRole('button', { name: 'Look it over' }).click();
    await page.getByRole('button', { name: 'Give ¥1.50 back' }).click();
    await page.getByText(/^Noted\. /).waitFor();
    await tab('Reconciliation');
    await page.getByText('holds', { exact: true }).waitFor();
    const { books, differences } = expectDone(await world.operator(transit.reconciliation, {}));
    ok(books.isBalanced);
    deepEqual([books.refundsMinor, differences], [-150, []]);
  });

  test('a day is closed by hand; one that is not over is not', async () => {
    await page.getByRole('button', { name: `Close ${days[0]}` }).click();
    await page.getByText(`${days[0]} is closed.`).waitFor();
    await page.getByText('Hash of the day as it was rated').waitFor();
    await inspector.look(page, 'books', 'light');
    await page.getByLabel('Service day').fill(days[1]);
    await page.getByRole('button', { name: `Close ${days[1]}` }).click();
    await page.getByText('transit.day_open').waitFor();
    await speak(page, 'zh-CN');
    await page.getByText('相等', { exact: true }).waitFor();
    await inspector.look(page, 'books in Chinese', 'dark');
    await page.locator('.ant-segmented-item', { hasText: '扣款' }).click();
    await rows.first().waitFor();
    await inspector.look(page, 'charges', 'light');
  });
}

/** The sum in fen of amounts as they are shown. */
function sumOf(shown: readonly string[]): number {
  const each = shown.map((text) => {
    const digits = Number(text.replace(/[^\d]/g, ''));
    return text.includes('−') ? -digits : digits;
  });
  return each.reduce((sum, one) => sum + one, 0);
}
