import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as issuer from '@octavo/services/issuer';
import { needsChromium, openPages } from './browser.fixture.ts';
import { addGreenCard, confirm, newHolder, openTill, present } from './people.fixture.ts';

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

  test('a line cut in mid-tap: the till takes the payment back, and the balance is whole', async () => {
    const before = (await account()).balanceMinor;
    world.levers.lines.order('network-issuer', 'back', { cut: true });
    await present(till, '7700');
    await confirm(holder);
    await holder.page.getByText('You can move the phone away').first().waitFor();
    // The bank has posted and its answer is lost: time passes, and the network takes the payment back.
    for (let turn = 0; turn < 8; turn++) {
      await world.levers.clock.moveOn(10_000);
      await till.waitForTimeout(150);
    }
    world.levers.lines.order('network-issuer', 'back', { heal: true });
    await till
      .getByText(/Taken back|Not paid/)
      .first()
      .waitFor({ timeout: 20_000 });
    for (let turn = 0; turn < 60 && (await account()).balanceMinor !== before; turn++) {
      await world.levers.clock.moveOn(5_000);
      await till.waitForTimeout(100);
    }
    equal((await account()).balanceMinor, before);
    equal(await sumOfLedger(), '0');
  });
}
