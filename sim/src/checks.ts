/** What must always hold once the world has come to rest. Each check names what is broken, or says nothing. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { Books } from './books.ts';
import type { Secret } from './holder.ts';
import type { Purchase } from './people.ts';

/** What the checks need of a cashier's memory. */
type Remembered = Omit<Purchase, 'holder'>;

/** A broken rule, in words. */
export type Breach = string;

/** Every check of the books. */
export function checkBooks(books: Books, purchases: readonly Remembered[]): readonly Breach[] {
  return [
    ...ledgerSumsToZero(books),
    ...paymentsArePostedOnce(books),
    ...cashiersWereToldTheTruth(books, purchases),
    ...tokenServiceAgrees(books),
    ...historyAgrees(books),
    ...phonesShowTokensAsTheyAre(books),
  ];
}

function ledgerSumsToZero({ entries, balances }: Books): readonly Breach[] {
  const breaches: Breach[] = [];
  const postings = Map.groupBy(entries, ({ accountId, postingId }) => `${accountId} ${postingId}`);
  for (const [posting, legs] of postings) {
    const sum = total(legs);
    if (sum !== 0n) breaches.push(`posting ${posting} sums to ${sum}`);
  }
  for (const { accountId, balanceMinor } of balances) {
    const held = entries.filter((one) => one.accountId === accountId && one.account === 'holder');
    if (total(held) !== balanceMinor) {
      breaches.push(`account ${accountId} says ${balanceMinor}, its entries ${total(held)}`);
    }
  }
  return breaches;
}

/** Approved at the terminal: posted once, never taken back. Anything else: nothing left at the holder. */
function paymentsArePostedOnce(books: Books): readonly Breach[] {
  const { payments, rides } = books;
  const issuerPayments = books.issuerPayments.filter(isNoRide(rides));
  const entries = books.entries.filter(isNoRide(rides));
  const breaches: Breach[] = [];
  const byReference = Map.groupBy(entries, ({ retrievalReference }) => retrievalReference);
  for (const payment of payments) {
    const { terminal, requestId, state, amountMinor, retrievalReference } = payment;
    const name = `payment ${requestId} of ${terminal} (${state}, ${retrievalReference})`;
    const own = retrievalReference === undefined ? [] : (byReference.get(retrievalReference) ?? []);
    const held = own.filter(({ account }) => account === 'holder');
    const posted = held.filter(({ kind }) => kind === 'purchase').length;
    const takenBack = held.filter(({ kind }) => kind === 'reversal').length;
    if (state === 'posted') {
      const isRight = posted === 1 && takenBack === 0 && total(held) === -amountMinor;
      if (!isRight)
        breaches.push(
          `${name}: posted ${posted}, taken back ${takenBack}, ${total(held)} for the holder`,
        );
      if (payment.acquirerState !== 'posted')
        breaches.push(`${name}: ${payment.acquirerState} at the acquirer`);
    } else if (total(held) !== 0n || posted !== takenBack || posted > 1) {
      breaches.push(`${name}: ${total(held)} left at the holder`);
    }
  }
  const approved = payments.filter(({ state }) => state === 'posted').length;
  const standing = issuerPayments.filter(({ state }) => state === 'posted').length;
  if (approved !== standing) {
    breaches.push(`terminals approved ${approved}, the issuer has ${standing} posted`);
  }
  const purchased = entries.filter(
    ({ account, kind }) => account === 'holder' && kind === 'purchase',
  );
  const reversed = entries.filter(
    ({ account, kind }) => account === 'holder' && kind === 'reversal',
  );
  if (purchased.length - reversed.length !== approved) {
    breaches.push(
      `${purchased.length} purchases less ${reversed.length} reversals are not ${approved}`,
    );
  }
  return breaches;
}

/** What was asked for rides is looked at with the rides. */
function isNoRide(rides: Books['rides']) {
  return ({ retrievalReference }: { readonly retrievalReference: string }): boolean =>
    !rides.has(retrievalReference);
}

