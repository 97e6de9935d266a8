import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { textOf } from '@octavo/lib/oda/chain.fixture.ts';
import { calculateJwkThumbprint } from 'jose';
import { keyringName } from './database-claim.ts';
import {
  assertNotKnown,
  envelopeAddress,
  generateKeyring,
  type Keyring,
  KeyringError,
  knownKeyring,
  publicDirectory,
} from './keyring.ts';
import { loadKeyring, parseKeyring, saveKeyring } from './keyring-file.ts';
import { systemRandom } from './personalised.fixture.ts';
import { softKeysFor } from './softkeys.ts';
import { generateP256 } from './softkeys-p256.ts';

/** 2026-11-25, noon in Shanghai. */
const MADE_MS = Date.UTC(2026, 10, 25, 4);

describe('a keyring', () => {
  test('holds one link key at both ends of each link, what gates and their back office share, and no key twice otherwise', () => {
    const keyring = generateKeyring(systemRandom);
    assert.equal(keyring.network.links.issuer, keyring.issuer.links.network);
    assert.equal(keyring.network.links.acquirer, keyring.acquirer.links.network);
    const all = keyTexts(keyring);
    const repeated = all.filter((text, index) => all.indexOf(text) !== index);
    const links = [keyring.issuer.links.network, keyring.acquirer.links.network];
    const { deny, credential } = keyring.gate;
    assert.deepEqual(keyring.transit.deny, deny);
    assert.equal(keyring.transit.credential, credential);
    assert.deepEqual(repeated.sort(), [...links, deny.key, credential].sort());
  });

  test('follows from its randomness, so that a seeded world has the same keys each time', () => {
    const seeded = (): Keyring => {
      let next = 1;
      const bytes = (length: number) => Uint8Array.from({ length }, () => (next++ * 37) & 0xff);
      return generateKeyring(bytes, MADE_MS);
    };
    assert.deepEqual(seeded(), seeded());
    assert.notDeepEqual(generateKeyring(systemRandom), generateKeyring(systemRandom));
  });

  test('draws a secret scalar anew until it is above zero and below the order of the curve', () => {
    const order = 'FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551';
    const one = '1'.padStart(64, '0');
    const draws = ['0'.repeat(64), order, 'F'.repeat(64), one].map(fromHex);
    const pair = generateP256(() => draws.shift() ?? new Uint8Array(0));
    // The base point of P-256, of which one times is itself.
    assert.equal(
      toHex(Buffer.from(pair.x, 'base64url')),
      '6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296',
    );
  });

  test('names its envelope key by the thumbprint that RFC 7638 defines', async () => {
    const { publicJwk, kid } = envelopeAddress(generateKeyring(systemRandom));
    assert.equal(kid, await calculateJwkThumbprint(publicJwk, 'sha256'));
    assert.equal('d' in publicJwk, false);
  });

  test('publishes the keys that its parties sign with', async () => {
    const keyring = generateKeyring(systemRandom);
    const directory = publicDirectory(keyring);
    const message = Uint8Array.of(1, 2, 3);
    for (const party of ['tokens', 'issuer', 'network', 'wallet', 'acquirer'] as const) {
      const signature = await softKeysFor(party, keyring, systemRandom).sign(message);
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      const point = Buffer.from(directory[party]);
      const key = await crypto.subtle.importKey('raw', point, algorithm, false, ['verify']);
      const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
      assert.ok(await crypto.subtle.verify(ecdsa, key, Buffer.from(signature), message), party);
    }
  });
});

