/**
 * Deferred charges of transit operators. Each is a purchase like a terminal's, kept, sent and taken back by the same
 * rules; its key is the operator's terminal and the request's id.
 * @see profile octavo-1, section 15
 */
import type { z } from '@hono/zod-openapi';
import { rangeOfToken } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { CHARGE_ENTRY_MODE } from '@octavo/domain/transit-charge.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { digestOf } from '../request.ts';
import { transitCharge, type transitPayments } from './contract.ts';
import { purchaseFields } from './network-message.ts';
import { findListed, listOfBatch } from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import type { Purchases } from './purchase.ts';
import type { Stamp } from './trace-number.ts';
import { findOperator } from './transit-store.ts';
import { type Charged, chargedRow, listedCharge } from './transit-view.ts';

type ChargeAsk = z.output<typeof transitCharge.body>;
type ListAsk = z.output<typeof transitPayments.body>;
type Listed = z.input<typeof transitPayments.answer>;

/** Where charges stand among the payments; no terminal's batch is called so. */
const BATCH = 'transit';

/** How many charges one answer lists. */
const MOST_LISTED = 500;

/** Charge what a rider's taps came to. The same request tells how it stands now, and never charges again. */
export async function charge(
  ports: AcquirerPorts,
  purchases: Purchases,
  ask: ChargeAsk,
): Promise<Charged | Refused> {
  const origin = await findOperator(ports.sql, ask.terminalId);
  if (origin === undefined) return refused('terminal.unknown');
  // A number that is no token may be a card's: it goes nowhere, and nothing of it is kept.
  if (rangeOfToken(ask.token) === undefined) return refused('network.no_route');
  const key = { terminalId: ask.terminalId, batch: BATCH, traceNumber: ask.requestId };
  const said = await digestOf(ports.keys, transitCharge.path, ask);
  const came = await purchases.answer({
    key,
    said,
    fields: (stamp) => purchaseFields(askedBy(ask, stamp), origin, stamp),
  });
  if (isRefused(came)) {
    return came.code === 'message.key_reused' ? refused('request.key_reused') : came;
  }
  const row = await findListed(ports.sql, key);
  assert(row !== undefined, 'an answered charge is kept');
  return chargedRow(row);
}

/** Charges in the order in which they were asked for. */
export async function listCharges(
  ports: AcquirerPorts,
  { fromMs = 0, after }: ListAsk,
): Promise<Listed> {
  const from =
    after === undefined
      ? { atMs: fromMs, traceNumber: '' }
      : { atMs: after.atMs, traceNumber: after.requestId };
  const rows = await listOfBatch(ports.sql, BATCH, from, MOST_LISTED);
  return { payments: rows.map(listedCharge) };
}

/** A charge has no card before it, so its day and time are our own. */
function askedBy(ask: ChargeAsk, { atMs }: Stamp): MessageFields {
  const { time, date } = localTime(atMs);
  return {
    '2': ask.token,
    '3': '000000',
    '4': String(ask.amountMinor).padStart(12, '0'),
    '12': time,
    '13': date,
    '14': ask.expiry,
    '22': CHARGE_ENTRY_MODE,
    '25': '00',
    '49': ask.currency,
    '90': ask.advice,
  };
}
