/** The script for a sceptic, run with bash and openssl: it agrees with the published cryptograms and with nothing else. */
import { match, ok, equal as same } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import { workedCommands, workedResponses } from '../kernel/worked-tap.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import { explainChipData } from './data-objects.ts';
import { explainSession } from './explain.ts';
import file from './explain.vectors.json' with { type: 'json' };
import type { Explained } from './explained.ts';
import { opensslScript, opensslScriptOfParts } from './openssl.ts';

// cryptograms sheet, section 9
const WORKED = { IMK: '0123456789ABCDEF23456789ABCDEF01', PAN: '6258249900000018' };

const real = file.vectors.find(({ id }) => id === 'upi-arqc-001') as unknown as {
  inputs: { imk_ac: string; pan: string; psn: string; tags: Record<string, string> };
};

function chipData(values: Readonly<Record<string, string>>): Explained {
  return explainChipData(
    encodeTlv(Object.entries(values).map(([tag, value]) => tlv(tag, fromHex(value)))),
  );
}

function worked(): readonly Explained[] {
  return explainSession([
    { command: workedCommands.select, response: workedResponses.select },
    { command: workedCommands.options, response: workedResponses.options },
  ]).flatMap(({ command, response }) => [command, response]);
}

function textOf(trees: readonly Explained[], reveals = false): string {
  const script = opensslScript(trees, reveals);
  same(script.kind, 'script', JSON.stringify(script));
  return script.kind === 'script' ? script.text : '';
}

function run(text: string, keys: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync('bash', ['-s'], {
    input: text,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...keys },
  });
  return { status, stdout, stderr };
}

const hasOpenssl = spawnSync('bash', ['-c', 'openssl version']).status === 0;

describe('the script', { skip: !hasOpenssl && 'bash or openssl is not installed' }, () => {
  test('agrees with the worked tap, block by block', () => {
    const { status, stdout, stderr } = run(textOf(worked()), WORKED);
    same(status, 0, stderr);
    // Chain of the MAC and check value of the card key: cryptograms sheet, section 9
    const chain = [
      'DB04788FD9D1BC3C',
      '6DADE02C2D7D1391',
      '4548F2EB959762FD',
      'C72181CAC4F782F7',
      '5819D731B747ECE3',
    ];
    for (const block of chain) ok(stdout.includes(block), block);
    match(stdout, /card key +7FAF52/);
    match(stdout, /recomputed +AEBC72404A3A05AF/);
    match(stdout, /they agree/);
  });

  test('agrees with the published authorisation of a real card', () => {
    const { imk_ac: IMK, pan: PAN, psn: PSN, tags } = real.inputs;
    const { status, stdout, stderr } = run(textOf([chipData(tags)]), { IMK, PAN, PSN });
    same(status, 0, stderr);
    match(stdout, /recomputed +5D016C91005E7CC2/);
  });

  test('agrees with the worked cryptogram of version 17', () => {
    // cryptograms sheet, section 9
    const values = {
      '9F02': '000000001250',
      '9F37': '1A2B3C4D',
      '9F36': '0001',
      '9F10': '07011103A4000001',
      '9F26': 'E6FD8F8B7BB53F33',
      '5F34': '01',
    };
    same(run(textOf([chipData(values)]), WORKED).status, 0);
  });

  test('takes sequence number 00 where the data have none, and says so', () => {
    // cryptograms sheet, section 9: the card's is 01
    const values = {
      '9F02': '000000001250',
      '9F37': '1A2B3C4D',
      '9F36': '0001',
      '9F10': '07011103A4000001',
      '9F26': 'E6FD8F8B7BB53F33',
    };
    const text = textOf([chipData(values)]);
    match(text, /# .*5F34.*00; set PSN/);
    const guessed = run(text, WORKED);
    same(guessed.status, 1);
    match(guessed.stdout, /do NOT agree, with PSN 00; set PSN if the card has another/);
    same(run(text, { ...WORKED, PSN: '01' }).status, 0);
    ok(!textOf([chipData({ ...values, '5F34': '02' })]).includes('set PSN'));
  });

  for (const [tag, value] of [
    ['9F02', '000000000002'],
    ['9F36', '0241'],
    ['9F10', '07000103A44002010A010000001000D1F61152'],
    ['9F26', '5D016C91005E7CC3'],
  ] as const) {
    test(`disagrees once ${tag} has another byte, and says so by its exit code`, () => {
      const { imk_ac: IMK, pan: PAN, psn: PSN, tags } = real.inputs;
      const text = textOf([chipData({ ...tags, [tag]: value })]);
      const { status, stdout } = run(text, { IMK, PAN, PSN });
      same(status, 1);
      match(stdout, /they do NOT agree/);
    });
  }

  test('asks for the keys by name, and never holds the number unless it may', () => {
    const { status, stderr } = run(textOf(worked()), { PAN: WORKED.PAN });
    ok(status !== 0);
    match(stderr, /IMK/);
    ok(!textOf(worked()).includes('990000'));
    const open = run(textOf(worked(), true), { IMK: WORKED.IMK });
    same(open.status, 0, open.stderr);
  });
});

test('without the data there is no script but the reason', () => {
  const words = (values: Readonly<Record<string, string>>): string => {
    const script = opensslScript([chipData(values)], false);
    return script.kind === 'refused' ? script.words : 'a script';
  };
  const { tags } = real.inputs;
  const { '9F37': _number, ...without } = tags;
  match(words({}), /no cryptogram/);
  match(words({ '9F26': '5D016C91005E7CC2' }), /9F10/);
  match(words(without), /unpredictable number \(9F37\)/);
  match(words({ ...tags, '9F10': '07000103A0400204' }), /algorithm 4/);
  match(words({ ...tags, '9F10': '07000A03A0400201' }), /version 10/);
});

test('of several taps the script takes the first that has a cryptogram, and nothing of the others', () => {
  const { '9F26': cryptogram = '', ...without } = real.inputs.tags;
  const part = (values: Readonly<Record<string, string>>, tap: number) => ({
    title: '',
    bytes: new Uint8Array(0),
    tree: chipData(values),
    tap,
  });
  const script = opensslScriptOfParts(
    [part({ ...without, '9F37': 'EEEEEEEE' }, 1), part({ ...without, '9F26': cryptogram }, 2)],
    false,
  );
  same(script.kind, 'script');
  same(script.kind === 'script' && script.text, textOf([chipData(real.inputs.tags)]));
  const { '9F37': _number, ...numberless } = real.inputs.tags;
  const apart = opensslScriptOfParts([part(without, 1), part(numberless, 2)], false);
  same(apart.kind, 'refused');
});

test('a sequence number that is not two digits is none', () => {
  for (const sequence of ['A1', '0101']) {
    const text = textOf([chipData({ ...real.inputs.tags, '5F34': sequence })]);
    match(text, /PSN:=00.*set PSN/);
  }
});
