/**
 * The issuer's answer to a cryptogram, which proves to the card that its issuer spoke, and the tag that carries it.
 * The session key is that of the cryptogram's own counter.
 * @see docs/specs.md, cryptograms sheet, sections 6 and 7
 */
import { assert } from '../bytes/assert.ts';
import { concat, xor } from '../bytes/bytes.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { retailMac } from '../cipher/mac.ts';
import { sm4Encrypt } from '../cipher/sm4.ts';

/**
 * The answer by method 1, eight bytes: cryptogram and response code encrypted together.
 * `arc` is the response code as two ASCII bytes. @see docs/specs.md, cryptograms sheet, section 6.1
 * @example
 * const sessionKey = fromHex('84D46FA443EB7E33B4B05BE2F84CCD45');
 * arpcMethod1(sessionKey, fromHex('AEBC72404A3A05AF'), fromHex('3030')) // '422C796503665555'
 */
export function arpcMethod1(
  sessionKeyAc: Uint8Array,
  arqc: Uint8Array,
  arc: Uint8Array,
): Uint8Array {
  assert(sessionKeyAc.length === 16, 'a session key of triple DES has sixteen bytes');
  return tripleDesEncrypt(sessionKeyAc, cryptogramWithCode(arqc, arc));
}

/**
 * The answer by method 2, four bytes: a MAC over the cryptogram, the card status update of four bytes, and up to
 * eight bytes of the issuer's own.
 * @see docs/specs.md, cryptograms sheet, section 6.2
 * @example
 * const sessionKey = fromHex('84D46FA443EB7E33B4B05BE2F84CCD45');
 * arpcMethod2(sessionKey, fromHex('AEBC72404A3A05AF'), fromHex('00820000')) // '07621B2C'
 */
export function arpcMethod2(
  sessionKeyAc: Uint8Array,
  arqc: Uint8Array,
  csu: Uint8Array,
  proprietary: Uint8Array = NONE,
): Uint8Array {
  assert(arqc.length === 8, 'a cryptogram of eight bytes');
  assertStatusUpdate(csu, proprietary);
  return retailMac(sessionKeyAc, concat(arqc, csu, proprietary), 2).subarray(0, 4);
}

/**
 * The answer of an SM4 issuer, eight bytes: method 1 in one block of sixteen.
 * No source confirms it. @see docs/specs.md, cryptograms sheet, section 7
 * @example
 * const sessionKey = fromHex('A27C63CE803156F2BFBF88397F49E513');
 * sm4Arpc(sessionKey, fromHex('58896C73028CA76F'), fromHex('3030')) // 'F8F0B856E6A00F9A'
 */
export function sm4Arpc(sessionKeyAc: Uint8Array, arqc: Uint8Array, arc: Uint8Array): Uint8Array {
  const block = concat(cryptogramWithCode(arqc, arc), new Uint8Array(8));
  return sm4Encrypt(sessionKeyAc, block).subarray(0, 8);
}

/**
 * The value of tag 91 for method 1: the answer, then the response code; ten bytes.
 * @see docs/specs.md, cryptograms sheet, section 6.1
 * @example tag91(fromHex('422C796503665555'), fromHex('3030')) // '422C7965036655553030'
 */
export function tag91(arpc: Uint8Array, arc: Uint8Array): Uint8Array {
  assert(arpc.length === 8 && arc.length === 2, 'an answer of eight bytes, a code of two');
  return concat(arpc, arc);
}

/**
 * The value of tag 91 for method 2: the answer, the card status update, the issuer's own; 8 to 16 bytes.
 * @see docs/specs.md, cryptograms sheet, section 6.2
 * @example tag91Method2(fromHex('07621B2C'), fromHex('00820000')) // '07621B2C00820000'
 */
export function tag91Method2(
  arpc: Uint8Array,
  csu: Uint8Array,
  proprietary: Uint8Array = NONE,
): Uint8Array {
  assert(arpc.length === 4, 'an answer of four bytes');
  assertStatusUpdate(csu, proprietary);
  return concat(arpc, csu, proprietary);
}

const NONE = new Uint8Array(0);

function cryptogramWithCode(arqc: Uint8Array, arc: Uint8Array): Uint8Array {
  assert(arqc.length === 8 && arc.length === 2, 'a cryptogram of eight bytes, a code of two');
  return xor(arqc, concat(arc, new Uint8Array(6)));
}

function assertStatusUpdate(csu: Uint8Array, proprietary: Uint8Array): void {
  assert(csu.length === 4, 'a card status update has four bytes');
  assert(proprietary.length <= 8, 'the issuer adds eight bytes at most');
}
