/** The address of a transit page, followed and changed. */
import { go, useSearch } from '../route.tsx';
import { type Address, addressOf, transitPath } from './address.ts';

/** Look at another part; there is no way back to this one by itself. */
export function look(address: Address): void {
  go(transitPath(address), { replace: true });
}

/** What the address asks for now; what does not look right is not asked for. */
export function useAddress(): Address {
  return addressOf(useSearch());
}
