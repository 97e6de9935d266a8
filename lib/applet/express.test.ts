/** The express instance. @see profile octavo-1, section 15 */
import { equal as same } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { ISD_AID } from '../globalplatform/aids.ts';
import { deleteInstance, selectAid } from '../globalplatform/commands.ts';
import { decodeTlv, findPath } from '../tlv/tlv.ts';
import {
  activate,
  agree,
  armByPasscode,
  assertionFor,
  Bench,
  beginArm,
  certified,
  expressByPasscode,
  gpo,
  INSTANCE,
  OTHER_INSTANCE,
  PASSCODE,
  personalise,
  readyBench,
  SecureChannel,
  selectByReader,
  sendAssertion,
} from './bench.test.ts';

/** A gate: quick path, authentication for online, online cryptogram required. Contactless sheet, section 4.1. */
const GATE_TTQ = '21800080';
const PPSE = '00A404000E325041592E5359532E444446303100';
const SELECT = '00A4040008A00000033301010100';
const OFF = '803C0000';
const STATE = '80CADF0400';
// 4F 0A and the name, then 80 06 and 20.00: profile octavo-1, section 15.
const ON_STATE = `DF04144F0A${INSTANCE}8006000000002000`;

const valueIn = (answer: string, tag: string): string => {
  const objects = decodeTlv(fromHex(answer.slice(0, -4)));
  return toHex(findPath(objects, '77', tag)?.value ?? new Uint8Array(0));
};
const cvrIn = (answer: string): string => valueIn(answer, '9F10').slice(6, 14);
const gateGpo = (amount = '000000000000', currency = '0156', ttq = GATE_TTQ): string =>
  gpo(amount, currency, ttq);

/** An element whose one token is the express instance. */
async function expressBench(): Promise<Bench> {
  const bench = await readyBench(certified());
  expressByPasscode(bench);
  return bench;
}

/** Two tokens: the debit one is express, the credit one is activated. */
async function twoTokens(): Promise<Bench> {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, certified());
  personalise(bench, keys, certified({ kind: 'credit', instanceAid: OTHER_INSTANCE }));
  activate(bench, OTHER_INSTANCE);
  expressByPasscode(bench);
  return bench;
}

/** Select and tap as a gate does. */
function tapAtGate(bench: Bench, command = gateGpo()): string {
  bench.gate(SELECT);
  return bench.gate(command);
}

// --- on, off and what it says ---

test('the passcode makes an instance the express one, and arms nothing', async () => {
  const bench = await readyBench(certified());
  same(bench.wired(STATE), 'DF04009000');
  expressByPasscode(bench);
  same(bench.wired(STATE), `${ON_STATE}9000`);
  same(bench.wired('80CADF0300'), 'DF03009000');
  selectByReader(bench);
  same(bench.air(gpo('000000000500', '0156')), '6986');
});

test('a passkey makes an instance the express one, over zeros and mode 03', async () => {
  const bench = await readyBench(certified());
  const drawn = bench.drawn;
  const challenge = beginArm(bench, '03');
  const fresh = createHash('sha512')
    .update(`${bench.seed} ${drawn + 1}`)
    .digest()
    .subarray(0, 16);
  const token = fromHex('6258249900000018');
  const told = [Buffer.from('octavo-arm-1'), token, fresh, Buffer.of(3), Buffer.alloc(8)];
  same(toHex(challenge), toHex(createHash('sha256').update(Buffer.concat(told)).digest()));
  same(sendAssertion(bench, assertionFor(challenge, { signCount: 1 }), '03'), '9000');
  same(bench.wired(STATE), `${ON_STATE}9000`);
});

test('an assertion for another mode, or by another key, changes nothing', async () => {
  const bench = await readyBench(certified());
  const challenge = beginArm(bench, '01');
  same(sendAssertion(bench, assertionFor(challenge, { signCount: 1 }), '03'), '6985');
  const other = assertionFor(beginArm(bench, '03'), { rpId: 'other.example' });
  same(sendAssertion(bench, other, '03'), '6982');
  same(bench.wired(STATE), 'DF04009000');
});

test('a wrong passcode makes nothing express, and neither does one that comes too late', async () => {
  const bench = await readyBench(certified());
  beginArm(bench, '03');
  same(bench.wired('0020008106363534333231'), '63C4');
  same(bench.wired(STATE), 'DF04009000');
  bench.nowMs += 120_000;
  same(bench.wired(`0020008106${PASSCODE}`), '9000');
  same(bench.wired(STATE), 'DF04009000');
});

