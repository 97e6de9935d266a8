/** The network: takes acquirers' messages, has taps checked, asks the issuer, and takes back what got no answer. */
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, messageKey } from '@octavo/domain/message.ts';
import { type CancelSignal, type InstantMs, StorageUnavailable } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { createBell, repeatedly } from '../bell.ts';
import { createEdge } from '../endpoint.ts';
import type { Service } from '../service.ts';
import { status } from './contract.ts';
import { allotTraceNumber, type Desk, type NetworkPorts } from './desk.ts';
import { createAcquirers } from './edge.ts';
import { hearReversalAnswer, runForward } from './forward.ts';
import { createIssuerLine } from './line.ts';
import { createPost } from './post.ts';
import { concludeAlone } from './purchase.ts';
import { countQueued } from './queue.ts';
import { runReports } from './report.ts';
import { countUnanswered, forgetTraceNumbers, unsettledMessages } from './store.ts';

export type { NetworkPorts } from './desk.ts';

/** How often messages are looked for that nobody works on, after the first time at the start. */
const SETTLE_EVERY_MS = 60_000;

/**
 * Build the network. One process at a time works on its database: what another one has under way looks
 * left behind to this one, and is reversed.
 */
export function createNetwork(ports: NetworkPorts): Service {
  const { clock, sql } = ports;
  const bells = {
    forward: createBell(clock),
    report: createBell(clock),
    settle: createBell(clock),
  };
  const post = createPost(ports.keys, ports.trace);
  const line = createIssuerLine({
    clock,
    dial: ports.dialIssuer,
    post,
    allot: (day) => allotTraceNumber(ports, day),
    heard: (mti, fields) => hearIssuer(desk, mti, fields),
    cameUp: () => bells.forward.wake(),
  });
  const ring = { forward: () => bells.forward.wake(), report: () => bells.report.wake() };
  const desk: Desk = { ports, post, line, flights: new Map(), owing: new Set(), ring };
  const acquirers = createAcquirers(desk);
  const edge = createEdge('network', ports.gate, clock);
  edge.add(status, async () => ({
    institutions: [
      institution('acquirer', acquirers.isSignedOn(), acquirers.lastEchoAtMs()),
      institution('issuer', line.isUp(), line.lastEchoAtMs()),
    ],
    ...(await countQueued(sql)),
    unanswered: await countUnanswered(sql),
  }));
  return {
    fetch: edge.fetch,
    describe: edge.describe,
    accept: (link) => void acquirers.serve(link),
    async run(stop: CancelSignal) {
      await Promise.all([
        repeatedly(bells.settle, stop, () => settleAll(desk)),
        line.run(stop),
        runForward(desk, bells.forward, stop),
        runReports(desk, bells.report, stop),
      ]);
    },
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * End every message that an earlier life, or a failure of the database, left without an end; then tidy up. Advices are
 * left for the next time once one of them got no verdict: a day of them must not keep money waiting behind a token
 * service that is silent.
 */
async function settleAll(desk: Desk): Promise<number> {
  let after = '';
  let isSilent = false;
  for (;;) {
    const left = await unsettledMessages(desk.ports.sql, after);
    for (const { messageKey: key, kind } of left) {
      if (kind === 'advice' && isSilent) continue;
      const isEnded = await concludeAlone(desk, key);
      isSilent ||= kind === 'advice' && !isEnded;
    }
    const last = left.at(-1);
    if (last === undefined) break;
    after = last.messageKey;
  }
  const nowMs = desk.ports.clock.nowMs();
  const days = [nowMs, nowMs - DAY_MS].map((atMs) => localTime(atMs).date);
  await forgetTraceNumbers(desk.ports.sql, days);
  return SETTLE_EVERY_MS;
}

/** An answer from the issuer. One that comes too late, or to nothing, is dropped. */
async function hearIssuer(desk: Desk, mti: string, fields: MessageFields): Promise<void> {
  try {
    if (!(await takeAnswer(desk, mti, fields)))
      desk.post.refuse('message.original_unknown', fields);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    desk.post.refuse('unavailable', fields);
  }
}

async function takeAnswer(desk: Desk, mti: string, fields: MessageFields): Promise<boolean> {
  if (mti === '0430' || mti === '0431') return hearReversalAnswer(desk, fields);
  const key = mti === '0210' ? messageKey(mti, fields) : undefined;
  return key !== undefined && (desk.flights.get(key)?.hear(fields) ?? false);
}

function institution(
  name: 'acquirer' | 'issuer',
  signedOn: boolean,
  lastEchoAtMs: InstantMs | undefined,
) {
  const { code } = institutions[name];
  return lastEchoAtMs === undefined ? { code, signedOn } : { code, signedOn, lastEchoAtMs };
}
