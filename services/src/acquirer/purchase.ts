/**
 * A purchase from the request to the answer: kept as pending, marked sent, sent, ended by an
 * answer or taken back. Every step is stored before the next is taken.
 * @see docs/specs.md, ISO 8583 sheet, sections 10 and 11
 */
import { fingerprint, type MessageFields } from '@octavo/domain/message.ts';
import {
  conclude,
  giveUp,
  markSent,
  type PaymentAnswer,
  receivePurchase,
} from '@octavo/domain/payment.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromAscii } from '@octavo/lib/bytes/bytes.ts';
import type { NetworkAnswer, NetworkLine } from './network-line.ts';
import { believed, cardOf, purchaseFields, withoutCard } from './network-message.ts';
import { changePayment, takeBack } from './payment-change.ts';
import {
  findPayment,
  insertPayment,
  keyText,
  type PaymentKey,
  type PaymentRow,
} from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import type { PosRequest } from './pos-message.ts';
import type { Terminal } from './store.ts';
import { type Stamp, takeStamp } from './trace-number.ts';

/** What a purchase is answered with. */
export type PurchaseAnswer = {
  readonly answer: PaymentAnswer;
  readonly retrievalReference?: string;
};

/** A purchase that is asked for, by a terminal or by a transit operator. */
export type PurchaseAsk = {
  readonly key: PaymentKey;
  /** Digest of what is asked, under our own key: it holds a token. */
  readonly said: Uint8Array;
  /** The request as it goes to the network, under the stamp that it is given. */
  readonly fields: (stamp: Stamp) => MessageFields;
};

/** Takes purchases; knows which are under way in this life. */
export type Purchases = {
  answer(ask: PurchaseAsk): Promise<PurchaseAnswer | Refused>;
  /** End a payment that an earlier life or a failed store left pending; those under way are left alone. */
  settle(key: PaymentKey): Promise<void>;
};

/** Make the purchases' keeper. `onReversal` is called when a reversal has been stored. */
export function createPurchases(
  ports: AcquirerPorts,
  line: NetworkLine,
  onReversal: () => void,
): Purchases {
  const underWay = new Map<string, Promise<void>>();

  /** Run one payment's work at a time; others who care for the same payment wait for it. */
  const alone = async (key: PaymentKey, work: () => Promise<void>): Promise<void> => {
    const name = keyText(key);
    const running = underWay.get(name);
    if (running !== undefined) return running;
    const mine = work().finally(() => underWay.delete(name));
    underWay.set(name, mine);
    return mine;
  };

  const abandon = (key: PaymentKey) => endWithoutAnswer(ports, key, onReversal);

  return {
    answer: async (ask) => {
      const { key } = ask;
      for (;;) {
        const row = await findPayment(ports.sql, key);
        const reception = receivePurchase(row?.payment, ask.said);
        if (reception.kind === 'refused') return reception;
        if (reception.kind === 'answer') return storedAnswer(row);
        const work = reception.kind === 'begin' ? begin : () => abandon(key);
        await alone(key, () => work(ports, line, ask, abandon));
      }
    },
    settle: (key) =>
      underWay.has(keyText(key)) ? Promise.resolve() : alone(key, () => abandon(key)),
  };
}

/** The purchase that a terminal's message asks for. */
export async function askedByTerminal(
  ports: AcquirerPorts,
  { key, message, fields }: PosRequest,
  terminal: Terminal,
): Promise<PurchaseAsk> {
  const said = await ports.keys.lookupHash('pos-message', fingerprint(message.mti, fields));
  return { key, said, fields: (stamp) => purchaseFields(fields, terminal, stamp) };
}

/** From nothing to an end, in one life. What is left half done by a crash is settled by the next. */
async function begin(
  ports: AcquirerPorts,
  line: NetworkLine,
  ask: PurchaseAsk,
  abandon: (key: PaymentKey) => Promise<void>,
): Promise<void> {
  const { key } = ask;
  const fields = await keepPending(ports, ask);
  if (fields === undefined) return;
  const message = await line.seal('0200', fields);
  if (!line.isUp()) return abandon(key);
  const sent = await changePayment(ports, key, markSent);
  if (isRefused(sent)) return;
  const came = await line.ask('0200', message, ANSWER_LIMIT_MS);
  const answer = readAnswer(came, fields, localTime(ports.clock.nowMs()).settlementDate);
  if (answer === undefined) return abandon(key);
  await changePayment(ports, key, (payment) => conclude(payment, answer));
}

/** Store the payment before anything is done about it; undefined when its key is taken meanwhile. */
async function keepPending(
  ports: AcquirerPorts,
  { key, said, fields: fieldsUnder }: PurchaseAsk,
): Promise<MessageFields | undefined> {
  const stamp = await takeStamp(ports);
  const fields = fieldsUnder(stamp);
  const card = await ports.keys.vaultSeal(
    fromAscii(JSON.stringify(cardOf(fields))),
    cardContext(key),
  );
  const isKept = await insertPayment(ports.sql, {
    key,
    version: 0n,
    atMs: stamp.atMs,
    tokenLastFour: (fields['2'] ?? '').slice(-4),
    currency: fields['49'] ?? '',
    payment: {
      state: 'pending',
      sent: false,
      fingerprint: said,
      amountMinor: BigInt(fields['4'] ?? ''),
    },
    kept: { card, request: withoutCard(fields), retrievalReference: fields['37'] ?? '' },
  });
  return isKept ? fields : undefined;
}

/** How long the network has. @see docs/specs.md, ISO 8583 sheet, section 10 */
const ANSWER_LIMIT_MS = 45_000;

/** The network's word on a payment; undefined when there is none that can be believed. */
function readAnswer(
  came: NetworkAnswer,
  asked: MessageFields,
  today: string,
): PaymentAnswer | undefined {
  if (came.kind !== 'answer') return undefined;
  const answer = believed(asked, came.message.fields as MessageFields);
  if (answer === undefined) return undefined;
  const { '39': responseCode = '', '38': authorisation, '55': chipAnswer } = answer;
  return {
    responseCode,
    settlementDate: answer['15'] ?? today,
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(chipAnswer === undefined ? {} : { chipAnswer }),
  };
}

function storedAnswer(row: PaymentRow | undefined): PurchaseAnswer {
  const answer = row?.payment.answer;
  assert(answer !== undefined, 'an ended payment has its answer');
  const retrievalReference = row?.kept?.retrievalReference;
  return retrievalReference === undefined ? { answer } : { answer, retrievalReference };
}

/** End a payment for lack of an answer: declined when it was not sent, else voided with a reversal. */
async function endWithoutAnswer(
  ports: AcquirerPorts,
  key: PaymentKey,
  onReversal: () => void,
): Promise<void> {
  const { settlementDate } = localTime(ports.clock.nowMs());
  const ended = await takeBack(ports, key, (payment) => {
    const next = giveUp(payment, settlementDate);
    return isRefused(next) ? next : { ...next, reverse: payment.sent };
  });
  if (isRefused(ended)) return;
  const { answer } = ended.payment;
  ports.trace('acquirer.refused', {
    code: answer?.code ?? '',
    responseCode: answer?.responseCode ?? '',
    retrievalReference: ended.row.kept?.retrievalReference ?? '',
  });
  if (ended.reversed) onReversal();
}

/** What a payment's sealed card belongs to. */
export function cardContext(key: PaymentKey) {
  return { id: keyText(key), column: 'card' };
}
