/**
 * Adding a card: what the holder typed, or the bank handed on, is opened and judged, the issuer is asked, and the decision (green, yellow, red)
 * becomes a token, a code to wait for, or a refusal. Nothing typed is kept but the sealed number and expiry.
 * @see docs/specs.md, tokenisation sheet, section 3
 */
import type { z } from '@hono/zod-openapi';
import {
  checkCard,
  type Decision,
  decide,
  decidePushed,
  ENROLMENT_MS,
  faceOf,
  isTriedTooOften,
  UNDECIDED_MS,
} from '@octavo/domain/card.ts';
import type { CardRange } from '@octavo/domain/demo.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assurance } from '@octavo/domain/token.ts';
import { equal, fromAscii, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import * as issuer from '../issuer/contract.ts';
import type * as contract from './contract.ts';
import {
  type Enrolment,
  type EnrolmentBirth,
  type EnrolmentProgress,
  findEnrolment,
  insertEnrolment,
  readCardHolder,
  readTries,
  writeEnrolment,
} from './enrolment-store.ts';
import { type EnrolmentAnswer, finishEnrolment, lapsed, OVER } from './enrolment-view.ts';
import { type OpenedCard, openCard } from './opening.ts';
import { bodyDigest, onwardId, sealDigits, sealedAt, type Tokens } from './ports.ts';
import type { OpenedPush } from './push.ts';
import { takePushed } from './push-store.ts';
import type { HistoryLine } from './token-store.ts';

type EnrolAsk = z.output<typeof contract.enrol.body>;

/** Ask to add a card. The same request again goes on where the first stopped, and gets its answer. */
export async function enrol(tokens: Tokens, ask: EnrolAsk): Promise<EnrolmentAnswer | Refused> {
  const earlier = await earlierOf(tokens, ask);
  if (isRefused(earlier)) return earlier;
  if (earlier !== undefined && earlier.state !== 'asked') return finishEnrolment(tokens, earlier);

  const entry = await openCard(tokens, ask);
  if (isRefused(entry)) return entry;
  const card = checkCard(entry, tokens.clock.nowMs());
  if (isRefused(card)) return card;
  const hasAccepted = ask.termsVersion === faceOf(card.value).termsVersion;
  if (earlier === undefined && !hasAccepted) return refused('enrolment.terms_changed');

  const begun = earlier ?? (await begin(tokens, ask, entry, card.value));
  if (isRefused(begun)) return begun;
  if (begun.state !== 'asked') return finishEnrolment(tokens, begun);
  return entry.pushed === undefined
    ? askIssuer(tokens, ask, entry, begun)
    : settlePushed(tokens, ask, entry.pushed, begun);
}

async function earlierOf(tokens: Tokens, ask: EnrolAsk): Promise<Enrolment | undefined | Refused> {
  const requestId = fromHex(ask.requestId);
  const earlier = await findEnrolment(tokens.sql, fromHex(ask.enrolmentId), requestId);
  if (earlier === undefined) return undefined;
  const isSame =
    equal(earlier.requestId, requestId) && equal(earlier.requestDigest, bodyDigest(ask));
  if (!isSame) return refused('request.key_reused');
  return lapsed(tokens, earlier);
}

/** Hold the card for this enrolment, unless somebody holds it or it was tried too often. */
async function begin(
  tokens: Tokens,
  ask: EnrolAsk,
  entry: OpenedCard,
  range: CardRange,
): Promise<Enrolment | Refused> {
  const { sql, clock } = tokens;
  const birth = await birthOf(tokens, ask, entry, range);
  const progress = {
    ...(await sealCard(tokens, birth, entry)),
    expiresMs: birth.startedMs + UNDECIDED_MS,
  };
  const certificate = fromHex(ask.elementCertificate);
  return change<Enrolment>(async () => {
    const earlier = await earlierOf(tokens, ask);
    if (isRefused(earlier)) return earlier;
    if (earlier !== undefined) return written(earlier);
    const nowMs = clock.nowMs();
    const holder = await readCardHolder(sql, birth, nowMs);
    if (holder?.isLive === true) return refused('card.on_device');
    if (isTriedTooOften(await readTries(sql, birth, nowMs), nowMs)) return refused('card.declined');
    // A receipt is taken first: of two requests that bring it, the other reads that it is used.
    const { receiptHash } = entry.pushed ?? {};
    if (receiptHash && !(await takePushed(sql, receiptHash, birth.requestId, nowMs))) {
      return refused('push.used');
    }
    await insertEnrolment(sql, birth, progress, certificate, holder?.enrolmentId);
    // Whoever was faster, this or another: the next reading says.
    return overtaken;
  });
}

async function birthOf(
  { keys, clock }: Tokens,
  ask: EnrolAsk,
  entry: OpenedCard,
  range: CardRange,
): Promise<EnrolmentBirth> {
  const { holderPublicKey } = entry;
  return {
    enrolmentId: fromHex(ask.enrolmentId),
    requestId: fromHex(ask.requestId),
    requestDigest: bodyDigest(ask),
    requestorId: ask.requestorId,
    elementId: fromHex(entry.elementId),
    cardHash: await keys.lookupHash('pan', fromAscii(entry.pan)),
    cardBin: range.bin,
    cardLastFour: entry.pan.slice(-4),
    holderPublicKey: holderPublicKey === undefined ? undefined : fromHex(holderPublicKey),
    rpIdHash: fromHex(entry.rpIdHash),
    origin: entry.origin,
    termsVersion: ask.termsVersion,
    termsAcceptedMs: ask.termsAcceptedAtMs,
    startedMs: clock.nowMs(),
  };
}

async function sealCard(
  { keys }: Tokens,
  { enrolmentId }: EnrolmentBirth,
  entry: OpenedCard,
): Promise<Pick<EnrolmentProgress, 'sealedPan' | 'sealedPanExpiry'>> {
  return {
    sealedPan: await sealDigits(keys, entry.pan, sealedAt(enrolmentId, 'enrolment.pan')),
    sealedPanExpiry: await sealDigits(
      keys,
      entry.expiry,
      sealedAt(enrolmentId, 'enrolment.pan_expiry'),
    ),
  };
}

/** The issuer's word, the decision, and a code when it needs one; all of it repeats alike until it is written. */
async function askIssuer(
  tokens: Tokens,
  ask: EnrolAsk,
  entry: OpenedCard,
  enrolment: Enrolment,
): Promise<EnrolmentAnswer | Refused> {
  const { pan, expiry, cvn2, mobile } = entry;
  const word = await tokens.issuer(issuer.assess, {
    requestId: await onwardId(tokens.keys, 'assess', ask.requestId),
    pan,
    expiry,
    cvn2,
    mobile,
  });
  if (isRefused(word)) return settleRefused(tokens, enrolment, word);
  const decision = decide({
    scores: ask.scores,
    walletReasons: ask.scores.reasons,
    issuer: word,
    nowMs: enrolment.startedMs,
  });
  if (decision.colour === 'red') {
    return settleRefused(tokens, enrolment, refused('card.declined'), decision);
  }
  const decided = {
    colour: decision.colour,
    reasons: decision.reasons,
    mobileMasked: word.mobileMasked,
    expiresMs: enrolment.startedMs + ENROLMENT_MS,
  };
  if (decision.colour === 'green') {
    const verified = { ...decided, state: 'verified', assurance: assurance.green } as const;
    return settle(tokens, enrolment, verified, verifiedBy(tokens, 'GREEN'));
  }
  const code = await tokens.issuer(issuer.sendCode, {
    requestId: await onwardId(tokens.keys, 'send-code', ask.requestId),
    enrolmentId: ask.enrolmentId,
    pan,
  });
  if (isRefused(code)) return settleRefused(tokens, enrolment, code, decision);
  return settle(tokens, enrolment, {
    ...decided,
    state: 'code_awaited',
    triesLeft: code.triesLeft,
    resendsLeft: code.resendsLeft,
    codeExpiresMs: code.expiresAtMs,
  });
}

/** Nothing was typed and nothing is asked: its bank has the holder before it, and only a red word here refuses. */
async function settlePushed(
  tokens: Tokens,
  { scores }: EnrolAsk,
  { mobileMasked }: OpenedPush,
  enrolment: Enrolment,
): Promise<EnrolmentAnswer | Refused> {
  const decision = decidePushed({ scores, walletReasons: scores.reasons });
  if (decision.colour === 'red') {
    return settleRefused(tokens, enrolment, refused('card.declined'), decision);
  }
  const verified = {
    ...decision,
    mobileMasked,
    expiresMs: enrolment.startedMs + ENROLMENT_MS,
    state: 'verified',
    assurance: assurance.bankApp,
  } as const;
  return settle(tokens, enrolment, verified, verifiedBy(tokens, 'PUSHED'));
}

function verifiedBy({ clock }: Tokens, reason: 'GREEN' | 'PUSHED'): HistoryLine {
  return { atMs: clock.nowMs(), event: 'verify', party: 'issuer', reason };
}

/** A refusal that may end differently another time ends nothing; any other ends the enrolment. */
async function settleRefused(
  tokens: Tokens,
  enrolment: Enrolment,
  refusal: Refused,
  decision?: Decision,
): Promise<EnrolmentAnswer | Refused> {
  if (PASSING.includes(refusal.code)) return refusal;
  const reasons = decision?.reasons ?? [];
  return settle(tokens, enrolment, { ...OVER, refusal, colour: decision?.colour, reasons });
}

const PASSING: readonly string[] = ['unavailable', 'busy', 'request.too_often', 'request.stale'];

async function settle(
  tokens: Tokens,
  enrolment: Enrolment,
  progress: Partial<EnrolmentProgress>,
  line?: HistoryLine,
): Promise<EnrolmentAnswer | Refused> {
  const { sql, trace } = tokens;
  const settled = await change<Enrolment>(async () => {
    const current = await findEnrolment(sql, enrolment.enrolmentId, enrolment.requestId);
    if (current === undefined) return refused('enrolment.unknown');
    // A repeat of the request may have come here first, or its time may be over.
    if (current.state !== 'asked') return written(current);
    if (!(await writeEnrolment(sql, current, progress, undefined, line))) return overtaken;
    const { colour, reasons, refusal } = progress;
    trace(refusal === undefined ? 'card.enrolled' : 'card.refused', {
      enrolmentId: toHex(current.enrolmentId),
      cardLastFour: current.cardLastFour,
      colour,
      reasons,
      code: refusal?.code,
      verifiedBy: line?.reason,
    });
    return written({ ...current, ...progress, version: current.version + 1n });
  });
  return isRefused(settled) ? settled : finishEnrolment(tokens, settled);
}
