/** The console: its pages before anything happened, and after a day with every kind of tap. */
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
  openTillBeside,
  signIn,
  takePhone,
} from './hands.ts';
import { filled, type Says } from './says.ts';
import { emptyTransitPictures, transitConsolePictures } from './transit-console.ts';

type Desk = { readonly page: Page; readonly pages: Pages; readonly says: Says };

/** The console's pictures. The world is still empty. */
export async function consolePictures(pages: Pages, camera: Camera, says: Says): Promise<void> {
  const context = await browserOf(pages, says);
  const desk = { page: await context.newPage(), pages, says };
  await doorPictures(desk, camera);
  await emptyPictures(desk, camera);
  await emptyTransitPictures(desk, camera);
  const lastFour = await payThrough(desk);
  await livePictures(desk, camera);
  await explainPictures(desk, camera);
  await pastePictures(desk, camera);
  await tokenPictures(desk, camera, lastFour);
  await bankPictures(desk, camera);
  await cheatPictures(desk, camera);
  await leverPictures(desk, camera);
  await transitConsolePictures(desk, camera);
  await context.close();
}

async function doorPictures({ page, pages, says }: Desk, camera: Camera): Promise<void> {
  const { shell, live } = says.console;
  const key = page.getByLabel(shell.key, { exact: true });
  await camera.scene(page, 'sign-in', {
    reach: async () => {
      await page.goto(pages.served.sites.console);
      await key.waitFor();
    },
  });
  await camera.scene(page, 'sign-in-wrong', {
    reach: async () => {
      await key.fill('not this one');
      await pressOn(page)(shell.signIn);
      await page.getByText(shell.keyWrong).waitFor();
    },
  });
  await key.fill(pages.operatorKey);
  await pressOn(page)(shell.signIn);
  await page.getByRole('heading', { name: live.title }).waitFor();
}

async function emptyPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { live, explain, tokens, bank, paste, cheats } = says.console;
  const empty = (path: string, words: string) => async () => {
    await goTo(desk, path);
    await page.getByText(words).first().waitFor();
  };
  await camera.scene(page, 'live-empty', { reach: empty('/live', live.empty) });
  await camera.scene(page, 'taps-empty', { reach: empty('/taps', explain.noTaps) });
  await camera.scene(page, 'tokens-empty', { reach: empty('/tokens', tokens.none) });
  await camera.scene(page, 'bank-empty', { reach: empty('/bank', bank.title) });
  await camera.scene(page, 'paste-empty', { reach: empty('/paste', paste.empty) });
  await camera.scene(page, 'cheats-before', { reach: empty('/cheats', cheats.intro) });
}

/** A holder's day: paid, without money, taken back. Answers the last four digits of the card. */
async function payThrough({ pages, says }: Desk): Promise<string> {
  const phone = await takePhone(pages, says, newMobile());
  await signIn(phone);
  const card = await addCard(phone);
  await addCard(phone, 'plain', 'credit');
  const till = await openTillBeside(phone.page, pages, says);
  const { pay } = says.phone;
  const tap = async (amount: string, ends: string) => {
    await beginTap(phone, till, amount);
    await phone.press(pay.confirm);
    for (let turn = 0; turn < 40; turn += 1) {
      if (await phone.page.getByRole('heading', { name: ends }).isVisible()) break;
      await phone.page.waitForTimeout(150);
      if (turn > 10) await pages.world.levers.clock.moveOn(5_000);
    }
    await phone.press(pay.end);
    await freshSale(till, says.terminal);
  };
  for (const amount of ['2850', '1280', '9900', '680', '4350']) await tap(amount, pay.paid);
  await behave(pages, card, 'no_funds');
  await tap('128000', pay.notPaid);
  await behave(pages, card, 'no_answer');
  await tap('7700', pay.takenBack).catch((error: unknown) => console.log(String(error)));
  await behave(pages, card, 'green');
  await till.context().close();
  await phone.context.close();
  return card.pan.slice(-4);
}

async function livePictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  await camera.scene(page, 'live', {
    reach: async () => {
      await goTo(desk, '/live');
      await page.getByText(says.console.live.outcomeDeclined).first().waitFor();
    },
  });
  await camera.scene(page, 'live-nothing-found', {
    reach: async () => {
      await page.getByPlaceholder(says.console.live.search).fill('nobody');
      await page.getByText(says.console.live.nothingFound).waitFor();
    },
  });
  await camera.scene(page, 'lost', {
    reach: async () => {
      await page.context().setOffline(true);
      await page.getByText(says.console.shell.lostLine).waitFor({ timeout: 30_000 });
    },
    leave: async () => {
      await page.context().setOffline(false);
      await page
        .getByText(says.console.shell.lostLine)
        .waitFor({ state: 'hidden', timeout: 30_000 });
    },
  });
  await camera.scene(page, 'taps', {
    reach: async () => {
      await goTo(desk, '/taps');
      await page.locator('.tap-row').first().waitFor();
    },
  });
}

