/** Certificates with the key that opens them, and what they hold. */
import { BytesError, fromHex } from '../bytes/bytes.ts';
import { jsonObject, textOf } from '../payload/json.ts';
import { PayloadError } from '../payload/malformed.ts';
import { clearCertificate, explainBlock, isRecoveredBlock } from './certificates.ts';
import { explainDataObject } from './data-objects.ts';
import { unreadable, wholeOf } from './explained.ts';
import type { Given } from './given.ts';
import { CERTAIN, type ExplainedPart, type Kind, LIKELY, whole } from './kind.ts';
import { explainWithKey, keyFrom } from './recover.ts';

const SOURCE = 'EMV contactless sheet, section 7';

/** A certificate or signature with the key that opens it, as JSON. */
export const CERTIFICATE: Kind = {
  kind: 'certificate',
  title: 'certificate or signature of a card, with its signer’s key',
  source: SOURCE,
  recognise: (given) =>
    certificateIn(given) === undefined
      ? undefined
      : { sureness: 100, because: 'JSON with certificate, modulus and exponent' },
  explain: explainCertificate,
};

/** The kinds of this file. */
export const keyKinds: readonly Kind[] = [
  CERTIFICATE,
  {
    kind: 'recovered',
    title: 'what a certificate or signature of a card holds',
    source: SOURCE,
    recognise: ({ bytes, written }) =>
      written !== 'text' && isRecoveredBlock(bytes)
        ? { sureness: CERTAIN, because: 'it begins with 6A and a known kind, and ends in BC' }
        : undefined,
    explain: whole(explainBlock),
  },
  {
    kind: 'sm2-certificate',
    title: 'certificate or signature of a card, SM2',
    source: SOURCE,
    recognise: ({ bytes, written }) =>
      written !== 'text' && clearCertificate(wholeOf(bytes)) !== undefined
        ? { sureness: LIKELY + 5, because: 'its first byte names a kind that has this length' }
        : undefined,
    explain: whole((bytes) => explainDataObject(bytes[0] === 0x13 ? '93' : '9F46', bytes)),
  },
];

type WithKey = Parameters<typeof explainWithKey>;

function explainCertificate(given: Given): readonly ExplainedPart[] {
  const found = certificateIn(given);
  if (found !== undefined) return explainWithKey(...found);
  const { bytes } = given;
  const why = 'JSON with certificate, modulus and exponent in hexadecimal is wanted';
  return [{ title: '', bytes, tree: unreadable(wholeOf(bytes), why) }];
}

function certificateIn({ text }: Given): WithKey | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const object = jsonObject(text, ['certificate', 'modulus', 'exponent']);
    const key = keyFrom(`${textOf(object, 'modulus')}:${textOf(object, 'exponent')}`);
    const certificate = fromHex(textOf(object, 'certificate'));
    return key === undefined ? undefined : [certificate, key];
  } catch (error) {
    if (error instanceof PayloadError || error instanceof BytesError) return undefined;
    throw error;
  }
}
