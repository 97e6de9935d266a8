import { deepEqual, equal, match } from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsChromium, openPages } from './browser.fixture.ts';
import { addGreenCard, confirm, newHolder, present, wide } from './people.fixture.ts';

if (needsChromium.skip) test('two machines', needsChromium, () => {});
else {
  const pages = await openPages({ publicUrl: 'https://octavo.test' });
  after(() => pages.close());

  test('over https under a name: a till on one machine shows its place, a phone on another lies there and pays', async () => {
    // Nothing is shared between two contexts but the network, as between two machines.
    const shop = await pages.open(wide);
    const till = await shop.newPage();
    await till.goto(pages.served.sites.terminal);
    await till.getByRole('button', { name: 'Ask for a tap' }).waitFor();
    const address = await till
      .getByRole('link', { name: 'Open a phone in a new tab' })
      .getAttribute('href');
    match(address ?? '', /^https:\/\/wallet\.octavo\.test\/#air=[0-9a-f]{32}$/);

    const holder = await newHolder(pages);
    await addGreenCard(pages, holder);
    // What scanning the code does: the address is opened in the phone's browser.
    await holder.page.goto(address ?? '');
    await present(till, '2850');
    await till.getByText('A phone lies here').waitFor();
    await confirm(holder);
    await holder.page.getByRole('heading', { name: 'Paid' }).waitFor();
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    equal(new URL(holder.page.url()).origin, 'https://wallet.octavo.test');
    deepEqual(holder.faults(), []);
  });
}
