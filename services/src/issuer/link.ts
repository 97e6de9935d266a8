/**
 * The issuer's line to the network: frames in, answers out, each frame by itself. What is no message is dropped, what
 * carries a wrong MAC is answered A0 and does nothing, and every decision is stored before its answer leaves.
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import {
  type CancelSignal,
  type Link,
  LinkDown,
  StorageUnavailable,
} from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { answerHeader } from '@octavo/lib/iso8583/header.ts';
import { isCupsMacRight, type Mac, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { maskMessage } from '@octavo/lib/iso8583/mask.ts';
import { answerType, Iso8583Error } from '@octavo/lib/iso8583/message.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { APPROVED, answer, traceDecision } from './answer.ts';
import type { IssuerPorts } from './ports.ts';
import { answerPurchase, type Spoken } from './purchase.ts';
import { answerReversal } from './reversal.ts';

/** How many messages of one link are worked on at once; the next waits on the line. */
const MOST_AT_ONCE = 64;

/** Serve a link until it ends. `ready` resolves when the bank may be asked. */
export async function serveLink(
  ports: IssuerPorts,
  link: Link,
  ready: () => Promise<void>,
): Promise<void> {
  const atWork = new Set<Promise<void>>();
  const ended = new AbortController();
  for await (const frame of link.frames) {
    const work = serveFrame(ports, link, frame, ready, ended.signal).finally(() =>
      atWork.delete(work),
    );
    atWork.add(work);
    if (atWork.size >= MOST_AT_ONCE) await Promise.race(atWork);
  }
  // What is held back has nobody to be sent to any more.
  ended.abort();
  await Promise.all(atWork);
}

async function serveFrame(
  ports: IssuerPorts,
  link: Link,
  frame: Uint8Array,
  ready: () => Promise<void>,
  ended: CancelSignal,
): Promise<void> {
  const message = read(ports, frame);
  if (message === undefined) return;
  await unlessCut(ports, async () => {
    await ready();
    const spoken = await answerFields(ports, message);
    if (spoken === undefined) return;
    if (spoken.afterMs === 0) await send(ports, link, message, spoken.fields);
    // Whoever waits takes no place on the line: other cards are answered meanwhile.
    else void unlessCut(ports, () => sendLate(ports, link, message, spoken, ended));
  });
}

/** Do something that storage or the line may cut short. No answer is the honest answer then: the sender reverses. */
async function unlessCut(ports: IssuerPorts, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof StorageUnavailable) ports.trace('issuer.storage_unavailable', {});
    else if (error instanceof LinkDown) ports.trace('issuer.answer_lost', {});
    else throw error;
  }
}

/** Send an answer after the time that the test card's bank holds it back. */
async function sendLate(
  ports: IssuerPorts,
  link: Link,
  message: CupsMessage,
  { fields, afterMs }: Spoken,
  ended: CancelSignal,
): Promise<void> {
  const retrievalReference = fields['37'] ?? '';
  ports.trace('issuer.answer_held_back', { retrievalReference, afterMs });
  await ports.clock.sleep(afterMs, ended);
  if (ended.aborted) throw new LinkDown('the line ended while the answer was held back');
  await send(ports, link, message, fields);
}

/** A message that asks for an answer, or undefined. */
function read(ports: IssuerPorts, frame: Uint8Array): CupsMessage | undefined {
  try {
    const message = cups.decode(frame);
    answerType(message.mti);
    return message;
  } catch (error) {
    if (!(error instanceof Iso8583Error)) throw error;
    ports.trace('issuer.frame_dropped', { path: error.path, offset: error.offset });
    return undefined;
  }
}

async function answerFields(ports: IssuerPorts, message: CupsMessage): Promise<Spoken | undefined> {
  const { mti } = message;
  const fields: MessageFields = Object.fromEntries(Object.entries(message.fields));
  if (!(await isCupsMacRight(message, macOf(ports)))) {
    return atOnce(refuse(ports, fields, refused('message.mac_wrong')));
  }
  if (mti === '0200' || mti === '0201') return answerPurchase(ports, mti, fields);
  if (mti === '0420' || mti === '0421') return atOnce(await answerReversal(ports, mti, fields));
  if (mti === '0820') return atOnce(answerManagement(ports, fields));
  return atOnce(refuse(ports, fields, refused('message.not_supported')));
}

function atOnce(fields: MessageFields): Spoken {
  return { fields, afterMs: 0 };
}

/** Sign-on, sign-off and echo. @see docs/specs.md, ISO 8583 sheet, section 9 */
function answerManagement(ports: IssuerPorts, fields: MessageFields): MessageFields {
  const spoken = ['001', '002', '301'].includes(fields['70'] ?? '');
  const whole = fields['7'] !== undefined && fields['11'] !== undefined;
  if (!whole || fields['70'] === undefined) {
    return refuse(ports, fields, refused('message.malformed'));
  }
  return spoken
    ? answer(fields, APPROVED).fields
    : refuse(ports, fields, refused('message.not_supported'));
}

function refuse(ports: IssuerPorts, fields: MessageFields, refusal: Refused): MessageFields {
  const decided = answer(fields, refusal);
  traceDecision(ports, fields, decided);
  return decided.fields;
}

async function send(
  ports: IssuerPorts,
  link: Link,
  request: CupsMessage,
  fields: MessageFields,
): Promise<void> {
  const mti = answerType(request.mti);
  const header = answerHeader(request.header);
  const bytes = await sealCups({ header, mti, fields: byNumber(fields) }, macOf(ports));
  const message = toHex(maskMessage('cups', bytes, 'pan'));
  ports.trace('iso8583', { leg: 'network-issuer', dialect: 'cups', message, mti });
  await link.send(bytes);
}

function byNumber(fields: MessageFields): Record<number, string> {
  return Object.fromEntries(Object.entries(fields));
}

function macOf(ports: IssuerPorts): Mac {
  return (input) => ports.keys.messageMac('network', input);
}
