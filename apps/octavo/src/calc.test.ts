import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { calculate } from '@octavo/lib/calc/calculate.ts';
import { operations } from '@octavo/lib/calc/operations.ts';
import { operationHelp } from './calc-text.ts';
import { inputsOf } from './commands/calc.ts';
import { toolboxPage } from './toolbox-page.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const CHECK = ['kcv', 'key=0123456789ABCDEFFEDCBA9876543210', 'length=2'];

test('one calculation in words and as JSON', async () => {
  const text = await octavo(['calc', ...CHECK]);
  deepEqual([text.code, text.stderr], [0, '']);
  match(text.stdout, /^ {2}kcv +08D7\n$/);
  const json = await octavo(['calc', ...CHECK, '--json']);
  deepEqual(JSON.parse(json.stdout), { op: 'kcv', out: { kcv: '08D7' } });
});

test('bad usage is one line, exit code 2, and never shows a value', async () => {
  const bad: readonly (readonly [words: readonly string[], named: RegExp])[] = [
    [['no-such'], /no operation no-such/],
    [['kcv', 'key=0123456789ABCDEFFEDCBA98765432', 'length=2'], /^octavo: key: 16/],
    [['kcv', 'key'], /name=value/],
    [[...CHECK, 'length=3'], /length stands there twice/],
    [[...CHECK, 'more=1'], /more/],
    [['kcv', 'key.a=1'], /key has no parts/],
    [['verify-tap', 'tags={'], /tags/],
    [['kcv', '--batch', '-'], /--batch/],
    [[...CHECK, '--no-such'], /--no-such/],
  ];
  for (const [words, named] of bad) {
    const { code, stdout, stderr } = await octavo(['calc', ...words]);
    deepEqual([code, stdout], [2, ''], words.join(' '));
    match(stderr, named);
    match(stderr, /^octavo: [^\n]+\n$/);
    ok(!stderr.includes('89ABCDEF'));
  }
});

test('a batch answers in order, sums up, and fails by exit code', async () => {
  const good = '{"op":"luhn","in":{"pan":"6258249900000018"},"expect":{"valid":true}}';
  const lines = [good, '', '{"op":"luhn","in":{"pan":"x"}}', good];
  const right = await octavo(['calc', '--batch', '-'], lines.join('\r\n'));
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
  const failed = await octavo(['calc', '--batch', '-'], failing);
  equal(failed.code, 1);
  deepEqual(JSON.parse(failed.stdout.trim().split('\n').at(-1) ?? ''), {
    type: 'result',
    lines: 3,
    ok: 0,
    failed: 2,
    errors: 1,
  });
});

test('a file that cannot be read is exit code 2', async () => {
  for (const path of ['/no/such/file', '/']) {
    const { code, stdout, stderr } = await octavo(['calc', '--batch', path]);
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
  const { stdout } = await octavo(['calc', '--help']);
  for (const name of operations.keys()) ok(stdout.includes(`\n  ${name} `), name);
  const page = readFileSync(new URL('../../../docs/toolbox.md', import.meta.url), 'utf8');
  equal(page, toolboxPage(), 'npm run toolbox writes it anew');
});

function noChance(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x5a);
}

/** The words of a command line: quotes, escaped newlines, spaces. */
function shellWords(line: string): readonly string[] {
  return [...line.replaceAll('\\\n', ' ').matchAll(/(?:[^\s']+|'[^']*')+/g)].map(([word]) =>
    word.replaceAll("'\\''", '\u0000').replaceAll("'", '').replaceAll('\u0000', "'"),
  );
}

function octavo(
  words: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [main, ...words], { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
