import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as issuer from '@octavo/services/issuer';
import { needsChromium, openPages } from './browser.fixture.ts';
import { addGreenCard, confirm, newHolder, openTill, present, wide } from './people.fixture.ts';

if (needsChromium.skip) test('payments', needsChromium, () => {});
else {
  const pages = await openPages();
  const { world } = pages;
  const holder = await newHolder(pages);
  await addGreenCard(pages, holder);
  const till = await openTill(holder);
  after(async () => {
    deepEqual(holder.faults(), []);
    await pages.close();
  });

  const done = () => holder.page.getByRole('button', { name: 'Done' }).click();
  /** The sheet that asks for one amount. */
  const asksFor = async (amount: string) => {
    await holder.page.getByRole('heading', { name: 'Pay this amount?' }).waitFor();
    await holder.page.getByRole('img', { name: amount }).first().waitFor();
  };
  const nextSale = () => till.getByRole('button', { name: 'Next sale' }).click();

  /** The holder's account as the bank has it. */
  const account = async () => {
    const told = await world.operator(issuer.accounts, {});
    ok(!isRefused(told));
    const found = told.accounts.at(-1);
    ok(found !== undefined);
    return found;
  };
  const behave = async (behaviour: 'green' | 'no_funds') => {
    const { accountId } = await account();
    const requestId = Buffer.from(world.random(16)).toString('hex').toUpperCase();
    ok(!isRefused(await world.operator(issuer.behave, { requestId, accountId, behaviour })));
  };
  const sumOfLedger = async () => {
    const told = await world.operator(issuer.trialBalance, {});
    return isRefused(told) ? told.code : told.sumMinor;
  };

  test('declined for want of money, in plain words and with nothing taken; then approved', async () => {
    await behave('no_funds');
    await present(till, '128000');
    await confirm(holder);
    await holder.page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await holder.page.getByText('Nothing was taken').first().waitFor();
    match(
      (await holder.page.locator('.code-trace').textContent()) ?? '',
      /issuer\.insufficient_funds · 51/,
    );
    await till.getByRole('heading', { name: 'Not paid' }).waitFor();
    await done();
    await nextSale();

    await behave('green');
    await present(till, '1280');
    await confirm(holder);
    await holder.page.getByRole('heading', { name: 'Paid' }).waitFor();
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    await done();
    await nextSale();
    equal(await sumOfLedger(), '0');
  });

  test('“see phone”: an unconfirmed tap asks on the phone, and the second tap is for that amount only', async () => {
    await present(till, '9900');
    await holder.page.getByRole('button', { name: 'Hold near without confirming' }).click();
    await till.getByRole('heading', { name: 'See phone' }).waitFor();
    await asksFor('¥99.00');
    await confirm(holder);
    await holder.page.getByRole('heading', { name: 'Paid' }).waitFor();
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    await done();
    await nextSale();

    await present(till, '5000');
    await holder.page.getByRole('button', { name: 'Hold near without confirming' }).click();
    await till.getByRole('heading', { name: 'See phone' }).waitFor();
    await asksFor('¥50.00');
    await till.getByRole('button', { name: 'Cancel' }).click();
    await present(till, '6000');
    await confirm(holder);
    await till.getByRole('heading', { name: 'See phone' }).waitFor();
    await asksFor('¥60.00');
    await holder.page.getByRole('button', { name: 'Cancel' }).click();
    await till.getByRole('button', { name: 'Cancel' }).click();
    equal(await sumOfLedger(), '0');
  });

  test('a reversal, watched in the console: answers are cut after the booking, and the ledger is whole again', async () => {
    const desk = await (await pages.open(wide)).newPage();
    await desk.goto(`${pages.served.sites.console}/levers`);
    await desk.getByLabel('Operator key').fill(pages.operatorKey);
    await desk.getByRole('button', { name: 'Sign in' }).click();
    const tail = (words: string) =>
      desk.getByRole('list', { name: 'What was told, the newest first' }).getByText(words).first();
    const before = (await account()).balanceMinor;
    await desk.getByRole('switch', { name: 'Cut, issuer → network' }).click();
    await desk.getByText('but its answers are lost').waitFor();
    await present(till, '7700');
    await confirm(holder);
    await tail('Booked ¥77.00').waitFor();
    await tail('Lost: issuer → network').waitFor();
    equal((await account()).balanceMinor, String(BigInt(before) - 7_700n));

    // The network waits for the answer as long as it waits; the clock is moved on beyond that.
    await desk.getByLabel('How far to move on').fill('1');
    await desk.getByRole('button', { name: 'Move on' }).click();
    await tail('Reversal network → issuer').waitFor();
    await tail('Booked back ¥77.00').waitFor();
    equal((await account()).balanceMinor, before);
    const waiting = desk.locator('dt', { hasText: 'Reversals waiting' }).locator('+ dd');
    await waiting.filter({ hasText: '1' }).waitFor();
    await desk.getByRole('button', { name: 'Heal: network and issuer' }).click();
    await desk.getByText('but its answers are lost').waitFor({ state: 'detached' });
    await desk.getByRole('button', { name: 'Move on' }).click();
    await tail('Reversal answered by the issuer').waitFor();
    await waiting.filter({ hasText: '0' }).waitFor();
    await desk.locator('.follows-sum[data-wrong="false"]').getByText('0.00').waitFor();
    equal((await account()).balanceMinor, before);
    equal(await sumOfLedger(), '0');
    await till.getByText('The bank did not answer').first().waitFor();
    await holder.page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await done();
    await till.getByRole('button', { name: 'Next sale' }).click();
    await desk.context().close();
  });

  test('a phone that is laid at another terminal pays there, and is gone from the one before', async () => {
    const { page: phone } = holder;
    const other = await (await pages.open(wide)).newPage();
    await other.goto(pages.served.sites.terminal);
    const address = await other
      .getByRole('link', { name: 'Open a phone in a new tab' })
      .getAttribute('href');
    await phone.getByRole('button', { name: 'Account' }).click();
    await phone.getByRole('button', { name: 'Lie at another terminal' }).click();
    const field = phone.getByLabel('Terminal’s address');
    await field.fill('a terminal');
    await phone.getByRole('button', { name: 'Lie there' }).click();
    await phone.getByText('That is no address of a terminal.').waitFor();
    await field.fill(address ?? '');
    await phone.getByRole('button', { name: 'Lie there' }).click();
    await field.waitFor({ state: 'detached' });
    await phone.getByRole('button', { name: 'Back' }).click();
    await present(other, '3300');
    await confirm(holder);
    await other.getByRole('heading', { name: 'Paid' }).waitFor();
    await phone.getByRole('heading', { name: 'Paid' }).waitFor();
    await done();
    await present(till, '3400');
    await till.locator('.presence[data-place="away"]').first().waitFor();
    await till.getByRole('button', { name: 'Cancel' }).click();
    await other.context().close();
  });
}
