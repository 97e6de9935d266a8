/**
 * The back office of transit: takes what gates bring, gets verdicts, rates journeys, charges once a day, keeps the deny
 * list and the books.
 */
import { createBell, repeatedly } from '../bell.ts';
import { createEdge } from '../endpoint.ts';
import type { Service } from '../service.ts';
import { addEndpoints } from './edge.ts';
import { openListDesk } from './list.ts';
import type { TransitPorts } from './ports.ts';
import { workOnce } from './work.ts';

/** Build the back office. */
export function createTransit(ports: TransitPorts): Service {
  const edge = createEdge('transit', ports.gate, ports.clock);
  const bell = createBell(ports.clock);
  const list = openListDesk(ports);
  addEndpoints(edge, ports, list, bell.wake);
  return {
    fetch: edge.fetch,
    describe: () => edge.describe(),
    run: (stop) => repeatedly(bell, stop, () => workOnce(ports, list)),
  };
}
