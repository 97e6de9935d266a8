import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agrees, calculate, calculateText } from './calculate.ts';
import { operations } from './operations.ts';

/** Eight of chance's bytes that are none: what is computed with them is not compared. */
const ports = { random: (length: number) => new Uint8Array(length).fill(0x5a) };

/** The names that the contract of the calculators gives. */
const contract = `
  derive-key session-key cryptogram verify-tap arpc script-mac pin-change iad-mac iad cvv pvv ibm3624-offset ibm3624-pin
  pin-block pin-unblock pin-translate pin-remap mac kcv dukpt tr31-wrap tr31-unwrap recover-issuer recover-icc verify-sda
  verify-dda verify-cda verify-fdda scp03 tlv track2 iso8583-decode iso8583-encode luhn par payload-make payload-open`
  .trim()
  .split(/\s+/);

test('every operation of the contract is there', () => {
  deepEqual(
    contract.filter((name) => !operations.has(name)),
    [],
  );
});

for (const operation of operations.values()) {
  const { name, inputs, outputs, examples } = operation;
  const [example] = examples;

  test(`${name}: every example agrees with its source`, () => {
    for (const { in: given, out, source } of examples) {
      ok(source.length > 3);
      const answer = calculate({ op: name, in: given, expect: out }, ports);
      ok('out' in answer && answer.ok, `${source}: ${JSON.stringify(answer)}`);
    }
  });

  test(`${name}: inputs and outputs are all described`, () => {
    for (const { help, form } of Object.values(inputs)) ok(help.length > 3 && form.length > 2);
    const answer = calculate({ op: name, in: example.in }, ports);
    ok('out' in answer);
    for (const [output, value] of Object.entries(answer.out)) {
      ok(value === undefined || Object.hasOwn(outputs, output), `${output} is not described`);
    }
  });

  test(`${name}: a missing, an unknown and a badly written input are named`, () => {
    for (const [field, { isOptional }] of Object.entries(inputs)) {
      const { [field]: _, ...others } = example.in;
      const answer = calculate({ op: name, in: others }, ports);
      if (!isOptional) equal(errorOf(answer).field, field, `${field} left out`);
    }
    equal(
      errorOf(calculate({ op: name, in: { ...example.in, no_such: '' } }, ports)).field,
      'no_such',
    );
  });

  test(`${name}: what is no text, or has control characters, is refused in every input`, () => {
    for (const [field, { isObject }] of Object.entries(inputs)) {
      for (const bad of [
        {},
        [],
        true,
        false,
        1.5,
        -1,
        '\u0000',
        '12\u0007',
        'x'.repeat(3_000_000),
      ]) {
        if (isObject && typeof bad === 'object' && !Array.isArray(bad)) continue;
        const answer = calculate({ op: name, in: { ...example.in, [field]: bad } }, ports);
        equal(errorOf(answer).field, field, `${field}: ${JSON.stringify(bad).slice(0, 20)}`);
      }
    }
  });

  test(`${name}: a number in JSON is a count, a word of digits or an index, and nothing else`, () => {
    for (const [field, { form, isObject }] of Object.entries(inputs)) {
      if (isObject) continue;
      for (const number of [0, 1, 7, 12, 123, 12_345_678, 0x7fff_ffff_ffff]) {
        const answer = calculate({ op: name, in: { ...example.in, [field]: number } }, ports);
        const isTaken = !('error' in answer && answer.error.field === field);
        const mayBe =
          /^\d+ to \d+$/.test(form) || // a count
          /^\d( \| \d)*$/.test(form) || // words of digits
          (number < 100 && /^(1|0 or 2) digits?$/.test(form));
        ok(mayBe || !isTaken, `${field} = ${number}`);
        if (!mayBe) equal(errorOf(answer).code, 'bad_value', field);
      }
    }
  });

  test(`${name}: whatever stands in an input, the answer is a value or a named error`, () => {
    const fields = Object.keys(inputs);
    fc.assert(
      fc.property(fc.constantFrom(...fields), likely, (field, value) => {
        const answer = calculate({ op: name, in: { ...example.in, [field]: value } }, ports);
        ok(
          'out' in answer || Object.hasOwn(inputs, (answer.error.field ?? '').split('.')[0] ?? ''),
        );
      }),
      { numRuns: 60 },
    );
  });
}

test('a value is never in an error', () => {
  const secretHex = '0123456789ABCDEFFEDCBA98765432'; // one byte too short
  for (const { name, inputs, examples } of operations.values()) {
    for (const field of Object.keys(inputs)) {
      const given = { ...examples[0].in, [field]: `${secretHex}zz` };
      const answer = calculate({ op: name, in: given }, ports);
      ok(!JSON.stringify('error' in answer ? answer : {}).includes(secretHex.slice(0, 12)), name);
    }
  }
});

test('an unknown operation, and text that is no line, are answers', () => {
  equal(errorOf(calculate({ op: 'constructor', in: {} }, ports)).code, 'unknown_operation');
  for (const text of ['', 'null', '[]', '{', '{"op":1,"in":{}}', '{"op":"luhn","in":[]}']) {
    equal(errorOf(calculateText(text, ports).answer).code, 'bad_line', text);
  }
  equal(calculateText('{"op":"luhn","in":{"pan":"x"},"expect":{}}', ports).expects, true);
});

