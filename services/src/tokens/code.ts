/** The one-time code: the issuer makes, sends, counts and checks it; this service opens the envelope and passes it on. */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assurance } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromAscii, fromHex } from '@octavo/lib/bytes/bytes.ts';
import * as issuer from '../issuer/contract.ts';
import type * as contract from './contract.ts';
import { claimCodeCheck, type Enrolment } from './enrolment-store.ts';
import { type EnrolmentAnswer, finishEnrolment, OVER } from './enrolment-view.ts';
import { CodeEntry, claimEnvelope, openEntry } from './envelope.ts';
import { onwardId, openDigits, sealedAt, type Tokens } from './ports.ts';
import type { HistoryLine } from './token-store.ts';
import { type CommandAsk, type Progress, type Recorded, record, waitingFor } from './waiting.ts';

type CheckAsk = z.output<typeof contract.checkCode.body>;
type ResendAsk = z.output<typeof contract.resendCode.body>;

/** Check the code that the holder typed. A right one verifies the card, and its token is made at once. */
export async function checkCode(tokens: Tokens, ask: CheckAsk): Promise<EnrolmentAnswer | Refused> {
  const waiting = await waitingFor(tokens, ask);
  if (isRefused(waiting)) return waiting;
  if (waiting.kind === 'answered') return finishEnrolment(tokens, waiting.enrolment);
  const { requestorId } = waiting.enrolment;
  const { enrolmentId, envelope, requestId } = ask;
  const entry = await openEntry(tokens, envelope, CodeEntry, { enrolmentId, requestorId });
  if (entry === undefined || !(await claimEnvelope(tokens, envelope, requestId))) {
    return refused('enrolment.envelope_refused');
  }
  // The digits stand for the check: typed again after an answer was lost, they are asked about under the same id.
  const typed = fromAscii(`${enrolmentId} ${entry.code}`);
  const codeHash = await tokens.keys.lookupHash('code_check', typed);
  const onward = await onwardId(tokens.keys, 'check-code', requestId);
  const word = await tokens.issuer(issuer.checkCode, {
    requestId: await claimCodeCheck(tokens.sql, fromHex(enrolmentId), codeHash, onward),
    enrolmentId,
    code: entry.code,
  });
  if (isRefused(word) && !FINAL.includes(word.code)) return word;
  const answered = isRefused(word)
    ? { refusal: word, endsChecks: codeHash }
    : { refusal: undefined, endsChecks: codeHash, line: rightCode(tokens) };
  return answer(tokens, ask, answered, (enrolment) =>
    isRefused(word)
      ? afterWrong(enrolment, word)
      : { state: 'verified', assurance: assurance.code },
  );
}

function rightCode({ clock }: Tokens): HistoryLine {
  return { atMs: clock.nowMs(), event: 'verify', party: 'issuer', reason: 'CODE_RIGHT' };
}

/** Refusals of a code that are an answer; any other says that the question was not answered. */
const FINAL: readonly string[] = [
  'enrolment.code_wrong',
  'enrolment.code_dead',
  'enrolment.code_expired',
];

/** A dead code with no further one to be sent ends the enrolment: its slot and its card are free again. */
function afterWrong({ resendsLeft }: Enrolment, { code, detail }: Refused): Progress {
  const triesLeft = code === 'enrolment.code_wrong' ? Number(detail?.triesLeft ?? 0) : 0;
  return triesLeft === 0 && resendsLeft === 0 ? { ...OVER, triesLeft } : { triesLeft };
}

/** Ask the issuer for a new code; it counts how many. */
export async function resendCode(
  tokens: Tokens,
  ask: ResendAsk,
): Promise<EnrolmentAnswer | Refused> {
  const waiting = await waitingFor(tokens, ask);
  if (isRefused(waiting)) return waiting;
  const { enrolment } = waiting;
  if (waiting.kind === 'answered') return finishEnrolment(tokens, enrolment);
  const { sealedPan, enrolmentId } = enrolment;
  assert(sealedPan !== undefined, 'an open enrolment has its card');
  const sent = await tokens.issuer(issuer.sendCode, {
    requestId: await onwardId(tokens.keys, 'send-code', ask.requestId),
    enrolmentId: ask.enrolmentId,
    pan: await openDigits(tokens.keys, sealedPan, sealedAt(enrolmentId, 'enrolment.pan')),
  });
  if (isRefused(sent)) {
    if (sent.code !== 'enrolment.resend_limit') return sent;
    return answer(tokens, ask, { refusal: sent }, (current) =>
      isCodeAlive(tokens, current) ? { resendsLeft: 0 } : { ...OVER, resendsLeft: 0 },
    );
  }
  const { triesLeft, resendsLeft, expiresAtMs } = sent;
  return answer(tokens, ask, { refusal: undefined, endsChecks: 'all' }, () => ({
    triesLeft,
    resendsLeft,
    codeExpiresMs: expiresAtMs,
  }));
}

function isCodeAlive({ clock }: Tokens, { triesLeft, codeExpiresMs }: Enrolment): boolean {
  return (triesLeft ?? 0) > 0 && (codeExpiresMs ?? 0) > clock.nowMs();
}

/** Keep the issuer's answer with the request that asked, and go on from there. */
async function answer(
  tokens: Tokens,
  ask: CommandAsk,
  its: Recorded,
  progressOf: (enrolment: Enrolment) => Progress,
): Promise<EnrolmentAnswer | Refused> {
  const recorded = await record(tokens, ask, its, progressOf);
  if (isRefused(recorded)) return recorded;
  return its.refusal ?? finishEnrolment(tokens, recorded);
}
