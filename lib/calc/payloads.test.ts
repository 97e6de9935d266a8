import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { type CalcAnswer, calculate } from './calculate.ts';
import { EXAMPLE } from './payload-inputs.ts';

/** Bytes that are the same each time: what is drawn is not compared. */
const ports = { random: (length: number) => new Uint8Array(length).fill(0x5a) };
const time = 1_768_478_400_000;
const [root_private_key, intermediate_private_key, leaf_private_key] = ['01', '02', '03'].map(
  (byte) => byte.repeat(32),
);
const merchant = { merchant_private_key: EXAMPLE.merchantPrivate };
const message = Buffer.from(`{"messageExpiration":"${time + 1000}"}`).toString('hex');

test('ec_v1: what is made under a test root is opened under it, and refused by name at another time', () => {
  const form = { form: 'ec_v1', merchant_identifier: EXAMPLE.merchantIdentifier };
  const signing = { root_private_key, intermediate_private_key, leaf_private_key, time };
  const made = outOf('payload-make', {
    ...form,
    ...merchant,
    ...signing,
    expiration: time + 3_600_000,
    plain: EXAMPLE.plain,
  });
  const { payload, root_certificate } = made;
  const offer = { ...form, ...merchant, payload, root_certificate, time };
  deepEqual(outOf('payload-open', offer), {
    valid: true,
    plain: EXAMPLE.plain,
    signature_checked: true,
  });
  const late = outOf('payload-open', { ...offer, time: time + 301_000 });
  equal(late.failed_check, 'ec_v1.signing_time_outside_window');
  equal(outOf('payload-open', { ...offer, time: time + 301_000, window: 400 }).valid, true);
  const { root_certificate: _, time: __, ...unchecked } = offer;
  equal(outOf('payload-open', unchecked).signature_checked, false);
});

test('ecv2: what is made under a test root is opened under it, and refused by name for another recipient', () => {
  const form = { form: 'ecv2', recipient_id: 'gateway:lianxian' };
  const made = outOf('payload-make', {
    ...form,
    ...merchant,
    root_private_key,
    intermediate_private_key,
    expiration: time + 1000,
    plain: message,
  });
  const { payload, root_keys } = made;
  const offer = { ...form, ...merchant, payload, root_keys, time };
  equal(outOf('payload-open', offer).plain, message.toUpperCase());
  const other = outOf('payload-open', { ...offer, recipient_id: 'gateway:other' });
  deepEqual(
    { valid: other.valid, failed_check: other.failed_check, plain: other.plain },
    { valid: false, failed_check: 'ecv2.signature_wrong', plain: undefined },
  );
});

test('an unsigned payload opens without a root, and fails with one', () => {
  for (const [form, failed] of [
    ['ec_v1', 'ec_v1.tag_wrong'],
    ['ecv2', 'ecv2.tag_wrong'],
  ] as const) {
    const identifier = form === 'ec_v1' ? { merchant_identifier: EXAMPLE.merchantIdentifier } : {};
    const given = { form, ...merchant, ...identifier };
    const { payload } = outOf('payload-make', { ...given, plain: EXAMPLE.plain });
    equal(outOf('payload-open', { ...given, payload }).plain, EXAMPLE.plain);
    const wrong = { ...given, payload, merchant_private_key: '05'.repeat(32) };
    equal(outOf('payload-open', wrong).failed_check, failed);
  }
});

test('the sheet’s own names and its plain text stand for the inputs, though not beside them', () => {
  // tokenisation sheet, section 8, as it is printed there
  const sheet = { plain: '{"a":1}', ephem_d: EXAMPLE.ephemeralPrivate };
  const to = { merchant_q: EXAMPLE.merchantPublic };
  const apple = { form: 'ec_v1', merchantIdentifier: EXAMPLE.merchantIdentifier };
  const google = { form: 'ecv2' };
  equal(outOf('payload-make', { ...sheet, ...to, ...apple }).cipher, EXAMPLE.apple);
  const made = outOf('payload-make', {
    ...sheet,
    ...google,
    merchant_d: EXAMPLE.merchantPrivate,
  });
  deepEqual([made.cipher, made.tag], [EXAMPLE.google, EXAMPLE.googleTag]);
  const keys = { merchant_d: EXAMPLE.merchantPrivate, ephem_q: EXAMPLE.ephemeralPublic };
  const open = { ...keys, ...apple, payload: EXAMPLE.apple };
  equal(outOf('payload-open', open).plain, EXAMPLE.plain);
  for (const [op, given, code, field] of [
    ['payload-open', { ...open, ...merchant }, 'unknown_input', 'merchant_private_key'],
    ['payload-open', { ...open, merchant_d: 'zz' }, 'bad_hex', 'merchant_d'],
    ['payload-open', { ...open, merchant_q: '' }, 'unknown_input', 'merchant_q'],
    ['payload-open', { ...open, merchant_d: null }, 'missing_input', 'merchant_private_key'],
    ['payload-make', { ...sheet, ...to, ...apple, plain: '{\u0000' }, 'bad_value', 'plain'],
    ['payload-make', { ...sheet, ...to, ...apple, plain: '{\ud800' }, 'bad_value', 'plain'],
  ] as const) {
    const answer = calculate({ op, in: given }, ports);
    ok('error' in answer, field);
    deepEqual([answer.error.code, answer.error.field], [code, field]);
  }
  const characters = { ...google, ...to, ...sheet, plain: '{"八":1}' };
  const { payload } = outOf('payload-make', characters);
  const opened = outOf('payload-open', { ...google, payload, merchant_d: EXAMPLE.merchantPrivate });
  equal(opened.plain, Buffer.from(characters.plain).toString('hex').toUpperCase());
});

