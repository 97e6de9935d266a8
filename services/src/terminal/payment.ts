/**
 * One payment: tap, keep, send, believe or take back.
 * @see docs/specs.md, EMV contactless sheet, section 5, and ISO 8583 sheet, section 10
 */
import type { z } from '@hono/zod-openapi';
import { rangeOfToken } from '@octavo/domain/demo.ts';
import { judgeAnswer, meaningOfResponse } from '@octavo/domain/payment.ts';
import type { Sealed } from '@octavo/domain/ports.ts';
import {
  isRefused,
  type RefusalCode,
  type Refused,
  refusals,
  refused,
} from '@octavo/domain/refusal.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { sealPos } from '@octavo/lib/iso8583/mac.ts';
import { driveTap } from '@octavo/lib/kernel/drive.ts';
import { tap } from '@octavo/lib/kernel/entry.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import { answeredBefore } from '../request.ts';
import { pay } from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { type Answer, placeOf, purchaseFields, readAnswer, toAcquirer } from './message.ts';
import { insertPayment, movePayment, nextSequence, type PaymentRow } from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import { type Sale, type Settings, STANDARD_SETTINGS, tapInput } from './reader.ts';
import {
  answeredPayment,
  NO_ANSWER,
  NO_CARD,
  NO_TOKEN,
  type PayAnswer,
  reversedPayment,
  tapAnswer,
} from './receipt.ts';
import { doubtLeftovers, reverseAll } from './reversal.ts';
import { findShop, getReady, type Ready, type Shop } from './set-up.ts';
import { findAnswer, insertAnswer, keepMacKey } from './store.ts';
import { airName, type Journey, journeyOf, tellOutcome } from './tell.ts';
import { type Asker, askDigest } from './till.ts';

/** What the cashier asks. */
export type PayAsk = z.output<typeof pay.body>;

/** A request to pay: what, by whom, and who wants to hear that the phone may be taken away. */
export type PayRequest = {
  readonly ask: PayAsk;
  readonly asker: Asker;
  readonly digest: Uint8Array;
  readonly onRead: () => void;
};

/** Make a request of what a cashier asks. */
export function payRequest(ask: PayAsk, asker: Asker, onRead: () => void): PayRequest {
  return { ask, asker, digest: askDigest(pay.path, ask, asker), onRead };
}

/** The stored answer to a request; a refusal when its id was used for another. */
export async function repeatedAnswer(
  ports: TerminalPorts,
  { ask, digest }: PayRequest,
): Promise<PayAnswer | Refused | undefined> {
  return answeredBefore<PayAnswer>(await findAnswer(ports.sql, ask.requestId), digest);
}

/** Take one payment. The caller sees to it that no other is under way. */
export async function takePayment(
  ports: TerminalPorts,
  line: AcquirerLine,
  request: PayRequest,
): Promise<PayAnswer | Refused> {
  const startedAtMs = ports.clock.nowMs();
  await doubtLeftovers(ports);
  const repeated = await repeatedAnswer(ports, request);
  if (repeated !== undefined) return repeated;
  const settings = settingsFor(request);
  if (isRefused(settings)) return settings;
  const shop = settings.offlineOnly ? await findShop(ports) : await reachAcquirer(ports, line);
  if (isRefused(shop)) return shop;
  return tapAndAsk(ports, line, { ...request, settings, shop, startedAtMs });
}

/** A payment that may begin. */
type Begun = PayRequest & {
  readonly settings: Settings;
  /** With a MAC key, unless the reader asks nobody. */
  readonly shop: Shop & { readonly macKey?: Sealed };
  readonly startedAtMs: number;
};

/** The reader's settings for a request. A till's currency may have changed since the cashier looked. */
function settingsFor({ ask, asker }: PayRequest): Settings | Refused {
  if (asker === 'operator') return STANDARD_SETTINGS;
  const isAgreed = ask.currency === asker.settings.currency;
  return isAgreed ? asker.settings : refused('terminal.settings_changed');
}

