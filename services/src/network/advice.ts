/**
 * A transit advice through the network: kept, judged by the token service, answered. It moves no money, so while the
 * token service does not answer it stays pending, and whoever asks again has it judged then.
 * @see profile octavo-1, section 15
 */
import { accept, decline, type KeptMessage } from '@octavo/domain/network.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { isPassing } from '../passing.ts';
import { verdict } from '../tokens/contract.ts';
import { alter, type Desk } from './desk.ts';

/** Have a pending advice judged. A refusal that may pass leaves it as it is. */
export async function advise(desk: Desk, kept: KeptMessage): Promise<KeptMessage | Refused> {
  const { messageKey: key, fields = {} } = kept;
  const checked = await desk.ports.tokens(verdict, { mti: '0220', fields: { ...fields } });
  if (isRefused(checked)) {
    if (isPassing(checked)) return checked;
    const { code } = checked;
    return alter(desk, key, (now) => decline(now, code, 'refused'));
  }
  const { code, accountReference } = checked;
  return alter(desk, key, (now) =>
    code !== undefined || accountReference === undefined
      ? decline(now, code ?? 'unavailable', 'refused')
      : accept(now, accountReference),
  );
}
