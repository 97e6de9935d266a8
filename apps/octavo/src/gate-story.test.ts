/** The passage as JSON lines, in a world of this process and in one that runs elsewhere. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { CHAIN_START, checkChain } from '@octavo/lib/transit/chain.ts';
import { decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import { systemClock } from '@octavo/platform/clock.ts';
import { type HttpServer, serveHttp } from '@octavo/platform/http.ts';
import { operatorEdge } from './operator.ts';
import { say } from './run-words.fixture.ts';
import { openTestWorld, type TestWorld } from './stage.fixture.ts';

type Line = Readonly<Record<string, unknown>>;

let open: TestWorld;
let server: HttpServer;
let home: string;
before(async () => {
  open = await openTestWorld({ clock: systemClock() });
  home = await mkdtemp(join(tmpdir(), 'octavo-gate-'));
  const operator = operatorEdge(open.world);
  server = await serveHttp(
    (request) => {
      const isOperators = new URL(request.url).pathname.startsWith('/operator/');
      return isOperators ? operator.fetch(request) : open.world.fetch(request);
    },
    { host: '127.0.0.1', port: 0, allowedHosts: ['127.0.0.1'] },
  );
});
after(async () => {
  await server.close();
  await open.world.close();
  await rm(home, { recursive: true });
});

async function pass(
  ...words: readonly string[]
): Promise<{ code: number; lines: readonly Line[] }> {
  const { code, stdout } = await say(['gate', '--world', server.url, '--json', ...words], {
    environment: {
      OCTAVO_HOME: home,
      OCTAVO_OPERATOR_KEY: open.world.keyring.operator.token,
    },
  });
  return {
    code,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
}

const only = (lines: readonly Line[], type: string): Line => {
  const found = lines.filter((line) => line.type === type);
  equal(found.length, 1, `${found.length} lines of ${type}`);
  return found[0] as Line;
};

describe('one dark phone at a gate of a world that runs elsewhere', () => {
  test('opens it on a signature, leaves a record, and is judged a good tap', async () => {
    const { code, lines } = await pass('--station', 'xinjie', '--direction', 'in');
    equal(code, 0);
    const result = lines.at(-1);
    deepEqual(
      [result?.type, result?.ok, result?.outcome, result?.verdict],
      ['result', true, 'opened', 'good'],
    );
    const decided = only(lines, 'gate.decided');
    deepEqual([decided.authentication, decided.authorityIndex], ['verified', 0xf0]);
    const bytes = fromHex(String(decided.record));
    const record = decodeTapRecord(bytes);
    const { station, direction } = record.place;
    deepEqual([record.kind, station, direction], ['entry', 'xinjie', 'in']);
    const run = [{ bytes, isSigned: true }];
    deepEqual(checkChain(CHAIN_START, record.gateId, run).breaks, []);
    equal(lines.findIndex(({ type }) => type === 'gate.opened') > lines.indexOf(decided), true);
    // Nobody confirmed anything at the gate: the phone was dark.
    const answers = lines.filter(({ type }) => type === 'apdu').map(({ response }) => response);
    ok(answers.some((response) => String(response).includes('03A00001')));
  });

  test('at the same gate again is another record of the same chain', async () => {
    const { code, lines } = await pass('--station', 'hebin', '--number', '9999010000000000010');
    equal(code, 0);
    const again = await pass('--station', 'hebin', '--number', '9999010000000000010');
    // The same card on another phone is another token, and has not just gone through.
    equal(again.code, 0);
    equal(lines.at(-1)?.gateId, again.lines.at(-1)?.gateId);
    equal(again.lines.at(-1)?.sequence, 2);
  });
});

describe('octavo gate', () => {
  test('tells the passage to a reader, in a world of its own', async () => {
    const { code, stdout } = await say(['gate', '--route', '12'], {
      environment: { OCTAVO_HOME: home },
    });
    equal(code, 0);
    for (const words of ['bus 12', 'the card proved itself', '10 of 10', '请通行', 'a good tap'])
      ok(stdout.includes(words), words);
  });

  test('refuses what does not go together, in one line', async () => {
    for (const words of [
      ['--simulate', '--station', 'xinjie'],
      ['--riders', '5'],
      ['--station', 'xinjie', '--route', '12'],
      ['--direction', 'up'],
      ['--station', 'two words'],
      ['--number', '9999010000000000011'],
    ]) {
      const { code, stderr } = await say(['gate', ...words]);
      equal(code, 2, words.join(' '));
      ok(stderr.includes('octavo'), stderr);
    }
  });
});