function cashiersWereToldTheTruth(
  { payments }: Books,
  purchases: readonly Remembered[],
): readonly Breach[] {
  const breaches: Breach[] = [];
  const rows = new Map(payments.map((payment) => [payment.requestId, payment]));
  for (const { requestId, answers, oddities, amountMinor } of purchases) {
    const row = rows.get(requestId);
    const outcomes = new Set(answers.map((answer) => JSON.stringify(answer)));
    if (outcomes.size > 1) breaches.push(`request ${requestId} got ${outcomes.size} answers`);
    for (const oddity of oddities) breaches.push(`request ${requestId}: ${oddity}`);
    const outcome = answers.at(-1)?.outcome;
    if ((outcome === 'approved') !== (row?.state === 'posted')) {
      breaches.push(`request ${requestId}: told ${outcome}, kept ${row?.state}`);
    }
    if (row !== undefined && row.amountMinor !== BigInt(amountMinor)) {
      breaches.push(`request ${requestId}: asked ${amountMinor}, kept ${row.amountMinor}`);
    }
  }
  if (payments.some(({ requestId }) => !purchases.some((one) => one.requestId === requestId))) {
    breaches.push('a terminal keeps a payment that no cashier asked for');
  }
  return breaches;
}

/** What the token service holds for paid is what terminals hold for paid. */
function tokenServiceAgrees(books: Books): readonly Breach[] {
  const references = new Map(
    books.networkMessages.map((one) => [one.messageKey, one.retrievalReference]),
  );
  const paid = books.messages
    .filter(
      ({ kind, outcomeCode, reversed }) => kind === 'tap' && outcomeCode === '00' && !reversed,
    )
    .map(({ messageKey }) => references.get(messageKey) ?? messageKey)
    .sort();
  const posted = books.payments
    .filter(({ state }) => state === 'posted')
    .map(({ retrievalReference }) => retrievalReference ?? '')
    .sort();
  return paid.join() === posted.join()
    ? []
    : [`the token service holds ${paid.join(' ')} for paid, the terminals ${posted.join(' ')}`];
}

/**
 * What the token service refused is one line on the phone; what it found good is one when it ended, and another when it
 * was taken back. Every element of this world is honest, so every refused tap is its holder's own. Of a tap at a gate the
 * phone hears nothing until it is charged for, and nobody waits for a charge that is refused.
 */
function historyAgrees({ messages, lines }: Books): readonly Breach[] {
  const breaches: Breach[] = [];
  const lineOf = (kind: string, reference: string, amount: bigint | undefined, approved: boolean) =>
    `${kind} ${reference} ${amount} ${approved ? 'approved' : ''}`.trim();
  const due = messages
    .filter(({ seen, kind, code }) => seen && (kind === 'tap' || (kind === 'charge' && !code)))
    .flatMap(({ tokenReference, amountMinor, code, outcomeCode, reversed }) => {
      if (code !== undefined) return [lineOf('payment', tokenReference, amountMinor, false)];
      const isApproved = outcomeCode === '00';
      return [
        ...(outcomeCode === undefined
          ? []
          : [lineOf('payment', tokenReference, amountMinor, isApproved)]),
        ...(reversed ? [lineOf('reversal', tokenReference, amountMinor, false)] : []),
      ];
    });
  const shown = lines
    .filter(({ kind }) => kind !== 'state')
    .map((line) => lineOf(line.kind, line.tokenReference, line.amountMinor, line.approved));
  for (const line of new Set([...due, ...shown])) {
    const wanted = due.filter((one) => one === line).length;
    const there = shown.filter((one) => one === line).length;
    if (wanted !== there)
      breaches.push(`the phone shows ${there} times "${line}" instead of ${wanted}`);
  }
  return breaches;
}

function phonesShowTokensAsTheyAre({ leaves }: Books): readonly Breach[] {
  return leaves
    .filter(({ shown, state }) => shown !== state)
    .map(
      ({ tokenReference, shown, state }) =>
        `${tokenReference} is ${state}, the phone shows ${shown}`,
    );
}

/** No card number in any form, and no code, in what was told. */
export function checkTold(
  events: readonly TraceEvent[],
  log: readonly string[],
  secrets: readonly Secret[],
): readonly Breach[] {
  const told = [...events.map((event) => JSON.stringify(event)), ...log];
  return secrets.flatMap((secret) => {
    const pattern = patternOf(secret);
    const leak = told.find((line) => pattern.test(line));
    return leak === undefined ? [] : [`a ${secret.what} stands in: ${leak.slice(0, 120)}`];
  });
}

/** Card numbers are searched for as digits, as packed digits inside hexadecimal, and as ASCII in hexadecimal; codes as words. */
function patternOf({ what, text }: Secret): RegExp {
  if (what !== 'card number') return new RegExp(`"${text}"|[ :]${text}[ .,"]`);
  const ascii = [...text].map((digit) => `3${digit}`).join('');
  return new RegExp(`${text}|${ascii}`);
}

function total(entries: readonly { readonly amountMinor: bigint }[]): bigint {
  return entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
