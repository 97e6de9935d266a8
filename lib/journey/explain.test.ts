/** What a journey shows: nodes, bytes, proof, lenses and links of the worked phone tap. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../bytes/bytes.ts';
import { TAGS } from '../emv/tags.ts';
import { elementMeanings } from '../iso8583/elements.ts';
import { explainJourney, nodesOf } from './explain.ts';
import { groupJourneys } from './group.ts';
import type { Journey } from './head.ts';
import { lensesOf } from './lens.ts';
import { linked } from './linked.ts';
import { chineseName, chineseSaying, type Words } from './names.ts';
import { proofOf } from './proof.ts';
import type { Span } from './span.ts';
import * as words from './words.ts';
import { inSequence, type Told, told, WORKED_0200, workedEvents } from './worked.fixture.ts';

function journeyOf(events: readonly Told[]): Journey {
  const [journey] = groupJourneys(inSequence(events));
  ok(journey);
  return journey;
}

const journey = journeyOf(workedEvents());
const explained = explainJourney(journey);
const nodes = nodesOf(explained);
const spans = nodes.flatMap(({ parts }) => parts.flatMap(({ tree }) => spansIn(tree)));

function spansIn(span: Span): readonly Span[] {
  return [span, ...span.children.flatMap(spansIn)];
}

test('every byte of the worked tap has a name, in both languages', () => {
  equal(explained.namelessBytes, 0);
  for (const { name } of spans) ok(chineseName(name.en), name.en);
});

test('spans without parts follow each other from the first byte to the last', () => {
  for (const { tree, byteCount, hex } of nodes.flatMap(({ parts }) => parts)) {
    let at = 0;
    for (const { start, length } of spansIn(tree).filter((one) => one.children.length === 0)) {
      equal(start, at);
      at += length;
    }
    deepEqual([at, hex.length], [byteCount, byteCount * 2]);
  }
});

test('what could not be read is counted as without a name', () => {
  const [tap] = workedEvents();
  const detail = { ...tap?.detail, response: '6F05840E9000' };
  const broken = explainJourney(journeyOf([{ ...(tap as Told), detail }]));
  ok(broken.namelessBytes > 0);
});

test('nodes stand in the legs of the journey, in the order in which they happened', () => {
  deepEqual(
    explained.legs.map(({ name, nodes: own }) => [name, ...own.map(({ step }) => step)]),
    [
      ['phone', 'selectList', 'selectApplication', 'options'],
      ['network', 'withToken', 'checked'],
      ['issuer', 'decided', 'posted'],
      ['back', 'outcome', 'receipt'],
    ],
  );
  deepEqual(
    nodes.find(({ kind }) => kind === 'posting')?.posting?.entries.map((one) => one.amountMinor),
    [-1250n, 1250n],
  );
});

test('what lies beyond the furthest step is there, as not reached', () => {
  const refused = workedEvents()
    .slice(0, 4)
    .concat(
      told('tap.verdict', 'tokens', {
        retrievalReference: '112216000123',
        code: 'tap.amount_differs',
        checks: [
          { name: 'cryptogram', outcome: 'held', compared: '' },
          {
            name: 'amount',
            outcome: 'broken',
            compared: 'DE4 000000285000, sealed 9F02 000000002850',
          },
          { name: 'counter', outcome: 'not_run', compared: '' },
        ],
      }),
    );
  const own = journeyOf(refused);
  const all = nodesOf(explainJourney(own));
  deepEqual([own.outcome, own.code], ['declined', 'tap.amount_differs']);
  deepEqual(
    all.filter(({ isReached }) => !isReached).map(({ step }) => step),
    ['withCard', 'decided', 'posted', 'issuerAnswer', 'networkAnswer', 'tillAnswer', 'receipt'],
  );
  const checks = all.find(({ step }) => step === 'checked')?.checks ?? [];
  deepEqual(
    checks.map(({ outcome }) => outcome),
    ['held', 'broken', 'not_run'],
  );
  equal(checks[1]?.compared.zh, 'DE4 000000285000，封住的 9F02 000000002850');
  const { cause, links } = linked(explainJourney(own), proofOf(own));
  deepEqual(
    [cause?.code, cause?.check, cause?.links],
    ['tap.amount_differs', 'amount', ['amount']],
  );
  const places = links.find(({ id }) => id === 'amount')?.places ?? [];
  deepEqual(
    places.map((place) => (place.kind === 'check' ? place.check : place.tag)),
    ['9F02', 'DE4', '9F02', 'amount', '9F02'],
  );
});

test('sealed are the bytes that the cryptogram is made of, and no other', () => {
  const sealed = spans.filter((one) => one.sealed && one.children.length === 0);
  const tap = sealed.filter(({ path }) => !path.startsWith('DE55'));
  equal(
    tap.reduce((sum, { length }) => sum + length, 0),
    37,
  );
  equal(sealed.length, tap.length * 2);
});

test('the counter is the one-time transaction number and the cryptogram the security code', () => {
  const marked = spans.filter(({ mark, children }) => mark !== undefined && children.length === 0);
  deepEqual(
    marked.map(({ mark, value }) => [mark, value]),
    [
      ['transaction_number', '0001'],
      ['security_code', 'AEBC72404A3A05AF'],
      ['security_code', 'AEBC72404A3A05AF'],
      ['transaction_number', '0001'],
    ],
  );
});

test('a number is shown by its last four digits', () => {
  for (const { value } of spans) ok(!/\d{12}0018/.test(value), value);
  equal(spans.find(({ tag }) => tag === 'DE2')?.value, '•••• 0018');
});

test('the proof has the sealed values in order and the padded block', () => {
  const proof = proofOf(journey);
  // cryptograms sheet, section 9
  equal(
    proof?.block,
    '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000800000',
  );
  deepEqual([proof?.inputBytes, proof?.padding], [37, '800000']);
  equal(
    proof?.inputs.map(({ tag }) => tag).join(' '),
    '9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 82 9F36 CVR',
  );
  deepEqual(
    proof?.keys.map(({ diversifiedBy, checkValue, bytes }) => [
      diversifiedBy.en,
      checkValue,
      bytes,
    ]),
    [
      ['index 01', undefined, undefined],
      ['•• 0018, sequence 01', undefined, undefined],
      ['counter 1', undefined, undefined],
    ],
  );
  deepEqual([proof?.computed, proof?.isPhones], [undefined, true]);
});

test('known keys give the phone’s own cryptogram, other keys do not', () => {
  // cryptograms sheet, section 9
  const known = proofOf(journey, { '01': fromHex('0123456789ABCDEF23456789ABCDEF01') });
  deepEqual([known?.computed, known?.isPhones], ['AEBC72404A3A05AF', true]);
  deepEqual(
    known?.keys.slice(0, 2).map(({ checkValue }) => checkValue),
    ['86E965', '7FAF52'],
  );
  ok(!JSON.stringify(known?.keys).includes('0123456789ABCDEF'));
  const other = proofOf(journey, { '01': fromHex('FEDCBA98765432100123456789ABCDEF') });
  equal(other?.isPhones, false);
});

test('where the tap was not heard, the chip data of the request tell the proof', () => {
  const [, , , request] = workedEvents();
  const proof = proofOf(journeyOf([request as Told]));
  equal(proof?.block.slice(0, 12), '000000001250');
  deepEqual([proof?.cryptogram, proof?.isPhones], ['AEBC72404A3A05AF', undefined]);
});

test('a value is linked in every place, by its own bytes', () => {
  const { links, cause } = linked(explained, proofOf(journey));
  equal(cause, undefined);
  const counter = links.find(({ key }) => key === 'counter');
  const bytes = counter?.places.flatMap((place) => (place.kind === 'bytes' ? [place] : [])) ?? [];
  deepEqual(
    bytes.map(({ node, path, length }) => [node.split('-')[0], path, length]),
    [
      ['apdu', '77/9F36', 2],
      ['message', 'DE55/9F36', 2],
    ],
  );
  const [, place] = bytes;
  equal(WORKED_0200.slice((place?.start ?? 0) * 2, ((place?.start ?? 0) + 2) * 2), '0001');
  for (const { key, values } of links) equal(values.length, 1, key);
});

test('the merchant’s lens has no card, and both lenses no more than four digits of a number', () => {
  const facts = lensesOf(journey);
  const card = facts.find(({ key }) => key === 'card');
  deepEqual([card?.merchant, card?.bank], [undefined, undefined]);
  equal(facts.find(({ key }) => key === 'token')?.merchant?.en, '•• 0018');
  equal(facts.find(({ key }) => key === 'transactionNumber')?.merchant?.en, '1');
});

test('every data object has a Chinese name, and every data element that a journey may show', () => {
  for (const { name } of Object.values(TAGS)) ok(chineseName(name), name);
  const spoken = [2, 3, 4, 7, 11, 12, 13, 14, 15, 18, 19, 22, 23, 25, 26, 28, 32, 33, 35, 37, 38];
  const more = [
    39, 41, 42, 43, 44, 48, 49, 52, 53, 54, 55, 56, 57, 60, 61, 62, 63, 64, 90, 100, 128,
  ];
  for (const number of [...spoken, ...more]) {
    const [name = ''] = elementMeanings[number] ?? [];
    ok(chineseName(name), `DE${number} ${name}`);
  }
});

test('sayings are put into Chinese piece by piece, and what has none is said to have none', () => {
  equal(chineseSaying('28.50 CNY'), '28.50 CNY');
  equal(chineseSaying('22 Nov 2026'), '2026 年 11 月 22 日');
  equal(chineseSaying('ARQC, holder verified on the device'), 'ARQC、持卡人已在手机上验证');
  equal(chineseSaying('nobody ever said this'), undefined);
  equal(chineseName('nobody ever named this'), undefined);
});

test('every word of the page is there in both languages', () => {
  const tables = Object.values(words) as readonly Readonly<Record<string, Words>>[];
  for (const [key, { en, zh }] of tables.flatMap((table) => Object.entries(table))) {
    ok(en !== '' && /\p{Script=Han}/u.test(zh), `${key}: ${en} ${zh}`);
    ok(!/[您哦！]/.test(zh) && !en.includes('!'), key);
  }
});
