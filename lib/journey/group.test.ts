/** Which events are of one tap. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JourneyEvent } from './event.ts';
import { explainJourney } from './explain.ts';
import { groupJourneys } from './group.ts';
import { lensesOf } from './lens.ts';
import { linked } from './linked.ts';
import { proofOf } from './proof.ts';
import {
  exchanges,
  inSequence,
  posMessage,
  type Told,
  tapWith,
  told,
  WORKED_TAP,
  workedEvents,
} from './worked.fixture.ts';

const ONE = { terminal: '00000001', traceNumber: '000001', cryptogram: '1111111111111111' };
const TWO = { terminal: '00000002', traceNumber: '000001', cryptogram: '2222222222222222' };

function grouped(events: readonly Told[]): readonly (readonly number[])[] {
  return groupJourneys(inSequence(events)).map(({ events: own }) =>
    own.map(({ sequence }) => sequence),
  );
}

test('a whole tap is one journey, named by year and reference', () => {
  const [journey, ...others] = groupJourneys(inSequence(workedEvents()));
  deepEqual(others, []);
  equal(journey?.events.length, workedEvents().length);
  deepEqual(
    [journey?.id, journey?.outcome, journey?.amountMinor, journey?.currency],
    ['2026-112216000123', 'approved', 1250n, '156'],
  );
  deepEqual(
    [journey?.merchant, journey?.terminalId, journey?.tokenLastFour, journey?.responseCode],
    ['DEMO SHOP', '00000001', '0018', '00'],
  );
});

test('the stretches of a journey add up to its time', () => {
  const [journey] = groupJourneys(inSequence(workedEvents()));
  deepEqual(
    journey?.laps.map(({ stretch, ms }) => [stretch, ms]),
    [
      ['tap', 0],
      ['terminal_acquirer', 0],
      ['acquirer_network', 0],
      ['posting', 9],
      ['back', 11],
    ],
  );
  equal(journey?.tookMs, 20);
});

test('a reference of December that is used in January is of the year before', () => {
  const atMs = Date.UTC(2027, 0, 1, 4);
  const detail = { retrievalReference: '123123000001', outcome: 'approved' };
  const events = [{ ...told('terminal.outcome', 'terminal', detail), atMs, sequence: 7 }];
  equal(groupJourneys(events)[0]?.id, '2026-123123000001');
});

test('two taps on two airs come apart, however their events lie', () => {
  const [first, second] = [tapWith(ONE.cryptogram), tapWith(TWO.cryptogram)].map((tap, index) =>
    exchanges(tap, `air ${index}`),
  ) as [readonly Told[], readonly Told[]];
  const events = [
    first[0],
    second[0],
    second[1],
    first[1],
    second[2],
    first[2],
    posMessage('0200', TWO),
    posMessage('0200', ONE),
    posMessage('0210', { ...ONE, reference: '112216000001', responseCode: '00' }),
    posMessage('0210', { ...TWO, reference: '112216000002', responseCode: '61' }),
    told('terminal.outcome', 'terminal', {
      outcome: 'declined',
      retrievalReference: '112216000002',
    }),
    told('terminal.outcome', 'terminal', {
      outcome: 'approved',
      retrievalReference: '112216000001',
    }),
  ] as readonly Told[];
  deepEqual(grouped(events), [
    [1, 4, 6, 8, 9, 12],
    [2, 3, 5, 7, 10, 11],
  ]);
});

test('a message that carries the cryptogram again is a journey of its own, without the tap', () => {
  const events = [
    ...exchanges(tapWith(ONE.cryptogram), ''),
    posMessage('0200', ONE),
    posMessage('0200', { ...ONE, traceNumber: '000002' }),
  ];
  deepEqual(grouped(events), [[1, 2, 3, 4], [5]]);
});

test('a reversal and a late answer join the payment that they are about', () => {
  const events = [
    posMessage('0200', ONE),
    told('terminal.outcome', 'terminal', { outcome: 'reversed', code: 'acquirer.no_answer' }),
    posMessage('0400', ONE),
    posMessage('0410', { ...ONE, reference: '112216000001', responseCode: '00' }),
    told('ledger.posted', 'issuer', { kind: 'reversal', retrievalReference: '112216000001' }),
    told('acquirer.refused', 'acquirer', {
      code: 'message.already_reversed',
      retrievalReference: '112216000001',
    }),
    posMessage('0210', { ...ONE, reference: '112216000001', responseCode: '98' }),
  ];
  const journeys = groupJourneys(inSequence(events));
  deepEqual(
    journeys.map(({ outcome, code, events: own }) => [outcome, code, own.length]),
    [['reversed', 'acquirer.no_answer', 7]],
  );
});

test('a tap that asked nobody is a journey, ended by what the terminal said of it', () => {
  const [[list], [application], [options]] = WORKED_TAP.map((one) => [one]) as [
    [readonly [string, string]],
    [readonly [string, string]],
    [readonly [string, string]],
  ];
  const asked = [list, application, [options[0], '6986']] as const;
  const events = [
    ...exchanges(asked, ''),
    told('terminal.outcome', 'terminal', { outcome: 'see_phone' }),
    ...exchanges(tapWith(ONE.cryptogram), ''),
    posMessage('0200', ONE),
  ];
  const [first, second] = groupJourneys(inSequence(events));
  deepEqual([first?.id, first?.outcome, first?.events.length], ['e1', 'see_phone', 4]);
  deepEqual([first?.amountMinor, first?.currency], [1250n, '156']);
  deepEqual([second?.id, second?.outcome, second?.events.length], ['e5', 'under_way', 4]);
});

test('a tap under way is one journey from its reading on, by terminal, batch and trace number', () => {
  const { terminal, traceNumber } = ONE;
  const place = { terminalId: terminal, traceNumber, batch: '000010', requestId: 'A' };
  const events = [
    ...exchanges(tapWith(ONE.cryptogram), 'one'),
    ...exchanges(tapWith(TWO.cryptogram), 'two'),
    told('terminal.read', 'terminal', { ...place, air: 'one' }),
    posMessage('0200', ONE),
    told('terminal.read', 'terminal', { requestId: 'B', air: 'two' }),
    told('terminal.outcome', 'terminal', { requestId: 'B', air: 'two', outcome: 'try_again' }),
  ];
  deepEqual(grouped(events), [
    [1, 2, 3, 7, 8],
    [4, 5, 6, 9, 10],
  ]);
});

test('a request id ties what the terminal says to its receipt', () => {
  const events = [
    posMessage('0200', ONE),
    told('terminal.outcome', 'terminal', { outcome: 'approved', requestId: 'A' }),
    told('wallet.leaf', 'wallet', { requestId: 'A' }),
    told('receipt', 'terminal', {
      requestId: 'A',
      terminalId: ONE.terminal,
      localTime: '16:30:01',
      amountMinor: '1250',
      tokenLastFour: '0018',
    }),
  ];
  deepEqual(grouped(events), [[1, 2, 4]]);
});

test('exchanges of the wired interface, sign-ons and what names no payment are in no journey', () => {
  const [[command, response] = ['', '']] = WORKED_TAP;
  const events = [
    told('apdu', 'element', { via: 'wired', command, response }),
    told('wallet.leaf', 'wallet', { state: 'active' }),
    told('issuer.decision', 'issuer', { retrievalReference: '112216000009' }),
  ];
  deepEqual(grouped(events), []);
});

test('whatever the events are, they are grouped and explained without a fault', () => {
  const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const [tap, network] = [workedEvents()[2], workedEvents()[3]] as [Told, Told];
  const damaged = fc.tuple(fc.constantFrom(tap, network), fc.nat(), fc.nat(255)).map(damage);
  const any = fc.record({
    type: fc.constantFrom(
      'apdu',
      'iso8583',
      'tap.verdict',
      'ledger.posted',
      'receipt',
      'x.refused',
    ),
    service: fc.string(),
    atMs: fc.oneof(fc.double(), fc.constant(0)),
    detail: fc.dictionary(
      fc.constantFrom(
        ...['via', 'command', 'response', 'leg', 'message', 'checks', 'entries', 'outcome'],
        ...['retrievalReference', 'amountMinor', 'localTime', 'requestId', 'sumMinor'],
      ),
      fc.oneof(hex, fc.constantFrom('air', 'acquirer-network', '112216000123'), fc.jsonValue()),
    ),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(any, damaged), { maxLength: 12 }), (events) => {
      for (const journey of groupJourneys(inSequence(events as readonly Told[]))) {
        const explained = explainJourney(journey);
        const keys = { '01': new Uint8Array(16).fill(1) };
        linked(explained, proofOf(journey, keys));
        lensesOf(journey);
      }
    }),
    { numRuns: 100 },
  );
});

/** An event with one byte of what it carries replaced. */
function damage([event, at, byte]: [Told, number, number]): Told {
  const change = (hex: string): string => {
    const bytes = Buffer.from(hex, 'hex');
    bytes[at % bytes.length] = byte;
    return bytes.toString('hex').toUpperCase();
  };
  const detail = Object.fromEntries(
    Object.entries(event.detail).map(([name, value]) => [
      name,
      ['command', 'response', 'message'].includes(name) ? change(String(value)) : value,
    ]),
  );
  return { ...event, detail } satisfies Omit<JourneyEvent, 'sequence'>;
}
