import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex } from '../bytes/bytes.ts';
import { revealHex, SecretBytes } from '../bytes/secret.ts';
import { keyBlockPadding, protectionKeyLengths, unwrapKey, wrapKey } from './key-block.ts';
import { KeyBlockError, type KeyBlockHeader, readKeyBlockHeader } from './key-block-header.ts';

const PROTECTION_KEY = fromHex('DD7515F2BFC17F85CE48F3CA25CB21F6');
const BLOCK = 'B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E';
const AES_PROTECTION_KEY = fromHex(
  '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
);
const AES_BLOCK =
  'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34';

test('blocks of the standard, of a hardware module and of other implementations open', () => {
  for (const [source, protectionKey, block, key] of [
    [
      'TR-31:2018, A.7.2.2',
      'DD7515F2BFC17F85CE48F3CA25CB21F6',
      BLOCK,
      '3F419E1CB7079442AA37474C2EFBF8B8',
    ],
    [
      'TR-31:2018, A.7.3.2, with an attribute',
      '1D22BF32387C600AD97F9B97A51311AC',
      'B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719E24B433627',
      'E8BC63E5479455E26577F715D587FE68',
    ],
    [
      'TR-31:2018, A.7.4',
      '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
      AES_BLOCK,
      '3F419E1CB7079442AA37474C2EFBF8B8',
    ],
    [
      'openemv/tr31, made by a payShield 10k',
      'EFE0853B256B583D868F251CE99EA1D9',
      'B0080K0TN00N00001C414014375212C24995E405B5EE052CB92B67F455EA2680F6751088F9F1C228',
      '5DB50B454F8389ADCE573BE50861F2BF',
    ],
    [
      'openemv/tr31, made by a payShield 10k, a triple DES key under AES',
      '41'.repeat(32),
      'D0112B0TN00N000037DB9B046B7B0048785690759580ABC3B9842AB4BB7717B49E92528E575785D8123559376A2553B27BE94F054F4E971C',
      '1FA1F7CEC798D91545DA8AE0C7796BD9',
    ],
    [
      'openemv/tr31, made by a payShield 10k, a key of 32 bytes',
      '41'.repeat(32),
      'D0144D0AN00N0000127862F945C2DED04530FAF7CDBC8B0BA10C7AA79BD5E0C2C5D6AC173BF588E4B19ACF1357178D50EA0AB193228E13958304FC6149632DFDCADF3A5B3D57E814',
      'BE19E6A07A760F10EF8E83A226B63AAD141F463FDDD4F47DB244B4023EC3CACC',
    ],
    [
      'knovichikhin/psec, under three keys, its length hidden',
      'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCC',
      'B0096M3TC00E0000C7C6FE86A5DE769C20DCA238C52341378B484D544A9764D43963C3B2824AE56C2D07A565DD3AB342',
      'CCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD',
    ],
    [
      'knovichikhin/psec, a key of 8 bytes, its length hidden',
      'AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB',
      'B0096M3TC00E0000B6CD513680EF255FC0DC590726FD0129A7CF6602E7F271631AB4EE7350642F11181AF4CC12F12FD9',
      'EEEEEEEEEEEEEEEE',
    ],
  ] as const) {
    equal(revealHex(unwrapKey(fromHex(protectionKey), block).key), key, source);
  }
});

test('the header of an opened block comes with its attributes', () => {
  const block =
    'B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719E24B433627';
  const opened = unwrapKey(fromHex('1D22BF32387C600AD97F9B97A51311AC'), block);
  equal(opened.headerText, 'B0104B0TX12S0100KS1800604B120F9292800000');
  deepEqual(opened.header.optionalBlocks, [{ id: 'KS', data: '00604B120F9292800000' }]);
  ok(opened.key instanceof SecretBytes);
});

test('with the padding of its maker a block is the standard’s own', () => {
  // TR-31:2018, A.7.4
  const header = readKeyBlockHeader('D0000P0AE00E0000').header;
  const key = fromHex('3F419E1CB7079442AA37474C2EFBF8B8');
  const padding = fromHex('1C2965473CE206BB855B01533782');
  equal(wrapKey(AES_PROTECTION_KEY, header, key, padding), AES_BLOCK);
});

test('what is wrapped opens again, whatever its attributes and however long its padding', () => {
  fc.assert(
    fc.property(wrapped, fc.nat(2), ({ protectionKey, header, key }, more) => {
      const block = header.version === 'B' ? 8 : 16;
      const length = keyBlockPadding(header.version, key.length) + more * block;
      const text = wrapKey(protectionKey, header, key, new Uint8Array(length).fill(0x5a));
      equal(text.length % block, 0);
      const opened = unwrapKey(protectionKey, text);
      equal(revealHex(opened.key), revealHex(key));
      const { length: attributes } = header.optionalBlocks;
      const kept = opened.header.optionalBlocks.slice(0, attributes);
      deepEqual({ ...opened.header, optionalBlocks: kept }, header);
      const fillers = opened.header.optionalBlocks.slice(attributes);
      ok(fillers.length <= 1 && fillers.every(({ id }) => id === 'PB'));
    }),
  );
});

