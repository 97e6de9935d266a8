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
      const { [field]: left, ...others } = example.in;
      const answer = calculate({ op: name, in: others }, ports);
      if (!isOptional) equal(errorOf(answer).field, field, `${field} left out`);
      if (left === undefined) continue;
      for (const bad of [{}, [], true, 1.5, '\u0000', 'é', 'x'.repeat(3_000_000)]) {
        const wrong = calculate({ op: name, in: { ...example.in, [field]: bad } }, ports);
        if ('error' in wrong)
          ok(wrong.error.field?.startsWith(field), `${field}: ${wrong.error.field}`);
      }
    }
    equal(
      errorOf(calculate({ op: name, in: { ...example.in, no_such: '' } }, ports)).field,
      'no_such',
    );
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
  ])
    ok(!agrees(expected, given), JSON.stringify(expected));
});

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
