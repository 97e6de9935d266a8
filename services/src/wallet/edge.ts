/** The wallet's endpoints and who answers each. */
import type { Edge } from '../endpoint.ts';
import * as cards from './cards.ts';
import * as contract from './contract.ts';
import * as phones from './devices.ts';
import * as notices from './notices.ts';
import type { WalletPorts } from './ports.ts';
import { provision } from './provision.ts';
import * as signingIn from './sign-in.ts';
import * as trips from './trips.ts';

/** Put every endpoint of the contract on the edge. */
export function addEndpoints(edge: Edge, ports: WalletPorts): void {
  edge.add(contract.requestSignIn, (body) => signingIn.requestSignIn(ports, body));
  edge.add(contract.signIn, (body) => signingIn.signIn(ports, body));
  edge.add(contract.registerDevice, (body, caller) => phones.registerDevice(ports, body, caller));
  edge.add(contract.devices, (_body, caller) => phones.devices(ports, caller));
  edge.add(contract.eligibility, (body, caller) => cards.eligibility(ports, body, caller));
  edge.add(contract.addCard, (body, caller) => cards.addCard(ports, body, caller));
  edge.add(contract.enrolment, (body, caller) => cards.enrolment(ports, body, caller));
  edge.add(contract.passCode, (body, caller) => cards.passCode(ports, body, caller));
  edge.add(contract.resendCode, (body, caller) => cards.resendCode(ports, body, caller));
  edge.add(contract.provision, (body, caller) => provision(ports, body, caller));
  edge.add(contract.arrange, (body, caller) => phones.arrange(ports, body, caller));
  edge.add(contract.changeCard, (body, caller) => cards.changeCard(ports, body, caller));
  edge.add(contract.changeDevice, (body, caller) => phones.changeDevice(ports, body, caller));
  edge.add(contract.history, (body, caller) => notices.history(ports, body, caller));
  edge.add(contract.transit, (body, caller) => trips.transit(ports, body, caller));
  edge.add(contract.transitPay, (body, caller) => trips.transitPay(ports, body, caller));
  edge.add(contract.notify, (body) => notices.notify(ports, body));
}
