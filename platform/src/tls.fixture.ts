/** A self-signed certificate for tests, written in DER by hand: X.509 version 3, P-256, one DNS name. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate that is its own authority, both PEM. */
export type TestCertificate = { readonly key: string; readonly certificate: string };

/** Make a fresh key and its certificate for one DNS name, valid until the end of 2049. */
export function makeCertificate(dnsName: string): TestCertificate {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const ecdsaWithSha256 = der(0x30, object('06082A8648CE3D040302'));
  const name = der(0x30, der(0x31, der(0x30, object('0603550403'), der(0x0c, ascii(dnsName)))));
  const validity = der(0x30, der(0x17, ascii('200101000000Z')), der(0x17, ascii('491231235959Z')));
  const alternativeNames = der(
    0x30,
    object('0603551D11'),
    der(0x04, der(0x30, der(0x82, ascii(dnsName)))),
  );
  const toBeSigned = der(
    0x30,
    der(0xa0, object('020102')),
    der(0x02, Buffer.from([1]), randomBytes(15)),
    ecdsaWithSha256,
    name,
    validity,
    name,
    pair.publicKey,
    der(0xa3, der(0x30, alternativeNames)),
  );
  const signature = sign('sha256', toBeSigned, createPrivateKey(pair.privateKey));
  const certificate = der(
    0x30,
    toBeSigned,
    ecdsaWithSha256,
    der(0x03, Buffer.from([0]), signature),
  );
  const lines = certificate.toString('base64').replace(/.{1,64}/g, '$&\n');
  return {
    key: pair.privateKey,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** A whole DER object in hexadecimal. */
function object(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
