/**
 * The token service's cryptogram work in software: card keys are derived for each question and forgotten.
 * That derivation is four blocks of triple DES a key: measured, some 6 of the 45 microseconds of a check. Keeping card keys
 * between questions would buy little and leave them lying about.
 * @see docs/specs.md, cryptograms sheet, sections 1, 6 and 10
 */
import type { CryptogramAsk, CryptogramCheck, CryptogramKeys } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { BytesError, fromAscii, fromHex } from '@octavo/lib/bytes/bytes.ts';
import { secret } from '@octavo/lib/bytes/secret.ts';
import { arpcMethod1, tag91 } from '@octavo/lib/emv/arpc.ts';
import { verifyTap01 } from '@octavo/lib/emv/cryptogram.ts';
import { deriveCardKeyOptionA, type KeySet, unionPaySessionKey } from '@octavo/lib/emv/keys.ts';
import type { CardMasterKeys } from './keyring.ts';

/** Card master keys by derivation key index, as bytes. They stay in the closures of the ports. */
export type MasterKeys = ReadonlyMap<string, KeySet>;

/** Read a keyring's card master keys. */
export function masterKeysOf(cardMaster: Readonly<Record<string, CardMasterKeys>>): MasterKeys {
  return new Map(
    Object.entries(cardMaster).map(([index, { ac, mac, enc }]) => [
      index,
      { ac: secret(fromHex(ac)), mac: secret(fromHex(mac)), enc: secret(fromHex(enc)) },
    ]),
  );
}

/** The token service's cryptogram port. */
export function cryptogramKeys(masterKeys: MasterKeys): CryptogramKeys {
  return {
    verifyCryptogram: async (ask) => verifyCryptogram(masterKeys, ask),
    makeArpc: async (ask) => {
      const keys = masterKeys.get(ask.keyIndex);
      assert(keys !== undefined, 'an answer is made only to a cryptogram that was checked');
      const cardKey = deriveCardKeyOptionA(keys.ac, ask.token, ask.sequenceNumber);
      const sessionKey = unionPaySessionKey(cardKey, hexValue(ask, '9F36'));
      const responseCode = fromAscii(ask.responseCode);
      return tag91(arpcMethod1(sessionKey, hexValue(ask, '9F26'), responseCode), responseCode);
    },
  };
}

function verifyCryptogram(masterKeys: MasterKeys, ask: CryptogramAsk): CryptogramCheck {
  const keys = masterKeys.get(ask.keyIndex);
  if (keys === undefined) return { kind: 'refused', reason: 'unknown_key_index' };
  const values = tapValues(ask);
  if (values === undefined) return { kind: 'refused', reason: 'missing_data' };
  const check = verifyTap01({
    masterKeyAc: keys.ac,
    // An element of ours always proves its MAC key too (profile octavo-1, section 7).
    masterKeyMac: keys.mac,
    pan: ask.token,
    psn: ask.sequenceNumber,
    values,
  });
  if (check.kind === 'refused') return { kind: 'refused', reason: 'missing_data' };
  return { kind: check.valid ? 'right' : 'wrong', macInput: check.macInput };
}

/** The data objects as bytes; undefined when one is not hexadecimal, which is as good as missing. */
function tapValues(ask: CryptogramAsk): ReadonlyMap<string, Uint8Array> | undefined {
  try {
    return new Map(Object.entries(ask.values).map(([tag, hex]) => [tag, fromHex(hex)]));
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function hexValue({ values }: CryptogramAsk, tag: string): Uint8Array {
  const value = values[tag];
  assert(value !== undefined, 'an answer is made only to a cryptogram that was checked');
  return fromHex(value);
}
