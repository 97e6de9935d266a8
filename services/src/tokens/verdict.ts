/**
 * The verdict on one financial message: a tap, or a transit advice (a charge's is in charge.ts). Read once, judge, write once. Cryptogram and counter, verdict and answer
 * are one statement by the token's version, so of two messages with one counter one wins.
 * @see docs/specs.md, cryptograms sheet, section 10
 */
import type { z } from '@hono/zod-openapi';
import { type CardRange, institutions, rangeOfCard, rangeOfToken } from '@octavo/domain/demo.ts';
import { fingerprint, messageKey } from '@octavo/domain/message.ts';
import {
  isRefusalCode,
  isRefused,
  type Refused,
  refusals,
  refused,
} from '@octavo/domain/refusal.ts';
import { type Judgement, judgeTap, type TapFacts } from '@octavo/domain/tap.ts';
import { hasKey, readTap as readTapData, type Tap } from '@octavo/domain/tap-data.ts';
import { changeToken, FIRST_SEQUENCE_NUMBER } from '@octavo/domain/token.ts';
import { type AskedKind, askedKind, judgeCharge } from '@octavo/domain/transit-charge.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { judgedCharge } from './charge.ts';
import type * as contract from './contract.ts';
import { type Asked, earlierOf, type Given, isRepeat, messageOf } from './judged.ts';
import { paymentNotice, stateNotice } from './notice.ts';
import { asParty, openDigits, sealedAt, type Tokens, tokenIdOf } from './ports.ts';
import {
  type KeptMessage,
  readTap,
  type TapReading,
  type TapWriting,
  writeTap,
} from './tap-store.ts';
import { announce } from './token.ts';
import type { Notice, Token } from './token-store.ts';

/** The verdict as it is answered. */
export type VerdictAnswer = z.input<typeof contract.Verdict>;

type VerdictAsk = z.output<typeof contract.verdict.body>;

/** Judge a message in its token form. The same message again gets the stored answer. */
export async function verdict(tokens: Tokens, ask: VerdictAsk): Promise<VerdictAnswer | Refused> {
  const kind = askedKind(ask.mti, ask.fields);
  if (kind === undefined) return refused('message.not_supported');
  const askedMs = tokens.clock.nowMs();
  const tap = readTapData(ask.fields);
  const key = hasKey(tap) ? messageKey(ask.mti, ask.fields) : undefined;
  const range = rangeOfToken(tap.number);
  const given =
    key === undefined || range === undefined
      ? judgedAlone(tokens, kind, tap)
      : await judgedByToken(tokens, await askedOf(tokens, kind, ask, tap, key, range));
  if (isRefused(given)) return given;
  report(tokens, kind, tap, key, given, askedMs);
  const { token, message, stored } = given;
  return {
    ...(token && { tokenReference: toHex(token.tokenId) }),
    ...(message.code !== undefined && { code: message.code }),
    checks: [...message.checks],
    stored,
    ...(token && message.code === undefined && (await goodAnswer(tokens, kind, token))),
  };
}

/** An advice goes to no issuer, so its answer holds no card. */
async function goodAnswer(
  tokens: Tokens,
  kind: AskedKind,
  token: Token,
): Promise<Pick<VerdictAnswer, 'card' | 'accountReference'>> {
  if (kind === 'advice') return { accountReference: token.accountReference };
  return { card: await cardOf(tokens, token) };
}

/** A message that names no token of ours leaves nothing behind. */
function judgedAlone({ clock }: Tokens, kind: AskedKind, tap: Tap): Given {
  const facts = { tap, nowMs: clock.nowMs(), earlier: 'nothing', token: undefined } as const;
  const message =
    kind === 'charge'
      ? judgeCharge({ ...facts, advice: undefined, standing: 'free' })
      : judgeTap({
          ...facts,
          isAdvice: kind === 'advice',
          used: undefined,
          isCryptogramRight: false,
        });
  return { token: undefined, message, stored: false };
}

/** All that the keys must say is asked before the reading: between it and the writing only the store is awaited. */
async function askedOf(
  { keys }: Tokens,
  kind: AskedKind,
  { mti, fields }: VerdictAsk,
  tap: Tap,
  key: string,
  range: CardRange,
): Promise<Asked> {
  return {
    kind,
    fields,
    tap,
    messageKey: key,
    range,
    tokenId: await tokenIdOf(keys, range.keyIndex, tap.number),
    content: await keys.lookupHash('message', fingerprint(mti, fields)),
  };
}

async function judgedByToken(tokens: Tokens, asked: Asked): Promise<Given | Refused> {
  const { kind, tap } = asked;
  const given = kind === 'charge' ? judgedCharge(tokens, asked) : judgedTap(tokens, asked);
  return (await given) ?? judgedAlone(tokens, kind, tap);
}

