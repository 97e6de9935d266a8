/** The terminal's door: the cashier's endpoints. */
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { createEdge, type Edge } from '../endpoint.ts';
import { keyReused } from '../request.ts';
import { journal, pay, setUp } from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { placeOf } from './message.ts';
import { digestOf, type PayAsk, repeatedAnswer, takePayment } from './payment.ts';
import type { TerminalPorts } from './ports.ts';
import type { PayAnswer } from './receipt.ts';
import { setUpTerminal } from './set-up.ts';
import { listPayments, type PaymentRow } from './store.ts';

/** Runs one act after the other: a terminal does one thing at a time with its acquirer. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** Build the edge. `onEnd` is called after every payment. */
export function terminalEdge(
  ports: TerminalPorts,
  line: AcquirerLine,
  inTurn: InTurn,
  onEnd: () => void,
): Edge {
  const edge = createEdge('terminal', ports.gate, ports.clock);
  edge.add(setUp, (body) => inTurn(() => setUpTerminal(ports, line, body)));
  edge.add(pay, cashier(ports, line, inTurn, onEnd));
  edge.add(journal, async () => ({ payments: (await listPayments(ports.sql)).map(viewOf) }));
  return edge;
}

/** One payment at a time: the same request waits for the one under way, another finds the terminal busy. */
function cashier(
  ports: TerminalPorts,
  line: AcquirerLine,
  inTurn: InTurn,
  onEnd: () => void,
): (ask: PayAsk) => Promise<PayAnswer | Refused> {
  type UnderWay = { readonly ask: PayAsk; readonly answer: Promise<PayAnswer | Refused> };
  let underWay: UnderWay | undefined;
  return async (ask) => {
    if (underWay !== undefined) {
      if (underWay.ask.requestId !== ask.requestId) {
        return (await repeatedAnswer(ports, ask)) ?? refused('terminal.busy');
      }
      return keyReused(digestOf(underWay.ask), digestOf(ask)) ?? underWay.answer;
    }
    // Taken before anything is awaited, so that two at once cannot both find it free.
    const answer = inTurn(() => takePayment(ports, line, ask)).finally(() => {
      underWay = undefined;
      onEnd();
    });
    underWay = { ask, answer };
    return answer;
  };
}

function viewOf(row: PaymentRow) {
  return {
    ...placeOf(row.sequence),
    amountMinor: row.amountMinor.toString(),
    state: row.state,
    ...(row.responseCode === undefined ? {} : { responseCode: row.responseCode }),
  };
}
