import { deepEqual, notEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import {
  applicationCryptogram,
  cryptogramInput01,
  SEALED_01,
  sealedValues,
  type TapAsk,
  UNIONPAY_01,
  UNIONPAY_17,
  verifyTap,
  verifyTap01,
} from './cryptogram.ts';
import file from './emv.vectors.json' with { type: 'json' };

type Vector = { id: string; inputs: Record<string, string>; outputs: Record<string, string> };
const vectors = file.vectors as unknown as readonly Vector[];

/** The worked phone tap: cryptograms sheet, section 9. */
const WORKED = {
  '9F02': '000000001250',
  '9F03': '000000000000',
  '9F1A': '0156',
  '95': '0000000000',
  '5F2A': '0156',
  '9A': '261122',
  '9C': '00',
  '9F37': '1A2B3C4D',
  '82': '7000',
  '9F36': '0001',
  '9F10': '07010103A40000010A0100000000003A65702A',
  '9F26': 'AEBC72404A3A05AF',
} as const;
/** The same tap under version 17: cryptograms sheet, section 9. */
const SHORT = {
  '9F02': WORKED['9F02'],
  '9F37': WORKED['9F37'],
  '9F36': WORKED['9F36'],
  '9F10': '07011103A4000001',
  '9F26': 'E6FD8F8B7BB53F33',
} as const;
const WORKED_ASK: TapAsk = {
  masterKeyAc: fromHex('0123456789ABCDEF23456789ABCDEF01'),
  masterKeyMac: fromHex('456789ABCDEF01236789ABCDEF012345'),
  pan: '6258249900000018',
  psn: '01',
  values: valuesOf(WORKED),
};

test('the published real card is verified', () => {
  const check = checked(publishedAsk());
  const { inputs, outputs } = vector('upi-arqc-001');
  same(check.valid, true);
  same(revealHex(check.expected), outputs.arqc);
  same(String(check.expected), '[8 secret bytes]');
  same(toHex(check.macInput), inputs.mac_input);
  same(revealHex(check.sessionKey), vector('upi-arqc-004').outputs.sk_ac);
});

test('the published real card also proves its MAC key', () => {
  // cryptograms sheet, section 5
  const masterKeyMac = fromHex('12B1AC4AF070CC35612BFE2D30AB600D');
  same(checked({ ...publishedAsk(), masterKeyMac }).valid, true);
});

test('other ways to make the key give other cryptograms for the same data', () => {
  for (const id of ['upi-arqc-neg-emv_csk', 'upi-arqc-neg-udk_direct']) {
    const { inputs, outputs } = vector(id);
    const wrong = applicationCryptogram(
      fromHex(inputs.key as string),
      fromHex(inputs.mac_input as string),
    );
    same(toHex(wrong), outputs.wrong_arqc, id);
    notEqual(revealHex(checked(publishedAsk()).expected), toHex(wrong), id);
    const { tags } = vector('upi-arqc-001').inputs as unknown as { tags: Record<string, string> };
    const values = valuesOf({ ...tags, '9F26': outputs.wrong_arqc as string });
    same(checked({ ...publishedAsk(), values }).valid, false, id);
  }
});

test('the second published example: a cryptogram under its session key', () => {
  // cryptograms sheet, section 4.3, V2
  const input = fromHex(
    '0000000012340000000000340156D86004A800015612051601010101017C00000E03A4B904',
  );
  same(input.length, 37);
  const key = fromHex('C3D3F062E9992B4E923D338D66193526');
  same(toHex(applicationCryptogram(key, input)), 'F294D7022FA9B058');
});

test('the worked phone tap is verified, with the 37 bytes in order', () => {
  const check = checked(WORKED_ASK);
  same(check.valid, true);
  same(revealHex(check.sessionKey), '84D46FA443EB7E33B4B05BE2F84CCD45');
  same(
    toHex(check.macInput),
    '000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000',
  );
});

test('a cryptogram that approves offline is made by the same function', () => {
  // EMV contactless sheet, section 9.3: counter 0002, CVR 03940000, keys as in the worked tap
  const values = valuesOf({
    ...WORKED,
    '9F36': '0002',
    '9F10': '0701010394000001',
    '9F26': 'BA09D7662F6DECBA',
  });
  const check = checked({ ...WORKED_ASK, masterKeyMac: undefined, values });
  same(check.valid, true);
  same(revealHex(check.sessionKey), 'A438871C5B9D06EC21DBC87BFD4E46D3');
});

test('values may come from a map or from a function', () => {
  const map = valuesOf(WORKED);
  deepEqual(
    cryptogramInput01((tag) => map.get(tag)),
    cryptogramInput01(map),
  );
  deepEqual(verifyTap01({ ...WORKED_ASK, values: (tag) => map.get(tag) }), checked(WORKED_ASK));
});

test('no sealed bit can be turned without the cryptogram telling', () => {
  const withoutMacKey = { ...WORKED_ASK, masterKeyMac: undefined };
  let turned = 0;
  for (const { tag, length } of [...SEALED_01, { tag: '9F26', length: 8 }]) {
    for (let bit = 0; bit < length * 8; bit++) {
      same(checked({ ...withoutMacKey, values: withBitTurned(tag, bit) }).valid, false, tag);
      turned++;
    }
  }
  for (let bit = 4 * 8; bit < 7 * 8; bit++) {
    same(checked({ ...withoutMacKey, values: withBitTurned('9F10', bit) }).valid, false, 'CVR');
    turned++;
  }
  // 37 sealed bytes, of which the length byte of the CVR can have one value only, and 8 of the proof
  same(turned, (36 + 8) * 8);
});

test('the length byte of the verification results is sealed by having one value only', () => {
  for (let bit = 3 * 8; bit < 4 * 8; bit++) {
    deepEqual(verifyTap01({ ...WORKED_ASK, values: withBitTurned('9F10', bit) }), {
      kind: 'refused',
      code: 'tap.issuer_data_malformed',
      tag: '9F10',
    });
  }
});

test('the key index is not sealed; another token, sequence number or master key is told apart', () => {
  same(checked({ ...WORKED_ASK, pan: '6258249900000026' }).valid, false);
  same(checked({ ...WORKED_ASK, psn: '02' }).valid, false);
  const masterKeyAc = fromHex('0323456789ABCDEF23456789ABCDEF01');
  same(checked({ ...WORKED_ASK, masterKeyAc }).valid, false);
  const values = valuesOf({ ...WORKED, '9F10': WORKED['9F10'].replace('0701', '0702') });
  same(checked({ ...WORKED_ASK, values }).valid, true);
});

test('with the MAC key, the reported amount and its MAC must hold too', () => {
  for (let bit = 10 * 8; bit < 19 * 8; bit++) {
    const result = verifyTap01({ ...WORKED_ASK, values: withBitTurned('9F10', bit) });
    same(result.kind === 'checked' && result.valid, false);
  }
  const bare = valuesOf({ ...WORKED, '9F10': WORKED['9F10'].slice(0, 16) });
  same(checked({ ...WORKED_ASK, values: bare }).valid, false);
  same(checked({ ...WORKED_ASK, masterKeyMac: undefined, values: bare }).valid, true);
});

test('a missing data object is refused by its name', () => {
  for (const tag of Object.keys(WORKED)) {
    const values = new Map(valuesOf(WORKED));
    values.delete(tag);
    deepEqual(verifyTap01({ ...WORKED_ASK, values }), {
      kind: 'refused',
      code: 'tap.data_missing',
      tag,
    });
  }
});

test('a data object of another length is refused by its name', () => {
  for (const [tag, hex] of Object.entries(WORKED)) {
    for (const other of [hex.slice(0, -2), `${hex}00`]) {
      const result = verifyTap01({ ...WORKED_ASK, values: valuesOf({ ...WORKED, [tag]: other }) });
      const code = tag === '9F10' ? 'tap.issuer_data_malformed' : 'tap.data_length_wrong';
      deepEqual(result, { kind: 'refused', code, tag });
    }
  }
});

test('another cryptogram version or algorithm is refused before any key is used', () => {
  const version17 = valuesOf({ ...WORKED, '9F10': '07011103A4000001' });
  deepEqual(verifyTap01({ ...WORKED_ASK, values: version17 }), {
    kind: 'refused',
    code: 'tap.version_unknown',
    tag: '9F10',
  });
  const sm4 = valuesOf({ ...WORKED, '9F10': '07010103A4000004' });
  deepEqual(verifyTap01({ ...WORKED_ASK, values: sm4 }), {
    kind: 'refused',
    code: 'tap.algorithm_unknown',
    tag: '9F10',
  });
});

test('any bytes under any tags give a value, never an exception', () => {
  const tags = fc.constantFrom(...Object.keys(WORKED));
  fc.assert(
    fc.property(fc.array(fc.tuple(tags, fc.uint8Array({ maxLength: 24 }))), (changes) => {
      const values = new Map([...valuesOf(WORKED), ...changes]);
      const result = verifyTap01({ ...WORKED_ASK, values });
      same(result.kind === 'checked' || result.kind === 'refused', true);
    }),
  );
});

test('the input cannot be built from data that are not there', () => {
  throws(() => cryptogramInput01(new Map()), AssertionError);
  throws(() => cryptogramInput01(valuesOf({ ...WORKED, '9C': '0000' })), AssertionError);
});

test('version 17 seals amount, unpredictable number, counter and one byte of the results', () => {
  // cryptograms sheet, section 9
  const check = checked17(SHORT);
  same(check.valid, true);
  same(toHex(check.macInput), '0000000012501A2B3C4D0001A4');
  same(revealHex(check.expected), 'E6FD8F8B7BB53F33');
});

test('under version 17 every sealed bit tells, and the other bytes of the results do not', () => {
  for (const [tag, from, to] of [
    ['9F02', 0, 6],
    ['9F37', 0, 4],
    ['9F36', 0, 2],
    ['9F26', 0, 8],
    ['9F10', 4, 5],
  ] as const) {
    for (let bit = from * 8; bit < to * 8; bit++) {
      same(checked17(SHORT, withBitTurned(tag, bit, SHORT)).valid, false, `${tag} ${bit}`);
    }
  }
  for (let bit = 5 * 8; bit < 7 * 8; bit++) {
    same(checked17(SHORT, withBitTurned('9F10', bit, SHORT)).valid, true);
  }
});

test('a version is checked by its own profile alone', () => {
  const refusal = { kind: 'refused', code: 'tap.version_unknown', tag: '9F10' };
  deepEqual(verifyTap(UNIONPAY_17, WORKED_ASK), refusal);
  const values = valuesOf({ ...WORKED, ...SHORT });
  deepEqual(verifyTap(UNIONPAY_01, { ...WORKED_ASK, values }), refusal);
});

test('version 17 asks for no more than it seals', () => {
  for (const tag of Object.keys(SHORT)) {
    const values = new Map(valuesOf(SHORT));
    values.delete(tag);
    deepEqual(verifyTap(UNIONPAY_17, { ...WORKED_ASK, values }), {
      kind: 'refused',
      code: 'tap.data_missing',
      tag,
    });
  }
});

test('a list of another scheme is the values in its order, and a missing one is a bug', () => {
  const values = valuesOf({ '9F36': '0001', '9F02': '000000001250', cvr: 'A08003242000' });
  same(toHex(sealedValues(['9F02', '9F36', 'cvr'], values)), '0000000012500001A08003242000');
  throws(() => sealedValues(['9F37'], values), AssertionError);
});

function publishedAsk(): TapAsk {
  const { imk_ac, pan, psn } = vector('upi-arqc-001').inputs as Record<string, string>;
  const { tags } = vector('upi-arqc-001').inputs as unknown as { tags: Record<string, string> };
  const masterKeyAc = fromHex(imk_ac as string);
  return { masterKeyAc, pan: pan as string, psn: psn as string, values: valuesOf(tags) };
}

function valuesOf(tags: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(tags).map(([tag, hex]) => [tag, fromHex(hex)]));
}

function withBitTurned(
  tag: string,
  bit: number,
  tags: Readonly<Record<string, string>> = WORKED,
): ReadonlyMap<string, Uint8Array> {
  const values = new Map(valuesOf(tags));
  const value = Uint8Array.from(values.get(tag) as Uint8Array);
  value[bit >> 3] = (value[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return values.set(tag, value);
}

function checked17(tags: Readonly<Record<string, string>>, values = valuesOf(tags)) {
  const result = verifyTap(UNIONPAY_17, { ...WORKED_ASK, masterKeyMac: undefined, values });
  if (result.kind === 'refused') throw new Error(`refused: ${result.code} ${result.tag}`);
  return result;
}

function checked(ask: TapAsk) {
  const result = verifyTap01(ask);
  if (result.kind === 'refused') throw new Error(`refused: ${result.code} ${result.tag}`);
  return result;
}

function vector(id: string): Vector {
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
