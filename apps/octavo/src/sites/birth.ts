/**
 * Where a browser's element is born: the demo maker gives it a life record and signs the key that was made in it.
 * Anybody may have an element here, since no browser can prove that it is a chip; docs/threats.md says what follows.
 */
import type { Clock, Random } from '@octavo/domain/ports.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { isPoint } from '@octavo/lib/cipher/p256.ts';
import {
  CertificateError,
  certificateToSign,
  decodeCplc,
} from '@octavo/lib/globalplatform/certificate.ts';
import type { Keyring } from '@octavo/platform/keyring.ts';
import { publicDirectory } from '@octavo/platform/keyring.ts';
import { lifeRecord, MAKER_ID, makerSigner } from '@octavo/platform/maker.ts';
import { createGate } from '@octavo/services/caller';
import { createEdge, type Edge, endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';

const bytes = (length: number) => z.string().regex(new RegExp(`^[0-9A-F]{${2 * length}}$`));

const conceive = endpoint({
  path: '/element/conceive',
  summary: 'A life record for a new element, and the token service’s key that it knows from birth',
  callers: ['anyone'],
  perMinute: 120,
  repeat: 'reads only',
  body: z.strictObject({}),
  answer: z.strictObject({ makerId: z.string(), cplc: bytes(42), tokenServiceKey: bytes(65) }),
});

const sign = endpoint({
  path: '/element/sign',
  summary: 'The demo maker’s signature under the key that was born in an element',
  callers: ['anyone'],
  perMinute: 120,
  repeat: 'safe by state',
  body: z.strictObject({ cplc: bytes(42), publicKey: bytes(65) }),
  answer: z.strictObject({ signature: bytes(64) }),
});

/** The maker's edge. */
export function birthEdge(keyring: Keyring, clock: Clock, random: Random): Edge {
  const nobody = { verify: async () => false };
  const edge = createEdge('element', createGate('operator', nobody, '', clock), clock);
  const signAsMaker = makerSigner(keyring);
  edge.add(conceive, async () => ({
    makerId: MAKER_ID,
    cplc: toHex(lifeRecord(toUint(random(4)))),
    tokenServiceKey: toHex(publicDirectory(keyring).tokens),
  }));
  edge.add(sign, async ({ cplc, publicKey }) => {
    const key = fromHex(publicKey);
    const record = fromHex(cplc);
    // Nothing but a certificate's own parts is ever signed: an outsider does not choose the maker's message.
    if (!isPoint(key) || !isOurs(record)) return refused('request.malformed');
    const message = certificateToSign({ makerId: MAKER_ID, cplc: record, publicKey: key });
    return { signature: toHex(signAsMaker(message)) };
  });
  return edge;
}

/** Whether a life record is one that this maker writes: it differs from any other in the serial number alone. */
function isOurs(record: Uint8Array): boolean {
  try {
    const serial = toUint(fromHex(decodeCplc(record).icSerialNumber));
    return toHex(lifeRecord(serial)) === toHex(record);
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}
