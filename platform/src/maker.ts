/** The demo maker of elements: it gives each a life record and signs the certificate of the key born in it. */
import type { Random } from '@octavo/domain/ports.ts';
import { giveBirth } from '@octavo/lib/applet/birth.ts';
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
  return giveBirth({
    random,
    cplc: lifeRecord(serial),
    makerId: MAKER_ID,
    makerSign: signerOf(keyring.maker.signing),
    tokenServiceKey: pointOf(keyring.tokens.signing),
  });
}

/** The production data of a chip. The codes belong to nobody; dates are a year digit and the day of the year. */
function lifeRecord(serial: number): Uint8Array {
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
