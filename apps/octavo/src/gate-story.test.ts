/** The ride as JSON lines, in a world that runs elsewhere and in one of its own. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { cups } from '@octavo/lib/iso8583/unionpay.ts';
import { CHAIN_START, checkChain } from '@octavo/lib/transit/chain.ts';
import { decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import { systemClock } from '@octavo/platform/clock.ts';
import { fetchFrom, type HttpServer, serveHttp } from '@octavo/platform/http.ts';
import { showKey } from '@octavo/services/caller';
import { connectTo, type Fetch } from '@octavo/services/endpoint';
import { listCheats, runCheat } from './cheat-desk-edge.ts';
import { tellDeskCheats } from './gate-cheats-told.ts';
import { operatorEdge } from './operator.ts';
import { say } from './run-words.fixture.ts';
import { showText } from './show-text.ts';
import { openTestWorld, type TestWorld } from './stage.fixture.ts';

/** Of the cheats that the desk has, these are enough here: gate-cheats.test.ts plays all. */
const FEW = ['express at a shop', 'CTQ edited at a gate', 'record edited'];

async function fewCheats(desk: Fetch, request: Request): Promise<Response> {
  const { cheats } = listCheats.answer.parse(await (await desk(request)).json());
  return Response.json({ cheats: cheats.filter(({ name }) => FEW.includes(name)) });
}

const BUSY = { code: 'busy' };

type Line = Readonly<Record<string, unknown>>;