test('not one character can be changed, cut off or added', () => {
  for (const [protectionKey, text] of [
    [PROTECTION_KEY, BLOCK],
    [AES_PROTECTION_KEY, AES_BLOCK],
  ] as const) {
    for (let at = 0; at < text.length; at++) {
      const other = text.charAt(at) === '1' ? '2' : '1';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      throws(() => unwrapKey(protectionKey, changed), KeyBlockError, `changed at ${at}`);
      throws(() => unwrapKey(protectionKey, text.slice(0, at)), KeyBlockError, `cut at ${at}`);
    }
    throws(() => unwrapKey(protectionKey, `${text}00`), KeyBlockError);
  }
});

test('another protection key opens nothing', () => {
  const other = PROTECTION_KEY.map((byte) => byte ^ 2);
  throws(() => unwrapKey(other, BLOCK), /the MAC is another \(at 64\)/);
});

test('a block without a key, or whose length or hexadecimal is wrong, says where', () => {
  for (const [text, message] of [
    [BLOCK.replace('B0080', 'B0088'), /the length is another \(at 1\)/],
    ['B0032M3TC00E0000FFFFFFFF9AA5BBA6', /whole blocks \(at 16\)/],
    ['B0024M3TC00E00009AA5BBA6', /whole blocks \(at 16\)/],
    ['B0016M3TC00E0000', /whole blocks \(at 16\)/],
    [`${BLOCK.slice(0, 30)}X${BLOCK.slice(31)}`, /hexadecimal \(at 30\)/],
    ['B'.repeat(10_000), /at most 9999/],
  ] as const) {
    throws(
      () => unwrapKey(PROTECTION_KEY, text),
      (error: Error) => error instanceof KeyBlockError && message.test(error.message),
      text,
    );
  }
});

test('a key that cannot have the length it claims is refused although the MAC holds', () => {
  // knovichikhin/psec: a length of no bits, and one of 128 bits where 64 are there
  const protectionKey = fromHex('45'.repeat(16));
  for (const block of [
    'B0064M3TC00E000013F1B06566ECAE897A6DF8C7AA651FCEF9480447EEEC9933',
    'B0064M3TC00E00000398DC96A5DDB0EF61E26F8935173BD478DF9484050A672A',
  ]) {
    throws(() => unwrapKey(protectionKey, block), /a key of that length is not in the block/);
  }
});

test('a key must have a length that its algorithm has', () => {
  const header = readKeyBlockHeader('B0000P0TE00E0000').header;
  for (const [algorithm, length] of [
    ['T', 15],
    ['A', 8],
    ['D', 16],
    ['H', 0],
  ] as const) {
    const padding = new Uint8Array(keyBlockPadding('B', length));
    const wrap = () =>
      wrapKey(PROTECTION_KEY, { ...header, algorithm }, new Uint8Array(length), padding);
    throws(wrap, KeyBlockError, algorithm);
  }
});

test('a block of more than 9999 characters cannot be written', () => {
  const header = readKeyBlockHeader('B0000M7HC00E0000').header;
  const key = new Uint8Array(5000);
  const padding = new Uint8Array(keyBlockPadding('B', key.length));
  throws(() => wrapKey(PROTECTION_KEY, header, key, padding), /at most 9999/);
});

test('padding that fills no block, or a protection key of another length, is a bug of the caller', () => {
  const { header } = readKeyBlockHeader('B0000P0TE00E0000');
  const key = new Uint8Array(16);
  throws(() => wrapKey(PROTECTION_KEY, header, key, new Uint8Array(5)), AssertionError);
  throws(() => wrapKey(new Uint8Array(32), header, key, new Uint8Array(6)), AssertionError);
  throws(() => unwrapKey(new Uint8Array(32), BLOCK), AssertionError);
  deepEqual(protectionKeyLengths('B'), [16, 24]);
  deepEqual(protectionKeyLengths('D'), [16, 24, 32]);
});

test('any text is a block or the decoder’s own error', () => {
  const likely = fc
    .tuple(fc.constantFrom('B', 'D'), fc.uint8Array({ maxLength: 80 }))
    .map(([version, bytes]) => {
      const body = Buffer.from(bytes).toString('hex').toUpperCase();
      return `${version}${String(16 + body.length).padStart(4, '0')}P0TE00E0000${body}`;
    });
  fc.assert(
    fc.property(fc.oneof(fc.string(), likely), (text) => {
      throws(() => unwrapKey(PROTECTION_KEY, text), KeyBlockError);
    }),
  );
});

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const wrapped = fc.constantFrom<KeyBlockHeader['version']>('B', 'D').chain((version) =>
  plain({
    protectionKey: fc.constantFrom(...protectionKeyLengths(version)).chain(bytesOf),
    key: fc.constantFrom(8, 16, 24).chain(bytesOf),
    header: plain({
      version: fc.constant(version),
      usage: fc.constantFrom('P0', 'K0', 'M3'),
      algorithm: fc.constant('T'),
      mode: fc.constantFrom('E', 'B', 'N'),
      keyVersion: fc.constantFrom('00', '12', 'c3'),
      exportability: fc.constantFrom('E', 'S', 'N'),
      optionalBlocks: fc.array(
        plain({
          id: fc.constantFrom('KS', 'T1', 'LB'),
          data: fc.string({ unit: 'grapheme-ascii', maxLength: 300, size: 'max' }),
        }),
        { maxLength: 3 },
      ),
    }),
  }),
);

/** Records with the prototype of any object, as the decoder makes them. */
function plain<Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }) {
  return fc.record(model, { noNullPrototype: true });
}
