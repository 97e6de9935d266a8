/** The bank's own page: numbers, cards, what a phone asks, and messages. */
import type { Page } from 'playwright-core';
import type { Pages } from '../browser.fixture.ts';
import { newMobile } from '../people.fixture.ts';
import type { Camera } from './camera.ts';
import { addCard, browserOf, print, signIn, takePhone } from './hands.ts';
import type { Says } from './says.ts';

/** The bank's pictures. */
export async function bankPictures(pages: Pages, camera: Camera, says: Says): Promise<void> {
  const mobile = newMobile();
  const phone = await takePhone(pages, says, mobile);
  await signIn(phone);
  await strangerPictures(pages, camera, says, mobile);
  await print(pages, mobile, 'no_funds', 'credit');
  await addCard(phone);
  await addCard(phone, 'plain').catch(() => undefined);
  const page = await phone.context.newPage();
  await holderPictures(page, pages, camera, says);
  await phone.context.close();
}

/** A browser that the bank does not know. */
async function strangerPictures(pages: Pages, camera: Camera, says: Says, taken: string) {
  const context = await browserOf(pages, says);
  const page = await context.newPage();
  const { number, open, messages } = says.bank;
  const press = pressOn(page);
  await camera.scene(page, 'first', {
    reach: async () => {
      await page.goto(pages.served.sites.bank);
      await page.getByText(number.title).waitFor();
    },
  });
  const mobile = page.getByLabel(number.mobile, { exact: true });
  await camera.scene(page, 'number-wrong', {
    reach: async () => {
      await mobile.fill('1391');
      await press(number.use);
      await page.getByText(number.wrong).waitFor();
    },
  });
  await camera.scene(page, 'number-taken', {
    reach: async () => {
      await mobile.fill(taken);
      await press(number.use);
      await page.getByText(number.taken).first().waitFor();
    },
  });
  await camera.scene(page, 'no-card', {
    whole: true,
    reach: async () => {
      await press(number.useDemo);
      await page.getByText(open.first).waitFor();
      await page.getByText(messages.empty).waitFor();
    },
  });
  await context.close();
}

/** The holder's own. */
async function holderPictures(page: Page, pages: Pages, camera: Camera, says: Says) {
  const { approvals, cards, details, bank, number, book } = says.bank;
  const press = pressOn(page);
  await camera.scene(page, 'approval', {
    reach: async () => {
      await page.goto(pages.served.sites.bank);
      await page.getByRole('button', { name: approvals.approve }).waitFor();
    },
  });
  await camera.scene(page, 'approved', {
    reach: async () => {
      await press(approvals.approve);
      await page.getByText(approvals.approved).waitFor();
    },
  });
  await camera.scene(page, 'cards', {
    whole: true,
    reach: () => page.getByText(book.title).waitFor(),
  });
  await camera.scene(page, 'details', {
    reach: async () => {
      await press(details.show);
      await page.getByText(details.cvn2, { exact: true }).waitFor();
    },
    leave: () => press(details.hide),
  });
  await camera.scene(page, 'open-account', {
    reach: () => press(cards.openAnother),
    leave: () => page.keyboard.press('Escape'),
  });
  await camera.scene(page, 'settings', {
    reach: async () => {
      await press(bank.settings);
      await page.getByText(number.mine).waitFor();
    },
    leave: () => page.keyboard.press('Escape'),
  });
}

function pressOn(page: Page) {
  return (name: string) => page.getByRole('button', { name }).first().click();
}
