/**
 * A holder's trips and what they owe for them, as the back office of transit tells it. The wallet knows a card by its
 * token's reference; the account behind it the token service names, each time, and nothing of it is kept.
 */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { Caller } from '../caller.ts';
import { token } from '../tokens/contract.ts';
import { payNow, rider } from '../transit/contract.ts';
import type * as contract from './contract.ts';
import { deviceOfCaller } from './holder.ts';
import type { WalletPorts } from './ports.ts';

/** Trips with one of the caller's cards. */
export async function transit(
  ports: WalletPorts,
  body: z.output<typeof contract.transit.body>,
  caller: Caller,
): Promise<z.input<typeof contract.transit.answer> | Refused> {
  const accountReference = await referenceOf(ports, body, caller);
  if (isRefused(accountReference)) return accountReference;
  const { month } = body;
  return await ports.transit(rider, {
    accountReference,
    ...(month === undefined ? {} : { month }),
  });
}

/** Pay what is owed for trips with one of the caller's cards. */
export async function transitPay(
  ports: WalletPorts,
  body: z.output<typeof contract.transitPay.body>,
  caller: Caller,
): Promise<z.input<typeof contract.transitPay.answer> | Refused> {
  const accountReference = await referenceOf(ports, body, caller);
  if (isRefused(accountReference)) return accountReference;
  return await ports.transit(payNow, { requestId: body.requestId, accountReference });
}

/** The account behind a card on the caller's phone; a card that is not there is as unknown as none. */
async function referenceOf(
  ports: WalletPorts,
  { deviceId, tokenReference }: { readonly deviceId: string; readonly tokenReference: string },
  caller: Caller,
): Promise<string | Refused> {
  const device = await deviceOfCaller(ports, caller, deviceId);
  if (isRefused(device)) return device;
  const isThere = device.leaves.some((leaf) => leaf.token?.tokenReference === tokenReference);
  if (!isThere) return refused('wallet.card_unknown');
  const known = await ports.tokens(token, { tokenReference });
  return isRefused(known) ? known : known.accountReference;
}
