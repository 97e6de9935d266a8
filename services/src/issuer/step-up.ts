/**
 * Approving in the bank's app instead of typing a code. The holder's word is stored first, which ends the code; then the
 * token service is told, again and again until it has answered, also after a restart.
 */
import type { z } from '@hono/zod-openapi';
import { decideInApp } from '@octavo/domain/issuer-card.ts';
import {
  isRefusalCode,
  isRefused,
  type RefusalCode,
  type Refused,
  refused,
} from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { equalConstantTime, fromAscii } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { approveEnrolment } from '../tokens/contract.ts';
import { loadCode } from './code-store.ts';
import * as contract from './contract.ts';
import { openInbox } from './inbox.ts';
import { type IssuerPorts, onwardId } from './ports.ts';
import {
  type Decided,
  loadDecided,
  loadUntold,
  loadWaiting,
  saveDecision,
  saveTold,
} from './step-up-store.ts';
import { loadCard, loadRequest } from './store.ts';

type Answer = z.input<typeof contract.decide.answer>;

/** The enrolments that await this holder. */
export async function viewApprovals(
  ports: IssuerPorts,
  ask: z.output<typeof contract.approvals.body>,
): Promise<z.input<typeof contract.approvals.answer> | Refused> {
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const waiting = await loadWaiting(ports.sql, mobileHash, ports.clock.nowMs());
  const approvals = waiting.map(({ enrolmentId, lastFour, askedAtMs, expiresAtMs }) => ({
    enrolmentId,
    cardLastFour: lastFour,
    askedAtMs,
    expiresAtMs,
  }));
  return { approvals };
}

/** Decide on an enrolment. The token service's own refusal is the answer too, and stays it. */
export async function decideEnrolment(
  ports: IssuerPorts,
  ask: z.output<typeof contract.decide.body>,
): Promise<Answer | Refused> {
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const answer = await keepDecision(ports, ask, mobileHash);
  if (isRefused(answer)) return answer;
  const refusal = await tell(ports, await loadDecided(ports.sql, ask.enrolmentId));
  return refusal ?? answer;
}

async function keepDecision(
  ports: IssuerPorts,
  ask: z.output<typeof contract.decide.body>,
  mobileHash: string,
): Promise<Answer | Refused> {
  const { keys, sql } = ports;
  const { requestId, enrolmentId } = ask;
  const digest = await digestOf(keys, contract.decide.path, ask);
  const answer: Answer = { decision: ask.approve ? 'approved' : 'refused' };
  return change<Answer>(async () => {
    const atMs = ports.clock.nowMs();
    const view = await loadCode(sql, enrolmentId, atMs);
    const file = view && (await loadCard(sql, view.code.accountId));
    const before = answeredBefore<Answer>(await loadRequest(sql, requestId), digest);
    if (before !== undefined) return isRefused(before) ? before : written(before);
    // Another holder's enrolment is as unknown as one that is not there.
    if (view === undefined || file === undefined || !isSame(file.mobileHash, mobileHash)) {
      return refused('enrolment.unknown');
    }
    const allowed = decideInApp(view.code, atMs);
    if (isRefused(allowed)) return allowed;
    const { version } = view.code;
    const { decision } = answer;
    const row = { enrolmentId, version, decision, requestId, digest };
    const saved = await saveDecision(sql, { ...row, answer: JSON.stringify(answer) }, atMs);
    return saved ? written(answer) : overtaken;
  });
}

function isSame(left: string, right: string): boolean {
  return equalConstantTime(fromAscii(left), fromAscii(right));
}

/** Refusals after which the same call may succeed later. */
const PASSING: readonly RefusalCode[] = [
  'unavailable',
  'busy',
  'request.too_often',
  'request.stale',
];

/** Tell the token service of a decision and keep what it says: nothing, or its refusal. `unavailable`: told later. */
async function tell(ports: IssuerPorts, decided: Decided): Promise<Refused | undefined> {
  const { enrolmentId, decision, requestId, told } = decided;
  if (told !== undefined) return told.refusal === undefined ? undefined : keptRefusal(told.refusal);
  const answer = await ports.tokens(approveEnrolment, {
    requestId: await onwardId(ports.keys, 'approve', requestId),
    enrolmentId,
    approve: decision === 'approved',
    by: 'bank_app',
  });
  const refusal = isRefused(answer) ? answer.code : undefined;
  if (refusal !== undefined && PASSING.includes(refusal)) return refused('unavailable');
  await saveTold(ports.sql, enrolmentId, refusal, ports.clock.nowMs());
  ports.trace('enrolment.decided', { enrolmentId, decision, ...(refusal && { code: refusal }) });
  return refusal && refused(refusal);
}

function keptRefusal(code: string): Refused {
  assert(isRefusalCode(code), 'a refusal that was kept');
  return refused(code);
}

/** Tell the token service of every decision that it has not answered: those of an earlier life, or made while it was away. */
export async function tellDecisions(ports: IssuerPorts): Promise<void> {
  for (const decided of await loadUntold(ports.sql)) {
    const refusal = await tell(ports, decided);
    // While it is away all wait alike.
    if (refusal?.code === 'unavailable') return;
  }
}
