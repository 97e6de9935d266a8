/** What every verdict begins with and what is kept of it, be the message a tap, an advice or a charge. */
import type { CardRange } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import type { MessageFacts } from '@octavo/domain/message-checks.ts';
import type { Judgement } from '@octavo/domain/tap.ts';
import type { Tap } from '@octavo/domain/tap-data.ts';
import type { AskedKind } from '@octavo/domain/transit-charge.ts';
import { equal } from '@octavo/lib/bytes/bytes.ts';
import type { KeptMessage } from './tap-store.ts';
import type { Token } from './token-store.ts';

/** A message about a token of ours, with all that the keys say of it. */
export type Asked = {
  readonly kind: AskedKind;
  readonly fields: MessageFields;
  readonly tap: Tap;
  readonly messageKey: string;
  readonly range: CardRange;
  readonly tokenId: Uint8Array;
  /** Keyed digest of what it says. */
  readonly content: Uint8Array;
};

/** A verdict as it was given, now or before. */
export type Given = {
  readonly token: Token | undefined;
  readonly message: Pick<KeptMessage, 'code' | 'checks'>;
  readonly stored: boolean;
};

/** Whether a message came before with the same content. */
export function isRepeat(
  kept: KeptMessage | undefined,
  content: Uint8Array,
): kept is KeptMessage & { fingerprint: Uint8Array } {
  if (kept === undefined || kept.reversed || kept.fingerprint === undefined) return false;
  return equal(kept.fingerprint, content);
}

/** What a verdict is told of an earlier message under the same key. */
export function earlierOf(kept: KeptMessage | undefined): MessageFacts['earlier'] {
  if (kept === undefined) return 'nothing';
  return kept.reversed ? 'reversed' : 'other_content';
}

/** The row of a message that was judged. */
export function messageOf(
  { kind, tap, content }: Asked,
  { code, checks }: Pick<Judgement, 'code' | 'checks'>,
  nowMs: number,
): KeptMessage {
  const { '4': amount = '', '32': acquirer = '', '42': merchantId } = tap.fields;
  const { '43': merchant, '49': currency } = tap.fields;
  return {
    kind,
    fingerprint: content,
    code,
    checks,
    counter: tap.counter === undefined ? undefined : BigInt(tap.counter),
    amountMinor: /^\d{1,12}$/.test(amount) ? BigInt(amount) : undefined,
    currency,
    merchant: merchant
      ?.slice(0, MERCHANT_NAME_CHARACTERS)
      .replace(/\p{Cc}/gu, ' ')
      .trim(),
    atMs: nowMs,
    outcomeCode: undefined,
    reversed: false,
    advice:
      kind === 'advice' ? { acquirer, merchantId, tapDay: tap.chip?.['9A'] ?? '' } : undefined,
  };
}

/** DE43 begins with the merchant's name. @see docs/specs.md, ISO 8583 sheet, section 3 */
const MERCHANT_NAME_CHARACTERS = 25;
