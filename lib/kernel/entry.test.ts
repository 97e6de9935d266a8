import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommand, status, success } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { encodeTlv, type Tlv, template, tlv } from '../tlv/tlv.ts';
import { listCandidates, readSelected } from './candidates.ts';
import type { Answer } from './drive.ts';
import { type PreProcessed, preProcess, tap } from './entry.ts';
import type { Outcome } from './outcome.ts';
import type { ReaderConfiguration, TapInput } from './reader.ts';
import { workedInput } from './worked-tap.ts';

const DEBIT = 'A000000333010101';
const CREDIT = 'A000000333010102';

// --- pre-processing: EMV contactless sheet, section 3.1 ---

type Case = readonly [
  rule: string,
  amountMinor: bigint,
  reader: Partial<ReaderConfiguration>,
  indicators: readonly (keyof Omit<PreProcessed, 'ttq'>)[],
  ttq: string,
];
const limits = { transaction: 50_000n, floor: 1_000n, cvmRequired: 30_000n };

const preProcessing: readonly Case[] = [
  ['an amount below every limit', 999n, { limits }, [], '36000080'],
  ['the floor limit itself is not exceeded', 1_000n, { limits }, [], '36000080'],
  ['above the floor limit', 1_001n, { limits }, ['floorLimitExceeded'], '36800080'],
  ['just below the CVM limit', 29_999n, { limits }, ['floorLimitExceeded'], '36800080'],
  [
    'the CVM limit itself is exceeded',
    30_000n,
    { limits },
    ['floorLimitExceeded', 'cvmLimitExceeded'],
    '36C00080',
  ],
  [
    'just below the transaction limit',
    49_999n,
    { limits },
    ['floorLimitExceeded', 'cvmLimitExceeded'],
    '36C00080',
  ],
  [
    'the transaction limit itself',
    50_000n,
    { limits },
    ['contactlessNotAllowed', 'floorLimitExceeded', 'cvmLimitExceeded'],
    '36C00080',
  ],
  ['no limits at all', 999_999_999_999n, { limits: {} }, [], '36000080'],
  [
    'CVM limit alone',
    30_000n,
    { limits: { cvmRequired: 30_000n } },
    ['cvmLimitExceeded'],
    '36400080',
  ],
  [
    'transient bits of the static TTQ are cleared',
    1n,
    { limits: {}, ttq: fromHex('36E00080') },
    [],
    '36200080',
  ],
  [
    'zero is not allowed unless the reader says so',
    0n,
    { limits: {} },
    ['contactlessNotAllowed'],
    '36000080',
  ],
  [
    'zero, allowed and online',
    0n,
    { limits: {}, zeroAmountAllowed: true },
    ['zeroAmount'],
    '36800080',
  ],
  [
    'zero, allowed but offline',
    0n,
    { limits: {}, zeroAmountAllowed: true, online: false },
    ['zeroAmount', 'contactlessNotAllowed'],
    '36000080',
  ],
  [
    'one unit of currency asks for the status',
    100n,
    { limits: {}, statusCheckAmountMinor: 100n },
    ['statusCheckRequested'],
    '36800080',
  ],
  ['one unit without status check is a payment', 100n, { limits: {} }, [], '36000080'],
];

for (const [rule, amountMinor, change, indicators, ttq] of preProcessing) {
  test(`pre-processing: ${rule}`, () => {
    const prepared = preProcess(amountMinor, { ...workedInput.reader, ...change });
    const { ttq: preparedTtq, ...flags } = prepared;
    const raised = Object.entries(flags).filter(([, raisedFlag]) => raisedFlag);
    deepEqual(raised.map(([name]) => name).sort(), [...indicators].sort());
    equal(toHex(preparedTtq), ttq);
  });
}

test('pre-processing leaves the static qualifiers of the reader as they were', () => {
  const ttq = fromHex('36000080');
  preProcess(100_000n, { ...workedInput.reader, ttq });
  equal(toHex(ttq), '36000080');
});

test('when contactless is not allowed, another interface is tried without polling', () => {
  const reader = { ...workedInput.reader, limits };
  const { commands, outcome } = play({ ...workedInput, amountMinor: 50_000n, reader }, []);
  deepEqual(commands, []);
  equal(outcome.kind, 'try_another_interface');
  equal(outcome.reason, 'contactless_not_allowed');
  equal(outcome.message, '1D');
});

