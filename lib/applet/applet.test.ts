import { deepEqual, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import type { Interface } from './answer.ts';
import { processCommand } from './applet.ts';
import {
  armByPasscode,
  assertionFor,
  Bench,
  beginArm,
  GPO,
  INSTANCE,
  PASSCODE,
  readyBench,
  selectByReader,
} from './bench.test.ts';
import type { ElementState } from './state.ts';

const PPSE = '00A404000E325041592E5359532E444446303100';
const ISD = '00A4040008A00000015100000000';
const SSD = '00A404000AA000000333005344000100';
const CRS = '00A4040009A0000001514352530000';

const WIRED_ONLY = [
  `0020008106${PASSCODE}`,
  `0024018106${PASSCODE}`,
  `803A01000C4F0A${INSTANCE}00`,
  '803A0002',
  '903A01010100',
  '802A000000',
  `80F001010C4F0A${INSTANCE}00`,
  '80F24000024F0000',
  '80500000080102030405060708',
  `8482330010${'00'.repeat(16)}`,
  '80E60C0000',
  '84E2000000',
  '80E4000000',
];

test('over the air everything but SELECT, GPO, READ RECORD and GET DATA is refused', async () => {
  const bench = await readyBench();
  for (const prepare of [() => '', () => bench.air(PPSE), () => selectByReader(bench)]) {
    prepare();
    for (const command of WIRED_ONLY) same(bench.air(command), '6985');
  }
});

test('over the air the domains, the registry and an empty name cannot be selected', async () => {
  const bench = await readyBench();
  for (const command of [ISD, SSD, CRS, '00A4040000']) same(bench.air(command), '6A82');
});

test('over the air an unknown name is not found, and the selection stays', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  same(bench.air('00A4040007A000000003101000'), '6A82');
  same(bench.air('80CA9F3600').slice(-4), '9000');
});

test('a name has at least five bytes, and a next occurrence comes after the one selected', async () => {
  const bench = await readyBench();
  same(bench.air('00A4040004A000000300'), '6A82');
  same(bench.air('00A4040005A00000033300').slice(-4), '9000');
  same(bench.air('00A4040205A00000033300'), '6A82');
  same(bench.air(PPSE).slice(-4), '9000');
  same(bench.air('00A4040205A00000033300').slice(-4), '9000');
  same(bench.air('00A4000005A00000033300'), '6A86');
  same(bench.air('00A4040105A00000033300'), '6A86');
  same(bench.air('80A4040005A00000033300'), '6E00');
});

test('over the air GET DATA tells only the counter and the log format', async () => {
  const bench = await readyBench();
  same(bench.air('80CA9F3600'), '6985');
  bench.air(PPSE);
  same(bench.air('80CA9F3600'), '6985');
  selectByReader(bench);
  for (const tag of ['7F21', '9F7F', 'DF01', 'DF03']) same(bench.air(`80CA${tag}00`), '6A88');
});

test('each interface keeps its own selection', async () => {
  const bench = await readyBench();
  bench.wired(CRS);
  selectByReader(bench);
  same(bench.wired('80F24000024F0000').slice(-4), '9000');
  bench.wired(ISD);
  same(bench.air('80CA9F3600').slice(-4), '9000');
});

test('an empty SELECT on the wire returns to the issuer domain', async () => {
  const bench = await readyBench();
  bench.wired(CRS);
  same(bench.wired('00A4040000'), '6F0A8408A0000001510000009000');
  same(bench.wired('80CADF0300'), 'DF03009000');
});

test('what is no short command answers 6700 and changes nothing', async () => {
  const bench = await readyBench();
  for (const bytes of ['', '00', '00A404', '00A40400000001', `00A404000A${INSTANCE.slice(2)}`]) {
    const before = bench.state;
    for (const via of ['air', 'wired'] as const) same(bench.send(via, bytes), '6700');
    same(bench.state, before);
  }
});

