/**
 * Transit advices: every tap kept before anything is sent, then sent some at a time, again and again until the network
 * has answered. They move no money, so none is reversed.
 * @see docs/specs.md, ISO 8583 sheet, section 10; profile octavo-1, section 15
 */
import type { z } from '@hono/zod-openapi';
import { rangeOfToken } from '@octavo/domain/demo.ts';
import { type MessageFields, pick } from '@octavo/domain/message.ts';
import { GIVE_UP_AFTER_MS } from '@octavo/domain/network.ts';
import { wrongTime } from '@octavo/domain/network-admission.ts';
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import {
  isRefused,
  type RefusalCode,
  type Refused,
  refusals,
  refused,
} from '@octavo/domain/refusal.ts';
import { repeatPauseMs } from '@octavo/domain/repeat.ts';
import { readTap } from '@octavo/domain/tap-data.ts';
import { fromAscii, toAscii } from '@octavo/lib/bytes/bytes.ts';
import { readOrNone } from '@octavo/lib/iso8583/message.ts';
import { parseAccountReference } from '@octavo/lib/iso8583/usage.ts';
import { within } from '../endpoint.ts';
import { digestOf, keyReused } from '../request.ts';
import { type AdvisedTap, transitAdvise } from './contract.ts';
import type { NetworkLine } from './network-line.ts';
import { believed, type Origin, purchaseFields } from './network-message.ts';
import type { AcquirerPorts } from './ports.ts';
import { takeStamp } from './trace-number.ts';
import {
  type AdviceRow,
  countAdviceAttempt,
  dueAdvices,
  endAdvice,
  findAdvice,
  findAdvices,
  findOperator,
  hurryAdvices,
  insertAdvice,
  nextAdviceDueAtMs,
} from './transit-store.ts';
import { type Advised, advisedRow, refusedTap } from './transit-view.ts';

type AdviseAsk = z.output<typeof transitAdvise.body>;
type Tap = z.output<typeof AdvisedTap>;

/** Takes advices, and sends what has no answer yet. */
export type Advices = {
  answer(ask: AdviseAsk): Promise<{ readonly taps: Advised[] } | Refused>;
  /** Begin a try of every advice that is due; answers how long until the next is. */
  sendDue(): Promise<number>;
  /** The line is back: whatever waits is due now. */
  hurry(): void;
};

/** How many advices are on the line at once. */
const MOST_AT_ONCE = 16;

/** How long a call waits for its verdicts; what has none by then is still asked for. */
const CALL_LIMIT_MS = 40_000;

/** How long the network has for one. @see docs/specs.md, ISO 8583 sheet, section 10 */
const ANSWER_LIMIT_MS = 45_000;

/** The call that brought an advice sends it; after this time our own work does. */
const FIRST_DUE_MS = 60_000;

/** Look again after this long though nothing rang. */
const LONGEST_REST_MS = 60_000;

/** Make the advices' keeper. `onAttempt` is called when our own work has tried one. */
export function createAdvices(
  ports: AcquirerPorts,
  line: NetworkLine,
  onAttempt: () => void,
): Advices {
  const underWay = new Map<string, Promise<void>>();
  let isHurried = false;

  /** One try at a time for each advice; whoever cares for the same waits for it. */
  const attempt = (requestId: string): Promise<void> => {
    const running = underWay.get(requestId);
    if (running !== undefined) return running;
    const mine = sendOnce(ports, line, requestId).finally(() => underWay.delete(requestId));
    underWay.set(requestId, mine);
    return mine;
  };

  const attemptAlone = async (requestId: string): Promise<void> => {
    try {
      await attempt(requestId);
    } catch (error) {
      // Nobody knows what was written; the next try reads it again.
      if (!(error instanceof StorageUnavailable)) throw error;
    } finally {
      onAttempt();
    }
  };

  return {
    answer: async ({ terminalId, taps }) => {
      const origin = await findOperator(ports.sql, terminalId);
      if (origin === undefined) return refused('terminal.unknown');
      const requestIds = taps.map(({ requestId }) => requestId);
      const there = await findAdvices(ports.sql, requestIds);
      const kept = await inLanes(taps, (tap) =>
        keep(ports, origin, terminalId, tap, there.get(tap.requestId)),
      );
      const open = kept.flatMap((row) =>
        !isRefused(row) && row.state === 'pending' ? [row.requestId] : [],
      );
      await within(ports.clock, CALL_LIMIT_MS, () => inLanes(open, attempt));
      const now = open.length === 0 ? there : await findAdvices(ports.sql, requestIds);
      return { taps: kept.map((row, at) => viewOf(requestIds[at] ?? '', row, now)) };
    },
    hurry: () => {
      isHurried = true;
    },
    sendDue: async () => {
      const nowMs = ports.clock.nowMs();
      if (isHurried) await hurryAdvices(ports.sql, nowMs);
      isHurried = false;
      if (!line.isUp()) return LONGEST_REST_MS;
      const free = MOST_AT_ONCE - underWay.size;
      const due = await dueAdvices(ports.sql, nowMs, MOST_AT_ONCE);
      const idle = due.filter(({ requestId }) => !underWay.has(requestId));
      for (const { requestId } of idle.slice(0, Math.max(free, 0))) void attemptAlone(requestId);
      const next = await nextAdviceDueAtMs(ports.sql);
      // What is due and under way rings when it ends.
      const restMs = next === undefined ? LONGEST_REST_MS : next - nowMs;
      return restMs > 0 ? Math.min(restMs, LONGEST_REST_MS) : LONGEST_REST_MS;
    },
  };
}