test('what is missing or no key is named', () => {
  const made = { form: 'ec_v1', plain: EXAMPLE.plain, merchant_identifier: 'm', ...merchant };
  const open = { form: 'ecv2', payload: '{}', ...merchant };
  for (const [op, given, code, field] of [
    [
      'payload-make',
      { ...made, merchant_private_key: undefined },
      'missing_input',
      'merchant_public_key',
    ],
    [
      'payload-make',
      { ...made, merchant_identifier: undefined },
      'missing_input',
      'merchant_identifier',
    ],
    [
      'payload-make',
      { ...made, ephemeral_private_key: '00'.repeat(32) },
      'bad_value',
      'ephemeral_private_key',
    ],
    ['payload-make', { ...made, root_private_key }, 'missing_input', 'leaf_private_key'],
    [
      'payload-make',
      { ...made, form: 'ecv2', merchant_identifier: undefined, root_private_key },
      'missing_input',
      'intermediate_private_key',
    ],
    ['payload-open', open, 'malformed', 'payload'],
    [
      'payload-open',
      {
        ...open,
        payload: 'zz',
        ephemeral_public_key: EXAMPLE.ephemeralPublic,
        tag: EXAMPLE.googleTag,
      },
      'bad_hex',
      'payload',
    ],
    ['payload-open', { ...open, payload: '00' }, 'missing_input', 'ephemeral_public_key'],
    [
      'payload-open',
      { ...open, ephemeral_public_key: '04'.repeat(65) },
      'bad_value',
      'ephemeral_public_key',
    ],
    ['payload-open', { ...open, root_keys: '[]' }, 'malformed', 'root_keys'],
    ['payload-open', { ...open, root_keys: '{"keys":[]}' }, 'missing_input', 'recipient_id'],
  ] as const) {
    const answer = calculate({ op, in: given }, ports);
    ok('error' in answer, field);
    deepEqual([answer.error.code, answer.error.field], [code, field]);
  }
});

test('what a form or a way of opening would leave unread is refused by its name', () => {
  const { ephemeralPublic: ephemeral_public_key, googleTag: tag } = EXAMPLE;
  const both = { plain: EXAMPLE.plain, ...merchant };
  const token = { ...both, form: 'ec_v1', merchant_identifier: 'm' };
  const payload = { ...both, form: 'ecv2' };
  const bare = { ...merchant, payload: EXAMPLE.google, ephemeral_public_key };
  const openToken = { ...bare, form: 'ec_v1', merchant_identifier: 'm' };
  const openPayload = { ...bare, form: 'ecv2', tag };
  const application_data = '00'.repeat(32);
  for (const [op, given, unread] of [
    ['payload-make', token, { recipient_id: 'merchant:m' }],
    ['payload-make', token, { time }],
    ['payload-make', token, { expiration: time }],
    ['payload-make', payload, { merchant_identifier: 'm' }],
    ['payload-make', payload, { transaction_id: '00' }],
    ['payload-make', payload, { application_data }],
    ['payload-make', payload, { leaf_private_key }],
    ['payload-make', payload, { time }],
    ['payload-make', payload, { expiration: time }],
    ['payload-make', payload, { recipient_id: 'merchant:m' }],
    ['payload-open', openToken, { tag }],
    ['payload-open', openToken, { recipient_id: 'merchant:m' }],
    ['payload-open', openToken, { root_keys: '{}' }],
    ['payload-open', openToken, { time }],
    ['payload-open', openToken, { window: 1 }],
    ['payload-open', { ...openToken, payload: '{}' }, {}],
    ['payload-open', openPayload, { merchant_identifier: 'm' }],
    ['payload-open', openPayload, { root_certificate: '00' }],
    ['payload-open', openPayload, { window: 1 }],
    ['payload-open', openPayload, { recipient_id: 'merchant:m' }],
    ['payload-open', { ...openPayload, ephemeral_public_key: undefined, payload: '{}' }, { tag }],
  ] as const) {
    const answer = calculate({ op, in: { ...given, ...unread } }, ports);
    const [field = 'ephemeral_public_key'] = Object.keys(unread);
    ok('error' in answer, field);
    deepEqual([answer.error.code, answer.error.field], ['unknown_input', field]);
  }
});

function outOf(
  op: string,
  given: Record<string, unknown>,
): Extract<CalcAnswer, { out: object }>['out'] {
  const answer = calculate({ op, in: given }, ports);
  ok('out' in answer, JSON.stringify(answer));
  return answer.out;
}
