import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { grown as old } from '../fuzz-newborn.fixture.ts';
import { armByPasscode, Bench, certified, INSTANCE, PROFILE, readyBench } from './bench.test.ts';
import type { Certificates } from './certificates.ts';
import { decodeLasting, encodeLasting, LastingError } from './lasting.ts';
import type { LastingState } from './state.ts';

const newborn = encodeLasting(new Bench().state.lasting);
const grown = encodeLasting((await readyBench(certified())).state.lasting);

/** Whatever the bytes are: a state that is written the same again, or the codec's own error. */
function readsOrRefuses(bytes: Uint8Array): void {
  try {
    const lasting = decodeLasting(bytes);
    // Version 1 is read and never written.
    if (bytes[0] === 2) same(toHex(encodeLasting(lasting)), toHex(bytes));
    else deepEqual(decodeLasting(encodeLasting(lasting)), lasting);
  } catch (error) {
    if (!(error instanceof LastingError)) throw error;
  }
}

test('what is written is read back the same, young and old', async () => {
  const { rpIdHash, origin } = PROFILE.holder;
  const benches = [
    new Bench(),
    await readyBench(),
    await readyBench({ holder: { rpIdHash, origin } }),
    await readyBench(certified()),
  ];
  for (const { state } of benches)
    deepEqual(decodeLasting(encodeLasting(state.lasting)), state.lasting);
});

test('the secrets of a state show nothing, whether they were made or read back', async () => {
  const { lasting } = (await readyBench(certified())).state;
  const secrets = [lasting, decodeLasting(encodeLasting(lasting))].flatMap((one) => [
    one.birth.privateKey,
    one.passcode.digits,
    ...Object.values(one.securityDomain?.keys ?? {}),
    ...one.instances.flatMap(({ personal }) => [
      ...Object.values(personal?.keys ?? {}),
      ...Object.values(personal?.certificates?.key.parts ?? {}),
    ]),
  ]);
  const shown = '32 6 16 16 16 16 16 16 64 64 64 64 64'.replaceAll(/\d+/g, '[$& secret bytes]');
  same(secrets.join(' '), `${shown} ${shown}`);
});

test('a state cut short anywhere is refused, and one with a byte more', () => {
  for (const whole of [newborn, grown]) {
    for (let length = 0; length < whole.length; length++)
      throws(() => decodeLasting(whole.subarray(0, length)), LastingError);
    throws(() => decodeLasting(Uint8Array.of(...whole, 0)), LastingError);
  }
});

test('another version is refused', () => {
  const other = grown.slice();
  for (const version of [0, 3, 255]) {
    other[0] = version;
    throws(
      () => decodeLasting(other),
      (error: LastingError) => error.offset === 0,
    );
  }
});

/** The grown element of the fuzzer, as version 1 of this codec wrote it before there were certificates. */
const VERSION_1 = fromHex(
  '0101D786ABEE323C0BB074BAD9E07A004A835898C3F631EBCCC4551FB0351BD1D800BC7F2181B8420444454D4F' +
    '452A4790D321555555555555555555555555555555555555555555555555555555555555555555555555555586' +
    '41049627A6204711C2D6BFECB3D4B76A80DF7508B4CD4924E998FBC47F7F3D9FA5909087E57480F55ABF5E5E7C' +
    'C179FEE4334BCDC4E36729B5F39A96E8E38EB868755F37402E02836090B78DB5AC14C7C2C0A9B4C3E432885794' +
    'E6490E021EF892DF0F628F2F7848B33EA8E10527D09C6A0D433C2D6C76D6EA15C1F439A22C8B9BB5C7AAD14790' +
    'D3215555555555555555555555555555555555555555555555555555555555555555555555555555046FF03B94' +
    '9241CE1DADD43519E6960E0A85B41A69A05C328103AA2BCE1594CA163C4F753A55BF01DC53F6C0B0C7EEE78B40' +
    'C6FF7D25A96E2282B989CEF71C144A01404142434445464748494A4B4C4D4E4F404142434445464748494A4B4C' +
    '4D4E4F404142434445464748494A4B4C4D4E4F3000000100013132333435360501000AA0000003330101010001' +
    '0001010026702457126258249900000018D301220100000000000F5F200D4F435441564F2F484F4C444552001B' +
    '70195A0862582499000000185F24033012315F280201565F340101003FA53D500E556E696F6E50617920446562' +
    '69748701019F38189F66049F02069F03069F1A0295055F2A029A039C019F37045F2D047A68656EBF0C059F4D02' +
    '0B0A0038820270009F100807010103A00000019F241D5131484A5A3238524B413145424C343730473958594739' +
    '3052354433459F1906012345678901000C9F6C0200009F680400000800000E9F360200009F510201565F340101' +
    '404142434445464748494A4B4C4D4E4F404142434445464748494A4B4C4D4E4F404142434445464748494A4B4C' +
    '4D4E4F000001000000000000000000000000000000000000000000000000000000000000000000001668747470' +
    '733A2F2F77616C6C65742E6578616D706C65000000000101000AA00000033301010100010001',
);

test('what version 1 wrote is read, without certificates and express, and written as version 2', () => {
  const lasting = decodeLasting(VERSION_1);
  deepEqual(lasting, old);
  const again = encodeLasting(lasting);
  same(again[0], 2);
  deepEqual(decodeLasting(again), lasting);
});

test('version 1 cut short anywhere is refused, and one with a byte more', () => {
  for (let length = 0; length < VERSION_1.length; length++)
    throws(() => decodeLasting(VERSION_1.subarray(0, length)), LastingError);
  throws(() => decodeLasting(Uint8Array.of(...VERSION_1, 0)), LastingError);
});

test('an express instance that is not there, or has no certificates, is no state', async () => {
  const bench = await readyBench(certified());
  armByPasscode(bench, INSTANCE, '03');
  const { lasting } = bench.state;
  same(decodeLasting(encodeLasting(lasting)).express, INSTANCE);
  const gone = { ...lasting, instances: [], registry: { activated: undefined, updateCounter: 2 } };
  throws(() => decodeLasting(encodeLasting(gone)), LastingError);
  const bare = { ...(await readyBench()).state.lasting, express: INSTANCE };
  throws(() => decodeLasting(encodeLasting(bare)), LastingError);
});

test('certificates of another card, and what the card says without them, are no state', async () => {
  const { lasting } = (await readyBench(certified())).state;
  const other = (await readyBench(certified({ token: '6258249900000026' }))).state.lasting;
  const withCertificates = (certificates: Certificates | undefined): LastingState => ({
    ...lasting,
    instances: lasting.instances.map((one) =>
      one.personal ? { ...one, personal: { ...one.personal, certificates } } : one,
    ),
  });
  throws(() => decodeLasting(encodeLasting(withCertificates(undefined))), LastingError);
  const [foreign] = other.instances;
  throws(
    () => decodeLasting(encodeLasting(withCertificates(foreign?.personal?.certificates))),
    LastingError,
  );
});

test('any bytes are a state or are refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), readsOrRefuses));
});

test('a state with any byte changed is another state or is refused', () => {
  const place = fc.nat({ max: grown.length - 1 });
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const changed = grown.slice();
      changed[at] = (changed[at] as number) ^ difference;
      readsOrRefuses(changed);
    }),
    { numRuns: 500 },
  );
});

test('the state holds copies: the buffer it was read from may be wiped', () => {
  const buffer = grown.slice();
  const lasting = decodeLasting(buffer);
  buffer.fill(0);
  same(toHex(encodeLasting(lasting)), toHex(grown));
});
