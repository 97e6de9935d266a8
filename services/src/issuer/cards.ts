/** The card file: the test cards of the first start, and cards that the operator prints. */
import type { z } from '@hono/zod-openapi';
import { type Behaviour, type TestCard, testCards } from '@octavo/domain/demo.ts';
import {
  maskMobile,
  openingTerms,
  PRINTED_ACCOUNT_AGE_MS,
  rangeOfWholeCard,
} from '@octavo/domain/issuer-card.ts';
import { posting } from '@octavo/domain/ledger.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromAscii } from '@octavo/lib/bytes/bytes.ts';
import { SERVICE_CODE_CVN2 } from '@octavo/lib/emv/cvv.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import type { printCard } from './contract.ts';
import { accountIdOf, type IssuerPorts, mobileHashOf } from './ports.ts';
import { isBehaviour, knownAccounts, loadCard, type Opening, saveOpening } from './store.ts';

/** Open the accounts of the demo bank's test cards that are not there yet. */
export async function seedTestCards(ports: IssuerPorts): Promise<void> {
  const ids = await Promise.all(testCards.map((card) => accountIdOf(ports.keys, card.pan)));
  const known = await knownAccounts(ports.sql, ids);
  for (const [index, card] of testCards.entries()) {
    if (!known.has(ids[index] as string)) await open(ports, ids[index] as string, card);
  }
}

/** Print a card: open its account if there is none, and say what stands on the card. The security code is computed, never kept. */
export async function print(
  ports: IssuerPorts,
  { pan, mobile, behaviour = 'plain' }: z.output<typeof printCard.body>,
): Promise<z.input<typeof printCard.answer> | Refused> {
  if (!isLuhnValid(pan)) return refused('card.luhn_wrong');
  if (rangeOfWholeCard(pan) === undefined) return refused('card.unknown_bin');
  if (!isBehaviour(behaviour)) return refused('request.malformed', { field: 'behaviour' });
  const accountId = await accountIdOf(ports.keys, pan);
  if ((await loadCard(ports.sql, accountId)) === undefined) {
    await open(ports, accountId, { pan, mobile, behaviour });
  }
  const file = await loadCard(ports.sql, accountId);
  assert(file !== undefined, 'the card was opened, by us or by somebody faster');
  const { expiry, kind } = file.card;
  const cvn2 = await ports.keys.printVerificationValue({
    pan,
    expiry,
    serviceCode: SERVICE_CODE_CVN2,
  });
  return { expiry, cvn2, kind };
}

async function open(
  ports: IssuerPorts,
  accountId: string,
  card: Omit<TestCard, 'expiry'>,
): Promise<void> {
  const atMs = ports.clock.nowMs();
  const opening = await prepareOpening(ports, accountId, card, atMs);
  if (await saveOpening(ports.sql, opening, atMs)) traceOpening(ports, opening);
}

/** Tell the trace that an account was opened. */
export function traceOpening(ports: IssuerPorts, { card }: Opening): void {
  const { lastFour: cardLastFour, kind, behaviour } = card;
  ports.trace('account.opened', { cardLastFour, kind, behaviour });
}

/** A card and an account as they will be opened for a number of the bank. */
export async function prepareOpening(
  ports: IssuerPorts,
  accountId: string,
  { pan, mobile, behaviour }: { pan: string; mobile: string; behaviour: Behaviour },
  atMs: number,
): Promise<Opening> {
  const { keys } = ports;
  const range = rangeOfWholeCard(pan);
  assert(range !== undefined, 'a number of the bank');
  const terms = openingTerms(range.kind, behaviour);
  const { openingMinor, creditLimitMinor, dailyLimitMinor } = terms;
  return {
    card: {
      accountId,
      lastFour: pan.slice(-4),
      expiry: terms.expiry,
      kind: range.kind,
      behaviour,
      mobileMasked: maskMobile(mobile),
      openedAtMs: atMs - PRINTED_ACCOUNT_AGE_MS,
      wrongDetails: 0,
      version: 1n,
    },
    account: {
      accountId,
      state: 'open',
      currency: range.currency,
      balanceMinor: openingMinor,
      creditLimitMinor,
      dailyLimitMinor,
      spentOn: localTime(atMs).isoDate,
      spentMinor: 0n,
      version: 1n,
    },
    mobileHash: await mobileHashOf(keys, mobile),
    pan: await keys.vaultSeal(fromAscii(pan), { id: accountId, column: 'pan' }),
    mobile: await keys.vaultSeal(fromAscii(mobile), { id: accountId, column: 'mobile' }),
    posting: openingMinor > 0n ? posting('opening', 'opening', 'opening', openingMinor) : undefined,
  };
}
