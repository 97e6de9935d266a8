/** Vectors of what cards hold and say: commands, data objects, tracks. */
import { type Command, decodeCommand, decodeResponse, encodeCommand } from '../apdu/apdu.ts';
import { fromHex, fromUint, toHex } from '../bytes/bytes.ts';
import { decodeIad } from '../emv/iad.ts';
import { decodeTrack2, encodeTrack2 } from '../emv/track2.ts';
import { decodeDol, dolLength, splitDol } from '../tlv/dol.ts';
import { decodeTlv, encodeTlv, findPath, type Tlv } from '../tlv/tlv.ts';
import { ANSWERS, type ObjectByHand } from './read-by-hand.ts';
import { type Comparison, type Family, type Step, textIn, type Vector } from './vector.ts';

const commands: Family = {
  ids: ['sheet-emv-contactless-2-*'],
  check: ({ inputs, outputs }) => {
    const command = decodeCommand(fromHex(textIn(inputs, 'command')));
    const { ins, p1, p2, le } = command;
    const [insHex, p1Hex, p2Hex] = [ins, p1, p2].map((byte) => toHex(fromUint(byte, 1)));
    return [
      {
        through: 'apdu/apdu.ts decodeCommand',
        expected: outputs,
        given: { ins: insHex, p1: p1Hex, p2: p2Hex, sfi: p2 >> 3, le },
      },
      {
        through: 'apdu/apdu.ts encodeCommand',
        expected: inputs,
        given: { command: toHex(encodeCommand(command)) },
      },
    ];
  },
};

/** Published card traces; some give the status word too, some leave it out. */
const traces: Family = {
  ids: ['pboc-*'],
  check: ({ id, inputs, outputs }) => {
    const response = textIn(outputs, 'response');
    const { status = '', objects } = ANSWERS[id] ?? { objects: [] };
    const command = decodeCommand(fromHex(textIn(inputs, 'command')));
    const body = response.slice(0, response.length - status.length);
    const steps: readonly Step[] = [
      { op: 'tlv', in: { value: body }, expect: { objects: objects.map(expectedObject) } },
      {
        through: 'apdu/apdu.ts decodeResponse',
        expected: { status: status === '' ? undefined : status },
        given: { status: status === '' ? undefined : statusOf(response) },
      },
      ...objectSteps(command, body),
    ];
    if (!Object.hasOwn(outputs, 'pdol')) return steps;
    const pdol = findPath(decodeTlv(fromHex(body)), '6F', 'A5', '9F38')?.value;
    return [
      ...steps,
      {
        through: 'tlv/tlv.ts findPath; tlv/dol.ts decodeDol',
        // The note of the vector: 33 bytes of data are asked for.
        expected: { pdol: outputs.pdol, length: 33 },
        given: { pdol: pdol && toHex(pdol), length: pdol && dolLength(decodeDol(pdol)) },
      },
    ];
  },
};

const pdol: Family = {
  ids: ['sheet-emv-contactless-9.1-pdol'],
  check: ({ inputs, outputs }) => {
    const entries = decodeDol(fromHex(textIn(inputs, 'pdol')));
    return [
      {
        through: 'tlv/dol.ts decodeDol, dolLength',
        expected: outputs,
        given: {
          entries: entries.map(({ tag, length }) => `${tag} ${length}`),
          length: dolLength(entries),
        },
      },
    ];
  },
};

const issuerData: Family = {
  ids: ['sheet-emv-contactless-9.1-iad'],
  check: ({ inputs, outputs }) => {
    const { dki, cvn, cvr, algorithm, discretionary } = decodeIad(fromHex(textIn(inputs, 'value')));
    return [
      {
        through: 'emv/iad.ts decodeIad',
        expected: outputs,
        given: {
          dki,
          cvn,
          cvr: toHex(cvr),
          algorithm,
          data_id: discretionary?.dataId,
          amount: discretionary && toHex(discretionary.amountBcd5),
          mac: discretionary && toHex(discretionary.mac),
        },
      },
    ];
  },
};

/** The worked tap: what each answer holds by its path of tags, and what GET PROCESSING OPTIONS was given. */
const tap: Family = {
  ids: [
    'sheet-emv-contactless-9.2-ppse',
    'sheet-emv-contactless-9.2-select',
    'sheet-emv-contactless-9.2-options',
  ],
  check: (vector) => {
    const { inputs } = vector;
    const command = decodeCommand(fromHex(textIn(inputs, 'command')));
    const { data, status } = decodeResponse(fromHex(textIn(inputs, 'response')));
    return [
      ...objectSteps(command, toHex(data)),
      { through: 'apdu/apdu.ts decodeResponse', expected: { status: 0x9000 }, given: { status } },
      valuesIn(vector, decodeTlv(data), command),
    ];
  },
};

const tracks: Family = {
  ids: ['sheet-emv-contactless-9.2-track2'],
  check: ({ inputs, outputs }) => {
    const value = textIn(inputs, 'value');
    return [
      { op: 'track2', in: inputs, expect: outputs },
      {
        through: 'emv/track2.ts encodeTrack2',
        expected: { value },
        given: { value: toHex(encodeTrack2(decodeTrack2(fromHex(value)))) },
      },
    ];
  },
};

const stripes: Family = {
  ids: ['track1-published-stripe'],
  check: ({ inputs, outputs }) => [{ op: 'track1', in: inputs, expect: outputs }],
};

export const recordFamilies: readonly Family[] = [
  commands,
  traces,
  pdol,
  issuerData,
  tap,
  tracks,
  stripes,
];

/** What the calculator gives for an object that was read by hand. */
function expectedObject([tag, within]: ObjectByHand): Readonly<Record<string, unknown>> {
  return typeof within === 'string'
    ? { tag, value: within, objects: null }
    : { tag, objects: within.map(expectedObject) };
}

function statusOf(response: string): string {
  return toHex(fromUint(decodeResponse(fromHex(response)).status, 2));
}

/** The answer read and written again; the name in an answer to SELECT is the one selected. */
function* objectSteps(command: Command, body: string): Generator<Step> {
  const objects = decodeTlv(fromHex(body));
  yield {
    through: 'tlv/tlv.ts decodeTlv, encodeTlv',
    expected: { body },
    given: { body: toHex(encodeTlv(objects)) },
  };
  if (command.ins !== 0xa4) return;
  const named = findPath(objects, '6F', '84')?.value ?? new Uint8Array(0);
  yield {
    through: 'tlv/tlv.ts findPath',
    expected: { name: toHex(command.data) },
    given: { name: toHex(named) },
  };
}

/** An output named by a path of tags stands in the answer; one named by a tag, in the data given for the PDOL. */
function valuesIn(
  { inputs, outputs }: Vector,
  objects: readonly Tlv[],
  asked: Command,
): Comparison {
  const filled = Object.hasOwn(inputs, 'pdol')
    ? splitDol(
        decodeDol(fromHex(textIn(inputs, 'pdol'))),
        findPath(decodeTlv(asked.data), '83')?.value ?? new Uint8Array(0),
      )
    : undefined;
  const found = (name: string) =>
    name.includes('/') ? findPath(objects, ...name.split('/'))?.value : filled?.get(name);
  return {
    through: 'tlv/tlv.ts findPath; tlv/dol.ts decodeDol, splitDol',
    expected: outputs,
    given: Object.fromEntries(
      Object.keys(outputs).map((name) => {
        const value = found(name);
        return [name, value && toHex(value)];
      }),
    ),
  };
}
