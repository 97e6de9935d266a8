/** A phone that is lost, found, wiped and used anew, and one whose wallet service has died. */
import { deepEqual, equal } from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsChromium, openPages, watchPage } from './browser.fixture.ts';
import {
  addGreenCard,
  askForTap,
  cardArrives,
  confirm,
  keypadOf,
  newHolder,
  openTill,
  present,
  printCard,
  signIn,
  typeBankCode,
  typeCard,
  typePasscode,
  wide,
} from './people.fixture.ts';

const FIRST = '603817';
const PASSCODE = '280915';
const WRONG = '159082';

if (needsChromium.skip) test('a lost phone', needsChromium, () => {});
else {
  const pages = await openPages();
  const { world } = pages;
  const holder = await newHolder(pages);
  const { page: phone, mobile } = holder;
  await addGreenCard(pages, holder);
  const till = await openTill(holder);
  // A browser somewhere else. The SIM is in the phone's own, so its messages are read there.
  const elsewhere = await (await pages.open(wide)).newPage();
  const watched = watchPage(elsewhere, pages.served);
  after(async () => {
    deepEqual([...holder.faults(), ...watched.faults()], []);
    await pages.close();
  });

  const payments = () =>
    world.events.events(0).filter(({ event }) => event.type === 'ledger.posted').length;
  /** The till says that it was paid, and goes on before it does so by itself. */
  const tillIsPaid = async () => {
    await till.getByRole('heading', { name: 'Paid' }).waitFor();
    await till.getByRole('button', { name: 'Next sale' }).click();
  };
  const phoneIsPaid = async () => {
    await phone.getByRole('heading', { name: 'Paid' }).waitFor();
    await phone.getByRole('button', { name: 'Done' }).click();
  };

  test('a phone that is locked from another browser is refused at the next tap', async () => {
    await elsewhere.goto(pages.served.sites.wallet);
    await signIn(elsewhere, mobile, phone);
    await elsewhere.getByRole('heading', { name: 'Your phones' }).waitFor();
    await elsewhere.getByRole('listitem').getByRole('button').click();
    // Whoever has the phone was quick: it is confirmed for a payment before it is locked.
    await phone.getByRole('button', { name: 'Pay', exact: true }).click();
    await confirm(holder);
    await phone.getByText(/Ready for one payment/).waitFor();
    await elsewhere.getByRole('button', { name: /^Lock (?!the screen)/ }).click();
    await elsewhere.getByText('Its card cannot pay.').waitFor();
    const before = payments();
    await askForTap(till, '2850');
    await till.getByRole('heading', { name: 'Not paid' }).waitFor();
    await till.getByRole('heading', { name: 'This card cannot pay now' }).waitFor();
    await till.getByText('Nothing was taken.', { exact: true }).waitFor();
    await phone.getByRole('heading', { name: 'Not paid' }).waitFor();
    await phone.getByRole('heading', { name: 'This phone is locked' }).waitFor();
    await phone.getByText('Nothing was taken.', { exact: true }).waitFor();
    await elsewhere.getByText('Tap refused').waitFor();
    await elsewhere.getByText('token.suspended').waitFor();
    equal(payments(), before);
    await till.getByRole('button', { name: 'Next sale' }).click();
    await phone.getByRole('button', { name: 'Done' }).click();
  });

  test('no session from before the lock opens it; one from after it does, and the phone pays', async () => {
    await phone.getByRole('button', { name: 'Unlock' }).click();
    for (const page of [phone, elsewhere]) {
      await page.getByRole('button', { name: 'I found it, unlock' }).click();
      await page.getByText('The phone was locked after you signed in here.').waitFor();
    }
    await elsewhere.getByRole('button', { name: 'Sign in again' }).click();
    await signIn(elsewhere, mobile, phone);
    await elsewhere.getByRole('button', { name: 'I found it, unlock' }).click();
    await elsewhere.getByText('Lost it? Lock it.').waitFor();
    await phone.getByRole('button', { name: 'Back' }).click();
    await phone.getByText('This phone is locked.').waitFor({ state: 'detached' });
    await present(till, '2850');
    await confirm(holder);
    await tillIsPaid();
    await phoneIsPaid();
  });

  test('while the wallet service is dead the phone pays; once it lives again the news come', async () => {
    world.levers.staff.kill('wallet');
    await phone.getByText('No connection. You can still pay.').waitFor();
    await present(till, '3660');
    await confirm(holder);
    await tillIsPaid();
    await phone.getByText('The reader shows the result.').first().waitFor();
    world.levers.staff.restart('wallet');
    await phoneIsPaid();
    await phone.getByText('No connection. You can still pay.').waitFor({ state: 'detached' });
    await phone.locator('.payments').getByText('36.60').waitFor();
  });

  test('a phone that is wiped has no card on its element, and says so', async () => {
    await elsewhere.getByRole('button', { name: 'Wipe all cards from it' }).click();
    const word = elsewhere.getByLabel('Type “wipe” to confirm');
    const wipe = elsewhere.getByRole('button', { name: 'Wipe the phone' });
    await word.fill('whisper');
    await wipe.click();
    await elsewhere.getByText('That is not the word.').waitFor();
    await word.fill('wipe');
    await wipe.click();
    await elsewhere.getByText('Wiped', { exact: true }).waitFor();
    await phone.getByText('This phone was wiped. Its cards are gone from it.').waitFor();
    // The other browser hears of it once the phone has erased them.
    await elsewhere.getByRole('button', { name: 'Back' }).click();
    await elsewhere.getByRole('button', { name: /No cards/ }).waitFor();
    await phone.getByRole('button', { name: 'Sign out' }).click();
    await signIn(phone, mobile);
    const choose = phone.getByRole('button', { name: 'Use a six-digit passcode' });
    await phone.route('**/wallet/register-device', (route) => route.abort());
    await choose.click();
    // An element takes a first passcode only while no card is on it, and only once.
    await typePasscode(holder, 'Choose a passcode', FIRST);
    await typePasscode(holder, 'Type it once more', FIRST);
    await phone.getByText('The phone is not registered yet; try again.').waitFor();
    await phone.unroute('**/wallet/register-device');
    await choose.click();
    await typePasscode(holder, 'Enter your current passcode', FIRST);
    await typePasscode(holder, 'Choose a new passcode', PASSCODE);
    await typePasscode(holder, 'Type it once more', PASSCODE);
    await phone.getByRole('heading', { name: 'Eight leaves, all blank.' }).waitFor();
  });

  test('a passcode confirms a payment; typed wrong too often it is closed for good', async () => {
    await typeCard(holder, await printCard(pages, holder));
    await typeBankCode(holder);
    await cardArrives(holder);
    await present(till, '1800');
    await phone.getByRole('button', { name: 'Enter passcode' }).click();
    await typePasscode(holder, 'Enter your passcode', PASSCODE);
    await tillIsPaid();
    await phoneIsPaid();

    const before = payments();
    await present(till, '1900');
    await phone.getByRole('button', { name: 'Enter passcode' }).click();
    const keypad = keypadOf(holder);
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      await typePasscode(holder, 'Enter your passcode', WRONG);
      await keypad.getByText(`${left} left.`).waitFor();
    }
    await typePasscode(holder, 'Enter your passcode', WRONG);
    await keypad.getByRole('heading', { name: 'Passcode closed' }).waitFor();
    await keypad.getByRole('button', { name: 'Close' }).click();
    await phone.getByRole('heading', { name: 'The passcode is closed for good' }).waitFor();
    await phone.getByRole('button', { name: 'Done' }).click();
    await till.getByRole('heading', { name: 'Present card' }).waitFor();
    await till.getByRole('button', { name: 'Cancel' }).click();
    equal(payments(), before);
  });
}
