/** The acts of a payment: arm the element, hold the phone near, follow what the antenna and the services tell. */
import { arm, disarm, setActivated } from '@octavo/platform/element-commands.ts';
import type { Told } from '../../element/messages.ts';
import type { HistoryLine } from './api.ts';
import { answerOf, quietly, whyNot } from './confirming.ts';
import type { ElementLink } from './element-link.ts';
import { type PayEvent, payAfter } from './pay.ts';
import { leafToPay, payable, type WalletState } from './state.ts';

type TapEvent = Extract<Told, { kind: 'tap' }>['event'];

/** What a payment needs of the page's wallet. */
export type PayingPorts = {
  readonly state: () => WalletState;
  readonly set: (change: Partial<WalletState>) => void;
  readonly element: ElementLink;
  readonly nowMs: () => number;
  /** Look at the services now: news of a payment is awaited. */
  readonly wake: () => void;
};

/** How far the clocks of phone and services may be apart. */
const CLOCKS_APART_MS = 120_000;

/** Open the payments of a wallet. */
export function openPaying({ state, set, element, nowMs, wake }: PayingPorts) {
  /** The last line of history when the reader began: what was told before is about an earlier tap. */
  let seenBefore = 0;
  let begunAtMs = 0;
  /** Counts confirmations: one that was put away must not arm or hold anything any more. */
  let attempt = 0;

  const move = (event: PayEvent): void => {
    const before = state().pay;
    const pay = payAfter(before, event);
    if (pay === before) return;
    set({ pay });
    const isOver = pay.step === 'paid' || pay.step === 'declined' || pay.step === 'ran_out';
    if (isOver) void quietly(() => element.hold(false));
    // What it changed, or what it was declined for, shows at once.
    if (pay.step === 'paid' || pay.step === 'declined') wake();
  };
  const lastSequence = (): number => state().history.at(-1)?.sequence ?? 0;

  /** Tell the payment of lines of history. At the first look of all it is not known which came before the tap. */
  const tell = (lines: readonly HistoryLine[], isFirstLook = false): void => {
    const sinceMs = isFirstLook ? begunAtMs - CLOCKS_APART_MS : 0;
    for (const line of lines) {
      if (line.sequence > seenBefore && line.atMs >= sinceMs) move({ kind: 'told', line });
    }
  };
  const hearTap = (event: TapEvent): void => {
    if (event.kind === 'begun') {
      seenBefore = lastSequence();
      begunAtMs = nowMs();
      move({ kind: 'begun' });
    } else if (event.kind === 'asked') {
      move({ kind: 'asked', asked: event });
    } else if (event.kind === 'see_phone') {
      void quietly(() => element.hold(false));
      move({ kind: 'see_phone', asked: event });
    } else {
      move({ kind: 'answered', asked: event, nowMs: nowMs() });
      // The news may have been quicker than the antenna.
      tell(state().history);
      wake();
    }
  };

  return {
    tell,
    /** Hear what the antenna tells of readers and taps. */
    hear: (told: Extract<Told, { kind: 'field' | 'lost' | 'tap' }>): void => {
      if (told.kind !== 'field') {
        if (told.kind === 'lost') move({ kind: 'lost' });
        else hearTap(told.event);
        return;
      }
      const { pay } = state();
      if (told.on && payable(state()).length > 0) move({ kind: 'open' });
      if (told.on && pay.step === 'armed') void quietly(() => element.hold(true));
      if (!told.on && pay.step === 'offered' && pay.mode === 'ready') move({ kind: 'close' });
    },
    tick: () => move({ kind: 'time', nowMs: nowMs() }),

    /** What was armed has been used up at a gate, which asks no money of it. */
    spent: () => move({ kind: 'close' }),
    openPay: () => move({ kind: 'open' }),
    pick: (tokenReference: string | undefined) => set({ picked: tokenReference }),
    closePay: async (): Promise<void> => {
      const { step } = state().pay;
      move({ kind: 'close' });
      if (state().pay.step !== 'idle') return;
      attempt += 1;
      set({ picked: undefined });
      if (step !== 'idle') await quietly(() => element.hold(false));
      const mayBeArmed =
        step === 'confirming' || step === 'armed' || step === 'reading' || step === 'moved';
      if (mayBeArmed) await quietly(() => disarm(element.wired));
    },
    /** Let the holder confirm, arm the card in the element, and hold the phone near the reader. */
    confirmPay: async (): Promise<void> => {
      const leaf = leafToPay(state());
      const { confirm, pay } = state();
      if (leaf?.instanceAid === undefined || confirm === undefined) return;
      move({ kind: 'confirm' });
      if (state().pay === pay || !('mode' in pay)) return;
      attempt += 1;
      const thisAttempt = attempt;
      try {
        await quietly(() => element.hold(false));
        await setActivated(element.wired, leaf.instanceAid, true);
        await arm(element.wired, leaf.instanceAid, pay.mode, answerOf(confirm, element));
      } catch (error) {
        if (thisAttempt === attempt) move({ kind: 'unconfirmed', why: whyNot(error) });
        return;
      }
      if (thisAttempt !== attempt) return quietly(() => disarm(element.wired));
      move({ kind: 'armed', nowMs: nowMs() });
      // Where there is no line to a reader yet, the phone is held near as soon as a field is there.
      await quietly(() => element.hold(true));
    },
    /** Hold the phone near the reader without confirming: the reader will say "see phone". */
    holdUnconfirmed: async (): Promise<void> => {
      const { instanceAid } = leafToPay(state()) ?? {};
      if (instanceAid === undefined) return;
      await quietly(async () => {
        await setActivated(element.wired, instanceAid, true);
        await element.hold(true);
      });
    },
    /** Hold the phone near again after it was moved too soon. */
    holdAgain: () => quietly(() => element.hold(true)),
    takeAway: () => quietly(() => element.hold(false)),
  };
}