/** Undefined when there is no such token. */
async function judgedTap(tokens: Tokens, asked: Asked): Promise<Given | Refused | undefined> {
  const { sql, clock } = tokens;
  const { tap, tokenId, messageKey: key, content, kind } = asked;
  const isCryptogramRight = await isRight(tokens, asked);
  const judged = await change<{ readonly given: Given | undefined }>(async () => {
    const nowMs = clock.nowMs();
    const reading = await readTap(sql, tokenId, key, tap.counter);
    if (reading === undefined) return written({ given: undefined });
    const { token, message: kept } = reading;
    if (isRepeat(kept, content)) return written({ given: { token, message: kept, stored: true } });
    const earlier = earlierOf(kept);
    const isAdvice = kind === 'advice';
    const facts = { tap, nowMs, earlier, isAdvice, ...factsOf(reading), isCryptogramRight };
    const judgement = judgeTap(facts);
    const message = messageOf(asked, judgement, nowMs);
    const writing = writingOf(reading, facts, judgement, key);
    const fresh = kept ? {} : { message, refusal: refusalOf(token, facts, message, key) };
    if (!(await writeTap(sql, token, { ...writing, ...fresh }))) return overtaken;
    if (fresh.refusal) tokens.wake();
    if (writing.suspension) announce(tokens, token, writing.next, writing.suspension.line);
    return written({ given: { token, message, stored: false } });
  });
  return isRefused(judged) ? judged : judged.given;
}

/** Whether the key port finds the cryptogram right; a tap that lacks what it needs has no right one. */
async function isRight({ keys }: Tokens, { range, tap }: Asked): Promise<boolean> {
  if (tap.chip === undefined || tap.cryptogram === undefined) return false;
  const check = await keys.verifyCryptogram({
    keyIndex: range.keyIndex,
    token: tap.number,
    sequenceNumber: FIRST_SEQUENCE_NUMBER,
    values: tap.chip,
  });
  return check.kind === 'right';
}

function factsOf({ token, used }: TapReading): Pick<TapFacts, 'token' | 'used'> {
  const { state, expiry, requestorId, keyIndex, highestCounter } = token;
  return {
    token: { state, expiry, requestorId, keyIndex, highestCounter: Number(highestCounter) },
    used,
  };
}

/** A right cryptogram uses its counter up, or proves a clone, whatever the verdict says. */
function writingOf(
  { token }: TapReading,
  { tap, nowMs }: TapFacts,
  { consumesCounter, provesClone }: Judgement,
  messageKeyText: string,
): TapWriting {
  const { counter, cryptogram } = tap;
  const isKept =
    (consumesCounter || provesClone) && counter !== undefined && cryptogram !== undefined;
  const suspended = provesClone
    ? changeToken(token, { event: 'suspend', ...asParty('tokens') })
    : refused('token.not_suspended');
  const standing = isRefused(suspended) ? token : suspended.value;
  const line = { atMs: nowMs, event: 'suspend', party: 'tokens', reason: 'CLONE_PROVED' };
  const highest = consumesCounter ? BigInt(counter ?? 0) : 0n;
  const next = {
    state: standing.state,
    suspendedBy: standing.suspendedBy,
    highestCounter: highest > token.highestCounter ? highest : token.highestCounter,
  };
  return {
    messageKey: messageKeyText,
    next,
    tap: isKept ? { counter, cryptogram } : undefined,
    message: undefined,
    refusal: undefined,
    suspension: isRefused(suspended)
      ? undefined
      : { line, notice: stateNotice(token, next, nowMs) },
    atMs: nowMs,
  };
}

/**
 * A refused tap is told when its cryptogram is right: that of a forged one says nothing of the holder. A refused advice
 * is no payment that anybody waits for.
 */
function refusalOf(
  { tokenId, version }: Token,
  { isCryptogramRight, isAdvice, tap }: TapFacts,
  message: KeptMessage,
  key: string,
): Notice | undefined {
  const { code } = message;
  if (code === undefined || isAdvice || !isCryptogramRight) return undefined;
  if (tap.counter === undefined) return undefined;
  const at = { tokenId, version: version + 1n };
  const news = {
    kind: 'payment',
    approved: false,
    code,
    retrievalReference: tap.fields['37'],
    responseCode: responseCodeOf(code),
  } as const;
  return paymentNotice(at, key, message, news, message.atMs);
}

/** DE39 that follows from a verdict. */
function responseCodeOf(code: string | undefined): string {
  return code !== undefined && isRefusalCode(code) ? refusals[code].responseCode : '00';
}

/** What the issuer needs of the card behind a token, out of the vault. */
async function cardOf({ keys }: Tokens, token: Token): Promise<NonNullable<VerdictAnswer['card']>> {
  const { tokenId, accountReference, expiry: tokenExpiry, requestorId, assurance } = token;
  const pan = await openDigits(keys, token.sealedPan, sealedAt(tokenId, 'token.pan'));
  const at = sealedAt(tokenId, 'token.pan_expiry');
  const panExpiry = await openDigits(keys, token.sealedPanExpiry, at);
  const issuerCode = issuerCodeOf(token);
  return { pan, panExpiry, accountReference, tokenExpiry, requestorId, assurance, issuerCode };
}

/** The institution that issued the card behind a token. */
export function issuerCodeOf({ cardBin }: Token): string {
  const range = rangeOfCard(cardBin);
  assert(range !== undefined, 'tokens are of known ranges');
  return institutions[range.issuer].code;
}

function report(
  { trace, clock }: Tokens,
  kind: AskedKind,
  tap: Tap,
  key: string | undefined,
  given: Given,
  askedMs: number,
): void {
  const { token, message, stored } = given;
  const { code, checks } = message;
  trace('tap.verdict', {
    kind,
    tookMs: clock.nowMs() - askedMs,
    messageKey: key,
    tokenReference: token && toHex(token.tokenId),
    tokenLastFour: tap.tokenLastFour,
    code,
    responseCode: responseCodeOf(code),
    stored,
    counter: tap.counter,
    checks,
    retrievalReference: tap.fields['37'],
  });
}
