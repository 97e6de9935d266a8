/** What the pictures' people do with a phone, a till and the world behind them, in the language of the pictures. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import * as issuer from '@octavo/services/issuer';
import type { BrowserContext, Page, Route } from 'playwright-core';
import { giveAuthenticator, type Pages } from '../browser.fixture.ts';
import { sizes } from './camera.ts';
import type { Says } from './says.ts';

/** How the bank may be told to treat a card. */
type Behaviour = 'plain' | 'green' | 'red' | 'no_funds' | 'no_answer';

/** A card as its bank prints it. */
export type Printed = {
  readonly pan: string;
  /** MMYY, as it is typed. */
  readonly typedExpiry: string;
  readonly cvn2: string;
  readonly kind: 'debit' | 'credit';
};

/** A phone whose holder speaks the language of the pictures. */
export type Phone = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly says: Says;
  readonly mobile: string;
  readonly pages: Pages;
  /** Whether the finger is known. */
  verify(isVerified: boolean): Promise<void>;
  press(name: string): Promise<void>;
};

/** A browser of that language, at the width that pages rest at. */
export async function browserOf(pages: Pages, { locale }: Says): Promise<BrowserContext> {
  const context = await pages.open({
    viewport: sizes[1440],
    locale,
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
  });
  context.setDefaultTimeout(7_000);
  return context;
}

/** Open the phone's page; nobody has signed in. */
export async function takePhone(pages: Pages, says: Says, mobile: string): Promise<Phone> {
  const context = await browserOf(pages, says);
  const page = await context.newPage();
  const { verify } = await giveAuthenticator(page);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
  return { page, context, says, mobile, pages, verify, press };
}

/** The newest code among the messages beside the phone; empty when there is none. */
export async function codeNow(page: Page): Promise<string> {
  const codes = page.frameLocator('iframe[src*="bank."]').locator('.code-digits');
  const [newest = ''] = await codes.allTextContents();
  return newest.replace(/\D/g, '');
}

/** The newest code once it is another one than before. */
export async function codeIn(page: Page, before = ''): Promise<string> {
  for (let look = 0; look < 60; look += 1) {
    const digits = await codeNow(page);
    if (digits !== '' && digits !== before) return digits;
    await page.waitForTimeout(100);
  }
  throw new Error('no new code came');
}

/** Sign in and make a passkey, without stopping anywhere. */
export async function signIn(phone: Phone): Promise<void> {
  const { page, pages, says, press } = phone;
  const { confirm, home } = says.phone;
  await page.goto(pages.served.sites.wallet);
  await signInWithCode(phone);
  await press(confirm.passkey);
  await page.getByText(home.emptyTitle).waitFor();
}

/** Have a code sent, and type it. */
export async function signInWithCode({ page, says, mobile, press }: Phone): Promise<void> {
  const { signIn } = says.phone;
  await page.getByLabel(signIn.mobile, { exact: true }).fill(mobile);
  const before = await codeNow(page);
  await press(signIn.send);
  await page.getByLabel(signIn.code, { exact: true }).fill(await codeIn(page, before));
}

/** Be at the wallet. */
export async function goHome({ page, pages, says }: Phone): Promise<void> {
  await page.goto(pages.served.sites.wallet);
  await page.getByRole('button', { name: says.phone.home.account, exact: true }).waitFor();
  await page.waitForTimeout(300);
}

let lastAccount = 50_000;

/** Have the bank print a card whose payments it treats like that. */
export async function print(
  pages: Pages,
  mobile: string,
  behaviour: Behaviour,
  kind: 'debit' | 'credit' = 'debit',
): Promise<Printed> {
  lastAccount += 7;
  const account = String(lastAccount);
  const pan =
    kind === 'debit'
      ? withCheckDigit(`9999010000${account.padStart(8, '0')}`)
      : withCheckDigit(`999902${account.padStart(9, '0')}`);
  const printed = await pages.world.operator(issuer.printCard, { pan, mobile, behaviour });
  if (isRefused(printed)) throw new Error(printed.code);
  const { expiry, cvn2 } = printed;
  return { pan, typedExpiry: expiry.slice(2) + expiry.slice(0, 2), cvn2, kind };
}

/** The digits with the one that makes the number right. */
function withCheckDigit(digits: string): string {
  const last = [...Array(10).keys()].find((digit) => isLuhnValid(`${digits}${digit}`));
  return `${digits}${last}`;
}

/** The token service's form in the phone. */
export function cardForm(page: Page) {
  return page.frameLocator('iframe[src*="card."]');
}

/** Type a card into the form that is open. */
export async function typeInto(phone: Phone, card: Printed): Promise<void> {
  const { page, says, mobile } = phone;
  const form = cardForm(page);
  await form.getByLabel(says.card.number.label, { exact: true }).fill(card.pan);
  await form.getByLabel(says.card.expiry.label, { exact: true }).fill(card.typedExpiry);
  const extra =
    card.kind === 'debit'
      ? form.getByLabel(says.card.mobile.label, { exact: true })
      : form.getByLabel(says.card.cvn2.label, { exact: true });
  await extra.fill(card.kind === 'debit' ? mobile : card.cvn2);
}

