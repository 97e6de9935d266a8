/** The token service: vault, tokens and the verdict on every tap. */

import { createBell } from '../bell.ts';
import type { Service } from '../service.ts';
import { serveTokens } from './edge.ts';
import type { Tokens, TokensPorts } from './ports.ts';
import { runTokens } from './run.ts';

/** Build the token service from its ports. */
export function createTokens(ports: TokensPorts): Service {
  const bell = createBell(ports.clock);
  const tokens: Tokens = { ...ports, wake: bell.wake };
  const edge = serveTokens(tokens);
  return {
    fetch: edge.fetch,
    describe: edge.describe,
    run: (stop) => runTokens(tokens, bell, stop),
  };
}
