/** The command line as a reader of the manual meets it: exit codes, help, widths, colours, and keys to recompute with. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { refusals } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTlv, findPath } from '@octavo/lib/tlv/tlv.ts';
import { helpOf } from './arguments.ts';
import { tapCommand } from './commands/tap.ts';
import { columnsOf } from './paint.ts';
import { endOf, environmentWith, jsonLines, runOctavo, start } from './process.fixture.ts';
import { say } from './run-words.fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'octavo-cli-'));
after(() => rmSync(home, { recursive: true, force: true }));

const octavo = (words: readonly string[], environment: Record<string, string> = {}) =>
  runOctavo(words, { OCTAVO_HOME: home, ...environment });

/** The same in this process. */
const sayHere = (words: readonly string[], environment: Record<string, string> = {}) =>
  say(words, { environment: environmentWith({ OCTAVO_HOME: home, ...environment }) });

describe('bad usage', () => {
  test('ends with 2 and one line that names what is wrong', async () => {
    const wrong: readonly [readonly string[], RegExp][] = [
      [['pay'], /unknown command pay/],
      [['0123456789ABCDEFFEDCBA9876543210'], /unknown command …;/],
      [['calc', 'kcv', '--0123456789ABCDEFFEDCBA9876543210'], /Unknown option '--…'/],
      [['tap', '--colour'], /--colour/],
      [['start', '--port', '80808'], /--port takes a port number/],
    ];
    for (const [words, named] of wrong) {
      const { code, stdout, stderr } = await say(words);
      equal(code, 2, words.join(' '));
      equal(stdout, '');
      match(stderr, /^octavo: [^\n]+\n$/);
      match(stderr, named);
    }
  });

  test('ends a process in the same way', async () => {
    const { code, stdout, stderr } = await octavo(['pay']);
    deepEqual({ code, stdout, stderr }, await say(['pay']));
  });

  test('a misspelt setting is a slip of the pen, and said so', async () => {
    const { code, stderr } = await say(['tap'], { environment: { OCTAVO_OPERATORKEY: 'A' } });
    equal(code, 2);
    match(stderr, /^octavo: OCTAVO_OPERATORKEY is not a setting[^\n]*\n$/);
  });

  const given: readonly [readonly string[], RegExp][] = [
    [['--amount', '28.505'], /--amount/],
    [['--amount', '0'], /--amount/],
    [['--amount', '-1'], /--amount/],
    [['--amount', '1e3'], /--amount/],
    [['--currency', '036'], /--currency takes one of 156/],
    [['--currency', 'CNY'], /--currency/],
    [['--merchant', ''], /--merchant/],
    [['--merchant', '八方'], /--merchant/],
    [['--merchant', 'x'.repeat(26)], /--merchant/],
    [['--number', '9999010000000000011'], new RegExp(refusals['card.luhn_wrong'].en.slice(0, 12))],
    [['--number', '4111111111111111'], /the demo bank issues 999901/],
    [['--number', '12'], /--number takes 12 to 19 digits/],
    [['--date', '2026-02-30'], /--date takes a day/],
    [['--date', 'tomorrow'], /--date takes a day/],
    [['--world', 'localhost:8008'], /--world takes a URL/],
    [['--world', 'http://127.0.0.1:1', '--known-keys'], /--known-keys/],
    [['--world', 'http://127.0.0.1:1', '--date', '2026-11-22'], /--date/],
    [['--json=yes'], /--json/],
    [['28.50'], /28\.50/],
  ];
  for (const [words, named] of given) {
    test(`tap ${words.join(' ')}`, async () => {
      // All of it is found out before anything is opened or written.
      const { code, stdout, stderr } = await say(['tap', ...words]);
      deepEqual([code, stdout], [2, '']);
      match(stderr, /^octavo: [^\n]+; octavo tap --help\n$/);
      match(stderr, named);
    });
  }
});

test('help is there for the whole and for every command, with every option', async () => {
  const overview = await octavo(['--help']);
  equal(overview.code, 0);
  const named = [...overview.stdout.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name = '']) => name);
  deepEqual(named, ['tap', 'start', 'gate', 'explain', 'keys', 'bench', 'calc']);
  for (const name of named) {
    const { code, stdout, stderr } = await say([name, '--help']);
    deepEqual([code, stderr], [0, '']);
    for (const part of [`octavo ${name}: `, 'usage: ', '--json', '--help', `$ npx octavo ${name}`])
      ok(stdout.includes(part), part);
  }
  const help = helpOf(tapCommand);
  for (const option of ['--number', '--amount', '--merchant', '--date', '--currency', '--world'])
    ok(help.includes(option), option);
  const without = await say([]);
  deepEqual([without.code, without.stdout], [2, overview.stdout]);
});

test('a story in a pipe of 60 columns: no wider line, no escape code, words for marks without UTF-8', async () => {
  const { code, stdout, stderr } = await octavo(['tap', '--bytes'], {
    COLUMNS: '60',
    LC_ALL: 'C',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  });
  deepEqual([code, stderr], [0, '']);
  const lines = stdout.split('\n');
  deepEqual(
    lines.filter((line) => columnsOf(line) > 60),
    [],
  );
  ok(!stdout.includes('\u001b'));
  ok(!/[✓−]\s/.test(stdout));
  match(stdout, /^ ok same message again$/m);
  match(stdout, /^ok 1 payment approved, 16 cheats refused/m);
  // Every byte stands there, however narrow: the cryptogram on the wire, in its field and in the message.
  const bytes = stdout.replaceAll(/\s/g, '');
  const [, cryptogram = ''] = /9F2608([0-9A-F]{16})/.exec(bytes) ?? [];
  equal(cryptogram.length, 16);
  ok(bytes.split(cryptogram).length > 3);
});