/** Add a card without stopping; `plain` is left waiting for its code, others go through to the wallet. */
export async function addCard(
  phone: Phone,
  behaviour: Behaviour = 'green',
  kind: 'debit' | 'credit' = 'debit',
): Promise<Printed> {
  const { page, pages, says, mobile, press } = phone;
  const { home, add, page: around } = says.phone;
  const card = await print(pages, mobile, behaviour, kind);
  await press(home.add);
  await typeInto(phone, card);
  const before = await codeNow(page);
  await press(add.next);
  await press(add.terms.agree);
  if (behaviour === 'plain') {
    await page.getByText(add.method.title).waitFor();
    await press(around.back);
  } else {
    // After many cards within a day the token service wants a code for any card.
    const done = page.getByText(add.moving.done);
    await done.or(page.getByText(add.method.title)).waitFor({ timeout: 20_000 });
    if (!(await done.isVisible())) await confirmByCode(phone, before);
    await done.waitFor({ timeout: 20_000 });
    await press(add.moving.close);
  }
  await page.getByRole('button', { name: home.pay, exact: true }).waitFor();
  return card;
}

/** Have the bank's code sent, and type it. */
async function confirmByCode({ page, says }: Phone, before: string): Promise<void> {
  await page.getByRole('button', { name: says.phone.add.method.code }).click();
  const boxes = cardForm(page).getByLabel(says.card.code.label, { exact: true });
  await boxes.fill(await codeIn(page, before));
}

/** Say how the bank treats a card from the next payment on. */
export async function behave(pages: Pages, card: Printed, behaviour: Behaviour): Promise<void> {
  const { world } = pages;
  const told = await world.operator(issuer.accounts, {});
  if (isRefused(told)) throw new Error(told.code);
  const lastFour = card.pan.slice(-4);
  const found = told.accounts.find((account) => account.cardLastFour === lastFour);
  if (found === undefined) throw new Error(`no account of card ${lastFour}`);
  const requestId = Buffer.from(world.random(16)).toString('hex').toUpperCase();
  const { accountId } = found;
  const done = await world.operator(issuer.behave, { requestId, accountId, behaviour });
  if (isRefused(done)) throw new Error(done.code);
}

/** The address of the terminal beside the phone, in a language. */
export async function tillAddress(phone: Page, { lang }: Says): Promise<string> {
  const door = phone.locator('a.door').first();
  const address = new URL((await door.getAttribute('href')) ?? '');
  address.searchParams.set('lang', lang);
  return address.href;
}

/** Open the terminal beside a phone, in a browser of its own. */
export async function openTillBeside(phone: Page, pages: Pages, says: Says): Promise<Page> {
  const context = await browserOf(pages, says);
  const till = await context.newPage();
  await till.goto(await tillAddress(phone, says));
  await till.getByRole('button', { name: says.terminal.presentAct }).waitFor();
  return till;
}

/** Type an amount and ask for a tap. */
async function askForTap(till: Page, { terminal }: Says, digits: string): Promise<void> {
  await freshSale(till, terminal);
  for (const digit of digits) await till.keyboard.press(digit);
  await till.getByRole('button', { name: terminal.presentAct }).click();
  await till.getByRole('heading', { name: terminal.present }).waitFor();
}

/** Put away what a payment before may have left on the phone, and ask for a tap beside it. */
export async function beginTap(phone: Phone, till: Page, digits: string): Promise<void> {
  await putAway(phone);
  await askForTap(till, phone.says, digits);
}

/** Be at the wallet, whatever the phone shows of a payment. */
async function putAway({ page, says }: Phone): Promise<void> {
  const moment = page.locator('dialog.pay');
  if (!(await moment.isVisible())) return;
  await moment.press('Escape');
  const isGone = moment.waitFor({ state: 'hidden', timeout: 1_500 }).then(
    () => true,
    () => false,
  );
  if (await isGone) return;
  await page.reload();
  await page.getByRole('button', { name: says.phone.home.account, exact: true }).waitFor();
}

/** Be at the amount, wherever the till is. */
export async function freshSale(till: Page, terminal: Says['terminal']): Promise<void> {
  const amount = till.getByRole('button', { name: terminal.presentAct });
  const wayOut = till
    .getByRole('button', { name: terminal.next, exact: true })
    .or(till.getByRole('button', { name: terminal.cancel, exact: true }));
  for (let look = 0; look < 40; look += 1) {
    if (await amount.isVisible()) break;
    if (
      await wayOut
        .first()
        .isEnabled({ timeout: 300 })
        .catch(() => false)
    ) {
      await wayOut.first().click({ timeout: 1_000 });
    }
    await till.waitForTimeout(150);
  }
  await till.keyboard.press('Escape');
}

/** Requests that wait until they are let go. */
export type Held = {
  /** Until one of them waits. */
  came(): Promise<void>;
  release(): Promise<void>;
};

/** Hold requests of a path back, after letting the first `passing` through. */
export async function hold(
  { context }: { readonly context: BrowserContext },
  path: string,
  passing = 0,
): Promise<Held> {
  const waiting: Route[] = [];
  let isOpen = false;
  let passed = 0;
  let tellCame = () => {};
  const first = new Promise<void>((resolve) => {
    tellCame = resolve;
  });
  const pattern = `**${path}`;
  const handler = async (route: Route) => {
    if (isOpen || passed++ < passing) return route.continue();
    waiting.push(route);
    tellCame();
  };
  await context.route(pattern, handler);
  return {
    came: () => first,
    release: async () => {
      isOpen = true;
      await Promise.allSettled(waiting.map((route) => route.continue()));
      await context.unroute(pattern, handler);
    },
  };
}

/** Let the page believe that it is later; zero ends it. */
export async function laterFor(page: Page, seconds: number): Promise<void> {
  await page.evaluate(`Date.now = () => new Date().getTime() + ${seconds} * 1000`);
}
