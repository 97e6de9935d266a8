/** Calculators of terminal keys (DUKPT) and key blocks (TR-31). */
import { revealHex } from '../bytes/secret.ts';
import {
  type DukptAesUse,
  dukptAesInitialKey,
  dukptAesTransactionKey,
  dukptAesWorkingKey,
} from '../keys/dukpt-aes.ts';
import {
  type DukptTdesUse,
  dukptTdesInitialKey,
  dukptTdesTransactionKey,
  dukptTdesWorkingKey,
} from '../keys/dukpt-tdes.ts';
import { keyBlockPadding, protectionKeyLengths, unwrapKey, wrapKey } from '../keys/key-block.ts';
import {
  FIXED_HEADER,
  KeyBlockError,
  type KeyBlockVersion,
  LONGEST_KEY_BLOCK,
  readKeyBlockHeader,
} from '../keys/key-block-header.ts';
import { KsnError, readAesKsn, readTdesKsn } from '../keys/ksn.ts';
import { bytes, CalcError, decoded, optional, text, word } from './input.ts';
import { exactlyOne, type Operation, operation } from './operation.ts';

type Use = 'key' | 'pin' | 'mac' | 'data';

/** What a terminal uses for what it sends. */
const TDES_USES: Readonly<Record<Exclude<Use, 'key'>, DukptTdesUse>> = {
  pin: 'pin',
  mac: 'mac-request',
  data: 'data-request',
};
const AES_USES: Readonly<Record<Exclude<Use, 'key'>, DukptAesUse>> = {
  pin: 'pin',
  mac: 'mac-generate',
  data: 'data-encrypt',
};

const dukpt = operation({
  name: 'dukpt',
  summary: 'the key of one transaction of a terminal, for one use (DUKPT)',
  through:
    'keys/dukpt-tdes.ts dukptTdesInitialKey, dukptTdesTransactionKey, dukptTdesWorkingKey, ' +
    'keys/dukpt-aes.ts dukptAesInitialKey, dukptAesTransactionKey, dukptAesWorkingKey',
  inputs: {
    scheme: word('which ciphers', ['tdes', 'aes128']),
    bdk: optional(bytes('the base derivation key, or else ik', { one: [16] })),
    ik: optional(bytes('the terminal’s initial key', { one: [16] })),
    ksn: bytes('the serial number: 10 bytes for tdes, 12 for aes128', { one: [10, 12] }),
    use: word('key the transaction’s own (the initial key at counter 0), or what it sends', [
      'key',
      'pin',
      'mac',
      'data',
    ]),
  },
  outputs: { key: 'the key' },
  examples: [
    {
      in: {
        scheme: 'tdes',
        ik: '6AC292FAA1315B4D858AB3A3D7D5933A',
        ksn: 'FFFF9876543210E00001',
        use: 'key',
      },
      out: { key: '042666B49184CFA368DE9628D0397BC9' },
      source: 'dukpt-tdes-key-0001',
    },
    {
      in: {
        scheme: 'aes128',
        bdk: 'FEDCBA9876543210F1F1F1F1F1F1F1F1',
        ksn: '123456789012345600000001',
        use: 'pin',
      },
      out: { key: 'AF8CB133A78F8DC2D1359F18527593FB' },
      source: 'dukpt-aes128-pin-0001',
    },
  ],
  run: ({ scheme, bdk, ik, ksn, use }) => {
    const given = exactlyOne(['bdk', bdk], ['ik', ik]);
    const derive = scheme === 'tdes' ? tdesKey : aesKey;
    return { key: revealHex(decoded('ksn', KsnError, () => derive(given, ksn, use))) };
  },
});

type Given = { readonly first: Uint8Array } | { readonly second: Uint8Array };

function tdesKey(given: Given, ksn: Uint8Array, use: Use): Uint8Array {
  const { counter } = readTdesKsn(ksn);
  const initial = 'first' in given ? dukptTdesInitialKey(given.first, ksn) : given.second;
  if (counter === 0 && use === 'key') return initial;
  const key = dukptTdesTransactionKey(initial, ksn);
  return use === 'key' ? key : dukptTdesWorkingKey(key, TDES_USES[use]);
}

function aesKey(given: Given, ksn: Uint8Array, use: Use): Uint8Array {
  const { counter, initialKeyId } = readAesKsn(ksn);
  const initial = 'first' in given ? dukptAesInitialKey(given.first, initialKeyId) : given.second;
  if (counter === 0 && use === 'key') return initial;
  const key = dukptAesTransactionKey(initial, ksn);
  return use === 'key' ? key : dukptAesWorkingKey(key, ksn, AES_USES[use]);
}

