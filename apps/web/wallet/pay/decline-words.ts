/** Why a payment was not made, by its code: which of the page's own words say it. */
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import type { HistoryLine } from '../core/api.ts';

/** A reason that has words under `pay.why`. */
export type Reason = (typeof reasons)[keyof typeof reasons] | 'locked' | 'reversed' | 'other';

/** What became of the money. */
export type Taken = 'nothing' | 'nothingMore' | 'yoursAgain';

const reasons = {
  'token.suspended': 'suspended',
  'token.deleted': 'deleted',
  'token.unknown': 'deleted',
  'token.expired': 'expired',
  'token.inactive': 'inactive',
  'token.wrong_domain': 'place',
  'tap.express_not_transit': 'place',
  'tap.replayed': 'replayed',
  'tap.counter_behind': 'replayed',
  'tap.clone_proved': 'clone',
  'tap.cryptogram_missing': 'proof',
  'tap.cryptogram_wrong': 'proof',
  'tap.version_refused': 'proof',
  'tap.amount_differs': 'changed',
  'tap.currency_differs': 'changed',
  'tap.country_differs': 'changed',
  'tap.date_differs': 'changed',
  'tap.type_differs': 'changed',
  'tap.token_differs': 'changed',
  'tap.ctq_overclaims': 'changed',
  'message.mac_wrong': 'changed',
  'terminal.mac_wrong': 'changed',
  'tap.holder_not_verified': 'holder',
  'issuer.insufficient_funds': 'funds',
  'issuer.limit_exceeded': 'limit',
  'issuer.do_not_honour': 'bankNo',
  'issuer.card_unknown': 'bankNo',
  'issuer.card_lost': 'lost',
  'issuer.card_expired': 'cardExpired',
  'issuer.account_closed': 'closed',
  'issuer.currency_not_held': 'currency',
  'issuer.amount_wrong': 'amount',
  'network.no_answer': 'noAnswer',
  'acquirer.no_answer': 'noAnswer',
  'network.issuer_down': 'away',
  'network.not_signed_on': 'away',
  'acquirer.network_down': 'away',
  'network.no_route': 'shop',
  'message.malformed': 'shop',
  'message.key_reused': 'shop',
  'message.not_supported': 'shop',
  'terminal.unknown': 'shop',
  'terminal.not_signed_in': 'shop',
} as const satisfies Partial<Record<RefusalCode, string>>;

/** The reason of a line that is no payment. A locked phone's cards are suspended one and all; the lock is what to undo. */
export function reasonOf({ kind, code }: HistoryLine, isPhoneLocked: boolean): Reason {
  if (isPhoneLocked && code === 'token.suspended') return 'locked';
  if (code !== undefined && Object.hasOwn(reasons, code)) {
    return reasons[code as keyof typeof reasons];
  }
  return kind === 'reversal' ? 'reversed' : 'other';
}

/** What became of the money of a line that is no payment. */
export function takenOf(line: HistoryLine): Taken {
  if (line.kind === 'reversal') return 'yoursAgain';
  return reasonOf(line, false) === 'replayed' ? 'nothingMore' : 'nothing';
}

/** The code as it stands at the foot of the page: its name, DE39, and the last digits of the reference. */
export function codeLine({ code, responseCode, retrievalReference }: HistoryLine): string {
  return [code, responseCode, retrievalReference?.slice(-6)]
    .filter((part) => part !== undefined)
    .join(' · ');
}