test('an amount that twelve digits cannot hold is refused without polling', () => {
  for (const amountMinor of [1_000_000_000_000n, -1n]) {
    const { commands, outcome } = play({ ...workedInput, amountMinor }, []);
    deepEqual(commands, []);
    deepEqual([outcome.kind, outcome.reason], ['end_application', 'amount_out_of_range']);
  }
});

test('a terminal that is set up wrongly is a bug, found before the first command', () => {
  const { reader } = workedInput;
  throws(() => tap({ ...workedInput, date: '2026' }).next(), AssertionError);
  throws(() => tap({ ...workedInput, transactionCounter: 1e8 }).next(), AssertionError);
  throws(() => tap({ ...workedInput, unpredictableNumber: fromHex('00') }).next(), AssertionError);
  const offlineOnly = { ...reader, ttq: fromHex('3E000080') };
  throws(() => tap({ ...workedInput, reader: offlineOnly }).next(), AssertionError);
});

// --- combination selection: EMV contactless sheet, section 3.2 ---

test('an empty wallet answers 6A82: the application ends', () => {
  const { commands, outcome } = play(workedInput, [status(0x6a82)]);
  deepEqual(commands, ['00A404000E325041592E5359532E444446303100']);
  deepEqual(
    [outcome.kind, outcome.reason, outcome.message],
    ['end_application', 'no_application', '1C'],
  );
});

test('a directory without an entry, malformed or of another shape holds no application', () => {
  for (const fci of [
    '',
    '6F',
    '6F00',
    '6F02A500',
    '6F058403414243',
    '6F0CA50ABF0C07610550034142',
    '77028200',
    '6F006F00',
  ]) {
    const { outcome } = play(workedInput, [success(fromHex(fci))]);
    deepEqual([fci, outcome.reason], [fci, 'no_application']);
  }
});

test('the best priority comes first, ties keep the order of the card, none comes last', () => {
  const fci = directory(
    entry(`${DEBIT}01`, { '87': '00' }),
    entry(`${DEBIT}02`, { '87': '02' }),
    entry(`${DEBIT}03`),
    entry(`${CREDIT}04`, { '87': '01' }),
    entry(`${DEBIT}05`, { '87': 'F2' }), // only the low half is the priority
    entry(`${DEBIT}06`, { '87': '0F' }),
  );
  const names = listCandidates(fci, workedInput.reader).map(({ adfName }) => toHex(adfName));
  deepEqual(
    names.map((name) => name.slice(-2)),
    ['04', '02', '05', '06', '01', '03'],
  );
});

test('a name matches by equality or by its beginning, never the other way round', () => {
  const fci = directory(
    entry(DEBIT),
    entry(`${CREDIT}0001`), // a device token: reader's AID and a two-byte suffix
    entry(`${DEBIT.slice(0, -2)}03`),
    entry(DEBIT.slice(0, -2)), // shorter than the reader's AID
    entry('A0000000031010', { '9F2A': '07' }),
  );
  const found = listCandidates(fci, workedInput.reader);
  deepEqual(
    found.map(({ adfName, aid }) => [toHex(adfName), toHex(aid)]),
    [
      [DEBIT, DEBIT],
      [`${CREDIT}0001`, CREDIT],
    ],
  );
});

test('a name that equals one AID and begins with another belongs to the one it equals', () => {
  const aids = [fromHex('A000000333'), fromHex(DEBIT)];
  const [found] = listCandidates(directory(entry(DEBIT)), { aids, kernelId: 7 });
  equal(found && toHex(found.aid), DEBIT);
});

test('the kernel is named by the entry, or by the provider when the entry names none', () => {
  const accepted: readonly [identifier: string | undefined, taken: boolean][] = [
    [undefined, true],
    ['', true],
    ['00', true],
    ['07', true],
    ['0700000000000000', true],
    ['070000000000000000', false], // nine bytes
    ['03', false],
    ['47', false],
    ['870156', false], // a kernel of one country
    ['C70156', false],
  ];
  for (const [identifier, taken] of accepted) {
    const fci = directory(entry(DEBIT, identifier === undefined ? {} : { '9F2A': identifier }));
    deepEqual(
      [identifier, listCandidates(fci, workedInput.reader).length],
      [identifier, taken ? 1 : 0],
    );
  }
});