const interfaces = fc.constantFrom<Interface>('air', 'wired');
const headers = [
  ...['00A40400', '00A40402', '80A80000', '00B2010C', '80CA9F36', '80CADF01', '80CA7F21'],
  ...['00200081', '00240181', '00240081', '803A0100', '803A0200', '803A0101', '903A0101'],
  ...['802A0000', '902A0000', '80500000', '84823300', '80F00101', '80F24000', '80E60C00'],
  ...['84E60C00', '84E20000', '84E28000', '84E40000', '80E62000'],
];
const whole = [
  ...[PPSE, ISD, SSD, CRS, GPO, '00A4040008A00000033301010100', '803A0002', '80CADF0300'],
  ...[`803A01000C4F0A${INSTANCE}00`, `803A02000C4F0A${INSTANCE}00`, `0020008106${PASSCODE}`],
  ...[`80F001010C4F0A${INSTANCE}00`, `80F001000C4F0A${INSTANCE}00`],
];
const apdus = fc.oneof(
  fc.uint8Array({ maxLength: 270 }).map(toHex),
  fc
    .tuple(fc.constantFrom(...headers), fc.uint8Array({ minLength: 1, maxLength: 255 }))
    .map(([header, data]) => `${header}${toHex(Uint8Array.of(data.length))}${toHex(data)}`),
  fc.constantFrom(...headers).map((header) => `${header}00`),
  fc.constantFrom(...whole),
);
const commands = fc.array(fc.tuple(interfaces, apdus, fc.nat({ max: 40_000 })), { maxLength: 30 });

const totalOf = ({ lasting }: ElementState): number =>
  lasting.instances.reduce(
    (sum, { personal }) => sum + (personal?.applicationTransactionCounter ?? 0),
    0,
  );

test('any commands on either interface are answered, and none raises a counter twice', async () => {
  const bench = await readyBench();
  const ready = bench.state;
  armByPasscode(bench);
  selectByReader(bench);
  const armed = bench.state;
  const born = new Bench().state;
  let taps = 0;
  fc.assert(
    fc.property(fc.constantFrom(armed, ready, born), commands, (start, sequence) => {
      let state = start;
      let { nowMs } = bench;
      for (const [via, apdu, elapsedMs] of sequence) {
        nowMs += elapsedMs;
        const random = (length: number): Uint8Array => new Uint8Array(length).fill(elapsedMs);
        const input = { via, command: fromHex(apdu), nowMs, random };
        const [after, response] = processCommand(state, input);
        ok(response.length >= 2 && response.length <= 258);
        const raised = totalOf(after) - totalOf(state);
        const isPaid = toHex(response).includes('9F2608');
        same(raised, isPaid ? 1 : 0);
        ok(!isPaid || via === 'air');
        taps += raised;
        state = after;
      }
    }),
    { numRuns: 500 },
  );
  ok(taps > 0, 'the sequences never came to a payment');
});

test('a command leaves the state it was given as it was', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  const before = bench.state;
  const frozen = structuredClone(before);
  bench.air(GPO);
  deepEqual(structuredClone(before), frozen);
  const again = new Bench();
  again.state = before;
  again.nowMs = bench.nowMs;
  same(again.air(GPO).slice(-4), '9000');
});

test('the state keeps no view of the bytes it was sent', async () => {
  const bench = await readyBench();
  const data = assertionFor(beginArm(bench));
  const sent = fromHex(`903A010140${data.slice(0, 128)}`);
  const random = (length: number): Uint8Array => new Uint8Array(length);
  const [state] = processCommand(bench.state, {
    via: 'wired',
    command: sent,
    nowMs: bench.nowMs,
    random,
  });
  sent.fill(0);
  bench.state = state;
  const rest = data.slice(128);
  const [head, tail] = [rest.slice(0, 400), rest.slice(400)];
  const size = (hex: string): string => (hex.length / 2).toString(16).padStart(2, '0');
  if (tail !== '') same(bench.wired(`903A0101${size(head)}${head}`), '9000');
  const last = tail === '' ? head : tail;
  same(bench.wired(`803A0101${size(last)}${last}`), '9000');
});
