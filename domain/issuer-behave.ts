/**
 * Telling the demo bank how to behave for a card that is in use. Most behaviours are looked up when a payment is
 * decided; those that stand for terms (expiry, limits, money) change the terms, as if the card had been opened so.
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { Behaviour } from './demo.ts';
import { type Account, availableMinor } from './issuer.ts';
import { type IssuerCard, openingTerms } from './issuer-card.ts';
import { type Posting, posting } from './ledger.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';

/** A card and its account after they were told, with the money that moved for it. */
export type Behaved = {
  readonly card: IssuerCard;
  readonly account: Account;
  readonly posting: Posting | undefined;
};

/**
 * Let the bank behave so from the next payment on.
 * - `no_funds` leaves nothing to spend: what a debit account holds goes back by a posting, a credit line shrinks to what
 *   is owed. What a reversal gives back later can be spent, as it was taken before. Told otherwise, the account gets
 *   what it lacks of its opening money, and its line.
 * - `low_limit` lowers the daily limit, any other behaviour raises it; what was spent today counts under both.
 * - `expired` ends the card's expiry, any other behaviour renews it; it is the same one as before, so that tokens work.
 * - `lost` and the others leave the terms alone: a card that is told otherwise was found.
 */
export function behave(
  card: IssuerCard,
  account: Account,
  behaviour: Behaviour,
  postingId: string,
): Done<Behaved> | Refused {
  assert(card.accountId === account.accountId, 'a card and its own account');
  if (account.state === 'closed') return refused('issuer.account_closed');
  const { expiry, openingMinor, creditLimitMinor, dailyLimitMinor } = openingTerms(
    card.kind,
    behaviour,
  );
  const { balanceMinor } = account;
  const owedMinor = balanceMinor < 0n ? -balanceMinor : 0n;
  const movedMinor = moneyMoved(card, account, behaviour, openingMinor);
  const changed = {
    ...account,
    balanceMinor: balanceMinor + movedMinor,
    creditLimitMinor: behaviour === 'no_funds' ? owedMinor : creditLimitMinor,
    dailyLimitMinor,
    version: account.version + 1n,
  };
  assert(availableMinor(changed) >= 0n, 'nobody can have spent more than there was');
  assert(behaviour !== 'no_funds' || availableMinor(changed) === 0n, 'nothing is left to spend');
  return done({
    card: { ...card, behaviour, expiry, version: card.version + 1n },
    account: changed,
    posting:
      movedMinor === 0n ? undefined : posting('adjustment', postingId, 'adjustment', movedMinor),
  });
}

/** What moves to the holder's account; negative: away from it. */
function moneyMoved(
  card: IssuerCard,
  { balanceMinor }: Account,
  behaviour: Behaviour,
  openingMinor: bigint,
): bigint {
  if (behaviour === 'no_funds') return balanceMinor > 0n ? -balanceMinor : 0n;
  // What is owed on a credit card stays owed: it was opened without money.
  if (card.behaviour !== 'no_funds' || card.kind === 'credit') return 0n;
  return balanceMinor < openingMinor ? openingMinor - balanceMinor : 0n;
}
