/** Our charges beside the acquirer's, one by one, and the books: what journeys cost, and where that money is. */
import type { z } from '@hono/zod-openapi';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { transitPayments } from '../acquirer/contract.ts';
import { requestIdOf } from './charging.ts';
import { readTerminals } from './closing-store.ts';
import type * as contract from './contract.ts';
import { type ChargeRow, readSums, readTaken } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { countTaps } from './tap-store.ts';

type Answer = z.input<typeof contract.reconciliation.answer>;
type Difference = Answer['differences'][number];
type Theirs = z.output<typeof transitPayments.answer>['payments'][number];

/** Compare everything with the acquirer, and check the books. */
export async function reconciliation(ports: TransitPorts): Promise<Answer | Refused> {
  const all = await readTheirs(ports);
  if (isRefused(all)) return all;
  // The acquirer may have other operators than this one.
  const own = await readTerminals(ports.sql);
  const theirs = all.filter(({ terminalId }) => own.has(terminalId));
  const ours = await readTaken(ports.sql);
  const { matched, differences } = compare(ours, theirs);
  return { matched, differences, books: await books(ports), taps: await countTaps(ports.sql) };
}

async function readTheirs(ports: TransitPorts): Promise<readonly Theirs[] | Refused> {
  const all: Theirs[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last && { atMs: last.atMs, requestId: last.requestId };
    const page = await ports.acquirer(transitPayments, after === undefined ? {} : { after });
    if (isRefused(page)) return page;
    all.push(...page.payments);
    if (page.payments.length === 0) return all;
  }
}

/** By reference. What is under way on either side is no difference yet. */
function compare(
  ours: readonly ChargeRow[],
  theirs: readonly Theirs[],
): { readonly matched: number; readonly differences: Difference[] } {
  const approved = theirs.filter(({ state }) => state === 'approved');
  const there = new Map(approved.map((one) => [one.retrievalReference, one]));
  const here = new Map<string, ChargeRow>();
  const differences: Difference[] = [];
  let matched = 0;
  for (const charge of ours) {
    const { retrievalReference, state, amountMinor } = charge;
    if (retrievalReference === undefined) continue;
    here.set(retrievalReference, charge);
    const other = there.get(retrievalReference);
    const hereMinor = Number(amountMinor);
    if (state === 'approved' && other === undefined) {
      differences.push({ kind: 'missing_there', retrievalReference, hereMinor });
    } else if (state !== 'approved' && other !== undefined) {
      const thereMinor = other.amountMinor;
      differences.push({ kind: 'state_differs', retrievalReference, hereMinor, thereMinor });
    } else if (other !== undefined && other.amountMinor !== hereMinor) {
      const thereMinor = other.amountMinor;
      differences.push({ kind: 'amount_differs', retrievalReference, hereMinor, thereMinor });
    } else if (other !== undefined) matched++;
  }
  // A charge that we are still asking for may have been approved already; its answer is on its way.
  const asking = new Set(ours.filter(({ state }) => state === 'asking').map(requestIdOf));
  for (const { requestId, retrievalReference, amountMinor } of approved) {
    if (here.has(retrievalReference) || asking.has(requestId)) continue;
    differences.push({ kind: 'missing_here', retrievalReference, thereMinor: amountMinor });
  }
  return { matched, differences };
}

/** The books, from the rows and from the ledger; both must say the same, and the ledger must sum to zero. */
async function books(ports: TransitPorts): Promise<z.input<typeof contract.Books>> {
  const sums = await readSums(ports.sql);
  const of = (name: string): bigint => sums[name] ?? 0n;
  const entry = (name: string): bigint => of(`ledger_${name}`);
  const agrees =
    -entry('fares') === of('journeys') &&
    entry('clearing') === of('sales') &&
    entry('debt') === of('debt') &&
    entry('write_offs') === of('write_offs') &&
    -entry('refunds') === of('refunds') &&
    entry('rider') === of('unbilled') &&
    entry('joined') === 0n;
  const total = Object.entries(sums)
    .filter(([name]) => name.startsWith('ledger_'))
    .reduce((sum, [, amount]) => sum + amount, 0n);
  const explained = of('sales') + of('debt') + of('write_offs') - of('refunds') + of('unbilled');
  return {
    journeysMinor: Number(of('journeys')),
    salesMinor: Number(of('sales')),
    openDebtMinor: Number(of('debt')),
    writeOffsMinor: Number(of('write_offs')),
    refundsMinor: Number(of('refunds')),
    unbilledMinor: Number(of('unbilled')),
    isBalanced: agrees && total === 0n && of('journeys') === explained,
  };
}
