/** `octavo start` as a process: its folder, its doors, stories played against it, and its sudden death. */

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { readConfig } from '@octavo/platform/config.ts';
import * as acquirer from '@octavo/services/acquirer';
import { serviceNames } from '@octavo/services/compose';
import * as issuer from '@octavo/services/issuer';
import * as terminal from '@octavo/services/terminal';
import { addCard, confirmHolder } from './actors.ts';
import type { PrintedCard } from './phone.ts';
import {
  environmentWith,
  jsonLines,
  runOctavo,
  startWorld,
  type WorldProcess,
} from './process.fixture.ts';
import { say } from './run-words.fixture.ts';
import { newHolder, payWith, printFor, setUpTerminal } from './stage.fixture.ts';
import type { Stage } from './stage.ts';
import { openRemoteStage } from './stages.ts';

const home = mkdtempSync(join(tmpdir(), 'octavo-process-'));
let world: WorldProcess;
before(async () => {
  world = await startWorld(home);
});
after(async () => {
  await world.end('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const portOf = (address: string) => Number(address.split(':').at(-1));

/** `octavo` in this process, which is another than the world's. */
const sayAt = (folder: string, words: readonly string[], environment = {}) =>
  say(words, { environment: environmentWith({ OCTAVO_HOME: folder, ...environment }) });

const nowhere = () => ['--port', '0', '--pos-port', '0'];

describe('one world, one process', () => {
  test('a second process on the same folder is refused in one line, also when it would forget the world', async () => {
    for (const words of [[], ['--reset']]) {
      // The world has a process of its own; this one is the second.
      const second = await sayAt(home, ['start', ...nowhere(), ...words]);
      equal(second.code, 1);
      equal(second.stdout, '');
      match(second.stderr, /^octavo: [^\n]*in use[^\n]*\n$/);
    }
    equal((await fetch(`${world.url}/openapi.json`)).status, 200);
  });

  test('a port that is taken is said in one line, and the process ends', async () => {
    const other = mkdtempSync(join(tmpdir(), 'octavo-other-'));
    const httpTaken = ['start', '--port', `${portOf(world.url)}`, '--pos-port', '0'];
    const posTaken = ['start', '--port', '0', '--pos-port', `${portOf(world.posAddress)}`];
    for (const ended of [
      await runOctavo(httpTaken, { OCTAVO_HOME: other }),
      await sayAt(other, posTaken),
    ]) {
      equal(ended.code, 1);
      match(ended.stderr, /^octavo: [^\n]*EADDRINUSE[^\n]*\n$/);
    }
    rmSync(other, { recursive: true, force: true });
  });
});

describe('the doors', () => {
  test('the description lists every path of every service and of the operator', async () => {
    const described = (await (await fetch(`${world.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, { post?: { summary?: string } }>;
    };
    match(described.openapi, /^3\.1/);
    const paths = Object.keys(described.paths);
    const services = [...serviceNames, 'operator'];
    deepEqual(new Set(paths.map((path) => path.split('/')[1])), new Set(services));
    for (const path of ['/wallet/add-card', '/tokens/verdict', '/terminal/pay', '/operator/events'])
      ok(paths.includes(path), path);
    for (const [path, { post }] of Object.entries(described.paths)) ok(post?.summary, path);
    // Every path that is described is there: it asks who calls before anything else.
    for (const path of paths) {
      const { status } = await fetch(world.url + path, { method: 'POST', body: '{}' });
      ok(status !== 404 || path.startsWith('/issuer/inbox'), `${path} ${status}`);
    }
  });

  test('a host that is not ours is sent away', async () => {
    equal(await statusFor('evil.example'), 421);
    equal(await statusFor('localhost'), 200);
  });

  test('a page of another origin may not even read', async () => {
    const headers = { origin: 'https://evil.example' };
    equal((await fetch(`${world.url}/openapi.json`, { headers })).status, 403);
  });

  test('a wrong operator key is refused in one line', async () => {
    const wrong = world.operatorKey.replace(/./, (digit) => (digit === 'A' ? 'B' : 'A'));
    const ended = await sayAt(home, ['tap', '--world', world.url], { OCTAVO_OPERATOR_KEY: wrong });
    equal(ended.code, 1);
    match(ended.stderr, /^octavo: [^\n]*operator key[^\n]*\n$/);
  });
});

describe('stories against a running world', () => {
  const tap = (...words: string[]) =>
    sayAt(home, ['tap', '--world', world.url, '--json', '--number', '9999020000000010', ...words], {
      OCTAVO_OPERATOR_KEY: world.operatorKey,
    });
  const references = new Set<unknown>();

  test('every cheat is refused there too, and nothing of the operator’s key is told', async () => {
    const { code, stdout, stderr } = await tap();
    equal(stderr, '');
    equal(code, 0);
    const lines = jsonLines(stdout);
    const { ok: good, approved, cheatsRefused, cheatsPassed } = lines.at(-1) ?? {};
    deepEqual([good, approved, cheatsRefused, cheatsPassed], [true, true, 16, 0]);
    for (const type of ['apdu', 'iso8583', 'tap.verdict', 'ledger.posted', 'receipt'])
      ok(
        lines.some((line) => line.type === type),
        type,
      );
    ok(!stdout.includes(world.operatorKey));
    references.add(lines.at(-1)?.retrievalReference);
  });

  test('the same card a second time is another purchase, from another phone of its holder', async () => {
    const { code, stdout } = await tap('--no-cheats');
    equal(code, 0, stdout);
    references.add(jsonLines(stdout).at(-1)?.retrievalReference);
    equal(references.size, 2);
  });

  test('a ride passes a gate of that world, is explained, and leaves its day and its clock alone', async () => {
    const words = ['gate', '--world', world.url, '--json', '--route', '12', '--no-cheats'];
    const { code, stdout, stderr } = await runOctavo(words, {
      OCTAVO_OPERATOR_KEY: world.operatorKey,
      OCTAVO_HOME: home,
    });
    deepEqual([code, stderr], [0, '']);
    const lines = jsonLines(stdout);
    const { ok: good, outcome, verdict, priceMinor, charge } = lines.at(-1) ?? {};
    deepEqual([good, outcome, verdict, priceMinor, charge], [true, 'opened', 'good', 200, 'later']);
    ok(lines.some(({ type }) => type === 'ride.price'));
    ok(!stdout.includes(world.operatorKey));
  });
});

// A world that never settles shall fail, not hang.
describe('a sudden death in the middle of a payment', { timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => {
    const { cache } = readConfig({ ...process.env });
    stage = await openRemoteStage(world.url, world.operatorKey, cache, join(home, 'own-sims.json'));
    await setUpTerminal(stage);
  });
  after(() => stage.close());

  /** A phone with a card; the moment is up to the test. */
  const payer = async (behaviour: string) => {
    const { handset, mobile } = await newHolder(stage);
    const card = await printFor(stage, mobile, { behaviour });
    const { instanceAid } = await addCard(handset, card);
    await confirmHolder(handset, instanceAid);
    return { handset, card };
  };

  const purchases = async ({ pan }: PrintedCard) => {
    const account = await stage.operator(issuer.account, { pan });
    const entries = isRefused(account) ? [] : account.entries;
    return entries.filter((entry) => entry.account === 'holder' && entry.kind !== 'opening');
  };

  const died = async () => {
    const { http, pos } = { http: portOf(world.url), pos: portOf(world.posAddress) };
    equal((await world.end('SIGKILL')).signal, 'SIGKILL');
    world = await startWorld(home, { http, pos });
  };

  /** What terminal, acquirer and ledger say once nothing is open any more. */
  const settled = async (card: PrintedCard, amountMinor: number) => {
    const amount = `${amountMinor}`;
    for (;;) {
      const journal = await stage.operator(terminal.journal, {});
      const known = await stage.operator(acquirer.payments, {});
      if (!isRefused(journal) && !isRefused(known)) {
        const own = journal.payments.filter((one) => one.amountMinor === amount);
        const theirs = known.payments.filter((one) => one.amountMinor === amount);
        const open = [...own, ...theirs].filter(({ state }) => /pending|reversing/.test(state));
        const entries = await purchases(card);
        const net = entries.reduce((sum, one) => sum + BigInt(one.amountMinor), 0n);
        const posted = theirs.some(({ state }) => state === 'posted');
        if (open.length === 0 && net === (posted ? BigInt(-amountMinor) : 0n)) {
          return {
            own: own.map(({ state }) => state),
            theirs: theirs.map(({ state }) => state),
            entries,
          };
        }
      }
      await stage.clock.sleep(20);
    }
  };

  const balanced = async () => {
    const balance = await stage.operator(issuer.trialBalance, {});
    ok(!isRefused(balance));
    equal(balance.sumMinor, '0');
  };

  test('after the bank has posted and before anybody heard of it, the payment is taken back everywhere', async () => {
    const { handset, card } = await payer('no_answer');
    const paying = payWith(stage, handset, 4321);
    while ((await purchases(card)).length === 0) await stage.clock.sleep(5);
    await died();
    equal((await paying).outcome, 'reversed');
    const { own, theirs, entries } = await settled(card, 4321);
    deepEqual([own, theirs], [['voided'], ['voided']]);
    deepEqual(
      entries.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['purchase', '-4321'],
        ['reversal', '4321'],
      ],
    );
    await balanced();
  });

  test('as soon as the acquirer knows of it, it ends the same way for everybody, and the next one pays', async () => {
    const { handset, card } = await payer('silent');
    const paying = payWith(stage, handset, 1234);
    for (;;) {
      const known = await stage.operator(acquirer.payments, {});
      if (!isRefused(known) && known.payments.some((one) => one.amountMinor === '1234')) break;
      await stage.clock.sleep(5);
    }
    await died();
    equal((await paying).outcome, 'reversed');
    const { own, theirs, entries } = await settled(card, 1234);
    deepEqual([own, theirs, entries], [['voided'], ['voided'], []]);
    const next = await payer('green');
    equal((await payWith(stage, next.handset, 777)).outcome, 'approved');
    await balanced();
  });
});

test('asked to end, a world ends in order, and its folder is free for the next', async () => {
  const ended = await world.end('SIGTERM');
  deepEqual([ended.code, ended.signal], [0, null]);
  world = await startWorld(home);
  const interrupted = await world.end('SIGINT');
  deepEqual([interrupted.code, interrupted.signal], [0, null]);
});

/** Node's own client, since `fetch` sets the Host header itself. */
function statusFor(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${world.url}/openapi.json`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', reject);
    asked.end();
  });
}
