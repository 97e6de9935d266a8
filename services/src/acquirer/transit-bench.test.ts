/** For tests: a transit operator at the acquirer, its taps and its charges. */
import { ok } from 'node:assert/strict';
import type { z } from '@hono/zod-openapi';
import { isRefused } from '@octavo/domain/refusal.ts';
import { freshId } from '../asking.fixture.ts';
import { type Bench, CHIP_DATA, TOKEN } from './bench.test.ts';
import * as contract from './contract.ts';

/** A tap as the back office tells it. */
export type Tap = z.input<typeof contract.AdvisedTap>;

/** A charge as the back office asks for it. */
export type Ask = z.input<typeof contract.transitCharge.body>;

export const metro = { name: 'CITY METRO', city: 'BEIJING', category: '4111' };

/** What an advice would be named by: DE11 000123, DE7 1120081500. */
export const NAMED = '022000012311200815000009999020100099990201';

/** An operator of one city, enrolled at a running acquirer; `at` moves it to another life. */
export async function playOperator(bench: Bench, merchant = metro) {
  const enrolled = await bench.operator(contract.enrolTransit, { requestId: freshId(), merchant });
  ok(!isRefused(enrolled));
  const { terminalId } = enrolled;
  const tap = (changes: Partial<Tap> = {}): Tap => ({
    requestId: freshId(),
    token: TOKEN,
    expiry: '3012',
    sequenceNumber: '01',
    amountMinor: 0,
    currency: '156',
    localDate: '1120',
    localTime: '081455',
    chipData: CHIP_DATA,
    ...changes,
  });
  const charge = (changes: Partial<Ask> = {}): Ask => ({
    requestId: freshId(),
    terminalId,
    token: TOKEN,
    expiry: '3012',
    amountMinor: 1800,
    currency: '156',
    advice: NAMED,
    ...changes,
  });
  return {
    ...enrolled,
    tap,
    charge,
    advise: async (taps: Tap[], at = bench) => {
      const answer = await at.transit(contract.transitAdvise, { terminalId, taps });
      ok(!isRefused(answer), JSON.stringify(answer));
      return answer.taps;
    },
    ask: async (asked: Ask, at = bench) => {
      const answer = await at.transit(contract.transitCharge, asked);
      ok(!isRefused(answer), JSON.stringify(answer));
      return answer;
    },
  };
}
