import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { calculate } from '@octavo/lib/calc/calculate.ts';
import type { Operation } from '@octavo/lib/calc/operation.ts';
import { operations } from '@octavo/lib/calc/operations.ts';
import { LONGEST_LINE, linesOf } from './calc-lines.ts';
import { operationHelp } from './calc-text.ts';
import { inputsOf } from './commands/calc.ts';
import { endOf, runOctavo, start } from './process.fixture.ts';
import { say } from './run-words.fixture.ts';
import { toolboxPage } from './toolbox-page.ts';

const CHECK = ['kcv', 'key=0123456789ABCDEFFEDCBA9876543210', 'length=2'];

test('one calculation in words and as JSON', async () => {
  const text = await runOctavo(['calc', ...CHECK]);
  deepEqual([text.code, text.stderr], [0, '']);
  match(text.stdout, /^ {2}kcv +08D7\n$/);
  const json = await say(['calc', ...CHECK, '--json']);
  deepEqual(json.stdout.trim().split('\n').map(parsed), [
    { op: 'kcv', out: { kcv: '08D7' } },
    { type: 'result', lines: 1, ok: 1, failed: 0, errors: 0 },
  ]);
});

test('as JSON a wrong input is a line too, then the line that sums up, and exit code 2', async () => {
  const wrong: readonly (readonly [words: readonly string[], code: string, field?: string])[] = [
    [['kcv', 'key=01', 'length=2'], 'wrong_length', 'key'],
    [['kcv', 'key=0123456789ABCDEF'], 'missing_input', 'length'],
    [[...CHECK, 'more=1'], 'unknown_input', 'more'],
    [[...CHECK, 'length=3'], 'bad_usage'],
    [['no-such', 'a=1'], 'unknown_operation', 'op'],
    [[], 'unknown_operation', 'op'],
  ];
  for (const [words, code, field] of wrong) {
    const said = await say(['calc', ...words, '--json']);
    deepEqual([said.code, said.stderr], [2, ''], words.join(' '));
    const [answer, ...last] = said.stdout.trim().split('\n').map(parsed);
    deepEqual([answer.error.code, answer.error.field], [code, field]);
    equal(answer.op, words[0] ?? '');
    deepEqual(last, [{ type: 'result', lines: 1, ok: 0, failed: 0, errors: 1 }]);
  }
});

test('bad usage is one line, exit code 2, and never shows a value', async () => {
  const bad: readonly (readonly [words: readonly string[], named: RegExp])[] = [
    [['no-such'], /no operation no-such/],
    [['kcv', 'key=0123456789ABCDEFFEDCBA98765432', 'length=2'], /^octavo: key: 8 or 16/],
    [['kcv', 'key'], /word 2: name=value/],
    [[...CHECK, 'length=3'], /length stands there twice/],
    [[...CHECK, 'more=1'], /more/],
    [['kcv', 'key.a=1'], /key has no parts/],
    [['verify-tap', 'tags={'], /tags/],
    [['kcv', '--batch', '-'], /--batch/],
    [[...CHECK, '--no-such'], /--no-such/],
  ];
  for (const [words, named] of bad) {
    const { code, stdout, stderr } = await say(['calc', ...words]);
    deepEqual([code, stdout], [2, ''], words.join(' '));
    match(stderr, named);
    match(stderr, /^octavo: [^\n]+\n$/);
    ok(!stderr.includes('89ABCDEF'));
  }
});

