/**
 * The acquirer's line to the network: dialled, signed on, tested when idle, dialled again when it drops.
 * Answers are matched to what waits for them by their key, on whichever line they come.
 * @see docs/specs.md, ISO 8583 sheet, section 9
 */
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, pick } from '@octavo/domain/message.ts';
import { tracedMessage } from '@octavo/domain/message-trace.ts';
import { managementFields } from '@octavo/domain/network-admission.ts';
import {
  type CancelSignal,
  type InstantMs,
  type Link,
  LinkDown,
  StorageUnavailable,
} from '@octavo/domain/ports.ts';
import { answerHeader } from '@octavo/lib/iso8583/header.ts';
import { isCupsMacRight, type Mac, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { answerType, readOrNone } from '@octavo/lib/iso8583/message.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { dialOnce, IDLE_MS, MOST_MISSES } from '../dial.ts';
import { within } from '../endpoint.ts';
import { answerName, toNetwork } from './network-message.ts';
import type { AcquirerPorts } from './ports.ts';
import { takeStamp } from './trace-number.ts';

/** What came of asking the network; `broken` is an answer whose MAC is wrong, which says nothing. */
export type NetworkAnswer =
  | { readonly kind: 'answer'; readonly message: CupsMessage }
  | { readonly kind: 'broken' | 'no_answer' | 'no_line' };

/** The line to the network. */
export type NetworkLine = {
  /** Whether we are signed on. */
  isUp(): boolean;
  /** Make a message's bytes, MAC and all. */
  seal(mti: string, fields: CupsMessage['fields']): Promise<Uint8Array>;
  /** Send a sealed message and wait for its answer, also over a line that came back in between. */
  ask(mti: string, message: Uint8Array, limitMs: number): Promise<NetworkAnswer>;
  /** Keep the line up until stopped. */
  keep(stop: CancelSignal): Promise<void>;
};

/** Make the line. `onUp` is called whenever we have signed on, `onLate` with an approval that nobody waits for. */
export function createNetworkLine(
  ports: AcquirerPorts,
  onUp: () => void,
  onLate: (approval: MessageFields) => void,
): NetworkLine {
  const line: Line = {
    ports,
    onUp,
    onLate,
    mac: (input) => ports.keys.messageMac('network', input),
    waiting: new Map(),
    up: undefined,
    lastUsedMs: 0,
  };
  return {
    isUp: () => line.up !== undefined,
    seal: (mti, fields) => sealCups(toNetwork(mti, fields), line.mac),
    ask: async (mti, message, limitMs) =>
      line.up === undefined ? { kind: 'no_line' } : askOn(line, line.up, mti, message, limitMs),
    keep: (stop) => keep(line, stop),
  };
}

/** How long the network may take over a management message. */
const MANAGEMENT_LIMIT_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The answers that we wait for. A repeat may be answered as a repeat. */
const ANSWERS: readonly string[] = ['0210', '0230', '0430', '0431', '0830'];

/** What the line remembers. Who waits, waits across connections. */
type Line = {
  readonly ports: AcquirerPorts;
  readonly onUp: () => void;
  readonly onLate: (approval: MessageFields) => void;
  readonly mac: Mac;
  readonly waiting: Map<string, (answer: NetworkAnswer) => void>;
  /** The connection on which we are signed on. */
  up: Session | undefined;
  lastUsedMs: InstantMs;
};

/** One connection, from dialling to its drop. */
type Session = {
  readonly link: Link;
  readonly dropped: AbortController;
  /** Ends the wait of the management message under way. */
  onDrop: (() => void) | undefined;
};

async function keep(line: Line, stop: CancelSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let current: Link | undefined;
  stop.addEventListener('abort', () => current?.close());
  while (!stop.aborted) {
    current = await dialOnce(line.ports.dialNetwork);
    const signedOn =
      current !== undefined &&
      (await live(line, { link: current, dropped: new AbortController(), onDrop: undefined }));
    if (stop.aborted) current?.close();
    pauseMs = signedOn ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    await line.ports.clock.sleep(pauseMs, stop);
  }
}

/** One life of a connection, from sign-on until it drops or falls silent. True when it had signed on. */
async function live(line: Line, session: Session): Promise<boolean> {
  const reading = read(line, session);
  try {
    const signedOn = await manage(line, session, '001');
    if (signedOn && !session.dropped.signal.aborted) {
      line.up = session;
      line.ports.trace('acquirer.line', { state: 'signed_on' });
      line.onUp();
      await testWhenIdle(line, session);
    }
    return signedOn;
  } catch (error) {
    if (error instanceof StorageUnavailable) return false;
    throw error;
  } finally {
    session.link.close();
    await reading;
  }
}

async function testWhenIdle(line: Line, session: Session): Promise<void> {
  const { clock } = line.ports;
  const dropped = session.dropped.signal;
  let misses = 0;
  while (!dropped.aborted && misses < MOST_MISSES) {
    const idleMs = clock.nowMs() - line.lastUsedMs;
    if (idleMs < IDLE_MS) await clock.sleep(IDLE_MS - idleMs, dropped);
    else misses = (await manage(line, session, '301')) ? 0 : misses + 1;
  }
}

async function manage(line: Line, session: Session, code: '001' | '301'): Promise<boolean> {
  const { acquirer, network } = institutions;
  const fields = managementFields(code, await takeStamp(line.ports), acquirer.code, network.code);
  const message = await sealCups(toNetwork('0820', fields), line.mac);
  // Unlike a payment's, this answer is worth nothing on another connection.
  session.onDrop = () => line.waiting.get(answerName('0820', fields))?.({ kind: 'no_line' });
  const answer = await askOn(line, session, '0820', message, MANAGEMENT_LIMIT_MS);
  return answer.kind === 'answer' && answer.message.fields[39] === '00';
}

async function askOn(
  line: Line,
  session: Session,
  mti: string,
  message: Uint8Array,
  limitMs: number,
): Promise<NetworkAnswer> {
  const name = answerName(mti, cups.decode(message).fields as MessageFields);
  const answer = new Promise<NetworkAnswer>((resolve) => line.waiting.set(name, resolve));
  try {
    await send(line, session.link, mti, message);
    return (await within(line.ports.clock, limitMs, () => answer)) ?? { kind: 'no_answer' };
  } catch (error) {
    if (error instanceof LinkDown) return { kind: 'no_line' };
    throw error;
  } finally {
    line.waiting.delete(name);
  }
}

async function send(line: Line, link: Link, mti: string, message: Uint8Array): Promise<void> {
  const { clock, trace } = line.ports;
  trace('iso8583', {
    leg: 'acquirer-network',
    dialect: 'cups',
    mti,
    message: tracedMessage('cups', message),
  });
  line.lastUsedMs = clock.nowMs();
  await link.send(message);
}

async function read(line: Line, session: Session): Promise<void> {
  try {
    for await (const frame of session.link.frames) await receive(line, session.link, frame);
  } catch (error) {
    if (!(error instanceof LinkDown)) throw error;
  } finally {
    if (line.up === session) {
      line.up = undefined;
      line.ports.trace('acquirer.line', { state: 'down' });
    }
    session.dropped.abort();
    session.onDrop?.();
  }
}

async function receive(line: Line, link: Link, frame: Uint8Array): Promise<void> {
  const { trace, clock } = line.ports;
  line.lastUsedMs = clock.nowMs();
  const message = decode(frame);
  if (message === undefined) {
    trace('acquirer.refused', { code: 'message.malformed', from: 'network' });
    return;
  }
  const macRight = await isCupsMacRight(message, line.mac);
  if (message.mti === '0820') {
    await answerManagement(line, link, message, macRight);
    return;
  }
  const isAnswer = ANSWERS.includes(message.mti);
  const name = answerName(message.mti, message.fields as MessageFields);
  const waiter = isAnswer ? line.waiting.get(name) : undefined;
  if (waiter !== undefined) {
    waiter(macRight ? { kind: 'answer', message } : { kind: 'broken' });
    return;
  }
  // Late, or never asked: what a late answer is about is ended by its reversal. Only when the payment ended declined
  // is there none yet.
  const isApproval = message.mti === '0210' && message.fields[39] === '00';
  if (isApproval && macRight) line.onLate(message.fields as MessageFields);
  trace('acquirer.refused', {
    code: isAnswer ? 'message.already_reversed' : 'message.not_supported',
    from: 'network',
    mti: message.mti,
    retrievalReference: message.fields[37] ?? '',
  });
}

async function answerManagement(
  line: Line,
  link: Link,
  asked: CupsMessage,
  macRight: boolean,
): Promise<void> {
  const fields = {
    ...pick(asked.fields as MessageFields, [7, 11, 33, 70, 100]),
    '39': macRight ? '00' : 'A0',
  };
  const mti = answerType(asked.mti);
  const answer = { header: answerHeader(asked.header), mti, fields };
  await send(line, link, mti, await sealCups(answer, line.mac));
}

/** A message meant for us; undefined when it cannot be read or is another's. */
function decode(frame: Uint8Array): CupsMessage | undefined {
  const message = readOrNone(() => cups.decode(frame));
  return message?.header.destination === institutions.acquirer.code ? message : undefined;
}
