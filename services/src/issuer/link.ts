/**
 * The issuer's line to the network: frames in, answers out, each frame by itself. What is no message is dropped, what
 * carries a wrong MAC is answered A0 and does nothing, and every decision is stored before its answer leaves.
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import { type Link, LinkDown, StorageUnavailable } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { answerHeader } from '@octavo/lib/iso8583/header.ts';
import { isCupsMacRight, type Mac, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { maskMessage } from '@octavo/lib/iso8583/mask.ts';
import { answerType, Iso8583Error } from '@octavo/lib/iso8583/message.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { APPROVED, answer, traceDecision } from './answer.ts';
import type { IssuerPorts } from './ports.ts';
import { answerPurchase } from './purchase.ts';
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
  for await (const frame of link.frames) {
    const work = serveFrame(ports, link, frame, ready).finally(() => atWork.delete(work));
    atWork.add(work);
    if (atWork.size >= MOST_AT_ONCE) await Promise.race(atWork);
  }
  await Promise.all(atWork);
}

async function serveFrame(
  ports: IssuerPorts,
  link: Link,
  frame: Uint8Array,
  ready: () => Promise<void>,
): Promise<void> {
  const message = read(ports, frame);
  if (message === undefined) return;
  try {
    await ready();
    const fields = await answerFields(ports, message);
    if (fields !== undefined) await send(ports, link, message, fields);
  } catch (error) {
    // No answer is the honest answer: the sender cannot know either, and reverses.
    if (error instanceof StorageUnavailable) ports.trace('issuer.storage_unavailable', {});
    else if (error instanceof LinkDown) ports.trace('issuer.answer_lost', {});
    else throw error;
  }
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

async function answerFields(
  ports: IssuerPorts,
  message: CupsMessage,
): Promise<MessageFields | undefined> {
  const { mti } = message;
  const fields: MessageFields = Object.fromEntries(Object.entries(message.fields));
  if (!(await isCupsMacRight(message, macOf(ports)))) {
    return refuse(ports, fields, refused('message.mac_wrong'));
  }
  if (mti === '0200' || mti === '0201') return answerPurchase(ports, mti, fields);
  if (mti === '0420' || mti === '0421') return answerReversal(ports, mti, fields);
  if (mti === '0820') return answerManagement(ports, fields);
  return refuse(ports, fields, refused('message.not_supported'));
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
