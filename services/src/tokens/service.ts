/** The token service: vault, tokens and the verdict on every tap. */
import type { Service } from '../service.ts';
import { serveTokens } from './edge.ts';
import type { Tokens, TokensPorts } from './ports.ts';
import { createAlarm, runTokens } from './run.ts';

/** Build the token service from its ports. */
export function createTokens(ports: TokensPorts): Service {
  const alarm = createAlarm(ports.clock);
  const tokens: Tokens = { ...ports, nudge: alarm.nudge };
  const edge = serveTokens(tokens);
  return {
    fetch: edge.fetch,
    describe: edge.describe,
    run: (stop) => runTokens(tokens, alarm, stop),
  };
}
