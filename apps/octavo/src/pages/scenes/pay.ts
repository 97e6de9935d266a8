/** The phone in the moment of a payment: every ground and what stands on it. */
import type { Page } from 'playwright-core';
import type { Camera } from './camera.ts';
import {
  beginTap,
  behave,
  freshSale,
  hold,
  laterFor,
  openTillBeside,
  type Phone,
  type Printed,
} from './hands.ts';

/** The pictures of paying, with the card that stands in front of a wallet of three. */
export async function payPictures(phone: Phone, camera: Camera, card: Printed): Promise<void> {
  await alonePictures(phone, camera);
  const till = await openTillBeside(phone.page, phone.pages, phone.says);
  await tapPictures(phone, camera, till);
  await endPictures(phone, camera, till, card);
  await slowPictures(phone, camera, till, card);
  await till.context().close();
}

/** Without a reader. */
async function alonePictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, verify, press } = phone;
  const { pay, home, page: around } = says.phone;
  await camera.scene(page, 'pay-offered', {
    reach: async () => {
      await press(home.pay);
      await page.getByRole('heading', { name: pay.confirm }).waitFor();
    },
  });
  await camera.scene(page, 'pay-cancelled', {
    reach: async () => {
      await verify(false);
      await press(pay.confirm);
      await page.getByRole('heading', { name: pay.cancelled }).waitFor();
    },
    leave: () => verify(true),
  });
  await camera.scene(page, 'pay-no-reader', {
    reach: async () => {
      await press(pay.again);
      await page.getByRole('heading', { name: pay.noReader }).waitFor();
    },
  });
  await camera.scene(page, 'pay-ran-out', {
    reach: async () => {
      await laterFor(page, 61);
      await page.getByRole('heading', { name: pay.ranOut }).waitFor();
    },
    leave: async () => {
      await laterFor(page, 0);
      await press(around.cancel);
    },
  });
}

/** A reader that has its time. */
async function tapPictures(phone: Phone, camera: Camera, till: Page): Promise<void> {
  const { page, says, press } = phone;
  const { pay, page: around } = says.phone;
  const heading = (name: string) => page.getByRole('heading', { name });
  const near = await hold(phone, '/air/hold', 1);
  await camera.scene(page, 'pay-ready', {
    reach: async () => {
      await beginTap(phone, till, '2850');
      await press(pay.confirm);
      await heading(pay.hold).waitFor();
    },
    leave: async () => {
      await near.release();
      await heading(pay.paid).waitFor();
    },
  });
  await camera.scene(page, 'pay-paid', { leave: () => press(pay.end) });
  await camera.scene(page, 'pay-reading', {
    fleeting: true,
    reach: async () => {
      const answer = await hold(phone, '/air/answer', 1);
      await beginTap(phone, till, '6800');
      await press(pay.confirm);
      await answer.came();
      await heading(pay.reading).waitFor();
      setTimeout(() => void answer.release(), 3_500);
    },
    leave: async () => {
      await heading(pay.moved).waitFor();
      await press(around.cancel);
    },
  });
  await camera.scene(page, 'pay-moved', {
    reach: async () => {
      const answer = await hold(phone, '/air/answer', 1);
      await beginTap(phone, till, '6800');
      await press(pay.confirm);
      await answer.came();
      // The reader waits three seconds; an answer that comes later finds nobody.
      await page.waitForTimeout(3_500);
      await answer.release();
      await heading(pay.moved).waitFor();
    },
    leave: async () => {
      await press(around.cancel);
      await freshSale(till, says.terminal);
    },
  });
  await camera.scene(page, 'pay-see-phone', {
    reach: async () => {
      await beginTap(phone, till, '9900');
      await press(pay.unconfirmedHold);
      await heading(pay.amountAsk).waitFor();
    },
    leave: async () => {
      await press(around.cancel);
      await freshSale(till, says.terminal);
    },
  });
}

async function endPictures(phone: Phone, camera: Camera, till: Page, card: Printed) {
  const { page, pages, says, press } = phone;
  const { pay } = says.phone;
  await behave(pages, card, 'no_funds');
  await camera.scene(page, 'pay-declined', {
    reach: async () => {
      await beginTap(phone, till, '128000');
      await press(pay.confirm);
      await page.getByRole('heading', { name: pay.notPaid }).waitFor();
      await page.getByText(pay.why.funds.title).first().waitFor();
    },
    leave: () => press(pay.end),
  });
}

/** A bank that takes its time, until the payment is taken back. */
async function slowPictures(phone: Phone, camera: Camera, till: Page, card: Printed) {
  const { page, pages, says, press } = phone;
  const { pay } = says.phone;
  await behave(pages, card, 'no_answer');
  await camera.scene(page, 'pay-asking', {
    reach: async () => {
      await beginTap(phone, till, '7700');
      await press(pay.confirm);
      await page.getByText(pay.moveAway).first().waitFor();
    },
  });
  await camera.scene(page, 'pay-unknown', {
    reach: async () => {
      await laterFor(page, 21);
      await page.getByRole('heading', { name: pay.unknown }).waitFor();
      await laterFor(page, 0);
    },
  });
  await camera.scene(page, 'pay-taken-back', {
    reach: async () => {
      const heading = page
        .getByRole('heading', { name: pay.takenBack })
        .or(page.getByRole('heading', { name: pay.notPaid }));
      for (let turn = 0; turn < 40 && !(await heading.first().isVisible()); turn += 1) {
        await pages.world.levers.clock.moveOn(5_000);
        await page.waitForTimeout(200);
      }
      await heading.first().waitFor();
    },
    leave: () => press(pay.end),
  });
  await behave(pages, card, 'green');
  await freshSale(till, says.terminal);
}
