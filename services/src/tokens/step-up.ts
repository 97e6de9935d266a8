/**
 * The bank's own word instead of a code: its app, which has the holder before it, or its call centre. A word for the
 * card verifies it as a right code does; a word against it ends the enrolment by name.
 * @see docs/specs.md, tokenisation sheet, section 3 (step-up methods)
 */
import type { z } from '@hono/zod-openapi';
import { faceOf } from '@octavo/domain/card.ts';
import { rangeOfCard } from '@octavo/domain/demo.ts';
import type { Sql } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assurance, type TokenParty } from '@octavo/domain/token.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type * as contract from './contract.ts';
import { type Enrolment, enrolmentOf } from './enrolment-store.ts';
import { type EnrolmentAnswer, OVER, viewEnrolment } from './enrolment-view.ts';
import type { Tokens } from './ports.ts';
import { tokenise } from './tokenise.ts';
import { type Progress, record } from './waiting.ts';

type ApproveAsk = z.output<typeof contract.approveEnrolment.body>;
type OpenEnrolment = z.input<typeof contract.OpenEnrolment>;

/** Take the bank's word on an enrolment that awaits a code. The same request again finds it as it is now. */
export async function approveEnrolment(
  tokens: Tokens,
  ask: ApproveAsk,
  party: TokenParty,
): Promise<EnrolmentAnswer | Refused> {
  // The bank's app speaks through its issuer; who answers calls may sit at either.
  if (ask.by === 'bank_app' && party !== 'issuer') return refused('caller.not_allowed');
  const line = {
    atMs: tokens.clock.nowMs(),
    event: ask.approve ? 'verify' : 'refuse',
    party,
    reason: METHODS[ask.by].reason,
    comment: ask.comment,
  };
  const progress: Progress = ask.approve
    ? { state: 'verified', assurance: METHODS[ask.by].assurance }
    : { ...OVER, refusal: refused('enrolment.bank_refused') };
  const answered = { refusal: undefined, endsChecks: 'all', line } as const;
  const decided = await record(tokens, { ...ask, party }, answered, () => progress);
  if (isRefused(decided)) return decided;
  const finished = decided.state === 'verified' ? await tokenise(tokens, decided) : decided;
  return isRefused(finished) ? finished : viewEnrolment(tokens, finished);
}

const METHODS = {
  bank_app: { reason: 'BANK_APP', assurance: assurance.bankApp },
  call_centre: { reason: 'CALL_CENTRE', assurance: assurance.callCentre },
} as const satisfies Record<ApproveAsk['by'], { reason: string; assurance: string }>;

/** The enrolments that await a code or their bank's word, newest first. */
export async function openEnrolments({ sql, clock }: Tokens): Promise<OpenEnrolment[]> {
  return (await readAwaiting(sql, clock.nowMs())).map(viewOpen);
}

const MOST_OPEN = 100;

async function readAwaiting(sql: Sql, nowMs: number): Promise<readonly Enrolment[]> {
  const rows = await sql(
    `select * from tokens.enrolment
     where state = 'code_awaited' and expires_ms > $1
     order by expires_ms desc, enrolment_id desc limit ${MOST_OPEN}`,
    [nowMs],
  );
  return rows.map(enrolmentOf);
}

function viewOpen(enrolment: Enrolment): OpenEnrolment {
  const range = rangeOfCard(enrolment.cardBin);
  assert(range !== undefined, 'enrolments are of known ranges');
  return {
    enrolmentId: toHex(enrolment.enrolmentId),
    cardLastFour: enrolment.cardLastFour,
    face: faceOf(range),
    mobileMasked: enrolment.mobileMasked,
    askedAtMs: enrolment.startedMs,
    expiresAtMs: enrolment.expiresMs,
    triesLeft: enrolment.triesLeft ?? 0,
    resendsLeft: enrolment.resendsLeft ?? 0,
    codeExpiresAtMs: enrolment.codeExpiresMs,
    requestorId: enrolment.requestorId,
  };
}
