/** The acquirer: enrols terminals, carries their payments to the network, and takes back what got no answer. */
import { type CancelSignal, type Clock, StorageUnavailable } from '@octavo/domain/ports.ts';
import type { Service } from '../service.ts';
import { acquirerEdge, servePos } from './edge.ts';
import { createNetworkLine } from './network-line.ts';
import { listPending } from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import { createPurchases } from './purchase.ts';
import { createReversalSender } from './reversal.ts';

export type { AcquirerPorts } from './ports.ts';

/** Build the acquirer. */
export function createAcquirer(ports: AcquirerPorts): Service {
  const bell = createBell(ports.clock);
  const line = createNetworkLine(ports, () => {
    sender.hurry();
    bell.ring();
  });
  const sender = createReversalSender(ports, line, bell.ring);
  const purchases = createPurchases(ports, line, bell.ring);
  const edge = acquirerEdge(ports);

  /** Settle what nobody works on, then send what is due; answers how long there is nothing to do. */
  const work = async (): Promise<number> => {
    try {
      for (const { key } of await listPending(ports.sql)) await purchases.settle(key);
      return await sender.sendDue();
    } catch (error) {
      if (error instanceof StorageUnavailable) return STORAGE_PAUSE_MS;
      throw error;
    }
  };

  const keepWorking = async (stop: CancelSignal): Promise<void> => {
    stop.addEventListener('abort', bell.ring);
    while (!stop.aborted) await bell.wait(work);
  };

  return {
    fetch: edge.fetch,
    describe: edge.describe,
    accept: (link) => void servePos(ports, { purchases, onWork: bell.ring }, link),
    run: async (stop) => {
      await Promise.all([keepWorking(stop), line.keep(stop)]);
    },
  };
}

const STORAGE_PAUSE_MS = 1_000;

/** Wakes the work: a ring while it runs is not lost. */
type Bell = {
  ring(): void;
  /** Work once, then rest as long as it says or until the bell rings. */
  wait(work: () => Promise<number>): Promise<void>;
};

function createBell(clock: Clock): Bell {
  let ringing = new AbortController();
  return {
    ring: () => ringing.abort(),
    wait: async (work) => {
      ringing = new AbortController();
      const { signal } = ringing;
      await clock.sleep(await work(), signal);
    },
  };
}
