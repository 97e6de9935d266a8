/** The story as JSON lines: what a program that reads `octavo tap --json` may rely on. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { cups, pos } from '@octavo/lib/iso8583/unionpay.ts';
import * as issuer from '@octavo/services/issuer';
import { showJson } from './show-json.ts';
import { clockAt, freshNumberOf, openTestWorld, type TestWorld } from './stage.fixture.ts';
import type { Stage } from './stage.ts';
import { playStory, type StoryOptions } from './story.ts';

type Line = Readonly<Record<string, unknown>>;

/** Every cheat and what must become of it. */
const CHEATS = [
  ['same message again', 'stored_answer', undefined],
  ['used tap, new message', 'refused', 'tap.replayed'],
  ['tap held back', 'refused', 'tap.counter_behind'],
  ['copied element', 'refused', 'tap.clone_proved'],
  ['element set back', 'refused', 'tap.clone_proved'],
  ['other amount', 'refused', 'tap.amount_differs'],
  ['other currency', 'refused', 'tap.currency_differs'],
  ['other date', 'refused', 'tap.date_differs'],
  ['other reader’s number', 'refused', 'tap.cryptogram_wrong'],
  ['other sealed results', 'refused', 'tap.cryptogram_wrong'],
  ['keys of another token', 'refused', 'tap.cryptogram_wrong'],
  ['nobody confirmed', 'refused', 'tap.holder_not_verified'],
  ['reader told more', 'refused', 'tap.ctq_overclaims'],
  ['suspended token', 'refused', 'token.suspended'],
  ['number keyed in', 'refused', 'token.wrong_domain'],
  ['altered on the line', 'refused', 'terminal.mac_wrong'],
];

let open: TestWorld;
before(async () => {
  open = await openTestWorld({ clock: clockAt('2026-11-22', '10:00:00') });
});
after(() => open.world.close());

async function play(
  change: Partial<StoryOptions> = {},
  stage: Stage = open.stage,
): Promise<{ ok: boolean; lines: readonly Line[] }> {
  const written: string[] = [];
  const options: StoryOptions = {
    number: freshNumberOf('debit'),
    amountMinor: 2850n,
    currency: '156',
    merchant: 'Lane Coffee',
    everyByte: false,
    withCheats: false,
    elapsedMs: () => 0,
    ...change,
  };
  const went = await playStory(
    stage,
    options,
    showJson((line) => written.push(line)),
  );
  for (const line of written) ok(line.endsWith('\n') && line.indexOf('\n') === line.length - 1);
  return { ok: went, lines: written.map((line) => JSON.parse(line) as Line) };
}