test('an error repeats the name of the operation, and names the member of the line at fault', () => {
  for (const [line, op, field] of [
    [{ op: 'iso8583-decode' }, 'iso8583-decode', 'in'],
    [{ op: 'ibm3624-pin', in: {}, expect: 1 }, 'ibm3624-pin', 'expect'],
    [{ in: {} }, '', 'op'],
    [{ op: 'No_such.8583-x', in: {} }, 'No_such.8583-x', 'op'],
    [{ op: 'nosuch' }, 'nosuch', 'in'],
    [{ op: '0123456789AB', in: {} }, '', 'op'],
    [{ op: 'no such', in: {} }, '', 'op'],
    [{ op: 'x'.repeat(21), in: {} }, '', 'op'],
  ] as const) {
    const { answer } = calculateText(JSON.stringify(line), ports);
    deepEqual([answer.op, errorOf(answer).field], [op, field]);
  }
  for (const name of operations.keys()) {
    equal(calculateText(JSON.stringify({ op: name }), ports).answer.op, name);
  }
});

test('an expectation looks at the outputs that it names, without regard to case', () => {
  const given = { kcv: '08D7', valid: true, objects: [{ tag: '9F02' }], fields: { 2: '62' } };
  for (const expected of [
    {},
    { kcv: '08d7' },
    { valid: 'TRUE' },
    { objects: [{ tag: '9f02' }] },
    { fields: { 2: 62 } },
    { failed_check: '' },
    { failed_check: null },
  ])
    ok(agrees(expected, given), JSON.stringify(expected));
  for (const expected of [
    { kcv: '08D8' },
    { valid: false },
    { objects: [] },
    { objects: [{ tag: '9F02' }, { tag: '9F03' }] },
    { fields: { 3: '1' } },
    { more: 'x' },
    { kcv: null },
    { toString: 'x' },
    { objects: {} },
    { objects: { 0: { tag: '9F02' } } },
    { fields: [] },
  ])
    ok(!agrees(expected, given), JSON.stringify(expected));
});

test('an output that the operation does not have never agrees, not even as absent', () => {
  const line = { op: 'luhn', in: { pan: '6258249900000018' } };
  const ask = (expect: Record<string, unknown>) => {
    const answer = calculate({ ...line, expect }, ports);
    return 'out' in answer && answer.ok;
  };
  for (const wrong of [null, '', 'true', {}]) equal(ask({ valdi: wrong, valid: true }), false);
  equal(ask({ constructor: null }), false);
  equal(ask({}), true);
  equal(ask({ valid: true, check_digit: '8' }), true);
});

test('text that cannot be read counts as expecting something where it says so', () => {
  for (const [text, expects] of [
    ['not JSON', false],
    ['{"op":"luhn","in":{}', false],
    ['{"op":"luhn","in":{"pan":"1"},"expect":{"valid":true}', true],
    ['[{"op":"luhn","in":{},"expect":{}}]', true],
    ['{"op":1,"in":{},"expect":{}}', true],
    ['{"op":"luhn","in":{},"expect":null}', true],
  ] as const) {
    const { answer, expects: found } = calculateText(text, ports);
    ok('error' in answer && answer.error.code === 'bad_line', text);
    equal(found, expects, text);
  }
});

test('a foreign name is short in an error, and no key or PIN', () => {
  const key = '0123456789ABCDEFFEDCBA9876543210';
  for (const name of [key, `key ${key}`, '123456', 'x'.repeat(100_000), '\u0000\n']) {
    for (const line of [
      { op: name, in: {} },
      { op: 'luhn', in: { [name]: '1' } },
      { ...tapLine({ [name]: 1 }) },
      { ...tapLine({ [name]: 'zz' }) },
      { op: 'iso8583-encode', in: { dialect: 'pos', mti: '0800', fields: { [name]: 1 } } },
    ]) {
      const answer = calculateText(JSON.stringify(line), ports).answer;
      const said = JSON.stringify(answer);
      ok('error' in answer && said.length < 250, said);
      ok(!said.includes('0123456') && !said.includes('123456') && !said.includes('\\u0000'), said);
    }
  }
});

test('a tag is a tag, and stands there once in whatever case', () => {
  for (const [tags, code, field] of [
    [{ '9F02': '', '9f02': '' }, 'bad_value', 'tags.9F02'],
    [{ '9F': '00' }, 'bad_value', 'tags'],
    [{ '9F0': '00' }, 'bad_value', 'tags'],
    [{ '8282': '00' }, 'bad_value', 'tags'],
    [{ '': '00' }, 'bad_value', 'tags'],
    [{ amount: '00' }, 'bad_value', 'tags'],
    [{ '9f02': '0' }, 'bad_hex', 'tags.9F02'],
    [{ '9f02': 12 }, 'bad_value', 'tags.9F02'],
  ] as const) {
    const { code: found, field: at } = errorOf(calculate(tapLine(tags), ports));
    deepEqual([found, at], [code, field], JSON.stringify(tags));
  }
});

function tapLine(tags: Readonly<Record<string, unknown>>) {
  const example = operations.get('verify-tap')?.examples[0];
  return { op: 'verify-tap', in: { ...example?.in, tags } };
}

const likely = fc.oneof(
  fc.string(),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  fc.stringMatching(/^\d{0,40}$/),
  fc.jsonValue(),
  fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 20 })),
);

function errorOf(answer: ReturnType<typeof calculate>): { code: string; field?: string } {
  ok('error' in answer);
  return answer.error;
}
