/** The people of the browser stories: a holder with a phone, a cashier, and the bank's own page; they press what people press. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import * as issuer from '@octavo/services/issuer';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { giveAuthenticator, openContext, type Pages, watchPage } from './browser.fixture.ts';

/** A holder with a signed-in phone. */
export type Holder = {
  readonly page: Page;
  readonly mobile: string;
  readonly context: BrowserContext;
  readonly authenticator: Awaited<ReturnType<typeof giveAuthenticator>>;
  /** Everything that the page should never do and did. */
  faults(): readonly string[];
};

let lastMobile = 13_911_110_000 + Math.floor(process.pid % 1_000) * 1_000;

/** A number that nobody in this process had before. */
export function newMobile(): string {
  lastMobile += 1;
  return String(lastMobile);
}

/** Open the phone's page in a browser of its own, sign in with the code from the bank's messages, make a passkey. */
export async function newHolder(
  pages: Pick<Pages, 'served' | 'open'>,
  given?: BrowserContext,
): Promise<Holder> {
  const context = given ?? (await pages.open(wide));
  const mobile = newMobile();
  const page = await context.newPage();
  const watched = watchPage(page, pages.served);
  const authenticator = await giveAuthenticator(page);
  await page.goto(pages.served.sites.wallet);
  await signIn(page, mobile);
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByRole('button', { name: 'Add a card' }).first().waitFor();
  return { page, mobile, context, authenticator, faults: watched.faults };
}

/** A window in which the doors and the bank's messages stand beside the phone. */
export const wide = { viewport: { width: 1440, height: 900 } } as const;

/** Sign in with the code that comes to the messages beside the phone that has the SIM. */
export async function signIn(page: Page, mobile: string, phoneWithSim = page): Promise<void> {
  await page.getByLabel('Mobile number').fill(mobile);
  const send = page.getByRole('button', { name: 'Send a code' });
  const code = await codeSent(phoneWithSim, 'sign-in', () => send.click());
  await page.getByLabel('Six-digit code').fill(code);
}

/** The code in the message that an act brings, read in the bank's frame as a person reads it. */
export async function codeSent(
  page: Page,
  words: string,
  act: () => Promise<void>,
): Promise<string> {
  const inbox = page.frameLocator('iframe[src*="bank."]');
  const messages = inbox.locator('.message', { hasText: words });
  const before = await messages.count();
  await act();
  // The newest one stands first.
  await messages.nth(before).waitFor();
  return (await messages.first().locator('.code-digits').textContent()) ?? '';
}

/** A card as its bank shows it to its holder. */
export type PrintedCard = { readonly pan: string; readonly expiry: string; readonly cvn2: string };

/** Open the bank's own page in the holder's browser, which holds the SIM already. */
export async function openBank(pages: Pages, holder: Holder): Promise<Page> {
  const bank = await holder.context.newPage();
  await bank.goto(pages.served.sites.bank);
  await bank
    .getByRole('button', { name: /demo account/ })
    .first()
    .waitFor();
  return bank;
}

/** A demo account with a card that behaves as the operator says; the holder's SIM is the first claim on the number. */
export async function printCard(
  pages: Pages,
  holder: Pick<Holder, 'mobile'>,
  behaviour = 'plain',
  kind: 'debit' | 'credit' = 'debit',
): Promise<PrintedCard> {
  lastAccount += 1;
  const begin = kind === 'debit' ? '9999010000' : '9999020';
  const pan = luhnNumber(`${begin}${String(lastAccount).padStart(8, '0')}`);
  const { mobile } = holder;
  const printed = await pages.world.operator(issuer.printCard, { pan, mobile, behaviour });
  if (isRefused(printed)) throw new Error(printed.code);
  return { pan, expiry: printed.expiry, cvn2: printed.cvn2 };
}

let lastAccount = 40_000;

/** The digits with the one that makes the number right. */
function luhnNumber(digits: string): string {
  const last = [...Array(10).keys()].find((digit) => isLuhnValid(`${digits}${digit}`));
  return `${digits}${last}`;
}

/** Type a card into the token service's form and agree to the terms; what the bank says then is up to the story. */
export async function typeCard(holder: Holder, card: PrintedCard): Promise<void> {
  await fillCard(holder, card);
  await agreeToTerms(holder);
}