test('an instance without certificates cannot be express, nor one that is not there', async () => {
  const bench = await readyBench();
  same(bench.wired(`803A03000C4F0A${INSTANCE}00`), '6985');
  same(bench.wired(`803A03000C4F0A${OTHER_INSTANCE}00`), '6A88');
});

test('asking for express ends what was armed', async () => {
  const bench = await readyBench(certified());
  armByPasscode(bench);
  beginArm(bench, '03');
  same(bench.wired('80CADF0300'), 'DF03009000');
});

test('anybody at the wire turns it off, also when it is off; the air does not', async () => {
  const bench = await expressBench();
  same(bench.gate(SELECT).slice(-4), '9000');
  same(bench.gate(OFF), '6985');
  same(bench.wired('803C0100'), '6A86');
  same(bench.wired('803C000001FF'), '6700');
  same(bench.wired(STATE), `${ON_STATE}9000`);
  same(bench.wired(OFF), '9000');
  same(bench.wired(STATE), 'DF04009000');
  same(bench.wired(OFF), '9000');
  same(tapAtGate(bench), '6986');
});

test('it lasts: power may go', async () => {
  const bench = await expressBench();
  bench.powerCut();
  same(bench.wired(STATE), `${ON_STATE}9000`);
  same(cvrIn(tapAtGate(bench)), '03A00001');
});

test('one at most: another takes its place', async () => {
  const bench = await twoTokens();
  expressByPasscode(bench, OTHER_INSTANCE);
  same(bench.wired(STATE), `${ON_STATE.replace(INSTANCE, OTHER_INSTANCE)}9000`);
});

test('it ends when the instance is deleted, and the name alone does not bring it back', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, certified());
  bench.command(selectAid(ISD_AID));
  expressByPasscode(bench);
  same(new SecureChannel(bench, keys).send(deleteInstance(INSTANCE)).status, 0x9000);
  same(bench.state.lasting.express, undefined);
  personalise(bench, keys, certified());
  bench.command(selectAid(ISD_AID));
  same(bench.wired(STATE), 'DF04009000');
});

test('an ARM under way for express does not outlive the instance', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, certified());
  bench.command(selectAid(ISD_AID));
  beginArm(bench, '03');
  new SecureChannel(bench, keys).send(deleteInstance(INSTANCE));
  bench.command(selectAid(ISD_AID));
  same(bench.wired(`0020008106${PASSCODE}`), '9000');
  same(bench.state.lasting.express, undefined);
});

// --- a tap, and each condition on its own ---

test('a locked phone answers a gate: it says so inside the MAC, claims no holder, and signs', async () => {
  const bench = await expressBench();
  const answer = tapAtGate(bench);
  same(cvrIn(answer), '03A00001');
  same(valueIn(answer, '9F6C'), '0000');
  same(valueIn(answer, '9F4B').length, 256);
  same(valueIn(answer, '9F36'), '0001');
  // 9F69: the qualifiers that were signed are those that were answered.
  same(bench.gate('00B2031C00').slice(20, 24), '0000');
  same(cvrIn(tapAtGate(bench)), '03A00001');
  same(bench.counter(INSTANCE), 2);
});

test('up to the cap, and not a fen above; an amount that is no number is above', async () => {
  const bench = await expressBench();
  same(cvrIn(tapAtGate(bench, gateGpo('000000002000'))), '03A00001');
  for (const amount of ['000000002001', '000000010000', '999999999999', '100000000000'])
    same(tapAtGate(bench, gateGpo(amount)), '6986', amount);
  for (const amount of ['000000000A00', '00000000000F', 'F00000000000'])
    same(tapAtGate(bench, gateGpo(amount)), '6986', amount);
});

test('in the currency of the cap alone', async () => {
  const bench = await expressBench();
  for (const currency of ['0840', '0157', '1156', '0000'])
    same(tapAtGate(bench, gateGpo('000000000000', currency)), '6986', currency);
});

test('only to a reader that checks signatures', async () => {
  const bench = await expressBench();
  for (const ttq of ['20800080', '36800080', '36000080'])
    same(tapAtGate(bench, gateGpo('000000000000', '0156', ttq)), '6986', ttq);
});

test('only where a transit reader announced itself, for each command again', async () => {
  const bench = await expressBench();
  selectByReader(bench);
  same(bench.air(gateGpo()), '6986');
  bench.gate(SELECT);
  same(bench.air(gateGpo()), '6986');
  same(cvrIn(bench.gate(gateGpo())), '03A00001');
});

