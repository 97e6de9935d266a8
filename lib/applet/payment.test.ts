import { ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { deriveCardKeyOptionA } from '../emv/keys.ts';
import { selectAid } from '../globalplatform/commands.ts';
import { decodeTlv, findPath } from '../tlv/tlv.ts';
import {
  armByPasscode,
  type Bench,
  beginArm,
  GPO,
  gpo,
  INSTANCE,
  PASSCODE,
  readyBench,
  selectByReader,
} from './bench.test.ts';

const valueIn = (answer: string, tag: string): string => {
  const objects = decodeTlv(fromHex(answer.slice(0, -4)));
  return toHex(findPath(objects, '77', tag)?.value ?? new Uint8Array(0));
};

/** An instance whose counter stands where the test wants it: nothing sent to it can bring it there soon. */
function withCounter(bench: Bench, applicationTransactionCounter: number): void {
  const { lasting } = bench.state;
  const instances = lasting.instances.map((one) =>
    one.personal ? { ...one, personal: { ...one.personal, applicationTransactionCounter } } : one,
  );
  bench.state = { ...bench.state, lasting: { ...lasting, instances } };
}

test('GPO before SELECT is refused', async () => {
  const bench = await readyBench();
  same(bench.air(GPO), '6985');
  bench.air('00A404000E325041592E5359532E444446303100');
  same(bench.air(GPO), '6985');
});

test('GPO is not answered on the wire, whoever is armed', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  bench.command(selectAid(INSTANCE));
  same(bench.wired(GPO), '6985');
  same(bench.counter(INSTANCE), 0);
});

test('GPO with P1 or P2 is refused, and so are data of another shape', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(GPO.replace('80A80000', '80A80100')), '6A86');
  same(bench.air('80A8000002830000'), '6A80');
  same(bench.air('80A800000100'), '6A80');
  same(bench.air(GPO.replace('238321', '228320').replace('4D00', '00')), '6A80');
  same(bench.counter(INSTANCE), 0);
});

test('a reader without the quick path is refused and leaves the counter', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(gpo('000000001250', '0156', '16800080')), '6985');
  same(bench.counter(INSTANCE), 0);
  same(bench.air(GPO).slice(-4), '9000');
});

test('the counter begins where data group 0E01 says', async () => {
  const bench = await readyBench({ firstCounter: 0x1ff });
  same(bench.counter(INSTANCE), 0x1ff);
  armByPasscode(bench);
  selectByReader(bench);
  same(valueIn(bench.air(GPO), '9F36'), '0200');
});

test('the counter reaches FFFF and is never left', async () => {
  const bench = await readyBench();
  withCounter(bench, 0xfffe);
  armByPasscode(bench);
  selectByReader(bench);
  same(valueIn(bench.air(GPO), '9F36'), 'FFFF');
  armByPasscode(bench);
  same(bench.air(GPO), '6985');
  same(bench.counter(INSTANCE), 0xffff);
});

test('without a holder GPO says to look at the phone and leaves the counter', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  same(bench.counter(INSTANCE), 0);
});

test('armed serves one tap, not two', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
  same(bench.air(GPO), '6986');
});

test('a SELECT, a refused GPO and a lost field leave the holder armed', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air('80A8000002830000'), '6A80');
  bench.air('00A404000E325041592E5359532E444446303100');
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
});

test('confirm: only the amount and currency that were asked before', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  armByPasscode(bench, INSTANCE, '02');
  same(bench.air(gpo('000000001251', '0156')), '6986');
  same(bench.air(gpo('000000001250', '0840')), '6986');
  same(valueIn(bench.air(GPO), '9F6C'), '0080');
});

test('confirm with nothing to confirm is refused, also for another instance and after power-off', async () => {
  const bench = await readyBench();
  same(bench.wired(`803A02000C4F0A${INSTANCE}00`), '6985');
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  bench.powerCut();
  same(bench.wired(`803A02000C4F0A${INSTANCE}00`), '6985');
});

test('what was paid is no longer there to confirm', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  bench.air(GPO);
  armByPasscode(bench);
  same(bench.air(GPO).slice(-4), '9000');
  same(bench.wired(`803A02000C4F0A${INSTANCE}00`), '6985');
});

test('the laboratory element answers without a holder and says so inside the MAC', async () => {
  const bench = await readyBench({ profileFlag: 0x01 });
  selectByReader(bench);
  const answer = bench.air(GPO);
  same(valueIn(answer, '9F10').slice(6, 14), '03A00000');
  same(valueIn(answer, '9F6C'), '0000');
  armByPasscode(bench);
  const verified = bench.air(GPO);
  same(valueIn(verified, '9F10').slice(6, 14), '03A40000');
  same(bench.counter(INSTANCE), 2);
});

test('another master key makes another cryptogram', async () => {
  const imk = fromHex('0123456789ABCDEF23456789ABCDEF02');
  const ac = deriveCardKeyOptionA(imk, '6258249900000018', '01');
  const keys = { ac, mac: ac, enc: ac };
  const bench = await readyBench({ cardKeys: keys });
  armByPasscode(bench);
  selectByReader(bench);
  ok(valueIn(bench.air(GPO), '9F26') !== 'AEBC72404A3A05AF');
});

test('READ RECORD gives the records 0101 and 0301 and no other', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  // docs/specs.md, cryptograms sheet, section 9: the token and its track 2
  const track = '57126258249900000018D301220100000000000F';
  const name = toHex(Buffer.from('OCTAVO/HOLDER'));
  same(bench.air('00B2010C00'), `7024${track}5F200D${name}9000`);
  same(bench.air('00B2011C00'), '70195A0862582499000000185F24033012315F280201565F3401019000');
  for (const command of ['00B2010C00', '00B2011C00']) {
    const stop = command.replace('B201', 'B202');
    same(bench.air(stop), '6A83');
  }
  same(bench.air('00B2016C00'), '6A83');
  same(bench.air('00B2017400'), '6A83');
  same(bench.air('00B2010D00'), '6A86');
  same(bench.air('80B2010C00'), '6E00');
});

test('GET DATA gives the counter, and nothing that was not listed', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  same(bench.air('80CA9F3600'), '9F360200009000');
  armByPasscode(bench);
  bench.air(GPO);
  same(bench.air('80CA9F3600'), '9F360200019000');
  same(bench.air('80CA9F4F00'), '6A88');
  for (const tag of ['9F7F', '7F21', 'DF03', '8000', '9F17', '0057'])
    same(bench.air(`80CA${tag}00`), '6A88');
});

test('VERIFY and the like mean nothing to an instance', async () => {
  const bench = await readyBench();
  bench.command(selectAid(INSTANCE));
  same(bench.wired(`0020008106${PASSCODE}`), '6D00');
  same(bench.wired('80CA9F3600'), '9F360200009000');
});

test('the challenge of ARM changes with every begin', async () => {
  const bench = await readyBench();
  const first = toHex(beginArm(bench));
  ok(first !== toHex(beginArm(bench)));
});
