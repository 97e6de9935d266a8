/** Who rode and was not brought to account for it yet: the accounts whose taps no closing has looked at. */
import type { InstantMs } from '@octavo/domain/ports.ts';
import { readCredentials } from './credential-store.ts';
import type { TransitPorts } from './ports.ts';
import { readUncounted } from './tap-store.ts';

/** The first and the last of an account's taps that no closing has looked at. */
export type Uncounted = { readonly firstMs: InstantMs; readonly lastMs: InstantMs };

/** By account, the taps before an instant that no closing has looked at. */
export async function uncountedBefore(
  ports: TransitPorts,
  beforeMs: InstantMs,
): Promise<ReadonlyMap<string, Uncounted>> {
  const uncounted = await readUncounted(ports.sql, beforeMs);
  const credentials = await readCredentials(
    ports.sql,
    uncounted.map(({ credentialId }) => credentialId),
  );
  const homes = new Map(credentials.map((row) => [row.credentialId, row]));
  const found = new Map<string, Uncounted>();
  for (const { credentialId, firstMs, lastMs } of uncounted) {
    const home = homes.get(credentialId);
    // A token on its way to another account is counted when it has arrived.
    if (home === undefined || home.joinTo !== undefined) continue;
    const others = found.get(home.accountId) ?? { firstMs, lastMs };
    found.set(home.accountId, {
      firstMs: Math.min(firstMs, others.firstMs),
      lastMs: Math.max(lastMs, others.lastMs),
    });
  }
  return found;
}
