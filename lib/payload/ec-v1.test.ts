import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createDecipheriv, createECDH, createHash, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toAscii } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { publicKeyOf } from '../cipher/p256.ts';
import { decodeCertificate, makeCertificate } from './certificate.ts';
import {
  decodeEcV1,
  decryptToken,
  type EcV1Refusal,
  INTERMEDIATE_MARKER,
  identifierHash,
  judgeSignature,
  LEAF_MARKER,
  makeEcV1,
  openEcV1,
  tokenToSign,
} from './ec-v1.ts';
import { decryptEcV1, ecV1Key } from './encryption.ts';
import { PayloadError } from './malformed.ts';
import { decodeSignedData } from './signed-data.ts';
import { makeTestChain } from './test-chain.ts';

const published = JSON.parse(
  readFileSync(new URL('./ec-v1.vectors.json', import.meta.url), 'utf8'),
) as {
  payload: object;
  merchantIdentifier: string;
  merchantIdentifierHash: string;
  sharedSecret: string;
  key: string;
  plain: object;
  signedAt: string;
  rootCertificate: string;
};

const minute = 60_000;
const now = Date.UTC(2026, 0, 15, 12);
const [rootKey, intermediateKey, leafKey, merchantKey, ephemeralKey] = [1, 2, 3, 4, 5].map((byte) =>
  new Uint8Array(32).fill(byte),
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const validity = { notBefore: now - 60 * minute, notAfter: now + 60 * minute };
const chain = makeTestChain({
  root: rootKey,
  intermediate: intermediateKey,
  leaf: leafKey,
  ...validity,
});
const root = decodeCertificate(chain.root);
const signer = {
  leafCertificate: chain.leaf,
  intermediateCertificate: chain.intermediate,
  leafPrivateKey: leafKey,
  signingTime: now,
};
const merchantIdentifier = 'merchant.com.example.wallet';
const plain = Buffer.from('{"a":1}');
const order = {
  plain,
  merchantPublicKey: publicKeyOf(merchantKey),
  merchantIdentifier,
  ephemeralPrivateKey: ephemeralKey,
  transactionId: new Uint8Array(32).fill(7),
  signer,
};
const offer = {
  merchantPrivateKey: merchantKey,
  merchantIdentifier,
  root,
  now,
  window: 5 * minute,
};
const real = {
  token: decodeEcV1(JSON.stringify(published.payload)),
  trust: {
    root: decodeCertificate(Buffer.from(published.rootCertificate, 'base64')),
    now: Date.parse(published.signedAt),
    window: 5 * minute,
  },
};

test('a real token: its signature stands under its maker’s root, at its time', () => {
  equal(judgeSignature(real.token, real.trust), undefined);
});

test('a real token: after its certificates ended, changed, or under another root, it is refused', () => {
  const { token, trust } = real;
  const late = { ...trust, now: trust.now + 6 * minute };
  equal(judgeSignature(token, late), 'ec_v1.signing_time_outside_window');
  equal(
    judgeSignature(token, { ...trust, now: Date.UTC(2025, 0) }),
    'ec_v1.certificate_out_of_date',
  );
  const transactionId = token.transactionId.with(0, 0);
  equal(judgeSignature({ ...token, transactionId }, trust), 'ec_v1.digest_wrong');
  equal(judgeSignature(token, { ...trust, root }), 'ec_v1.intermediate_untrusted');
});

test('a real token: the key comes from the shared secret and the merchant, and opens the data', () => {
  const hash = identifierHash(published.merchantIdentifier);
  deepEqual(hash, fromHex(published.merchantIdentifierHash));
  const key = ecV1Key(fromHex(published.sharedSecret), hash);
  equal(revealHex(key), published.key);
  const opened = decryptEcV1(key, real.token.data);
  deepEqual(JSON.parse(toAscii(opened ?? new Uint8Array())), published.plain);
});

test('what is made is opened', () => {
  deepEqual(openEcV1({ ...offer, payload: makeEcV1(order) }), {
    kind: 'opened',
    plain: new Uint8Array(plain),
  });
  const applicationData = new Uint8Array(32).fill(9);
  equal(openEcV1({ ...offer, payload: makeEcV1({ ...order, applicationData }) }).kind, 'opened');
});

test('another implementation opens what is made: key agreement, derivation and GCM', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, identifier) => {
      fc.pre(identifier.isWellFormed());
      const [merchant, sender] = [createECDH('prime256v1'), createECDH('prime256v1')];
      const merchantPublicKey = new Uint8Array(merchant.generateKeys());
      sender.generateKeys();
      const ephemeralPrivateKey = new Uint8Array(32);
      const secretKey = sender.getPrivateKey();
      ephemeralPrivateKey.set(secretKey, 32 - secretKey.length);
      const made = { ...order, plain: bytes, merchantPublicKey, ephemeralPrivateKey };
      const token = decodeEcV1(
        makeEcV1({ ...made, merchantIdentifier: identifier, signer: undefined }),
      );
      const key = createHash('sha256')
        .update(Buffer.from([0, 0, 0, 1]))
        .update(merchant.computeSecret(token.ephemeralPublicKey.subarray(-65)))
        .update('\u000did-aes256-GCMApple')
        .update(createHash('sha256').update(identifier).digest())
        .digest();
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(16));
      decipher.setAuthTag(token.data.subarray(-16));
      const opened = [decipher.update(token.data.subarray(0, -16)), decipher.final()];
      deepEqual(new Uint8Array(Buffer.concat(opened)), bytes);
    }),
    { numRuns: 10 },
  );
});

