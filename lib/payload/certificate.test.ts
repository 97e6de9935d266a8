import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeSpki, publicKeyOf } from '../cipher/p256.ts';
import { decodeCertificate, isIssuedBy } from './certificate.ts';
import { INTERMEDIATE_MARKER, LEAF_MARKER } from './ec-v1.ts';
import { PayloadError } from './malformed.ts';
import { makeTestChain } from './test-chain.ts';

const keys = {
  root: new Uint8Array(32).fill(1),
  intermediate: new Uint8Array(32).fill(2),
  leaf: new Uint8Array(32).fill(3),
};
const validity = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2055, 0, 1) };
const chain = makeTestChain({ ...keys, ...validity });

test('another implementation reads and verifies what is made', () => {
  const [root, intermediate, leaf] = [chain.root, chain.intermediate, chain.leaf].map(
    (der) => new X509Certificate(der),
  ) as [X509Certificate, X509Certificate, X509Certificate];
  ok(root.checkIssued(root) && root.verify(root.publicKey));
  ok(intermediate.checkIssued(root) && intermediate.verify(root.publicKey));
  ok(leaf.checkIssued(intermediate) && leaf.verify(intermediate.publicKey));
  ok(!leaf.verify(root.publicKey));
  ok(root.ca && intermediate.ca && !leaf.ca);
  equal(leaf.subject, 'CN=Octavo Test Token Signer');
  deepEqual(Date.parse(leaf.validFrom), validity.notBefore);
  deepEqual(Date.parse(leaf.validTo), validity.notAfter);
  const spki = leaf.publicKey.export({ type: 'spki', format: 'der' });
  deepEqual(new Uint8Array(spki), encodeSpki(publicKeyOf(keys.leaf)));
});

test('what is made is read', () => {
  const leaf = decodeCertificate(chain.leaf);
  deepEqual(
    { notBefore: leaf.notBefore, notAfter: leaf.notAfter, publicKey: leaf.publicKey },
    { ...validity, publicKey: { curve: 'P-256', point: publicKeyOf(keys.leaf) } },
  );
  ok(leaf.isSigner && !leaf.isAuthority && !leaf.hasUnknownDemand);
  ok(leaf.extensions.has(LEAF_MARKER) && !leaf.extensions.has(INTERMEDIATE_MARKER));
  const intermediate = decodeCertificate(chain.intermediate);
  ok(intermediate.isAuthority && !intermediate.isSigner);
});

test('a certificate is issued by the one that its issuer’s name and signature point to', () => {
  const [root, intermediate, leaf] = [chain.root, chain.intermediate, chain.leaf].map(
    decodeCertificate,
  ) as [Cert, Cert, Cert];
  ok(isIssuedBy(leaf, intermediate) && isIssuedBy(intermediate, root) && isIssuedBy(root, root));
  ok(!isIssuedBy(leaf, root) && !isIssuedBy(root, leaf));
  ok(!isIssuedBy(leaf, { ...intermediate, isAuthority: false }));
  const signedPart = leaf.signedPart.with(20, (leaf.signedPart[20] ?? 0) ^ 1);
  ok(!isIssuedBy({ ...leaf, signedPart }, intermediate));
});

test('any bytes, any truncation and any change are a certificate or a PayloadError', () => {
  for (let length = 0; length < chain.leaf.length; length++)
    throws(() => decodeCertificate(chain.leaf.slice(0, length)), PayloadError);
  throws(() => decodeCertificate(Buffer.concat([chain.leaf, Buffer.alloc(1)])), PayloadError);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      throws(() => decodeCertificate(bytes), PayloadError);
    }),
  );
  const issuer = decodeCertificate(chain.intermediate);
  fc.assert(
    fc.property(fc.nat(chain.leaf.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = chain.leaf.with(at, (chain.leaf[at] ?? 0) ^ change);
      try {
        ok(!isIssuedBy(decodeCertificate(bytes), issuer));
      } catch (error) {
        ok(error instanceof PayloadError);
      }
    }),
    { numRuns: 300 },
  );
});

type Cert = ReturnType<typeof decodeCertificate>;
