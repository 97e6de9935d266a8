/** Calculators that read what cards hold. */
import { AtrError, decodeAtr } from '../apdu/atr.ts';
import { BytesError, toAscii, toHex } from '../bytes/bytes.ts';
import { decodeTrack1, type Track1, Track1Error } from '../emv/track1.ts';
import { decodeTrack2, type Track2, Track2Error } from '../emv/track2.ts';
import { decodeTlv, type Tlv, TlvError } from '../tlv/tlv.ts';
import { bytes, decoded, hexOf, text } from './input.ts';
import { type Operation, type Outputs, operation } from './operation.ts';

const tlv = operation({
  name: 'tlv',
  summary: 'the data objects in BER-TLV, nested as they are',
  through: 'tlv/tlv.ts decodeTlv',
  inputs: { value: bytes('data objects one after another', { most: 65_536 }) },
  outputs: { objects: 'each with tag, value and, where constructed, the objects within' },
  examples: [
    {
      in: { value: '70045F340101' },
      out: { objects: [{ tag: '70', objects: [{ tag: '5F34', value: '01' }] }] },
      source: 'EMV contactless sheet, section 9.2 (tag 5F34)',
    },
  ],
  run: ({ value }) => ({
    objects: decoded('value', TlvError, () => decodeTlv(value)).map(written),
  }),
});

const track2 = operation({
  name: 'track2',
  summary: 'the parts of tag 57, track 2 equivalent data',
  through: 'emv/track2.ts decodeTrack2',
  inputs: { value: bytes('the value of tag 57', { most: 19 }) },
  outputs: {
    pan: 'card or token number',
    expiry: 'YYMM',
    service_code: 'three digits',
    discretionary: 'what the issuer adds',
  },
  examples: [
    {
      in: { value: '6258249900000018D301220100000000000F' },
      out: {
        pan: '6258249900000018',
        expiry: '3012',
        service_code: '201',
        discretionary: '00000000000',
      },
      source: 'EMV contactless sheet, section 9.2 (tag 57)',
    },
  ],
  run: ({ value }) => parts(decoded('value', Track2Error, () => decodeTrack2(value))),
});

const track1 = operation({
  name: 'track1',
  summary: 'the parts of track 1, format B',
  through: 'emv/track1.ts decodeTrack1',
  inputs: {
    value: text('the text, with both sentinels or none; or the same as hexadecimal (tag 56)', 200),
  },
  outputs: {
    pan: 'card or token number',
    name: 'the holder’s, with its filling spaces',
    expiry: 'YYMM',
    service_code: 'three digits',
    discretionary: 'what the issuer adds',
  },
  examples: [
    {
      in: { value: '%B5452300551227189^HOGAN/PAUL      ^08043210000000725000000?' },
      out: {
        pan: '5452300551227189',
        name: 'HOGAN/PAUL      ',
        expiry: '0804',
        service_code: '321',
        discretionary: '0000000725000000',
      },
      source: 'a card reader maker’s published example of data encryption under ANSI X9.24',
    },
  ],
  run: ({ value }) => {
    const track = decoded('value', Track1Error, () => decodeTrack1(asTrack1(value)));
    return { ...parts(track), name: track.name };
  },
});

const atr = operation({
  name: 'atr',
  summary: 'what an answer to reset says',
  through: 'apdu/atr.ts decodeAtr',
  inputs: { value: bytes('the answer, as a reader gives it', { least: 2, most: 33 }) },
  outputs: {
    convention: 'direct or inverse',
    protocols: 'the protocols T that are offered, in order',
    interface_bytes: 'each by its name, TA1 to TDn',
    historical_bytes: 'what the maker says',
    checksum: 'right, wrong, or absent where T=0 alone is offered',
  },
  examples: [
    {
      in: { value: '3BF81300008131FE454A434F5076323431B7' },
      out: {
        convention: 'direct',
        protocols: ['1'],
        interface_bytes: {
          TA1: '13',
          TB1: '00',
          TC1: '00',
          TD1: '81',
          TD2: '31',
          TA3: 'FE',
          TB3: '45',
        },
        historical_bytes: '4A434F5076323431',
        checksum: 'right',
      },
      source: 'a published card of the market (NXP JCOP 2.4.1), by the rules of ISO 7816-3',
    },
  ],
  run: ({ value }) => {
    const answer = decoded('value', AtrError, () => decodeAtr(value));
    return {
      convention: answer.convention,
      protocols: answer.protocols.map(String),
      interface_bytes: Object.fromEntries(
        answer.interfaceBytes.map((one) => [one.name, toHex(Uint8Array.of(one.value))]),
      ),
      historical_bytes: toHex(answer.historicalBytes),
      checksum: answer.checksum,
    };
  },
});

export const recordOperations: readonly Operation[] = [tlv, track2, track1, atr];

function written({ tag, value, children }: Tlv): Outputs {
  return { tag, value: toHex(value), objects: children?.map(written) };
}

function parts({ pan, expiry, serviceCode, discretionary }: Track1 | Track2): Outputs {
  return { pan, expiry, service_code: serviceCode, discretionary };
}

/** Track 1 has separators, which hexadecimal does not. */
function asTrack1(value: string): string {
  if (value.includes('^')) return value;
  return decoded('value', BytesError, () => toAscii(hexOf(value, 'value')));
}
