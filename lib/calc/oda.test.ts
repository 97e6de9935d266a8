/** What the calculators of offline data authentication answer to what a user may write; values are checked in lib/vectors. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { ODA_CHECKS } from '../oda/checks.ts';
import { signDynamicData } from '../oda/dynamic.ts';
import { calculate } from './calculate.ts';
import { odaOperations } from './oda.ts';

const ports = { random: (length: number) => new Uint8Array(length) };

/** The first example's line with some inputs replaced, or left out where undefined. */
function answer(op: string, changes: Readonly<Record<string, string | undefined>>) {
  const example = odaOperations.find(({ name }) => name === op)?.examples[0];
  const inputs = Object.entries({ ...example?.in, ...changes });
  const given = Object.fromEntries(inputs.filter(([, value]) => value !== undefined));
  return calculate({ op, in: given }, ports);
}

function refusal(op: string, changes: Readonly<Record<string, string | undefined>>): string {
  const said = answer(op, changes);
  ok('error' in said, JSON.stringify(said));
  return `${said.error.code} ${said.error.field}`;
}

function outputs(op: string, changes: Readonly<Record<string, string | undefined>>) {
  const said = answer(op, changes);
  ok('out' in said, JSON.stringify(said));
  return said.out;
}

test('a failed check is an output that names it', () => {
  const failed = (failed_check: string) => ({ valid: false, failed_check });
  deepEqual(outputs('recover-issuer', { tag_90: '' }), failed('length'));
  deepEqual(outputs('recover-issuer', { pan: '6258259900000017' }), failed('issuer_identifier'));
  deepEqual(outputs('recover-icc', { pan: '6258249900000026' }), failed('pan'));
  deepEqual(outputs('verify-sda', { tag_93: '' }), failed('length'));
  deepEqual(outputs('verify-dda', { tag_9F4B: '' }), failed('length'));
  deepEqual(outputs('verify-cda', { terminal_dynamic_data: '00000001' }), failed('hash'));
  deepEqual(outputs('verify-fdda', { tag_9F02: '000000001251' }), failed('hash'));
});

test('a card’s key is shown unproved where the static data alone do not fit', () => {
  const { icc_modulus } = outputs('recover-icc', {});
  deepEqual(outputs('recover-icc', { static_data: '' }), {
    valid: false,
    failed_check: 'hash',
    icc_modulus,
  });
});

test('what was signed is shown unproved where the hash alone does not hold', () => {
  for (const [op, changes, failed_check] of [
    ['verify-sda', { static_data: '00' }, 'hash'],
    ['verify-dda', { terminal_dynamic_data: '00000001' }, 'hash'],
    ['verify-cda', { cdol_data: '' }, 'transaction_hash'],
    ['verify-cda', { response_without_9F4B: '' }, 'cid'],
  ] as const) {
    deepEqual(outputs(op, changes), { ...outputs(op, {}), valid: false, failed_check });
  }
});

test('without 92 and without 9F48 there is no remainder', () => {
  deepEqual(
    outputs('recover-issuer', { tag_92: undefined }),
    outputs('recover-issuer', { tag_92: '' }),
  );
  deepEqual(
    outputs('recover-icc', { tag_9F48: undefined }),
    outputs('recover-icc', { tag_9F48: '' }),
  );
});

test('whose key it is may be said, and changes nothing', () => {
  const named = outputs('recover-issuer', { rid: 'A000000333', capk_index: 'F1' });
  deepEqual(named, outputs('recover-issuer', {}));
});

test('a modulus is odd, begins with a set bit and has 36 to 248 bytes', () => {
  equal(refusal('recover-issuer', { ca_modulus: 'FF'.repeat(35) }), 'wrong_length ca_modulus');
  equal(refusal('recover-issuer', { ca_modulus: 'FF'.repeat(249) }), 'wrong_length ca_modulus');
  equal(refusal('recover-issuer', { ca_modulus: `7F${'FF'.repeat(127)}` }), 'bad_value ca_modulus');
  equal(refusal('verify-dda', { icc_modulus: 'F0'.repeat(128) }), 'bad_value icc_modulus');
});

test('an exponent is 03 or 010001', () => {
  equal(refusal('verify-sda', { issuer_exponent: '05' }), 'bad_value issuer_exponent');
  equal(refusal('verify-sda', { issuer_exponent: '0003' }), 'wrong_length issuer_exponent');
  equal(outputs('verify-sda', { issuer_exponent: '010001' }).valid, false);
});

test('fDDA is version 01 where 9F69 is given, which wants 9F02 and 5F2A too', () => {
  for (const left of ['tag_9F02', 'tag_5F2A']) {
    equal(refusal('verify-fdda', { [left]: undefined }), `missing_input ${left}`);
  }
});

test('fDDA is version 00 without 9F69, whatever the tap says of amount and currency', () => {
  // A signature of version 00 under the worked card key of the EMV contactless sheet, section 9.3.
  const sheet = JSON.parse(
    readFileSync(new URL('../vectors/sheets/oda.json', import.meta.url), 'utf8'),
  ).find(({ id }: { id: string }) => id.endsWith('9.3-fdda-short')).inputs;
  const key = {
    modulus: fromHex(sheet.icc_modulus),
    privateExponent: fromHex(sheet.icc_private_exponent),
  };
  const tag_9F4B = toHex(signDynamicData(key, fromHex('020001'), fromHex(sheet.tag_9F37)));
  const given = { ...sheet, tag_9F4B, tag_9F69: undefined };
  const { icc_private_exponent, dynamic_data, ...whole } = given;
  for (const others of [
    {},
    { tag_9F02: undefined },
    { tag_9F02: undefined, tag_5F2A: undefined },
  ]) {
    deepEqual(outputs('verify-fdda', { ...whole, ...others }), {
      valid: true,
      icc_dynamic_number: '0001',
    });
  }
  deepEqual(outputs('verify-fdda', { ...whole, tag_9F37: '00000000' }), {
    valid: false,
    failed_check: 'hash',
  });
});

test('an answer to GENERATE AC is data objects', () => {
  const response_without_9F4B = '9F2701';
  const said = refusal('verify-cda', { response_without_9F4B });
  equal(said, 'malformed response_without_9F4B');
});

for (const { name, inputs, examples } of odaOperations) {
  test(`${name}: any hexadecimal or digits are computed or refused by the input's name`, () => {
    const written = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.stringMatching(/^[0-9]{0,20}$/),
      fc.string(),
    );
    const field = fc.constantFrom(...Object.keys(inputs));
    fc.assert(
      fc.property(field, written, (changed, value) => {
        const given = { ...examples[0].in, [changed]: value };
        const said = calculate({ op: name, in: given }, ports);
        if ('error' in said) equal(said.error.field, changed);
        else if (said.out.valid === false) {
          ok(Object.hasOwn(ODA_CHECKS, String(said.out.failed_check)));
        }
      }),
    );
  });
}