async function explainPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { explain } = says.console;
  const open = (outcome: string) => async () => {
    await goTo(desk, '/taps');
    await page.getByLabel(explain.outcome).selectOption(outcome);
    await page.locator('.tap-row').first().click();
    await page.locator('.journey-node').first().waitFor();
  };
  await camera.scene(page, 'tap-declined', { whole: true, reach: open('declined') });
  await camera.scene(page, 'tap-reversed', { whole: true, reach: open('reversed') });
  await camera.scene(page, 'tap-approved', { whole: true, reach: open('approved') });
  await camera.scene(page, 'tap-proof', {
    whole: true,
    reach: async () => {
      const nodes = page.locator('button.journey-node');
      for (const node of await nodes.all()) {
        await node.click();
        if (await page.getByText(explain.proof).isVisible()) break;
      }
      await page.getByText(explain.proof).waitFor();
    },
  });
  await camera.scene(page, 'tap-lenses', {
    whole: true,
    reach: async () => {
      await page.getByText(explain.viewLenses, { exact: true }).click();
      await page.getByText(explain.merchantSaw).waitFor();
    },
  });
}

async function pastePictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { paste } = says.console;
  await goTo(desk, '/paste');
  const text = page.getByLabel(paste.label, { exact: true });
  await camera.scene(page, 'paste', {
    whole: true,
    reach: () => pressOn(page)(paste.example.chip),
  });
  await camera.scene(page, 'paste-message', {
    whole: true,
    reach: () => pressOn(page)(paste.example.message),
  });
  await camera.scene(page, 'paste-wrong', {
    reach: async () => {
      await text.fill('9F2608AEBC7');
      await page.getByText(paste.refused.odd_digits).waitFor();
    },
  });
}

async function tokenPictures(desk: Desk, camera: Camera, lastFour: string): Promise<void> {
  const { page, says } = desk;
  const { tokens } = says.console;
  const search = page.getByLabel(tokens.search).or(page.getByPlaceholder(tokens.searchHint));
  await camera.scene(page, 'tokens', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/tokens');
      await page.getByText(tokens.lately).waitFor();
      await page.locator('a[href^="/tokens/"]').first().waitFor();
    },
  });
  await camera.scene(page, 'tokens-none', {
    reach: async () => {
      await search.first().fill('0001');
      await page.getByText(tokens.nothing).waitFor();
    },
  });
  await camera.scene(page, 'tokens-found', {
    reach: async () => {
      await search.first().fill(lastFour);
      await page.locator('a[href^="/tokens/"]').first().waitFor();
    },
  });
  await camera.scene(page, 'token', {
    whole: true,
    reach: async () => {
      await page.locator('a[href^="/tokens/"]').first().click();
      await page.getByRole('heading', { name: tokens.identity, exact: true }).waitFor();
    },
  });
}

async function bankPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { bank } = says.console;
  const part = (show: string, words: string) => async () => {
    await goTo(desk, `/bank?show=${show}`);
    await page.getByText(words).first().waitFor();
  };
  await camera.scene(page, 'bank-accounts', { reach: part('accounts', bank.behaviour) });
  await camera.scene(page, 'bank-book', { reach: part('book', bank.trial) });
  await camera.scene(page, 'bank-messages', { reach: part('messages', bank.whyHidden) });
}

async function cheatPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { cheats } = says.console;
  // It is over before a second size.
  await camera.scene(page, 'cheats-playing', {
    only: 1440,
    reach: async () => {
      await goTo(desk, '/cheats');
      await pressOn(page)(cheats.runAll);
      await page.locator('.cheats-leaves [data-state="held"]').first().waitFor({ timeout: 60_000 });
    },
  });
  await camera.scene(page, 'cheats-after', {
    whole: true,
    reach: () => page.getByRole('button', { name: cheats.runAll }).waitFor({ timeout: 240_000 }),
  });
}

async function leverPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { levers } = says.console;
  await camera.scene(page, 'levers', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/levers');
      await page.getByText(levers.linesLine).first().waitFor();
    },
  });
  const ends = { from: levers.network, to: levers.issuer };
  await camera.scene(page, 'levers-spoilt', {
    whole: true,
    reach: async () => {
      await pressOn(page)(filled(levers.cutBothNamed, ends));
      await pressOn(page)(filled(levers.killNamed, { name: levers.serviceTokens }));
      await page.getByText(levers.stateKilled).first().waitFor();
    },
    leave: async () => {
      await pressOn(page)(filled(levers.healNamed, ends));
      await pressOn(page)(filled(levers.restartNamed, { name: levers.serviceTokens }));
    },
  });
}

async function goTo({ page, pages }: Desk, path: string): Promise<void> {
  await page.goto(`${pages.served.sites.console}${path}`);
}

function pressOn(page: Page) {
  return (name: string) => page.getByRole('button', { name }).first().click();
}
