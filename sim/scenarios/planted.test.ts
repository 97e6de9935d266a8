/** Bugs put in on purpose, each in one service's way to its database: the checks must find every one. */
import { ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Sql } from '@octavo/domain/ports.ts';
import { type Ground, openGround } from '../src/ground.ts';
import type { PlayResult } from '../src/play.ts';
import type { Name } from '../src/world.ts';
import { buyOne, playOne, rideOne, strikeFrame } from './bench.fixture.ts';

let ground: Ground;
before(async () => {
  ground = await openGround();
});
after(() => ground.close());

const finds = (result: PlayResult, words: RegExp) =>
  ok(
    result.breaches.some((breach) => words.test(breach)),
    `not found among: ${result.breaches.join('; ')}`,
  );

/** Bend the statements of one service. */
const bendOf =
  (service: Name, bend: (sql: Sql) => Sql) =>
  (name: Name, sql: Sql): Sql =>
    name === service ? bend(sql) : sql;

const lostAnswer = () => strikeFrame('network-issuer', '0210', { kind: 'lost' });

test('an issuer that answers a reversal and forgets to give the money back', async () => {
  const result = await playOne(ground, 'forgetful issuer', {
    script: { frame: lostAnswer() },
    bend: bendOf('issuer', (sql) => async (text, values) => {
      const isGivenBack = /insert into issuer\.ledger_entry[\s\S]*'reversal'/.test(text);
      return isGivenBack ? [{ version: 1n }] : sql(text, values);
    }),
  });
  finds(result, /left at the holder/);
  finds(result, /terminals approved 1, the issuer has 2 posted/);
});

test('an issuer that books one side of a posting wrong', async () => {
  const result = await playOne(ground, 'lopsided issuer', {
    bend: bendOf('issuer', (sql) => async (text, values = []) => {
      const isPosting = /insert into issuer\.ledger_entry[\s\S]*'purchase'/.test(text);
      const bent = values.map((value) =>
        Array.isArray(value) && typeof value[0] === 'bigint'
          ? [value[0], ...value.slice(1).map((amount) => BigInt(amount as bigint) + 1n)]
          : value,
      );
      return sql(text, isPosting ? bent : values);
    }),
  });
  finds(result, /sums to/);
});

test('a token service that takes a suspended token for an active one', async () => {
  const result = await playOne(ground, 'blind token service', {
    story: async (world, shoppers) => {
      await shoppers[0]?.lock();
      await buyOne(world, shoppers);
    },
    bend: bendOf('tokens', (sql) => async (text, values) => {
      const rows = await sql(text, values);
      if (!/left join tokens\.tap/.test(text)) return rows;
      return rows.map((row) => (row.state === 'suspended' ? { ...row, state: 'active' } : row));
    }),
  });
  finds(result, /found good on a token that was suspended/);
});

test('a terminal that forgets what it has to take back', async () => {
  const result = await playOne(ground, 'careless terminal', {
    script: { frame: strikeFrame('terminal-acquirer', '0210', { kind: 'lost' }) },
    restLimitMs: 15 * 60_000,
    bend: (name, sql) => async (text, values) => {
      const asksForOpen =
        name.startsWith('terminal') && /state in \('pending', 'reversing'\)/.test(text);
      return asksForOpen ? [] : sql(text, values);
    },
  });
  finds(result, /does not come to rest.*terminal2? payment/);
});

test('a wallet that loses a line of the history', async () => {
  const result = await playOne(ground, 'forgetful wallet', {
    bend: bendOf('wallet', (sql) => async (text, values) => {
      const rows = await sql(text, values);
      await sql('delete from wallet.history');
      return rows;
    }),
  });
  finds(result, /the phone shows 0 times/);
});

test('a back office that forgets what it brought to account, and brings it again', async () => {
  const result = await rideOne(ground, 'forgetful back office', {
    bend: bendOf('transit', (sql) => async (text, values) => {
      if (/update transit\.tap[\s\S]*counted_at_ms =/.test(text)) return [];
      return /from transit\.day\b/.test(text) && /rated_minor/.test(text) ? [] : sql(text, values);
    }),
  });
  finds(result, /has lines of 800, not 400/);
});
