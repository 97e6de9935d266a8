/** The issuer's endpoints and what each does. */
import { createEdge, type Edge } from '../endpoint.ts';
import {
  viewAccount,
  viewAccountLedger,
  viewAccounts,
  viewLedger,
  viewTrialBalance,
} from './accounts.ts';
import { openAccount, pushToWallet, viewCardDetails, viewCards } from './app.ts';
import { assessCard } from './assess.ts';
import { behaveSo } from './behave.ts';
import { print } from './cards.ts';
import { checkOneTimeCode, sendOneTimeCode } from './codes.ts';
import * as contract from './contract.ts';
import { claimInbox, deliver, readInbox, viewMessages } from './inbox.ts';
import type { IssuerPorts } from './ports.ts';
import { decideEnrolment, viewApprovals } from './step-up.ts';

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
  edge.add(contract.accounts, (body) => ready().then(() => viewAccounts(ports, body)));
  edge.add(contract.accountLedger, (body) => ready().then(() => viewAccountLedger(ports, body)));
  edge.add(contract.ledger, (body) => ready().then(() => viewLedger(ports, body)));
  edge.add(contract.behave, (body) => ready().then(() => behaveSo(ports, body)));
  edge.add(contract.listMessages, () => viewMessages(ports));
  addApp(edge, ports, ready);
  return edge;
}

/** What the bank's app asks for, by the secret of a mobile number. */
function addApp(edge: Edge, ports: IssuerPorts, ready: () => Promise<void>): void {
  edge.add(contract.openAccount, (body) => ready().then(() => openAccount(ports, body)));
  edge.add(contract.appCards, (body) => ready().then(() => viewCards(ports, body)));
  edge.add(contract.cardDetails, (body) => ready().then(() => viewCardDetails(ports, body)));
  edge.add(contract.approvals, (body) => viewApprovals(ports, body));
  edge.add(contract.decide, (body) => decideEnrolment(ports, body));
  edge.add(contract.push, (body) => ready().then(() => pushToWallet(ports, body)));
}
