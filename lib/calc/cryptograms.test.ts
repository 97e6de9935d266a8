import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { calculate } from './calculate.ts';
import { operations } from './operations.ts';

const ports = { random: (length: number) => new Uint8Array(length) };

/** The worked tap: the first example of `verify-tap`, cryptograms sheet, section 9. */
const tap = operations.get('verify-tap')?.examples[0].in as { tags: Record<string, string> };

test('a tap with another amount is not valid, which is an output', () => {
  const tags = { ...tap.tags, '9F02': '000000001251' };
  const { valid, expected } = outputs('verify-tap', { ...tap, tags });
  same(valid, false);
  same(expected === tap.tags['9F26'], false);
});

test('tags may be written in either case, and others may stand beside them', () => {
  const { '9F1A': country, ...others } = tap.tags;
  const tags = { ...others, '9f1a': country, '9F33': '60E1C8' };
  same(outputs('verify-tap', { ...tap, tags }).valid, true);
});

test('a data object that keeps a tap from being checked is named', () => {
  const cases = [
    ['9F37', undefined, 'missing_input'],
    ['9F26', undefined, 'missing_input'],
    ['9F02', '0000', 'wrong_length'],
    ['9A', '2611zz', 'bad_hex'],
    ['9F10', '0701', 'malformed'],
  ] as const;
  for (const [tag, value, code] of cases) {
    const { [tag]: _, ...others } = tap.tags;
    const tags = value === undefined ? others : { ...others, [tag]: value };
    deepEqual(fault('verify-tap', { ...tap, tags }), [code, `tags.${tag}`]);
  }
});

test('a tap is checked by the profile that was chosen, whatever version and algorithm 9F10 names', () => {
  // cryptograms sheet, section 9: the value of version 17 over the worked tap, whose own 9F10 says version 01
  const short = { ...tap.tags, '9F26': 'E6FD8F8B7BB53F33' };
  const { valid, mac_input } = outputs('verify-tap', {
    ...tap,
    profile: 'unionpay-17',
    tags: short,
  });
  deepEqual([valid, mac_input], [true, '0000000012501A2B3C4D0001A4']);
  // Version and algorithm are not among what version 01 seals.
  for (const issuerData of ['07011103A4000001', '07010103A4000004']) {
    const tags = { ...tap.tags, '9F10': issuerData };
    deepEqual(
      outputs('verify-tap', { ...tap, tags }).expected,
      outputs('verify-tap', { ...tap, tags: { ...tags, '9F10': '07010103A4000001' } }).expected,
    );
  }
});

test('options A and B have odd parity unless told otherwise, option C none', () => {
  // vector upi-arqc-003
  const card = { imk: 'F0C34A8124CEE0A91A0B034AA97D6EAC', pan: '6228000100001', psn: '01' };
  const odd = '014C986ECD8F49157CC8B59E3BCDFD98';
  const none = '014D996FCC8F49157DC8B49E3BCDFD99';
  same(outputs('derive-key', { ...card, option: 'A' }).key, odd);
  same(outputs('derive-key', { ...card, option: 'A', parity: 'odd' }).key, odd);
  same(outputs('derive-key', { ...card, option: 'A', parity: 'none' }).key, none);
  const aes = { ...card, option: 'C' };
  deepEqual(outputs('derive-key', aes), outputs('derive-key', { ...aes, parity: 'none' }));
  deepEqual(fault('derive-key', { ...aes, parity: 'odd' }), ['bad_value', 'parity']);
});

test('keys of AES lengths are for AES alone', () => {
  const key = '00'.repeat(24);
  const card = { imk: key, pan: '6228000100001', psn: '01' };
  deepEqual(fault('derive-key', { ...card, option: 'B' }), ['wrong_length', 'imk']);
  for (const method of ['unionpay', 'emv-csk', 'visa-sm']) {
    deepEqual(fault('session-key', { key, method, atc: '0001' }), ['wrong_length', 'key']);
  }
  const sealed = { key, data: '00', padding: 2 };
  deepEqual(fault('cryptogram', { ...sealed, algorithm: '3des' }), ['wrong_length', 'key']);
  deepEqual(fault('cryptogram', { ...sealed, algorithm: 'sm4' }), ['wrong_length', 'key']);
});

