/** Commands by id: the same id and body get the same answer, the same id and another body a refusal. */
import type { Sql, VaultKeys } from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import { loadRequest } from './store.ts';

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The keyed digest of a command's flat body; keyed, since bodies hold card numbers and codes. */
export function digestOf(
  keys: VaultKeys,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const pairs = Object.keys(body)
    .sort()
    .map((name) => [name, body[name]]);
  return keys.lookupHash('request', utf8(JSON.stringify([path, pairs])));
}

/** The stored answer of a command that was done, a refusal when its id was used for another, undefined when it is new. */
export async function answeredBefore<Answer>(
  sql: Sql,
  requestId: string,
  digest: Uint8Array,
): Promise<{ readonly answer: Answer | Refused } | undefined> {
  const request = await loadRequest(sql, requestId);
  if (request === undefined) return undefined;
  if (!equalConstantTime(request.digest, digest)) return { answer: refused('request.key_reused') };
  return { answer: request.answer as Answer | Refused };
}
