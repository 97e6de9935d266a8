/** What verdicts do to accounts: a refused tap lists its token and the account, a good one may lift that or name the account. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { hearVerdict } from '@octavo/domain/transit/rider.ts';
import { alter } from './accounts.ts';
import { readCredentials } from './credential-store.ts';
import type { TransitPorts } from './ports.ts';
import { learnReference, NEXT_TRY_MS } from './post.ts';
import { noteTellLater, noteTold, readGoodTaps, readToTell, type TapRow } from './tap-store.ts';

/** How many verdicts one pass takes. */
const MOST_AT_ONCE = 200;

/** Let accounts hear of verdicts; answers how many have. */
export async function tellVerdicts(ports: TransitPorts): Promise<number> {
  const taps = await readToTell(ports.sql, ports.clock.nowMs(), MOST_AT_ONCE);
  let told = 0;
  for (const tap of taps) {
    if (await tell(ports, tap)) {
      await noteTold(ports.sql, tap);
      told++;
    } else {
      await noteTellLater(ports.sql, tap, ports.clock.nowMs() + NEXT_TRY_MS);
    }
  }
  return told;
}

/** Whether the account has heard; false when it could not be altered now. */
async function tell(ports: TransitPorts, tap: TapRow): Promise<boolean> {
  const { credentialId, answeredReference, verdict } = tap;
  const [credential] = await readCredentials(ports.sql, [credentialId]);
  if (credential === undefined) return true;
  if (answeredReference !== undefined && credential.accountReference === undefined) {
    await learnReference(ports, credentialId, answeredReference);
  }
  if (verdict !== 'good' && verdict !== 'refused') return true;
  // A refusal that comes late says nothing about a token that was found good since.
  const later = await readGoodTaps(ports.sql, [credentialId], tap.correctedMs + 1, 1);
  if (verdict === 'refused' && later.length > 0) return true;
  const reason = tap.refusalCode ?? `response.${tap.responseCode ?? ''}`;
  const heard = { credentialId, tapMs: tap.correctedMs, verdict, reason };
  const answer = await alter(ports, credential.accountId, async ({ account }) => {
    // It has become another account, which this is told to once its tokens have arrived.
    if (account.state === 'merged') return { kind: 'kept', answer: false };
    const next = hearVerdict(account, heard);
    if (next === account) return { kind: 'kept', answer: true };
    return {
      kind: 'altered',
      account: next,
      event: verdict === 'good' ? 'verdict_good' : 'verdict_refused',
      reference: `${tap.gateId}/${tap.sequence}`,
      answer: true,
    };
  });
  return !isRefused(answer) && answer;
}
