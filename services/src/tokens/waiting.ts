/** Enrolments that wait for a code or for their bank's word: what may answer them, and the answer kept with who asked. */
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { TokenParty } from '@octavo/domain/token.ts';
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import {
  type Enrolment,
  type EnrolmentCommand,
  type EnrolmentProgress,
  readEnrolment,
  readEnrolmentCommand,
  writeEnrolment,
} from './enrolment-store.ts';
import { lapsed } from './enrolment-view.ts';
import { bodyDigest, type Tokens } from './ports.ts';
import type { HistoryLine } from './token-store.ts';

/** What changes of an enrolment. */
export type Progress = Partial<EnrolmentProgress>;

/** A command about an enrolment: its body, and who gave it where several may. */
export type CommandAsk = {
  readonly enrolmentId: string;
  readonly requestId: string;
  readonly party?: TokenParty;
};

/** An enrolment that waits, or that has answered this very command before. */
export type Waiting = { readonly kind: 'waiting' | 'answered'; readonly enrolment: Enrolment };

/** What is kept of a command's answer. */
export type Recorded = Pick<EnrolmentCommand, 'refusal' | 'endsChecks'> & {
  readonly line?: HistoryLine | undefined;
};

/** The enrolment if it waits for a code, or the answer that this request got before. */
export async function waitingFor(tokens: Tokens, ask: CommandAsk): Promise<Waiting | Refused> {
  const { sql } = tokens;
  const enrolmentId = fromHex(ask.enrolmentId);
  const found = await readEnrolment(sql, enrolmentId);
  if (found === undefined) return refused('enrolment.unknown');
  const earlier = await readEnrolmentCommand(sql, enrolmentId, fromHex(ask.requestId));
  if (earlier !== undefined) return answered(found, earlier, ask);
  const enrolment = await lapsed(tokens, found);
  if (isRefused(enrolment)) return enrolment;
  if (enrolment.state === 'lapsed') return enrolment.refusal ?? refused('enrolment.lapsed');
  // The issuer's own word may be here before its answer to our question is: whoever asks again finds it waiting.
  if (enrolment.state === 'asked') return refused('busy');
  if (enrolment.state !== 'code_awaited') return refused('enrolment.not_waiting');
  return { kind: 'waiting', enrolment };
}

function answered(
  enrolment: Enrolment,
  earlier: EnrolmentCommand,
  ask: CommandAsk,
): Waiting | Refused {
  if (!equal(earlier.requestDigest, bodyDigest(ask))) return refused('request.key_reused');
  return earlier.refusal ?? { kind: 'answered', enrolment };
}

/** Keep what was answered with the request that asked, once; the enrolment as it is then. */
export async function record(
  tokens: Tokens,
  ask: CommandAsk,
  answer: Recorded,
  progressOf: (enrolment: Enrolment) => Progress,
): Promise<Enrolment | Refused> {
  const { sql } = tokens;
  const { line, ...kept } = answer;
  const command = { requestId: fromHex(ask.requestId), requestDigest: bodyDigest(ask), ...kept };
  return change<Enrolment>(async () => {
    const waiting = await waitingFor(tokens, ask);
    if (isRefused(waiting)) return waiting;
    if (waiting.kind === 'answered') return written(waiting.enrolment);
    const progress = progressOf(waiting.enrolment);
    if (!(await writeEnrolment(sql, waiting.enrolment, progress, command, line))) return overtaken;
    report(tokens, waiting.enrolment, progress, line);
    const { version } = waiting.enrolment;
    return written({ ...waiting.enrolment, ...progress, version: version + 1n });
  });
}

function report(
  { trace }: Tokens,
  enrolment: Enrolment,
  { state, assurance, refusal }: Progress,
  line: HistoryLine | undefined,
): void {
  const enrolmentId = toHex(enrolment.enrolmentId);
  const by = { party: line?.party, reason: line?.reason };
  if (state === 'verified') trace('card.verified', { enrolmentId, assurance, ...by });
  if (refusal === undefined) return;
  const { cardLastFour, colour, reasons } = enrolment;
  trace('card.refused', { enrolmentId, cardLastFour, colour, reasons, code: refusal.code, ...by });
}