async function reachAcquirer(ports: TerminalPorts, line: AcquirerLine): Promise<Ready | Refused> {
  // What is owed goes first; what three tries do not settle stays in the journal.
  await reverseAll(ports, line, MOST_TRIES);
  const ready = await getReady(ports, line);
  if (isRefused(ready)) return ready;
  return (await line.connect()) ? ready : refused('unavailable');
}

async function tapAndAsk(
  ports: TerminalPorts,
  line: AcquirerLine,
  begun: Begun,
): Promise<PayAnswer | Refused> {
  const { ask, settings, shop, startedAtMs } = begun;
  const sequence = await nextSequence(ports.sql);
  const tappedAtMs = ports.clock.nowMs();
  const sale: Sale = {
    amountMinor: BigInt(ask.amountMinor),
    currency: ask.currency,
    terminalId: shop.self.enrolled.terminalId,
    atMs: tappedAtMs,
    transactionCounter: Number(sequence % COUNTERS),
  };
  const field = fieldOf(ports, ask.air);
  const outcome = await driveTap(tap(tapInput(sale, settings, ports.random)), field.channel);
  const readAtMs = ports.clock.nowMs();
  const timed = (answer: PayAnswer): PayAnswer => ({
    ...answer,
    ...(field.isRead() ? { tapTookMs: readAtMs - tappedAtMs } : {}),
    tookMs: ports.clock.nowMs() - startedAtMs,
  });
  if (field.isEmpty()) return tapOver(ports, begun, timed(NO_CARD));
  if (outcome.kind !== 'online_request') {
    return tapOver(ports, begun, timed(tapAnswer(outcome, sale.amountMinor)));
  }
  if (rangeOfToken(outcome.pan) === undefined) return tapOver(ports, begun, timed(NO_TOKEN));
  const { macKey } = shop;
  assert(macKey !== undefined, 'a reader that asks nobody has no online request');
  const row = paymentRow(begun, sale, sequence, outcome);
  const journey = { ...journeyOf(row, shop.self.enrolled), air: airName(ask.air) };
  ports.trace('terminal.read', { ...journey, atMs: readAtMs });
  begun.onRead();
  return askAcquirer(ports, line, { self: shop.self, macKey }, { row, journey, timed });
}

/**
 * A field as the tap finds it: whether a phone was asked anything, and whether one should have been and none is there.
 * An amount that may not be tapped is refused before either.
 */
function fieldOf(ports: TerminalPorts, air: string) {
  const phone = ports.air(air);
  let wasAsked = false;
  const channel: Channel = (command) => {
    wasAsked = true;
    if (phone === undefined) return Promise.reject(new FieldLost('no phone is in the field'));
    return phone(command);
  };
  return {
    channel,
    isRead: () => wasAsked && phone !== undefined,
    isEmpty: () => wasAsked && phone === undefined,
  };
}

/** How often a reversal is tried before the next payment goes ahead of it. */
const MOST_TRIES = 3;

/** Tag 9F41 has eight digits. */
const COUNTERS = 100_000_000n;

/** A tap that asked nobody. */
async function tapOver(ports: TerminalPorts, begun: Begun, answer: PayAnswer): Promise<PayAnswer> {
  const { ask, digest, shop } = begun;
  await insertAnswer(ports.sql, ask.requestId, digest, JSON.stringify(answer));
  const { terminalId } = shop.self.enrolled;
  const { requestId } = ask;
  tellOutcome(ports, answer, { requestId, terminalId, air: airName(ask.air) });
  return answer;
}

function paymentRow(
  { ask, asker, digest, shop }: Begun,
  sale: Sale,
  sequence: bigint,
  online: OnlineRequest,
): PaymentRow {
  return {
    sequence,
    version: 0n,
    atMs: sale.atMs,
    requestId: ask.requestId,
    digest,
    amountMinor: sale.amountMinor,
    currency: sale.currency,
    tokenLastFour: online.pan.slice(-4),
    state: 'pending',
    message: purchaseFields(online, sale, placeOf(sequence), shop.self.enrolled),
    chipData: toHex(chipData(online)),
    attempts: 0,
    ...(asker === 'operator' ? {} : { tillId: asker.tillId }),
  };
}