test('a key or a PIN in a wrong place is not printed, as text or as JSON', async () => {
  const key = '0123456789ABCDEFFEDCBA9876543210';
  const [, ...pairs] = CHECK;
  const tags = 'tags.9F02=000000000001';
  const mistyped: readonly (readonly [words: readonly string[], named: RegExp])[] = [
    [[key], /no such operation \(word 1\)/],
    [[key.toLowerCase().slice(0, 16)], /no such operation/],
    [['246813'], /no such operation/],
    [['key=0123456789abcdef'], /no such operation/],
    [['kcv', key], /word 2: name=value/],
    [['kcv', '246813'], /word 2: name=value/],
    [['kcv', 'length=2', `=${key}`], /word 3: name=value/],
    [['kcv', `${key}=`], /word 2: kcv has no such input/],
    [['kcv', ...pairs, `${key.toLowerCase()}=1`], /word 4: kcv has no such input/],
    [['pvv', '246813=pin'], /word 2: pvv has no such input/],
    [['pvv', 'pin246813=1'], /word 2: pvv has no such input/],
    [['kcv', `${key}.key=1`], /word 2: kcv has no such input/],
    [['kcv', `key.${key}=1`], /word 2: key has no parts/],
    [['kcv', `key=${key}`, `key=${key}`], /word 3: key stands there twice/],
    [['kcv', `key=${key}0`, 'length=2'], /^octavo: key: /],
    [['pvv', `pin=${key}`], /^octavo: pvk: /],
    [['verify-tap', `tags=${key}`], /word 2: tags is an object/],
    [['verify-tap', `tags="${key}"`], /word 2: tags is an object/],
    [['verify-tap', `tags.${key}=1`, 'imk=00'], /^octavo: /],
    [['verify-tap', `tags.${key}=1`, `tags.${key}=2`], /word 3: a part of tags/],
    [['verify-tap', 'tags={"9F02":""}', tags], /word 3: a part of tags/],
    [['verify-tap', tags, 'tags={"9F02":""}'], /word 3: tags stands there twice/],
    [['--batch', key], /cannot be read: ENOENT: no such file or directory\n$/],
  ];
  const said = await Promise.all(mistyped.map(([words]) => say(['calc', ...words])));
  for (const [index, { code, stdout, stderr }] of said.entries()) {
    const [words, named] = mistyped[index] ?? [[], /never/];
    deepEqual([code, stdout], [2, ''], words.join(' '));
    match(stderr, named);
    ok(!SECRET.test(stderr), stderr);
  }
  const others = [
    [key, '--help'],
    [key, '--json'],
    ['kcv', key, '--json'],
    ['kcv', `${key}=`, '--json'],
  ];
  for (const words of others) {
    const { code, stdout, stderr } = await say(['calc', ...words]);
    equal(code, 2, words.join(' '));
    ok(!SECRET.test(stdout + stderr), stdout + stderr);
  }
});

/** The beginnings of the key and of the PIN that are typed in wrong places. */
const SECRET = /01234567|246813|89abcdef/i;

test('a tag that stands there in both cases is refused', async () => {
  const { inputs, examples } = operations.get('verify-tap') as Operation;
  equal(inputs.tags?.isObject, true);
  const { tags, ...others } = examples[0].in;
  const words = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  const twice = ['tags.9F02=000000000001', 'tags.9f02=000000000001'];
  const said = await say(['calc', 'verify-tap', ...words, ...twice, '--json']);
  const [answer] = said.stdout.trim().split('\n').map(parsed);
  deepEqual([answer.error.code, answer.error.field], ['bad_value', 'tags.9F02']);
});

test('a batch answers in order, sums up, and fails by exit code', async () => {
  const good = '{"op":"luhn","in":{"pan":"6258249900000018"},"expect":{"valid":true}}';
  const lines = [good, '', '{"op":"luhn","in":{"pan":"x"}}', good];
  const right = await runOctavo(['calc', '--batch', '-'], {}, lines.join('\r\n'));
  equal(right.code, 0);
  const answers = right.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  deepEqual(answers[0], { op: 'luhn', out: { valid: true, check_digit: '8' }, ok: true });
  equal(answers[1].error.field, 'pan');
  deepEqual(answers.at(-1), { type: 'result', lines: 3, ok: 2, failed: 0, errors: 1 });

  const wrong = good.replace('true', 'false');
  const failing = `${wrong}\n{"op":"luhn","in":{},"expect":{}}\nnot JSON`;
  const failed = await say(['calc', '--batch', '-'], { input: failing });
  equal(failed.code, 1);
  deepEqual(JSON.parse(failed.stdout.trim().split('\n').at(-1) ?? ''), {
    type: 'result',
    lines: 3,
    ok: 0,
    failed: 2,
    errors: 1,
  });
});

