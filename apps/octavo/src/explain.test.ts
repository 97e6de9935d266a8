/** `octavo explain` as a reader of the manual meets it: where input comes from, exit codes, masking, JSON, colour, limits. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { explainChipData } from '@octavo/lib/explain/data-objects.ts';
import { revealed } from '@octavo/lib/explain/hide.ts';
import { workedCommands, workedResponses } from '@octavo/lib/kernel/worked-tap.ts';
import oda from '@octavo/lib/vectors/sheets/oda.json' with { type: 'json' };
import { rowsOf } from './explain-rows.ts';
import { jsonLines, runOctavo } from './process.fixture.ts';
import { say } from './run-words.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavo-explain-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const explain = (words: readonly string[], environment: Record<string, string> = {}) =>
  say(['explain', ...words], { environment });

/** Put into standard input. */
const piped = (words: readonly string[], input: string | Uint8Array) =>
  say(['explain', ...words], { input });

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TOO_LONG = /^octavo: too long: at most 65536 bytes[^\n]*\n$/;
const TRACK = '6258249900000018D301220100000000000F';
const TAP = (['select', 'options'] as const)
  .map((step) => `> ${toHex(workedCommands[step])}\n< ${toHex(workedResponses[step])}\n`)
  .join('');

describe('input', () => {
  test('comes as words, as a file of text or of bytes, or on standard input, and says the same', async () => {
    const bytes = fromHex('9F36020001950500000000009C0100');
    const { code, stdout } = await explain([toHex(bytes)]);
    equal(code, 0);
    match(stdout, /9F36 application transaction counter {2}1/);
    const body = (text: string) => text.slice(text.indexOf('\n'));
    for (const word of [
      file('text.hex', '9f36 02 0001\n95 05 0000000000 9c0100\n'),
      file('bytes.bin', bytes),
    ]) {
      const other = await explain([word]);
      equal(body(other.stdout), body(stdout), word);
    }
    equal(body((await piped(['-'], Buffer.from(bytes).toString('base64'))).stdout), body(stdout));
    equal(body((await explain(['9F36', '0200', '01950500000000009C0100'])).stdout), body(stdout));
  });
});

describe('a process of its own', { concurrency: true }, () => {
  test('a word that is hexadecimal is never a file', async () => {
    mkdirSync(join(folder, 'inside'));
    writeFileSync(join(folder, 'inside', '6985'), '9F36020001');
    const main = join(import.meta.dirname, 'main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'explain', '6985'], {
      cwd: join(folder, 'inside'),
    });
    match(stdout, /^response APDU/);
    match((await explain(['--help'])).stdout, /hexadecimal is never taken for a file/);
  });

  test('lines of an exchange explain each other, command by response', async () => {
    const { code, stdout } = await runOctavo(['explain', '-'], {}, TAP);
    equal(code, 0);
    match(stdout, /> GET PROCESSING OPTIONS/);
    match(stdout, /9F02 amount, authorised {2}12\.50 CNY/);
    match(stdout, /< answer {2}the element asks to go online/);
  });

  test('a process that is given too much ends with that line', async () => {
    const { code, stdout, stderr } = await runOctavo(['explain', '-'], {}, new Uint8Array(1 << 20));
    deepEqual([code, stdout], [1, '']);
    match(stderr, TOO_LONG);
  });
});

describe('exit codes', () => {
  test('1 with one line when nothing fits, without repeating what was given', async () => {
    for (const words of [['hello world'], ['0x9'], [''], ['4929123412341']]) {
      const { code, stdout, stderr } = await explain(words);
      equal(code, 1, words.join());
      equal(stdout, '');
      match(stderr, /^octavo: [^\n]+\n$/);
      ok(words[0] === '' || !stderr.includes(words[0] ?? ''));
    }
  });

  test('2 for bad usage', async () => {
    for (const words of [[], ['--as', 'nonsense', '00'], ['--date', 'tomorrow', '00'], [folder]]) {
      const { code, stderr } = await explain(words);
      equal(code, 2, words.join(' '));
      match(stderr, /^octavo: [^\n]+\n$/);
    }
  });
});

test('several readings are listed with why, and --as chooses', async () => {
  const { stdout } = await explain(['0080']);
  match(stdout, /It could be:/);
  match(stdout, /\n {2}ctq +possible +2 bytes, every bit set has a name\n {2}aip +/);
  const other = await explain(['--as', 'aip', '0080']);
  match(other.stdout, /^application interchange profile/);
  ok(!other.stdout.includes('It could be'));
  const sure = await explain(['9F36020001950500000000009C0100']);
  ok(!sure.stdout.includes('It could be'));
});

