/** The terminal: from an empty amount to a journal with every kind of line. */
import type { Page } from 'playwright-core';
import type { Pages } from '../browser.fixture.ts';
import { newMobile } from '../people.fixture.ts';
import type { Camera } from './camera.ts';
import {
  addCard,
  beginTap,
  behave,
  browserOf,
  freshSale,
  hold,
  type Phone,
  type Printed,
  signIn,
  takePhone,
  tillAddress,
} from './hands.ts';
import { beginningOf, type Says } from './says.ts';

type Sale = {
  readonly pages: Pages;
  readonly says: Says;
  readonly phone: Phone;
  readonly card: Printed;
  readonly till: Page;
};

/** The terminal's pictures. */
export async function terminalPictures(pages: Pages, camera: Camera, says: Says): Promise<void> {
  const phone = await takePhone(pages, says, newMobile());
  await signIn(phone);
  const card = await addCard(phone);
  const context = await browserOf(pages, says);
  const sale = { pages, says, phone, card, till: await context.newPage() };
  await emptyPictures(sale, camera);
  await fieldPictures(sale, camera);
  await paidPictures(sale, camera);
  await notPaidPictures(sale, camera);
  await takenBackPictures(sale, camera);
  await journalPictures(sale, camera);
  await context.close();
  await phone.context.close();
}

async function emptyPictures({ till, phone, says }: Sale, camera: Camera): Promise<void> {
  const { terminal } = says;
  const opening = await hold({ context: till.context() }, '/terminal/open-till');
  const address = await tillAddress(phone.page, says);
  await camera.scene(till, 'opening', {
    reach: async () => {
      await till.goto(address);
      await till.locator('.till-opening').waitFor();
      await till.waitForTimeout(400);
    },
    leave: opening.release,
  });
  await camera.scene(till, 'empty', {
    reach: () => till.getByRole('button', { name: terminal.presentAct }).waitFor(),
  });
  await camera.scene(till, 'journal-empty', {
    only: 390,
    reach: () => till.getByRole('button', { name: terminal.journal, exact: true }).click(),
    leave: () => till.getByRole('button', { name: terminal.sale, exact: true }).click(),
  });
  await camera.scene(till, 'amount', { reach: () => till.keyboard.type('12800') });
  await camera.scene(till, 'offline', {
    reach: async () => {
      await till.context().setOffline(true);
      await till.getByText(terminal.offline).waitFor({ timeout: 15_000 });
    },
    leave: async () => {
      await till.context().setOffline(false);
      await till.getByText(terminal.offline).waitFor({ state: 'hidden', timeout: 15_000 });
    },
  });
}

async function fieldPictures({ till, phone, says }: Sale, camera: Camera): Promise<void> {
  const { terminal } = says;
  const { pay } = says.phone;
  const heading = (name: string) => till.getByRole('heading', { name });
  await camera.scene(till, 'present', { reach: () => beginTap(phone, till, '2850') });
  await camera.scene(till, 'code', {
    only: 390,
    reach: () => till.getByRole('button', { name: terminal.showCode }).click(),
    leave: () => till.keyboard.press('Escape'),
  });
  await camera.scene(till, 'see-phone', {
    reach: async () => {
      await phone.press(pay.unconfirmedHold);
      await heading(terminal.seePhone).waitFor();
    },
    leave: () => freshSale(till, terminal),
  });
  await camera.scene(till, 'reading', {
    fleeting: true,
    reach: async () => {
      const answer = await hold(phone, '/air/answer', 1);
      await beginTap(phone, till, '2850');
      await phone.press(pay.confirm);
      await heading(terminal.reading).waitFor();
      setTimeout(() => void answer.release(), 3_500);
    },
    leave: async () => {
      await heading(terminal.tryAgain).waitFor();
      await freshSale(till, terminal);
    },
  });
  await camera.scene(till, 'try-again', {
    reach: async () => {
      const answer = await hold(phone, '/air/answer', 1);
      await beginTap(phone, till, '2850');
      await phone.press(pay.confirm);
      await answer.came();
      await heading(terminal.tryAgain).waitFor();
      await answer.release();
    },
    leave: () => freshSale(till, terminal),
  });
}

