/**
 * One showing of the keypad: what has to be typed in which order, what is then said to the element, and what became
 * of it. The digits live here alone, in bytes that are overwritten as soon as they have been used.
 * @see profile octavo-1, section 8
 */
import {
  type Command,
  decodeResponse,
  encodeCommand,
  SW,
  statusHex,
} from '@octavo/lib/apdu/apdu.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { concat, equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import { ISD_AID } from '@octavo/lib/globalplatform/aids.ts';
import { selectAid } from '@octavo/lib/globalplatform/commands.ts';

/** What the keypad is shown for. */
export type Purpose = 'set' | 'arm' | 'change';

/** What is typed now. */
export type Step = 'passcode' | 'old' | 'new' | 'again';

/** What there is to say beside the question. */
export type Said =
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'differs' }
  | { readonly kind: 'blocked' }
  /** The element will not do this now, or answered what it should not; the status word says which. */
  | { readonly kind: 'refused'; readonly status: string };

/** How the keypad looks: how many digits are typed, never which. */
export type KeypadView = {
  readonly purpose: Purpose;
  readonly step: Step;
  readonly typed: number;
  /** `over`: nothing more can be typed, the words remain to be read. */
  readonly state: 'typing' | 'asking' | 'over';
  readonly said: Said | undefined;
};

/** How it ended. */
export type KeypadEnd = 'done' | 'cancelled' | 'blocked';

/** A keypad that is shown. */
export type KeypadRun = {
  view(): KeypadView;
  subscribe(hear: () => void): () => void;
  press(digit: number): void;
  erase(): void;
  /** Put it away. While the element is being asked this has no effect: its answer comes at once. */
  leave(): void;
  /** Resolves when it is over; rejects with what the element's channel throws. */
  readonly ended: Promise<KeypadEnd>;
};

/** How many digits a passcode has. */
const PASSCODE_DIGITS = 6;

const steps: Readonly<Record<Purpose, readonly Step[]>> = {
  set: ['new', 'again'],
  arm: ['passcode'],
  change: ['old', 'new', 'again'],
};

/** Begin. `element` is the wired interface. */
export function startKeypad(purpose: Purpose, element: Channel): KeypadRun {
  const order = steps[purpose];
  const digits = order.map(() => new Uint8Array(PASSCODE_DIGITS));
  const { promise: ended, resolve, reject } = Promise.withResolvers<KeypadEnd>();
  const { view, show, subscribe } = showing({ purpose, step: order[0] ?? 'passcode' });
  let at = 0;

  const overwrite = () => {
    for (const place of digits) place.fill(0);
  };
  const goTo = (index: number, said?: Said) => {
    at = index;
    show({ step: order[at] ?? 'passcode', typed: 0, state: 'typing', said });
  };
  /** Begin again at a step, with nothing typed there or later. */
  const returnTo = (index: number, said: Said) => {
    for (const place of digits.slice(index)) place.fill(0);
    goTo(index, said);
  };
  const answered = (status: number) => {
    const said = saidTo(status);
    if (said?.kind === 'wrong') return returnTo(0, said);
    overwrite();
    if (said === undefined) resolve('done');
    else show({ typed: 0, state: 'over', said });
  };
  const stepDone = async () => {
    const [fresh, again] = digits.slice(-2);
    const differs = order[at] === 'again' && fresh && again && !equalConstantTime(fresh, again);
    if (differs) return returnTo(at - 1, { kind: 'differs' });
    if (at < order.length - 1) return goTo(at + 1);
    show({ state: 'asking' });
    answered(await tellElement(purpose, digits, element));
  };
  return {
    view,
    subscribe,
    press: (digit) => {
      const place = digits[at];
      const { state, typed } = view();
      if (state !== 'typing' || place === undefined) return;
      place[typed] = 0x30 + digit;
      show({ typed: typed + 1, said: undefined });
      if (typed + 1 < PASSCODE_DIGITS) return;
      void stepDone().catch((error: unknown) => {
        overwrite();
        reject(error);
      });
    },
    erase: () => {
      const { state, typed } = view();
      if (state !== 'typing' || typed === 0) return;
      digits[at]?.fill(0, typed - 1);
      show({ typed: typed - 1 });
    },
    leave: () => {
      if (view().state === 'asking') return;
      overwrite();
      resolve(view().said?.kind === 'blocked' ? 'blocked' : 'cancelled');
    },
    ended,
  };
}

/** What is shown, and who looks at it. */
function showing(first: Pick<KeypadView, 'purpose' | 'step'>) {
  let view: KeypadView = { ...first, typed: 0, state: 'typing', said: undefined };
  const listeners = new Set<() => void>();
  return {
    view: () => view,
    show: (change: Partial<KeypadView>) => {
      view = { ...view, ...change };
      for (const hear of listeners) hear();
    },
    subscribe: (hear: () => void) => {
      listeners.add(hear);
      return () => {
        listeners.delete(hear);
      };
    },
  };
}

/** Say what was typed to the element; answers its status word. */
async function tellElement(
  purpose: Purpose,
  digits: readonly Uint8Array[],
  element: Channel,
): Promise<number> {
  // An ARM under way waits for its VERIFY on the page's own selection: nothing may come between the two.
  if (purpose !== 'arm') {
    const selected = decodeResponse(await element(encodeCommand(selectAid(ISD_AID)))).status;
    if (selected !== SW.success) return selected;
  }
  const command = commandFor(purpose, digits);
  const bytes = encodeCommand(command);
  try {
    return decodeResponse(await element(bytes)).status;
  } finally {
    bytes.fill(0);
    command.data.fill(0);
  }
}

const PASSCODE_REFERENCE = 0x81;

/** VERIFY, or CHANGE REFERENCE DATA with P1 01 for the first passcode. */
function commandFor(purpose: Purpose, digits: readonly Uint8Array[]): Command {
  // The repeated digits are not sent.
  const data = concat(...(purpose === 'arm' ? digits : digits.slice(0, -1)));
  const p1 = purpose === 'set' ? 1 : 0;
  return { cla: 0x00, ins: purpose === 'arm' ? 0x20 : 0x24, p1, p2: PASSCODE_REFERENCE, data };
}

/** What a status word means to the holder; undefined when it is done. */
function saidTo(status: number): Said | undefined {
  if (status === SW.success) return undefined;
  const isWrong = (status & 0xfff0) === SW.verifyFailed;
  const triesLeft = status & 0x0f;
  if (isWrong && triesLeft > 0) return { kind: 'wrong', triesLeft };
  if (isWrong || status === SW.authenticationBlocked) return { kind: 'blocked' };
  return { kind: 'refused', status: statusHex(status) };
}
