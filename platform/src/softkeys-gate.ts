/**
 * The gates' keys in software. A fleet has one master secret; each gate's own keys follow from it and its id, so that
 * a fleet of any size is one section of the keyring.
 */
import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { DenyEntryKeys, GateKeys, Random, SigningKeys } from '@octavo/domain/ports.ts';
import { concat, fromAscii, fromHex, fromUint } from '@octavo/lib/bytes/bytes.ts';
import type { FleetSecrets, GateSection, HexKey } from './keyring.ts';
import { generateP256, type PrivateJwk, pointOf, signerOf } from './softkeys-p256.ts';
import { NONCE_BYTES, sealAesGcm } from './softkeys-vault.ts';

/** The gates' ports. */
export function gateKeys(section: GateSection, random: Random): SigningKeys & GateKeys {
  const call = signerOf(section.signing);
  const pairs = perGate((gateId) => {
    const pair = pairOf(section.fleet, gateId);
    return { point: pointOf(pair), key: createPrivateKey({ key: { ...pair }, format: 'jwk' }) };
  });
  const seals = perGate((gateId) => credentialKey(section.credential, gateId));
  return {
    sign: async (message) => call(message),
    ...denyEntryKeys(section),
    signRecord: async (gateId, bytes) => {
      const { key } = pairs(gateId);
      return new Uint8Array(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }));
    },
    publicKey: async (gateId) => pairs(gateId).point.slice(),
    sealCredential: async (gateId, sequence, plain) => {
      // A number may be used for two tries when the power goes in between, so it makes no nonce.
      const nonce = random(NONCE_BYTES);
      const sealed = sealAesGcm(seals(gateId), nonce, credentialContext(gateId, sequence), plain);
      return concat(nonce, sealed);
    },
  };
}

/**
 * The hidden forms of names: the first 12 bytes of HMAC-SHA-256 over the kind, a stroke and the value.
 * @see docs/specs.md, transit sheet, section 4.1
 */
export function denyEntryKeys({ deny }: FleetSecrets): DenyEntryKeys {
  const key = createSecretKey(fromHex(deny.key));
  return {
    denyEntry: async (kind, value) => {
      const hash = createHmac('sha256', key).update(`${kind}|${value}`, 'ascii').digest();
      return new Uint8Array(hash.subarray(0, ENTRY_BYTES));
    },
    denyEpoch: async () => deny.epoch,
  };
}

/** The key that one gate seals tokens under: HKDF with SHA-256 from the master, by the gate's id. */
export function credentialKey(master: HexKey, gateId: string): KeyObject {
  return createSecretKey(derived(master, 'octavo-gate-credential', gateId, 0));
}

/** What a sealed token is bound to: the gate, and the number of the record. */
export function credentialContext(gateId: string, sequence: number): Uint8Array {
  return concat(fromAscii(gateId), fromUint(sequence, 6));
}

const ENTRY_BYTES = 12;

/** A gate's own key pair: the first derived value that is a scalar. */
function pairOf(fleet: HexKey, gateId: string): PrivateJwk {
  let attempt = 0;
  return generateP256(() => derived(fleet, 'octavo-gate-signing', gateId, attempt++));
}

function derived(master: HexKey, purpose: string, gateId: string, attempt: number): Uint8Array {
  const info = concat(fromAscii(`${purpose}|${gateId}|`), Uint8Array.of(attempt));
  return new Uint8Array(hkdfSync('sha256', fromHex(master), new Uint8Array(0), info, 32));
}

/** Make something once for each gate. */
function perGate<T>(make: (gateId: string) => T): (gateId: string) => T {
  const made = new Map<string, T>();
  return (gateId) => {
    const known = made.get(gateId);
    if (known !== undefined) return known;
    const value = make(gateId);
    made.set(gateId, value);
    return value;
  };
}
