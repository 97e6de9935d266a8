/** Telling the demo bank how to behave for a card. */
import type { z } from '@hono/zod-openapi';
import { behave } from '@octavo/domain/issuer-behave.ts';
import type { Posting } from '@octavo/domain/ledger.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { tracePosting } from './answer.ts';
import { saveBehaved } from './behave-store.ts';
import * as contract from './contract.ts';
import type { IssuerPorts } from './ports.ts';
import { loadCard, loadRequest } from './store.ts';

type Answer = z.input<typeof contract.behave.answer>;

/** What came of it; `told` only when this call did it. */
type Outcome = {
  readonly answer: Answer;
  readonly told: { readonly lastFour: string; readonly posting: Posting | undefined } | undefined;
};

/** Tell the bank, in one effect: card, account, and the money that moves for it. */
export async function behaveSo(
  ports: IssuerPorts,
  ask: z.output<typeof contract.behave.body>,
): Promise<Answer | Refused> {
  const { sql } = ports;
  const { requestId, accountId, behaviour } = ask;
  const digest = await digestOf(ports.keys, contract.behave.path, ask);
  const answer = { accountId, behaviour };
  const outcome = await change<Outcome>(async () => {
    const file = await loadCard(sql, accountId);
    const before = answeredBefore<Answer>(await loadRequest(sql, requestId), digest);
    if (before !== undefined) {
      return isRefused(before) ? before : written({ answer: before, told: undefined });
    }
    if (file === undefined) return refused('card.unknown');
    const behaved = behave(file.card, file.account, behaviour, `adjustment ${requestId}`);
    if (isRefused(behaved)) return behaved;
    const command = { requestId, digest, answer: JSON.stringify(answer) };
    const saved = await saveBehaved(sql, behaved.value, command, ports.clock.nowMs());
    const told = { lastFour: file.card.lastFour, posting: behaved.value.posting };
    return saved ? written({ answer, told }) : overtaken;
  });
  if (isRefused(outcome)) return outcome;
  if (outcome.told !== undefined) {
    const { lastFour, posting } = outcome.told;
    ports.trace('account.behaves', { cardLastFour: lastFour, behaviour });
    if (posting !== undefined) tracePosting(ports, posting);
  }
  return outcome.answer;
}