test('a reader that closes the pipe after the first answers is no error', async () => {
  const line = '{"op":"luhn","in":{"pan":"6258249900000018"}}\n';
  const child = start(['calc', '--batch', '-'], {}, line.repeat(20_000));
  const ended = endOf(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { code, stdout, stderr } = await ended;
  deepEqual([code, stderr], [0, '']);
  ok(!stdout.includes('"type":"result"'));
});

test('lines end at LF alone, are UTF-8, and may begin with a byte order mark', async () => {
  const text = (value: string) => `{"op":"track1","in":{"value":"${value}"}}`;
  const line = '{"op":"luhn","in":{"pan":"18"}}';
  const bytes = Buffer.concat([
    Buffer.from(
      `\ufeff${line}\n${text('\u2028\u2029\u0085')}\n{"op":"luhn",\r"in":{"pan":"18"}}\r\n\r\n`,
    ),
    Buffer.from('{"op":"luhn","in":{"pan":"'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('"},"expect":{}}\n'),
    Buffer.from(`\ufeff${line}\n${line}`),
  ]);
  const { code, stdout } = await say(['calc', '--batch', '-'], { input: bytes });
  const answers = stdout.trim().split('\n').map(parsed);
  deepEqual(
    answers.map((one) => one.error?.code ?? one.out ?? one),
    [
      { valid: true, check_digit: '8' },
      'bad_value',
      { valid: true, check_digit: '8' },
      'bad_line',
      'bad_line',
      { valid: true, check_digit: '8' },
      { type: 'result', lines: 6, ok: 3, failed: 1, errors: 2 },
    ],
  );
  equal(code, 1);
});

test('however the bytes come, the lines are the same; a line that is too long is not held', async () => {
  const long = Buffer.alloc(LONGEST_LINE + 1, 0x20);
  const expecting = Buffer.from(long);
  expecting.write('"expect"', LONGEST_LINE - 100);
  const just = Buffer.alloc(LONGEST_LINE, 0x20);
  const whole = Buffer.concat([
    ...[long, expecting, just].flatMap((one) => [one, LF]),
    Buffer.from('ä'),
  ]);
  for (const size of [whole.length, 65_536, LONGEST_LINE - 96, 4093]) {
    const seen: string[] = [];
    for await (const line of linesOf(cut(whole, size))) {
      seen.push(line.kind === 'text' ? `${line.text.length}` : `${line.why}, ${line.expects}`);
    }
    const tooLong = 'the line is too long';
    deepEqual(seen, [`${tooLong}, false`, `${tooLong}, true`, `${LONGEST_LINE}`, '1'], `${size}`);
  }
});

test('a line in single bytes is looked at once', async () => {
  const seen = [];
  for await (const line of linesOf(cut(Buffer.alloc(100_000, 0x31), 1))) seen.push(line);
  deepEqual(seen, [{ kind: 'text', text: '1'.repeat(100_000) }]);
});

test('text that is no JSON and says "expect" has failed', async () => {
  const { code, stdout } = await say(['calc', '--batch', '-'], {
    input: '{"op":"luhn","expect":{}\nx',
  });
  equal(code, 1);
  deepEqual(stdout.trim().split('\n').map(parsed).at(-1), {
    ...{ type: 'result', lines: 2 },
    ...{ ok: 0, failed: 1, errors: 1 },
  });
});

test('a file that cannot be read is exit code 2', async () => {
  for (const path of ['/no/such/file', '/']) {
    const { code, stdout, stderr } = await say(['calc', '--batch', path]);
    deepEqual([code, stdout], [2, '']);
    match(stderr, /^octavo: the file cannot be read: [^\n]+\n$/);
  }
});

test('the example in each help is a command line that gives what stands below it', () => {
  for (const operation of operations.values()) {
    const help = operationHelp(operation);
    const [, shown = ''] = /^ {2}\$ npx octavo calc ((?:.*\\\n)*.*)$/m.exec(help) ?? [];
    const [name, ...pairs] = shellWords(shown);
    equal(name, operation.name);
    const given = inputsOf(operation, pairs);
    const expect = operation.examples[0].out as Readonly<Record<string, unknown>>;
    const answer = calculate({ op: operation.name, in: given, expect }, { random: noChance });
    ok('out' in answer && answer.ok, `${name}: ${JSON.stringify(answer)}`);
  }
});

test('the list names every operation, and the index of the tool box is the table', async () => {
  const { stdout } = await say(['calc', '--help']);
  for (const name of operations.keys()) ok(stdout.includes(`\n  ${name} `), name);
  const page = readFileSync(new URL('../../../docs/toolbox.md', import.meta.url), 'utf8');
  equal(page, toolboxPage(), 'npm run toolbox writes it anew');
});

const LF = Buffer.from('\n');

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

function parsed(line: string) {
  return JSON.parse(line);
}

function noChance(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x5a);
}

/** The words of a command line: quotes, escaped newlines, spaces. */
function shellWords(line: string): readonly string[] {
  return [...line.replaceAll('\\\n', ' ').matchAll(/(?:[^\s']+|'[^']*')+/g)].map(([word]) =>
    word.replaceAll("'\\''", '\u0000').replaceAll("'", '').replaceAll('\u0000', "'"),
  );
}