/** Type a card into the token service's form, and leave it at that. A credit card asks for its security code. */
export async function fillCard(
  { page, mobile }: Pick<Holder, 'page' | 'mobile'>,
  card: PrintedCard,
): Promise<void> {
  await page.getByRole('button', { name: 'Add a card' }).first().click();
  const form = page.frameLocator('iframe[src*="card."]');
  await form.getByLabel('Card number').fill(card.pan);
  await form.getByLabel('Expires').fill(card.expiry.slice(2) + card.expiry.slice(0, 2));
  if (card.pan.startsWith('999902')) await form.getByLabel('CVN2', { exact: true }).fill(card.cvn2);
  else await form.getByLabel('Mobile number').fill(mobile);
}

/** Go on with a card that is typed. */
export async function agreeToTerms({ page }: Pick<Holder, 'page'>): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Agree and add the card' }).click();
}

/** Choose the bank's one-time code and type it. */
export async function typeBankCode({ page }: Pick<Holder, 'page'>): Promise<void> {
  await typeCode(page, await bankCode(page));
}

/** Choose the bank's one-time code, and read it in the message about that card; the bank has sent it with its question. */
export async function bankCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: /One-time code/ }).click();
  const waiting = await page.getByText(/^Card \d{4} · waiting for the code$/).textContent();
  const [lastFour = ''] = /\d{4}/.exec(waiting ?? '') ?? [];
  const inbox = page.frameLocator('iframe[src*="bank."]');
  const message = inbox.locator('.message', { hasText: `ending ${lastFour}` }).first();
  return (await message.locator('.code-digits').textContent()) ?? '';
}

/** Type a code into the token service's boxes; the sixth digit sends it. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.frameLocator('iframe[src*="card."]').getByLabel('Six-digit code').fill(code);
}

/** Wait until the card is on the phone, and go on. */
export async function cardArrives(holder: Pick<Holder, 'page'>): Promise<void> {
  await holder.page.getByText('Ready to pay').waitFor();
  await holder.page.getByRole('button', { name: 'Done' }).click();
  await holder.page.getByRole('button', { name: 'Pay', exact: true }).waitFor();
}

/** Add a card that the bank lets through without a code. */
export async function addGreenCard(pages: Pages, holder: Holder): Promise<void> {
  await typeCard(holder, await printCard(pages, holder, 'green'));
  await cardArrives(holder);
}

/** A cashier's page beside the holder's phone, in a window of its own: a page behind another draws once a second. */
export async function openTill({ page, context }: Pick<Holder, 'page' | 'context'>): Promise<Page> {
  const door = page.getByRole('link', { name: 'Open a terminal' }).first();
  const browser = context.browser();
  const till = await (browser === null ? context : await openContext(browser, wide)).newPage();
  await till.goto((await door.getAttribute('href')) ?? '');
  await till.getByRole('button', { name: 'Ask for a tap' }).waitFor();
  return till;
}

/** Type an amount at the till, digit by digit, and turn the field on. */
export async function askForTap(till: Page, digits: string): Promise<void> {
  for (const digit of digits) await till.keyboard.press(digit);
  await till.getByRole('button', { name: 'Ask for a tap' }).click();
}

/** Turn the field on for an amount while no phone is ready for it. */
export async function present(till: Page, digits: string): Promise<void> {
  await askForTap(till, digits);
  await till.getByRole('heading', { name: 'Present card' }).waitFor();
}

/** Confirm with the passkey on the sheet that the field has woken; the phone is then held near. */
export async function confirm({ page }: Pick<Holder, 'page'>): Promise<void> {
  await page.getByRole('button', { name: 'Confirm it is you' }).click();
}

/** The element's own keypad, over the phone's page. */
export function keypadOf({ page }: Holder): FrameLocator {
  return page.frameLocator('iframe[src*="element."]');
}

/** Once the element's keypad asks for it, type six digits on the keyboard; it has taken the focus. */
export async function typePasscode(holder: Holder, asks: string, digits: string): Promise<void> {
  await keypadOf(holder).getByRole('heading', { name: asks }).waitFor();
  await holder.page.keyboard.type(digits);
}
