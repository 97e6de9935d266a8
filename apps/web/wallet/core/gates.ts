/** The phone at gates: it is held near when a gate's field comes, and taken away when the tap is over. */
import type { Told } from '../../element/messages.ts';
import { type AtGate, atGateAfter, type Happened } from './at-gate.ts';
import { quietly } from './confirming.ts';
import type { ElementLink } from './element-link.ts';
import type { WalletState } from './state.ts';

type Field = Extract<Told, { kind: 'field' }>;

/** Steps in which the phone has left the field. */
const OVER: readonly AtGate['step'][] = ['away', 'opened', 'shut', 'holder'];

/** Open the taps at gates. */
export function openGates(ports: {
  readonly state: () => WalletState;
  readonly set: (change: Partial<WalletState>) => void;
  readonly element: ElementLink;
  readonly nowMs: () => number;
  /** A card that its holder had armed has answered a gate: nothing is armed any more. */
  readonly onSpent: () => void;
  /** The element wants its holder. */
  readonly onHolderWanted: () => void;
  /** News of a trip may be there soon. */
  readonly wake: () => void;
}) {
  const { state, set, element, nowMs, onSpent, onHolderWanted, wake } = ports;

  const take = (at: AtGate): void => {
    const { step: before } = state().atGate;
    if (at === state().atGate) return;
    set({ atGate: at });
    // Records are read after the card's answer, so the phone stays until the gate has said its word or is late with it.
    if (OVER.includes(at.step) && !OVER.includes(before)) void quietly(() => element.hold(false));
  };
  const move = (kind: Happened): void =>
    take(atGateAfter(state().atGate, { kind, nowMs: nowMs() }));
  const canAnswer = (): boolean => {
    const { express, pay } = state();
    return express !== undefined && express !== 'none' && pay.step === 'idle';
  };
  const holdNear = async (): Promise<void> => {
    move('near');
    await quietly(() => element.hold(true));
  };

  const hearEvent = (kind: Happened | 'asked'): void => {
    if (kind === 'asked') return;
    // A phone that is awake asks its holder at once.
    move(kind === 'see_phone' && !state().isDark ? 'leave' : kind);
    if (kind === 'answered') onSpent();
    if (kind === 'see_phone') onHolderWanted();
  };

  /** Whether the place is known to have been without a field: a line that heals finds one that was there before. */
  let wasOff = false;

  return {
    /**
     * A gate's field came or went; false when the holder has to do something first. Whoever carries a dark phone holds
     * it to the gate that they come to; with one that is awake they say when.
     */
    hearField: (field: Field): boolean => {
      const comes = field.on && wasOff;
      wasOff = !field.on;
      if (!field.on && state().atGate.step === 'near') move('leave');
      if (field.announces !== 'transit' || !canAnswer()) return false;
      if (comes && state().isDark) void holdNear();
      return true;
    },
    /** The line to the air was lost: what is there afterwards need not be new. */
    hearLineLost: () => {
      wasOff = false;
    },
    /** Hear what the antenna tells of a tap in a gate's field. */
    hearTap: (told: Extract<Told, { kind: 'tap' | 'lost' | 'shown' }>): void => {
      if (told.kind === 'shown') {
        take(atGateAfter(state().atGate, { ...told, nowMs: nowMs() }));
        wake();
      } else {
        hearEvent(told.kind === 'lost' ? 'lost' : told.event.kind);
      }
    },
    tick: () => move('time'),
    /** Hold the phone to the gate whose field is on. */
    holdNear,
    /** Look away from it. */
    leave: () => move('leave'),
  };
}
