import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsChromium, openPages } from './browser.fixture.ts';
import {
  cardArrives,
  confirm,
  newHolder,
  openTill,
  present,
  printCard,
  typeBankCode,
  typeCard,
} from './people.fixture.ts';

if (needsChromium.skip) test('the first payment', needsChromium, () => {});
else {
  const pages = await openPages();
  after(() => pages.close());

  test('from nothing to an approved tap: sign in, a card, a code, a till, a finger', async () => {
    const holder = await newHolder(pages);
    const card = await printCard(pages, holder);
    await typeCard(holder, card);
    await typeBankCode(holder);
    await cardArrives(holder);
    const till = await openTill(holder);
    await present(till, '2850');
    await confirm(holder);
    await holder.page.getByRole('heading', { name: 'Paid' }).waitFor();
    await holder.page.getByText('Lane Coffee').first().waitFor();
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    const receipt = (await till.locator('body').textContent()) ?? '';
    match(receipt, /28\.50/);
    ok(!receipt.includes(card.pan.slice(-8)));
    deepEqual(holder.faults(), []);
    equal(
      pages.world.events.events(0).filter(({ event }) => event.type === 'ledger.posted').length > 0,
      true,
    );
  });
}
