/** How an enrolment ends and how it is shown. */
import type { z } from '@hono/zod-openapi';
import { faceOf } from '@octavo/domain/card.ts';
import { rangeOfCard } from '@octavo/domain/demo.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import type { EnrolmentView } from './contract.ts';
import {
  type Enrolment,
  type EnrolmentProgress,
  type EnrolmentState,
  readEnrolment,
  writeEnrolment,
} from './enrolment-store.ts';
import type { Tokens } from './ports.ts';
import { readToken, type Token } from './token-store.ts';
import { tokenise } from './tokenise.ts';

/** What is said of an enrolment. */
export type EnrolmentAnswer = z.input<typeof EnrolmentView>;

/** An enrolment that is over keeps nothing of its card. */
export const OVER = {
  state: 'lapsed',
  sealedPan: undefined,
  sealedPanExpiry: undefined,
} as const satisfies Partial<EnrolmentProgress>;

/** The enrolment, over if its time is: what the clock has ended is ended before anything is asked of it. */
export async function lapsed(tokens: Tokens, enrolment: Enrolment): Promise<Enrolment | Refused> {
  return change<Enrolment>(async () => {
    const current = await readEnrolment(tokens.sql, enrolment.enrolmentId);
    assert(current !== undefined, 'enrolments are never deleted');
    if (!isOpen(current) || current.expiresMs > tokens.clock.nowMs()) return written(current);
    if (!(await writeEnrolment(tokens.sql, current, OVER))) return overtaken;
    return written({ ...current, ...OVER, version: current.version + 1n });
  });
}

/** Take a decided enrolment to its answer: a verified one gets its token first. */
export async function finishEnrolment(
  tokens: Tokens,
  enrolment: Enrolment,
): Promise<EnrolmentAnswer | Refused> {
  if (enrolment.refusal !== undefined) return enrolment.refusal;
  const finished = enrolment.state === 'verified' ? await tokenise(tokens, enrolment) : enrolment;
  return isRefused(finished) ? finished : viewEnrolment(tokens, finished);
}

/** Show an enrolment. One whose issuer has not spoken is `busy`: it ends within minutes. */
export async function viewEnrolment(
  tokens: Tokens,
  enrolment: Enrolment,
): Promise<EnrolmentAnswer | Refused> {
  const isOver = isOpen(enrolment) && enrolment.expiresMs <= tokens.clock.nowMs();
  const state = isOver ? 'lapsed' : enrolment.state;
  if (state === 'asked') return refused('busy');
  const range = rangeOfCard(enrolment.cardBin);
  assert(range !== undefined, 'enrolments are of known ranges');
  const { tokenId } = enrolment;
  const token = tokenId && (await readToken(tokens.sql, tokenId));
  return {
    enrolmentId: toHex(enrolment.enrolmentId),
    state: shownState(state, token),
    colour: enrolment.colour === 'green' ? 'green' : 'yellow',
    face: faceOf(range),
    cardLastFour: enrolment.cardLastFour,
    ...(state === 'code_awaited' ? codeView(enrolment) : {}),
    ...(enrolment.refusal && { refusal: enrolment.refusal.code }),
    ...(token && { tokenReference: toHex(token.tokenId), tokenLastFour: token.lastFour }),
  };
}

function codeView(enrolment: Enrolment): Partial<EnrolmentAnswer> {
  const { mobileMasked, triesLeft, resendsLeft, codeExpiresMs } = enrolment;
  return { mobileMasked, triesLeft, resendsLeft, codeExpiresAtMs: codeExpiresMs };
}

function isOpen({ state }: Enrolment): boolean {
  return state === 'asked' || state === 'code_awaited' || state === 'verified';
}

/** From the token on, its own state says how far the enrolment has come. */
function shownState(
  state: Exclude<EnrolmentState, 'asked'>,
  token: Token | undefined,
): EnrolmentAnswer['state'] {
  if (token === undefined || state !== 'tokenised') return state;
  if (token.state === 'inactive') return 'tokenised';
  return token.state === 'deleted' ? 'lapsed' : 'active';
}
