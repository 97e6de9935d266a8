/**
 * The acquirer: enrols terminals and transit operators, carries their payments to the network, and takes back what got
 * no answer.
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import { createBell, repeatedly } from '../bell.ts';
import type { Service } from '../service.ts';
import { createAdvices } from './advice.ts';
import { acquirerEdge, servePos } from './edge.ts';
import { createNetworkLine } from './network-line.ts';
import { listPending } from './payment-store.ts';
import type { AcquirerPorts } from './ports.ts';
import { createPurchases } from './purchase.ts';
import { createReversalSender, receiveLateApproval } from './reversal.ts';

export type { AcquirerPorts } from './ports.ts';

/** Build the acquirer. */
export function createAcquirer(ports: AcquirerPorts): Service {
  const bell = createBell(ports.clock);
  const late: MessageFields[] = [];
  const line = createNetworkLine(
    ports,
    () => {
      sender.hurry();
      advices.hurry();
      bell.wake();
    },
    (approval) => {
      late.push(approval);
      bell.wake();
    },
  );
  const sender = createReversalSender(ports, line, bell.wake);
  const purchases = createPurchases(ports, line, bell.wake);
  const advices = createAdvices(ports, line, bell.wake);
  const edge = acquirerEdge(ports, { purchases, advices });

  /** Settle what nobody works on, then send what is due; answers how long there is nothing to do. */
  const work = async (): Promise<number> => {
    // Let go only when it is dealt with: a store that does not answer now may answer later.
    for (let next = late[0]; next !== undefined; next = late[0]) {
      await receiveLateApproval(ports, next, bell.wake);
      late.shift();
    }
    for (const { key } of await listPending(ports.sql)) await purchases.settle(key);
    return Math.min(await sender.sendDue(), await advices.sendDue());
  };

  return {
    fetch: edge.fetch,
    describe: edge.describe,
    accept: (link) => void servePos(ports, { purchases, advices, onWork: bell.wake }, link),
    run: async (stop) => {
      await Promise.all([repeatedly(bell, stop, work), line.keep(stop)]);
    },
  };
}
