/** What the element answers, what the kernel reads of a card, and how a tap is checked. For the fuzzer. */
import fc from 'fast-check';
import { decodeResponse, encodeCommand } from './apdu/apdu.ts';
import { readObjects, tryDecodeTlv } from './applet/answer.ts';
import { processCommand } from './applet/applet.ts';
import { AUTHORITY } from './applet/authentication.fixture.ts';
import { readCard } from './applet/card.ts';
import { decodeLasting, encodeLasting, LastingError } from './applet/lasting.ts';
import { powerOn } from './applet/state.ts';
import { concat, fromHex } from './bytes/bytes.ts';
import { UNIONPAY_17, verifyTap, verifyTap01 } from './emv/cryptogram.ts';
import { type Decoder, ofBytes } from './fuzz.fixture.ts';
import { objects } from './fuzz-codecs.fixture.ts';
import { chipData, nestedObjects, respelt } from './fuzz-grammar.fixture.ts';
import {
  agree,
  aids,
  certified,
  grown,
  INSTANCE,
  kept,
  key,
  names,
  newborn,
} from './fuzz-newborn.fixture.ts';
import { sampleOf } from './fuzz-samples.fixture.ts';
import { innerShapes, repeated } from './fuzz-shapes.fixture.ts';
import { SSD_AID } from './globalplatform/aids.ts';
import { initializeUpdate, installInstance } from './globalplatform/commands.ts';
import { getStatus, setAvailability } from './globalplatform/registry.ts';
import { pos } from './iso8583/unionpay.ts';
import { decode, listCandidates, readSelected } from './kernel/candidates.ts';
import { gather, readAccount } from './kernel/card.ts';
import { tap } from './kernel/entry.ts';
import type { TapInput } from './kernel/reader.ts';
import { workedCommands, workedInput, workedResponses } from './kernel/worked-tap.ts';
import { decodeTlv, encodeTlv, find, TlvError, template } from './tlv/tlv.ts';

const inElement = [
  ...Object.values(workedCommands),
  fromHex('80CADF0100'),
  fromHex('00B2010C00'),
  ...[installInstance(names), getStatus(), setAvailability([INSTANCE], true)].map(encodeCommand),
  encodeCommand({ cla: 0x80, ins: 0x2a, p1: 0, p2: 0, data: agree }),
  encodeCommand(initializeUpdate(0, key.subarray(8))),
  fromHex('802000800631323334353600'),
  fromHex('80CADF0400'),
  fromHex('803C0000'),
  fromHex(`803A03000C4F0A${INSTANCE}00`),
  fromHex('00B2031C00'),
  // 5.00 at a gate.
  fromHex('80A8000023832121800080000000000500000000000000015600000000000156261122001A2B3C4D00'),
] as const;

/** The names that are selected before a command is sent on the wire. */
const SELECTIONS = ['', SSD_AID, 'A00000015143525300', INSTANCE].map((name) =>
  encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: fromHex(name) }),
);

function answersOf(command: Uint8Array): readonly unknown[] {
  const input = { nowMs: 0, random: (length: number) => new Uint8Array(length) };
  const state = powerOn(grown);
  const wired = SELECTIONS.map((selection) => {
    const [selected] = processCommand(state, { ...input, via: 'wired', command: selection });
    return processCommand(selected, { ...input, via: 'wired', command })[1];
  });
  const [read] = processCommand(state, { ...input, via: 'air', command: workedCommands.select });
  return [...wired, processCommand(read, { ...input, via: 'air', command })[1], atGate(command)];
}

/** What a locked phone answers to a gate once its express instance is selected. */
function atGate(command: Uint8Array): Uint8Array {
  const random = (length: number) => new Uint8Array(length);
  const input = { nowMs: 0, random, via: 'air', announced: 'transit' } as const;
  const [read] = processCommand(powerOn(certified), { ...input, command: workedCommands.select });
  return processCommand(read, { ...input, command })[1];
}

const element: readonly Decoder[] = [
  ofBytes({
    name: 'decodeLasting',
    file: 'applet/lasting.ts',
    errors: [LastingError],
    samples: [encodeLasting(grown), encodeLasting(newborn), encodeLasting(certified)],
    shapes: { long: repeated('01') },
    // Version 1 is read and never written.
    again: (input) => (input[0] === 1 ? input : encodeLasting(decodeLasting(input))),
    decode: decodeLasting,
  }),
  ofBytes({
    name: 'readCard',
    file: 'applet/card.ts',
    errors: [],
    samples: [kept['9207']],
    grammar: respelt(kept['9207']),
    shapes: innerShapes,
    decode: (input) => [
      readCard({ ...kept, '9207': input }),
      readCard({ ...kept, '0101': input }),
      readCard({ ...kept, '9103': input }),
    ],
  }),
  ofBytes({
    name: 'readObjects',
    file: 'applet/answer.ts',
    errors: [],
    samples: [aids],
    grammar: respelt(aids),
    shapes: innerShapes,
    decode: (input) => [readObjects(input, ['4F', '4F']), tryDecodeTlv(input)],
  }),
  ofBytes({
    name: 'processCommand',
    file: 'applet/applet.ts',
    errors: [],
    samples: [inElement[0], ...inElement.slice(1)],
    shapes: { long: repeated('80E2000000') },
    share: 0.2,
    decode: answersOf,
  }),
];

const optionsAnswer = workedResponses.options.subarray(0, -2);

function gathered(input: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const card = new Map<string, Uint8Array>();
  gather(card, input, '77', new Map());
  return card;
}

