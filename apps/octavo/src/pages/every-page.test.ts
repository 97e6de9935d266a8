/**
 * Every page in both languages, English in light and Chinese in dark: what a reload leaves as it is, is looked at in
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
  printCard,
  signIn,
  typeCode,
  wide,
} from './people.fixture.ts';
import { type PictureLanguage, type Says, says } from './scenes/says.ts';

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
  const look = (
    page: Page,
    state: string,
    language: PictureLanguage,
    options?: Parameters<typeof inspector.look>[3],
  ) => inspector.look(page, `${state}, ${language}`, language === 'en' ? 'light' : 'dark', options);
  type Stop = readonly [path: string, words: (from: Says) => string];
  /** Go round paths of one page, in the language that it speaks and then in the other, and look at what stands there. */
  const goRound = async (page: Page, stops: readonly Stop[], withFrames = false) => {
    const isEnglish = await page.evaluate<boolean>(`document.documentElement.lang === 'en'`);
    for (const language of isEnglish ? (['en', 'zh'] as const) : (['zh', 'en'] as const)) {
      await speak(page, langOf(language));
      for (const [index, [path, words]] of stops.entries()) {
        if (path !== new URL(page.url()).pathname) await goWithin(page, path);
        await page.getByText(words(says[language])).first().waitFor();
        await look(page, `${new URL(page.url()).host.split('.')[0]} ${path}`, language, {
          withFrames,
          mayStayNarrow: index + 1 < stops.length,
        });
      }
    }
  };
  const reaches = async (page: Page, name: string) => {
    const shows = await tabTo(page, name);
    ok(shows, `Tab does not reach “${name}” with a focus that shows: ${shows}`);
  };

  const phone = await openPage(sites.wallet);
  const holder = { page: phone, context, mobile: newMobile() };

  test('the phone before its first card', async () => {
    await goRound(phone, [['/', (from) => from.phone.signIn.sentence]], true);
    await speak(phone, 'en');
    await reaches(phone, says.en.phone.signIn.send);
    await signIn(phone, holder.mobile);
    await phone.getByText(says.en.phone.confirm.title).waitFor();
    await goRound(phone, [['/', (from) => from.phone.confirm.title]]);
    const { confirm, home } = says.zh.phone;
    await reaches(phone, confirm.passkey);
    const keypad = phone.frameLocator('iframe[src*="element."]');
    await phone.getByRole('button', { name: confirm.passcode }).click();
    await keypad.getByText(says.zh.element.ask.first).waitFor();
    await look(phone, 'keypad', 'zh', { withFrames: true });
    await keypad.getByRole('button', { name: says.zh.element.cancel }).click();
    await phone.getByRole('button', { name: confirm.passkey }).click();
    await phone.getByText(home.emptyTitle).waitFor();
    await goRound(phone, [['/', (from) => from.phone.home.emptyTitle]]);
    await reaches(phone, says.en.phone.home.add);
  });

  test('a card on its way to the phone, and the pages around it', async () => {
    await fillCard(holder, await printCard(pages, holder));
    await look(phone, 'form', 'en', { withFrames: true });
    await agreeToTerms(holder);
    await phone.getByText(says.en.phone.add.method.title).waitFor();
    await look(phone, 'method', 'en');
    const code = await bankCode(phone);
    await look(phone, 'code', 'en', { withFrames: true });
    await resumeIn('zh');
    await look(phone, 'code', 'zh', { withFrames: true });
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
    await goWithin(phone, '/');
  });

  /** Leave what was begun, and go on with it in a language. */
  async function resumeIn(language: PictureLanguage): Promise<void> {
    const { phone: words } = says[language];
    await speak(phone, langOf(language), sites.wallet);
    await phone.getByRole('button', { name: words.pending.enterCode }).click();
    await phone.getByText(words.add.code.title).first().waitFor();
  }

  test('a payment and one that is declined, on the phone and at the till', async () => {
    const door = phone.getByRole('link', { name: says.zh.phone.page.openTerminal }).first();
    const till = await (await pages.open(wide)).newPage();
    watched.push(watchPage(till, pages.served).faults);
    await till.goto((await door.getAttribute('href')) ?? '');
    await till.getByRole('button', { name: says.en.terminal.presentAct }).waitFor();
    await till.keyboard.press('1');
    await reaches(till, says.en.terminal.presentAct);
    await goRound(till, [['/', (from) => from.terminal.presentAct]]);
    for (const language of ['zh', 'en'] as const) {
      await speak(phone, langOf(language));
      await speak(till, langOf(language));
      await tap(till, language, 'paid');
      await behave('no_funds');
      await tap(till, language, 'notPaid');
      await behave('green');
    }
    await goWithin(phone, '/history');
    await goRound(phone, [['/history', (from) => from.phone.history.title]]);
    await till.context().close();
  });

  /** One tap from the amount to its end, looked at on both sides. */
  async function tap(till: Page, language: PictureLanguage, end: 'paid' | 'notPaid') {
    const { phone: pay, terminal } = says[language];
    await till.getByRole('button', { name: terminal.presentAct }).waitFor();
    for (const digit of '2850') await till.keyboard.press(digit);
    await till.getByRole('button', { name: terminal.presentAct }).click();
    await till.getByRole('heading', { name: terminal.present }).waitFor();
    await phone.getByRole('heading', { name: pay.pay.confirm }).waitFor();
    if (end === 'paid') {
      await look(till, 'present', language);
      await look(phone, 'offered', language);
    }
    await phone.bringToFront();
    await phone.getByRole('button', { name: pay.pay.confirm }).click();
    await phone.getByRole('heading', { name: pay.pay[end], exact: true }).waitFor();
    await till.getByRole('heading', { name: terminal[end], exact: true }).waitFor();
    await look(till, `till ${end}`, language);
    await look(phone, `phone ${end}`, language);
    await phone.getByRole('button', { name: pay.pay.end, exact: true }).click();
    // The till may have gone on by itself; on the next sale it does nothing.
    await till.keyboard.press('Escape');
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
    await reaches(stranger, says.zh.bank.number.useDemo);
    await stranger.close();
    const bank = await openPage(sites.bank);
    await goRound(bank, [['/', (from) => from.bank.book.title]]);
    await bank.getByRole('button', { name: says.zh.bank.details.show }).click();
    await bank.getByText(says.zh.bank.details.cvn2, { exact: true }).waitFor();
    await look(bank, 'card details', 'zh');
    await bank.close();
  });

  test('the console', async () => {
    const desk = await openPage(sites.console);
    const { shell, live, tokens } = says.zh.console;
    await goRound(desk, [['/', (from) => from.console.shell.signInTitle]]);
    await reaches(desk, shell.signIn);
    await desk.getByLabel(shell.key).fill(pages.operatorKey);
    await desk.getByRole('button', { name: shell.signIn }).click();
    await desk.getByText(live.outcomeDeclined).first().waitFor();
    await goWithin(desk, '/taps');
    await desk.locator('.tap-row').first().click();
    await desk.locator('.journey-node').first().waitFor();
    const { pathname: tapPath } = new URL(desk.url());
    await goWithin(desk, '/tokens');
    await desk.getByRole('link', { name: '••' }).first().click();
    await desk.getByText(tokens.identity).first().waitFor();
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

/** A language as a page's own `lang` has it. */
function langOf(language: PictureLanguage): 'en' | 'zh-CN' {
  return language === 'en' ? 'en' : 'zh-CN';
}
