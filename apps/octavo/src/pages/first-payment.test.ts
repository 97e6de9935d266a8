import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsChromium, openPages } from './browser.fixture.ts';
import {
  cardArrives,
  confirm,
  type Holder,
  newHolder,
  openTill,
  present,
  printCard,
  typeBankCode,
  typeCard,
  wide,
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
    // Here all that moves is drawn moving, as most people see it.
    const moving = { ...wide, reducedMotion: 'no-preference' } as const;
    const holder = await newHolder(pages, await pages.open(moving));
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
    await seesEveryByte(holder);
    deepEqual(holder.faults(), []);
  });
}

/** The holder opens that very tap, without any key of an operator, and finds a name on every byte of it. */
async function seesEveryByte({ page, context }: Holder): Promise<void> {
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'See every byte of this tap' }).click();
  const bytes = await opened;
  await bytes.getByRole('heading', { name: /^Tap \d{6}$/ }).waitFor();
  const nodes = bytes.getByRole('navigation', { name: 'Journey' }).getByRole('button');
  const titles = await nodes.allTextContents();
  ok(titles.length >= 10, titles.join(' | '));
  for (const title of [
    'SELECT PPSE',
    'Processing options',
    '0200',
    'Token checked',
    'Ledger posted',
  ]) {
    ok(
      titles.some((told) => told.includes(title)),
      `${title} in ${titles.join(' | ')}`,
    );
  }
  for (let index = 0; index < titles.length; index++) {
    await nodes.nth(index).click();
    for (const count of await bytes.locator('.nameless').all()) {
      equal(await count.getAttribute('data-count'), '0', titles[index] ?? '');
    }
  }
  await bytes.getByText('phone’s own').first().waitFor();
  ok(!bytes.url().includes('ticket'));
}
