/** The wallet with its cards: waiting, suspended, looked at one by one, and full. */
import type { Camera } from './camera.ts';
import { addCard, goHome, type Phone } from './hands.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Five cards, one of them waiting for its code and one suspended, and what they paid. */
export async function walletPictures(phone: Phone, camera: Camera): Promise<void> {
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

/** Eight cards, and why there is no ninth. */
export async function fullPictures(phone: Phone, camera: Camera): Promise<void> {
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
