/** A holder who signs in again, also while calls are lost: every step is asked until it is answered. */
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { unsigned } from '@octavo/services/caller';
import * as issuer from '@octavo/services/issuer';
import * as wallet from '@octavo/services/wallet';
import type { Chance } from './chance.ts';
import { callsOf, type Holder } from './holder.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** Who signs in. */
type Signer = {
  readonly world: World;
  readonly holder: Pick<Holder, 'mobile' | 'inboxSecret'>;
  readonly self: Owner;
  readonly chance: Chance;
};

/** Ask for a code, read it, and type it, until a session comes of it: its key. */
export async function signInAgain(signer: Signer): Promise<string> {
  const { mobile } = signer.holder;
  const anyone = callsOf(signer.world, signer.self).as(unsigned, 'wallet');
  for (;;) {
    const after = (await readLast(signer)).sequence;
    const requestId = toHex(signer.chance.bytes(16));
    await untilAnswered(signer, () => anyone(wallet.requestSignIn, { requestId, mobile }));
    let last = await readLast(signer);
    for (let looks = 0; looks < 10 && last.sequence === after; looks++) {
      await signer.world.scheduler.sleep(signer.self, 1_000);
      last = await readLast(signer);
    }
    const body = { requestId: toHex(signer.chance.bytes(16)), mobile, code: last.code };
    const opened = await untilAnswered(signer, () => anyone(wallet.signIn, body));
    // A code that was sent twice, or overtaken by another message, may be the wrong one.
    if (!isRefused(opened)) return opened.session;
  }
}

/** The last message that holds a code. */
async function readLast(signer: Signer): Promise<{ sequence: number; code: string }> {
  const { mobile, inboxSecret: secret } = signer.holder;
  const bank = callsOf(signer.world, signer.self).as(unsigned, 'issuer');
  const ask = { mobile, secret, afterSequence: 0 };
  const read = await untilAnswered(signer, () => bank(issuer.readInbox, ask));
  const last = isRefused(read) ? undefined : read.messages.at(-1);
  return {
    sequence: last?.sequence ?? 0,
    code: /\b\d{6}\b/.exec(last?.text ?? '')?.[0] ?? '000000',
  };
}

const PASSING: readonly string[] = ['unavailable', 'busy', 'request.too_often'];

async function untilAnswered<Answer>(
  { world, self, chance }: Signer,
  ask: () => Promise<Answer | Refused>,
): Promise<Answer | Refused> {
  for (;;) {
    const answer = await ask();
    if (!isRefused(answer) || !PASSING.includes(answer.code)) return answer;
    await world.scheduler.sleep(self, 2_000 + chance.below(10_000));
  }
}
