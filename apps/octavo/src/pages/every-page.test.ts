/**
 * Every page in both languages and, over the two, in light and dark: what a reload leaves as it is, is looked at in
 * one language, then in the other; what passes is played in both.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import * as issuer from '@octavo/services/issuer';
import type { Page } from 'playwright-core';
import { giveAuthenticator, needsChromium, openPages, watchPage } from './browser.fixture.ts';
import { goWithin, openInspector, speak, tabTo } from './inspect.fixture.ts';
import {
  agreeToTerms,
  bankCode,
  cardArrives,
  fillCard,
  newMobile,
  openTill,
  printCard,
  signIn,
  typeCode,
  wide,
} from './people.fixture.ts';
import { type Says, says } from './scenes/says.ts';

if (needsChromium.skip) test('every page', needsChromium, () => {});
else {
  const pages = await openPages();
  after(() => pages.close());
  const { sites } = pages.served;
  const inspector = openInspector();
  const context = await pages.open(wide);
  const watched: (() => readonly string[])[] = [];
  const openPage = async (address: string): Promise<Page> => {
    const page = await context.newPage();
    watched.push(watchPage(page, pages.served).faults);
    if (address === sites.wallet) await giveAuthenticator(page);
    await page.goto(address);
    return page;
  };
  let looks = 0;
  /** Look in a theme that was not the last one. */
  const look = (page: Page, state: string, withFrames = false) => {
    looks += 1;
    return inspector.look(page, state, looks % 2 === 0 ? 'dark' : 'light', { withFrames });
  };
  type Stop = readonly [path: string, words: (from: Says) => string];
  /** Go round paths of one page, in English and then in Chinese, and look at what stands there in both. */
  const goRound = async (page: Page, stops: readonly Stop[], withFrames = false) => {
    // In the second language each has the other theme.
    if (stops.length % 2 === 0) looks += 1;
    for (const language of ['en', 'zh'] as const) {
      if (language === 'zh') await speak(page, 'zh-CN');
      for (const [path, words] of stops) {
        if (path !== new URL(page.url()).pathname) await goWithin(page, path);
        await page.getByText(words(says[language])).first().waitFor();
        await look(
          page,
          `${new URL(page.url()).host.split('.')[0]} ${path} ${language}`,
          withFrames,
        );
      }
      if (stops.length % 2 === 0) looks += 1;
    }
    await speak(page, 'en');
  };
  const reaches = async (page: Page, name: string) => {
    const shows = await tabTo(page, name);
    ok(shows, `Tab does not reach “${name}” with a focus that shows: ${shows}`);
  };

  const phone = await openPage(sites.wallet);
  const holder = { page: phone, context, mobile: newMobile() };

  test('the phone before its first card', async () => {
    const { signIn: door, confirm, home } = says.en.phone;
    await goRound(phone, [['/', (from) => from.phone.signIn.sentence]], true);
    await reaches(phone, door.send);
    await signIn(phone, holder.mobile);
    await phone.getByText(confirm.title).waitFor();
    await goRound(phone, [['/', (from) => from.phone.confirm.title]]);
    await reaches(phone, confirm.passkey);
    const keypad = phone.frameLocator('iframe[src*="element."]');
    await phone.getByRole('button', { name: confirm.passcode }).click();
    await keypad.getByText(says.en.element.ask.first).waitFor();
    await look(phone, 'keypad', true);
    await keypad.getByRole('button', { name: 'Cancel' }).click();
    await phone.getByRole('button', { name: confirm.passkey }).click();
    await phone.getByText(home.emptyTitle).waitFor();
    await goRound(phone, [['/', (from) => from.phone.home.emptyTitle]]);
    await reaches(phone, home.add);
  });

  test('a card on its way to the phone, and the pages around it', async () => {
    await fillCard(holder, await printCard(pages, holder));
    await look(phone, 'form en', true);
    await agreeToTerms(holder);
    await phone.getByText(says.en.phone.add.method.title).waitFor();
    await look(phone, 'method en');
    const code = await bankCode(phone);
    await look(phone, 'code en', true);
    await resumeIn('zh');
    await look(phone, 'code zh', true);
    await resumeIn('en');
    await typeCode(phone, code);
    await cardArrives(holder);
    await reaches(phone, says.en.phone.home.pay);
    await phone.locator('.card-open').first().click();
    const { pathname: card } = new URL(phone.url());
    await goWithin(phone, '/');
    await goRound(phone, [
      ['/', (from) => from.phone.home.default],
      [card, (from) => from.phone.card.factToken],
      ['/transit', (from) => from.phone.trips.emptyTitle],
      ['/account', (from) => from.phone.account.cues],
      ['/phones', (from) => from.phone.phones.thisPhone],
      ['/add', (from) => from.phone.add.sealed],
    ]);
    await phone.goto(sites.wallet);
  });

  /** Leave what was begun, and go on with it in a language. */
  async function resumeIn(language: 'en' | 'zh'): Promise<void> {
    const { lang, phone: words } = says[language];
    await phone.goto(sites.wallet);
    await speak(phone, lang as 'en' | 'zh-CN');
    await phone.getByRole('button', { name: words.pending.enterCode }).click();
    await phone.getByText(words.add.code.title).first().waitFor();
  }

  test('a payment and one that is declined, on the phone and at the till', async () => {
    const till = await openTill(holder);
    watched.push(watchPage(till, pages.served).faults);
    await goRound(till, [['/', (from) => from.terminal.presentAct]]);
    await till.getByRole('button', { name: says.en.terminal.presentAct }).waitFor();
    await till.keyboard.press('1');
    await reaches(till, says.en.terminal.presentAct);
    for (const language of ['en', 'zh'] as const) {
      const lang = says[language].lang as 'en' | 'zh-CN';
      await speak(phone, lang);
      await speak(till, lang);
      await tap(till, says[language], 'paid');
      await behave('no_funds');
      await tap(till, says[language], 'notPaid');
      await behave('green');
    }
    await speak(phone, 'en');
    await goWithin(phone, '/history');
    await goRound(phone, [['/history', (from) => from.phone.history.title]]);
    await till.close();
  });

  /** One tap from the amount to its end, looked at on both sides. */
  async function tap(till: Page, { lang, phone: pay, terminal }: Says, end: 'paid' | 'notPaid') {
    await till.getByRole('button', { name: terminal.presentAct }).waitFor();
    for (const digit of '2850') await till.keyboard.press(digit);
    await till.getByRole('button', { name: terminal.presentAct }).click();
    await till.getByRole('heading', { name: terminal.present }).waitFor();
    await phone.getByRole('heading', { name: pay.pay.confirm }).waitFor();
    if (end === 'paid') {
      await look(till, `present, ${lang}`);
      await look(phone, `offered, ${lang}`);
    }
    await phone.bringToFront();
    await phone.getByRole('button', { name: pay.pay.confirm }).click();
    await phone.getByRole('heading', { name: pay.pay[end], exact: true }).waitFor();
    await till.getByRole('heading', { name: terminal[end], exact: true }).waitFor();
    await look(till, `till ${end}, ${lang}`);
    await look(phone, `phone ${end}, ${lang}`);
    await phone.getByRole('button', { name: pay.pay.end, exact: true }).click();
    // The till may have gone on by itself.
    await till.reload();
  }

  async function behave(behaviour: 'green' | 'no_funds'): Promise<void> {
    const { world } = pages;
    const told = await world.operator(issuer.accounts, {});
    if (isRefused(told)) throw new Error(told.code);
    const requestId = Buffer.from(world.random(16)).toString('hex').toUpperCase();
    const accountId = told.accounts.at(-1)?.accountId ?? '';
    const done = await world.operator(issuer.behave, { requestId, accountId, behaviour });
    if (isRefused(done)) throw new Error(done.code);
  }

  test('the bank’s own page', async () => {
    const stranger = await (await pages.open(wide)).newPage();
    watched.push(watchPage(stranger, pages.served).faults);
    await stranger.goto(sites.bank);
    await goRound(stranger, [['/', (from) => from.bank.number.title]]);
    await reaches(stranger, says.en.bank.number.useDemo);
    await stranger.close();
    const bank = await openPage(sites.bank);
    await goRound(bank, [['/', (from) => from.bank.book.title]]);
    await bank.getByRole('button', { name: says.en.bank.details.show }).click();
    await bank.getByText(says.en.bank.details.cvn2, { exact: true }).waitFor();
    await look(bank, 'card details');
    await bank.close();
  });

  test('the console', async () => {
    const desk = await openPage(sites.console);
    const { shell } = says.en.console;
    await goRound(desk, [['/', (from) => from.console.shell.signInTitle]]);
    await reaches(desk, shell.signIn);
    await desk.getByLabel(shell.key).fill(pages.operatorKey);
    await desk.getByRole('button', { name: shell.signIn }).click();
    await desk.getByText(says.en.console.live.outcomeDeclined).first().waitFor();
    await goWithin(desk, '/taps');
    await desk.locator('.tap-row').first().click();
    await desk.locator('.journey-node').first().waitFor();
    const { pathname: tapPath } = new URL(desk.url());
    await goWithin(desk, '/tokens');
    await desk.getByRole('link', { name: '••' }).first().click();
    await desk.getByText(says.en.console.tokens.identity).first().waitFor();
    const { pathname: tokenPath } = new URL(desk.url());
    await goRound(desk, [
      ['/live', (from) => from.console.live.outcomeDeclined],
      ['/taps', (from) => from.console.explain.title],
      [tapPath, (from) => from.console.explain.viewLenses],
      ['/paste', (from) => from.console.paste.empty],
      ['/tokens', (from) => from.console.tokens.lately],
      [tokenPath, (from) => from.console.tokens.identity],
      ['/bank', (from) => from.console.bank.behaviour],
      ['/cheats', (from) => from.console.cheats.intro],
      ['/levers', (from) => from.console.levers.title],
    ]);
    await desk.close();
  });

  test('no page kept anybody out, broke a rule of its policy, failed, or asked a stranger', () => {
    deepEqual(inspector.found(), []);
    deepEqual(
      watched.flatMap((faults) => faults()),
      [],
    );
  });
}
