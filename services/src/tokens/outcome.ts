/** How a checked message ended: kept with its verdict, told to the requestor, and answered with tag 91. */
import type { z } from '@hono/zod-openapi';
import { rangeOfToken } from '@octavo/domain/demo.ts';
import { messageKey, originalKey } from '@octavo/domain/message.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { hasKey, readTap as readTapData } from '@octavo/domain/tap-data.ts';
import { fromUint, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import type * as contract from './contract.ts';
import { paymentNotice } from './notice.ts';
import { openDigits, sealedAt, type Tokens, tokenIdOf } from './ports.ts';
import { type KeptMessage, readTap, type TapReading, writeOutcome, writeTap } from './tap-store.ts';
import { issuerCodeOf } from './verdict.ts';

type OutcomeAsk = z.output<typeof contract.outcome.body>;
type OutcomeAnswer = z.input<typeof contract.outcome.answer>;
type OriginalAsk = z.output<typeof contract.original.body>;
type OriginalAnswer = z.input<typeof contract.original.answer>;

/**
 * Keep DE39 of a message that had a verdict. A reversal ends a message for good, also one that never came:
 * then it is remembered, and the original is refused when it comes.
 */
export async function outcome(tokens: Tokens, ask: OutcomeAsk): Promise<OutcomeAnswer | Refused> {
  const { keys, sql } = tokens;
  const key = keyOf(ask);
  const token = ask.fields['2'] ?? '';
  const range = rangeOfToken(token);
  if (key === undefined) return refused('message.malformed');
  if (range === undefined) return refused('token.unknown');
  const tokenId = await tokenIdOf(keys, range.keyIndex, token);
  const reading = await change<TapReading>(async () => {
    const found = await readTap(sql, tokenId, key);
    if (found === undefined) return refused('token.unknown');
    return (await keep(tokens, found, key, ask)) ?? overtaken;
  });
  if (isRefused(reading)) return reading;
  const tag91 = ask.reversed ? undefined : await proofFor(tokens, reading, token, ask.responseCode);
  return tag91 === undefined ? {} : { tag91: toHex(tag91) };
}

/** The key of the message that ended: its own, or the one that a reversal's DE90 names. */
function keyOf({ mti, fields }: OutcomeAsk): string | undefined {
  if (mti[1] === '4') return originalKey(fields['90']);
  return hasKey(readTapData(fields)) ? messageKey(mti, fields) : undefined;
}

/** Undefined when the writing was overtaken. */
async function keep(
  tokens: Tokens,
  reading: TapReading,
  key: string,
  ask: OutcomeAsk,
): Promise<ReturnType<typeof written<TapReading>> | Refused | undefined> {
  const { message, token } = reading;
  if (message === undefined) {
    // Nobody approves what has no verdict: there is nothing to remember.
    if (!ask.reversed && ask.responseCode === '00') return refused('message.original_unknown');
    // Its verdict may still be on its way, and nobody waits for it: as a good one it would stand for ever.
    if (!(await rememberReversal(tokens, reading, key))) return undefined;
    return ask.reversed ? written(reading) : refused('message.original_unknown');
  }
  // An advice moves no money: there is nothing to end and nothing to take back.
  if (message.kind === 'advice') return refused('message.not_supported');
  const { reversed, outcomeCode } = message;
  // Once reversed it stays so: an answer that comes late changes nothing, and a repeat says the same.
  if (reversed || (!ask.reversed && outcomeCode === ask.responseCode)) return written(reading);
  if (!ask.reversed && outcomeCode !== undefined) return refused('message.key_reused');
  const after = ask.reversed
    ? { outcomeCode, reversed: true }
    : { outcomeCode: ask.responseCode, reversed: false };
  const { sql, clock } = tokens;
  const nowMs = clock.nowMs();
  const kind = ask.reversed ? 'reversal' : 'payment';
  const approved = !ask.reversed && ask.responseCode === '00';
  const news = {
    kind,
    approved,
    code: ask.code,
    retrievalReference: ask.fields['37'],
    responseCode: ask.reversed ? undefined : ask.responseCode,
  } as const;
  // What was refused here was told with its verdict, if its cryptogram was right; what was forged is never told.
  const notice = isGood(message) ? paymentNotice(token, key, message, news, nowMs) : undefined;
  const { tokenId } = token;
  if (!(await writeOutcome(sql, tokenId, key, message, after, notice, nowMs))) return undefined;
  tokens.wake();
  return written(reading);
}

/** By the token's version, as a verdict: a verdict on that message under way is overtaken and sees the reversal. */
async function rememberReversal(
  { sql, clock }: Tokens,
  { token }: TapReading,
  messageKeyText: string,
): Promise<boolean> {
  const atMs = clock.nowMs();
  const message: KeptMessage = {
    kind: 'tap',
    fingerprint: undefined,
    code: 'message.already_reversed',
    checks: [],
    counter: undefined,
    amountMinor: undefined,
    currency: undefined,
    merchant: undefined,
    atMs,
    outcomeCode: undefined,
    reversed: true,
  };
  const writing = {
    messageKey: messageKeyText,
    next: token,
    tap: undefined,
    suspension: undefined,
    refusal: undefined,
  };
  return writeTap(sql, token, { ...writing, message, atMs });
}

/** Tag 91 over the cryptogram that was checked; a message whose verdict was a refusal has none. */
async function proofFor(
  { keys }: Tokens,
  { token, message, used }: TapReading,
  number: string,
  responseCode: string,
): Promise<Uint8Array | undefined> {
  if (message === undefined || !isGood(message) || message.reversed) return undefined;
  if (used === undefined || message.counter === undefined) return undefined;
  return keys.makeArpc({
    keyIndex: token.keyIndex,
    token: number,
    sequenceNumber: token.sequenceNumber,
    values: { '9F26': toHex(used), '9F36': toHex(fromUint(Number(message.counter), 2)) },
    responseCode,
  });
}

/** The card behind a message whose verdict was good, for its reversal; deleted tokens are still resolved. */
export async function original(
  { keys, sql }: Tokens,
  ask: OriginalAsk,
): Promise<OriginalAnswer | Refused> {
  const range = rangeOfToken(ask.token);
  if (range === undefined) return refused('message.original_unknown');
  const tokenId = await tokenIdOf(keys, range.keyIndex, ask.token);
  const reading = await readTap(sql, tokenId, ask.messageKey);
  const { message } = reading ?? {};
  if (reading === undefined || message === undefined || !isGood(message)) {
    return refused('message.original_unknown');
  }
  if (message.kind === 'advice') {
    return refused('message.original_unknown');
  }
  const { token } = reading;
  return {
    tokenReference: toHex(tokenId),
    pan: await openDigits(keys, token.sealedPan, sealedAt(tokenId, 'token.pan')),
    panExpiry: await openDigits(keys, token.sealedPanExpiry, sealedAt(tokenId, 'token.pan_expiry')),
    issuerCode: issuerCodeOf(token),
  };
}

function isGood({ code, fingerprint }: KeptMessage): boolean {
  return code === undefined && fingerprint !== undefined;
}
