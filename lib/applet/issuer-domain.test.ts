import { notEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, encodeCommand } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { decodeNonce, proposeAgreement } from '../globalplatform/agreement.ts';
import { decodeElementCertificate } from '../globalplatform/certificate.ts';
import { getData } from '../globalplatform/commands.ts';
import {
  agree,
  Bench,
  makePair,
  type Pair,
  SecureChannel,
  signRaw,
  tokenService,
} from './bench.test.ts';

/** An AGREE command; `signer` and `nonce` may be the wrong ones. */
async function proposal(
  bench: Bench,
  change: { keyVersion?: number; nonce?: Uint8Array; signer?: Pair } = {},
): Promise<Command> {
  const certificate = bench.command(getData('7F21')).data;
  const { command } = await proposeAgreement({
    ephemeralSecretKey: fromHex('01'.repeat(32)),
    elementCertificate: certificate,
    elementPublicKey: decodeElementCertificate(certificate).publicKey,
    keyVersion: change.keyVersion ?? 0x30,
    nonce: change.nonce ?? decodeNonce(bench.command(getData('DF01')).data),
    sign: (message) => signRaw(change.signer ?? tokenService, message),
  });
  return command;
}

test('a nonce is sixteen fresh bytes each time', () => {
  const bench = new Bench();
  const first = bench.wired('80CADF0100');
  same(first.slice(0, 6), 'DF0110');
  notEqual(first, bench.wired('80CADF0100'));
});

test('AGREE is accepted once: its nonce is used up', async () => {
  const bench = new Bench();
  const command = await proposal(bench);
  same(bench.command(command).status, 0x9000);
  same(bench.command(command).status, 0x6985);
});

test('a signature of anybody but the token service is refused', async () => {
  const bench = new Bench();
  same(bench.command(await proposal(bench, { signer: makePair() })).status, 0x6982);
  same(bench.state.lasting.securityDomain, undefined);
});

test('a failed attempt uses the nonce up as well', async () => {
  const bench = new Bench();
  const right = await proposal(bench);
  const bytes = encodeCommand(right);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  same(bench.wired(toHex(bytes)), '6982');
  same(bench.command(right).status, 0x6985);
  const next = await proposal(bench);
  same(bench.wired('802A00000100'), '6A80');
  same(bench.command(next).status, 0x6985);
});

test('a nonce that was replaced or powered off is refused', async () => {
  const bench = new Bench();
  const first = await proposal(bench);
  bench.wired('80CADF0100');
  same(bench.command(first).status, 0x6982);
  const second = await proposal(bench);
  bench.powerCut();
  same(bench.command(second).status, 0x6985);
});

test('a key version must be higher than the one held, and from 30 to 3F', async () => {
  const bench = new Bench();
  for (const outside of ['80012F', '800140']) {
    const bytes = toHex(encodeCommand(await proposal(bench)));
    same(bench.wired(bytes.replace('800130', outside)), '6A80');
  }
  same(bench.command(await proposal(bench, { keyVersion: 0x32 })).status, 0x9000);
  same(bench.command(await proposal(bench, { keyVersion: 0x32 })).status, 0x6985);
  same(bench.command(await proposal(bench, { keyVersion: 0x31 })).status, 0x6985);
  same(bench.command(await proposal(bench, { keyVersion: 0x3f })).status, 0x9000);
});

test('new keys replace the old ones', async () => {
  const bench = new Bench();
  await agree(bench, 0x30);
  const renewed = await agree(bench, 0x31);
  new SecureChannel(bench, renewed);
  same(bench.state.lasting.securityDomain?.sequenceCounter, 1);
});

test('the domain gives out nothing but what is listed, and knows no other command', () => {
  const bench = new Bench();
  for (const tag of ['0066', '00E0', '00C1', '9F36', 'DF02'])
    same(bench.wired(`80CA${tag}00`), '6A88');
  same(bench.wired('80E60C0000'), '6D00');
  same(bench.wired('00CA7F2100'), '6D00');
  same(bench.wired('84CA7F2100'), '6E00');
  same(bench.wired('802A010000'), '6A86');
});
