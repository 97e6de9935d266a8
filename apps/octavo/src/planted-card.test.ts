/**
 * A planted card: its number, its security code and the one-time codes are typed in, used for a purchase, a decline and
 * a reversal, and then looked for everywhere: logs, answers, events, every column of every table, every file.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { readConfig } from '@octavo/platform/config.ts';
import { openLog, traceToLog } from '@octavo/platform/log.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import * as issuer from '@octavo/services/issuer';
import { readMigrations } from '@octavo/services/migrations';
import * as terminal from '@octavo/services/terminal';
import { type Handset, newHandset } from './actors.ts';
import { messagesIn } from './messages.fixture.ts';
import { expectDone, JourneyRefused, openInbox, type PrintedCard } from './phone.ts';
import {
  clockAt,
  confirmAndPay,
  freshMobile,
  openTestWorld,
  printFor,
  type SteppedClock,
  setUpTerminal,
  type TestWorld,
} from './stage.fixture.ts';

/** What was looked through: a name of the place, and what stood there. */
type Place = { readonly where: string; readonly text: string };

const folder = mkdtempSync(join(tmpdir(), 'octavo-planted-'));
const cards: PrintedCard[] = [];
const codes: string[] = [];
const answers: Place[] = [];
const logLines: string[] = [];
let events: readonly Place[] = [];
let rows: readonly Place[] = [];
let elements: readonly Place[] = [];

before(async () => {
  const clock = clockAt('2026-11-22', '10:00:00');
  const open = await openTestWorld({ clock, folder });
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logLines.push(chunk.toString('utf8'));
      done();
    },
  });
  open.world.events.subscribe(traceToLog(openLog({ level: 'debug', destination })));
  await playJourney(open, clock);
  const all = open.world.events.events(0).map(({ event }) => event);
  events = [
    ...all.map((event) => ({ where: `event ${event.type}`, text: JSON.stringify(event) })),
    ...messagesIn(all).map(({ leg, mti, elements: told }) => ({
      where: `${leg} ${mti}`,
      text: JSON.stringify(told),
    })),
  ];
  await open.world.close();
  rows = await dumpTables();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A card that pays and is declined, one that the bank leaves unanswered, wrong details, a wrong code. */
async function playJourney(open: TestWorld, clock: SteppedClock): Promise<void> {
  const { world } = open;
  const stage = { ...open.stage, fetch: listening(open.stage.fetch) };
  await setUpTerminal(stage);
  const mobile = freshMobile();
  const inbox = await openInbox(stage.fetch, clock, mobile, stage.sims);
  const heard: Place[] = [];
  const handset = await newHandset(stage, inbox, mobile, ({ detail }) =>
    heard.push({ where: 'apdu', text: JSON.stringify(detail) }),
  );
  const good = await plantedCard(open, mobile, 'plain');
  const silent = await plantedCard(open, mobile, 'no_answer');
  await rejects(
    handset.phone.enrol({ ...good, cvn2: otherDigits(good.cvn2) }),
    'card.details_wrong',
  );
  const first = await addByCode(handset, good);
  equal((await confirmAndPay(stage, handset, first, 2850)).outcome, 'approved');
  equal((await confirmAndPay(stage, handset, first, 90_000_000)).outcome, 'declined');
  const second = await addByCode(handset, silent);
  const paying = confirmAndPay(stage, handset, second, 1200);
  while (!world.events.events(0).some(({ event }) => event.type === 'issuer.answer_withheld'))
    await clock.sleep(5);
  clock.step(61_000);
  equal((await paying).outcome, 'reversed');
  for (;;) {
    const { payments } = expectDone(await stage.operator(terminal.journal, {}));
    if (payments.every(({ state }) => state !== 'reversing')) break;
    await clock.sleep(5);
  }
  elements = heard;
}

/** A card whose security code is no number that messages and rows hold for other reasons. */
async function plantedCard(
  open: TestWorld,
  mobile: string,
  behaviour: string,
): Promise<PrintedCard> {
  for (;;) {
    const card = await printFor(open.stage, mobile, { kind: 'credit', behaviour });
    if (
      !/^[3-9]\d[1-9]$/.test(card.cvn2) ||
      ['301', '600', '840', '978', '996'].includes(card.cvn2)
    )
      continue;
    cards.push(card);
    return card;
  }
}

