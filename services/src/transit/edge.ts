/** The back office's endpoints and who answers each. */
import type { Edge } from '../endpoint.ts';
import { closeDay } from './closing.ts';
import * as contract from './contract.ts';
import * as gateDesk from './gates.ts';
import type { ListDesk } from './list.ts';
import * as operator from './operator.ts';
import type { TransitPorts } from './ports.ts';
import { reconciliation } from './reconcile.ts';
import { payNow } from './recover.ts';
import { refund } from './refund.ts';
import { rider } from './rider.ts';
import { upload } from './upload.ts';

/** Put every endpoint of the contract on the edge. `wake` hurries the service's own work. */
export function addEndpoints(
  edge: Edge,
  ports: TransitPorts,
  list: ListDesk,
  wake: () => void,
): void {
  edge.add(contract.upload, (body) => upload(ports, body, wake));
  edge.add(contract.list, (body) => list.answer(body));
  edge.add(contract.time, (body) => gateDesk.time(ports, body));
  edge.add(contract.rider, (body) => rider(ports, body));
  edge.add(contract.payNow, async (body) => {
    const answer = await payNow(ports, body);
    wake();
    return answer;
  });
  edge.add(contract.enrolGate, (body) => gateDesk.enrolGate(ports, body));
  edge.add(contract.gates, () => gateDesk.gates(ports));
  edge.add(contract.lists, () => operator.lists(ports));
  edge.add(contract.journeys, (body) => operator.journeys(ports, body));
  edge.add(contract.accounts, (body) => operator.accounts(ports, body));
  edge.add(contract.debts, () => operator.debts(ports));
  edge.add(contract.charges, (body) => operator.charges(ports, body));
  edge.add(contract.closeDay, async ({ day }) => {
    const closed = await closeDay(ports, day);
    wake();
    return closed;
  });
  edge.add(contract.reconciliation, () => reconciliation(ports));
  edge.add(contract.refund, (body) => refund(ports, body));
  edge.add(contract.tap, (body) => operator.tap(ports, body));
}
