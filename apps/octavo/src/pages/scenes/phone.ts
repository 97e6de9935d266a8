/** The phone: from signing in to a full wallet. */
import type { Pages } from '../browser.fixture.ts';
import { newMobile } from '../people.fixture.ts';
import { addPictures, refusedCardPictures } from './add.ts';
import type { Camera } from './camera.ts';
import { addCard, codeIn, goHome, type Phone, takePhone } from './hands.ts';
import { accountPictures, lostPictures, troublePictures } from './lost.ts';
import { payPictures } from './pay.ts';
import { beginningOf, type Says } from './says.ts';
import { transitPictures } from './transit.ts';
import { fullPictures, walletPictures } from './wallet.ts';

/** The phone's pictures. */
export async function phonePictures(pages: Pages, camera: Camera, says: Says): Promise<void> {
  const phone = await takePhone(pages, says, newMobile());
  await signInPictures(phone, camera);
  const card = await addPictures(phone, camera);
  await goHome(phone);
  await camera.scene(phone.page, 'wallet-1');
  await refusedCardPictures(phone, camera);
  await addCard(phone, 'green', 'credit');
  await addCard(phone);
  await camera.scene(phone.page, 'wallet-3');
  await payPictures(phone, camera, card);
  await goHome(phone);
  await walletPictures(phone, camera);
  await transitPictures(phone, camera);
  await accountPictures(phone, camera);
  await lostPictures(phone, camera);
  await troublePictures(phone, camera);
  await fullPictures(phone, camera);
  await phone.context.close();
}

async function signInPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says, mobile, press } = phone;
  const { signIn, confirm, home } = says.phone;
  const number = page.getByLabel(signIn.mobile, { exact: true });
  const code = page.getByLabel(signIn.code, { exact: true });
  await camera.scene(page, 'sign-in', {
    reach: async () => {
      await page.goto(pages.served.sites.wallet);
      await number.waitFor();
    },
  });
  await camera.scene(page, 'sign-in-wrong', {
    reach: async () => {
      await number.fill('1391');
      await press(signIn.send);
      await page.getByText(signIn.mobileWrong).waitFor();
    },
  });
  let sent = '';
  await camera.scene(page, 'sign-in-code', {
    reach: async () => {
      await number.fill(mobile);
      await press(signIn.send);
      await code.waitFor();
      sent = await codeIn(page);
    },
  });
  await camera.scene(page, 'sign-in-code-messages', {
    only: 390,
    reach: () => press(signIn.messages),
    leave: () => page.keyboard.press('Escape'),
  });
  await camera.scene(page, 'sign-in-code-wrong', {
    reach: async () => {
      await code.fill(sent === '000000' ? '111111' : '000000');
      await page.getByText(beginningOf(signIn.codeWrong_other)).first().waitFor();
    },
  });
  await camera.scene(page, 'confirm-by', {
    reach: async () => {
      await code.fill(sent);
      await page.getByText(confirm.title).waitFor();
    },
  });
  const keypad = page.frameLocator('iframe[src*="element."]');
  await camera.scene(page, 'keypad', {
    reach: async () => {
      await press(confirm.passcode);
      await keypad.getByText(says.element.ask.first).waitFor();
      await keypad.getByRole('button', { name: '4', exact: true }).click();
      await keypad.getByRole('button', { name: '7', exact: true }).click();
    },
    leave: () => keypad.getByRole('button', { name: says.element.cancel, exact: true }).click(),
  });
  await camera.scene(page, 'confirm-by-cancelled', {
    reach: () => page.getByText(confirm.keypadCancelled).waitFor(),
  });
  await camera.scene(page, 'wallet-empty', {
    reach: async () => {
      await press(confirm.passkey);
      await page.getByText(home.emptyTitle).waitFor();
    },
  });
}