async function paidPictures({ till, phone, says }: Sale, camera: Camera): Promise<void> {
  const { terminal } = says;
  const { pay } = says.phone;
  for (const amount of ['1280', '6800']) {
    await beginTap(phone, till, amount);
    await phone.press(pay.confirm);
    await till.getByRole('heading', { name: terminal.paid }).waitFor();
    await phone.press(pay.end);
  }
  await camera.scene(till, 'approved', {
    reach: async () => {
      await beginTap(phone, till, '2850');
      await phone.press(pay.confirm);
      await till.getByRole('heading', { name: terminal.paid, exact: true }).waitFor();
      await phone.press(pay.end);
    },
  });
  await freshSale(till, terminal);
}

async function notPaidPictures(sale: Sale, camera: Camera): Promise<void> {
  const { till, phone, says, pages, card } = sale;
  const { terminal } = says;
  const { pay } = says.phone;
  await behave(pages, card, 'no_funds');
  await camera.scene(till, 'declined', {
    reach: async () => {
      await beginTap(phone, till, '128000');
      await phone.press(pay.confirm);
      await till.getByRole('heading', { name: terminal.notPaid }).waitFor();
      await phone.press(pay.end);
    },
    leave: () => freshSale(till, terminal),
  });
  await behave(pages, card, 'green');
}

/** A bank whose answers are lost: the till waits, takes the payment back, and is answered in the end. */
async function takenBackPictures(sale: Sale, camera: Camera): Promise<void> {
  const { till, phone, says, pages } = sale;
  const { terminal } = says;
  const { pay } = says.phone;
  const { lines, clock } = pages.world.levers;
  const pass = async (until: () => Promise<boolean>) => {
    for (let turn = 0; turn < 60 && !(await until()); turn += 1) {
      await clock.moveOn(5_000);
      await till.waitForTimeout(200);
    }
  };
  lines.order('terminal-acquirer', 'back', { cut: true });
  await camera.scene(till, 'approving', {
    reach: async () => {
      await beginTap(phone, till, '7700');
      await phone.press(pay.confirm);
      await till.getByText(terminal.asking).first().waitFor();
    },
  });
  await camera.scene(till, 'connection-lost', {
    reach: async () => {
      await till.context().setOffline(true);
      await till.getByRole('heading', { name: terminal.lost }).waitFor({ timeout: 15_000 });
    },
    leave: () => till.context().setOffline(false),
  });
  await camera.scene(till, 'taken-back', {
    reach: async () => {
      const why = till.locator('.why');
      await pass(() => why.isVisible());
      await till.getByText(terminal.reversal.waiting).or(why).first().waitFor();
    },
  });
  await camera.scene(till, 'taken-back-confirmed', {
    reach: async () => {
      lines.order('terminal-acquirer', 'back', { heal: true });
      const confirmed = till.getByText(terminal.reversal.confirmed);
      await pass(() => confirmed.isVisible());
      await confirmed.waitFor();
    },
  });
  await phone.press(pay.end).catch(() => phone.page.reload());
  await freshSale(till, terminal);
}

async function journalPictures({ till, says }: Sale, camera: Camera): Promise<void> {
  const { terminal } = says;
  const rows = till.locator('.journal-rows button');
  const press = (name: string) => till.getByRole('button', { name, exact: true }).first().click();
  await camera.scene(till, 'journal', {
    only: 390,
    reach: () => press(terminal.journal),
    leave: () => press(terminal.sale),
  });
  await camera.scene(till, 'journal-wide', { only: 1440 });
  const posted = rows.filter({ hasText: terminal.state.posted }).first();
  await camera.scene(till, 'receipt', {
    reach: async () => {
      await posted.click();
      await till.getByText(terminal.receipt.total).waitFor();
    },
  });
  await camera.scene(till, 'void', {
    reach: async () => {
      await press(terminal.takeBack);
      await till.getByText(terminal.void.told).waitFor();
    },
  });
  await camera.scene(till, 'void-done', {
    reach: async () => {
      await till
        .getByRole('button', { name: beginningOf(terminal.void.act) })
        .last()
        .click();
      await till.getByText(terminal.void.confirmed).waitFor();
    },
    leave: () => till.keyboard.press('Escape'),
  });
  await camera.scene(till, 'settings', {
    reach: async () => {
      await press(terminal.settings);
      await till.getByText(terminal.set.cvmTold).waitFor();
    },
    leave: () => till.keyboard.press('Escape'),
  });
}
