/**
 * One payment: tap, keep, send, believe or take back.
 * @see docs/specs.md, EMV contactless sheet, section 5, and ISO 8583 sheet, section 10
 */

import type { z } from '@hono/zod-openapi';
import { sha256 } from '@noble/hashes/sha2.js';
import { rangeOfToken } from '@octavo/domain/demo.ts';
import { judgeAnswer, meaningOfResponse } from '@octavo/domain/payment.ts';
import {
  isRefused,
  type RefusalCode,
  type Refused,
  refusals,
  refused,
} from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { sealPos } from '@octavo/lib/iso8583/mac.ts';
import { driveTap } from '@octavo/lib/kernel/drive.ts';
import { tap } from '@octavo/lib/kernel/entry.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import { answeredBefore, requestBytes } from '../request.ts';
import { pay } from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { type Answer, placeOf, purchaseFields, readAnswer, toAcquirer } from './message.ts';
import type { TerminalPorts } from './ports.ts';
import { type Sale, tapInput } from './reader.ts';
import {
  answeredPayment,
  NO_ANSWER,
  NO_CARD,
  NO_TOKEN,
  type PayAnswer,
  reversedPayment,
  tapAnswer,
} from './receipt.ts';
import { doubtLeftovers, reverseAll } from './reversal.ts';
import { getReady, type Ready } from './set-up.ts';
import {
  findAnswer,
  insertAnswer,
  insertPayment,
  keepMacKey,
  movePayment,
  nextSequence,
  type PaymentRow,
} from './store.ts';

/** What the cashier asks. */
export type PayAsk = z.output<typeof pay.body>;

/** A digest of a request. It holds no secret, and a terminal has no lookup key. */
export function digestOf(ask: PayAsk): Uint8Array {
  return sha256(requestBytes(pay.path, ask));
}

/** The stored answer to a request; a refusal when its id was used for another. */
export async function repeatedAnswer(
  ports: TerminalPorts,
  ask: PayAsk,
): Promise<PayAnswer | Refused | undefined> {
  return answeredBefore<PayAnswer>(await findAnswer(ports.sql, ask.requestId), digestOf(ask));
}

/** Take one payment. The caller sees to it that no other is under way. */
export async function takePayment(
  ports: TerminalPorts,
  line: AcquirerLine,
  ask: PayAsk,
): Promise<PayAnswer | Refused> {
  await doubtLeftovers(ports);
  const repeated = await repeatedAnswer(ports, ask);
  if (repeated !== undefined) return repeated;
  // What is owed goes first; what three tries do not settle stays in the journal.
  await reverseAll(ports, line, MOST_TRIES);
  const ready = await getReady(ports, line);
  if (isRefused(ready)) return ready;
  if (!(await line.connect())) return refused('unavailable');
  const channel = ports.air(ask.air);
  if (channel === undefined) return tapOver(ports, ask, NO_CARD);
  const sequence = await nextSequence(ports.sql);
  const sale: Sale = {
    amountMinor: BigInt(ask.amountMinor),
    currency: ask.currency,
    terminalId: ready.self.enrolled.terminalId,
    atMs: ports.clock.nowMs(),
    transactionCounter: Number(sequence % COUNTERS),
  };
  const outcome = await driveTap(tap(tapInput(sale, ports.random)), channel);
  if (outcome.kind !== 'online_request') return tapOver(ports, ask, tapAnswer(outcome));
  if (rangeOfToken(outcome.pan) === undefined) return tapOver(ports, ask, NO_TOKEN);
  return askAcquirer(ports, line, ready, paymentRow(ask, sale, sequence, outcome, ready));
}

/** How often a reversal is tried before the next payment goes ahead of it. */
const MOST_TRIES = 3;

/** Tag 9F41 has eight digits. */
const COUNTERS = 100_000_000n;

/** A tap that asked nobody. */
async function tapOver(ports: TerminalPorts, ask: PayAsk, answer: PayAnswer): Promise<PayAnswer> {
  await insertAnswer(ports.sql, ask.requestId, digestOf(ask), JSON.stringify(answer));
  tellOutcome(ports, answer);
  return answer;
}

