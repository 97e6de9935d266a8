/**
 * A terminal that lies: enrolled and signed in like any other, it taps a phone with the real kernel and then
 * sends what it likes, with a right MAC or a wrong one. The cheats are played with it.
 */

import { type Link, LinkDown, type Sealed, type TerminalKeys } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTrack2, encodeTrack2Text } from '@octavo/lib/emv/track2.ts';
import { CREDIT_AID, DEBIT_AID } from '@octavo/lib/globalplatform/aids.ts';
import { sealPos } from '@octavo/lib/iso8583/mac.ts';
import type { Fields } from '@octavo/lib/iso8583/message.ts';
import { posReserved, workingKey } from '@octavo/lib/iso8583/subfields.ts';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';
import { driveTap } from '@octavo/lib/kernel/drive.ts';
import { tap } from '@octavo/lib/kernel/entry.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import type { OnlineRequest, Outcome } from '@octavo/lib/kernel/outcome.ts';
import type { ReaderConfiguration, TapInput } from '@octavo/lib/kernel/reader.ts';
import { generateTerminal } from '@octavo/platform/keyring.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import * as acquirer from '@octavo/services/acquirer';
import { expectDone, newId } from './phone.ts';
import type { Stage } from './stage.ts';

/** A purchase ready to be sent: its data elements, open to be changed. */
export type Draft = { readonly fields: Fields; readonly chip: ReadonlyMap<string, Uint8Array> };

/** What came back, and the bytes that were sent. */
export type Sent = { readonly message: Uint8Array; readonly answer: Fields };

/** The lying terminal. */
export type CrookedTerminal = {
  readonly terminalId: string;
  /** Tap the phone in the field, with a reader that is set up as it should be, or otherwise. */
  tap(
    air: Channel,
    amountMinor: bigint,
    otherwise?: Partial<ReaderConfiguration>,
  ): Promise<Outcome>;
  /** The message an honest terminal would send after this tap, under a fresh trace number. */
  draft(request: OnlineRequest): Draft;
  /** Send a purchase; `spoilMac` breaks its MAC. */
  send(fields: Fields, options?: { spoilMac?: boolean }): Promise<Sent>;
  /** Send the very same bytes again. */
  sendAgain(message: Uint8Array): Promise<Fields>;
  close(): void;
};

const TPDU = '6000010000';
const HEADER = '600100000000';
const BATCH = '000001';
const CURRENCY = '156';

/** Enrol and sign in. */
export async function openCrookedTerminal(stage: Stage): Promise<CrookedTerminal> {
  const { random } = stage;
  const keys = softKeysFor('terminal', { terminal: generateTerminal(random) }, random);
  const enrolled = expectDone(
    await stage.operator(acquirer.enrolTerminal, {
      requestId: newId(random),
      publicKey: toHex(await keys.publicKey()),
      merchant: { name: 'CROOKED CORNER', city: 'BEIJING', category: '5411' },
    }),
  );
  const masterKey = await keys.acceptTerminalKey(enrolled.masterKey);
  if (masterKey === undefined) throw new Error('the terminal master key does not open');
  const line = lineOf(await stage.dialAcquirer());
  const { terminalId, merchantId } = enrolled;
  const numbers = traceNumbers();
  const macKey = await signIn(
    line,
    keys,
    masterKey,
    { '41': terminalId, '42': merchantId },
    numbers(),
  );
  const exchange = async (message: Uint8Array) => pos.decode(await line.ask(message)).fields;
  const tapNumbers = traceNumbers();
  return {
    terminalId,
    tap: (air, amountMinor, otherwise = {}) => {
      const input = tapInput(stage, amountMinor, Number(tapNumbers()));
      return driveTap(tap({ ...input, reader: { ...input.reader, ...otherwise } }), air);
    },
    draft: (request) => ({
      fields: purchaseFields(stage, request, numbers(), { terminalId, merchantId }),
      chip: request.data,
    }),
    send: async (fields, { spoilMac = false } = {}) => {
      const mac = async (input: Uint8Array) => {
        const right = await keys.terminalMac(macKey, input);
        return spoilMac ? right.toReversed() : right;
      };
      const message = await sealPos({ tpdu: TPDU, header: HEADER, mti: '0200', fields }, mac);
      return { message, answer: await exchange(message) };
    },
    sendAgain: exchange,
    close: line.close,
  };
}

