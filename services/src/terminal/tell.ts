/** What the terminal tells the trace about a payment, so that whoever listens can put one journey together. */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { type Identity, placeOf } from './message.ts';
import type { PaymentRow } from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import type { PayAnswer } from './receipt.ts';

/** What names a payment in every event about it. */
export type Journey = Readonly<Record<string, string>>;

/** The names of a payment: its request, the terminal, its place there, and its reference once that is known. */
export function journeyOf(row: PaymentRow, who: Identity | undefined): Journey {
  const { retrievalReference } = row;
  return {
    requestId: row.requestId,
    ...(who === undefined ? {} : { terminalId: who.terminalId }),
    ...placeOf(row.sequence),
    ...(retrievalReference === undefined ? {} : { retrievalReference }),
  };
}

/** A field's name as events give it: who may only listen shall not find the place. */
export function airName(air: string): string {
  return toHex(sha256(new TextEncoder().encode(air))).slice(0, 8);
}

/** Tell how a payment ended for the till, and its receipt. */
export function tellOutcome(ports: TerminalPorts, answer: PayAnswer, journey: Journey): void {
  const { outcome, code, receipt } = answer;
  ports.trace('terminal.outcome', {
    ...journey,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(receipt?.responseCode === undefined ? {} : { responseCode: receipt.responseCode }),
    ...(receipt?.retrievalReference === undefined
      ? {}
      : { retrievalReference: receipt.retrievalReference }),
  });
  if (receipt !== undefined) {
    ports.trace('receipt', { ...journey, ...receipt, amountMinor: String(receipt.amountMinor) });
  }
}
