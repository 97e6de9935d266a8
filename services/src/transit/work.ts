/** The back office's own work: each kind of pending thing is looked for and taken to its end, again and again. */
import { dayName, dayOfName } from '@octavo/domain/transit/service-day.ts';
import { readToBill } from './account-store.ts';
import { adviseTaps } from './advise.ts';
import { bill } from './billing.ts';
import { ask } from './charging.ts';
import { closeDue } from './closing.ts';
import { tellVerdicts } from './hear.ts';
import { joinAccounts } from './join.ts';
import type { ListDesk } from './list.ts';
import { readToAsk, readToRetry } from './money-store.ts';
import { readPending } from './pending-store.ts';
import type { TransitPorts } from './ports.ts';
import { postRecords } from './post.ts';
import { closingOf, lastToClose } from './rated.ts';
import { retryDebts } from './recover.ts';

/** How soon work is looked at again that could not be ended now, and how long the longest rest is. */
const PASS_MS = 5_000;
const LONGEST_REST_MS = 3_600_000;

/** How long a day's closing waits for what is on its way. */
const LONGEST_DELAY_MS = 1_800_000;

/** How many of a kind one pass takes; the rest follow in the next. */
const MOST_AT_ONCE = 200;

/** One pass over everything that is pending; answers how long there is nothing to do. */
export async function workOnce(ports: TransitPorts, list: ListDesk): Promise<number> {
  const moved = [
    await postRecords(ports),
    await adviseTaps(ports),
    await tellVerdicts(ports),
    await joinAccounts(ports),
  ];
  const isMoving = moved.some((count) => count > 0);
  // What is on its way belongs to the day: verdicts may name accounts that are one. A day does not wait for ever.
  if (!isMoving || isOverdue(ports)) await closeDue(ports);
  await askDue(ports);
  const isPublished = await list.publish();
  return isPublished || isMoving ? 0 : restMs(ports);
}

function isOverdue(ports: TransitPorts): boolean {
  const nowMs = ports.clock.nowMs();
  return nowMs - closingOf(ports, lastToClose(ports, nowMs)) > LONGEST_DELAY_MS;
}

/** Charges that are to be asked or asked again, debts whose day has come, and lines that wait for a charge. */
async function askDue(ports: TransitPorts): Promise<void> {
  const nowMs = ports.clock.nowMs();
  for (const charge of await readToAsk(ports.sql, nowMs, MOST_AT_ONCE)) await ask(ports, charge);
  for (const accountId of await readToRetry(ports.sql, nowMs, MOST_AT_ONCE)) {
    await retryDebts(ports, accountId);
  }
  for (const accountId of await readToBill(ports.sql, nowMs, MOST_AT_ONCE)) {
    await bill(ports, accountId);
  }
}

/** Until the next thing is due; whatever comes in from outside rings the bell. */
async function restMs(ports: TransitPorts): Promise<number> {
  const nowMs = ports.clock.nowMs();
  const { isAny, nextAtMs } = await readPending(ports.sql);
  if (isAny) return PASS_MS;
  const closesAtMs = closingOf(ports, dayName(dayOfName(lastToClose(ports, nowMs)) + 1));
  const next = Math.min(nextAtMs ?? closesAtMs, closesAtMs) - nowMs;
  return Math.min(Math.max(next, PASS_MS), LONGEST_REST_MS);
}
