import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex, secret } from '../bytes/secret.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import outside from '../vectors/vectors.json' with { type: 'json' };
import file from './emv.vectors.json' with { type: 'json' };
import {
  cardKeyDiversifier,
  deriveCardKeyOptionA,
  deriveCardKeyOptionB,
  deriveCardKeyOptionC,
  deriveCardKeySm4,
  deriveCardKeys,
  unionPaySessionKey,
  withOddParity,
} from './keys.ts';

type Vector = { id: string; inputs: Record<string, string>; outputs: Record<string, string> };
const vectors = file.vectors as unknown as readonly Vector[];

test('option A gives the published card keys, with parity set; numbers past 16 digits keep the last', () => {
  const chosen = vectors.filter(({ id }) => id.startsWith('pyemv-derive_icc_mk_a'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { iss_mk, pan, psn } = inputs as { iss_mk: string; pan: string; psn: string };
    same(
      revealHex(withOddParity(deriveCardKeyOptionA(fromHex(iss_mk), pan, psn))),
      outputs.result,
      id,
    );
  }
});

test('option A gives the published UnionPay card key, with and without parity', () => {
  const { inputs, outputs } = vector('upi-arqc-003');
  const key = deriveCardKeyOptionA(
    fromHex(inputs.imk_ac as string),
    inputs.pan as string,
    inputs.psn as string,
  );
  same(revealHex(key), outputs.udk_no_parity);
  same(revealHex(withOddParity(key)), outputs.udk_odd_parity);
});

test('option A on numbers of 19 and 17 digits', () => {
  // cryptograms sheet, section 1.1
  const first = fromHex('C4D689158AD9FB9D23105B91CE046D0E');
  same(
    revealHex(deriveCardKeyOptionA(first, '6210220110002707355', '01')),
    'B8A15DA5F7043C317D9FD8F8DFE2BD75',
  );
  const second = fromHex('0123456789ABCDEFFEDCBA9876543210');
  same(
    revealHex(withOddParity(deriveCardKeyOptionA(second, '99012345678901234', '45'))),
    '67F8292358083E5EA7AB7FDA58D53B6B',
  );
});

test('an absent sequence number counts as 00', () => {
  const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
  deepEqual(
    deriveCardKeyOptionA(key, '12345678901234567', ''),
    deriveCardKeyOptionA(key, '12345678901234567', '00'),
  );
});

test('option B gives the published card keys, with parity set; numbers to 16 digits go as in option A', () => {
  const chosen = outside.vectors.filter(({ id }) => id.startsWith('pyemv-derive_icc_mk_b'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { iss_mk, pan, psn } = inputs as unknown as Record<'iss_mk' | 'pan' | 'psn', string>;
    const key = withOddParity(deriveCardKeyOptionB(fromHex(iss_mk), pan, psn));
    same(revealHex(key), outputs.result, id);
  }
  const number = fc.stringMatching(/^\d{1,16}$/);
  fc.assert(
    fc.property(bytes(16), number, (key, pan) => {
      deepEqual(deriveCardKeyOptionB(key, pan, '07'), deriveCardKeyOptionA(key, pan, '07'));
    }),
  );
});

test('option C gives the worked key of 16 bytes', () => {
  // cryptograms sheet, section 9
  const key = fromHex('000102030405060708090A0B0C0D0E0F');
  same(toHex(cardKeyDiversifier('6258249900000018', '01', 16)), '00000000000000625824990000001801');
  same(
    revealHex(deriveCardKeyOptionC(key, '6258249900000018', '01')),
    'D2D33623EFCC45A02EB686ACC95DD00F',
  );
});

test('option C fills keys of 24 and 32 bytes from the number and its inverse', () => {
  const blocks = fromHex('00000000000000625824990000001801FFFFFFFFFFFFFF9DA7DB66FFFFFFE7FE');
  for (const length of [16, 24, 32]) {
    fc.assert(
      fc.property(bytes(length), (key) => {
        const cipher = createCipheriv(`aes-${length * 8}-ecb`, key, null).setAutoPadding(false);
        const expected = cipher.update(blocks).subarray(0, length);
        const given = deriveCardKeyOptionC(key, '6258249900000018', '01');
        same(revealHex(given), revealHex(expected));
      }),
      { numRuns: 20 },
    );
  }
});

test('SM4 makes a card key of one block: the number and its inverse', () => {
  const block = fromHex('5824990000001801A7DB66FFFFFFE7FE');
  fc.assert(
    fc.property(bytes(16), (key) => {
      const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
      const given = deriveCardKeySm4(key, '6258249900000018', '01');
      same(revealHex(given), revealHex(cipher.update(block)));
    }),
    { numRuns: 20 },
  );
});

test('the session key gives the published value', () => {
  const { inputs, outputs } = vector('upi-arqc-004');
  const key = unionPaySessionKey(fromHex(inputs.udk as string), fromHex(inputs.atc as string));
  same(revealHex(key), outputs.sk_ac);
});

test('the session keys of the other two examples', () => {
  // cryptograms sheet, section 2.1
  const examples = [
    ['B8A15DA5F7043C317D9FD8F8DFE2BD75', '03D3', '4A43440B2D932ACDC4E2776ED562EE43'],
    ['0D2E3CB0BC1F9E03AED58F663A2F9679', '000E', 'C3D3F062E9992B4E923D338D66193526'],
  ] as const;
  for (const [card, atc, session] of examples) {
    same(revealHex(unionPaySessionKey(fromHex(card), fromHex(atc))), session);
  }
});

test('a token gets three keys, each from its own master key, and three session keys a tap', () => {
  // cryptograms sheet, section 9
  const masterKeys = {
    ac: secret(fromHex('0123456789ABCDEF23456789ABCDEF01')),
    mac: secret(fromHex('456789ABCDEF01236789ABCDEF012345')),
    enc: secret(fromHex('89ABCDEF01234567ABCDEF0123456789')),
  };
  const keys = deriveCardKeys(masterKeys, '6258249900000018', '01');
  same(revealHex(keys.ac), '8BE17E081FA972C4124DD865A225CB8D');
  same(revealHex(keys.mac), 'CA52983ED7AAEFF8B5A4424430246A2F');
  same(revealHex(keys.enc), '44DAD5ECADDC624B0D78B7400A58A63A');
  same(revealHex(withOddParity(keys.ac)), '8AE07F081FA873C4134CD964A225CB8C');
  same(revealHex(withOddParity(keys.mac)), 'CB52983ED6ABEFF8B5A4434531256B2F');
  same(revealHex(withOddParity(keys.enc)), '45DAD5ECADDC624A0D79B6400B58A73B');
  const atc = fromHex('0001');
  same(revealHex(unionPaySessionKey(keys.ac, atc)), '84D46FA443EB7E33B4B05BE2F84CCD45');
  same(revealHex(unionPaySessionKey(keys.mac, atc)), 'F13DE5FA61E0BE98D39D821E403C3367');
  same(revealHex(unionPaySessionKey(keys.enc, atc)), 'F205E76FDBC225586DF1D1E9D0FBD315');
});

test('check values of published keys', () => {
  const chosen = vectors.filter(({ id }) => id.startsWith('pyemv-key_check_digits'));
  same(chosen.length, 3);
  for (const { id, inputs, outputs } of chosen) {
    same(toHex(keyCheckValue(fromHex(inputs.key as string), 2)), outputs.result, id);
  }
});

test('check values are three bytes unless asked otherwise, and blind to parity', () => {
  // cryptograms sheet, section 9
  const examples = [
    ['0123456789ABCDEF23456789ABCDEF01', '86E965'],
    ['456789ABCDEF01236789ABCDEF012345', '8676BF'],
    ['89ABCDEF01234567ABCDEF0123456789', '753A76'],
    ['8BE17E081FA972C4124DD865A225CB8D', '7FAF52'],
    ['CA52983ED7AAEFF8B5A4424430246A2F', '421F75'],
    ['44DAD5ECADDC624B0D78B7400A58A63A', 'ECAF0C'],
  ] as const;
  for (const [key, value] of examples) {
    same(toHex(keyCheckValue(fromHex(key))), value);
    same(toHex(keyCheckValue(withOddParity(fromHex(key)))), value);
  }
});

test('parity makes every byte odd and moves nothing but the last bit', () => {
  const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(key16, fc.uint8Array({ minLength: 8, maxLength: 8 }), (key, block) => {
      const odd = withOddParity(key);
      for (const [index, byte] of odd.entries()) {
        same(byte & 0xfe, (key[index] as number) & 0xfe);
        same(byte.toString(2).replaceAll('0', '').length % 2, 1);
      }
      deepEqual(tripleDesEncrypt(odd, block), tripleDesEncrypt(key, block));
    }),
  );
});

test('what is not digits, not a counter or not a key is a bug of the caller', () => {
  const key = new Uint8Array(16);
  throws(() => deriveCardKeyOptionA(key, '62582499x', '01'), AssertionError);
  throws(() => deriveCardKeyOptionA(key, '6258249900000018', '1'), AssertionError);
  throws(() => unionPaySessionKey(key, new Uint8Array(3)), AssertionError);
  throws(() => unionPaySessionKey(new Uint8Array(8), new Uint8Array(2)), AssertionError);
  throws(() => deriveCardKeyOptionA(new Uint8Array(24), '6258249900000018', '01'), AssertionError);
  throws(() => deriveCardKeyOptionB(new Uint8Array(24), '62582499000000180', '01'), AssertionError);
  throws(() => deriveCardKeyOptionC(new Uint8Array(17), '6258249900000018', '01'), AssertionError);
  throws(() => keyCheckValue(key, 9), AssertionError);
});

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function vector(id: string): Vector {
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
