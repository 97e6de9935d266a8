/** The phone: from signing in to a full wallet. */
import type { Pages } from '../browser.fixture.ts';
import { newMobile } from '../people.fixture.ts';
import type { Camera } from './camera.ts';
import {
  addCard,
  cardForm,
  codeIn,
  codeNow,
  hold,
  type Phone,
  type Printed,
  print,
  signInWithCode,
  takePhone,
  typeInto,
} from './hands.ts';
import { payPictures } from './pay.ts';
import { beginningOf, type Says } from './says.ts';

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

async function addPictures(phone: Phone, camera: Camera): Promise<Printed> {
  const { page, pages, says, mobile, press } = phone;
  const { home, add } = says.phone;
  const form = cardForm(page);
  const number = form.getByLabel(says.card.number.label, { exact: true });
  const card = await print(pages, mobile, 'plain');
  await camera.scene(page, 'add-blank', {
    reach: async () => {
      await press(home.add);
      await number.waitFor();
    },
  });
  await camera.scene(page, 'add-wrong', {
    reach: async () => {
      const last = Number(card.pan.at(-1));
      await number.fill(`${card.pan.slice(0, -1)}${(last + 1) % 10}`);
      await form.getByText(says.card.number.luhn).waitFor();
    },
  });
  await camera.scene(page, 'add-filled', { reach: () => typeInto(phone, card) });
  await camera.scene(page, 'add-terms', {
    reach: async () => {
      await press(add.next);
      await page.getByRole('button', { name: add.terms.agree }).waitFor();
    },
  });
  const signInCode = await codeNow(page);
  const asking = await hold(phone, '/wallet/add-card');
  await camera.scene(page, 'add-asking', {
    reach: async () => {
      await press(add.terms.agree);
      await page.getByText(add.asking.title).waitFor();
      await asking.came();
    },
    leave: asking.release,
  });
  await camera.scene(page, 'add-method', {
    reach: () => page.getByText(add.method.title).waitFor(),
  });
  await codePictures(phone, camera, signInCode);
  return card;
}

/** The code, until the card is on the phone. */
async function codePictures(phone: Phone, camera: Camera, before: string): Promise<void> {
  const { page, says, press } = phone;
  const { home, add } = says.phone;
  const code = cardForm(page).getByLabel(says.card.code.label, { exact: true });
  let sent = '';
  await camera.scene(page, 'add-code', {
    reach: async () => {
      await page.getByRole('button', { name: add.method.code }).click();
      await code.waitFor();
      sent = await codeIn(page, before);
    },
  });
  const wrong = async (words: string) => {
    await code.fill(sent === '000000' ? '111111' : '000000');
    await page.getByText(words).first().waitFor();
    await page.waitForTimeout(300);
  };
  await camera.scene(page, 'add-code-wrong', { reach: () => wrong(add.code.wrong) });
  await camera.scene(page, 'add-code-dead', {
    reach: async () => {
      await wrong(add.code.wrong);
      await wrong(add.code.dead);
    },
  });
  const moving = await hold(phone, '/wallet/provision', 2);
  await camera.scene(page, 'add-moving', {
    reach: async () => {
      await page.getByRole('button', { name: add.code.resend }).click();
      const again = await codeIn(page, sent);
      await page.getByText(beginningOf(add.code.works)).waitFor();
      await page.waitForTimeout(300);
      await code.fill(again);
      await page.getByText(add.moving.title).first().waitFor();
      await moving.came();
    },
    leave: moving.release,
  });
  await camera.scene(page, 'add-ready', {
    reach: () => page.getByText(add.moving.done).waitFor({ timeout: 20_000 }),
    leave: async () => {
      await press(add.moving.close);
      await page.getByRole('button', { name: home.pay, exact: true }).waitFor();
    },
  });
}

async function refusedCardPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says, mobile, press } = phone;
  const { home, add } = says.phone;
  await camera.scene(page, 'add-refused', {
    reach: async () => {
      const card = await print(pages, mobile, 'red', 'credit');
      await press(home.add);
      await typeInto(phone, card);
      await press(add.next);
      await press(add.terms.agree);
      await page.getByText(add.refused.card.declined.title).waitFor();
    },
    leave: () => goHome(phone),
  });
}

async function walletPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, press } = phone;
  const { home, card, history } = says.phone;
  const open = (place: number) => page.locator('.card-open').nth(place).click();
  await addCard(phone, 'green', 'credit');
  await addCard(phone, 'plain', 'credit');
  await camera.scene(page, 'wallet-4-pending');
  await camera.scene(page, 'card', {
    reach: async () => {
      await open(-1);
      await page.getByText(card.factToken).waitFor();
    },
  });
  await camera.scene(page, 'card-remove', {
    reach: async () => {
      await press(card.remove);
      await page.getByText(card.removeTitle).waitFor();
    },
    leave: () => press(card.keep),
  });
  await camera.scene(page, 'card-menu', {
    reach: () => press(card.menuTitle),
    leave: () => page.keyboard.press('Escape'),
  });
  await goHome(phone);
  await camera.scene(page, 'card-suspended', {
    reach: async () => {
      await open(0);
      await press(card.suspend);
      await page.getByText(card.suspendedText).waitFor();
    },
    leave: () => goHome(phone),
  });
  await camera.scene(page, 'wallet-5');
  await camera.scene(page, 'wallet-change', {
    reach: async () => {
      await press(home.change);
      await page.getByText(home.changeTitle).waitFor();
    },
    leave: () => page.keyboard.press('Escape'),
  });
  await camera.scene(page, 'history', {
    reach: async () => {
      await press(home.seeAll);
      await page.getByRole('heading', { name: history.title }).waitFor();
    },
  });
  await camera.scene(page, 'history-payment', {
    reach: async () => {
      await page.locator('.payment').first().click();
      await page.getByText(history.reference, { exact: true }).waitFor();
    },
    leave: async () => {
      await page.keyboard.press('Escape');
      await goHome(phone);
    },
  });
}

async function accountPictures(phone: Phone, camera: Camera): Promise<void> {
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
async function lostPictures(phone: Phone, camera: Camera): Promise<void> {
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

async function troublePictures(phone: Phone, camera: Camera): Promise<void> {
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

const DAY_MS = 24 * 60 * 60 * 1_000;

async function fullPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says, press } = phone;
  const { home } = says.phone;
  await camera.scene(page, 'wallet-8', {
    reach: async () => {
      const leaves = page.locator('.card-slot, .pending-list > li');
      // Only so many cards come onto a phone within a day.
      await pages.world.levers.clock.moveOn(DAY_MS);
      while ((await leaves.count()) < 8) await addCard(phone);
    },
  });
  await camera.scene(page, 'full', {
    reach: async () => {
      await press(home.add);
      await page.getByText(home.fullTitle).waitFor();
    },
  });
  await camera.scene(page, 'full-choose', {
    reach: () => press(home.chooseRemove),
    leave: () => page.keyboard.press('Escape'),
  });
}

async function goHome({ page, pages, says }: Phone): Promise<void> {
  await page.goto(pages.served.sites.wallet);
  await page.getByRole('button', { name: says.phone.home.account, exact: true }).waitFor();
  await page.waitForTimeout(300);
}
