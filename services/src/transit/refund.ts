/** Giving money back: a line of its own that the account's next charge takes off. */
import type { z } from '@hono/zod-openapi';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { type Line, sumOf } from '@octavo/domain/transit/settlement.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { linesPart, postingsPart, readRequest, requestPart } from './account-store.ts';
import { alter, freshId } from './accounts.ts';
import { postingOf } from './closing.ts';
import * as contract from './contract.ts';
import { readUnbilled } from './money-store.ts';
import type { TransitPorts } from './ports.ts';

type Answer = z.input<typeof contract.refund.answer>;

/** Give money back with the next charge. */
export async function refund(
  ports: TransitPorts,
  body: z.output<typeof contract.refund.body>,
): Promise<Answer | Refused> {
  const { requestId, accountId, day, amountMinor, reason } = body;
  const digest = await digestOf(ports.keys, contract.refund.path, body);
  return await alter<Answer>(ports, accountId, async ({ account, nowMs }) => {
    const done = await readRequest(ports.sql, accountId, requestId);
    const before = answeredBefore<Answer>(done, digest);
    if (before !== undefined) {
      return 'kind' in before ? before : { kind: 'kept', answer: before };
    }
    if (account.state === 'merged') return refused('transit.account_unknown');
    const line: Line = {
      lineId: freshId(ports),
      kind: 'refund',
      day,
      amountMinor: -BigInt(amountMinor),
      reason,
    };
    const waiting = await readUnbilled(ports.sql, accountId);
    const answer = { lineId: line.lineId, unbilledMinor: Number(sumOf([...waiting, line])) };
    return {
      kind: 'altered',
      account,
      event: 'refunded',
      reference: line.lineId,
      parts: [
        linesPart([line], nowMs),
        postingsPart([postingOf(line)], nowMs),
        requestPart(requestId, digest, answer, nowMs),
      ],
      answer,
    };
  });
}
