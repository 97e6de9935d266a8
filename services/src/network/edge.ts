/** The network's edge: links from acquirers, and what the operator may ask. */
import { institutions } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import {
  type Asked,
  admitManagement,
  admitPurchase,
  admitReversal,
  kindOf,
  management,
} from '@octavo/domain/network-admission.ts';
import { type InstantMs, type Link, StorageUnavailable } from '@octavo/domain/ports.ts';
import { isRefused, type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import type { Desk } from './desk.ts';
import { echo, fromNetwork, purchaseAnswer } from './legs.ts';
import type { Letter } from './post.ts';
import { purchase } from './purchase.ts';
import { reversal } from './reversal.ts';

/** The acquirers' links as they stand. */
export type Acquirers = {
  /** Serve a link until it drops. */
  serve(link: Link): Promise<void>;
  readonly isSignedOn: () => boolean;
  readonly lastEchoAtMs: () => InstantMs | undefined;
};

/** One link and whether its acquirer has signed on over it. */
type Seat = { readonly link: Link; signedOn: boolean };

/** The answer's elements beyond the echo; DE39 among them. */
type Reply = Readonly<Record<string, string | undefined>>;

const ACQUIRER = institutions.acquirer.code;

/** How many messages of one link are worked on at once; the next waits on the line. */
const MOST_AT_ONCE = 1_000;

/** Serve acquirers' links. */
export function createAcquirers(desk: Desk): Acquirers {
  const seats = new Set<Seat>();
  let lastEchoAtMs: InstantMs | undefined;
  const heardEcho = () => {
    lastEchoAtMs = desk.ports.clock.nowMs();
  };
  return {
    async serve(link) {
      const seat = { link, signedOn: false };
      seats.add(seat);
      const atWork = new Set<Promise<void>>();
      for await (const frame of link.frames) {
        const work = receive(desk, seat, frame, heardEcho).finally(() => atWork.delete(work));
        atWork.add(work);
        if (atWork.size >= MOST_AT_ONCE) await Promise.race(atWork);
      }
      seats.delete(seat);
    },
    isSignedOn: () => [...seats].some((seat) => seat.signedOn),
    lastEchoAtMs: () => lastEchoAtMs,
  };
}

/** Answer one frame. When the database does not answer, neither do we: the acquirer repeats or reverses. */
async function receive(
  desk: Desk,
  seat: Seat,
  frame: Uint8Array,
  heardEcho: () => void,
): Promise<void> {
  try {
    await answerFrame(desk, seat, frame, heardEcho);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    desk.post.refuse('unavailable', {});
  }
}

async function answerFrame(
  desk: Desk,
  seat: Seat,
  frame: Uint8Array,
  heardEcho: () => void,
): Promise<void> {
  const opened = await desk.post.open('acquirer', frame);
  if (opened.kind === 'refused') {
    const { code, mti, fields } = opened;
    desk.post.refuse(code, fields);
    if (mti !== undefined) await answer(desk, seat, mti, fields, refusal(desk, code));
    return;
  }
  const { mti, fields } = opened.message;
  if (replyType(mti) === undefined) {
    desk.post.refuse('message.not_supported', fields);
    return;
  }
  await answer(desk, seat, mti, fields, await decide(desk, seat, opened.message, heardEcho));
}

async function decide(
  desk: Desk,
  seat: Seat,
  { header, mti, fields }: Letter,
  heardEcho: () => void,
): Promise<Reply> {
  const nowMs = desk.ports.clock.nowMs();
  const ask = {
    mti,
    fields,
    source: header.source,
    institution: ACQUIRER,
    signedOn: seat.signedOn,
    nowMs,
  };
  const kind = kindOf(mti, fields);
  if (kind === 'management') return manage(desk, seat, ask, heardEcho);
  if (kind === 'reversal') return takeReversal(desk, ask);
  return takePurchase(desk, ask);
}

async function takePurchase(desk: Desk, ask: Asked): Promise<Reply> {
  const admitted = admitPurchase(ask);
  if (isRefused(admitted)) return refuse(desk, ask.fields, admitted.code);
  const kept = await purchase(desk, ask.mti, ask.fields, admitted.value);
  if (isRefused(kept)) return refuse(desk, ask.fields, kept.code);
  if (kept.code !== undefined) desk.post.refuse(kept.code, ask.fields);
  return purchaseAnswer(kept);
}

async function takeReversal(desk: Desk, ask: Asked): Promise<Reply> {
  const admitted = admitReversal(ask);
  if (isRefused(admitted)) return refuse(desk, ask.fields, admitted.code);
  const kept = await reversal(desk, ask.mti, ask.fields, admitted.value);
  if (isRefused(kept)) return refuse(desk, ask.fields, kept.code);
  if (kept.code !== undefined) desk.post.refuse(kept.code, ask.fields);
  return { 15: kept.settlementDate, 39: kept.responseCode, 100: institutions.issuer.code };
}

function manage(desk: Desk, seat: Seat, ask: Asked, heardEcho: () => void): Reply {
  const admitted = admitManagement(ask);
  if (isRefused(admitted)) return refuse(desk, ask.fields, admitted.code);
  if (admitted.value === management.signOn) seat.signedOn = true;
  if (admitted.value === management.signOff) seat.signedOn = false;
  if (admitted.value === management.echo) heardEcho();
  return { 39: '00' };
}

function refuse(desk: Desk, fields: MessageFields, code: RefusalCode): Reply {
  desk.post.refuse(code, fields);
  return refusal(desk, code);
}

function refusal(desk: Desk, code: RefusalCode): Reply {
  const { settlementDate } = localTime(desk.ports.clock.nowMs());
  return { 15: settlementDate, 39: refusals[code].responseCode };
}

/** Answers are never answered, so that two ends cannot go on refusing each other. */
async function answer(
  desk: Desk,
  seat: Seat,
  mti: string,
  fields: MessageFields,
  reply: Reply,
): Promise<void> {
  const type = replyType(mti);
  if (type === undefined) return;
  const beyond = type === '0830' ? { 39: reply['39'] } : reply;
  const message = fromNetwork(ACQUIRER, type, { ...echo(type, fields), ...beyond });
  await desk.post.send('acquirer', seat.link, message);
}

/** The type of an answer: a repeat gets the same one as the first. Undefined when the message asks nothing. */
function replyType(mti: string): string | undefined {
  if (!/^\d\d[024]\d$/.test(mti)) return undefined;
  return `${mti.slice(0, 2)}${Number(mti[2]) + 1}${Number(mti[3]) & ~1}`;
}
