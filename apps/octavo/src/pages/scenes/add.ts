/** Adding a card on the phone: typed, asked about, proved with a code, and put into the element; or refused. */
import type { Camera } from './camera.ts';
import {
  cardForm,
  codeIn,
  codeNow,
  goHome,
  hold,
  type Phone,
  type Printed,
  print,
  typeInto,
} from './hands.ts';

/** The first card, with everything that can be seen on its way. */
export async function addPictures(phone: Phone, camera: Camera): Promise<Printed> {
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
      await page.getByText(add.code.dead).waitFor({ state: 'hidden' });
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

/** A card that its bank does not allow. */
export async function refusedCardPictures(phone: Phone, camera: Camera): Promise<void> {
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
