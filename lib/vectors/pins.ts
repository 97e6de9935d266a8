/** Vectors: PIN blocks and the values that prove a PIN or a card number. */
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { aesEncrypt } from '../cipher/aes.ts';
import { format4PanField, format4PinField, panBlock } from '../pin/pin-block.ts';
import { encodePinField } from '../pin/pin-field.ts';
import { type Family, textIn } from './vector.ts';

const cardValues: Family = {
  ids: ['psec-generate_cvv-*'],
  check: ({ inputs, outputs }) => [
    { op: 'cvv', in: inputs, expect: { cvv: textIn(outputs, 'result') } },
  ],
};

const dynamicCardValues: Family = {
  ids: ['pyemv-generate_cvc3-*'],
  check: ({ inputs, outputs }) => [
    {
      op: 'cvc3',
      in: {
        key: textIn(inputs, 'icc_cvc3'),
        track: textIn(inputs, 'track_template'),
        atc: textIn(inputs, 'atc'),
        un: textIn(inputs, 'un'),
      },
      expect: { cvc3: textIn(outputs, 'result') },
    },
  ],
};

const pinValues: Family = {
  ids: ['psec-generate_visa_pvv-*'],
  check: ({ inputs, outputs }) => [
    { op: 'pvv', in: inputs, expect: { pvv: textIn(outputs, 'result') } },
  ],
};

const offsets: Family = {
  ids: ['psec-generate_ibm3624_offset-*'],
  check: ({ inputs, outputs }) => [
    { op: 'ibm3624-offset', in: inputs, expect: { offset: textIn(outputs, 'result') } },
  ],
};

const pins: Family = {
  ids: ['psec-generate_ibm3624_pin-*'],
  check: ({ inputs, outputs }) => [
    { op: 'ibm3624-pin', in: inputs, expect: { pin: textIn(outputs, 'result') } },
  ],
};

/** The format is the last figure of the function's name in the vector's id. Each block is read again, too. */
const encoded: Family = {
  ids: ['psec-encode_pinblock_iso_*'],
  check: ({ id, inputs, outputs }) => {
    const { pin, ...others } = inputs;
    const format = formatIn(id);
    const block = textIn(outputs, 'result');
    return [
      { op: 'pin-block', in: { ...inputs, format }, expect: { block } },
      { op: 'pin-unblock', in: { ...others, format, block }, expect: { pin } },
    ];
  },
};

/** These blocks are filled with F in format 3, too, so that they can be written again. */
const decodedBlocks: Family = {
  ids: ['psec-decode_pinblock_iso_*'],
  check: ({ id, inputs, outputs }) => {
    const format = formatIn(id);
    const block = textIn(inputs, 'pinblock');
    const pan = textIn(inputs, 'pan');
    const pin = textIn(outputs, 'result');
    const drawn = format === '3' ? { random: 'F'.repeat(14 - pin.length) } : {};
    return [
      { op: 'pin-unblock', in: { format, block, pan }, expect: { pin } },
      { op: 'pin-block', in: { format, pin, pan, ...drawn }, expect: { block } },
    ];
  },
};

const deciphered: Family = {
  ids: ['psec-decipher_pinblock_iso_4-*'],
  check: ({ id, inputs, outputs }) => [
    {
      op: 'pin-unblock',
      in: {
        format: formatIn(id),
        block: textIn(inputs, 'pin_block'),
        pan: textIn(inputs, 'pan'),
        key: textIn(inputs, 'key'),
      },
      expect: { pin: textIn(outputs, 'result') },
    },
  ],
};

function formatIn(id: string): string {
  return /_iso_(\d)-/.exec(id)?.[1] ?? '';
}

const sheetCardValues: Family = {
  ids: ['sheet-cryptograms-8.2-*'],
  check: ({ inputs, outputs }) => [{ op: 'cvv', in: inputs, expect: outputs }],
};

const sheetPinFields: Family = {
  ids: ['sheet-cryptograms-11-fields-*'],
  check: ({ inputs, outputs }) => [
    {
      through: 'pin/pin-field.ts encodePinField, pin/pin-block.ts panBlock',
      expected: outputs,
      given: {
        field: revealHex(encodePinField(0, textIn(inputs, 'pin'), 'FFFFFFFF')),
        pan_block: toHex(panBlock(textIn(inputs, 'pan'))),
      },
    },
  ],
};

/** Each block both ways. */
const sheetBlocks: Family = {
  ids: ['sheet-cryptograms-11-block-*'],
  check: ({ inputs, outputs }) => {
    const { pin, random, ...others } = inputs;
    return [
      { op: 'pin-block', in: inputs, expect: outputs },
      { op: 'pin-unblock', in: { ...others, block: textIn(outputs, 'block') }, expect: { pin } },
    ];
  },
};

const sheetTranslation: Family = {
  ids: ['sheet-cryptograms-11-translate'],
  check: ({ inputs, outputs }) => [{ op: 'pin-translate', in: inputs, expect: outputs }],
};

const sheetRemap: Family = {
  ids: ['sheet-cryptograms-11-remap-*'],
  check: ({ inputs, outputs }) => [{ op: 'pin-remap', in: inputs, expect: outputs }],
};

const sheetFormat4: Family = {
  ids: ['sheet-cryptograms-11-format-4-fields'],
  check: ({ inputs, outputs }) => {
    const field = format4PinField(textIn(inputs, 'pin'), fromHex(textIn(inputs, 'random')));
    return [
      {
        through: 'pin/pin-block.ts format4PinField, format4PanField',
        expected: outputs,
        given: {
          field_1: revealHex(field),
          field_2: toHex(format4PanField(textIn(inputs, 'pan'))),
          intermediate: toHex(aesEncrypt(fromHex(textIn(inputs, 'key')), field)),
        },
      },
    ];
  },
};

export const pinFamilies: readonly Family[] = [
  cardValues,
  dynamicCardValues,
  pinValues,
  offsets,
  pins,
  encoded,
  decodedBlocks,
  deciphered,
  sheetCardValues,
  sheetPinFields,
  sheetBlocks,
  sheetTranslation,
  sheetRemap,
  sheetFormat4,
];
