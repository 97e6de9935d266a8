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

  test('the wallet’s page is under 250 kB of compressed JavaScript until somebody presses something', async () => {
    const context = await pages.open();
    const page = await context.newPage();
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      const isScript = new URL(response.url()).pathname.endsWith('.js');
      const isWallets = response.url().startsWith(pages.served.sites.wallet);
      if (isScript && isWallets)
        sizes.push(
          response
            .request()
            .sizes()
            .then((size) => size.responseBodySize),
        );
    });
    await page.goto(pages.served.sites.wallet);
    await page.getByLabel('Mobile number').waitFor();
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    ok(bytes > 50_000 && bytes < 250_000, `${bytes} bytes`);
    await context.close();
  });

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
