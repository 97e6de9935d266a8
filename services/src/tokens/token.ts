/** Showing and changing a token: suspend, resume, delete, lapse. Every change is told to its requestor. */
import type { z } from '@hono/zod-openapi';
import { faceOf } from '@octavo/domain/card.ts';
import { rangeOfCard } from '@octavo/domain/demo.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { isExpired } from '@octavo/domain/time.ts';
import { changeToken, type TokenParty } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import type * as contract from './contract.ts';
import { readEnrolment } from './enrolment-store.ts';
import { stateNotice } from './notice.ts';
import { asParty, bodyDigest, type Tokens, WALLET_REQUESTORS } from './ports.ts';
import {
  dropToken,
  type HistoryLine,
  readToken,
  readTokenCommand,
  type Token,
  writeToken,
} from './token-store.ts';

/** What is said of a token. */
export type TokenAnswer = z.input<typeof contract.TokenView>;

type ChangeAsk = z.output<typeof contract.changeToken.body>;

/** A token as its requestor, its issuer and the operator may see it. */
export async function showToken(
  { sql, clock }: Tokens,
  tokenReference: string,
  party: TokenParty,
): Promise<TokenAnswer | Refused> {
  const token = await readToken(sql, fromHex(tokenReference));
  if (token === undefined) return refused('token.unknown');
  if (!isVisibleTo(token, party)) return refused('token.not_yours');
  return viewToken(token, clock.nowMs());
}

/** Suspend, resume or delete a token on somebody's wish. */
export async function changeTokenFor(
  tokens: Tokens,
  ask: ChangeAsk,
  party: TokenParty,
): Promise<TokenAnswer | Refused> {
  const { sql, clock } = tokens;
  const tokenId = fromHex(ask.tokenReference);
  const requestId = fromHex(ask.requestId);
  const requestDigest = bodyDigest({ ...ask, party });
  return change<TokenAnswer>(async () => {
    // The token first: a twin that comes after this reading is caught by the version, one before it is seen below.
    const token = await readToken(sql, tokenId);
    if (token === undefined) return refused('token.unknown');
    const earlier = await readTokenCommand(sql, tokenId, requestId);
    if (earlier !== undefined) {
      const isSame = equal(earlier.requestDigest, requestDigest);
      return isSame ? written(earlier.answer as TokenAnswer) : refused('request.key_reused');
    }
    const changed = changeToken(token, { event: ask.event, ...asParty(party) });
    if (isRefused(changed)) return changed;
    const { event, reason, comment } = ask;
    const line = { atMs: clock.nowMs(), event, party, reason, comment };
    const next = { ...changed.value, version: token.version + 1n };
    const answer = viewToken(next, line.atMs);
    const command = { requestId, requestDigest, answer };
    const isWritten = await applyChange(tokens, token, next, line, command);
    return isWritten ? written(answer) : overtaken;
  });
}

/** Let an inactive token lapse: it was not personalised in its time. */
export async function lapseToken(tokens: Tokens, due: Token): Promise<void> {
  const { sql, clock } = tokens;
  const enrolment = await readEnrolment(sql, due.enrolmentId);
  const isNamed = enrolment?.tokenId !== undefined && equal(enrolment.tokenId, due.tokenId);
  if (!isNamed) return dropToken(sql, due.tokenId);
  await change<'lapsed'>(async () => {
    const token = await readToken(sql, due.tokenId);
    assert(token !== undefined, 'tokens are never removed');
    const changed = changeToken(token, { event: 'lapse', ...asParty('tokens') });
    if (isRefused(changed)) return written('lapsed');
    const line = { atMs: clock.nowMs(), event: 'lapse', party: 'tokens', reason: 'TIME_OVER' };
    const isWritten = await applyChange(tokens, token, changed.value, line);
    return isWritten ? written('lapsed') : overtaken;
  });
}

/** Write a change with its notice, and tell it. False when it was overtaken. */
async function applyChange(
  tokens: Tokens,
  token: Token,
  next: Pick<Token, 'state' | 'suspendedBy'>,
  line: HistoryLine,
  command?: Parameters<typeof writeToken>[5],
): Promise<boolean> {
  const notice = stateNotice(token, next, line.atMs);
  if (!(await writeToken(tokens.sql, token, next, line, notice, command))) return false;
  announce(tokens, token, next, line);
  return true;
}

/** Tell a change of state to whoever watches, and wake the sending of its notice. */
export function announce(
  { trace, wake }: Tokens,
  token: Token,
  { state, suspendedBy }: Pick<Token, 'state' | 'suspendedBy'>,
  { event, party, reason }: HistoryLine,
): void {
  const type = event === 'activate' ? 'token.active' : 'token.state';
  const tokenReference = toHex(token.tokenId);
  const { lastFour: tokenLastFour } = token;
  trace(type, { tokenReference, tokenLastFour, state, suspendedBy, event, party, reason });
  wake();
}

/** Whether a party may see and change a token at all. */
export function isVisibleTo({ requestorId }: Token, party: TokenParty): boolean {
  return party !== 'wallet' || WALLET_REQUESTORS.includes(requestorId);
}

/** Show a token. */
export function viewToken(token: Token, nowMs: InstantMs): TokenAnswer {
  const range = rangeOfCard(token.cardBin);
  assert(range !== undefined, 'tokens are of known ranges');
  return {
    tokenReference: toHex(token.tokenId),
    state: token.state,
    suspendedBy: [...token.suspendedBy],
    expired: isExpired(token.expiry, nowMs),
    face: faceOf(range),
    cardLastFour: token.cardLastFour,
    tokenLastFour: token.lastFour,
    tokenExpiry: token.expiry,
    accountReference: token.accountReference,
    requestorId: token.requestorId,
    instanceAid: token.instanceAid,
    certified: token.certified,
    highestCounter: Number(token.highestCounter),
    version: Number(token.version),
  };
}
