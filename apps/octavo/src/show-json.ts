/** A story as JSON lines: every event of the services, every cheat, and a last line of type `result`. */
import type { Show } from './show.ts';

/** Write JSON lines. `write` gets one line at a time, with its line end. */
export function showJson(write: (line: string) => void): Show {
  const line = (value: Readonly<Record<string, unknown>>) => write(`${JSON.stringify(value)}\n`);
  return {
    title: () => undefined,
    event: ({ type, service, atMs, detail }) => line({ type, service, atMs, ...detail }),
    step: () => undefined,
    heading: () => undefined,
    cheat: ({ name, outcome, code, because, asExpected }) =>
      line({ type: 'cheat', name, outcome, code, because, asExpected }),
    published: ({ name, holds, result, source }) =>
      line({ type: 'published', name, holds, result, source }),
    refusal: () => undefined,
    note: () => undefined,
    end: ({ ok, approved, cheatsRefused, cheatsPassed, tookMs, code, retrievalReference }) =>
      line({
        type: 'result',
        ok,
        approved,
        code,
        retrievalReference,
        cheatsRefused,
        cheatsPassed,
        tookMs: Math.round(tookMs),
      }),
    close: ({ ok, facts, tookMs }) =>
      line({ type: 'result', ok, ...facts, tookMs: Math.round(tookMs) }),
  };
}