test('a currency that the account does not hold is refused by name, and the exit code is 1', async () => {
  const { code, stdout, stderr } = await sayHere(['tap', '--currency', '840', '--amount', '5'], {
    LANG: 'zh_CN.UTF-8',
  });
  deepEqual([code, stderr], [1, '']);
  ok(stdout.includes('issuer.currency_not_held'));
  const words = stdout.replaceAll(/\s+/g, ' ');
  ok(words.includes(refusals['issuer.currency_not_held'].en));
  match(stdout, /^− not paid/m);
  ok(!stdout.includes('cheats'));
});

test('a reader that closes the pipe after the first line is no error', async () => {
  const child = start(['tap', '--no-cheats'], { OCTAVO_HOME: home });
  const ended = endOf(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { code, stderr } = await ended;
  deepEqual([code, stderr], [0, '']);
});

test('with known keys anybody can recompute the cryptogram, on the day that was asked for', async () => {
  const words = ['tap', '--json', '--known-keys', '--no-cheats', '--date', '2027-01-01'];
  const { code, stdout } = await sayHere(words);
  equal(code, 0);
  const lines = jsonLines(stdout);
  const keys = lines.find((line) => line.type === 'keys.published');
  const tap = tapIn(lines);
  equal(tap.data.slice(42, 48), '270101');
  const receipt = lines.find((line) => line.type === 'receipt');
  equal(receipt?.localDate, '2027-01-01');
  const sessionKey = sessionKeyOf(String(keys?.masterKeyAc), tap);
  equal(retailMac(sessionKey, tap.data + tap.aip + tap.atc + tap.cvr), tap.cryptogram);
  // The second proof: the MAC over the issuer's discretionary data, under the MAC key.
  const macKey = sessionKeyOf(String(keys?.masterKeyMac), tap);
  equal(retailMac(macKey, `${tap.atc}${tap.discretionary}00`).slice(0, 8), tap.discretionaryMac);
});

/** What a tap gave away, read from the bytes of its GET PROCESSING OPTIONS. */
function tapIn(lines: ReturnType<typeof jsonLines>) {
  const gpo = lines.find((line) => line.type === 'apdu' && /^80A80000/.test(String(line.command)));
  const response = String(gpo?.response);
  const objects = decodeTlv(fromHex(response.slice(0, -4)));
  const value = (tag: string) =>
    Buffer.from(findPath(objects, '77', tag)?.value ?? [])
      .toString('hex')
      .toUpperCase();
  const issuerData = value('9F10');
  return {
    // Past the header, Lc, 83 with its length and the terminal transaction qualifiers: 29 bytes.
    data: String(gpo?.command).slice(22, 22 + 58),
    token: value('57').split('D')[0] ?? '',
    sequenceNumber: value('5F34'),
    aip: value('82'),
    atc: value('9F36'),
    cryptogram: value('9F26'),
    cvr: issuerData.slice(6, 14),
    discretionary: issuerData.slice(20, 30),
    discretionaryMac: issuerData.slice(30, 38),
  };
}

/** Option A, then the PBOC session key. @see docs/specs.md, cryptograms sheet, sections 1.1 and 2.1 */
function sessionKeyOf(
  master: string,
  tap: { readonly token: string; readonly sequenceNumber: string; readonly atc: string },
): string {
  const block = (tap.token + tap.sequenceNumber).slice(-16).padStart(16, '0');
  const card = des(master, 'encrypt', block) + des(master, 'encrypt', inverted(block));
  const counter = tap.atc.padStart(16, '0');
  const other = inverted(tap.atc).padStart(16, '0');
  return des(card, 'encrypt', counter) + des(card, 'encrypt', other);
}

function inverted(hex: string): string {
  return Buffer.from(Buffer.from(hex, 'hex').map((byte) => byte ^ 0xff)).toString('hex');
}

/** ISO 9797-1 algorithm 3 with padding method 2. @see docs/specs.md, cryptograms sheet, section 3 */
function retailMac(key: string, hex: string): string {
  const padded = `${hex}80`.padEnd(Math.ceil((hex.length + 2) / 16) * 16, '0');
  const [left, right] = [key.slice(0, 16), key.slice(16)];
  let chained = '0'.repeat(16);
  for (let at = 0; at < padded.length; at += 16) {
    chained = des(left + left, 'encrypt', exclusiveOr(chained, padded.slice(at, at + 16)));
  }
  return des(left + left, 'encrypt', des(right + right, 'decrypt', chained)).toUpperCase();
}

function exclusiveOr(left: string, right: string): string {
  const other = Buffer.from(right, 'hex');
  return Buffer.from(Buffer.from(left, 'hex').map((byte, at) => byte ^ (other[at] ?? 0))).toString(
    'hex',
  );
}

/** One block of two-key triple DES. @see docs/specs.md, cryptograms sheet, section 16 */
function des(key: string, way: 'encrypt' | 'decrypt', block: string): string {
  const make = way === 'encrypt' ? createCipheriv : createDecipheriv;
  const cipher = make('des-ede', Buffer.from(key, 'hex'), null).setAutoPadding(false);
  return cipher.update(block, 'hex', 'hex') + cipher.final('hex');
}