function paymentRow(
  ask: PayAsk,
  sale: Sale,
  sequence: bigint,
  online: OnlineRequest,
  ready: Ready,
): PaymentRow {
  return {
    sequence,
    version: 0n,
    atMs: sale.atMs,
    requestId: ask.requestId,
    digest: digestOf(ask),
    amountMinor: sale.amountMinor,
    currency: sale.currency,
    tokenLastFour: online.pan.slice(-4),
    state: 'pending',
    message: purchaseFields(online, sale, placeOf(sequence), ready.self.enrolled),
    chipData: toHex(chipData(online)),
    attempts: 0,
  };
}

async function askAcquirer(
  ports: TerminalPorts,
  line: AcquirerLine,
  ready: Ready,
  row: PaymentRow,
): Promise<PayAnswer | Refused> {
  const { message } = row;
  assert(message !== undefined, 'a new payment has its message');
  const mac = (input: Uint8Array) => ports.keys.terminalMac(ready.macKey, input);
  const asked = toAcquirer('0200', message);
  const sealed = await sealPos(asked, mac);
  if (!(await insertPayment(ports.sql, row))) return refused('busy');
  const frame = await line.ask(asked, sealed);
  const answer = frame === undefined ? undefined : await readAnswer(frame, mac);
  const verdict = judgeAnswer({
    macRight: answer?.macRight === true,
    amountRight: BOUND.every((field) => answer?.fields[field] === message[field]),
    responseCode: answer?.fields['39'],
  });
  if (verdict === 'doubt' || answer === undefined) {
    return takeBack(ports, ready, row, answer);
  }
  const told = answeredPayment(row, ready.self, answer);
  const state = verdict === 'approve' ? 'posted' : 'declined';
  return end(ports, row, state, told);
}

/** What an answer must repeat: token, amount and currency. */
const BOUND = ['2', '4', '49'] as const;

/**
 * No answer, or none to be believed: nobody knows what became of the payment, so it is undone. The till is told as soon
 * as that is kept; the reversal goes out by the terminal's own work, or before the next payment.
 */
async function takeBack(
  ports: TerminalPorts,
  ready: Ready,
  row: PaymentRow,
  answer: Answer | undefined,
): Promise<PayAnswer | Refused> {
  const told = reversedPayment(row, ready.self, reasonOf(answer));
  const ended = await end(ports, row, 'reversing', told);
  // An answer under no key or a wrong one may mean that the acquirer holds another for us.
  if (answer?.macRight === false) await keepMacKey(ports.sql, undefined);
  return ended;
}

/** End the sending of a payment. Where another life on the same store was faster, what it stored stands. */
async function end(
  ports: TerminalPorts,
  row: PaymentRow,
  state: 'posted' | 'declined' | 'reversing',
  told: PayAnswer,
): Promise<PayAnswer | Refused> {
  const responseCode = told.receipt?.responseCode;
  if (await movePayment(ports.sql, row, state, responseCode, JSON.stringify(told))) {
    tellOutcome(ports, told);
    return told;
  }
  const stored = await findAnswer(ports.sql, row.requestId);
  return stored === undefined ? refused('busy') : (stored.answer as PayAnswer);
}

/** Why a payment is taken back. A refusal in clear is not believed, but it tells the cashier more. */
function reasonOf(answer: Answer | undefined): RefusalCode {
  if (answer === undefined) return NO_ANSWER;
  const said = meaningOfResponse(answer.fields['39'] ?? '').code;
  if (answer.macRight && answer.fields['39'] === refusals.busy.responseCode) return NO_ANSWER;
  if (answer.macRight) return said === 'message.mac_wrong' ? said : 'message.malformed';
  return said === 'terminal.not_signed_in' || said === 'terminal.unknown'
    ? said
    : 'message.mac_wrong';
}

function tellOutcome(ports: TerminalPorts, answer: PayAnswer): void {
  const { outcome, code, receipt } = answer;
  ports.trace('terminal.outcome', {
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(receipt?.responseCode === undefined ? {} : { responseCode: receipt.responseCode }),
    ...(receipt?.retrievalReference === undefined
      ? {}
      : { retrievalReference: receipt.retrievalReference }),
  });
  if (receipt !== undefined) {
    ports.trace('receipt', { ...receipt, amountMinor: String(receipt.amountMinor) });
  }
}
