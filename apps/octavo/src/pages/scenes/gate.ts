/** The gate: listening, open, shut for each reason that can be played, cut off, and what staff see and set. */
import type { Page } from 'playwright-core';
import type { Pages } from '../browser.fixture.ts';
import { newMobile } from '../people.fixture.ts';
import type { Camera } from './camera.ts';
import { addCard, browserOf, goHome, hold, type Phone, signIn, takePhone } from './hands.ts';
import type { Says } from './says.ts';

type Hall = {
  readonly pages: Pages;
  readonly says: Says;
  readonly phone: Phone;
  readonly gate: Page;
};

/** The gate's pictures. */
export async function gatePictures(pages: Pages, camera: Camera, says: Says): Promise<void> {
  const phone = await takePhone(pages, says, newMobile());
  await signIn(phone);
  await addCard(phone, 'green');
  await turnExpressOn(phone);
  const context = await browserOf(pages, says);
  const hall = { pages, says, phone, gate: await context.newPage() };
  await standingPictures(hall, camera);
  await tapPictures(hall, camera);
  await againPictures(hall, camera);
  await shutPictures(hall, camera);
  await settingsPictures(hall, camera);
  await context.close();
  await phone.context.close();
}

async function turnExpressOn(phone: Phone): Promise<void> {
  const { page } = phone;
  await page.locator('.card-open').first().click();
  await page.getByRole('switch').click();
  await page.getByRole('switch', { checked: true }).waitFor();
  await goHome(phone);
}

async function standingPictures({ pages, says, phone, gate }: Hall, camera: Camera): Promise<void> {
  const { face } = says.gate;
  const air = await phone.page.evaluate(`JSON.parse(localStorage.getItem('octavo.wallet.air'))`);
  const opening = await hold({ context: gate.context() }, '/gate/open');
  await camera.scene(gate, 'opening', {
    reach: async () => {
      await gate.goto(`${pages.served.sites.gate}/?lang=${says.lang}#air=${air}`);
      await gate.locator('.gate-opening').waitFor();
      await gate.waitForTimeout(400);
    },
    leave: opening.release,
  });
  await camera.scene(gate, 'ready', { reach: () => stands(gate, face.ready.title) });
  await camera.scene(gate, 'address', {
    only: 390,
    reach: () => gate.getByRole('button', { name: says.gate.place.short, exact: true }).click(),
    leave: () => gate.keyboard.press('Escape'),
  });
}

async function tapPictures({ pages, says, phone, gate }: Hall, camera: Camera): Promise<void> {
  const { face, taps } = says.gate;
  await camera.scene(gate, 'open', {
    fleeting: true,
    reach: async () => {
      // Who goes in twice within two minutes would be sent back.
      await pages.world.levers.clock.moveOn(180_000);
      await holdToGate(phone);
      await stands(gate, face.entry.title);
      await gate.waitForTimeout(400);
    },
    leave: () => stands(gate, face.ready.title),
  });
  await camera.scene(gate, 'passed-back', {
    fleeting: true,
    reach: async () => {
      await holdToGate(phone);
      await stands(gate, face.refused.pass_back.title);
    },
    leave: () => stands(gate, face.ready.title),
  });
  await camera.scene(gate, 'taps', {
    only: 390,
    reach: () => gate.getByRole('button', { name: taps.title, exact: true }).click(),
    leave: () => gate.keyboard.press('Escape'),
  });
  await camera.scene(gate, 'moved-too-soon', {
    fleeting: true,
    reach: async () => {
      const answer = await hold(phone, '/air/answer', 1);
      await holdToGate(phone);
      await answer.came();
      await stands(gate, face.try_again.title);
      await answer.release();
    },
    leave: () => stands(gate, face.ready.title),
  });
}