test('numbers are masked in text and JSON, and shown when asked for', async () => {
  for (const options of [[], ['--json'], ['--openssl']]) {
    const { stdout } = await piped([...options, '-'], TAP);
    ok(stdout.length > 0);
    ok(!/6258 ?24 ?99|990000|99 00 00/.test(stdout), options.join());
  }
  match((await explain(['--reveal', TRACK])).stdout, /62 58 24 99 00 00 00 18/);
  match((await explain(['--reveal', '--json', TRACK])).stdout, /"value":"6258249900000018"/);
});

test('JSON lines hold readings, trees and warnings, and end with the result', async () => {
  const { stdout } = await piped(
    ['--json', '-'],
    '57116258249900000018D301220112345000679F370400000000',
  );
  const lines = jsonLines(stdout);
  deepEqual(
    new Set(lines.map(({ type }) => type)),
    new Set(['reading', 'tree', 'warning', 'result']),
  );
  const last = lines.at(-1) as { type: string; kind: string; warnings: { code: string }[] };
  equal(last.type, 'result');
  equal(last.kind, 'tlv');
  deepEqual(
    last.warnings.map(({ code }) => code),
    ['number.zero', 'cvv.zero'],
  );
  const { tree } = lines.find(({ type }) => type === 'tree') as unknown as {
    tree: {
      children: { path: string; tag: string; start: number; end: number; children: unknown[] }[];
    };
  };
  deepEqual(
    tree.children.map(({ path, start, end }) => [path, start, end]),
    [
      ['57', 0, 19],
      ['9F37', 19, 26],
    ],
  );
  const refused = jsonLines((await piped(['--json', '-'], '???')).stdout);
  deepEqual(
    refused.map(({ type, ok: good }) => [type, good]),
    [['result', false]],
  );
});

test('a device token of the demo world without a cryptogram is warned of', async () => {
  const { stdout } = await explain(['57119999580100000014D3012201123456789F9F36020001']);
  match(stdout, /token\.no_cryptogram/);
});

test('--date warns of what has expired', async () => {
  match((await explain(['--date', '2031-01-01', TRACK])).stdout, /expiry\.past/);
  ok(!(await explain(['--date', '2030-12-31', TRACK])).stdout.includes('expiry.past'));
});

const hasOpenssl = spawnSync('bash', ['-c', 'openssl version']).status === 0;

test('the openssl script comes alone, and agrees when it is run', {
  skip: !hasOpenssl && 'bash or openssl is not installed',
}, async () => {
  const script = (await piped(['--openssl', '-'], TAP)).stdout;
  match(script, /^#!\/usr\/bin\/env bash\n/);
  const keys = { IMK: '0123456789ABCDEF23456789ABCDEF01', PAN: '6258249900000018' };
  const { status, stdout } = spawnSync('bash', ['-s'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...keys },
  });
  equal(status, 0);
  match(stdout, /they agree/);
  equal((await piped(['--openssl', '-'], '9F36020001')).code, 1);
});

test('every byte stands in exactly one row', () => {
  for (const response of Object.values(workedResponses)) {
    const objects = response.subarray(0, -2);
    const { tree, hex } = revealed({ title: '', bytes: objects, tree: explainChipData(objects) });
    const shown = rowsOf(tree, hex).flatMap(({ runs }) => runs.map(({ text }) => text));
    equal(shown.join(''), toHex(objects));
  }
});

test('lines keep within the terminal, and without one there is no escape code', async () => {
  for (const columns of ['60', '100']) {
    const { stdout } = await say(['explain', '-'], {
      input: TAP,
      environment: { COLUMNS: columns, COLORTERM: 'truecolor' },
    });
    const widest = Math.max(...stdout.split('\n').map((line) => line.length));
    ok(widest <= Number(columns), `${widest} of ${columns}`);
    ok(!stdout.includes('\u001b'));
  }
});

test('control characters of foreign bytes reach neither the terminal nor the JSON', async () => {
  // DE41 with the character that begins an escape sequence of eight bits.
  const message = Buffer.concat([
    Buffer.from('02000000000000C00000'),
    Buffer.from('TERM\u009b31mMERCHANT0000123', 'latin1'),
  ]);
  for (const options of [[], ['--json']]) {
    const { stdout } = await piped([...options, '--as', 'iso8583-1987-ascii', '-'], message);
    ok(stdout.length > 0);
    const controls = Array.from(stdout, (one) => one.charCodeAt(0)).filter(
      (code) => (code < 0x20 && code !== 0x0a) || (code >= 0x7f && code < 0xa0),
    );
    deepEqual(controls, []);
  }
});