describe('published test keys', () => {
  test('make a known keyring, which says so', () => {
    const keyring = knownKeyring(systemRandom);
    assert.equal(keyring.known, true);
    // docs/specs.md, cryptograms sheet, section 9
    assert.equal(keyring.tokens.cardMaster['01']?.ac, '0123456789ABCDEF23456789ABCDEF01');
    assert.throws(() => assertNotKnown(keyring), KeyringError);
  });

  test('are refused elsewhere, wherever they stand and in whatever parity', () => {
    const fresh = generateKeyring(systemRandom);
    assert.doesNotThrow(() => assertNotKnown(fresh));
    const known = knownKeyring(systemRandom);
    assert.throws(() => assertNotKnown({ ...known, known: false }), KeyringError);
    const books = '404142434445464748494A4B4C4D4E4F';
    // The same DES key: every lowest bit turned over.
    const otherParity = '414043424544474649484B4A4D4C4F4E';
    for (const text of [books, otherParity]) {
      const link = { ...fresh, issuer: { ...fresh.issuer, links: { network: text } } };
      assert.throws(() => assertNotKnown(link), /keyring\.issuer\.links\.network/);
      const lookup = { ...fresh, wallet: { ...fresh.wallet, lookup: `${'00'.repeat(16)}${text}` } };
      assert.throws(() => assertNotKnown(lookup), /keyring\.wallet\.lookup/);
    }
  });

  test('of an authority, whose private part stands in the sheet, are refused like the others', () => {
    const fresh = generateKeyring(systemRandom);
    // docs/specs.md, EMV contactless sheet, section 9.3
    for (const modulus of [
      textOf('9.3-issuer', 'ca_modulus'),
      textOf('9.3-icc', 'issuer_modulus'),
    ]) {
      const { authority } = fresh.tokens;
      const ca = { ...authority.ca, modulus };
      const tokens = { ...fresh.tokens, authority: { ...authority, ca } };
      assert.throws(
        () => assertNotKnown({ ...fresh, tokens }),
        /keyring\.tokens\.authority\.ca\.modulus/,
      );
    }
  });
});

test('a keyring from before there was transit gets back office and gates at load, which fit each other', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'keyring.json');
    const { transit: _, gate: __, ...older } = generateKeyring(systemRandom);
    await writeFile(file, JSON.stringify(older), { mode: 0o600 });
    const chance = { random: systemRandom, nowMs: MADE_MS };
    const first = await loadKeyring(file, chance);
    assert.ok(first !== undefined);
    const { transit, gate, ...rest } = first;
    assert.deepEqual(rest, older);
    assert.deepEqual(transit.deny, gate.deny);
    assert.deepEqual(await loadKeyring(file, chance), first);
  });
});

describe('a keyring from before there was an authority', () => {
  const older = (): { text: string; keyring: Keyring } => {
    const keyring = generateKeyring(systemRandom);
    const { authority: _, ...tokens } = keyring.tokens;
    return { keyring, text: JSON.stringify({ ...keyring, tokens }) };
  };

  test('gets one when it is loaded, keeps every other key, and is the same from then on', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json');
      const { text, keyring } = older();
      await writeFile(file, text, { mode: 0o600 });
      const chance = { random: systemRandom, nowMs: MADE_MS };
      const first = await loadKeyring(file, chance);
      assert.ok(first !== undefined);
      assert.equal(first.tokens.authority.expiry, '1136');
      const { authority } = first.tokens;
      assert.deepEqual({ ...keyring, tokens: { ...keyring.tokens, authority } }, first);
      const later = { random: systemRandom, nowMs: MADE_MS + 400 * 86_400_000 };
      assert.deepEqual(await loadKeyring(file, later), first);
      assert.deepEqual(await loadKeyring(file), first);
      assert.deepEqual(await readdir(folder), ['keyring.json']);
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    });
  });

  test('is refused where nothing may be made, and left as it is', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json');
      const { text } = older();
      await writeFile(file, text);
      await assert.rejects(loadKeyring(file), /keyring\.tokens\.authority is not there yet/);
      assert.equal(await readFile(file, 'utf8'), text);
    });
  });

  test('is not completed when another part of it is broken', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json');
      const chance = { random: systemRandom, nowMs: MADE_MS };
      for (const text of [
        '7',
        '{}',
        '{"tokens":7}',
        older().text.replace('"lookup":"', '"lookup":"x'),
      ]) {
        await writeFile(file, text);
        await assert.rejects(loadKeyring(file, chance), KeyringError);
        assert.equal(await readFile(file, 'utf8'), text);
      }
    });
  });

  test('names the same database as before', () => {
    const { keyring } = older();
    const before = createHash('sha256');
    for (const [party, key] of [
      ['acquirer', keyring.acquirer.signing],
      ['issuer', keyring.issuer.signing],
      ['maker', keyring.maker.signing],
      ['network', keyring.network.signing],
      ['tokens', keyring.tokens.signing],
      ['wallet', keyring.wallet.signing],
    ] as const) {
      before.update(party).update(Buffer.from([0x04]));
      before.update(Buffer.from(key.x, 'base64url')).update(Buffer.from(key.y, 'base64url'));
    }
    const name = before.digest('hex').slice(0, 32).toUpperCase();
    assert.equal(keyringName(keyring), name);
  });
});

