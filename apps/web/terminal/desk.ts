/**
 * Runs a sale: keeps the field on while a phone may come, sends a payment until its answer is there, and asks how far
 * it has come. A payment goes out again under the same id after a lost line, so that it is made once.
 */
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { PayAnswer, PayAsk, Stage } from './api.ts';
import type { OpenPayment } from './keep.ts';
import { EMPTY, isFieldOn, leftOpen, nextSale, type SaleEvent, type SaleState } from './sale.ts';

/** What a reader hears from the air. */
export type Heard =
  | { readonly kind: 'phone'; readonly state: 'away' | 'nearby' | 'near' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'beat' };

/** What a desk needs. */
export type DeskPorts = {
  readonly air: string;
  readonly pay: (ask: PayAsk) => Promise<PayAnswer>;
  readonly progress: (requestId: string) => Promise<Stage>;
  /** The field is on while this is followed. */
  readonly field: (signal: AbortSignal) => AsyncIterable<Heard>;
  readonly newId: () => string;
  readonly wait: (ms: number) => Promise<void>;
  /** Keep the payment whose answer is owed, or forget it. */
  readonly keep: (open: OpenPayment | undefined) => void;
  /** The cashier has gone on without the answer to this payment. */
  readonly leave: (left: OpenPayment) => void;
};

/** A desk: the state of its sale, and what happens to it. */
export type Desk = {
  readonly state: () => SaleState;
  readonly send: (event: SaleEvent) => void;
  /** Ask the phone that still lies near. */
  readonly tapAgain: () => void;
  readonly subscribe: (onChange: () => void) => () => void;
};

/** Open a desk; `open` is the payment whose answer an earlier life of this page did not see. */
export function openDesk(ports: DeskPorts, open?: OpenPayment): Desk {
  let state: SaleState = EMPTY;
  let fieldOff: AbortController | undefined;
  const hearers = new Set<() => void>();

  const send = (event: SaleEvent): void => move(nextSale(state, event));
  const move = (next: SaleState): void => {
    if (next === state) return;
    const before = state;
    state = next;
    settleField();
    if (next.kind === 'paying' && payingId(before) !== next.requestId) {
      const { sale, requestId } = next;
      // A payment of an earlier life is asked for as it was, also when this page has another field by now.
      const air = open?.requestId === requestId ? open.air : ports.air;
      ports.keep({ ...sale, requestId, air });
      void runPayment(ports, self, { ...sale, requestId, air });
    }
    if (before.kind === 'paying' && next.kind !== 'paying') {
      const { sale, requestId, mayHaveBegun } = before;
      if (next.kind === 'amount' && mayHaveBegun) {
        ports.leave({ ...sale, requestId, air: ports.air });
      }
      ports.keep(undefined);
    }
    for (const hear of hearers) hear();
  };
  const settleField = (): void => {
    if (!isFieldOn(state)) {
      fieldOff?.abort();
      fieldOff = undefined;
    } else if (fieldOff === undefined) {
      fieldOff = new AbortController();
      void followField(ports, send, fieldOff.signal, () => {
        fieldOff = undefined;
        send({ kind: 'replaced' });
      });
    }
  };
  const self: Desk = {
    state: () => state,
    send,
    tapAgain: () => send({ kind: 'tap', requestId: ports.newId() }),
    subscribe: (onChange) => {
      hearers.add(onChange);
      return () => hearers.delete(onChange);
    },
  };
  if (open !== undefined) move(leftOpen(saleOf(open), open.requestId));
  return self;
}

/** Keep the field on until the signal ends it, or another reader takes the place. */
async function followField(
  ports: DeskPorts,
  send: Desk['send'],
  signal: AbortSignal,
  onReplaced: () => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const heard of ports.field(signal)) {
        if (signal.aborted) return;
        if (heard.kind === 'replaced') return onReplaced();
        if (heard.kind === 'phone') {
          send({ kind: 'phone', place: heard.state, requestId: ports.newId() });
        }
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof ConnectionLost)) throw error;
    }
    if (signal.aborted) return;
    send({ kind: 'phone', place: 'unknown', requestId: ports.newId() });
    await ports.wait(RETRY_MS);
  }
}

/** Send a payment until its answer is there, or nobody waits for it any more. */
async function runPayment(ports: DeskPorts, desk: Desk, ask: PayAsk): Promise<void> {
  const { requestId } = ask;
  void followProgress(ports, desk, requestId);
  while (payingId(desk.state()) === requestId) {
    desk.send({ kind: 'sent', requestId });
    try {
      return desk.send({ kind: 'answered', requestId, answer: await ports.pay(ask) });
    } catch (error) {
      const failed = failureOf(error);
      desk.send({ ...failed, requestId });
      if (failed.kind === 'refused') return;
    }
    await ports.wait(RETRY_MS);
  }
}

async function followProgress(ports: DeskPorts, desk: Desk, requestId: string): Promise<void> {
  await ports.wait(PROGRESS_MS);
  for (;;) {
    const state = desk.state();
    if (state.kind !== 'paying' || state.requestId !== requestId) return;
    const stage = await ports.progress(requestId).catch(orTrouble);
    if (stage === 'unreachable') desk.send({ kind: 'unreachable', requestId });
    if (stage === 'reading' || stage === 'asking') desk.send({ kind: 'stage', requestId, stage });
    await ports.wait(state.line === 'busy' ? RETRY_MS : PROGRESS_MS);
  }
}

/** How long before a lost line or a busy terminal is tried again. */
const RETRY_MS = 700;

/** How often the terminal is asked how far it has come. */
const PROGRESS_MS = 150;

function payingId(state: SaleState): string | undefined {
  return state.kind === 'paying' ? state.requestId : undefined;
}

function saleOf({ amountMinor, currency }: OpenPayment) {
  return { amountMinor, currency };
}

/** Codes that say: not now. The request was not taken and may come again under the same id. */
const NOT_NOW: readonly string[] = ['terminal.busy', 'busy', 'request.too_often'];

type Failure =
  | { readonly kind: 'failed'; readonly line: 'lost' | 'busy' }
  | { readonly kind: 'refused'; readonly code: string };

function failureOf(error: unknown): Failure {
  if (error instanceof ConnectionLost) return { kind: 'failed', line: 'lost' };
  if (!(error instanceof Refused)) throw error;
  if (NOT_NOW.includes(error.code)) return { kind: 'failed', line: 'busy' };
  return { kind: 'refused', code: error.code };
}

/** What went wrong the payment itself tells; its progress is only a light. */
function orTrouble(error: unknown): 'unknown' | 'unreachable' {
  if (error instanceof ConnectionLost) return 'unreachable';
  if (error instanceof Refused) return 'unknown';
  throw error;
}
