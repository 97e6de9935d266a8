/**
 * Data groups become a payment instance, all at once or not at all.
 * @see profile octavo-1, section 6
 */
import { assert } from '../bytes/assert.ts';
import { equalConstantTime, fromHex, toAscii } from '../bytes/bytes.ts';
import { type SecretBytes, secret } from '../bytes/secret.ts';
import { keyCheckValue } from '../cipher/check-value.ts';
import { isPoint } from '../cipher/p256.ts';
import type { CardKeys } from '../emv/keys.ts';
import type { StoreData } from '../globalplatform/commands.ts';
import { type StaticKeys, unwrapDek } from '../globalplatform/scp03.ts';
import { find } from '../tlv/tlv.ts';
import { readObjects, tryDecodeTlv } from './answer.ts';
import { type Card, GROUP_NAMES, type GroupName, readCard } from './card.ts';
import {
  CERTIFICATE_RECORDS,
  type CertificateRecord,
  type Certificates,
  certificatesFor,
  KEY_PART_BYTES,
  KEY_PARTS,
} from './certificates.ts';
import type { Collecting, HolderBinding, Personal } from './state.ts';

const CARD_KEYS = '8000';
const CARD_KEY_CHECK_VALUES = '9000';
const HOLDER = 'A001';
const PROFILE = 'A002';
const REQUIRED: readonly string[] = [...GROUP_NAMES, CARD_KEYS, CARD_KEY_CHECK_VALUES, PROFILE];
/** All of them or none; together with 9103 they are also what an instance that stands may be given. */
const CERTIFIES: readonly string[] = [...CERTIFICATE_RECORDS, ...KEY_PARTS];
const APPLICATION = '9103';
const KNOWN: Readonly<Record<Collecting['purpose'], readonly string[]>> = {
  personalise: [...REQUIRED, HOLDER, ...CERTIFIES],
  certify: [APPLICATION, ...CERTIFIES],
};
const ENCRYPTED: readonly string[] = [CARD_KEYS, ...KEY_PARTS];
const CARD_KEY_BYTES = 16;

/**
 * The collection with the groups of one more STORE DATA; undefined when the block is out of order, a group is
 * unknown or came before, or a key came without the encryption of keys or anything else came with it.
 */
export function collect(collecting: Collecting, store: StoreData): Collecting | undefined {
  if (store.block !== collecting.nextBlock) return undefined;
  const groups = new Map(collecting.groups);
  for (const { id, data } of store.dgis) {
    if (!KNOWN[collecting.purpose].includes(id) || groups.has(id)) return undefined;
    if (ENCRYPTED.includes(id) !== store.isEncrypted) return undefined;
    groups.set(id, data.slice());
  }
  return { ...collecting, nextBlock: collecting.nextBlock + 1, groups };
}

/**
 * What the groups make of an instance; undefined when one is missing or wrong, or the card keys are not those
 * of the check values. `keys` are the domain's, for the card keys come under its K-DEK.
 */
export function personalise(
  groups: ReadonlyMap<string, Uint8Array>,
  keys: StaticKeys,
): Personal | undefined {
  if (!REQUIRED.every((id) => groups.has(id))) return undefined;
  const kept = Object.fromEntries(GROUP_NAMES.map((name) => [name, groupOf(groups, name)]));
  const cardGroups = kept as Record<GroupName, Uint8Array>;
  const card = readCard(cardGroups);
  const cardKeys = readCardKeys(groups, keys);
  const [profile] = readObjects(groupOf(groups, PROFILE), ['80']) ?? [];
  if (!card || !cardKeys || profile?.length !== 1 || (profile[0] as number) > 0x01)
    return undefined;
  const holder = groups.has(HOLDER) ? readHolder(groupOf(groups, HOLDER)) : undefined;
  if (groups.has(HOLDER) && holder === undefined) return undefined;
  const certificates = readCertificates(groups, keys, card);
  if (certificates === 'wrong') return undefined;
  return {
    groups: cardGroups,
    keys: cardKeys,
    applicationTransactionCounter: card.firstCounter,
    holder,
    answersWithoutHolder: profile[0] === 0x01,
    certificates,
  };
}