describe('a keyring file', () => {
  test("gives back the keyring, is its owner's alone, and leaves nothing beside it", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json');
      await writeFile(`${file}.new`, 'left from a crash', { mode: 0o644 });
      for (const keyring of [generateKeyring(systemRandom), knownKeyring(systemRandom)]) {
        await saveKeyring(file, keyring);
        assert.deepEqual(await loadKeyring(file), keyring);
      }
      assert.deepEqual(await readdir(folder), ['keyring.json']);
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    });
  });

  test('that is not there is no keyring yet', () =>
    inFolder(async (folder) => {
      assert.equal(await loadKeyring(join(folder, 'keyring.json')), undefined);
      await assert.rejects(loadKeyring(folder), /EISDIR/);
    }));

  test('cut short anywhere it is refused', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json');
      await saveKeyring(file, generateKeyring(systemRandom));
      const text = (await readFile(file, 'utf8')).trimEnd();
      for (let length = 0; length < text.length; length++)
        assert.throws(() => parseKeyring(text.slice(0, length)), KeyringError);
    });
  });

  test('with a member missing, of another form or too many it is refused, by its place', () => {
    const keyring = generateKeyring(systemRandom);
    const places = leaves(keyring, []);
    assert.ok(places.length > 40);
    for (const place of places) {
      for (const change of [undefined, 7, '', 'GG', [], null])
        assert.throws(
          () => parseKeyring(changed(keyring, place, change)),
          KeyringError,
          `${place}`,
        );
    }
    const extra = { ...keyring, wallet: { ...keyring.wallet, pan: '' } };
    assert.throws(
      () => parseKeyring(JSON.stringify(extra)),
      /keyring\.wallet has a member too many/,
    );
  });

  test('whose parts do not fit together is refused', () => {
    const keyring = generateKeyring(systemRandom);
    const other = generateKeyring(systemRandom);
    const refused = (broken: unknown, words: RegExp): void =>
      assert.throws(() => parseKeyring(JSON.stringify(broken)), words);
    const { issuer, acquirer, tokens, maker, gate } = keyring;
    for (const part of ['deny', 'credential'] as const)
      refused({ ...keyring, gate: { ...gate, [part]: other.gate[part] } }, /transit and gate/);
    refused({ ...keyring, issuer: { ...issuer, links: other.issuer.links } }, /network and issuer/);
    refused(
      { ...keyring, acquirer: { ...acquirer, links: other.acquirer.links } },
      /network and acquirer/,
    );
    refused(
      { ...keyring, maker: { signing: { ...maker.signing, d: other.maker.signing.d } } },
      /maker\.signing/,
    );
    refused(
      { ...keyring, tokens: { ...tokens, envelope: { ...tokens.envelope, kid: 'x' } } },
      /kid/,
    );
    refused(
      { ...keyring, tokens: { ...tokens, vault: { ...tokens.vault, current: 2 } } },
      /names no key/,
    );
    refused({ ...keyring, tokens: { ...tokens, cardMaster: {} } }, /cardMaster is empty/);
    const { authority } = tokens;
    for (const part of ['ca', 'issuer', 'certificate'] as const) {
      const mixed = { ...authority, [part]: other.tokens.authority[part] };
      refused({ ...keyring, tokens: { ...tokens, authority: mixed } }, /do not belong together/);
    }
  });

  test('that is refused shows none of its keys', () => {
    const text = JSON.stringify(generateKeyring(systemRandom));
    for (const broken of [
      text.slice(0, -1),
      `${text}}`,
      text.replace('"lookup":"', '"lookup":"x'),
    ]) {
      assert.throws(
        () => parseKeyring(broken),
        (error: Error) =>
          keyTexts(JSON.parse(text)).every((key) => !error.message.includes(key.slice(0, 8))),
      );
    }
  });
});

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'octavo-keyring-'));
  try {
    await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every text of a keyring that is long enough to be a key. */
function keyTexts(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 32 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(keyTexts);
}

function leaves(value: unknown, place: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [place];
  return Object.entries(value).flatMap(([name, part]) => leaves(part, [...place, name]));
}

/** The keyring's text with one leaf replaced, or left out when the replacement is undefined. */
function changed(keyring: Keyring, place: readonly string[], replacement: unknown): string {
  const copy = structuredClone(keyring) as unknown as Record<string, unknown>;
  const parent = place.slice(0, -1).reduce((at, name) => at[name] as Record<string, unknown>, copy);
  parent[place.at(-1) ?? ''] = replacement;
  return JSON.stringify(copy);
}
