/** A terminal of the command line's own, for playing against a world that runs elsewhere. */
import type { Clock, Dial, Random } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { generateTerminal } from '@octavo/platform/keyring.ts';
import { openDatabase } from '@octavo/platform/postgres.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { type TraceBuffer, traceBuffer } from '@octavo/platform/trace.ts';
import { createGate, showKey } from '@octavo/services/caller';
import { type Client, connectTo, type Fetch } from '@octavo/services/endpoint';
import { readMigrations } from '@octavo/services/migrations';
import { createTerminal } from '@octavo/services/terminal/service';

/** A terminal that runs here. */
export type Till = {
  /** Calls the terminal's endpoints. */
  readonly call: Client;
  readonly events: TraceBuffer;
  setAir(name: string, channel: Channel | undefined): void;
  close(): Promise<void>;
};

const EVENTS_KEPT = 1_000;

/** Run a terminal with fresh keys and a database in memory. */
export async function openTill(from: {
  readonly clock: Clock;
  readonly random: Random;
  readonly imageFolder: string;
  readonly operatorKey: string;
  readonly fetch: Fetch;
  readonly dialAcquirer: Dial;
}): Promise<Till> {
  const { clock, random, imageFolder, operatorKey, fetch, dialAcquirer } = from;
  const database = await openDatabase({ migrations: readMigrations(), imageFolder });
  const events = traceBuffer(EVENTS_KEPT);
  const air = new Map<string, Channel>();
  const nobody = { verify: async () => false };
  const service = createTerminal({
    clock,
    random,
    sql: database.sql,
    trace: events.traceFor('terminal', clock),
    gate: createGate('terminal', nobody, operatorKey, clock),
    keys: softKeysFor('terminal', { terminal: generateTerminal(random) }, random),
    acquirer: connectTo(fetch, showKey('operator', operatorKey), clock),
    dialAcquirer,
    air: (name) => air.get(name),
  });
  const stop = new AbortController();
  const running = service.run(stop.signal);
  return {
    call: connectTo(service.fetch, showKey('operator', operatorKey), clock),
    events,
    setAir: (name, channel) => {
      if (channel === undefined) air.delete(name);
      else air.set(name, channel);
    },
    close: async () => {
      stop.abort();
      await running;
      await database.close();
    },
  };
}
