/** Certificates and signatures of real and of worked cards, recovered and told field by field. */
import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import file from '../vectors/vectors.json' with { type: 'json' };
import { explainBlock } from './certificates.ts';
import { CANNOT_BE_READ, explainChipData, explainDataObject, leaves } from './explain.ts';
import { hidden } from './hide.ts';
import { explainReading, readingsOf } from './readings.ts';
import { explainWithKey, keyFrom, recoveredParts } from './recover.ts';

type Values = Readonly<Record<string, string>>;
function vector(id: string): Values {
  const found = file.vectors.find((one) => one.id === id);
  return { ...found?.inputs, ...found?.outputs } as unknown as Values;
}
const issuer = vector('oda-pm3-dda-issuer');
const card = vector('oda-pm3-dda-icc');
const dynamic = vector('oda-pm3-dda-sdad');
const combined = vector('oda-pm3-cda-sdad');
const staticData = vector('oda-pm3-sda-ssad');

function key(modulus = '', exponent = ''): NonNullable<ReturnType<typeof keyFrom>> {
  const found = keyFrom(`${modulus}:${exponent}`);
  if (found === undefined) throw new Error('no key');
  return found;
}

type Row = readonly [name: string, value: string, decoded: string];
function rowsOf(block: Uint8Array): readonly Row[] {
  return leaves(explainBlock(block)).map(({ name, value, decoded }) => [name, value, decoded]);
}
function valueUnder(rows: readonly Row[], name: string): string {
  return rows.find(([one]) => one === name)?.[1] ?? '';
}

test("a real issuer's certificate names issuer, month, number, algorithms and key", () => {
  const [, recovered] = explainWithKey(
    fromHex(issuer.tag_90 ?? ''),
    key(issuer.ca_modulus, issuer.ca_exponent),
  );
  const rows = rowsOf(recovered?.bytes ?? new Uint8Array());
  deepEqual(
    rows.map(([name]) => name),
    [
      ...['header', 'format', 'issuer identifier', 'expiry', 'serial number', 'hash algorithm'],
      ...['algorithm of the key', 'length of the key', 'length of the exponent'],
      ...['first bytes of the modulus', 'hash, SHA-1', 'trailer'],
    ],
  );
  same(rows[1]?.[2], "certificate of the issuer's key");
  same(issuer.pan?.startsWith(rows[2]?.[2] ?? '-'), true);
  const modulus = valueUnder(rows, 'first bytes of the modulus') + issuer.tag_92;
  same(modulus, issuer.issuer_modulus);
});

test("a real card's certificate names the card and its key, and masks the number", () => {
  const parts = explainWithKey(
    fromHex(card.tag_9F46 ?? ''),
    key(card.issuer_modulus, card.issuer_exponent),
  );
  const block = parts[1]?.bytes ?? new Uint8Array();
  const rows = rowsOf(block);
  same(valueUnder(rows, 'account number'), '5285881254345653FFFF');
  same(valueUnder(rows, 'modulus').length, (card.icc_modulus ?? '').length);
  same(valueUnder(rows, 'modulus'), card.icc_modulus);
  same(/^(BB)+$/.test(valueUnder(rows, 'filling')), true);
  const shown = hidden(parts[1] as (typeof parts)[0]);
  same(shown.hex.includes('5285881254345653'), false);
  same(shown.hex.slice(4, 24), '528588******5653FFFF');
});

test('signed static data hold the data authentication code', () => {
  const rows = rowsOf(fromHex(staticData.recovered ?? ''));
  same(rows[1]?.[2], 'signed static data');
  same(valueUnder(rows, 'data authentication code'), staticData.data_auth_code);
});

test('signed dynamic data hold a dynamic number', () => {
  const rows = rowsOf(fromHex(dynamic.recovered ?? ''));
  const number = valueUnder(rows, "card's dynamic number");
  same(valueUnder(rows, 'length of the dynamic number') + number, dynamic.icc_dynamic_data);
});

test('a combined signature holds the cryptogram and the hash of the transaction too', () => {
  const rows = rowsOf(fromHex(combined.recovered ?? ''));
  const data = [
    'length of the dynamic number',
    "card's dynamic number",
    'cryptogram information data',
    'application cryptogram',
    'hash of the transaction',
  ];
  same(data.map((name) => valueUnder(rows, name)).join(''), combined.icc_dynamic_data);
  same(rows.find(([name]) => name === 'cryptogram information data')?.[2], 'TC');
  same(
    valueUnder(rows, 'hash of the transaction'),
    vector('oda-pm3-cda-txnhash').transaction_data_hash,
  );
});

test("a key given beside data objects opens the whole chain, each certificate's key the next", () => {
  const objects = encodeTlv(
    (
      [
        ['90', issuer.tag_90],
        ['92', issuer.tag_92],
        ['9F32', issuer.tag_9F32],
        ['9F46', card.tag_9F46],
        ['9F47', card.tag_9F47],
        ['9F4B', dynamic.tag_9F4B],
      ] as const
    ).map(([tag, value = '']) => tlv(tag, fromHex(value))),
  );
  const given = [{ title: '', bytes: objects, tree: explainChipData(objects) }];
  const parts = recoveredParts(given, key(issuer.ca_modulus, issuer.ca_exponent));
  deepEqual(
    parts.map(({ title }) => title),
    ['recovered from 90:', 'recovered from 9F46:', 'recovered from 9F4B:'],
  );
  same(toHex(parts[2]?.bytes ?? new Uint8Array()), dynamic.recovered);
  // The issuer's key alone opens what the issuer signed.
  same(recoveredParts(given, key(card.issuer_modulus, '03')).length, 2);
  const [nothing] = recoveredParts(given, key('BB', '03'));
  same(nothing?.tree.name, CANNOT_BE_READ);
});

