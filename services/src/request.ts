/** Commands by their id: the same id and body get the same answer, the same id and another body a refusal. */
import type { VaultKeys } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';

/** A command that was done: the digest of its body and its answer, which may be a refusal that counts. */
export type DoneRequest = { readonly digest: Uint8Array; readonly answer: unknown };

/** The keyed digest of a command's body; keyed, since bodies hold card numbers and codes. */
export function digestOf(
  keys: Pick<VaultKeys, 'lookupHash'>,
  path: string,
  body: object,
): Promise<Uint8Array> {
  return keys.lookupHash('request', requestBytes(path, body));
}

/** What a digest is taken of: the endpoint's path and what was asked, in whatever order its parts came. */
export function requestBytes(path: string, body: object): Uint8Array {
  const parts = Object.entries(body).sort(([left], [right]) => (left < right ? -1 : 1));
  return new TextEncoder().encode(JSON.stringify([path, parts]));
}

/** The stored answer of a command that was done, a refusal when its id was used for another, undefined when it is new. */
export function answeredBefore<Answer>(
  done: DoneRequest | undefined,
  digest: Uint8Array,
): Answer | Refused | undefined {
  if (done === undefined) return undefined;
  return keyReused(done.digest, digest) ?? (done.answer as Answer | Refused);
}

/** The refusal of an id that was used for another body; undefined when both digests are the same. */
export function keyReused(kept: Uint8Array, digest: Uint8Array): Refused | undefined {
  return equalConstantTime(kept, digest) ? undefined : refused('request.key_reused');
}