test('a malformed entry is passed over, the others stand', () => {
  const fci = directory(
    template('61', []),
    entry('A0000003'),
    entry(`${DEBIT}${'00'.repeat(9)}`), // seventeen bytes
    entry(`${DEBIT}01`, { '87': '0102' }),
    entry(`${DEBIT}02`),
  );
  const names = listCandidates(fci, workedInput.reader).map(({ adfName }) => toHex(adfName));
  deepEqual(names, [`${DEBIT}02`]);
});

test('a candidate that cannot be selected gives way to the next, and the last one ends the application', () => {
  const two = success(directory(entry(`${DEBIT}01`), entry(`${CREDIT}02`)));
  for (const word of [0x6283, 0x6a82, 0x6985]) {
    const { commands, outcome } = play(workedInput, [two, status(word), status(word)]);
    deepEqual(commands.slice(1), [`00A4040009${DEBIT}0100`, `00A4040009${CREDIT}0200`]);
    deepEqual([outcome.kind, outcome.reason], ['end_application', 'select_refused']);
  }
});

test('6985 to GET PROCESSING OPTIONS takes the next candidate too', () => {
  const two = success(directory(entry(`${DEBIT}01`), entry(`${CREDIT}02`)));
  const { commands, outcome } = play(workedInput, [
    two,
    success(fci(`${DEBIT}01`, '9F6604')),
    status(0x6985),
    success(fci(`${CREDIT}02`, '9F6604')),
    status(0x6985),
  ]);
  deepEqual(
    commands.map((command) => command.slice(0, 4)),
    ['00A4', '00A4', '80A8', '00A4', '80A8'],
  );
  deepEqual([outcome.kind, outcome.reason], ['end_application', 'conditions_not_satisfied']);
});

test('an answer to SELECT that is malformed or of another application takes the next candidate', () => {
  const answers = [
    '',
    '6F',
    '7700',
    '6F00',
    toHex(fci(CREDIT, '9F6604')),
    `6F0A8408${DEBIT}`,
    `6F0CA500${`8408${DEBIT}`}00`,
  ];
  for (const answer of answers) {
    const { outcome } = play(workedInput, [
      success(directory(entry(DEBIT))),
      success(fromHex(answer)),
    ]);
    deepEqual([answer, outcome.reason], [answer, 'malformed_fci']);
  }
});

test('a real debit card answers SELECT with this PDOL', () => {
  // vectors.json, pboc-fci-debit: published trace of a dual-interface PBOC card.
  const answer = fromHex(
    '6F3E8408A000000333010101A532500A50424F432044454249548701019F38189F66049F02069F03069F1A0295055F2A029A039C019F3704BF0C059F4D020B0A',
  );
  const selected = readSelected(answer, fromHex(DEBIT));
  equal(selected?.pdol && toHex(selected.pdol), '9F66049F02069F03069F1A0295055F2A029A039C019F3704');
  const { commands } = play(workedInput, [
    success(directory(entry(DEBIT))),
    success(answer),
    status(0x6985),
  ]);
  // The same PDOL as the worked tap's, so the same 33 bytes of data.
  equal(
    commands[2],
    '80A8000023832136800080000000001250000000000000015600000000000156261122001A2B3C4D00',
  );
});

// --- how these tests play a card ---

function play(
  input: TapInput,
  answers: readonly Answer[],
): { commands: string[]; outcome: Outcome } {
  const commands: string[] = [];
  const payment = tap(input);
  let step = payment.next();
  for (const answer of answers) {
    if (step.done) throw new Error('the tap was over before the card had answered all');
    commands.push(toHex(encodeCommand(step.value)));
    step = payment.next(answer);
  }
  if (!step.done) throw new Error(`the card has no answer to ${toHex(encodeCommand(step.value))}`);
  return { commands, outcome: step.value };
}

function entry(name: string, more: Readonly<Record<string, string>> = {}): Tlv {
  const objects = Object.entries(more).map(([tag, value]) => tlv(tag, fromHex(value)));
  return template('61', [tlv('4F', fromHex(name)), ...objects]);
}

function directory(...entries: readonly Tlv[]): Uint8Array {
  const name = tlv('84', fromAscii('2PAY.SYS.DDF01'));
  return encodeTlv([template('6F', [name, template('A5', [template('BF0C', entries)])])]);
}

function fci(name: string, pdol: string): Uint8Array {
  const proprietary = template('A5', [tlv('9F38', fromHex(pdol))]);
  return encodeTlv([template('6F', [tlv('84', fromHex(name)), proprietary])]);
}
