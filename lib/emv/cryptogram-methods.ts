/**
 * The other ways to make cryptograms: EMV's common session key with triple DES, AES, and SM4.
 * @see docs/specs.md, cryptograms sheet, sections 2.2, 3 and 7
 */
import { aesCmac } from '../cipher/aes.ts';
import { type MacPadding, paddedTo } from '../cipher/padding.ts';
import { sm4LastChainedBlock } from '../cipher/sm4.ts';
import {
  applicationCryptogram,
  type CryptogramMethod,
  type CryptogramProfile,
  UNIONPAY_01,
} from './cryptogram.ts';
import { deriveCardKeyOptionB, deriveCardKeyOptionC, deriveCardKeySm4 } from './keys.ts';
import {
  aesSessionKey,
  counterDiversifier,
  emvCommonSessionKey,
  sm4SessionKey,
} from './session-keys.ts';

/**
 * Triple DES as EMV's common core has it: option B (A for short numbers), the common session key, the retail MAC.
 * @see docs/specs.md, cryptograms sheet, sections 1.2, 2.2 and 3
 * @example
 * const sessionKey = fromHex('1A67E00E83FDBADC2A1F16F294205D34');
 * EMV_COMMON_3DES.mac(
 *   sessionKey,
 *   fromHex('000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000'),
 * )
 * // '5A69D934EDC80F26'
 */
export const EMV_COMMON_3DES: CryptogramMethod = {
  cardKey: deriveCardKeyOptionB,
  sessionKey: (cardKey, atc) => emvCommonSessionKey(cardKey, counterDiversifier(atc)),
  mac: applicationCryptogram,
};

/**
 * AES: option C, the counter encrypted, CMAC. No value from outside confirms the session key.
 * @see docs/specs.md, cryptograms sheet, sections 1.3, 2.2 and 3
 * @example
 * EMV_AES.sessionKey(fromHex('D2D33623EFCC45A02EB686ACC95DD00F'), fromHex('0001'))
 * // 'B85AC9C76DB401F0740853A8842DF5A8'
 */
export const EMV_AES: CryptogramMethod = {
  cardKey: deriveCardKeyOptionC,
  sessionKey: (cardKey, atc) => aesSessionKey(cardKey, counterDiversifier(atc, 16)),
  mac: aesCryptogram,
};

/**
 * SM4 as this project defines it after PBOC 3.0. No value from outside confirms it.
 * @see docs/specs.md, cryptograms sheet, section 7
 * @example
 * UNIONPAY_SM4.sessionKey(fromHex('809C6577E83D3D0E48175902E6F23422'), fromHex('0001'))
 * // 'A27C63CE803156F2BFBF88397F49E513'
 */
export const UNIONPAY_SM4: CryptogramMethod = {
  cardKey: deriveCardKeySm4,
  sessionKey: sm4SessionKey,
  mac: (sessionKey, input) => sm4Cryptogram(sessionKey, input, 2),
};

/**
 * Version 01 with SM4, algorithm byte 04: the list of triple DES, sealed by SM4.
 * @see docs/specs.md, cryptograms sheet, sections 5 and 7
 * @example UNIONPAY_01_SM4.algorithm // 4
 */
export const UNIONPAY_01_SM4: CryptogramProfile = {
  ...UNIONPAY_01,
  algorithm: 0x04,
  method: UNIONPAY_SM4,
};

/**
 * A cryptogram under AES: the first eight bytes of CMAC. The key has 16, 24 or 32 bytes.
 * @see docs/specs.md, cryptograms sheet, section 3
 * @example
 * aesCryptogram(
 *   fromHex('B85AC9C76DB401F0740853A8842DF5A8'),
 *   fromHex('000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000'),
 * )
 * // '06284DA283BD2FF1'
 */
export function aesCryptogram(sessionKey: Uint8Array, input: Uint8Array): Uint8Array {
  return aesCmac(sessionKey, input).subarray(0, 8);
}

/**
 * A cryptogram under SM4: the first eight bytes of the last block of a chain. The key has 16 bytes.
 * @see docs/specs.md, cryptograms sheet, section 7
 * @example
 * sm4Cryptogram(
 *   fromHex('A27C63CE803156F2BFBF88397F49E513'),
 *   fromHex('000000001250000000000000015600000000000156261122001A2B3C4D7000000103A40000'),
 *   2,
 * )
 * // '58896C73028CA76F'
 */
export function sm4Cryptogram(
  sessionKey: Uint8Array,
  input: Uint8Array,
  padding: MacPadding,
): Uint8Array {
  return sm4LastChainedBlock(sessionKey, paddedTo(16, input, padding)).subarray(0, 8);
}
