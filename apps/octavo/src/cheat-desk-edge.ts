/** The cheat desk at the operator's edge. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { type Edge, endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';
import type { CheatExpected, CheatFace } from './cheat.ts';
import { type CheatCode, wordsOf } from './cheat-codes.ts';
import { CHEAT_LIMIT_MS, openCheatDesk } from './cheat-desk.ts';
import { cheats } from './cheats.ts';
import { gateCheats } from './gate-cheats.ts';
import type { World } from './world.ts';

/** What a code says to people. */
const CodeWords = z.strictObject({ en: z.string(), zh: z.string() });

/** What must become of a cheat: the stored answer, or a refusal by its code. */
const Expected = z.strictObject({
  outcome: z.enum(['refused', 'stored_answer']),
  code: z.string().optional(),
  words: CodeWords.optional(),
});

/** The cheats that can be played. */
export const listCheats = endpoint({
  path: '/operator/cheats',
  summary: 'The cheats, what each tries, and what must become of it',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({}),
  answer: z.strictObject({
    cheats: z.array(
      z.strictObject({
        name: z.string(),
        tries: z.string(),
        zh: z.strictObject({ name: z.string(), tries: z.string() }),
        /** What is cheated: a payment at a till, or a gate and those behind it. */
        kind: z.enum(['payment', 'transit']),
        expected: Expected,
      }),
    ),
  }),
});

/** Play one cheat on this world, with a phone, a card and a terminal of its own. */
export const runCheat = endpoint({
  path: '/operator/run-cheat',
  summary: 'Play one cheat on the running services',
  callers: ['operator'],
  perMinute: 60,
  timeoutMs: CHEAT_LIMIT_MS + 10_000,
  repeat: 'safe by state',
  body: z.strictObject({ name: z.string().max(64) }),
  answer: z.strictObject({
    name: z.string(),
    outcome: z.enum(['refused', 'stored_answer', 'passed']),
    code: z.string().optional(),
    words: CodeWords.optional(),
    because: z.string(),
    expected: Expected,
    asExpected: z.boolean(),
    retrievalReferences: z.array(z.string()),
  }),
});

/** Add the cheat desk of a world to its operator's edge. */
export function addCheatDesk(edge: Edge, world: World): void {
  const desk = openCheatDesk(world);
  const all = [
    ...cheats.map((cheat) => viewOf(cheat, 'payment')),
    ...gateCheats.map((cheat) => viewOf(cheat, 'transit')),
  ];
  edge.add(listCheats, async () => ({ cheats: all }));
  edge.add(runCheat, async ({ name }) => {
    const played = await desk.play(name);
    if (isRefused(played)) return played;
    const { outcome, code, because, asExpected, retrievalReferences, cheat } = played;
    return {
      name,
      outcome,
      ...named(code),
      because,
      expected: expectedOf(cheat.expected),
      asExpected,
      retrievalReferences: [...retrievalReferences],
    };
  });
}

function viewOf({ name, tries, zh, expected }: CheatFace, kind: 'payment' | 'transit') {
  return { name, tries, zh, kind, expected: expectedOf(expected) };
}

function expectedOf(expected: CheatExpected): z.input<typeof Expected> {
  const { outcome } = expected;
  return outcome === 'refused' ? { outcome, ...named(expected.code) } : { outcome };
}

function named(code: CheatCode | undefined) {
  return code === undefined ? {} : { code, words: wordsOf(code) };
}
