/**
 * Bringing a token onto its element, giving it certificates, or taking it off: rounds of commands and answers through wallet and phone.
 * Where a talk stands is kept after every round, so it goes on after a lost answer, a crash or a power cut.
 * @see profile octavo-1, sections 4 to 6
 */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { certification, changeToken } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, type Written, written } from '../change.ts';
import type * as contract from './contract.ts';
import { readElement } from './element-store.ts';
import { stateNotice } from './notice.ts';
import { asParty, bodyDigest, type Tokens } from './ports.ts';
import {
  type Provisioning,
  type ProvisionPurpose,
  readProvisioning,
  writeProvisioning,
  writeProvisioningAndToken,
} from './provision-store.ts';
import { beginTalk, type ProvisionAnswer, type Round, type Turn, takeRound } from './talk.ts';
import { announce, isVisibleTo, lapseToken } from './token.ts';
import {
  type HistoryLine,
  readToken,
  readTokenCommand,
  type Token,
  type TokenCommand,
} from './token-store.ts';

type ProvisionAsk = z.output<typeof contract.provision.body>;

/** One round with the element. The same round again gets the same answer; without a round the talk begins anew. */
export async function provision(
  tokens: Tokens,
  ask: ProvisionAsk,
): Promise<ProvisionAnswer | Refused> {
  return change<ProvisionAnswer>(async () => {
    const { sql, clock } = tokens;
    const tokenId = fromHex(ask.tokenReference);
    // The talk first: a twin that comes after this reading is caught by the version, one before it is seen below.
    const kept = await readProvisioning(sql, tokenId);
    const earlier = await readTokenCommand(sql, tokenId, fromHex(ask.requestId));
    if (earlier !== undefined) {
      const isSame = equal(earlier.requestDigest, bodyDigest(ask));
      return isSame ? again(earlier.answer) : refused('request.key_reused');
    }
    const token = await readToken(sql, tokenId);
    if (token === undefined) return refused('token.unknown');
    if (!isVisibleTo(token, 'wallet')) return refused('token.not_yours');
    if (token.state === 'inactive' && token.lapsesMs <= clock.nowMs()) {
      await lapseToken(tokens, token);
      return overtaken;
    }
    const purpose = ask.purpose ?? dueFor(token);
    const standing = standingOf(token, purpose);
    if (isRefused(standing)) return standing;
    if (standing.kind === 'held') return held(token, purpose, ask.round);
    return takeTurn(tokens, token, talkOf(token, purpose, kept), ask);
  });
}

/** What a token's state asks for by itself. */
function dueFor({ state }: Token): 'personalise' | 'erase' {
  return state === 'deleted' ? 'erase' : 'personalise';
}

/** Whether there is anything to do: a token that is or was active is never personalised again, whatever is asked. */
function standingOf(
  token: Token,
  purpose: ProvisionPurpose,
): { readonly kind: 'held' | 'due' } | Refused {
  if (purpose === 'certify') return certification(token);
  const isHeld = token.state === 'active' || token.state === 'suspended';
  return { kind: isHeld ? 'held' : 'due' };
}

function held(
  { instanceAid }: Token,
  purpose: ProvisionPurpose,
  round: Round | undefined,
): Written<ProvisionAnswer> | Refused {
  if (round !== undefined && round.step !== 'load') return refused('personalisation.unknown_step');
  return written({ step: 'done', purpose, instanceAid, commands: [] });
}

function again(answer: unknown): Written<ProvisionAnswer> | Refused {
  const kept = answer as ProvisionAnswer | Refused;
  return isRefused(kept) ? kept : written(kept);
}

async function takeTurn(
  tokens: Tokens,
  token: Token,
  talk: Provisioning,
  ask: ProvisionAsk,
): Promise<Written<ProvisionAnswer> | Refused> {
  const { round } = ask;
  const element = await readElement(tokens.sql, token.elementId);
  if (round === undefined) {
    const isErased = talk.purpose === 'erase' && talk.step === 'done' && talk.answer !== undefined;
    if (isErased) return again(talk.answer);
    return keepTurn(tokens, token, ask, beginTalk(tokens, { token, talk, element }));
  }
  const roundDigest = bodyDigest(round);
  if (talk.roundDigest !== undefined && equal(talk.roundDigest, roundDigest)) {
    return again(talk.answer);
  }
  if (talk.step !== round.step) return refused('personalisation.unknown_step');
  const turn = await takeRound(tokens, { token, talk, element }, round);
  if (isRefused(turn)) return turn;
  return keepTurn(tokens, token, ask, { ...turn, talk: { ...turn.talk, roundDigest } });
}