let open: TestWorld;
let server: HttpServer;
let home: string;
let isBusy = false;
before(async () => {
  open = await openTestWorld({ clock: systemClock() });
  home = await mkdtemp(join(tmpdir(), 'octavo-gate-'));
  const operator = operatorEdge(open.world);
  server = await serveHttp(
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === listCheats.path) return fewCheats(operator.fetch, request);
      // One that the desk cannot play now, as when somebody else plays at it.
      if (pathname === runCheat.path && isBusy) return Response.json(BUSY, { status: 503 });
      return pathname.startsWith('/operator/')
        ? operator.fetch(request)
        : open.world.fetch(request);
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

/** The one line of a type, of all or of one gate. */
const only = (lines: readonly Line[], type: string, gateId?: unknown): Line => {
  const found = lines.filter(
    (line) => line.type === type && (gateId === undefined || line.gateId === gateId),
  );
  equal(found.length, 1, `${found.length} lines of ${type}`);
  return found[0] as Line;
};

const PLAIN = ['--no-cheats', '--station'] as const;

describe('one ride with a dark phone in a world that runs elsewhere', () => {
  test('opens both gates on a signature, leaves records, and tells the price with its reasons', async () => {
    const { code, lines } = await pass(...PLAIN, 'xinjie', '--direction', 'in');
    equal(code, 0);
    const result = lines.at(-1);
    deepEqual(
      [result?.type, result?.ok, result?.outcome, result?.verdict],
      ['result', true, 'opened', 'good'],
    );
    const decided = only(lines, 'gate.decided', result?.gateId);
    deepEqual([decided.authentication, decided.authorityIndex], ['verified', 0xf0]);
    const bytes = fromHex(String(decided.record));
    const record = decodeTapRecord(bytes);
    const { station, direction } = record.place;
    deepEqual([record.kind, station, direction], ['entry', 'xinjie', 'in']);
    const run = [{ bytes, isSigned: true }];
    deepEqual(checkChain(CHAIN_START, record.gateId, run).breaks, []);
    const opened = only(lines, 'gate.opened', result?.gateId);
    equal(lines.indexOf(opened) > lines.indexOf(decided), true);
    // Nobody confirmed anything at the gate: the phone was dark.
    const answers = lines.filter(({ type }) => type === 'apdu').map(({ response }) => response);
    ok(answers.some((response) => String(response).includes('03A00001')));
    const records = lines.filter(({ type }) => type === 'ride.record');
    deepEqual(
      records.map(({ recordedAs, verdict }) => [recordedAs, verdict]),
      [
        ['entry', 'good'],
        ['exit', 'good'],
      ],
    );
    // 11.4 km of line 1: the second row of Beijing's table.
    const price = only(lines, 'ride.price');
    deepEqual([price.state, price.priceMinor, result?.priceMinor], ['complete', 400, 400]);
    const steps = price.steps as readonly { rule: string; amountMinor: number; en: string }[];
    deepEqual(
      steps.map(({ rule, amountMinor, en }) => [rule, amountMinor, en]),
      [['fare.distance', 400, '11.4 km: ¥4.00']],
    );
    // Others use this clock: the day stays open, and that is said.
    equal(result?.charge, 'later');
    equal(only(lines, 'ride.day_open').day, price.day);
    deepEqual(
      lines.filter(({ type }) => type === 'ride.charge' || type === 'ledger.posted'),
      [],
    );
  });

  test('with a gate that leads out ends there; at the same gate again it is one chain of records', async () => {
    const words = [...PLAIN, 'hebin', '--direction', 'out', '--number', '9999010000000000010'];
    const first = await pass(...words);
    const again = await pass(...words);
    deepEqual([first.code, again.code], [0, 0]);
    const [price, result] = [only(again.lines, 'ride.price'), again.lines.at(-1)];
    const [entry, exit] = [price.entry as Line, price.exit as Line];
    deepEqual([entry.station, exit.station, exit.gateId], ['xinjie', 'hebin', result?.gateId]);
    // The same card on another phone is another token, and has not just gone through.
    const firstExit = only(first.lines, 'ride.price').exit as Line;
    deepEqual([exit.gateId, exit.sequence], [firstExit.gateId, Number(firstExit.sequence) + 1]);
  });

  test('closes the day when it is told to: one charge that names a good tap, posted, and the desk’s cheats refused', async () => {
    const { code, lines } = await pass('--route', '12', '--close-day');
    equal(code, 0);
    const charge = only(lines, 'ride.charge');
    deepEqual([charge.state, charge.amountMinor, charge.responseCode], ['approved', 200, '00']);
    const good = only(lines, 'ride.record');
    equal(good.verdict, 'good');
    const reference = charge.retrievalReference;
    const own = lines.filter((line) => line.retrievalReference === reference);
    const posted = only(own, 'ledger.posted');
    deepEqual(
      (posted.entries as readonly Line[]).map(({ account, amountMinor }) => [account, amountMinor]),
      [
        ['holder', '-200'],
        ['settlement', '200'],
      ],
    );
    const asked = lines
      .filter(
        ({ type, leg, mti }) => type === 'iso8583' && leg === 'acquirer-network' && mti === '0200',
      )
      .map(({ message }) => cups.decode(fromHex(String(message))).fields)
      .filter((fields) => fields[37] === reference);
    deepEqual(
      asked.map((fields) => [fields[4], fields[55], fields[90]?.slice(0, 4)]),
      [['000000000200', undefined, '0220']],
    );
    const books = only(lines, 'ride.books');
    deepEqual([books.isBalanced, books.ledgerSumMinor], [true, '0']);
    const cheats = lines.filter(({ type }) => type === 'cheat');
    deepEqual(
      cheats.map(({ name, asExpected }) => [name, asExpected]),
      FEW.map((name) => [name, true]),
    );
    const { chargedMinor, cheatsRefused, cheatsLeftOut } = lines.at(-1) ?? {};
    deepEqual([chargedMinor, cheatsRefused, cheatsLeftOut], [200, 3, 0]);
  });
});

test('a cheat that the desk cannot play is named with its reason', async () => {
  const { token } = open.world.keyring.operator;
  const desk = connectTo(fetchFrom(server.url), showKey('operator', token), systemClock());
  isBusy = true;
  const told: string[] = [];
  const show = showText((line) => told.push(line), {
    palette: 'none',
    width: 100,
    marks: { yes: '+', no: '-' },
  });
  const counts = await tellDeskCheats(desk, show, { take: async () => [] });
  isBusy = false;
  deepEqual(counts, { cheatsRefused: 0, cheatsPassed: 0, cheatsLeftOut: 3 });
  for (const name of FEW) ok(told.join('').includes(`Left out: ${name} (busy)`), name);
});

describe('octavo gate', () => {
  test('tells the ride to a reader, in a world of its own, to the charge and the books', async () => {
    const { code, stdout } = await say(['gate', '--no-cheats', '--to', 'jichang'], {
      environment: { OCTAVO_HOME: home },
    });
    equal(code, 0);
    for (const words of [
      'Xinjie, in',
      'the card proved itself',
      '10 of 10',
      '请通行',
      'Airport, out',
      'good taps to charge by',
      'Xinjie to Airport',
      '36.7 km: ¥7.00',
      'the verdict on the exit',
      'holder −7.00   settlement +7.00',
      'one charge of ¥7.00',
    ])
      ok(stdout.includes(words), words);
  });

  test('refuses what does not go together, in one line', async () => {
    for (const words of [
      ['--simulate', '--station', 'xinjie'],
      ['--riders', '5'],
      ['--station', 'xinjie', '--route', '12'],
      ['--direction', 'up'],
      ['--to', 'xinjie'],
      ['--to', 'hebin', '--direction', 'out'],
      ['--close-day'],
      ['--station', 'two words'],
      ['--number', '9999010000000000011'],
    ]) {
      const { code, stderr } = await say(['gate', ...words]);
      equal(code, 2, words.join(' '));
      ok(stderr.includes('octavo'), stderr);
    }
  });
});
