import { equal as same, throws } from 'node:assert/strict';
import { createPublicKey, createVerify } from 'node:crypto';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { ISD_AID } from '../globalplatform/aids.ts';
import { selectAid } from '../globalplatform/commands.ts';
import {
  activate,
  agree,
  armByPasscode,
  assertionFor,
  Bench,
  beginArm,
  CPLC,
  GPO,
  INSTANCE,
  maker,
  PASSCODE,
  PROFILE,
  personalise,
  readyBench,
  SecureChannel,
  selectByReader,
  sendAssertion,
  stepsOf,
} from './bench.test.ts';

// docs/specs.md, EMV contactless sheet, section 9.2: cryptogram, issuer data and track 2 of the worked tap
const CRYPTOGRAM = 'AEBC72404A3A05AF';
const ISSUER_DATA = '07010103A40000010A0100000000003A65702A';
const WORKED_ANSWER = [
  '778183 8202 7000 9F3602 0001 5712 6258249900000018D301220100000000000F',
  `9F1013 ${ISSUER_DATA} 9F2608 ${CRYPTOGRAM} 9F6310 ${'00'.repeat(16)} 5F3401 01 9F6C02 0080`,
  `9F241D ${Buffer.from('Q1HJZ28RKA1EBL470G9XYG90R5D3E').toString('hex').toUpperCase()}`,
  '9F1906 012345678901 9000',
]
  .join('')
  .replaceAll(' ', '');

// The same section's answers to SELECT, with our name in place of the eight-byte one and the profile's template.
const PPSE_ANSWER =
  '6F3A840E325041592E5359532E4444463031A528BF0C2561234F0AA0000003330101010001500E556E696F6E5061792044656269748701019F2A01079000';
const FCI = [
  '6F4B 840A A0000003330101010001 A53D 500E 556E696F6E506179204465626974 870101',
  '9F3818 9F66049F02069F03069F1A0295055F2A029A039C019F3704 5F2D04 7A68656E BF0C05 9F4D020B0A 9000',
]
  .join('')
  .replaceAll(' ', '');

test('a whole life: birth, agreement, personalisation, activation, passcode, tap', async () => {
  const bench = new Bench();
  same(bench.wired(`0024018106${PASSCODE}`), '9000');
  const keys = await agree(bench);
  personalise(bench, keys, PROFILE);
  same(bench.air('00A404000E325041592E5359532E444446303100'), '6A82');
  activate(bench, INSTANCE);
  bench.powerCut();

  armByPasscode(bench);
  same(bench.air('00A404000E325041592E5359532E444446303100'), PPSE_ANSWER);
  same(bench.air(`00A404000A${INSTANCE}00`), FCI);
  same(bench.air(GPO), WORKED_ANSWER);
  same(bench.air(GPO), '6986');
});

test('the worked tap comes out the same when a passkey armed it and a reader knew eight bytes of the name', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench);
  same(sendAssertion(bench, assertionFor(challenge, { signCount: 1 })), '9000');
  same(selectByReader(bench), FCI);
  same(bench.air(GPO), WORKED_ANSWER);
});

test('the lasting state already holds the raised counter when the cryptogram leaves', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.counter(INSTANCE), 0);
  same(bench.air(GPO).includes(`9F2608${CRYPTOGRAM}`), true);
  same(bench.counter(INSTANCE), 1);
  bench.powerCut();
  same(bench.counter(INSTANCE), 1);
});

test('the maker signs objects 42, 45 and 86 as they stand in the certificate', () => {
  const bench = new Bench();
  const certificate = bench.wired('80CA7F2100');
  const signed = certificate.slice(certificate.indexOf('42'), certificate.indexOf('5F3740'));
  const signature = certificate.slice(certificate.indexOf('5F3740') + 6, -4);
  const spki = Buffer.concat([
    Buffer.from('3059301306072A8648CE3D020106082A8648CE3D030107034200', 'hex'),
    maker.point,
  ]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const verifier = createVerify('sha256').update(fromHex(signed));
  same(verifier.verify({ key, dsaEncoding: 'ieee-p1363' }, fromHex(signature)), true);
  same(signed.includes(`452A${toHex(CPLC)}`), true);
  same(bench.wired('80CA9F7F00'), `9F7F2A${toHex(CPLC)}9000`);
});

test('two elements share no key', async () => {
  const [one, other] = [new Bench('one'), new Bench('other')];
  const [first, second] = [await agree(one), await agree(other)];
  same(revealHex(first.enc) === revealHex(second.enc), false);
  throws(() => new SecureChannel(one, second));
});

test('power gone at any step of personalisation leaves nothing usable, and a fresh start succeeds', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  const steps = stepsOf(PROFILE, keys);
  for (let cut = 0; cut < steps.length; cut++) {
    const channel = new SecureChannel(bench, keys);
    for (const { command } of steps.slice(0, cut)) channel.send(command);
    bench.powerCut();
    same(bench.counter(INSTANCE), undefined);
    bench.wired('00A4040009A0000001514352530000');
    same(bench.wired(`80F001010C4F0A${INSTANCE}00`).slice(-4), '6320');
    same(bench.air(`00A404000A${INSTANCE}00`), '6A82');
    bench.command(selectAid(ISD_AID));
    same(bench.wired(`803A01000C4F0A${INSTANCE}00`), cut < 2 ? '6A88' : '6985');
  }
  personalise(bench, keys, PROFILE);
  activate(bench, INSTANCE);
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(GPO), WORKED_ANSWER);
});