/** A payment on its way: its row, what names it in events, and how its answer gets its times. */
type OnItsWay = {
  readonly row: PaymentRow;
  readonly journey: Journey;
  readonly timed: (answer: PayAnswer) => PayAnswer;
};

async function askAcquirer(
  ports: TerminalPorts,
  line: AcquirerLine,
  ready: Ready,
  going: OnItsWay,
): Promise<PayAnswer | Refused> {
  const { row, journey, timed } = going;
  const { message } = row;
  assert(message !== undefined, 'a new payment has its message');
  const mac = (input: Uint8Array) => ports.keys.terminalMac(ready.macKey, input);
  const asked = toAcquirer('0200', message);
  const sealed = await sealPos(asked, mac);
  if (!(await insertPayment(ports.sql, row))) return refused('busy');
  const frame = await line.ask(asked, sealed, journey);
  const answer = frame === undefined ? undefined : await readAnswer(frame, mac);
  const verdict = judgeAnswer({
    macRight: answer?.macRight === true,
    amountRight: BOUND.every((field) => answer?.fields[field] === message[field]),
    responseCode: answer?.fields['39'],
  });
  if (verdict === 'doubt' || answer === undefined) {
    return takeBack(ports, ready, going, answer);
  }
  const told = timed(answeredPayment(row, ready.self, answer));
  const state = verdict === 'approve' ? 'posted' : 'declined';
  return end(ports, going, state, told);
}

/** What an answer must repeat: token, amount and currency. */
const BOUND = ['2', '4', '49'] as const;

/**
 * No answer, or none to be believed: nobody knows what became of the payment, so it is undone. The till is told as soon
 * as that is kept; the reversal goes out by the terminal's own work, or before the next payment.
 */
async function takeBack(
  ports: TerminalPorts,
  ready: Ready,
  going: OnItsWay,
  answer: Answer | undefined,
): Promise<PayAnswer | Refused> {
  const told = going.timed(reversedPayment(going.row, ready.self, reasonOf(answer)));
  const ended = await end(ports, going, 'reversing', told);
  // An answer under no key or a wrong one may mean that the acquirer holds another for us.
  if (answer?.macRight === false) await keepMacKey(ports.sql, undefined);
  return ended;
}

/** End the sending of a payment. Where another life on the same store was faster, what it stored stands. */
async function end(
  ports: TerminalPorts,
  { row, journey }: OnItsWay,
  state: 'posted' | 'declined' | 'reversing',
  told: PayAnswer,
): Promise<PayAnswer | Refused> {
  const { responseCode, retrievalReference } = told.receipt ?? {};
  const { code } = told;
  const answer = JSON.stringify(told);
  if (
    await movePayment(ports.sql, row, { state, responseCode, code, retrievalReference, answer })
  ) {
    tellOutcome(ports, told, journey);
    return told;
  }
  const stored = await findAnswer(ports.sql, row.requestId);
  return stored === undefined ? refused('busy') : (stored.answer as PayAnswer);
}

/** Why a payment is taken back. A refusal in clear is not believed, but it tells the cashier more. */
function reasonOf(answer: Answer | undefined): RefusalCode {
  if (answer === undefined) return NO_ANSWER;
  const said = meaningOfResponse(answer.fields['39'] ?? '').code;
  if (answer.macRight && answer.fields['39'] === refusals.busy.responseCode) return NO_ANSWER;
  if (answer.macRight) return said === 'message.mac_wrong' ? said : 'message.malformed';
  return said === 'terminal.not_signed_in' || said === 'terminal.unknown'
    ? said
    : 'message.mac_wrong';
}
