/** For tests: callers whose names are believed, and the ids of what they ask. */
import type { Clock } from '@octavo/domain/ports.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import type { Gate } from './caller.ts';
import { type Client, connectTo, type Fetch, type Party } from './endpoint.ts';

/** A gate that believes the name a caller gives, and lets in whom the endpoint allows. */
export const believingGate: Gate = async (request, _body, allowed) => {
  const party = (request.headers.get('octavo-caller') ?? 'anyone') as Party;
  return allowed.includes(party) ? { party } : refused('caller.not_allowed');
};

/** A client that gives its name to a believing gate. */
export function namedClient(fetch: Fetch, party: Party, clock: Clock): Client {
  return connectTo(fetch, async () => ({ 'octavo-caller': party }), clock);
}

/** A fresh id of sixteen bytes. */
export function freshId(): string {
  return toHex(systemRandom(16));
}
