/**
 * Tickets to read one tap byte by byte: the holder gets one for a payment in their own history, the cashier for one in
 * their own journal, and the console's page shows that tap to whoever brings the ticket.
 */
import type { Clock, Random } from '@octavo/domain/ports.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { createGate, showKey } from '@octavo/services/caller';
import { connectTo, createEdge, type Edge, endpoint, type Fetch } from '@octavo/services/endpoint';
import * as terminal from '@octavo/services/terminal';
import * as wallet from '@octavo/services/wallet';
import { z } from 'zod';

const Ticket = z.string().regex(/^[0-9A-F]{32}$/);
const Issued = z.strictObject({ ticket: Ticket });

const holderTicket = endpoint({
  path: '/ticket/holder',
  summary: 'A ticket to read one payment of the holder’s history byte by byte',
  callers: ['holder'],
  perMinute: 60,
  repeat: 'safe by state',
  body: z.strictObject({ deviceId: z.string(), sequence: z.int().min(1) }),
  answer: Issued,
});

const cashierTicket = endpoint({
  path: '/ticket/cashier',
  summary: 'A ticket to read one payment of the till byte by byte',
  callers: ['cashier'],
  perMinute: 60,
  repeat: 'safe by state',
  body: z.strictObject({ payment: z.string().regex(/^[0-9A-F]{32}$/) }),
  answer: Issued,
});

const readTicket = endpoint({
  path: '/ticket/read',
  summary: 'The events of the tap that a ticket is for',
  callers: ['anyone'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({ ticket: Ticket }),
  answer: z.strictObject({
    retrievalReference: z.string(),
    events: z.array(
      z.strictObject({
        sequence: z.int(),
        type: z.string(),
        service: z.string(),
        atMs: z.int(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});

/** How long a ticket is good. */
const LIFE_MS = 30 * 60_000;
const MOST = 10_000;

/** The edge of tickets. `tapOf` gives the events of one tap by its retrieval reference, or none when they are gone. */
export function ticketEdge(from: {
  readonly clock: Clock;
  readonly random: Random;
  readonly world: Fetch;
  readonly tapOf: (retrievalReference: string) => readonly JourneyEvent[];
}): Edge {
  const { clock, random, world, tapOf } = from;
  const nobody = { verify: async () => false };
  const edge = createEdge('ticket', createGate('operator', nobody, '', clock), clock);
  const held = new Map<string, { readonly retrievalReference: string; readonly untilMs: number }>();
  const issue = (retrievalReference: string | undefined): { ticket: string } | Refused => {
    if (retrievalReference === undefined || tapOf(retrievalReference).length === 0) {
      return refused('tap.not_kept');
    }
    for (const [ticket, { untilMs }] of held) {
      if (untilMs < clock.nowMs() || held.size >= MOST) held.delete(ticket);
    }
    const ticket = toHex(random(16));
    held.set(ticket, { retrievalReference, untilMs: clock.nowMs() + LIFE_MS });
    return { ticket };
  };
  edge.add(holderTicket, async ({ deviceId, sequence }, { bearer = '' }) => {
    const call = connectTo(world, showKey('holder', bearer), clock);
    const told = await call(wallet.history, { deviceId, afterSequence: sequence - 1 });
    if (isRefused(told)) return told;
    return issue(told.lines.find((line) => line.sequence === sequence)?.retrievalReference);
  });
  edge.add(cashierTicket, async ({ payment }, { bearer = '' }) => {
    const call = connectTo(world, showKey('cashier', bearer), clock);
    const told = await call(terminal.payments, {});
    if (isRefused(told)) return told;
    return issue(told.payments.find((line) => line.requestId === payment)?.retrievalReference);
  });
  edge.add(readTicket, async ({ ticket }) => {
    const known = held.get(ticket);
    if (known === undefined || known.untilMs < clock.nowMs()) return refused('tap.not_kept');
    const { retrievalReference } = known;
    return { retrievalReference, events: [...tapOf(retrievalReference)] };
  });
  return edge;
}