/** Keep a tap before anything is done about it; `known` or the kept one when it came before. */
async function keep(
  ports: AcquirerPorts,
  origin: Origin,
  terminalId: string,
  tap: Tap,
  known: AdviceRow | undefined,
): Promise<AdviceRow | Refused> {
  const { requestId, token } = tap;
  const digest = await digestOf(ports.keys, transitAdvise.path, { terminalId, ...tap });
  if (known !== undefined) return keyReused(known.digest, digest) ?? known;
  // A number that is no token may be a card's: it goes nowhere, and nothing of it is kept.
  if (rangeOfToken(token) === undefined) return refused('network.no_route');
  const stamp = await takeStamp(ports);
  const fields = purchaseFields(askedBy(tap), origin, stamp);
  // The network could say 30 of a spoiled copy too, so what is malformed must not leave.
  const isWhole = readTap(fields).unreadable.length === 0 && wrongTime(fields) === undefined;
  if (!isWhole) return refused('message.malformed');
  const secret = pick(fields, SECRET);
  const row = {
    requestId,
    digest,
    atMs: stamp.atMs,
    state: 'pending',
    tokenLastFour: token.slice(-4),
    request: withoutSecret(fields),
    tap: await ports.keys.vaultSeal(fromAscii(JSON.stringify(secret)), tapContext(requestId)),
    attempts: 0,
  } as const;
  const isMine = await insertAdvice(ports.sql, row, stamp.atMs + FIRST_DUE_MS);
  if (isMine) return row;
  return keep(ports, origin, terminalId, tap, await findAdvice(ports.sql, requestId));
}

/** The elements of the request that a tap brings. */
function askedBy(tap: Tap): MessageFields {
  return {
    '2': tap.token,
    '3': '000000',
    '4': String(tap.amountMinor).padStart(12, '0'),
    '12': tap.localTime,
    '13': tap.localDate,
    '14': tap.expiry,
    '22': '072',
    '23': tap.sequenceNumber.padStart(3, '0'),
    '25': '00',
    '49': tap.currency,
    '55': tap.chipData,
  };
}

/** Token, expiry and chip data: what a tap's row may not show. */
const SECRET = [2, 14, 55] as const;

function withoutSecret(fields: MessageFields): MessageFields {
  const { '2': _token, '14': _expiry, '55': _chip, ...rest } = fields;
  return rest;
}

function tapContext(requestId: string) {
  return { id: requestId, column: 'tap' };
}

/** One try: the first goes as an advice, later ones as its repeat. */
async function sendOnce(ports: AcquirerPorts, line: NetworkLine, requestId: string): Promise<void> {
  const { sql, clock, keys } = ports;
  const row = await findAdvice(sql, requestId);
  if (row?.state !== 'pending' || row.tap === undefined || !line.isUp()) return;
  const nowMs = clock.nowMs();
  // However long we were away, it is tried once.
  if (row.attempts > 0 && nowMs - row.atMs >= GIVE_UP_AFTER_MS) {
    const { responseCode } = refusals[GIVEN_UP];
    await endAdvice(sql, requestId, { state: 'given_up', responseCode });
    return;
  }
  const secret = toAscii(await keys.vaultOpen(row.tap, tapContext(requestId)));
  const fields = { ...row.request, ...(JSON.parse(secret) as MessageFields) };
  const dueAtMs = nowMs + ANSWER_LIMIT_MS + repeatPauseMs(row.attempts + 1);
  const attempts = await countAdviceAttempt(sql, requestId, row.attempts, dueAtMs);
  if (attempts === undefined) return;
  const mti = attempts === 1 ? '0220' : '0221';
  const came = await line.ask(mti, await line.seal(mti, fields), ANSWER_LIMIT_MS);
  const answer =
    came.kind === 'answer' ? believed(fields, came.message.fields as MessageFields) : undefined;
  if (answer === undefined) return;
  const responseCode = answer['39'] ?? '';
  const isGood = responseCode === '00';
  await endAdvice(sql, requestId, {
    state: isGood ? 'approved' : 'declined',
    responseCode,
    accountReference: isGood ? referenceOf(answer['56']) : undefined,
  });
}

/** What is said of an advice that nobody answered for days. */
const GIVEN_UP: RefusalCode = 'acquirer.no_answer';

function referenceOf(element: string | undefined): string | undefined {
  return element === undefined ? undefined : readOrNone(() => parseAccountReference(element));
}

function viewOf(
  requestId: string,
  kept: AdviceRow | Refused,
  now: ReadonlyMap<string, AdviceRow>,
): Advised {
  if (isRefused(kept)) return refusedTap(requestId, kept.code);
  return advisedRow(now.get(requestId) ?? kept);
}

/** Do all of a list, some at a time; the results in its order. */
async function inLanes<One, Result>(
  all: readonly One[],
  work: (one: One) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = all.entries();
  const lane = async () => {
    for (const [at, one] of left) results[at] = await work(one);
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, lane));
  return results;
}
