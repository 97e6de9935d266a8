/** Trace numbers of the acquirer's own messages: fresh for the day, taken before they are used. */
import type { CommonPorts, InstantMs } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { allotTraceNumber } from '../trace-number.ts';
import { takeTraceNumber } from './store.ts';

/** When a message is made, and its number. */
export type Stamp = {
  readonly atMs: InstantMs;
  /** DE7. */
  readonly transmission: string;
  /** DE11. */
  readonly traceNumber: string;
};

/** Take DE7 and DE11 for a new message of ours. A number that is taken and not used is lost for the day. */
export async function takeStamp(ports: CommonPorts): Promise<Stamp> {
  const atMs = ports.clock.nowMs();
  const { isoDate, transmission } = localTime(atMs);
  const traceNumber = await allotTraceNumber(ports.random, (number) =>
    takeTraceNumber(ports.sql, isoDate, number, atMs),
  );
  return { atMs, transmission, traceNumber };
}
