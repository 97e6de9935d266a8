/** The issuer: the card file and the ledger of a bank, behind signed HTTP and one ISO 8583 line to the network. */
import { StorageUnavailable } from '@octavo/domain/ports.ts';
import type { Service } from '../service.ts';
import { seedTestCards } from './cards.ts';
import { issuerEdge } from './edge.ts';
import { deliverWaiting } from './inbox.ts';
import { serveLink } from './link.ts';
import type { IssuerPorts } from './ports.ts';
import { tellDecisions } from './step-up.ts';

/** How often texts and decisions that could not be delivered at once are tried again. */
const RETRY_MS = 5_000;

/** Build the issuer. Its test cards are there before the first request is answered, whether `run` was called or not. */
export function createIssuer(ports: IssuerPorts): Service {
  const ready = once(() => seedTestCards(ports));
  const edge = issuerEdge(ports, ready);
  return {
    fetch: edge.fetch,
    describe: edge.describe,
    accept: (link) => {
      void serveLink(ports, link, ready);
    },
    run: async (stop) => {
      do {
        await settle(ports, ready);
        await ports.clock.sleep(RETRY_MS, stop);
      } while (!stop.aborted);
    },
  };
}

/** What an earlier life left undone; when storage does not answer, the next round tries again. */
async function settle(ports: IssuerPorts, ready: () => Promise<void>): Promise<void> {
  try {
    await ready();
    await deliverWaiting(ports.sql);
    await tellDecisions(ports);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    ports.trace('issuer.storage_unavailable', {});
  }
}

/** Do something once for all who ask; a failure is told to those who wait, and the next asks again. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
