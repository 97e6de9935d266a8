/** The levers at the operator's edge. */
import { refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import type { ServiceName } from '@octavo/services/compose';
import type { Edge } from '@octavo/services/endpoint';
import * as contract from './lever-contract.ts';
import type { World } from './world.ts';

/** Add the levers of a world to its operator's edge. */
export function addLevers(edge: Edge, { levers, events }: World): void {
  const { lines, staff, clock: lever } = levers;
  const { clock } = lever;
  const trace = events.traceFor('operator', clock);
  edge.add(contract.lines, async () => ({ lines: [...lines.read()] }));
  edge.add(contract.setLine, async ({ line, direction, ...change }) =>
    lines.order(line, direction, change),
  );
  edge.add(contract.services, async () => ({ services: [...staff.list()] }));
  const stateOf = (name: ServiceName) => {
    const state = staff.list().find((one) => one.name === name);
    assert(state !== undefined, 'every service is listed');
    return state;
  };
  edge.add(contract.kill, async ({ service }) => {
    staff.kill(service);
    return stateOf(service);
  });
  edge.add(contract.restart, async ({ service }) => {
    staff.restart(service);
    return stateOf(service);
  });
  const readClock = () => ({ nowMs: clock.nowMs(), offsetMs: clock.offsetMs() });
  edge.add(contract.clock, async () => readClock());
  edge.add(contract.moveClock, async ({ byMs }) => {
    if (!(await lever.moveOn(byMs))) return refused('request.malformed', { field: 'byMs' });
    trace('lever.clock', { byMs, offsetMs: clock.offsetMs() });
    return readClock();
  });
}