/** The same phone as one more rider, and a card whose fare is open, as the gate would answer it. */
async function againPictures(hall: Hall, camera: Camera): Promise<void> {
  const { says, gate, phone } = hall;
  const { face, settings, set } = says.gate;
  await gate.getByRole('button', { name: settings, exact: true }).click();
  await gate.getByRole('radio', { name: set.companion }).check({ force: true });
  await gate.getByRole('button', { name: set.save }).click();
  await gate.getByText(set.saved).waitFor();
  await gate.keyboard.press('Escape');
  await camera.scene(gate, 'companion', {
    fleeting: true,
    reach: async () => {
      await holdToGate(phone);
      await gate.locator('.face-words', { hasText: face.companion.text }).waitFor();
      await gate.waitForTimeout(400);
    },
    leave: () => stands(gate, face.ready.title),
  });
  const listed = { outcome: 'refused', code: 'gate.on_deny_list', message: { zh: '', en: '' } };
  await gate.route('**/gate/tap', (route) => route.fulfill({ json: listed }));
  await camera.scene(gate, 'open-fare', {
    fleeting: true,
    reach: async () => {
      await holdToGate(phone);
      await stands(gate, face.refused.on_deny_list.title);
    },
    leave: () => stands(gate, face.ready.title),
  });
  await gate.unroute('**/gate/tap');
}

async function shutPictures(hall: Hall, camera: Camera): Promise<void> {
  const { says, gate, phone } = hall;
  const { face, set } = says.gate;
  await camera.scene(gate, 'out-of-service', {
    reach: async () => {
      await turn(hall, set.out);
      await stands(gate, face.refused.out_of_service.title);
    },
    leave: () => turn(hall, set.out),
  });
  await camera.scene(gate, 'station-closed', {
    reach: async () => {
      await turn(hall, set.closed);
      await stands(gate, face.refused.station_closed.title);
    },
    leave: () => turn(hall, set.closed),
  });
  await camera.scene(gate, 'cut-off', {
    reach: async () => {
      await turn(hall, set.offline);
      await gate.locator('.face-link[data-up="false"]').waitFor();
    },
  });
  await camera.scene(gate, 'cut-off-open', {
    fleeting: true,
    reach: async () => {
      await hall.pages.world.levers.clock.moveOn(180_000);
      await holdToGate(phone);
      await stands(gate, face.entry.title);
      await gate.waitForTimeout(400);
    },
    leave: () => stands(gate, face.ready.title),
  });
  await turn(hall, set.offline);
}

async function settingsPictures({ says, gate }: Hall, camera: Camera): Promise<void> {
  const { settings, set } = says.gate;
  await camera.scene(gate, 'settings', {
    reach: async () => {
      await gate.getByRole('button', { name: settings, exact: true }).click();
      await gate.getByRole('button', { name: set.save }).waitFor();
    },
  });
  await camera.scene(gate, 'settings-place', {
    reach: () => gate.getByRole('button', { name: set.move }).scrollIntoViewIfNeeded(),
    leave: () => gate.keyboard.press('Escape'),
  });
  await camera.scene(gate, 'no-answer', {
    reach: async () => {
      await gate.context().setOffline(true);
      await gate.getByText(says.gate.lost).first().waitFor({ timeout: 15_000 });
    },
    leave: async () => {
      await gate.context().setOffline(false);
    },
  });
}

/** Until the face says so; the title stands there in both languages. */
async function stands(gate: Page, title: string): Promise<void> {
  await gate.locator('.face-words > h2', { hasText: title }).first().waitFor({ timeout: 15_000 });
}

/** Hold the phone to the gate; what a tap before left on its screen is put away. */
async function holdToGate({ page, says }: Phone): Promise<void> {
  const glass = page.locator('.glass');
  if ((await glass.count()) > 0) {
    await page.keyboard.press('Escape');
    await glass.waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: says.phone.glass.hold }).click();
}

/** Turn a switch of the gate over. */
async function turn({ says, gate }: Hall, name: string): Promise<void> {
  const { settings, set } = says.gate;
  await gate.getByRole('button', { name: settings, exact: true }).click();
  await gate.getByRole('switch', { name }).click();
  await gate.getByRole('button', { name: set.save }).click();
  await gate.getByText(set.saved).waitFor();
  await gate.keyboard.press('Escape');
}
