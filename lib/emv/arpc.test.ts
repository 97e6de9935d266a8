import { equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import file from '../vectors/vectors.json' with { type: 'json' };
import { arpcMethod1, arpcMethod2, sm4Arpc, tag91, tag91Method2 } from './arpc.ts';

/** Session key and cryptogram of the worked tap: cryptograms sheet, section 9. */
const KEY = fromHex('84D46FA443EB7E33B4B05BE2F84CCD45');
const ARQC = fromHex('AEBC72404A3A05AF');

test('method 1 gives the published UnionPay value', () => {
  const { inputs, outputs } = vector('upi-arqc-002');
  const [key, arqc, arc] = ['session_key_ac', 'arqc', 'arc'].map((name) =>
    fromHex(inputs[name] as string),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  same(toHex(arpcMethod1(key, arqc, arc)), outputs.arpc);
});

test('method 1 gives the published values of other schemes', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-generate_arpc_1'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { sk_ac, arqc, arpc_rc } = inputs as unknown as Record<string, string>;
    const arpc = arpcMethod1(hex(sk_ac), hex(arqc), hex(arpc_rc));
    same(toHex(arpc), outputs.result, id);
  }
});

test('method 1 of the second published card and of the worked tap, and the tag that carries it', () => {
  // cryptograms sheet, sections 4.3 (V2) and 9
  const second = arpcMethod1(
    fromHex('C3D3F062E9992B4E923D338D66193526'),
    fromHex('F294D7022FA9B058'),
    fromAscii('00'),
  );
  same(toHex(second), '3846EEB4C8D34271');
  const arpc = arpcMethod1(KEY, ARQC, fromAscii('00'));
  same(toHex(arpc), '422C796503665555');
  same(toHex(tag91(arpc, fromAscii('00'))), '422C7965036655553030');
});

test('method 2 gives the published values, with and without data of the issuer’s own', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-generate_arpc_2'));
  same(chosen.length, 6);
  for (const { id, inputs, outputs } of chosen) {
    const { sk_ac, arqc, csu, prop_auth_data } = inputs as unknown as Record<string, string>;
    const own = prop_auth_data === null ? undefined : hex(prop_auth_data);
    same(toHex(arpcMethod2(hex(sk_ac), hex(arqc), hex(csu), own)), outputs.result, id);
  }
});

test('method 2 of the worked tap, and the tag that carries it', () => {
  // cryptograms sheet, section 9
  const csu = fromHex('00820000');
  const arpc = arpcMethod2(KEY, ARQC, csu);
  same(toHex(arpc), '07621B2C');
  same(toHex(tag91Method2(arpc, csu)), '07621B2C00820000');
  same(toHex(tag91Method2(arpc, csu, fromHex('AABB'))), '07621B2C00820000AABB');
});

test('an SM4 issuer answers with the start of one block', () => {
  // cryptograms sheet, section 9
  const key = fromHex('A27C63CE803156F2BFBF88397F49E513');
  same(toHex(sm4Arpc(key, fromHex('58896C73028CA76F'), fromAscii('00'))), 'F8F0B856E6A00F9A');
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(bytes(16), bytes(8), bytes(2), (any, arqc, arc) => {
      const block = new Uint8Array(16);
      block.set(arqc);
      for (const at of [0, 1]) block[at] = (arqc[at] as number) ^ (arc[at] as number);
      const cipher = createCipheriv('sm4-ecb', any, null).setAutoPadding(false);
      same(toHex(sm4Arpc(any, arqc, arc)), revealHex(cipher.update(block).subarray(0, 8)));
    }),
  );
});

test('parts of another length are a bug of the caller', () => {
  const [two, four, seven, eight, nine] = [2, 4, 7, 8, 9].map(
    (length) => new Uint8Array(length),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  throws(() => arpcMethod1(KEY, seven, two), AssertionError);
  throws(() => arpcMethod1(KEY, eight, fromAscii('0')), AssertionError);
  throws(() => arpcMethod1(new Uint8Array(24), eight, two), AssertionError);
  throws(() => arpcMethod2(KEY, seven, four), AssertionError);
  throws(() => arpcMethod2(KEY, eight, two), AssertionError);
  throws(() => arpcMethod2(KEY, eight, four, nine), AssertionError);
  throws(() => tag91(four, two), AssertionError);
  throws(() => tag91Method2(eight, four), AssertionError);
});

function hex(text: string | undefined): Uint8Array {
  return fromHex(text as string);
}

type Vector = { inputs: Record<string, unknown>; outputs: Record<string, unknown> };

function vector(id: string): Vector {
  const found = file.vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found as unknown as Vector;
}
