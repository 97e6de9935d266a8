/** The terminal's door: the cashier's endpoints. */
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { Caller } from '../caller.ts';
import { createEdge, type Edge } from '../endpoint.ts';
import { keyReused } from '../request.ts';
import {
  changeSettings,
  journal,
  openTill,
  pay,
  payments,
  progress,
  settings,
  setUp,
  voidPayment,
} from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { placeOf } from './message.ts';
import { type PayRequest, payRequest, repeatedAnswer, takePayment } from './payment.ts';
import { listNewest, listPayments, nextSequence, type PaymentRow } from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import { createProgress } from './progress.ts';
import type { PayAnswer } from './receipt.ts';
import { enrolOnce, findShop, type Shop, setUpTerminal } from './set-up.ts';
import { lineOf, takeBackPayment } from './take-back.ts';
import {
  type Asker,
  askerOf,
  createTills,
  DEMO_MERCHANT,
  setSettings,
  settingsOf,
} from './till.ts';
import type { Till } from './till-store.ts';

/** Runs one act after the other: a terminal does one thing at a time with its acquirer. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** Build the edge. `onEnd` is called after everything that may have left a reversal. */
export function terminalEdge(
  ports: TerminalPorts,
  line: AcquirerLine,
  inTurn: InTurn,
  onEnd: () => void,
): Edge {
  const edge = createEdge('terminal', ports.gate, ports.clock);
  const stages = createProgress();
  const takeOne = oneAtATime(ports, line, inTurn, onEnd);
  const asAsker = askedAt(ports);
  const asTill = tilled(ports);

  edge.add(setUp, (body) => inTurn(() => setUpTerminal(ports, line, body)));
  edge.add(
    openTill,
    createTills(ports, () => shopOnNeed(ports, inTurn)),
  );
  edge.add(
    settings,
    asTill(async (_body, till) => settingsOf(till)),
  );
  edge.add(
    changeSettings,
    asTill((body, till) => setSettings(ports, till, body)),
  );
  edge.add(
    pay,
    asAsker((ask, asker) => {
      const { requestId } = ask;
      const request = payRequest(ask, asker, () => stages.reach(requestId, asker, 'asking'));
      return takeOne(request, () => {
        stages.reach(requestId, asker, 'reading');
        return () => stages.reach(requestId, asker, 'ended');
      });
    }),
  );
  edge.add(
    progress,
    asAsker(async ({ requestId }, asker) => {
      const stage = stages.stageOf(requestId, asker);
      return stage === undefined ? refused('terminal.payment_unknown') : { stage };
    }),
  );
  edge.add(
    payments,
    asAsker(async (_body, asker) => {
      const tillId = asker === 'operator' ? undefined : asker.tillId;
      const rows = await listNewest(ports.sql, tillId, MOST_SHOWN);
      const openBatch = placeOf(await nextSequence(ports.sql)).batch;
      return { payments: rows.map((row) => lineOf(row, openBatch)) };
    }),
  );
  edge.add(
    voidPayment,
    asAsker((body, asker) =>
      inTurn(() => takeBackPayment(ports, line, body, asker)).finally(onEnd),
    ),
  );
  edge.add(journal, async () => ({ payments: (await listPayments(ports.sql)).map(viewOf) }));
  return edge;
}

/** How many payments a till shows. */
const MOST_SHOWN = 100;

type Handle<Body, Answer> = (body: Body, caller: Caller) => Promise<Answer | Refused>;

/** Handle a call as of the operator or of a till. */
function askedAt(ports: TerminalPorts) {
  return <Body, Answer>(
    act: (body: Body, asker: Asker) => Promise<Answer | Refused>,
  ): Handle<Body, Answer> =>
    async (body, caller) => {
      const asker = await askerOf(ports, caller);
      return isRefused(asker) ? asker : act(body, asker);
    };
}

/** Handle a call as of a till; the operator has none. */
function tilled(ports: TerminalPorts) {
  return <Body, Answer>(
    act: (body: Body, till: Till) => Promise<Answer | Refused>,
  ): Handle<Body, Answer> =>
    async (body, caller) => {
      const asker = await askerOf(ports, caller);
      if (isRefused(asker)) return asker;
      return asker === 'operator' ? refused('till.unknown') : act(body, asker);
    };
}

/** The shop, set up in the demo's name when nobody has set it up; it signs in with the first payment. */
async function shopOnNeed(ports: TerminalPorts, inTurn: InTurn): Promise<Shop['self'] | Refused> {
  const found = await findShop(ports);
  if (!isRefused(found)) return found.self;
  const enrolled = await inTurn(() => enrolOnce(ports, { merchant: DEMO_MERCHANT }));
  if (isRefused(enrolled)) return enrolled;
  const shop = await findShop(ports);
  return isRefused(shop) ? shop : shop.self;
}

/**
 * One payment at a time: the same request waits for the one under way, another finds the terminal busy. `onBegin` is
 * called when a payment begins, and what it answers when that has ended.
 */
function oneAtATime(
  ports: TerminalPorts,
  line: AcquirerLine,
  inTurn: InTurn,
  onEnd: () => void,
): (request: PayRequest, onBegin: () => () => void) => Promise<PayAnswer | Refused> {
  type UnderWay = { readonly request: PayRequest; readonly answer: Promise<PayAnswer | Refused> };
  let underWay: UnderWay | undefined;
  return async (request, onBegin) => {
    if (underWay !== undefined) {
      if (underWay.request.ask.requestId !== request.ask.requestId) {
        return (await repeatedAnswer(ports, request)) ?? refused('terminal.busy');
      }
      return keyReused(underWay.request.digest, request.digest) ?? underWay.answer;
    }
    // Taken before anything is awaited, so that two at once cannot both find it free.
    const onOver = onBegin();
    const answer = inTurn(() => takePayment(ports, line, request)).finally(() => {
      underWay = undefined;
      onOver();
      onEnd();
    });
    underWay = { request, answer };
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
