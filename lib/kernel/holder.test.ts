import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import { verifyHolder } from './holder.ts';
import type { Cvm } from './outcome.ts';

// The decision of the EMV contactless sheet, section 6, written out line by line.
// TTQ 36… supports online PIN and signature, 32… signature only, 34… online PIN only, 30… neither;
// its second byte 40 asks for verification. CTQ: 8000 online PIN, 4000 signature, 0080 done on the device.
type Row = readonly [
  rule: string,
  ctq: string | undefined,
  ttq: string,
  authenticationData: string | undefined,
  cryptogram: 'ARQC' | 'TC',
  result: Cvm | 'declined',
];
const signed0080 = '01A1B2C3D4008000'; // 9F69 with CTQ 0080 in bytes 6 and 7 (sheet, section 9.3)
const signed3000 = '01A1B2C3D4300000';

const table: readonly Row[] = [
  ['online PIN wished and supported', '8000', '36000080', undefined, 'ARQC', 'online_pin'],
  ['online PIN goes before the device', '8080', '36000080', undefined, 'ARQC', 'online_pin'],
  ['online PIN goes before the signature', 'C000', '36000080', undefined, 'TC', 'online_pin'],
  ['device, unsigned, issuer verifies', '0080', '36000080', undefined, 'ARQC', 'consumer_device'],
  ['device serves a required CVM', '0080', '36400080', undefined, 'ARQC', 'consumer_device'],
  ['device, unsigned, nobody verifies', '0080', '36000080', undefined, 'TC', 'declined'],
  ['device, signed copy agrees', '0080', '36000080', signed0080, 'TC', 'consumer_device'],
  ['device, signed copy agrees, online', '0080', '36000080', signed0080, 'ARQC', 'consumer_device'],
  ['device, signed copy differs', '0080', '36000080', signed3000, 'TC', 'declined'],
  ['a differing copy declines online too', '0080', '36000080', signed3000, 'ARQC', 'declined'],
  [
    'device stands in for a PIN the reader lacks',
    '8080',
    '32000080',
    undefined,
    'ARQC',
    'consumer_device',
  ],
  ['device goes before the signature', '4080', '36000080', undefined, 'ARQC', 'consumer_device'],
  ['online PIN wished, reader cannot', '8000', '32000080', undefined, 'ARQC', 'declined'],
  ['signature does not replace that PIN', 'C000', '32000080', undefined, 'ARQC', 'declined'],
  ['signature wished and supported', '4000', '36000080', undefined, 'ARQC', 'signature'],
  ['signature wished, reader cannot', '4000', '34000080', undefined, 'ARQC', 'declined'],
  ['nothing wished, none required', '0000', '36000080', undefined, 'ARQC', 'no_cvm'],
  ['nothing wished, yet required', '0000', '36400080', undefined, 'ARQC', 'declined'],
  ['other bits are no wish', '3000', '36000080', undefined, 'TC', 'no_cvm'],
  ['no CTQ, required: signature first', undefined, '36400080', undefined, 'ARQC', 'signature'],
  ['no CTQ, required: else online PIN', undefined, '34400080', undefined, 'ARQC', 'online_pin'],
  ['no CTQ, required, reader has neither', undefined, '30400080', undefined, 'ARQC', 'declined'],
  ['no CTQ, not required', undefined, '36000080', undefined, 'TC', 'no_cvm'],
];

for (const [rule, ctq, ttq, authenticationData, cryptogram, result] of table) {
  test(`cardholder verification: ${rule}`, () => {
    const cvm = verifyHolder({
      ttq: fromHex(ttq),
      ctq: ctq === undefined ? undefined : fromHex(ctq),
      authenticationData:
        authenticationData === undefined ? undefined : fromHex(authenticationData),
      online: cryptogram === 'ARQC',
    });
    equal(cvm ?? 'declined', result);
  });
}
