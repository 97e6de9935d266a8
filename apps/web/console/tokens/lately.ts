/** The tokens that the newest events speak of, so that nobody must know a number to begin. */
import type * as tokens from '@octavo/services/tokens';
import { useMemo } from 'react';
import { Refused } from '../../kit/ask.ts';
import { call } from '../api.ts';
import { type Asked, useAsked } from '../asked.tsx';
import { useTold } from '../events.ts';
import type { Token } from './state-tag.tsx';

const MOST = 8;

/** The latest tokens as they stand now, newest first; undefined while the events have not come. */
export function useLately(): Asked<readonly Token[]> {
  const { events, state } = useTold();
  const references = useMemo(() => {
    const named = events.flatMap(({ detail }) =>
      typeof detail.tokenReference === 'string' ? [detail.tokenReference] : [],
    );
    return [...new Set(named.toReversed())].slice(0, MOST);
  }, [events]);
  return useAsked(
    async () => {
      // Before the first events nobody knows whether there are any.
      if (state === 'opening') return new Promise<never>(() => undefined);
      const found = await Promise.all(references.map(readToken));
      return found.filter((token) => token !== undefined);
    },
    state === 'opening' ? 'opening' : 'told',
    2_000,
  );
}

/** A token by its reference; undefined when this world does not know it. */
async function readToken(tokenReference: string): Promise<Token | undefined> {
  try {
    return await call<typeof tokens.token>('/tokens/token', { tokenReference });
  } catch (error) {
    if (error instanceof Refused && error.code === 'token.unknown') return undefined;
    throw error;
  }
}
