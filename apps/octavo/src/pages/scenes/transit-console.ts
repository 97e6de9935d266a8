/** The console's transit pages: before anybody rode, and after two days of a small city. */
import type { Page, Route } from 'playwright-core';
import type { Pages } from '../browser.fixture.ts';
import { playCity } from '../riders.fixture.ts';
import type { Camera } from './camera.ts';
import { hold } from './hands.ts';
import { filled, type Says } from './says.ts';

type Desk = { readonly page: Page; readonly pages: Pages; readonly says: Says };

/** How many riders there are. */
const RIDERS = 3;

/** Nobody has ridden yet. */
export async function emptyTransitPictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, says } = desk;
  const { transit } = says.console;
  const empty = (show: string, words: string) => async () => {
    await goTo(desk, `/transit?show=${show}`);
    await page.getByText(words).first().waitFor();
  };
  await camera.scene(page, 'transit-gates-empty', { reach: empty('gates', transit.noGates) });
  await camera.scene(page, 'transit-journeys-empty', {
    reach: empty('journeys', transit.noJourneys),
  });
  await camera.scene(page, 'transit-accounts-empty', {
    reach: empty('accounts', transit.noAccounts),
  });
  await camera.scene(page, 'transit-charges-empty', { reach: empty('charges', transit.noCharges) });
}

/** After two days of a city, which are played here. */
export async function transitConsolePictures(desk: Desk, camera: Camera): Promise<void> {
  const { page, pages, says } = desk;
  const { transit } = says.console;
  const { days } = await playCity(pages.world, RIDERS);
  const rows = () => page.locator('.ant-table-row').first().waitFor();
  const openFirst = async () => {
    await page.locator('.bank-open').first().click();
    await page.locator('.transit-more').first().waitFor();
  };
  await camera.scene(page, 'transit-gates', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/transit');
      await rows();
    },
  });
  await camera.scene(page, 'transit-gate', { whole: true, reach: openFirst });
  await camera.scene(page, 'transit-journeys', {
    whole: true,
    reach: async () => {
      await goTo(desk, `/transit?show=journeys&day=${days[0]}`);
      await rows();
    },
  });
  await camera.scene(page, 'transit-journey', {
    whole: true,
    reach: async () => {
      await openFirst();
      await pressOn(page)(transit.rawRecord);
      await page.locator('.transit-record').waitFor();
    },
  });
  await camera.scene(page, 'transit-month', {
    whole: true,
    reach: async () => {
      await page.locator('a.transit-account').first().click();
      await page.getByText(transit.faresByDay).waitFor();
      await rows();
    },
  });
  await camera.scene(page, 'transit-accounts', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/transit?show=accounts');
      await page.getByText(transit.debtOpen, { exact: true }).first().waitFor();
    },
  });
  await camera.scene(page, 'transit-refund', {
    whole: true,
    reach: async () => {
      await openFirst();
      await pressOn(page)(transit.refund);
      await page.getByLabel(transit.refundAmount).fill('3.00');
      await page.getByLabel(transit.refundReason).fill('Line 1 stood still');
      await pressOn(page)(transit.refundNext);
      await pressOn(page)(filled(transit.refundGive, { amount: '¥3.00' }));
      await page.locator('.transit-refund > .transit-qing').waitFor();
    },
  });
  await camera.scene(page, 'transit-charges', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/transit?show=charges');
      await rows();
      await openFirst();
    },
  });
  await camera.scene(page, 'transit-books', {
    whole: true,
    reach: async () => {
      await goTo(desk, '/transit?show=books');
      await page.getByText(transit.balanced, { exact: true }).waitFor();
      await page.locator('.transit-close .control').click();
      await page.getByText(transit.digest).or(page.locator('.transit-close .line-zhu')).waitFor();
    },
  });
  await transitTroublePictures(desk, camera);
}

/** The parts, and the one answer without which each has nothing to show. */
const PARTS = {
  gates: '/transit/gates',
  journeys: '/transit/journeys',
  accounts: '/transit/accounts',
  charges: '/transit/charges',
  books: '/transit/reconciliation',
};

/** Each part while its answer is awaited, when it is refused, and without a line. */
async function transitTroublePictures(desk: Desk, camera: Camera): Promise<void> {
  const { page } = desk;
  const context = page.context();
  for (const [show, path] of Object.entries(PARTS)) {
    const waiting = await hold({ context }, path);
    await camera.scene(page, `transit-${show}-waiting`, {
      reach: async () => {
        await goTo(desk, `/transit?show=${show}`);
        await waiting.came();
        await page.locator('.wait').first().waitFor();
      },
      leave: waiting.release,
    });
    const refuse = (route: Route) =>
      route.fulfill({ status: 429, json: { code: 'request.too_often' } });
    await without(`**${path}`, refuse, `transit-${show}-refused`);
    await without('**/transit/*', (route) => route.abort(), `transit-${show}-lost`);
  }

  async function without(
    pattern: string,
    handler: (route: Route) => Promise<void>,
    state: string,
  ): Promise<void> {
    await context.route(pattern, handler);
    await camera.scene(page, state, {
      reach: async () => {
        const [, show] = state.split('-');
        await goTo(desk, `/transit?show=${show}`);
        await page.locator('.trouble-said').first().waitFor();
      },
      leave: () => context.unroute(pattern, handler),
    });
  }
}

async function goTo({ page, pages }: Desk, path: string): Promise<void> {
  await page.goto(`${pages.served.sites.console}${path}`);
}

function pressOn(page: Page) {
  return (name: string) => page.getByRole('button', { name }).first().click();
}
