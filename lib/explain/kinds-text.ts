/** Wallet payloads, key blocks, track 1, answers to reset and clear PIN blocks. */
import { toHex } from '../bytes/bytes.ts';
import { cutBytes } from './cut.ts';
import { type Explained, group, unreadable, wholeOf } from './explained.ts';
import type { Given } from './given.ts';
import { explainKeyBlock, isKeyBlock } from './key-block.ts';
import { CERTAIN, FAINT, type Kind, LIKELY, POSSIBLE, type Recognised, whole } from './kind.ts';
import { explainPayload, jsonFault } from './payload.ts';
import { explainAtr, readAtr } from './reset.ts';
import { explainTrack1, isTrack1 } from './track-one.ts';

/** The kinds of this file. */
export const textKinds: readonly Kind[] = [
  {
    kind: 'wallet',
    title: 'wallet payload (EC_v1, ECv2)',
    source: 'tokenisation sheet, sections 6.4 and 6.5',
    recognise: recognisePayload,
    explain: whole(explainPayload),
  },
  {
    kind: 'keyblock',
    title: 'key block (TR-31)',
    source: 'cryptograms sheet, section 12',
    recognise: ({ text }) =>
      isKeyBlock(text)
        ? { sureness: CERTAIN + 2, because: 'a header whose length is that of the text' }
        : undefined,
    explain: whole(explainKeyBlock),
  },
  {
    kind: 'track1',
    title: 'track 1',
    source: 'ISO 7813',
    recognise: ({ text }) =>
      isTrack1(text)
        ? { sureness: CERTAIN, because: 'B, a number, a name, a month that exists' }
        : undefined,
    explain: whole(explainTrack1),
  },
  {
    kind: 'atr',
    title: 'answer to reset (ATR)',
    source: 'ISO 7816-3',
    recognise: recogniseAtr,
    explain: whole(explainAtr),
  },
  {
    kind: 'pinblock',
    title: 'clear PIN block',
    source: 'cryptograms sheet, section 11',
    recognise: recognisePinBlock,
    explain: whole(explainPinBlock),
  },
];

const PAYLOADS: readonly (readonly [pattern: RegExp, because: string])[] = [
  [/"(EC|RSA)_v1"/, "JSON that names Apple's version"],
  [/"ECv[12]"/, "JSON that names Google's version"],
  [
    /"(applicationPrimaryAccountNumber|paymentMethodDetails)"/,
    'JSON with the members of decrypted payment data',
  ],
];

function recognisePayload({ text }: Given): Recognised | undefined {
  const found = text.startsWith('{') && PAYLOADS.find(([pattern]) => pattern.test(text));
  if (!found || jsonFault(text) !== '') return undefined;
  return { sureness: CERTAIN + 2, because: found[1] };
}

function recogniseAtr({ bytes, written }: Given): Recognised | undefined {
  if (written === 'text' || bytes.length < 3) return undefined;
  const atr = readAtr(bytes);
  if (typeof atr === 'string' || atr.checksum === 'wrong') return undefined;
  const because = 'it begins as one, and its format byte counts what follows';
  if (atr.checksum === 'absent') return { sureness: LIKELY, because };
  return { sureness: CERTAIN, because: `${because}; the check byte holds` };
}

const PIN_BLOCK_BYTES = 8;

/** Format 2 shows its filling; the others show no more than a format and a length. */
function recognisePinBlock({ bytes, written }: Given): Recognised | undefined {
  if (written === 'text' || bytes.length !== PIN_BLOCK_BYTES) return undefined;
  const [control = 0] = bytes;
  const length = control & 0x0f;
  const format = control >> 4;
  if (format > 3 || length < 4 || length > 12) return undefined;
  const because = `8 bytes that begin with format ${format} and a length`;
  if (format !== 2) return { sureness: FAINT, because };
  const isFilled = /^\d+F*$/.test(toHex(bytes.subarray(1)));
  return isFilled ? { sureness: POSSIBLE + 15, because: `${because}, filled with F` } : undefined;
}

/** A format that mixes in the account number shows nothing of the PIN but its length. */
function explainPinBlock(bytes: Uint8Array): Explained {
  const all = wholeOf(bytes);
  if (bytes.length !== PIN_BLOCK_BYTES) return unreadable(all, 'eight bytes are wanted');
  const parts = cutBytes(all, [
    {
      step: 'control',
      name: 'format and length',
      meaning: 'form',
      length: 1,
      words: ([control = 0]) => `format ${control >> 4}, ${control & 0x0f} digits`,
    },
    { step: 'PIN', name: 'PIN', meaning: 'proof', length: 'rest' },
  ]);
  return group(all, { name: 'clear PIN block', meaning: 'proof' }, parts);
}