/** The chip data of a tap with some objects changed, as DE55. */
export function changedChip(
  request: OnlineRequest,
  changes: Readonly<Record<string, Uint8Array>>,
): string {
  const data = new Map([...request.data, ...Object.entries(changes)]);
  return toHex(chipData({ ...request, data }));
}

function purchaseFields(
  stage: Stage,
  request: OnlineRequest,
  traceNumber: string,
  place: { terminalId: string; merchantId: string },
): Fields {
  const now = localTime(stage.clock.nowMs());
  const track2 = request.data.get('57') ?? new Uint8Array(0);
  return {
    2: request.pan,
    3: '000000',
    4: toHex(request.data.get('9F02') ?? new Uint8Array(6)),
    11: traceNumber,
    12: now.time,
    13: now.date,
    14: request.expiry,
    22: '072',
    23: `0${request.psn ?? '01'}`,
    25: '00',
    35: encodeTrack2Text(decodeTrack2(track2)),
    41: place.terminalId,
    42: place.merchantId,
    49: CURRENCY,
    55: toHex(chipData(request)),
    60: posReserved.build({ typeCode: '22', batch: BATCH, networkCode: '000' }),
  };
}

function tapInput(stage: Stage, amountMinor: bigint, transactionCounter: number): TapInput {
  const now = localTime(stage.clock.nowMs());
  return {
    amountMinor,
    currency: CURRENCY,
    country: '156',
    date: now.dateWithYear,
    time: now.time,
    transactionType: '00',
    unpredictableNumber: stage.random(4),
    transactionCounter,
    reader: {
      aids: [fromHex(DEBIT_AID), fromHex(CREDIT_AID)],
      kernelId: 7,
      limits: { floor: 0n },
      ttq: fromHex('36000080'),
      online: true,
      terminal: {
        capabilities: fromHex('E0E9C8'),
        type: fromHex('22'),
        serialNumber: fromHex('43524F4F4B454431'),
        applicationVersion: fromHex('0020'),
      },
    },
  };
}

async function signIn(
  line: Line,
  keys: TerminalKeys,
  masterKey: Sealed,
  place: Fields,
  traceNumber: string,
): Promise<Sealed> {
  const reserved = posReserved.build({ typeCode: '00', batch: BATCH, networkCode: '003' });
  const fields = { ...place, 11: traceNumber, 60: reserved };
  const ask = pos.encode({ tpdu: TPDU, header: HEADER, mti: '0800', fields });
  const answer = pos.decode(await line.ask(ask)).fields;
  const { encryptedKey, checkValue } = workingKey.parse(answer[62] ?? '');
  const macKey = await keys.acceptMacKey(masterKey, fromHex(encryptedKey), fromHex(checkValue));
  if (macKey === undefined) throw new Error('the acquirer did not let the terminal sign in');
  return macKey;
}

type Line = { ask(message: Uint8Array): Promise<Uint8Array>; close(): void };

/** One question at a time: send a frame, wait for the next one. */
function lineOf(link: Link): Line {
  const frames = link.frames[Symbol.asyncIterator]();
  return {
    ask: async (message) => {
      await link.send(message);
      const next = await frames.next();
      if (next.done) throw new LinkDown('the acquirer closed the line');
      return next.value;
    },
    close: () => link.close(),
  };
}

function traceNumbers(): () => string {
  let last = 0;
  return () => String(++last).padStart(6, '0');
}