test('another implementation verifies the signature', () => {
  const token = decodeEcV1(makeEcV1(order));
  const { signedAttributes, messageDigest, signature } = decodeSignedData(token.signature);
  const { publicKey } = new X509Certificate(chain.leaf);
  ok(verify('sha256', signedAttributes, publicKey, signature));
  deepEqual(Buffer.from(messageDigest), createHash('sha256').update(tokenToSign(token)).digest());
  // Where there is an openssl it must take the whole signature, chain and all.
  equal(opensslVerdict(token.signature, tokenToSign(token)) ?? 0, 0);
});

test('another version is refused', () => {
  refusedAs('ec_v1.version_unknown', changed({ version: 'RSA_v1' }));
});

test('a token that nobody signed is refused', () => {
  refusedAs('ec_v1.signature_missing', makeEcV1({ ...order, signer: undefined }));
});

test('a signature without its signer’s certificate, or the one above it, is refused', () => {
  refusedAs('ec_v1.intermediate_missing', signedBy({ intermediateCertificate: chain.leaf }));
  const { token, signature } = withSerialChanged();
  equal(judgeSignature({ ...token, signature }, offer), 'ec_v1.signer_unknown');
});

test('certificates without their markers are refused', () => {
  refusedAs('ec_v1.leaf_purpose_missing', signedBy({ leafCertificate: leaf({ marker: '1.2.3' }) }));
  const above = intermediate({ marker: LEAF_MARKER });
  refusedAs('ec_v1.intermediate_purpose_missing', signedBy({ intermediateCertificate: above }));
});

test('an intermediate that the root did not sign, or that may not sign, is refused', () => {
  for (const part of [{ issuerPrivateKey: leafKey }, { issuer: 'Another Root' }])
    refusedAs(
      'ec_v1.intermediate_untrusted',
      signedBy({ intermediateCertificate: intermediate(part) }),
    );
  const above = intermediate({ isAuthority: false });
  refusedAs('ec_v1.leaf_untrusted', signedBy({ intermediateCertificate: above }));
});

test('a leaf that the intermediate did not sign, or that may not sign, is refused', () => {
  for (const part of [{ issuerPrivateKey: rootKey }, { isAuthority: true }])
    refusedAs('ec_v1.leaf_untrusted', signedBy({ leafCertificate: leaf(part) }));
});

test('a certificate before or after its time is refused, the ends excepted', () => {
  const payload = makeEcV1(order);
  for (const time of [validity.notBefore - 1, validity.notAfter + 1])
    equal(codeOf(openEcV1({ ...offer, payload, now: time })), 'ec_v1.certificate_out_of_date');
  for (const time of [validity.notBefore, validity.notAfter])
    equal(codeOf(openEcV1({ ...offer, payload, now: time })), 'ec_v1.signing_time_outside_window');
});

test('a token changed after it was signed is refused', () => {
  const { data, header } = JSON.parse(makeEcV1(order)) as { data: string; header: object };
  const applicationData = '00'.repeat(32);
  refusedAs('ec_v1.digest_wrong', changed({ data: `AAAA${data.slice(4)}` }));
  refusedAs('ec_v1.digest_wrong', changed({ header: { ...header, transactionId: '00' } }));
  refusedAs('ec_v1.digest_wrong', changed({ header: { ...header, applicationData } }));
});

test('a signature by another key than the leaf’s is refused', () => {
  refusedAs('ec_v1.signature_wrong', signedBy({ leafPrivateKey: rootKey }));
});

test('the signing time is held against the transaction’s, either way, the window’s ends excepted', () => {
  const payload = makeEcV1(order);
  for (const away of [-5 * minute, 5 * minute])
    equal(openEcV1({ ...offer, payload, now: now + away }).kind, 'opened');
  for (const away of [-5 * minute - 1, 5 * minute + 1])
    equal(
      codeOf(openEcV1({ ...offer, payload, now: now + away })),
      'ec_v1.signing_time_outside_window',
    );
});

test('a token for another merchant’s key, or another merchant identifier, is refused', () => {
  const merchantPublicKey = publicKeyOf(rootKey);
  refusedAs('ec_v1.public_key_hash_wrong', makeEcV1({ ...order, merchantPublicKey }));
  refusedAs('ec_v1.tag_wrong', makeEcV1({ ...order, merchantIdentifier: 'merchant.other' }));
});