/** 256 bytes and the status word. */
const LONGEST_ANSWER = 258;

/** A whole tap in which the card answers one command with these bytes. */
function tapWith(
  step: number,
  input: Uint8Array,
  answers: readonly Uint8Array[] = [...Object.values(workedResponses), fromHex('70009000')],
  terminal: TapInput = workedInput,
): unknown {
  const running = tap(terminal);
  let next = running.next();
  for (let at = 0; !next.done && at < 40; at++) {
    const answer = at === step ? input : answers[at];
    if (answer === undefined || answer.length < 2 || answer.length > LONGEST_ANSWER)
      next = running.next('field_lost');
    else next = running.next(decodeResponse(answer));
  }
  return next.value;
}

/** A gate that trusts the authority of the fixture. */
const gateInput: TapInput = {
  ...workedInput,
  amountMinor: 0n,
  reader: {
    ...workedInput.reader,
    ttq: fromHex('21000080'),
    zeroAmountAllowed: true,
    offlineAuthentication: { authorityKeys: [AUTHORITY], revoked: new Set() },
  },
};

/** What the express instance answers to it, from the directory to the record of this tap. */
function gateAnswers(): readonly Uint8Array[] {
  const random = (length: number) => new Uint8Array(length);
  const input = { nowMs: 0, random, via: 'air', announced: 'transit' } as const;
  let state = powerOn(certified);
  const answers: Uint8Array[] = [];
  const running = tap(gateInput);
  let next = running.next();
  while (!next.done) {
    const [after, answer] = processCommand(state, { ...input, command: encodeCommand(next.value) });
    state = after;
    answers.push(answer);
    next = running.next(decodeResponse(answer));
  }
  return answers;
}

const answersAtGate = gateAnswers() as readonly [Uint8Array, ...Uint8Array[]];

const kernel: readonly Decoder[] = [
  ofBytes({
    name: 'decode',
    file: 'kernel/candidates.ts',
    errors: [],
    samples: objects,
    grammar: nestedObjects,
    shapes: innerShapes,
    decode,
  }),
  ofBytes({
    name: 'readSelected',
    file: 'kernel/candidates.ts',
    errors: [],
    samples: [workedResponses.select.subarray(0, -2), workedResponses.ppse.subarray(0, -2)],
    grammar: respelt(workedResponses.select.subarray(0, -2), workedResponses.ppse.subarray(0, -2)),
    shapes: innerShapes,
    decode: (input) => [
      readSelected(input, fromHex('A000000333010101')),
      listCandidates(input, workedInput.reader),
    ],
  }),
  ofBytes({
    name: 'readAccount',
    file: 'kernel/card.ts',
    errors: [],
    samples: [optionsAnswer],
    grammar: respelt(optionsAnswer),
    shapes: {
      objects: (size) => encodeTlv([template('77', decodeTlv(repeated('DF810101FF')(size)))]),
    },
    decode: (input) => readAccount(gathered(input)),
  }),
  ofBytes({
    name: 'tap',
    file: 'kernel/entry.ts',
    errors: [],
    samples: [workedResponses.ppse, workedResponses.select, workedResponses.options],
    grammar: respelt(...objects).map((one) => concat(one, fromHex('9000'))),
    shapes: { long: repeated('70009000') },
    share: 0.3,
    decode: (input) => [0, 1, 2, 3].map((step) => tapWith(step, input)),
  }),
  ofBytes({
    name: 'tap at a gate',
    file: 'kernel/entry.ts',
    errors: [],
    samples: answersAtGate,
    grammar: respelt(...answersAtGate.map((one) => one.subarray(0, -2))).map((one) =>
      concat(one, fromHex('9000')),
    ),
    shapes: { long: repeated('70009000') },
    share: 0.3,
    // An answer that no card can give is told by its length, so once is enough.
    decode: (input) =>
      answersAtGate
        .slice(0, input.length > LONGEST_ANSWER ? 1 : undefined)
        .map((_, step) => tapWith(step, input, answersAtGate, gateInput)),
  }),
];

const chip = fromHex(
  pos.decode(sampleOf('upi-pos-0200-purchase', 'message').subarray(2)).fields[55] as string,
);
const shortChip = fromHex(
  '9F02060000000012509F37041A2B3C4D9F360200019F100807011103A40000019F2608E6FD8F8B7BB53F33',
);

/** The check of a tap as a network makes it, out of chip data. */
function verdict(
  name: string,
  sample: Uint8Array,
  check: (ask: Parameters<typeof verifyTap01>[0]) => unknown,
): Decoder {
  return ofBytes({
    name,
    file: 'emv/cryptogram.ts',
    errors: [TlvError],
    samples: [sample],
    grammar: fc.oneof(chipData, respelt(sample)),
    shapes: innerShapes,
    share: 0.5,
    decode: (input) => {
      const read = decodeTlv(input);
      const values = (tag: string): Uint8Array | undefined => find(read, tag)?.value;
      const token = { pan: '6258249900000018', psn: '01' };
      return [
        check({ masterKeyAc: key, ...token, values }),
        check({ masterKeyAc: key, masterKeyMac: key, ...token, values }),
      ];
    },
  });
}

const verdicts: readonly Decoder[] = [
  verdict('verifyTap01', chip, verifyTap01),
  verdict('verifyTap', shortChip, (ask) => verifyTap(UNIONPAY_17, ask)),
];

/** Both sides of a tap, and who judges it. */
export const taps: readonly Decoder[] = [...element, ...kernel, ...verdicts];
