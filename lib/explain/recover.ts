/**
 * A certificate with a key: what the RSA certificates and signatures of an input hold, recovered with the key of
 * whoever signed the first of them. Each key that comes out of a certificate opens the next.
 * @see docs/specs.md, EMV contactless sheet, section 7.1
 */
import { BytesError, fromHex } from '../bytes/bytes.ts';
import { isRsaExponent, isRsaModulus, type RsaPublicKey, rsaRecover } from '../cipher/rsa.ts';
import {
  type CertificateObjects,
  certifiedKeyOf,
  ICC_CERTIFICATE,
  recoverIssuerKey,
} from '../oda/certificates.ts';
import { explainBlock, isRecoveredBlock } from './certificates.ts';
import { type Explained, leaf, unreadable, wholeOf } from './explained.ts';
import { bytesOfFact, type Facts, factsOf } from './facts.ts';
import { byTap, type ExplainedPart } from './kind.ts';

/**
 * Read a key written as modulus and exponent in hexadecimal, a colon between them; undefined when it is none: a
 * modulus has at most 248 bytes and is odd, an exponent is 03 or 010001.
 * @example keyFrom('BB:03')?.exponent // 03
 */
export function keyFrom(text: string): RsaPublicKey | undefined {
  const [modulus = '', exponent = '', ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  try {
    const key = { modulus: fromHex(modulus), exponent: fromHex(exponent) };
    return isRsaModulus(key.modulus) && isRsaExponent(key.exponent) ? key : undefined;
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/**
 * What comes out of the certificates and signatures (90, 93, 9F46, 9F4B) of an input, in this order, with a key: the
 * authority's, the issuer's or the card's. One part for each that opens, and a part that says so when none does.
 */
export function recoveredParts(
  parts: readonly ExplainedPart[],
  given: RsaPublicKey,
): readonly ExplainedPart[] {
  const found = byTap(parts).flatMap(({ tap, parts: own }) => {
    const recovered = recoveredOfTap(own, given);
    return tap === undefined ? recovered : recovered.map((part) => ({ ...part, tap }));
  });
  return found.length > 0 ? found : [NOTHING_OPENS];
}

function recoveredOfTap(
  parts: readonly ExplainedPart[],
  given: RsaPublicKey,
): readonly ExplainedPart[] {
  const facts = factsOf(parts.map(({ tree }) => tree));
  const issuer = opened(facts, '90', [given]);
  const issuerKey = issuer === undefined ? undefined : issuerKeyIn(facts, given);
  const issuerKeys = [issuerKey, given].filter(isKey);
  const card = opened(facts, '9F46', issuerKeys);
  const cardKeys = [card === undefined ? undefined : cardKeyIn(card, facts), given].filter(isKey);
  const blocks: readonly (readonly [string, Uint8Array | undefined])[] = [
    ['90', issuer],
    ['93', opened(facts, '93', issuerKeys)],
    ['9F46', card],
    ['9F4B', opened(facts, '9F4B', cardKeys)],
  ];
  return blocks.flatMap(([tag, bytes]) =>
    bytes === undefined
      ? []
      : [{ title: `recovered from ${tag}:`, bytes, tree: explainBlock(bytes) }],
  );
}

/**
 * The parts as they read once certificates and signatures in them are open: what each holds stands in a part of its
 * own, so that none is called closed any more.
 */
export function partsOpenedBy(
  parts: readonly ExplainedPart[],
  given: RsaPublicKey,
): readonly ExplainedPart[] {
  const recovered = recoveredParts(parts, given);
  const open = byTap(parts).flatMap(({ tap, parts: own }) => {
    const ofTap = recovered.filter((part) => part.tap === tap);
    const facts = factsOf(own.map(({ tree }) => tree));
    const values = new Map(
      ofTap.flatMap(({ title }) => {
        const tag = RECOVERED_FROM.exec(title)?.[1] ?? '';
        const value = facts.get(tag)?.value;
        return value === undefined ? [] : [[tag, value]];
      }),
    );
    return own.map((part) => ({ ...part, tree: openedIn(part.tree, values) }));
  });
  return [...open, ...recovered];
}

function openedIn(node: Explained, values: ReadonlyMap<string, string>): Explained {
  const children = node.children.map((child) => openedIn(child, values));
  if (node.value === '' || values.get(node.tag) !== node.value) return { ...node, children };
  const decoded = `${node.value.length / 2} bytes, opened with the key: see "recovered from ${node.tag}"`;
  return { ...node, decoded, children };
}

/** The title of a recovered part, and the tag in it. */
const RECOVERED_FROM = /^recovered from (\w+):$/;

/**
 * One certificate or signature with its signer's key: itself as one span, then what it holds. What the key does not
 * open stays closed, and says so.
 */
export function explainWithKey(
  certificate: Uint8Array,
  key: RsaPublicKey,
): readonly ExplainedPart[] {
  const whole = wholeOf(certificate);
  const bytes = recover(key, certificate);
  if (bytes === undefined) {
    const why = 'this key did not sign it: the lengths differ, or it is not below the modulus';
    return [{ title: '', bytes: certificate, tree: unreadable(whole, why) }];
  }
  const isOpen = isRecoveredBlock(bytes);
  const name = `certificate or signature, ${isOpen ? 'opened with the key' : 'closed'}`;
  return [
    { title: '', bytes: certificate, tree: leaf(whole, { name, meaning: 'proof' }) },
    { title: 'recovered:', bytes, tree: explainBlock(bytes) },
  ];
}

/** Whether a key opens bytes: they are as long as its modulus, and a recovered block comes out. */
export function opensWith(certificate: Uint8Array, key: RsaPublicKey): boolean {
  const block = recover(key, certificate);
  return block !== undefined && isRecoveredBlock(block);
}

const NOTHING = new Uint8Array(0);

const NOTHING_OPENS: ExplainedPart = {
  title: '',
  bytes: NOTHING,
  tree: unreadable(wholeOf(NOTHING), 'the key given opens no certificate or signature here'),
};

function opened(facts: Facts, tag: string, keys: readonly RsaPublicKey[]): Uint8Array | undefined {
  const certificate = bytesOfFact(facts, tag);
  if (certificate === undefined) return undefined;
  return keys
    .map((key) => recover(key, certificate))
    .find((block) => block !== undefined && isRecoveredBlock(block));
}

function recover(key: RsaPublicKey, certificate: Uint8Array): Uint8Array | undefined {
  if (certificate.length !== key.modulus.length) return undefined;
  return rsaRecover(key, certificate);
}

function issuerKeyIn(facts: Facts, given: RsaPublicKey): RsaPublicKey | undefined {
  const recovered = recoverIssuerKey(given, objectsOf(facts, '90', '92', '9F32'));
  return recovered.kind === 'recovered' ? recovered.key : undefined;
}

/** The card's key; whether its hash covers the card's static data too is not known here, and so not checked. */
function cardKeyIn(block: Uint8Array, facts: Facts): RsaPublicKey | undefined {
  const content = block.subarray(1, -FRAME_END_BYTES);
  const isLongEnough = content.length >= ICC_CERTIFICATE.subjectBytes + FIXED_BYTES;
  if (!isLongEnough || block[1] !== ICC_CERTIFICATE.format) return undefined;
  return certifiedKeyOf(content, objectsOf(facts, '9F46', '9F48', '9F47'), ICC_CERTIFICATE);
}

function objectsOf(
  facts: Facts,
  certificateTag: string,
  remainderTag: string,
  exponentTag: string,
): CertificateObjects {
  return {
    certificate: bytesOfFact(facts, certificateTag) ?? NOTHING,
    remainder: bytesOfFact(facts, remainderTag) ?? NOTHING,
    exponent: bytesOfFact(facts, exponentTag) ?? NOTHING,
  };
}

/** Hash and trailer. */
const FRAME_END_BYTES = 21;
/** Of a certificate beside subject and modulus. */
const FIXED_BYTES = 10;

function isKey(key: RsaPublicKey | undefined): key is RsaPublicKey {
  return key !== undefined;
}
