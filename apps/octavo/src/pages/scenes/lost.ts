/** The account, the phones of a holder, a phone that is lost and found, and what stands between a holder and paying. */
import type { Camera } from './camera.ts';
import { goHome, type Phone, signInWithCode } from './hands.ts';
import { beginningOf } from './says.ts';

/** The account and its phones. */
export async function accountPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, press } = phone;
  const { home, account, phones } = says.phone;
  await camera.scene(page, 'account', {
    whole: true,
    reach: async () => {
      await press(home.account);
      await page.getByText(account.cues, { exact: true }).waitFor();
    },
  });
  await camera.scene(page, 'account-elsewhere', {
    reach: async () => {
      await page.getByRole('button', { name: account.elsewhere }).click();
      await page.getByLabel(account.address).fill('a terminal');
      await press(account.lieThere);
      await page.getByText(account.addressWrong).waitFor();
    },
    leave: () => page.keyboard.press('Escape'),
  });
  await camera.scene(page, 'phones', {
    reach: async () => {
      await page.getByRole('button', { name: account.phones }).click();
      await page.getByRole('heading', { name: phones.thisPhone }).waitFor();
    },
  });
}

/** From the list of phones to a locked one and back. */
export async function lostPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, press } = phone;
  const { phones, trouble, add, home } = says.phone;
  await camera.scene(page, 'phone', {
    reach: async () => {
      await page.locator('.rows .row').first().click();
      await page.getByText(phones.canPay).waitFor();
    },
  });
  await camera.scene(page, 'phone-locked', {
    reach: async () => {
      await page
        .getByRole('main')
        .getByRole('button', { name: beginningOf(phones.lock) })
        .first()
        .click();
      await page.getByText(phones.since).waitFor();
    },
  });
  await camera.scene(page, 'phone-wipe', {
    reach: async () => {
      await press(phones.wipe);
      await page.getByLabel(beginningOf(phones.wipeType)).fill('no');
      await press(phones.wipeDo);
      await page.getByText(phones.wipeWrong).waitFor();
    },
    leave: () => page.keyboard.press('Escape'),
  });
  await camera.scene(page, 'wallet-locked', {
    reach: async () => {
      await goHome(phone);
      await page.getByText(trouble.locked).waitFor();
    },
  });
  await camera.scene(page, 'add-locked', {
    reach: async () => {
      await press(home.add);
      await page.getByText(add.refused.device.locked.title).waitFor();
    },
    leave: () => goHome(phone),
  });
  await unlockPictures(phone, camera);
}

/** Whoever signed in before the lock may not lift it. */
async function unlockPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, press } = phone;
  const { phones, trouble } = says.phone;
  await camera.scene(page, 'phone-too-old', {
    reach: async () => {
      await press(trouble.unlock);
      await press(phones.unlock);
      await page.getByText(phones.tooOld).waitFor();
    },
    leave: () => press(phones.signInAgain),
  });
  await signInWithCode(phone);
  await page.getByRole('button', { name: phones.unlock }).click();
  await page.getByText(phones.canPay).waitFor();
  await goHome(phone);
}

/** No connection, and another tab that has the element. */
export async function troublePictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, context, pages, says } = phone;
  const { trouble } = says.phone;
  await camera.scene(page, 'wallet-offline', {
    reach: async () => {
      await context.setOffline(true);
      await page.getByText(trouble.offline).waitFor({ timeout: 20_000 });
    },
    leave: async () => {
      await context.setOffline(false);
      await page.getByText(trouble.offline).waitFor({ state: 'hidden', timeout: 20_000 });
    },
  });
  const other = await context.newPage();
  await camera.scene(other, 'wallet-other-tab', {
    reach: async () => {
      await other.goto(pages.served.sites.wallet);
      await other.getByText(trouble.inUse).waitFor();
    },
  });
  await other.close();
}
