/** A staircase of named checks: the first that breaks names the refusal; every one is recorded with what it compared. */
import type { RefusalCode } from './refusal.ts';

/** What one check found: what was compared, in words and public values, and the refusal when it does not fit. */
export type Finding = { readonly compared: string; readonly code?: RefusalCode };

/** One check, by its name. */
export type Step<Facts> = {
  readonly name: string;
  readonly check: (facts: Facts) => Finding;
};

/** One check as it is recorded; what follows the one that broke is not run. */
export type Check = {
  readonly name: string;
  readonly outcome: 'held' | 'broken' | 'not_run';
  readonly compared: string;
};

/** Climb a staircase. Its order is the order of precedence of the refusals; no code when every check held. */
export function climb<Facts>(
  steps: readonly Step<Facts>[],
  facts: Facts,
): { readonly code: RefusalCode | undefined; readonly checks: readonly Check[] } {
  const checks: Check[] = [];
  let code: RefusalCode | undefined;
  for (const { name, check } of steps) {
    if (code !== undefined) {
      checks.push({ name, outcome: 'not_run', compared: '' });
      continue;
    }
    const finding = check(facts);
    code = finding.code;
    checks.push({
      name,
      outcome: code === undefined ? 'held' : 'broken',
      compared: finding.compared,
    });
  }
  return { code, checks };
}

/** A check that held. */
export function held(compared: string): Finding {
  return { compared };
}

/** A check that broke. */
export function broken(code: RefusalCode, compared: string): Finding {
  return { code, compared };
}