const protectionKey = bytes(
  'the protection key: 16 or 24 bytes for version B, 16, 24 or 32 for D',
  {
    one: [16, 24, 32],
  },
);

const wrap = operation({
  name: 'tr31-wrap',
  summary: 'a key in a block under another (TR-31)',
  through: 'keys/key-block.ts keyBlockPadding, protectionKeyLengths, wrapKey',
  inputs: {
    kbpk: protectionKey,
    header: text('sixteen characters; the length in them is worked out', FIXED_HEADER),
    key: bytes('the key to wrap', { least: 1, most: 4096 }),
    padding: optional(
      bytes('what fills the last block, or whole blocks more; drawn if absent', { most: 4096 }),
    ),
  },
  outputs: { block: 'the block, another one every time where the padding is drawn' },
  examples: [
    {
      in: {
        kbpk: '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6',
        header: 'D0000P0AE00E0000',
        key: '3F419E1CB7079442AA37474C2EFBF8B8',
        padding: '1C2965473CE206BB855B01533782',
      },
      out: {
        block:
          'D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34',
      },
      source: 'TR-31:2018, A.7.4',
    },
  ],
  run: ({ kbpk, header: written, key, padding: given }, { random }) => {
    const { header } = decoded('header', KeyBlockError, () =>
      readKeyBlockHeader(withoutLength(written)),
    );
    checkProtectionKey(kbpk, header.version);
    const needed = keyBlockPadding(header.version, key.length);
    const padding = given ?? random(needed);
    if (keyBlockPadding(header.version, key.length + padding.length) !== 0) {
      throw new CalcError('wrong_length', `${needed} bytes, or whole blocks more`, 'padding');
    }
    return { block: decoded('key', KeyBlockError, () => wrapKey(kbpk, header, key, padding)) };
  },
});

const unwrap = operation({
  name: 'tr31-unwrap',
  summary: 'the key in a block (TR-31), if its MAC holds',
  through: 'keys/key-block.ts unwrapKey, keys/key-block-header.ts readKeyBlockHeader',
  inputs: { kbpk: protectionKey, block: text('the whole block', LONGEST_KEY_BLOCK) },
  outputs: { header: 'the header with its further attributes', key: 'the key' },
  examples: [
    {
      in: {
        kbpk: '0123456789ABCDEFFEDCBA9876543210',
        block:
          'B0096P0TE00S0000FE42B01E04E710B0BB5E0B247DF0CD9F0960DDECA48104DBE558FEC858D356EFECCE87522A7832F8',
      },
      out: { header: 'B0096P0TE00S0000', key: '11112222333344445555666677778888' },
      source: 'cryptograms sheet, section 12',
    },
    {
      in: {
        kbpk: '1D22BF32387C600AD97F9B97A51311AC',
        block:
          'B0104B0TX12S0100KS1800604B120F9292800000BB68BE8680A400D9191AD4ECE45B6E6C0D21C4738A52190E248719E24B433627',
      },
      out: {
        header: 'B0104B0TX12S0100KS1800604B120F9292800000',
        key: 'E8BC63E5479455E26577F715D587FE68',
      },
      source: 'TR-31:2018, A.7.3.2, in the tests of knovichikhin/psec and openemv/tr31',
    },
  ],
  run: ({ kbpk, block }) => {
    const { version } = decoded('block', KeyBlockError, () => readKeyBlockHeader(block)).header;
    checkProtectionKey(kbpk, version);
    const { headerText, key } = decoded('block', KeyBlockError, () => unwrapKey(kbpk, block));
    return { header: headerText, key: revealHex(key) };
  },
});

/** Whatever stands where the length goes, it is worked out. */
function withoutLength(header: string): string {
  return `${header.slice(0, 1)}0000${header.slice(5)}`;
}

function checkProtectionKey(kbpk: Uint8Array, version: KeyBlockVersion): void {
  const lengths = protectionKeyLengths(version);
  if (lengths.includes(kbpk.length)) return;
  const wanted = `${lengths.join(' or ')} bytes wanted for version ${version}, not ${kbpk.length}`;
  throw new CalcError('wrong_length', wanted, 'kbpk');
}

export const keyBlockOperations: readonly Operation[] = [dukpt, wrap, unwrap];
