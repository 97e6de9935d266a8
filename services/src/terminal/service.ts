/** The terminal: takes payments from phones in its field, one at a time, and settles what was left in doubt. */
import { createBell, repeatedly } from '../bell.ts';
import type { Service } from '../service.ts';
import { type InTurn, terminalEdge } from './edge.ts';
import { createAcquirerLine } from './line.ts';
import type { TerminalPorts } from './ports.ts';
import { doubtLeftovers, nextReversalMs, reverseAll } from './reversal.ts';

export type { TerminalPorts } from './ports.ts';

/** Build the terminal. */
export function createTerminal(ports: TerminalPorts): Service {
  const { clock } = ports;
  const line = createAcquirerLine(ports);
  const inTurn = turns();
  const bell = createBell(clock);
  const edge = terminalEdge(ports, line, inTurn, bell.wake);
  let isFresh = true;

  /** Reverse what is due; answers how long there is nothing to do. After a start everything is due. */
  const settle = async (): Promise<number> => {
    await doubtLeftovers(ports);
    await reverseAll(ports, line, 1, isFresh ? 'all' : 'due');
    isFresh = false;
    return (await nextReversalMs(ports, clock.nowMs())) ?? LONGEST_REST_MS;
  };

  return {
    fetch: edge.fetch,
    describe: edge.describe,
    run: async (stop) => {
      await repeatedly(bell, stop, () => inTurn(settle));
      line.close();
    },
  };
}

const LONGEST_REST_MS = 60_000;

/** A queue of one: each act begins when the one before has ended, well or badly. */
function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return turn;
  };
}
