/** Who the acquirer takes us for: one merchant for trains and one for buses, enrolled when first needed. */
import { sha256 } from '@noble/hashes/sha2.js';
import { isRefused } from '@octavo/domain/refusal.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { enrolTransit } from '../acquirer/contract.ts';
import { insertMerchant, readMerchant, saveMerchant } from './closing-store.ts';
import type { TransitPorts } from './ports.ts';

/** What stands on the rider's statement, by merchant class. */
const MERCHANTS: Readonly<Record<string, { readonly name: string; readonly city: string }>> = {
  '4111': { name: 'DUHUI TRANSIT RAIL', city: 'DUHUI' },
  '4131': { name: 'DUHUI TRANSIT BUS', city: 'DUHUI' },
};

/** The terminal id of a merchant class; undefined when the acquirer does not answer now. */
export async function terminalOf(
  ports: TransitPorts,
  category: string,
): Promise<string | undefined> {
  const known = await readMerchant(ports.sql, category);
  if (known?.terminalId !== undefined) return known.terminalId;
  await insertMerchant(ports.sql, category, requestIdOf(category), ports.clock.nowMs());
  const asked = await readMerchant(ports.sql, category);
  const merchant = MERCHANTS[category];
  if (asked === undefined || merchant === undefined) return undefined;
  const answer = await ports.acquirerDesk(enrolTransit, {
    requestId: asked.requestId,
    merchant: { ...merchant, category },
  });
  if (isRefused(answer)) {
    ports.trace('transit.alert', { code: answer.code, category });
    return undefined;
  }
  await saveMerchant(ports.sql, category, answer.terminalId, answer.merchantId);
  return answer.terminalId;
}

/** The same for all who ask for this operator: it is one merchant, however often its back office begins anew. */
function requestIdOf(category: string): string {
  return toHex(sha256(fromAscii(`octavo transit merchant ${category}`)).subarray(0, 16));
}
