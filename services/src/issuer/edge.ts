/** The issuer's endpoints and what each does. */
import { createEdge, type Edge } from '../endpoint.ts';
import { viewAccount, viewTrialBalance } from './accounts.ts';
import { assessCard } from './assess.ts';
import { print } from './cards.ts';
import { checkOneTimeCode, sendOneTimeCode } from './codes.ts';
import * as contract from './contract.ts';
import { claimInbox, deliver, readInbox } from './inbox.ts';
import type { IssuerPorts } from './ports.ts';

/** Build the edge. What reads the card file waits until the bank is `ready`. */
export function issuerEdge(ports: IssuerPorts, ready: () => Promise<void>): Edge {
  const edge = createEdge('issuer', ports.gate, ports.clock);
  edge.add(contract.assess, (body) => ready().then(() => assessCard(ports, body)));
  edge.add(contract.sendCode, (body) => ready().then(() => sendOneTimeCode(ports, body)));
  edge.add(contract.checkCode, (body) => checkOneTimeCode(ports, body));
  edge.add(contract.claimInbox, (body) => claimInbox(ports, body.mobile));
  edge.add(contract.readInbox, (body) => readInbox(ports, body));
  edge.add(contract.deliver, (body) => deliver(ports, body));
  edge.add(contract.printCard, (body) => ready().then(() => print(ports, body)));
  edge.add(contract.account, (body) => ready().then(() => viewAccount(ports, body.pan)));
  edge.add(contract.trialBalance, () => ready().then(() => viewTrialBalance(ports)));
  return edge;
}
