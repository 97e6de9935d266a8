/** Two elements, one newborn and one that holds a token, made without chance. For the fuzzer. */
import { p256 } from '@noble/curves/nist.js';
import { authenticationFor } from './applet/authentication.fixture.ts';
import { giveBirth } from './applet/birth.ts';
import { GROUP_NAMES, type GroupName } from './applet/card.ts';
import { certify } from './applet/perso.ts';
import type { LastingState, Personal } from './applet/state.ts';
import { fromAscii, fromHex } from './bytes/bytes.ts';
import { secret } from './bytes/secret.ts';
import { SSD_AID } from './globalplatform/aids.ts';
import { decodeStoreData } from './globalplatform/commands.ts';
import { certificationSteps, dataGroups, type TokenProfile } from './globalplatform/personalise.ts';
import { wrapDek } from './globalplatform/scp03.ts';
import { encodeTlv, tlv } from './tlv/tlv.ts';

/** The name of its instance. */
export const INSTANCE = 'A0000003330101010001';
/** Who made it. */
export const makerKey = new Uint8Array(32).fill(1);
/** The maker's public key. */
export const makerPoint = p256.getPublicKey(makerKey, false);
/** One key for everything. */
export const key = secret(fromHex('404142434445464748494A4B4C4D4E4F'));
/** The keys of its domain. */
export const keys = { enc: key, mac: key, dek: key };

/** A newborn element, every random byte of it the same. */
export const newborn: LastingState = giveBirth({
  random: (length) => new Uint8Array(length).fill(7),
  cplc: fromHex('4790D321'.padEnd(84, '5')),
  makerId: 'DEMO',
  tokenServiceKey: makerPoint,
  makerSign: (message) => p256.sign(message, makerKey),
});

/** Its token. */
const profile: TokenProfile = {
  kind: 'debit',
  instanceAid: INSTANCE,
  token: '6258249900000018',
  expiry: '3012',
  panSequenceNumber: '01',
  serviceCode: '201',
  label: 'UnionPay Debit',
  derivationKeyIndex: 1,
  par: 'Q1HJZ28RKA1EBL470G9XYG90R5D3E',
  requestorId: '12345678901',
  cardKeys: { ac: key, mac: key, enc: key },
  firstCounter: 0,
  holder: { rpIdHash: new Uint8Array(32), origin: 'https://wallet.example' },
  profileFlag: 0x01,
};
const authentication = authenticationFor(profile);

/** The data groups of its token. */
export const groups = dataGroups(profile, (data) => data);
/** Those that it keeps. */
export const kept = Object.fromEntries(
  GROUP_NAMES.map((name) => [name, groups.find(({ id }) => id === name)?.data]),
) as Record<GroupName, Uint8Array>;

/** An element that holds a token and answers a reader. */
export const grown: LastingState = {
  ...newborn,
  securityDomain: { keys, keyVersion: 0x30, sequenceCounter: 1, failedAuthentications: 0 },
  passcode: { digits: secret(fromAscii('123456')), tries: 5 },
  instances: [
    {
      aid: INSTANCE,
      updateCounter: 1,
      personal: {
        groups: kept,
        keys: { ac: key, mac: key, enc: key },
        applicationTransactionCounter: 0,
        holder: {
          publicKey: undefined,
          rpIdHash: new Uint8Array(32),
          origin: 'https://wallet.example',
          signCount: 0,
        },
        answersWithoutHolder: true,
        certificates: undefined,
      },
    },
  ],
  registry: { activated: INSTANCE, updateCounter: 1 },
  express: undefined,
};

/** The same token with certificates, which answers its holder and transit readers alone. */
export const certified: LastingState = {
  ...grown,
  instances: grown.instances.map((instance) => ({
    ...instance,
    personal: instance.personal && certifiedOf(instance.personal),
  })),
  express: INSTANCE,
};

function certifiedOf(personal: Personal): Personal {
  const later = certificationSteps({ ...profile, authentication }, (data) => wrapDek(keys, data));
  const given = later.slice(1).flatMap(({ command }) => decodeStoreData(command).dgis);
  const made = certify(personal, new Map(given.map(({ id, data }) => [id, data])), keys);
  if (made === undefined) throw new Error('these certificates are not this token’s');
  return { ...made, answersWithoutHolder: false };
}

/** What INSTALL names. */
export const names = { package: 'A00000033301', module: 'A0000003330101', instance: INSTANCE };
/** Two names, as SET STATUS has them. */
export const aids = encodeTlv([
  tlv('4F', fromHex(INSTANCE)),
  tlv('4F', fromHex('A0000003330101020002')),
]);
/** An agreement that its form is right in. */
export const agree = encodeTlv([
  tlv('4F', fromHex(SSD_AID)),
  tlv('80', fromHex('30')),
  tlv('86', makerPoint),
  tlv('5F37', p256.sign(fromAscii('message'), makerKey)),
]);