async function addByCode(handset: Handset, card: PrintedCard): Promise<string> {
  const { phone } = handset;
  const enrolment = await phone.enrol(card);
  const code = await phone.readCode();
  codes.push(code);
  const wrong = otherDigits(code);
  codes.push(wrong);
  await rejects(phone.verify(enrolment, wrong), 'enrolment.code_wrong');
  const { tokenReference } = await phone.verify(enrolment, code);
  ok(tokenReference !== undefined);
  return (await phone.personalise(tokenReference)).instanceAid;
}

async function rejects(act: Promise<unknown>, code: string): Promise<void> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  equal(error instanceof JourneyRefused ? error.code : error, code);
}

function otherDigits(digits: string): string {
  return digits.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
}

/** Keeps every answer, and what was asked too: both are read by wallet and token service on their way. */
function listening(fetch: TestWorld['stage']['fetch']): TestWorld['stage']['fetch'] {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const asked = await request.clone().text();
    const response = await fetch(request);
    answers.push({ where: `asked ${pathname}`, text: asked });
    answers.push({ where: `answered ${pathname}`, text: await response.clone().text() });
    return response;
  };
}

/** Every column of every table as text; bytes as hexadecimal. */
async function dumpTables(): Promise<readonly Place[]> {
  const database = await openDatabase({
    folder: join(folder, 'database'),
    migrations: readMigrations(),
    imageFolder: readConfig({ ...process.env }).cache,
  });
  const tables = await database.sql(
    `select schemaname || '.' || tablename as name from pg_catalog.pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const dumped: Place[] = [];
  for (const { name } of tables) {
    const found = await database.sql(`select row_to_json(t)::text as row from ${name} as t`);
    for (const { row } of found) {
      for (const [column, value] of Object.entries(row as Record<string, unknown>)) {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        dumped.push({ where: `${name}.${column}`, text });
      }
    }
  }
  await database.close();
  return dumped;
}

/** All ways in which digits may stand somewhere without being told from them: plain, packed, encoded, spaced, digested. */
function formsOf(digits: string): readonly string[] {
  const bytes = Buffer.from(digits, 'ascii');
  const packed = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  const grouped = digits.match(/.{1,4}/g) ?? [];
  return [
    digits,
    // A number without its first or last digits is still the number.
    digits.slice(1, -1),
    bytes.toString('hex'),
    packed.toString('hex'),
    ...[0, 1, 2].flatMap((shift) => base64At(bytes, shift)),
    ...[0, 1, 2].flatMap((shift) => base64At(packed, shift)),
    grouped.join(' '),
    grouped.join('-'),
    [...digits].join(' '),
    [...digits].reverse().join(''),
    ...['sha256', 'sha1', 'md5'].map((name) => createHash(name).update(bytes).digest('hex')),
  ];
}

/** The base64 of bytes that stand `shift` bytes into a longer run, without the characters that neighbours change. */
function base64At(bytes: Buffer, shift: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const from = Math.ceil((shift * 8) / 6);
  const whole = text.replace(/=+$/, '').slice(from, -1);
  return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
}

/** Short secrets are looked for as whole words and whole values, since their digits stand in longer numbers by chance. */
function wordsOf(digits: string): RegExp {
  const packed = digits.length % 2 === 0 ? [digits] : [`0${digits}`, `${digits}0`, `${digits}F`];
  const bytes = Buffer.from(digits, 'ascii');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const forms = [digits, [...digits].join(' '), bytes.toString('hex'), base64, ...packed];
  return new RegExp(`(?<![0-9A-Za-z])(?:\\\\x)?(?:${forms.join('|')})(?![0-9A-Za-z])`, 'i');
}

const numbers = () => cards.map(({ pan }) => pan);
const shorts = () => [...cards.map(({ cvn2 }) => cvn2), ...codes];

function placesOfNumbers(places: readonly Place[]): readonly string[] {
  const forms = numbers()
    .flatMap(formsOf)
    .map((form) => form.toLowerCase());
  return places
    .filter(({ text }) => forms.some((form) => text.toLowerCase().includes(form)))
    .map(({ where }) => where);
}

function placesOfShorts(places: readonly Place[]): readonly string[] {
  const words = shorts().map(wordsOf);
  return places
    .filter(({ text }) => words.some((word) => word.test(text)))
    .map(({ where }) => where);
}

test('the search finds what is planted in every form, so that finding nothing means something', () => {
  const [number = ''] = numbers();
  const [short = ''] = shorts();
  const text = (value: Buffer, encoding: 'hex' | 'base64' | 'base64url') =>
    value.toString(encoding);
  const planted = [
    `{"a":"${number}"}`,
    text(Buffer.from(`x${number}y`), 'hex'),
    text(Buffer.from(`{"pan":"${number}"}`), 'base64'),
    text(Buffer.from(`{ "pan":"${number}"}`), 'base64url'),
    `\\x06${number}d3012`,
    `card ${number.replace(/(\d{4})(?=\d)/g, '$1 ')}`,
    createHash('sha256').update(number).digest('hex'),
  ];
  const found = placesOfNumbers(planted.map((one, index) => ({ where: String(index), text: one })));
  deepEqual(
    found,
    planted.map((_, index) => String(index)),
  );
  const words = [
    `"cvn2":"${short}"`,
    `code ${short}.`,
    short,
    `\\x${text(Buffer.from(short), 'hex')}`,
  ];
  const told = placesOfShorts(words.map((one, index) => ({ where: String(index), text: one })));
  deepEqual(
    told,
    words.map((_, index) => String(index)),
  );
});

test('two cards and four codes were planted, and the journey left its traces', () => {
  equal(cards.length, 2);
  equal(codes.length, 4);
  const told = new Set(events.map(({ where }) => where));
  for (const one of ['network-issuer 0200', 'network-issuer 0420', 'event ledger.posted'])
    ok(told.has(one), one);
  const schemas = new Set(rows.map(({ where }) => where.split('.')[0]));
  for (const one of ['issuer', 'tokens', 'network', 'wallet', 'acquirer', 'terminal'])
    ok(schemas.has(one), one);
  ok(logLines.length > 50);
});

test('no event and no message that was told holds them', () => {
  deepEqual(placesOfNumbers(events), []);
  deepEqual(placesOfShorts(events), []);
});

test('no line of the log at its most talkative holds them', () => {
  const lines = logLines.map((text) => ({ where: text, text }));
  deepEqual(placesOfNumbers(lines), []);
  deepEqual(placesOfShorts(lines), []);
});

test('nothing that a phone asks or is answered holds them, but the bank’s own message with the code', () => {
  ok(answers.some(({ where }) => where === 'answered /wallet/add-card'));
  deepEqual(placesOfNumbers(answers), []);
  const told = new Set(placesOfShorts(answers));
  deepEqual([...told], ['answered /issuer/inbox/read']);
});

test('no command to the element and no answer of it holds them', () => {
  ok(elements.length > 40);
  deepEqual(placesOfNumbers(elements), []);
  deepEqual(placesOfShorts(elements), []);
});

test('no column of any table holds them, sealed or not', () => {
  ok(rows.length > 500);
  deepEqual([...new Set(placesOfNumbers(rows))], []);
  deepEqual([...new Set(placesOfShorts(rows))], []);
});

test('no file of the world holds the numbers, in its log of changes either', () => {
  const needles = numbers().flatMap((number) => [
    Buffer.from(number, 'ascii'),
    Buffer.from(number, 'hex'),
    Buffer.from(Buffer.from(number, 'ascii').toString('hex'), 'ascii'),
  ]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const wrong = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => {
      const content = readFileSync(path);
      return needles.some((needle) => content.includes(needle));
    });
  deepEqual(wrong, []);
  ok(files.length > 100);
});

test('the operator sees an account by its last four digits', () => {
  const shown = issuer.AccountView.keyof().options;
  ok(shown.includes('cardLastFour') && !shown.some((name) => /pan|number/i.test(name)));
});
