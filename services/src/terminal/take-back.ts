/**
 * The cashier takes an approved payment back: it is reversed by the same work as a payment in doubt.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
import type { z } from '@hono/zod-openapi';
import { takeBackByCashier } from '@octavo/domain/payment.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore } from '../request.ts';
import { type PaymentLine, voidPayment } from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { placeOf } from './message.ts';
import { findPayment, nextSequence, type PaymentRow, takePaymentBack } from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import { reverseOnce } from './reversal.ts';
import { findAnswer, findSelf } from './store.ts';
import { journeyOf } from './tell.ts';
import { type Asker, askDigest, mayTouch } from './till.ts';

type Ask = z.output<typeof voidPayment.body>;

/** What is kept as the answer to such a request: which payment it took back. How far that has come is read anew. */
type Kept = { readonly payment: string };

type Begun = Kept & { readonly isNew: boolean };

/** Take a payment back and ask the acquirer once; what it does not confirm now is asked again by the terminal's own work. */
export async function takeBackPayment(
  ports: TerminalPorts,
  line: AcquirerLine,
  ask: Ask,
  asker: Asker,
): Promise<z.output<typeof voidPayment.answer> | Refused> {
  const begun = await begin(ports, ask, asker);
  if (isRefused(begun)) return begun;
  if (begun.isNew) {
    const row = await findPayment(ports.sql, begun.payment);
    assert(row !== undefined, 'a payment stays in the journal');
    const self = await findSelf(ports.sql);
    ports.trace('terminal.take_back', journeyOf(row, self?.enrolled));
    if (row.state === 'reversing') await reverseOnce(ports, line, row);
  }
  const row = await findPayment(ports.sql, begun.payment);
  assert(row !== undefined, 'a payment stays in the journal');
  const openBatch = placeOf(await nextSequence(ports.sql)).batch;
  return { confirmed: row.state === 'voided', payment: lineOf(row, openBatch) };
}

/** A payment as a till shows it. */
export function lineOf(row: PaymentRow, openBatch: string): z.output<typeof PaymentLine> {
  const { requestId, atMs, currency, tokenLastFour, state, attempts } = row;
  const { responseCode, code, retrievalReference, nextTryAtMs } = row;
  const place = placeOf(row.sequence);
  return {
    requestId,
    atMs,
    ...place,
    amountMinor: row.amountMinor.toString(),
    currency,
    tokenLastFour,
    state,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(code === undefined ? {} : { code }),
    ...(retrievalReference === undefined ? {} : { retrievalReference }),
    attempts,
    ...(state !== 'reversing' || nextTryAtMs === undefined ? {} : { nextTryAtMs }),
    mayTakeBack: !isRefused(takeBackByCashier(state, place.batch === openBatch)),
  };
}

async function begin(ports: TerminalPorts, ask: Ask, asker: Asker): Promise<Begun | Refused> {
  const { sql } = ports;
  const { requestId, payment } = ask;
  const digest = askDigest(voidPayment.path, ask, asker);
  return change<Begun>(async () => {
    const before = answeredBefore<Kept>(await findAnswer(sql, requestId), digest);
    if (before !== undefined) {
      return isRefused(before) ? before : written({ payment: before.payment, isNew: false });
    }
    const row = await findPayment(sql, payment);
    if (row === undefined || !mayTouch(asker, row)) return refused('terminal.payment_unknown');
    const openBatch = placeOf(await nextSequence(sql)).batch;
    const next = takeBackByCashier(row.state, placeOf(row.sequence).batch === openBatch);
    if (isRefused(next)) return next;
    const kept = { requestId, digest, answer: JSON.stringify({ payment } satisfies Kept) };
    const isTaken = await takePaymentBack(sql, row, next.value, ports.clock.nowMs(), kept);
    return isTaken ? written({ payment, isNew: true }) : overtaken;
  });
}
