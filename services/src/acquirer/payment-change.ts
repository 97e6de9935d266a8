/** One effect on one payment: read it, let the domain decide, write it by version with what goes along. */
import type { Payment } from '@octavo/domain/payment.ts';
import type { InstantMs } from '@octavo/domain/ports.ts';
import { type Done, isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { change, overtaken, written } from '../change.ts';
import {
  findPayment,
  type PaymentKey,
  type PaymentRow,
  type ReversalFields,
  updatePayment,
} from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import { takeStamp } from './trace-number.ts';

/** What the domain says about a payment; `reverse` when the network must be told that it is taken back. */
export type Decision = (Done<Payment> & { readonly reverse?: boolean }) | Refused;

/** A payment as it was written. */
export type Changed = {
  readonly payment: Payment;
  readonly row: PaymentRow;
  /** Whether a reversal was written with it. */
  readonly reversed: boolean;
};

/** Change a payment, without a reversal. */
export async function changePayment(
  ports: AcquirerPorts,
  key: PaymentKey,
  decide: (payment: Payment) => Done<Payment> | Refused,
): Promise<Changed | Refused> {
  return writeDecision(ports, key, decide, undefined);
}

/** Change a payment and, where the decision says so, write its reversal in the same statement. */
export async function takeBack(
  ports: AcquirerPorts,
  key: PaymentKey,
  decide: (payment: Payment) => Decision,
): Promise<Changed | Refused> {
  // Taken before it is known to be needed: an effect awaits nothing but the store between reading and writing.
  const stamp = await takeStamp(ports);
  return writeDecision(ports, key, decide, { ...stamp, reason: NO_ANSWER });
}

/** DE39 of a reversal: nobody at the till knows what became of its original. */
const NO_ANSWER = '98';

async function writeDecision(
  ports: AcquirerPorts,
  key: PaymentKey,
  decide: (payment: Payment) => Decision,
  reversal: (ReversalFields & { readonly atMs: InstantMs }) | undefined,
): Promise<Changed | Refused> {
  return change(async () => {
    const row = await findPayment(ports.sql, key);
    if (row === undefined) return refused('message.original_unknown');
    const decision = decide(row.payment);
    if (isRefused(decision)) return decision;
    const reversed = decision.reverse === true && reversal !== undefined;
    const along = reversed ? reversal : undefined;
    const isWritten = await updatePayment(ports.sql, row, decision.value, along);
    return isWritten ? written({ payment: decision.value, row, reversed }) : overtaken;
  });
}