describe('a story with its cheats', () => {
  let told: { ok: boolean; lines: readonly Line[] };
  before(async () => {
    told = await play({ withCheats: true });
  });

  const ofType = (type: string) => told.lines.filter((line) => line.type === type);

  test('ends well, and its last line says so', () => {
    const result = told.lines.at(-1);
    equal(told.ok, true);
    deepEqual(
      [result?.type, result?.ok, result?.approved, result?.cheatsRefused, result?.cheatsPassed],
      ['result', true, true, CHEATS.length, 0],
    );
    equal(ofType('result').length, 1);
    match(String(result?.retrievalReference), /^112210\d{6}$/);
  });

  test('tells the steps in the order in which they happen', () => {
    const at = (type: string, where: (line: Line) => boolean = () => true) => {
      const index = told.lines.findIndex((line) => line.type === type && where(line));
      ok(index >= 0, `${type} is told`);
      return index;
    };
    const asks = (leg: string) => (line: Line) => line.leg === leg && line.mti === '0200';
    const places = [
      at('card.enrolled'),
      at('card.verified'),
      at('token.active'),
      at('apdu', (line) => line.interface === 'air'),
      at('iso8583', asks('terminal-acquirer')),
      at('iso8583', asks('acquirer-network')),
      at('tap.verdict'),
      at('iso8583', asks('network-issuer')),
      at('ledger.posted'),
      at('receipt'),
      at('cheat'),
      at('result'),
    ];
    deepEqual(
      places,
      places.toSorted((left, right) => left - right),
    );
  });

  test('an apdu has command and response in upper-case hexadecimal, its status word last', () => {
    const exchanges = ofType('apdu');
    ok(exchanges.length > 20);
    for (const { command, response } of exchanges) {
      match(String(command), /^([0-9A-F]{2}){4,}$/);
      match(String(response), /^([0-9A-F]{2})*(9000|6[0-9A-F]{3})$/);
    }
  });

  test('an iso8583 has leg, dialect and the message without its outer length', () => {
    for (const { leg, dialect, message, mti } of ofType('iso8583')) {
      equal(dialect, leg === 'terminal-acquirer' ? 'pos' : 'cups');
      if (leg === 'network-issuer') continue;
      const bytes = fromHex(String(message));
      const read = dialect === 'pos' ? pos.decode(bytes) : cups.decode(bytes);
      equal(read.mti, mti);
      equal(
        toHex(dialect === 'pos' ? pos.encode(pos.decode(bytes)) : cups.encode(cups.decode(bytes))),
        message,
      );
    }
  });

  test('the leg that carries the account number is masked, the legs with the token are not', () => {
    const [asked] = ofType('iso8583').filter(
      ({ leg, mti }) => leg === 'network-issuer' && mti === '0200',
    );
    match(Buffer.from(String(asked?.message), 'hex').toString('latin1'), /999901\*{9}\d{4}/);
    const [onward] = ofType('iso8583').filter(
      ({ leg, mti }) => leg === 'acquirer-network' && mti === '0200',
    );
    const { fields } = cups.decode(fromHex(String(onward?.message)));
    match(fields[2] ?? '', /^99995801\d{8}$/);
  });

  test('the verdict on a good tap tells every check held, under the token’s last four digits', () => {
    const [verdict] = ofType('tap.verdict');
    const checks = verdict?.checks as readonly {
      name: string;
      outcome: string;
      compared: string;
    }[];
    ok(checks.length >= 15);
    deepEqual(new Set(checks.map(({ outcome }) => outcome)), new Set(['held']));
    deepEqual([verdict?.counter, verdict?.responseCode, verdict?.stored], [1, '00', false]);
  });

  test('what is posted sums to zero', () => {
    for (const { entries, sumMinor } of ofType('ledger.posted')) {
      const amounts = (entries as { amountMinor: string }[]).map((one) => BigInt(one.amountMinor));
      equal(
        amounts.reduce((sum, one) => sum + one, 0n),
        0n,
      );
      equal(sumMinor, '0');
    }
  });

  test('the receipt says where, how much and by which approval, and of the token its last four digits', () => {
    const [receipt] = ofType('receipt');
    const { merchant, amountMinor, currency, responseCode, localDate, localTime } = receipt ?? {};
    deepEqual(
      [merchant, amountMinor, currency, responseCode, localDate, localTime],
      ['Lane Coffee', '2850', '156', '00', '2026-11-22', '10:00:00'],
    );
    match(String(receipt?.tokenLastFour), /^\d{4}$/);
    match(String(receipt?.authorisation), /^[0-9A-Z]{6}$/);
  });

  test('every cheat is told with its outcome and the code of the check that stops it', () => {
    deepEqual(
      ofType('cheat').map(({ name, outcome, code }) => [name, outcome, code]),
      CHEATS,
    );
    for (const line of ofType('cheat')) ok(String(line.because).length > 0 && line.asExpected);
  });

  test('what outsiders published is checked too', () => {
    ok(ofType('published').length >= 3);
    for (const { holds } of ofType('published')) equal(holds, true);
  });

  test('the whole ledger still sums to zero', async () => {
    const balance = await open.stage.operator(issuer.trialBalance, {});
    ok(!isRefused(balance));
    equal(balance.sumMinor, '0');
  });
});

describe('a purchase that does not end well', () => {
  const endOf = async (change: Partial<StoryOptions>) => {
    const { ok: went, lines } = await play(change);
    equal(went, false);
    const { type, ok: good, approved, code } = lines.at(-1) ?? {};
    deepEqual([type, good, approved], ['result', false, false]);
    equal(lines.filter((line) => line.type === 'cheat').length, 0);
    return code;
  };

  test('a currency that the account does not hold is refused by name, not converted', async () => {
    equal(await endOf({ currency: '840', withCheats: true }), 'issuer.currency_not_held');
  });

  test('a card reported lost', async () => {
    equal(await endOf({ number: '9999010000000000051' }), 'issuer.card_lost');
  });

  test('an empty account', async () => {
    equal(await endOf({ number: '9999020000000077' }), 'issuer.insufficient_funds');
  });

  test('more than the day’s limit', async () => {
    equal(
      await endOf({ number: '9999010000000000085', amountMinor: 10_001n }),
      'issuer.limit_exceeded',
    );
  });

  test('a card that may not be added ends before the tap', async () => {
    equal(await endOf({ number: '9999010000000000036' }), 'card.declined');
  });

  test('an expired card', async () => {
    equal(await endOf({ number: '9999010000000000119' }), 'card.expired');
  });
});

describe('a story that is told wrongly does not end well', () => {
  const passedIn = async (stage: Stage) => {
    const { ok: went, lines } = await play({ withCheats: true }, stage);
    const { ok: good, cheatsPassed } = lines.at(-1) ?? {};
    deepEqual([went, good], [false, false]);
    return cheatsPassed;
  };

  test('refusals that no service tells of count as cheats that passed', async () => {
    const deaf: Stage = { ...open.stage, eventsAfter: async () => [] };
    equal(await passedIn(deaf), CHEATS.length - 1);
  });

  test('money that moves while a cheat is sent counts as a cheat that passed, also a stored answer', async () => {
    let entries = 0;
    const leaking: Stage = {
      ...open.stage,
      operator: async (endpoint, body) => {
        const answer = await open.stage.operator(endpoint, body);
        if (endpoint.path !== issuer.account.path || isRefused(answer)) return answer;
        return {
          ...(answer as object),
          entries: Array.from({ length: ++entries }),
        } as typeof answer;
      },
    };
    equal(await passedIn(leaking), CHEATS.length);
  });
});
