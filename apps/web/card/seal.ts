/** Closes what was typed to the token service's key. The key is asked for each time: it may have changed. */
import { sealCardEntry } from '@octavo/platform/card-entry.ts';
import type * as tokens from '@octavo/services/tokens';
import type { z } from 'zod';
import { ask, ConnectionLost, Refused } from '../kit/ask.ts';
import type { Needs } from './entry.ts';
import type { Binding } from './messages.ts';

/** What is closed: a card's digits with its expiry as YYMM, a one-time code, or a bank's receipt. */
export type Typed =
  | {
      readonly kind: 'card';
      readonly pan: string;
      readonly expiry: string;
      readonly needs: Needs;
      readonly extra: string;
    }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'push'; readonly receipt: string };

/** Make the envelope; undefined when the token service's key could not be had. */
export async function seal(binding: Binding, typed: Typed): Promise<string | undefined> {
  const key = await askKey();
  if (key === undefined) return undefined;
  const { enrolmentId, requestorId } = binding;
  const place = { enrolmentId, requestorId, atMs: key.nowMs };
  const entry =
    typed.kind === 'code'
      ? { ...typed, ...place }
      : { ...(typed.kind === 'card' ? cardOf(typed) : typed), ...boundTo(binding), ...place };
  return sealCardEntry({ publicJwk: key.jwk, kid: key.kid, entry });
}

async function askKey() {
  try {
    return await ask<z.output<(typeof tokens.envelopeKey)['answer']>>('/tokens/envelope-key', {});
  } catch (error) {
    if (error instanceof ConnectionLost || error instanceof Refused) return undefined;
    throw error;
  }
}

function cardOf({ pan, expiry, needs, extra }: Extract<Typed, { kind: 'card' }>) {
  const second = needs === 'cvn2' ? { cvn2: extra } : { mobile: extra };
  return { kind: 'card', pan, expiry, ...second } as const;
}

function boundTo({ elementId, holderPublicKey, rpIdHash, origin }: Binding) {
  const holder = holderPublicKey === undefined ? {} : { holderPublicKey };
  return { elementId, rpIdHash, origin, ...holder };
}