test("a key out of one tap's certificate opens nothing in another tap", () => {
  const part = (values: readonly (readonly [string, string | undefined])[], tap: number) => {
    const bytes = encodeTlv(values.map(([tag, value = '']) => tlv(tag, fromHex(value))));
    return { title: '', bytes, tree: explainChipData(bytes), tap };
  };
  const one = part(
    [
      ['90', issuer.tag_90],
      ['92', issuer.tag_92],
      ['9F32', issuer.tag_9F32],
    ],
    1,
  );
  const other = part([['9F46', card.tag_9F46]], 2);
  const found = recoveredParts([one, other], key(issuer.ca_modulus, issuer.ca_exponent));
  deepEqual(
    found.map(({ title, tap }) => [title, tap]),
    [['recovered from 90:', 1]],
  );
});

test('JSON with certificate, modulus and exponent is a certificate with its key', () => {
  const text = JSON.stringify({
    certificate: issuer.tag_90,
    modulus: issuer.ca_modulus,
    exponent: issuer.ca_exponent,
  });
  const [reading] = readingsOf(Buffer.from(text));
  same(reading?.kind.kind, 'certificate');
  same(reading && explainReading(reading).length, 2);
});

test('what another key signed is said to be so', () => {
  const other = explainWithKey(fromHex(issuer.tag_90 ?? ''), key(card.issuer_modulus, '03'));
  same(other.at(-1)?.tree.name, CANNOT_BE_READ);
  for (const text of ['', 'BB', 'BB:04', 'BA:03', 'BB:03:03', 'XX:03', `${'BB'.repeat(249)}:03`])
    same(keyFrom(text), undefined, text);
});

// @see docs/specs.md, EMV contactless sheet, section 7.3
const SM2_ISSUER =
  '12625824FF123000000104001140CD3F7DD792B37C51C800CA883D796D48481EFE9EF110660C660DB1956B490A1A766ECA2F5A791EC79C457D30A344257480CFFA30D186C1AB4C5A303B9EDFCCF7817D815CADA4901769CCB73B8A253FBE326D9F9F6AEA840C0BF2B191DA6C87D15A491296108470FEBFF376C7A18B55A946D172D35A27D558F2A52FB298E07544';
const SM2_CARD =
  '146258249900000018FFFF123000000204001140A469D63459F7F1D654B05BF0384221C7015CD73A89BC8774E2D014B385D68F51BC1ED7D68CEB14DAFADDA27B2D022C2AB79DFA8323FA60E8BC33157DCA7FE9930405AE225066F422124A843650E21E84936F8586D70B213F09CA76585C77E0BB90649E4C5969A8AFC835A6CEBFD00AEA1D8870E694D810994758CF91ACC80D5F';

test('Chinese certificates are clear bytes and told at once', () => {
  const tree = explainDataObject('90', fromHex(SM2_ISSUER));
  same(tree.decoded, "SM2 certificate of the issuer's key, in clear");
  deepEqual(
    tree.children.map(({ name, decoded }) => [name, decoded]),
    [
      ['format', 'certificate, SM2'],
      ['issuer identifier', '625824'],
      ['expiry', 'Dec 2030'],
      ['serial number', ''],
      ['signature algorithm', 'SM2 with SM3'],
      ['parameter of the algorithm', ''],
      ['curve', 'the recommended curve of SM2'],
      ['length of the key', '64 bytes'],
      ['public key, x', ''],
      ['public key, y', ''],
      ['signature, r', ''],
      ['signature, s', ''],
    ],
  );
  const bytes = fromHex(SM2_CARD);
  const shown = hidden({ title: '', bytes, tree: explainDataObject('9F46', bytes) });
  same(shown.hex.slice(0, 22), '14625824******0018FFFF');
  same(readingsOf(Buffer.from(SM2_CARD))[0]?.kind.kind, 'sm2-certificate');
  // Cut short it is no such certificate.
  same(explainDataObject('90', fromHex(SM2_ISSUER).subarray(1)).children.length, 0);
});

test('without a key a certificate is one span', () => {
  const closed = explainDataObject('90', fromHex(issuer.tag_90 ?? ''));
  same(closed.children.length, 0);
  same(closed.decoded, "176 bytes, closed: the authority's key, whose index is 8F, opens them");
});

test('any content between header and trailer is covered without a gap', () => {
  const format = fc.integer({ min: 2, max: 5 });
  fc.assert(
    fc.property(format, fc.uint8Array({ minLength: 20, maxLength: 130 }), (kind, content) => {
      const block = concat(Uint8Array.of(0x6a, kind), content, Uint8Array.of(0xbc));
      let end = 0;
      for (const leaf of leaves(explainBlock(block))) {
        same(leaf.start, end, leaf.path);
        end = leaf.end;
      }
      same(end, block.length);
    }),
    { numRuns: 1000 },
  );
});
