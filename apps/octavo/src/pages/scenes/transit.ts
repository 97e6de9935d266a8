/** The phone in transit: the express card, the dark screen at a gate, trips with what they cost, an open fare. */
import { isRefused } from '@octavo/domain/refusal.ts';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import { metroGate, openGateBeside, type Place } from '../gates.fixture.ts';
import type { Camera } from './camera.ts';
import { goHome, type Phone } from './hands.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const BUS: Place = { operator: 'gongjiao', station: '', line: '', route: '12', direction: 'none' };

/** The pictures; the front card travels. */
export async function transitPictures(phone: Phone, camera: Camera): Promise<void> {
  await expressPictures(phone, camera);
  await glassPictures(phone, camera);
  await tripPictures(phone, camera);
  await debtPictures(phone, camera);
  await goHome(phone);
}

async function expressPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, says, press } = phone;
  const { express, trips } = says.phone;
  const open = (place: number) => page.locator('.card-open').nth(place).click();
  await goHome(phone);
  await open(-1);
  await camera.scene(page, 'express-not-confirmed', {
    reach: async () => {
      await phone.verify(false);
      await page.getByRole('switch').click();
      await page.getByText(express.end.cancelled).waitFor();
      await phone.verify(true);
    },
  });
  await camera.scene(page, 'transit-empty', {
    reach: async () => {
      await page.getByRole('button', { name: trips.open }).click();
      await page.getByText(trips.emptyTitle).waitFor();
    },
  });
  await camera.scene(page, 'express-on', {
    reach: async () => {
      await page.goBack();
      await page.getByRole('switch').click();
      await page.getByRole('switch', { checked: true }).waitFor();
    },
    leave: () => goHome(phone),
  });
  await camera.scene(page, 'wallet-express');
  await camera.scene(page, 'express-place', {
    reach: async () => {
      await open(-2);
      await page.getByRole('switch').click();
      await page.getByText(express.placeTitle).waitFor();
    },
    leave: async () => {
      await page.keyboard.press('Escape');
      await goHome(phone);
    },
  });
  await camera.scene(page, 'gate-near', {
    reach: async () => {
      const gate = await openGateBeside(phone.pages, page, metroGate('xinjie', 'in'));
      await page.getByText(says.phone.glass.gateNear).waitFor();
      closeGate = gate.close;
    },
    leave: async () => closeGate(),
  });
  await press(says.phone.glass.lock);
  await camera.scene(page, 'glass-locked');
}

let closeGate = (): void => {};

/** Hold the phone to a gate of that place; answers once the phone shows how it ended. */
async function pass({ page, pages }: Phone, place: Place): Promise<void> {
  const gate = await openGateBeside(pages, page, place);
  await gate.tap();
  gate.close();
}

async function glassPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says } = phone;
  const { glass } = says.phone;
  const isDark = () => page.locator('.glass[data-step="away"]').waitFor({ timeout: 15_000 });
  await camera.scene(page, 'glass-near', {
    fleeting: true,
    reach: async () => {
      const gate = await openGateBeside(pages, page, metroGate('taolin', 'in'));
      closeGate = gate.close;
      await gate.near();
    },
    leave: async () => {
      closeGate();
      await isDark();
    },
  });
  await camera.scene(page, 'glass-open', {
    fleeting: true,
    reach: async () => {
      // Whoever goes in twice has taken another gate.
      await pages.world.levers.clock.moveOn(3 * MINUTE_MS);
      await pass(phone, metroGate('xinjie', 'in'));
      await page.getByRole('heading', { name: glass.open }).waitFor();
    },
    leave: isDark,
  });
  await camera.scene(page, 'glass-shut', {
    fleeting: true,
    reach: async () => {
      await pass(phone, metroGate('xinjie', 'in'));
      await page.getByRole('heading', { name: glass.shut.pass_back.title }).waitFor();
    },
    leave: isDark,
  });
}

async function tripPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says } = phone;
  const { trips } = says.phone;
  const later = (minutes: number) => pages.world.levers.clock.moveOn(minutes * MINUTE_MS);
  const ride = async (from: string, to: string) => {
    await pass(phone, metroGate(from, 'in'));
    await later(17);
    await pass(phone, metroGate(to, 'out'));
    await later(40);
  };
  await later(15);
  await pass(phone, metroGate('hebin', 'out'));
  await later(40);
  await pass(phone, BUS);
  await later(30);
  await ride('dongmen', 'zhonglou');
  await pass(phone, metroGate('dongmen', 'in'));
  await camera.scene(page, 'trips', {
    whole: true,
    reach: async () => {
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: trips.open }).click();
      await page.locator('.trip').nth(2).waitFor();
    },
  });
  await camera.scene(page, 'trip-why', {
    reach: async () => {
      await page.locator('.trip').nth(1).click();
      await page.getByText(trips.why).waitFor();
    },
    leave: () => page.keyboard.press('Escape'),
  });
}

async function debtPictures(phone: Phone, camera: Camera): Promise<void> {
  const { page, pages, says } = phone;
  const { debt } = says.phone.trips;
  const pay = page.locator('.debt .button');
  await camera.scene(page, 'open-fare', {
    whole: true,
    reach: async () => {
      await behave(phone, 'no_funds');
      await pages.world.levers.clock.moveOn(DAY_MS);
      await pay.waitFor({ timeout: 20_000 });
    },
  });
  await camera.scene(page, 'open-fare-declined', {
    reach: async () => {
      await pay.click();
      await page.locator('.debt [role="alert"]').waitFor();
    },
  });
  await camera.scene(page, 'open-fare-paid', {
    reach: async () => {
      await behave(phone, 'green');
      await pay.click();
      await page.locator('.line-qing', { hasText: endOf(debt.paid) }).waitFor();
    },
  });
  await camera.scene(page, 'refund', {
    whole: true,
    reach: () => refund(phone),
  });
}

/** Give back a ride; it stands on the next day's charge. */
async function refund({ page, pages, says }: Phone): Promise<void> {
  const { world } = pages;
  const told = await world.operator(transit.debts, {});
  if (isRefused(told)) throw new Error(told.code);
  const [owed] = told.debts;
  if (owed === undefined) throw new Error('no debt is there');
  const reason = says.lang === 'en' ? 'The train stood still for an hour' : '列车停运一小时';
  const { accountId, day } = owed;
  const given = await world.operator(transit.refund, {
    requestId: freshId(pages),
    accountId,
    day,
    amountMinor: 300,
    reason,
  });
  if (isRefused(given)) throw new Error(given.code);
  await page.getByText(reason).waitFor();
}

/** Say how the bank treats all cards from now on. */
async function behave({ pages }: Phone, behaviour: 'green' | 'no_funds'): Promise<void> {
  const { world } = pages;
  const told = await world.operator(issuer.accounts, {});
  if (isRefused(told)) throw new Error(told.code);
  for (const { accountId } of told.accounts) {
    const requestId = freshId(pages);
    const done = await world.operator(issuer.behave, { requestId, accountId, behaviour });
    if (isRefused(done)) throw new Error(done.code);
  }
}

/** The fixed part of words after their value. */
function endOf(words: string): string {
  return words.split('}}').at(-1) ?? words;
}

function freshId({ world }: Phone['pages']): string {
  return Buffer.from(world.random(16)).toString('hex').toUpperCase();
}
