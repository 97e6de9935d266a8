/** Transit operators: enrolled by ours as merchants, each with one terminal id for all its gates. */
import type { z } from '@hono/zod-openapi';
import { drawDigits } from '@octavo/domain/draw.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { enrolTransit } from './contract.ts';
import { merchantIdOf } from './enrolment.ts';
import type { AcquirerPorts } from './ports.ts';
import { findOperatorEnrolment, insertOperator } from './transit-store.ts';

type Enrolment = z.output<typeof enrolTransit.body>;
type Enrolled = z.output<typeof enrolTransit.answer>;

/** Enrol a transit operator. The same request gets the same ids again. */
export async function enrolOperator(
  ports: AcquirerPorts,
  ask: Enrolment,
): Promise<Enrolled | Refused> {
  const { sql, random, keys, clock } = ports;
  const digest = await digestOf(keys, enrolTransit.path, ask);
  const before = async () =>
    answeredBefore<Enrolled>(await findOperatorEnrolment(sql, ask.requestId), digest);
  const stored = await before();
  if (stored !== undefined) return stored;
  const merchantId = await merchantIdOf(ports, ask.merchant);
  if (typeof merchantId !== 'string') return merchantId;
  return change(async () => {
    const earlier = await before();
    if (earlier !== undefined) return 'kind' in earlier ? earlier : written(earlier);
    const answer = { terminalId: drawDigits(8, random), merchantId };
    const isWritten = await insertOperator(sql, {
      ...answer,
      atMs: clock.nowMs(),
      requestId: ask.requestId,
      digest,
      answer: JSON.stringify(answer),
    });
    return isWritten ? written(answer) : overtaken;
  });
}