/** Where the talk stands. One for another purpose begins anew: a deleted token has nothing left to be personalised. */
function talkOf(
  token: Token,
  purpose: ProvisionPurpose,
  kept: Provisioning | undefined,
): Provisioning {
  if (kept?.purpose === purpose) return kept;
  return {
    tokenId: token.tokenId,
    purpose,
    step: 'done', // which no round is of: the talk has to begin first
    answer: undefined,
    roundDigest: undefined,
    agreements: 0,
    loadings: 0,
    certifies: false,
    sealedOffer: undefined,
    offeredVersion: undefined,
    hostChallenge: undefined,
    receipt: undefined,
    version: kept?.version ?? 0n,
  };
}

async function keepTurn(
  tokens: Tokens,
  token: Token,
  ask: ProvisionAsk,
  turn: Turn,
): Promise<Written<ProvisionAnswer> | Refused> {
  const answer = turn.kind === 'failed' ? refused('personalisation.element_failed') : turn.answer;
  const command = {
    requestId: fromHex(ask.requestId),
    requestDigest: bodyDigest(ask),
    answer,
  };
  const talk = { ...turn.talk, answer };
  const isWritten = await writeTurn(tokens, token, turn.kind, talk, command);
  return isWritten ? again(answer) : overtaken;
}

/** The last turn of a talk changes its token too, but for erasing, and for certifying that failed: it may be tried again. */
async function writeTurn(
  tokens: Tokens,
  token: Token,
  kind: Turn['kind'],
  talk: Provisioning,
  command: TokenCommand,
): Promise<boolean> {
  if (talk.purpose === 'personalise' && kind !== 'goesOn') {
    return endLoading(tokens, token, kind, talk, command);
  }
  if (talk.purpose === 'certify' && kind === 'done') {
    return endCertifying(tokens, token, talk, command);
  }
  return writeProvisioning(tokens.sql, talk, command);
}

/** The token becomes active with the last right answer, or is deleted with the first wrong one. */
async function endLoading(
  tokens: Tokens,
  token: Token,
  kind: 'done' | 'failed',
  talk: Provisioning,
  command: TokenCommand,
): Promise<boolean> {
  const [event, reason] = kind === 'done' ? ENDINGS.done : ENDINGS.failed;
  const changed = changeToken(token, { event, ...asParty('tokens') });
  assert(!isRefused(changed), 'only an inactive token is personalised');
  const { state } = changed.value;
  const line: HistoryLine = { atMs: tokens.clock.nowMs(), event, party: 'tokens', reason };
  const notice = stateNotice(token, { state }, line.atMs);
  const next: Provisioning = kind === 'done' ? talk : { ...talk, purpose: 'erase' };
  const { sql } = tokens;
  const standing = { state, certified: kind === 'done' && talk.certifies };
  const isWritten = await writeProvisioningAndToken(
    sql,
    next,
    command,
    token,
    standing,
    line,
    notice,
  );
  if (isWritten) announce(tokens, token, changed.value, line);
  return isWritten;
}

/** The token's state stays as it is, so its requestor is told nothing but the answer. */
async function endCertifying(
  tokens: Tokens,
  token: Token,
  talk: Provisioning,
  command: TokenCommand,
): Promise<boolean> {
  const { sql, clock, trace } = tokens;
  const { state, lastFour: tokenLastFour } = token;
  const line = { atMs: clock.nowMs(), event: 'certify', party: 'tokens', reason: 'CERTIFIED' };
  const standing = { state, certified: true };
  const isWritten = await writeProvisioningAndToken(
    sql,
    talk,
    command,
    token,
    standing,
    line,
    undefined,
  );
  const tokenReference = toHex(token.tokenId);
  if (isWritten) trace('token.certified', { tokenReference, tokenLastFour });
  return isWritten;
}

const ENDINGS = {
  done: ['activate', 'PERSONALISED'],
  failed: ['delete', 'PERSONALISATION_FAILED'],
} as const;
