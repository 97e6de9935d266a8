/**
 * Taking payments back: a terminal's reversal, and the reversals that the network must answer, which go out
 * again until it has.
 * @see docs/specs.md, ISO 8583 sheet, section 10
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import { contradict, receiveReversal } from '@octavo/domain/payment.ts';
import { type InstantMs, StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { endsReversal, repeatPauseMs } from '@octavo/domain/repeat.ts';
import { toAscii } from '@octavo/lib/bytes/bytes.ts';
import type { NetworkLine } from './network-line.ts';
import { reversalFields } from './network-message.ts';
import { takeBack } from './payment-change.ts';
import {
  countAttempt,
  endReversal,
  findByReference,
  findPayment,
  giveReversalUp,
  insertPayment,
  keyText,
  listWaitingReversals,
  type PaymentKey,
  type WaitingReversal,
} from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import type { PosRequest } from './pos-message.ts';
import { cardContext } from './purchase.ts';

/** Take a terminal's reversal; answers DE39 and the original's reference. */
export async function receiveTerminalReversal(
  ports: AcquirerPorts,
  request: PosRequest,
  onReversal: () => void,
): Promise<{ readonly responseCode: string; readonly retrievalReference?: string } | Refused> {
  const { key } = request;
  const amountMinor = BigInt(request.fields['4'] ?? '');
  const known = await findPayment(ports.sql, key);
  const reception = receiveReversal(known?.payment, amountMinor);
  if (isRefused(reception)) return reception;
  if (reception.kind === 'remember') {
    // Taken meanwhile means that the original, or this reversal's twin, came: then decide again.
    const isKept = await remember(ports, request, amountMinor);
    return isKept ? { responseCode: '25' } : receiveTerminalReversal(ports, request, onReversal);
  }
  const retrievalReference = known?.kept?.retrievalReference;
  const reference = retrievalReference === undefined ? {} : { retrievalReference };
  if (reception.kind === 'nothing') return { responseCode: reception.responseCode, ...reference };
  const changed = await voidByTerminal(ports, key, amountMinor);
  if (isRefused(changed)) return changed;
  if (changed.reversed) onReversal();
  return { responseCode: changed.responseCode, ...reference };
}

/**
 * Take an approval that nobody waits for. Where the till was told that the payment is declined, it is voided and
 * reversed; where it was taken back, or stands approved, there is nothing to do.
 */
export async function receiveLateApproval(
  ports: AcquirerPorts,
  approval: MessageFields,
  onReversal: () => void,
): Promise<void> {
  const row = await findByReference(ports.sql, approval['37'] ?? '');
  if (row?.payment.state !== 'declined' || row.kept === undefined) return;
  const { request } = row.kept;
  if (!LATE_BOUND.every((field) => approval[field] === request[field])) return;
  const changed = await takeBack(ports, row.key, (payment) => {
    const next = contradict(payment);
    return isRefused(next) ? next : { ...next, reverse: true };
  });
  if (!isRefused(changed) && changed.reversed) onReversal();
}

/** What a late approval must repeat: amount, DE7 and DE11, and currency. The reference found it. */
const LATE_BOUND = ['4', '7', '11', '49'] as const;

/** Sends what the network has not answered yet. */
export type ReversalSender = {
  /** Begin a try of every reversal that is due; answers how long until the next is. */
  sendDue(): Promise<number>;
  /** The line is back: whatever waits is due now. */
  hurry(): void;
};

/** Make the sender. `onAttempt` is called when a try has ended. */
export function createReversalSender(
  ports: AcquirerPorts,
  line: NetworkLine,
  onAttempt: () => void,
): ReversalSender {
  const dueAtMs = new Map<string, InstantMs>();
  const underWay = new Set<string>();

  const attempt = async (reversal: WaitingReversal, name: string): Promise<void> => {
    underWay.add(name);
    dueAtMs.set(name, ports.clock.nowMs() + repeatPauseMs(reversal.attempts + 1));
    try {
      if (await sendOnce(ports, line, reversal)) dueAtMs.delete(name);
    } catch (error) {
      // Nobody knows what was written; the next try reads it again.
      if (!(error instanceof StorageUnavailable)) throw error;
    } finally {
      underWay.delete(name);
      onAttempt();
    }
  };

  return {
    hurry: () => dueAtMs.clear(),
    sendDue: async () => {
      let restMs = LONGEST_REST_MS;
      for (const reversal of await listWaitingReversals(ports.sql)) {
        const name = keyText(reversal.row.key);
        if (underWay.has(name)) continue;
        // However long we were away, it is tried once.
        const isTried = reversal.attempts > 0;
        if (isTried && ports.clock.nowMs() - reversal.atMs >= GIVE_UP_AFTER_MS) {
          await giveReversalUp(ports.sql, reversal.row.key);
          dueAtMs.delete(name);
          continue;
        }
        if (!line.isUp()) continue;
        const leftMs = (dueAtMs.get(name) ?? 0) - ports.clock.nowMs();
        if (leftMs <= 0) void attempt(reversal, name);
        else restMs = Math.min(restMs, leftMs);
      }
      return restMs;
    },
  };
}

/** How long the network has. @see docs/specs.md, ISO 8583 sheet, section 10 */
const ANSWER_LIMIT_MS = 45_000;

/** Look again after this long though nothing rang. */
const LONGEST_REST_MS = 60_000;

/** One try; true when the reversal is over. */
async function sendOnce(
  ports: AcquirerPorts,
  line: NetworkLine,
  { row, fields }: WaitingReversal,
): Promise<boolean> {
  if (row.kept === undefined) return true;
  const card = await ports.keys.vaultOpen(row.kept.card, cardContext(row.key));
  const content = reversalFields(
    row.kept.request,
    JSON.parse(toAscii(card)) as MessageFields,
    fields,
    row.payment.answer?.authorisation,
  );
  const attempts = await countAttempt(ports.sql, row.key);
  if (attempts === undefined) return true;
  const mti = attempts === 1 ? '0420' : '0421';
  const came = await line.ask(mti, await line.seal(mti, content), ANSWER_LIMIT_MS);
  const responseCode = came.kind === 'answer' ? came.message.fields[39] : undefined;
  if (responseCode === undefined || !endsReversal(responseCode)) return false;
  await endReversal(ports.sql, row.key, responseCode);
  return true;
}

/** Keep the memory of a reversal whose original is not known, so that the original is refused if it comes. */
async function remember(
  ports: AcquirerPorts,
  request: PosRequest,
  amountMinor: bigint,
): Promise<boolean> {
  return insertPayment(ports.sql, {
    key: request.key,
    version: 0n,
    atMs: ports.clock.nowMs(),
    tokenLastFour: (request.fields['2'] ?? '').slice(-4),
    currency: request.fields['49'] ?? '',
    payment: { state: 'voided', sent: false, voidedBy: 'terminal', amountMinor },
  });
}

async function voidByTerminal(
  ports: AcquirerPorts,
  key: PaymentKey,
  amountMinor: bigint,
): Promise<{ readonly responseCode: string; readonly reversed: boolean } | Refused> {
  const changed = await takeBack(ports, key, (payment) => {
    const reception = receiveReversal(payment, amountMinor);
    return reception.kind === 'void'
      ? { kind: 'done', value: reception.payment, reverse: reception.reverseAtNetwork }
      : refused('message.already_reversed');
  });
  if (!isRefused(changed)) return { responseCode: '00', reversed: changed.reversed };
  // It ended in between: there is nothing more to take back.
  return changed.code === 'message.already_reversed'
    ? { responseCode: '00', reversed: false }
    : changed;
}