test('a session key is made of the counter or of r, as its method allows', () => {
  const key = '00'.repeat(16);
  const r = '00'.repeat(16);
  deepEqual(fault('session-key', { key, method: 'emv-csk' }), ['missing_input', 'atc']);
  const both = { key, method: 'emv-csk', atc: '0001', r: r.slice(16) };
  deepEqual(fault('session-key', both), ['unknown_input', 'r']);
  deepEqual(fault('session-key', { key, method: 'emv-csk', r }), ['wrong_length', 'r']);
  deepEqual(fault('session-key', { key, method: 'unionpay', r }), ['unknown_input', 'r']);
  deepEqual(fault('session-key', { key, method: 'visa-sm', r }), ['unknown_input', 'r']);
  deepEqual(
    outputs('session-key', { key, method: 'aes', r: r.slice(16) }),
    outputs('session-key', { key, method: 'aes', r }),
  );
});

test('a cryptogram asks for its padding, but under AES', () => {
  const sealed = { key: '00'.repeat(16), data: '00' };
  deepEqual(fault('cryptogram', { ...sealed, algorithm: '3des' }), ['missing_input', 'padding']);
  deepEqual(
    outputs('cryptogram', { ...sealed, algorithm: 'aes', padding: 1 }),
    outputs('cryptogram', { ...sealed, algorithm: 'aes' }),
  );
});

test('an answer takes the inputs of its method and no others', () => {
  const given = { key: '00'.repeat(16), cryptogram: '00'.repeat(8) };
  const [arc, csu, proprietary] = ['3030', '00000000', '00'];
  deepEqual(fault('arpc', { ...given, method: 1 }), ['missing_input', 'arc']);
  deepEqual(fault('arpc', { ...given, method: 1, arc, csu }), ['unknown_input', 'csu']);
  deepEqual(fault('arpc', { ...given, method: 1, arc, proprietary }), [
    'unknown_input',
    'proprietary',
  ]);
  deepEqual(fault('arpc', { ...given, method: 2 }), ['missing_input', 'csu']);
  deepEqual(fault('arpc', { ...given, method: 2, csu, arc }), ['unknown_input', 'arc']);
});

test('the PIN of before goes with the card’s key, and either changes the data', () => {
  const given = { key: 'F205E76FDBC225586DF1D1E9D0FBD315', pin: '1234' };
  deepEqual(fault('pin-change', { ...given, old_pin: '5678' }), ['unknown_input', 'old_pin']);
  const udk_enc = '44DAD5ECADDC624B0D78B7400A58A63A';
  const forms = [
    outputs('pin-change', given),
    outputs('pin-change', { ...given, udk_enc }),
    outputs('pin-change', { ...given, udk_enc, old_pin: '5678' }),
  ].map(({ data }) => data);
  same(new Set(forms).size, 3);
});

test('issuer data without an amount say so by leaving it out; two amounts stand together', () => {
  // cryptograms sheet, section 4.2; the form with two amounts as section 5 gives it
  const bare = { dki: '01', cvn: '11', cvr: '03000000', algorithm: '01' };
  deepEqual(outputs('iad', { value: '0701110300000001' }), bare);
  const two = outputs('iad', { value: '07010103A00000010F0300000010000000002000AABBCCDD' });
  same(two.amount, '00000010000000002000');
  deepEqual(fault('iad', { value: '0701' }), ['malformed', 'value']);
});

function outputs(op: string, given: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const answer = calculate({ op, in: given }, ports);
  if ('error' in answer) throw new Error(`${answer.error.code} ${answer.error.field}`);
  return answer.out;
}

function fault(op: string, given: Record<string, unknown>): readonly [string, string | undefined] {
  const answer = calculate({ op, in: given }, ports);
  if ('out' in answer) throw new Error('no error');
  return [answer.error.code, answer.error.field];
}