test('data without a whole tag do not open', () => {
  const token = decodeEcV1(makeEcV1(order));
  for (let length = 0; length < token.data.length; length++) {
    const data = token.data.slice(0, length);
    equal(decryptToken({ ...token, data }, merchantKey, merchantIdentifier), undefined);
  }
});

test('a token with a part too many, too few, or of another kind is malformed', () => {
  const whole = JSON.parse(makeEcV1(order)) as { header: object };
  for (const name of Object.keys(whole))
    for (const other of [undefined, 7, null, []])
      throws(() => decodeEcV1(JSON.stringify({ ...whole, [name]: other })), PayloadError);
  for (const name of ['ephemeralPublicKey', 'publicKeyHash', 'transactionId', 'applicationData'])
    for (const other of [7, '', 'A', 'AAAA'.repeat(40)])
      throws(
        () => decodeEcV1(JSON.stringify({ ...whole, header: { ...whole.header, [name]: other } })),
        PayloadError,
      );
});

test('any text is a token or a PayloadError, and any bytes a signature or a PayloadError', () => {
  const token = decodeEcV1(makeEcV1(order));
  for (let length = 1; length < token.signature.length; length++) {
    const signature = token.signature.slice(0, length);
    throws(() => judgeSignature({ ...token, signature }, offer), PayloadError);
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      throws(() => decodeEcV1(text), PayloadError);
    }),
  );
});

test('a byte changed anywhere in a signature never opens a token', () => {
  const token = decodeEcV1(makeEcV1(order));
  const { signature } = token;
  const at = fc.nat(signature.length - 1);
  fc.assert(
    fc.property(at, fc.integer({ min: 1, max: 255 }), (index, change) => {
      const other = signature.with(index, (signature[index] ?? 0) ^ change);
      try {
        const code = judgeSignature({ ...token, signature: other }, offer);
        ok(code !== undefined);
      } catch (error) {
        ok(error instanceof PayloadError);
      }
    }),
    { numRuns: 400 },
  );
});

/** The exit code of openssl over a signature under the test root; undefined where there is no openssl. */
function opensslVerdict(signature: Uint8Array, message: Uint8Array): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-token-'));
  try {
    writeFileSync(join(folder, 'signature'), signature);
    writeFileSync(join(folder, 'message'), message);
    writeFileSync(join(folder, 'root'), new X509Certificate(chain.root).toString());
    const words =
      'cms -verify -binary -inform DER -in signature -content message -CAfile root -purpose any -out opened -attime';
    const time = String(now / 1000);
    const { status } = spawnSync('openssl', [...words.split(' '), time], { cwd: folder });
    return status ?? undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function signedBy(parts: Partial<typeof signer>): string {
  return makeEcV1({ ...order, signer: { ...signer, ...parts } });
}

function leaf(parts: Partial<Parameters<typeof makeCertificate>[0]>): Uint8Array {
  return makeCertificate({
    subject: 'Octavo Test Token Signer',
    publicKey: publicKeyOf(leafKey),
    issuer: 'Octavo Test Intermediate',
    issuerPublicKey: publicKeyOf(intermediateKey),
    issuerPrivateKey: intermediateKey,
    isAuthority: false,
    marker: LEAF_MARKER,
    ...validity,
    ...parts,
  });
}

function intermediate(parts: Partial<Parameters<typeof makeCertificate>[0]>): Uint8Array {
  return makeCertificate({
    subject: 'Octavo Test Intermediate',
    publicKey: publicKeyOf(intermediateKey),
    issuer: 'Octavo Test Root',
    issuerPublicKey: publicKeyOf(rootKey),
    issuerPrivateKey: rootKey,
    isAuthority: true,
    marker: INTERMEDIATE_MARKER,
    ...validity,
    ...parts,
  });
}

/** A signature whose signer names a serial number that no certificate has. */
function withSerialChanged(): {
  readonly token: ReturnType<typeof decodeEcV1>;
  readonly signature: Uint8Array;
} {
  const token = decodeEcV1(makeEcV1(order));
  const { serialNumber } = decodeCertificate(chain.leaf);
  const at = Buffer.from(token.signature).lastIndexOf(serialNumber);
  return { token, signature: token.signature.with(at + 1, (token.signature[at + 1] ?? 0) ^ 1) };
}

function changed(parts: object): string {
  return JSON.stringify({ ...(JSON.parse(makeEcV1(order)) as object), ...parts });
}

function refusedAs(code: EcV1Refusal, payload: string): void {
  equal(codeOf(openEcV1({ ...offer, payload })), code);
}

function codeOf(opened: ReturnType<typeof openEcV1>): string {
  return opened.kind === 'refused' ? opened.code : opened.kind;
}
