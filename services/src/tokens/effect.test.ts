/** An effect is one reading and one writing: whatever the keys must say is asked before, or follows from no key. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { closeDatabase, newWorld, requestId, tokensKeys, type World } from './bench.test.ts';
import * as contract from './contract.ts';
import { activeToken, type LiveToken, newPhone } from './phone-bench.test.ts';
import { makeTap, purchase } from './shop-bench.test.ts';

let world: World;
let token: LiveToken;
let calls: ('read' | 'write' | 'key')[];

beforeEach(async () => {
  const quiet = await newWorld();
  token = await activeToken(quiet, await newPhone(quiet.clock));
  calls = [];
  world = quiet.again({
    sql: (text, values) => {
      calls.push(text.startsWith('select') ? 'read' : 'write');
      return quiet.database.sql(text, values);
    },
    keys: noting(tokensKeys),
  });
});
after(closeDatabase);

/** The same keys; each call of theirs is noted. */
function noting<Keys extends object>(keys: Keys): Keys {
  const noted = Object.entries(keys).map(([name, act]) => [
    name,
    (...asked: unknown[]) => {
      calls.push('key');
      return act(...asked);
    },
  ]);
  return Object.fromEntries(noted) as Keys;
}

function nothingComesBetween(): void {
  const first = calls.indexOf('read');
  const last = calls.lastIndexOf('write');
  assert(first !== -1 && last > first, 'it read and wrote');
  assert(!calls.slice(first, last).includes('key'), calls.join(' '));
}

async function judge(counter: number, change: Record<string, string> = {}) {
  const fields = purchase(world.clock, token, makeTap(world.clock, token, { counter }), change);
  const verdict = await world.asNetwork(contract.verdict, { mti: '0200', fields });
  assert(!isRefused(verdict));
  return fields;
}

test('a verdict asks no key between its reading and its writing', async () => {
  await judge(1);
  nothingComesBetween();
});

test('nor does one that proves a clone, suspends the token and tells it', async () => {
  await judge(1);
  calls = [];
  await judge(1);
  nothingComesBetween();
});

test('nor the report of an outcome', async () => {
  const fields = await judge(1);
  calls = [];
  const ask = { mti: '0200', fields, responseCode: '51', reversed: false };
  await world.asNetwork(contract.outcome, ask);
  nothingComesBetween();
});

test('nor a change of state', async () => {
  await world.asWallet(contract.changeToken, {
    requestId: requestId(),
    tokenReference: token.tokenReference,
    event: 'suspend',
    reason: 'HOLDER_REQUEST',
  });
  nothingComesBetween();
});