test('what is announced on the wire is not heard', async () => {
  const bench = await twoTokens();
  bench.command(selectAid(INSTANCE));
  same(bench.send('wired', gateGpo(), 'transit'), '6985');
  same(bench.send('wired', PPSE, 'transit').includes(OTHER_INSTANCE), true);
});

test('not while something is armed: then the holder’s word counts, and is used up', async () => {
  const bench = await expressBench();
  armByPasscode(bench);
  same(cvrIn(tapAtGate(bench)), '03A40000');
  same(cvrIn(tapAtGate(bench)), '03A00001');
  armByPasscode(bench);
  bench.nowMs += 60_000;
  same(cvrIn(tapAtGate(bench)), '03A00001');
});

test('armed for another amount the holder has not agreed to this one, and express does not step in', async () => {
  const bench = await expressBench();
  selectByReader(bench);
  same(bench.air(gpo('000000000700', '0156')), '6986');
  armByPasscode(bench, INSTANCE, '02');
  same(tapAtGate(bench, gateGpo('000000000800')), '6986');
});

test('not once all passcode tries are used up, though the passcode was not needed', async () => {
  const bench = await expressBench();
  for (let tried = 0; tried < 4; tried++) bench.wired('0020008106363534333231');
  same(cvrIn(tapAtGate(bench)), '03A00001');
  same(bench.wired('0020008106363534333231'), '6983');
  same(tapAtGate(bench), '6986');
});

test('not beyond the last counter', async () => {
  const bench = await expressBench();
  const { lasting } = bench.state;
  const instances = lasting.instances.map((one) =>
    one.personal
      ? { ...one, personal: { ...one.personal, applicationTransactionCounter: 0xffff } }
      : one,
  );
  bench.state = { ...bench.state, lasting: { ...lasting, instances } };
  same(tapAtGate(bench), '6985');
});

test('a gate that asks too much leaves the counter, and the holder may confirm it', async () => {
  const bench = await expressBench();
  same(tapAtGate(bench, gateGpo('000000002500')), '6986');
  same(bench.counter(INSTANCE), 0);
  armByPasscode(bench, INSTANCE, '02');
  same(cvrIn(tapAtGate(bench, gateGpo('000000002500'))), '03A40000');
});

// --- which instance a reader finds ---

test('at transit a reader finds the express instance, anywhere else the activated one', async () => {
  const bench = await twoTokens();
  same(bench.gate(PPSE).includes(`4F0A${INSTANCE}`), true);
  same(bench.air(PPSE).includes(`4F0A${OTHER_INSTANCE}`), true);
  same(bench.gate(`00A404000A${OTHER_INSTANCE}00`), '6A82');
  same(bench.gate(`00A404000A${INSTANCE}00`).slice(-4), '9000');
  same(cvrIn(bench.gate(gateGpo())), '03A00001');
  same(bench.counter(INSTANCE), 1);
  same(bench.counter(OTHER_INSTANCE), 0);
});

test('the express instance is found at transit also when none is activated', async () => {
  const bench = await twoTokens();
  bench.wired('00A4040009A0000001514352530000');
  same(bench.wired(`80F001000C4F0A${OTHER_INSTANCE}00`), '9000');
  same(bench.air(PPSE), '6A82');
  same(cvrIn(tapAtGate(bench)), '03A00001');
});

test('while another instance is armed its holder has chosen: a gate finds that one, and reads its records', async () => {
  const bench = await twoTokens();
  armByPasscode(bench, OTHER_INSTANCE);
  same(bench.gate(PPSE).includes(`4F0A${OTHER_INSTANCE}`), true);
  same(bench.gate('00A404000AA0000003330101020002' + '00').slice(-4), '9000');
  const answer = bench.gate(gateGpo());
  same(cvrIn(answer), '03A40000');
  same(bench.gate('00B2031C00').slice(20, 24), '0080');
  same(bench.counter(INSTANCE), 0);
});

test('while the express instance is armed, a gate still finds it', async () => {
  const bench = await twoTokens();
  armByPasscode(bench, INSTANCE);
  same(bench.gate(PPSE).includes(`4F0A${INSTANCE}`), true);
  same(cvrIn(tapAtGate(bench)), '03A40000');
});

test('selected at transit is not selected at a shop', async () => {
  const bench = await twoTokens();
  bench.gate(SELECT);
  same(bench.air(gateGpo()), '6985');
  same(bench.air('00B2031C00'), '6985');
  same(bench.air('80CA9F3600'), '6985');
});

test('turned off between SELECT and GPO it is as good as never selected', async () => {
  const bench = await twoTokens();
  bench.gate(SELECT);
  bench.wired(OFF);
  same(bench.gate(gateGpo()), '6985');
});