describe('size', () => {
  test('a megabyte is refused in one line, as words, file or stream, of any kind', async () => {
    const inputs = ['9F360200'.repeat(250_000), 'A'.repeat(2_000_000), new Uint8Array(1_000_000)];
    for (const input of inputs) {
      for (const word of ['-', file('large', input)]) {
        const { code, stdout, stderr } = await piped([word], input);
        deepEqual([code, stdout], [1, '']);
        match(stderr, TOO_LONG);
      }
    }
  });

  test('as much as may be is explained, whatever it is', async () => {
    for (const unit of [
      '9F36020001',
      '70039F3600',
      '0000',
      'FFFF',
      '3F3F',
      '5A0862582499000000185A08',
    ]) {
      const input = unit.repeat(Math.floor(131_072 / unit.length));
      const { code } = await piped(['--as', 'tlv', '-'], input);
      equal(code, 0, unit);
    }
  });
});

test('--as takes a tag in hexadecimal, and says no to what is neither tag nor name', async () => {
  const { code, stdout } = await explain(['--as', '9f33', 'E0E9C8']);
  equal(code, 0);
  match(stdout, /^terminal capabilities \(9F33\)/);
  match(stdout, /byte 2 bit 7 {3}enciphered PIN checked online\n/);
  equal((await explain(['--as', '9F', '00'])).code, 2);
});

test('a flag is said once, on a line of its own, and one without a name is told', async () => {
  const { stdout } = await explain(['9505000004000195010000000000'.slice(0, 14)]);
  equal(stdout.split('online PIN entered').length, 2);
  match(stdout, /byte 5 bit 1 {3}no name known/);
});

test('where single objects are known from stands in text and JSON', async () => {
  match((await explain(['9F3303E0E1C8'])).stdout, /\n {2}9F33 from: EMV field codings\n/);
  const last = jsonLines((await explain(['--json', '9F3303E0E1C8'])).stdout).at(-1);
  deepEqual(last?.sources, [{ source: 'EMV field codings', tags: ['9F33'] }]);
});

test('what is closed says which key opens it, and --key is offered', async () => {
  const { stdout } = await piped(['-'], `9081B0${'3C'.repeat(176)}`);
  match(stdout, /176 bytes, closed: the authority's/);
  match(stdout, /\n--key with the authority's key opens 90\n/);
});

test('the help keeps within 100 columns', async () => {
  const { stdout } = await explain(['--help']);
  const widest = Math.max(...stdout.split('\n').map((line) => line.length));
  ok(widest <= 100, String(widest));
});

test('half a byte too much is told', async () => {
  match((await explain(['9F360200019505A'])).stderr, /an odd number of hexadecimal digits/);
});

test('whole bytes that nothing fits are not said to be half a byte short', async () => {
  for (const hex of ['DEADBEEFDEADBEEF', '06010A03A00000']) {
    const { code, stderr } = await explain([hex]);
    equal(code, 1);
    match(stderr, /nothing we know fits/);
    match((await explain(['--json', hex])).stdout, /"nothing_fits"/);
  }
});

describe('a bare certificate or signature with --key', () => {
  // EMV contactless sheet, section 9.3
  const values = Object.assign(
    {},
    ...['fdda-long', 'icc', 'issuer'].map(
      (end) => oda.find(({ id }) => id === `sheet-emv-contactless-9.3-${end}`)?.inputs,
    ),
  ) as Record<string, string>;
  const chain = [
    ['90', 'ca_modulus', /issuer identifier .*625824/],
    ['9F46', 'issuer_modulus', /account number/],
    ['9F4B', 'icc_modulus', /card's dynamic number/],
  ] as const;
  for (const [tag, modulus, field] of chain) {
    const value = values[`tag_${tag}`] ?? '';
    const key = `${values[modulus]}:03`;
    test(`${tag} is read field by field, by itself, by name and by tag`, async () => {
      for (const asked of [[], ['--as', 'certificate'], ['--as', tag]]) {
        const { code, stdout } = await explain([...asked, value, '--key', key]);
        equal(code, 0);
        match(stdout, field);
        match(stdout, /trailer/);
        match(stdout, /opened/);
        ok(!/closed|cannot be read/.test(stdout), stdout);
      }
      const [first] = (await explain([value, '--key', key])).stdout.split('\n');
      match(first ?? '', /^certificate or signature of a card/);
    });
  }

  test('inside its tag it is no longer called closed', async () => {
    const { stdout } = await explain([
      `908180${values.tag_90}`,
      '--key',
      `${values.ca_modulus}:03`,
    ]);
    match(stdout, /128 bytes, opened with the key/);
    ok(!stdout.includes('closed'), stdout);
  });

  test("another's key opens nothing, and that is said", async () => {
    const other = ['--key', `${values.issuer_modulus}:03`];
    match(
      (await explain([values.tag_90 ?? '', ...other])).stdout,
      /the key given opens no certificate/,
    );
    const { stdout } = await explain(['--as', 'certificate', '0102', ...other]);
    match(stdout, /this key did not sign it/);
  });
});