/**
 * What an instance is once it has its certificates, or new ones: everything else of it stays. Undefined when a group is
 * missing or wrong.
 */
export function certify(
  personal: Personal,
  groups: ReadonlyMap<string, Uint8Array>,
  keys: StaticKeys,
): Personal | undefined {
  if (!groups.has(APPLICATION)) return undefined;
  const cardGroups = { ...personal.groups, [APPLICATION]: groupOf(groups, APPLICATION) };
  const card = readCard(cardGroups);
  const certificates = card && readCertificates(groups, keys, card);
  if (certificates === undefined || certificates === 'wrong') return undefined;
  return { ...personal, groups: cardGroups, certificates };
}

/** The certificates among the groups; none when there are none and the card offers no authentication either. */
function readCertificates(
  groups: ReadonlyMap<string, Uint8Array>,
  keys: StaticKeys,
  card: Card,
): Certificates | undefined | 'wrong' {
  if (!CERTIFIES.some((id) => groups.has(id)))
    return card.offersAuthentication ? 'wrong' : undefined;
  if (!CERTIFIES.every((id) => groups.has(id)) || !card.offersAuthentication) return 'wrong';
  const records = Object.fromEntries(
    CERTIFICATE_RECORDS.map((name) => [name, groupOf(groups, name)]),
  );
  const encrypted = KEY_PARTS.map((name) => groupOf(groups, name));
  if (encrypted.some(({ length }) => length !== KEY_PART_BYTES)) return 'wrong';
  const parts = encrypted.map((part) => unwrapDek(keys, part));
  const kept = records as Record<CertificateRecord, Uint8Array>;
  return certificatesFor(card, kept, parts) ?? 'wrong';
}

function readCardKeys(
  groups: ReadonlyMap<string, Uint8Array>,
  keys: StaticKeys,
): CardKeys | undefined {
  const encrypted = groupOf(groups, CARD_KEYS);
  if (encrypted.length !== 3 * CARD_KEY_BYTES) return undefined;
  const plain = unwrapDek(keys, encrypted);
  const [ac, mac, enc] = [0, 1, 2].map((index) =>
    secret(plain.subarray(index * CARD_KEY_BYTES, (index + 1) * CARD_KEY_BYTES)),
  ) as [SecretBytes, SecretBytes, SecretBytes];
  const expected = groupOf(groups, CARD_KEY_CHECK_VALUES);
  const fits = [ac, mac, enc].map((key, index) =>
    equalConstantTime(keyCheckValue(key, 3), expected.subarray(index * 3, index * 3 + 3)),
  );
  return expected.length === 9 && fits.every(Boolean) ? { ac, mac, enc } : undefined;
}

/** `[86 public key] 80 rpIdHash 81 origin`. */
function readHolder(group: Uint8Array): HolderBinding | undefined {
  const hasKey = find(tryDecodeTlv(group) ?? [], '86') !== undefined;
  const values = readObjects(group, hasKey ? ['86', '80', '81'] : ['80', '81']);
  if (values === undefined) return undefined;
  const [rpIdHash, origin] = values.slice(-2) as [Uint8Array, Uint8Array];
  const publicKey = hasKey ? values[0] : undefined;
  if (rpIdHash.length !== 32 || !isOrigin(origin)) return undefined;
  if (publicKey !== undefined && !isPoint(publicKey)) return undefined;
  return {
    publicKey: publicKey?.slice(),
    rpIdHash: rpIdHash.slice(),
    origin: toAscii(origin),
    signCount: 0,
  };
}

// The origin is compared as it stands in JSON, so it must hold nothing that JSON writes another way.
function isOrigin(bytes: Uint8Array): boolean {
  const isPlain = (byte: number): boolean => byte > 0x20 && byte < 0x7f;
  const quotes = fromHex('225C');
  return bytes.length > 0 && bytes.every((byte) => isPlain(byte) && !quotes.includes(byte));
}

function groupOf(groups: ReadonlyMap<string, Uint8Array>, id: string): Uint8Array {
  const group = groups.get(id);
  assert(group !== undefined, 'presence was checked before');
  return group;
}
