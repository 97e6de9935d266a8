/** The demo maker of elements: it gives each a life record and signs the certificate of the key born in it. */
import type { Random } from '@octavo/domain/ports.ts';
import { conceive, type Unborn } from '@octavo/lib/applet/birth.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { fromUint, toHex } from '@octavo/lib/bytes/bytes.ts';
import { encodeCplc } from '@octavo/lib/globalplatform/certificate.ts';
import type { Keyring } from './keyring.ts';
import { pointOf, signerOf } from './softkeys-p256.ts';

/** The maker's name in its certificates. */
export const MAKER_ID = 'OCTAVO DEMO MAKER';

/**
 * Make a new element: signed by the keyring's maker, knowing the keyring's token service from birth.
 * `serial` (0 to FFFFFFFF) is the chip's number; two elements of one world have different ones.
 */
export function bearElement(from: {
  readonly keyring: {
    readonly maker: Keyring['maker'];
    readonly tokens: Pick<Keyring['tokens'], 'signing'>;
  };
  readonly random: Random;
  readonly serial: number;
}): LastingState {
  const { keyring, random, serial } = from;
  const tokenServiceKey = pointOf(keyring.tokens.signing);
  const unborn = conceiveElement({ tokenServiceKey, random, serial });
  return unborn.bear(makerSigner(keyring)(unborn.toSign));
}

/** Make an element of this maker whose certificate the maker signs somewhere else. */
export function conceiveElement(from: {
  /** The token service's verification key, 65 bytes. */
  readonly tokenServiceKey: Uint8Array;
  readonly random: Random;
  readonly serial: number;
}): Unborn {
  const { tokenServiceKey, random, serial } = from;
  return conceive({ random, cplc: lifeRecord(serial), makerId: MAKER_ID, tokenServiceKey });
}

/** The maker's signature. */
export function makerSigner(keyring: {
  readonly maker: Keyring['maker'];
}): (message: Uint8Array) => Uint8Array {
  return signerOf(keyring.maker.signing);
}

/** The production data of chip `serial` (0 to FFFFFFFF). The codes belong to nobody; dates are a year digit and the day of the year. */
export function lifeRecord(serial: number): Uint8Array {
  const serialNumber = toHex(fromUint(serial, 4));
  return encodeCplc({
    icFabricator: '0C7A',
    icType: '0801',
    operatingSystemId: '0C7A',
    operatingSystemReleaseDate: '6001',
    operatingSystemReleaseLevel: '0100',
    icFabricationDate: '6032',
    icSerialNumber: serialNumber,
    icBatchId: '0001',
    icModuleFabricator: '0C7A',
    icModulePackagingDate: '6046',
    iccManufacturer: '0C7A',
    icEmbeddingDate: '6060',
    prePersonaliser: '0C7A',
    prePersonalisationDate: '6061',
    prePersonalisationEquipment: '00000001',
    personaliser: '0C7A',
    personalisationDate: '6062',
    personalisationEquipment: '00000001',
  });
}
