/** What the services made of a cheat: read from what they told, not from what the cheat hoped. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { isRefusalCode } from '@octavo/domain/refusal.ts';
import type { CheatResult } from './cheat.ts';
import type { Ear } from './ear.ts';

/** The events that say how a message was judged, each naming its code when it was refused. */
const JUDGING = ['acquirer.refused', 'network.refused', 'tap.verdict', 'issuer.decision'];

/**
 * Judge by the events that come while a message is sent. `countEntries` counts the ledger entries of the
 * holder's account: a stored answer is one only if nothing more was posted.
 */
export function judgeBy(
  ear: Pick<Ear, 'take'>,
  countEntries: () => Promise<number>,
): (send: () => Promise<unknown>) => Promise<CheatResult> {
  return async (send) => {
    await ear.take();
    const before = await countEntries();
    const isSameAnswer = (await send()) === true;
    const events = await ear.take();
    const postedMore = (await countEntries()) !== before;
    const judged = events.filter((event) => JUDGING.includes(event.type));
    const refusal = judged.find((event) => isRefusalCode(String(event.detail.code ?? '')));
    if (postedMore) return { outcome: 'passed', because: 'money moved' };
    if (refusal !== undefined) return refusedBy(refusal);
    return isSameAnswer
      ? { outcome: 'stored_answer', because: 'the stored answer came back, nothing was posted' }
      : { outcome: 'passed', because: 'no check refused it' };
  };
}

function refusedBy(event: TraceEvent): CheatResult {
  const code = String(event.detail.code);
  return {
    outcome: 'refused',
    ...(isRefusalCode(code) ? { code } : {}),
    because: comparedIn(event) ?? `refused by the ${event.service}`,
  };
}

/** The comparison of the check that broke. */
function comparedIn(event: TraceEvent): string | undefined {
  const checks = event.detail.checks as
    | readonly { readonly outcome: string; readonly compared: string }[]
    | undefined;
  return checks?.find((check) => check.outcome === 'broken')?.compared;
}
