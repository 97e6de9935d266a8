import { deepEqual, equal, ok } from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import { giveAuthenticator, needsChromium, openPages } from './browser.fixture.ts';
import { askElement } from './in-page.fixture.ts';
import {
  type Answer,
  askOnOtherSite,
  keepElementPort,
  privateKeyOf,
  signedBy,
  type Tampering,
  tamperWith,
} from './passkey.fixture.ts';
import { addGreenCard, confirm, newHolder, openTill, present, wide } from './people.fixture.ts';

if (needsChromium.skip) test('what the element takes of a passkey', needsChromium, () => {});
else {
  const pages = await openPages();
  after(() => pages.close());
  const { sites } = pages.served;
  const context = await pages.open(wide);
  await keepElementPort(context);
  const holder = await newHolder(pages, context);
  const { page, authenticator } = holder;
  await addGreenCard(pages, holder);
  const till = await openTill(holder);
  const tamper = await tamperWith(page);
  const [passkey] = await authenticator.passkeys();
  ok(passkey !== undefined);
  const holderKey = privateKeyOf(passkey);

  /** A page of another site of this world, with the holder's own key made over to that site. */
  const bank = await context.newPage();
  await bank.goto(sites.bank);
  const { hostname: rpId } = new URL(sites.bank);
  await (await giveAuthenticator(bank)).take({ ...passkey, rpId });
  await page.bringToFront();

  const isPaid = async () => {
    await page.getByRole('heading', { name: 'Paid', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await till.getByRole('button', { name: 'Next sale' }).click();
  };
  const isNotArmed = async () => {
    await page.getByRole('heading', { name: 'The element did not accept it' }).waitFor();
    await page.getByText('Nothing was taken.').first().waitFor();
    await askElement(page, '00A4040008A00000015100000000');
    // GET DATA: what is armed, and for how long.
    equal(await askElement(page, '80CADF0300'), 'DF03009000');
  };
  /** Present an amount, confirm with an answer that is wrong in one thing, then with a right one. */
  const refusesThenPays = async (wrong: Tampering) => {
    await present(till, '2850');
    tamper(wrong);
    await confirm(holder);
    await isNotArmed();
    tamper({});
    await page.getByRole('button', { name: 'Confirm again' }).click();
    await isPaid();
  };

  test('signed by another key than the holder’s', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await refusesThenPays({ answer: (given) => signedBy(privateKey, given) });
  });

  test('replayed from an earlier payment', async () => {
    let earlier: Answer | undefined;
    await present(till, '2850');
    tamper({ answer: (given) => (earlier = given) });
    await confirm(holder);
    await isPaid();
    await refusesThenPays({ answer: () => earlier });
  });

  test('signed by the holder’s key, but for another origin', async () => {
    await refusesThenPays({
      answer: (given) => {
        const told = given.clientDataJSON.toString();
        const foreign = told.replace(sites.wallet, 'https://stranger.example');
        ok(foreign !== told);
        return signedBy(holderKey, { ...given, clientDataJSON: Buffer.from(foreign) });
      },
    });
  });

  test('really made with the holder’s key, but on another site', async () => {
    await refusesThenPays({
      answer: (_, question) => askOnOtherSite(bank, { ...passkey, rpId }, question),
    });
  });

  test('made without verifying the holder', async () => {
    await authenticator.verify(false);
    await refusesThenPays({
      question: (asked) => ({ ...asked, userVerification: 'discouraged' }),
      answer: async (given) => {
        equal((given.authenticatorData[32] ?? 0) & 0x05, 0x01);
        await authenticator.verify(true);
        return given;
      },
    });
  });

  test('made for another challenge', async () => {
    await refusesThenPays({
      question: (asked) => ({ ...asked, challenge: Buffer.from(asked.challenge).reverse() }),
    });
  });

  test('made for another amount: what the holder signed for 50.00 is no answer for 60.00', async () => {
    let forFifty: Answer | undefined;
    await askedOnPhone('5000', '¥50.00');
    tamper({
      answer: (given) => {
        forFifty = given;
        return undefined;
      },
    });
    await confirm(holder);
    await page.getByRole('heading', { name: 'Not confirmed' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await till.getByRole('button', { name: 'Cancel' }).click();

    await askedOnPhone('6000', '¥60.00');
    tamper({ answer: () => forFifty });
    await confirm(holder);
    await isNotArmed();
    tamper({});
    await page.getByRole('button', { name: 'Confirm again' }).click();
    await isPaid();
    deepEqual(holder.faults(), []);
  });

  /** Hold near without confirming, until the reader sends the holder to the phone for this amount. */
  async function askedOnPhone(digits: string, amount: string): Promise<void> {
    await present(till, digits);
    await page.getByRole('button', { name: 'Hold near without confirming' }).click();
    await till.getByRole('heading', { name: 'See phone' }).waitFor();
    await page.getByRole('heading', { name: 'Pay this amount?' }).waitFor();
    await page.getByRole('img', { name: amount }).first().waitFor();
  }
}
