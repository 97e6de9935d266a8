/** A transit operator that lies: enrolled at the acquirer like any other, it tells of taps and charges as it likes. */
import { localTime } from '@octavo/domain/time.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import * as acquirer from '@octavo/services/acquirer';
import { signAs } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import type { z } from 'zod';
import { expectDone, newId } from './phone.ts';
import type { World } from './world.ts';

/** A tap as it is told of. */
export type Advice = z.output<typeof acquirer.AdvisedTap>;

/** What came back. */
export type AdviceAnswer = z.output<typeof acquirer.Advised>;

/** A charge as it is asked for. */
export type Charge = z.output<typeof acquirer.transitCharge.body>;

/** What came back. */
export type ChargeAnswer = z.output<typeof acquirer.transitCharge.answer>;

/** The lying operator. */
export type CrookedOperator = {
  /** What an honest operator would tell of this tap, under a fresh id. */
  adviceOf(request: OnlineRequest): Advice;
  advise(advice: Advice): Promise<AdviceAnswer>;
  /** A charge that names an advice, under a fresh id. */
  chargeOf(advice: Advice, name: string, amountMinor: number): Charge;
  charge(charge: Charge): Promise<ChargeAnswer>;
};

const CURRENCY = '156';

/** Enrol it. */
export async function openCrookedOperator(world: World): Promise<CrookedOperator> {
  const { clock, random, keyring, operator, fetch } = world;
  const merchant = { name: 'CROOKED LINE', city: 'DUHUI', category: '4111' };
  const { terminalId } = expectDone(
    await operator(acquirer.enrolTransit, { requestId: newId(random), merchant }),
  );
  const keys = softKeysFor('transit', keyring, random);
  const call = connectTo(fetch, signAs('transit', 'acquirer', keys, clock, random), clock);
  return {
    adviceOf: (request) => ({
      requestId: newId(random),
      token: request.pan,
      expiry: request.expiry,
      sequenceNumber: request.psn ?? '00',
      amountMinor: Number(toHex(request.data.get('9F02') ?? new Uint8Array(6))),
      currency: CURRENCY,
      localDate: localTime(clock.nowMs()).date,
      localTime: localTime(clock.nowMs()).time,
      chipData: toHex(chipData(request)),
    }),
    advise: async (advice) => {
      const { taps } = expectDone(
        await call(acquirer.transitAdvise, { terminalId, taps: [advice] }),
      );
      return taps[0] ?? { requestId: advice.requestId, state: 'unknown' };
    },
    chargeOf: ({ token, expiry }, advice, amountMinor) => ({
      requestId: newId(random),
      terminalId,
      token,
      expiry,
      amountMinor,
      currency: CURRENCY,
      advice,
    }),
    charge: async (charge) => expectDone(await call(acquirer.transitCharge, charge)),
  };
}
