import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Sql } from '@octavo/domain/ports.ts';
import type { Database } from '@octavo/platform/postgres.ts';
import { freshId } from '../asking.fixture.ts';
import { until } from '../until.fixture.ts';
import {
  activeCard,
  addCard,
  type Bench,
  changeCard,
  changeDevice,
  openBench,
  openPhone,
  openWalletDatabase,
  type Phone,
  round,
  runPass,
  signedInAgain,
  states,
  yes,
} from './bench.test.ts';

let database: Database;
before(async () => {
  database = await openWalletDatabase();
});
after(() => database.close());

/** What is cut: what stands before, the command (the same one each time it is called), and how all must end. */
type Story = {
  readonly name: string;
  readonly prepare: (phone: Phone) => Promise<string>;
  readonly command: (phone: Phone, card: string, requestId: string) => Promise<unknown>;
  readonly leaves: readonly string[];
  readonly tokens: readonly string[];
};

const twoCards = async (phone: Phone): Promise<string> => {
  await activeCard(phone);
  return await activeCard(phone);
};

const ENROLMENT = freshId();

const stories: readonly Story[] = [
  {
    name: 'adding a card',
    prepare: async () => '',
    command: (phone, _card, requestId) =>
      addCard(phone, 'plain', { requestId, enrolmentId: ENROLMENT }),
    leaves: ['code_awaited'],
    tokens: [],
  },
  {
    name: 'the last round of personalising',
    prepare: async (phone) => (await yes(addCard(phone, 'green'))).tokenReference ?? '',
    command: (phone, card) => round(phone, card, ['9000']),
    leaves: ['active'],
    tokens: ['active'],
  },
  {
    name: 'suspending a card',
    prepare: twoCards,
    command: (phone, card, requestId) => changeCard(phone, card, 'suspend', requestId),
    leaves: ['active', 'suspended'],
    tokens: ['active', 'suspended'],
  },
  {
    name: 'removing a card',
    prepare: twoCards,
    command: (phone, card, requestId) => changeCard(phone, card, 'remove', requestId),
    leaves: ['active', 'removing'],
    tokens: ['active', 'deleted'],
  },
  {
    name: 'locking a phone',
    prepare: twoCards,
    command: (phone, _card, requestId) => changeDevice(phone, 'lock', requestId),
    leaves: ['suspended', 'suspended'],
    tokens: ['suspended', 'suspended'],
  },
  {
    name: 'unlocking a phone',
    prepare: async (phone) => {
      const card = await twoCards(phone);
      await yes(changeDevice(phone, 'lock'));
      return card;
    },
    command: (phone, _card, requestId) => changeDevice(phone, 'unlock', requestId),
    leaves: ['active', 'active'],
    tokens: ['active', 'active'],
  },
  {
    name: 'wiping a phone',
    prepare: twoCards,
    command: (phone, _card, requestId) => changeDevice(phone, 'wipe', requestId),
    leaves: ['removing', 'removing'],
    tokens: ['deleted', 'deleted'],
  },
];

/** Runs so many statements, then one more that is done and never answered, and none after it. */
function cutAfter(
  sql: Sql,
  statements: number,
): { readonly sql: Sql; readonly isCut: () => boolean } {
  let left = statements;
  let cut = false;
  return {
    isCut: () => cut,
    sql: async (text, values) => {
      if (cut) return await new Promise(() => {});
      const last = left-- === 0;
      const rows = await sql(text, values);
      if (!last) return rows;
      cut = true;
      return await new Promise(() => {});
    },
  };
}

/** Play a story with the power cut after so many statements; false when it ended before. */
async function playCut(story: Story, statements: number): Promise<boolean> {
  await database.truncate();
  const bench: Bench = openBench(database.sql);
  const registered = await openPhone(bench);
  const card = await story.prepare(registered);
  const phone = await signedInAgain(bench, registered);
  const requestId = freshId();
  const power = cutAfter(database.sql, statements);
  const dying = bench.asHolder(phone.session, bench.again({ sql: power.sql }));
  let ended = false;
  void story.command({ ...phone, holder: dying }, card, requestId).then(() => {
    ended = true;
  });
  await until(() => ended || power.isCut());
  if (ended) return false;
  // The dead process answers nobody; whoever calls a command again does so under its id.
  await bench.clock.advance(60_000);
  await runPass(bench);
  await yes(story.command(phone, card, requestId));
  await bench.clock.advance(60_000);
  await runPass(bench);
  deepEqual(await states(phone), story.leaves, `cut after ${statements}`);
  deepEqual(
    [...bench.played.tokens.values()].map(({ state }) => state),
    story.tokens,
  );
  const asks = await database.sql(
    `select device_id from wallet.device where leaves::text like '%"ask": {%' order by device_id`,
  );
  equal(asks.length, 0, 'nothing is left to ask');
  return true;
}

describe('the power is cut after each statement in turn, and the command is said again', () => {
  for (const story of stories) {
    test(`${story.name} ends as if nothing had happened`, async () => {
      let cuts = 0;
      while (await playCut(story, cuts)) cuts++;
      ok(cuts > 3, 'it was cut more than once');
    });
  }
});
