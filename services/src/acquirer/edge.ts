/** The acquirer's doors: the operator's endpoints, and the terminals' links. */
import { rangeOfToken } from '@octavo/domain/demo.ts';
import { retrievalReference } from '@octavo/domain/message.ts';
import { tracedMessage } from '@octavo/domain/message-trace.ts';
import { admitTerminal, refusalAnswer } from '@octavo/domain/payment.ts';
import { type Link, LinkDown, type Sealed, StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { isPosMacRight, sealPos } from '@octavo/lib/iso8583/mac.ts';
import { type PosMessage, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { createEdge, type Edge } from '../endpoint.ts';
import type { Advices } from './advice.ts';
import { charge, listCharges } from './charge.ts';
import {
  enrolTerminal,
  enrolTransit,
  payments,
  transitAdvise,
  transitCharge,
  transitPayments,
} from './contract.ts';
import { enrol, signIn, withSignIn } from './enrolment.ts';
import { listPayments } from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import { answerFields, type PosRequest, posAnswer, readPos } from './pos-message.ts';
import { askedByTerminal, type Purchases } from './purchase.ts';
import { receiveTerminalReversal } from './reversal.ts';
import { findTerminal, proveMacKey, type Terminal } from './store.ts';
import { enrolOperator } from './transit-operator.ts';

/** What messages and calls reach. */
export type Desk = {
  readonly purchases: Purchases;
  readonly advices: Advices;
  /** Something was stored that the service's own work must look at. */
  readonly onWork: () => void;
};

/** The HTTP edge: the operator's endpoints, and the transit back office's. */
export function acquirerEdge(
  ports: AcquirerPorts,
  { purchases, advices }: Omit<Desk, 'onWork'>,
): Edge {
  const edge = createEdge('acquirer', ports.gate, ports.clock);
  edge.add(enrolTerminal, (body) => enrol(ports, body));
  edge.add(payments, async () => ({ payments: (await listPayments(ports.sql)).map(viewOf) }));
  edge.add(enrolTransit, (body) => enrolOperator(ports, body));
  edge.add(transitAdvise, (body) => advices.answer(body));
  edge.add(transitCharge, (body) => charge(ports, purchases, body));
  edge.add(transitPayments, (body) => listCharges(ports, body));
  return edge;
}

/** How many messages of one link are worked on at once; the next waits on the line. */
const MOST_AT_ONCE = 64;

/** Serve a terminal's link until it drops. Messages are answered as they are done, not in turn. */
export async function servePos(ports: AcquirerPorts, desk: Desk, link: Link): Promise<void> {
  const atWork = new Set<Promise<void>>();
  for await (const frame of link.frames) {
    const work = serveFrame(ports, desk, link, frame).finally(() => atWork.delete(work));
    atWork.add(work);
    if (atWork.size >= MOST_AT_ONCE) await Promise.race(atWork);
  }
}

async function serveFrame(
  ports: AcquirerPorts,
  desk: Desk,
  link: Link,
  frame: Uint8Array,
): Promise<void> {
  try {
    const answer = await answerFrame(ports, desk, frame);
    if (answer === undefined) return;
    ports.trace('iso8583', {
      leg: 'terminal-acquirer',
      dialect: 'pos',
      mti: answer.mti,
      message: tracedMessage('pos', answer.bytes),
    });
    await link.send(answer.bytes);
  } catch (error) {
    // Both leave the terminal without an answer, which it takes back; what was begun is settled by our own work.
    if (!(error instanceof LinkDown) && !(error instanceof StorageUnavailable)) throw error;
    desk.onWork();
  }
}

type Outgoing = { readonly mti: string; readonly bytes: Uint8Array };

async function answerFrame(
  ports: AcquirerPorts,
  desk: Desk,
  frame: Uint8Array,
): Promise<Outgoing | undefined> {
  const read = readPos(frame);
  if (read.kind === 'unreadable') {
    ports.trace('acquirer.refused', { code: 'message.malformed', from: 'terminal' });
    return undefined;
  }
  if (read.kind === 'malformed') {
    return inClear(refuse(ports, read.answerTo, 'message.malformed'));
  }
  if (read.message.mti === '0800') return inClear(await answerSignIn(ports, read));
  return answerFinancial(ports, desk, read);
}

async function answerSignIn(ports: AcquirerPorts, request: PosRequest): Promise<PosMessage> {
  const signedIn = await signIn(ports, request);
  if (isRefused(signedIn)) return refuse(ports, request.message, signedIn.code);
  const { transmission, date, time } = localTime(ports.clock.nowMs());
  return posAnswer(request.message, {
    '12': time,
    '13': date,
    '37': retrievalReference(transmission, request.key.traceNumber),
    '39': '00',
    '62': signedIn.workingKey,
  });
}

/** Everything under a MAC: known, signed in, whole, and of a kind we take, in this order. */
async function answerFinancial(
  ports: AcquirerPorts,
  desk: Desk,
  request: PosRequest,
): Promise<Outgoing> {
  const { message } = request;
  const terminal = await findTerminal(ports.sql, request.key.terminalId);
  const refusal = admitTerminal(withSignIn(terminal), request.merchantId);
  if (terminal?.macKey === undefined || refusal !== undefined) {
    return inClear(refuse(ports, message, refusal?.code ?? 'terminal.unknown'));
  }
  const { id, macKey: newest } = terminal;
  const cameUnder = await macKeyOf(ports, terminal, request.bytes);
  if (cameUnder === undefined) {
    return underMac(ports, id, newest, refuse(ports, message, 'terminal.mac_wrong'));
  }
  return underMac(ports, id, cameUnder, await answerAdmitted(ports, desk, request, terminal));
}

/** The MAC key that a message came under: the newest, or the one before while it is good. */
async function macKeyOf(
  ports: AcquirerPorts,
  terminal: Terminal,
  bytes: Uint8Array,
): Promise<Sealed | undefined> {
  const { id, macKey, previous } = terminal;
  const isUnder = (key: Sealed) =>
    isPosMacRight(bytes, (input) => ports.keys.terminalMac(id, key, input));
  if (macKey !== undefined && (await isUnder(macKey))) {
    if (!terminal.isProved) await proveMacKey(ports.sql, terminal);
    return macKey;
  }
  const isGood = previous !== undefined && ports.clock.nowMs() < previous.untilMs;
  return isGood && (await isUnder(previous.macKey)) ? previous.macKey : undefined;
}

async function answerAdmitted(
  ports: AcquirerPorts,
  desk: Desk,
  request: PosRequest,
  terminal: Terminal,
): Promise<PosMessage> {
  const { message, fields } = request;
  const isPurchase = fields['3'] === '000000' && fields['25'] === '00';
  if (isPurchase && message.mti === '0200') {
    // A number that is no token may be a card's: it goes nowhere, and nothing of it is kept.
    if (rangeOfToken(fields['2'] ?? '') === undefined) {
      return refuse(ports, message, 'network.no_route');
    }
    const came = await desk.purchases.answer(await askedByTerminal(ports, request, terminal));
    if (isRefused(came)) return refuse(ports, message, came.code);
    return posAnswer(message, answerFields(came.answer, came.retrievalReference));
  }
  if (isPurchase && message.mti === '0400') {
    const came = await receiveTerminalReversal(ports, request, desk.onWork);
    if (isRefused(came)) return refuse(ports, message, came.code);
    const { settlementDate } = localTime(ports.clock.nowMs());
    const { responseCode, retrievalReference } = came;
    return posAnswer(message, answerFields({ responseCode, settlementDate }, retrievalReference));
  }
  return refuse(ports, message, 'message.not_supported');
}

function refuse(ports: AcquirerPorts, asked: PosMessage, code: RefusalCode): PosMessage {
  const { settlementDate } = localTime(ports.clock.nowMs());
  const answer = refusalAnswer(code, settlementDate);
  ports.trace('acquirer.refused', {
    code,
    responseCode: answer.responseCode,
    terminalId: asked.fields[41] ?? '',
    traceNumber: asked.fields[11] ?? '',
  });
  return posAnswer(asked, answerFields(answer, undefined));
}

function inClear(answer: PosMessage): Outgoing {
  return { mti: answer.mti, bytes: pos.encode(answer) };
}

/**
 * The key of the answer is the one that the message came under: the terminal asks one thing at a time, so a sign-in
 * that came between was not its own.
 */
async function underMac(
  ports: AcquirerPorts,
  terminalId: string,
  macKey: Sealed,
  answer: PosMessage,
): Promise<Outgoing> {
  const bytes = await sealPos(answer, (input) => ports.keys.terminalMac(terminalId, macKey, input));
  return { mti: answer.mti, bytes };
}

function viewOf(row: Awaited<ReturnType<typeof listPayments>>[number]) {
  const { key, atMs, tokenLastFour, currency, payment, kept, reversal } = row;
  return {
    retrievalReference: kept?.retrievalReference ?? '',
    terminalId: key.terminalId,
    traceNumber: key.traceNumber,
    batch: key.batch,
    atMs,
    tokenLastFour,
    amountMinor: payment.amountMinor.toString(),
    currency,
    state: payment.state,
    ...(payment.answer === undefined ? {} : { responseCode: payment.answer.responseCode }),
    ...(reversal === undefined ? {} : { reversal }),
  };
}
