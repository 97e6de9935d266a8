/**
 * The wallet as the page holds it: one value that changes, and the acts that change it. The services and the element
 * are asked here and nowhere else; components draw and call acts.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import {
  arm,
  disarm,
  ElementRefused,
  readCertificate,
  setActivated,
} from '@octavo/platform/element-commands.ts';
import type { ElementTrouble, Told } from '../../element/messages.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { type DeviceView, type HistoryLine, type Leaf, openApi, type WalletApi } from './api.ts';
import { ElementFailed, type ElementLink } from './element-link.ts';
import {
  assertHolder,
  type HolderKey,
  makeHolderKey,
  PasskeyFailed,
  relyingPartyId,
} from './holder-key.ts';
import { type Kept, keep, kept } from './keep.ts';
import { type Pay, type PayEvent, payAfter } from './pay.ts';
import { provision } from './provision.ts';

/** Everything a component may draw. */
export type WalletState = {
  readonly session: Kept['session'];
  readonly confirm: Kept['confirm'];
  /** This phone, as the wallet service said last; also without a connection. */
  readonly device: DeviceView | undefined;
  /** The holder's other phones. */
  readonly others: readonly DeviceView[];
  readonly history: readonly HistoryLine[];
  /** Whether the wallet service answered last time. */
  readonly isOnline: boolean;
  /** Whether anything has been heard since the page opened. */
  readonly isLoaded: boolean;
  readonly element: 'opening' | 'ready' | ElementTrouble;
  readonly isFieldOn: boolean;
  readonly isAirUp: boolean;
  readonly pay: Pay;
  /** The card picked for this payment; the default when undefined. */
  readonly picked: string | undefined;
  /** Token references that are being put on or taken off this phone, with the commands run so far. */
  readonly moving: ReadonlyMap<string, number>;
};

/** How long between two looks at the services. */
const LOOK_MS = 4_000;
const LOOK_WHILE_ASKING_MS = 300;
const TICK_MS = 250;

/** The wallet of this page. */
export type Wallet = ReturnType<typeof openWallet>;

/** Open the wallet over an element. Call `run` once; it follows services and element until stopped. */
export function openWallet(element: ElementLink) {
  let state: WalletState = {
    session: kept('session'),
    confirm: kept('confirm'),
    device: kept('device'),
    others: [],
    history: [],
    isOnline: true,
    isLoaded: false,
    element: 'opening',
    isFieldOn: false,
    isAirUp: false,
    pay: { step: 'idle' },
    picked: undefined,
    moving: new Map(),
  };
  const listeners = new Set<() => void>();
  const set = (change: Partial<WalletState>) => {
    state = { ...state, ...change };
    for (const hear of listeners) hear();
  };
  const move = (event: PayEvent) => {
    const pay = payAfter(state.pay, event);
    if (pay !== state.pay) set({ pay });
  };
  const api = (): WalletApi => {
    if (state.session === undefined) throw new Refused('session.unknown');
    return openApi(state.session.key);
  };

  /** Ask the services how things stand. A session that is over signs the page out; a lost line shows and heals. */
  const look = async (): Promise<void> => {
    if (state.session === undefined) return set({ isLoaded: true });
    try {
      const { devices } = await api().devices();
      const deviceId = kept('deviceId');
      const device = devices.find((one) => one.deviceId === deviceId);
      keep('device', device);
      set({
        device,
        others: devices.filter((one) => one !== device),
        isOnline: true,
        isLoaded: true,
      });
      if (device !== undefined) await lookAtHistory(device.deviceId);
    } catch (error) {
      if (error instanceof ConnectionLost) return set({ isOnline: false, isLoaded: true });
      if (error instanceof Refused && error.code.startsWith('session.')) return signOut();
      if (error instanceof Refused) return set({ isLoaded: true });
      throw error;
    }
  };
  const lookAtHistory = async (deviceId: string): Promise<void> => {
    const after = state.history.at(-1)?.sequence ?? 0;
    const { lines } = await api().history(deviceId, after);
    const fresh = lines.filter(({ sequence }) => sequence > (state.history.at(-1)?.sequence ?? 0));
    if (fresh.length === 0) return;
    const isFirstLook = after === 0;
    set({ history: [...state.history, ...fresh] });
    for (const line of fresh) if (!isFirstLook || state.pay.step === 'asking') tellPay(line);
  };
  const tellPay = (line: HistoryLine) => {
    const { pay } = state;
    // A tap of this moment: what was told before the cryptogram left is about an earlier one.
    if (pay.step === 'asking' && seenBefore !== undefined && line.sequence <= seenBefore) return;
    move({ kind: 'told', line });
  };
  /** The last line of history when the cryptogram left. */
  let seenBefore: number | undefined;

  /** Put on this phone what is to be there, and take off what is not. One token at a time. */
  const settle = async (): Promise<void> => {
    const { device } = state;
    if (device === undefined || state.element !== 'ready' || !state.isOnline) return;
    for (const leaf of device.leaves) {
      const { tokenReference } = leaf;
      if (tokenReference === undefined || state.moving.has(tokenReference)) continue;
      if (leaf.state !== 'personalising' && leaf.state !== 'removing') continue;
      await moveToken(device.deviceId, tokenReference);
    }
  };
  const moveToken = async (deviceId: string, tokenReference: string): Promise<void> => {
    const note = (commands: number | undefined) => {
      const moving = new Map(state.moving);
      if (commands === undefined) moving.delete(tokenReference);
      else moving.set(tokenReference, commands);
      set({ moving });
    };
    note(0);
    try {
      await provision(api(), element.wired, deviceId, tokenReference, ({ commands }) =>
        note(commands),
      );
    } catch (error) {
      // What was not finished is begun again at the next look.
      if (
        !(
          error instanceof Refused ||
          error instanceof ConnectionLost ||
          error instanceof ElementFailed ||
          error instanceof ElementRefused
        )
      )
        throw error;
    } finally {
      note(undefined);
    }
  };

  const hear = (told: Told) => {
    switch (told.kind) {
      case 'ready':
        return set({ element: 'ready' });
      case 'trouble':
        return set({ element: told.trouble });
      case 'air':
        return set({ isAirUp: told.up });
      case 'field':
        set({ isFieldOn: told.on });
        if (told.on && payable(state).length > 0) move({ kind: 'open' });
        if (!told.on && state.pay.step === 'offered' && state.pay.mode === 'ready')
          move({ kind: 'close' });
        return;
      case 'lost':
        return move({ kind: 'lost' });
      case 'tap':
        if (told.event.kind === 'begun') return move({ kind: 'begun' });
        if (told.event.kind === 'asked') return move({ kind: 'asked', asked: told.event });
        if (told.event.kind === 'see_phone') {
          void element.hold(false);
          return move({ kind: 'see_phone', asked: told.event });
        }
        seenBefore = state.history.at(-1)?.sequence ?? 0;
        return move({ kind: 'answered', asked: told.event, nowMs: Date.now() });
    }
  };

  const signOut = () => {
    keep('session', undefined);
    set({ session: undefined, others: [], history: [], isLoaded: true });
  };

  return {
    state: () => state,
    subscribe: (hearChange: () => void) => {
      listeners.add(hearChange);
      return () => {
        listeners.delete(hearChange);
      };
    },
    api,
    element,
    look,

    /** Follow the services and the element until stopped. */
    run: (signal: AbortSignal): void => {
      const stopHearing = element.listen(hear);
      signal.addEventListener('abort', stopHearing);
      const tick = setInterval(() => move({ kind: 'time', nowMs: Date.now() }), TICK_MS);
      signal.addEventListener('abort', () => clearInterval(tick));
      void (async () => {
        while (!signal.aborted) {
          if (document.visibilityState === 'visible') {
            await look();
            await settle();
          }
          const isAsking = state.pay.step === 'asking' || state.pay.step === 'unknown';
          await pause(isAsking ? LOOK_WHILE_ASKING_MS : LOOK_MS, signal, wake);
        }
      })();
    },

    /** Take a session that was opened by mobile number and code. */
    takeSession: async (session: NonNullable<Kept['session']>): Promise<void> => {
      keep('session', session);
      set({ session });
      await look();
    },
    signOut,

    /** Make this browser a phone: how payments are confirmed, and its element's certificate to the wallet. */
    register: async (confirm: NonNullable<Kept['confirm']>, name: string): Promise<void> => {
      const certificate = await readCertificate(element.wired);
      const { deviceId } = await api().registerDevice({
        name,
        elementCertificate: toHex(certificate),
      });
      keep('confirm', confirm);
      keep('deviceId', deviceId);
      set({ confirm });
      await look();
    },
    /** Make a passkey for this wallet. */
    makePasskey: (name: string): Promise<HolderKey> => makeHolderKey(name),

    /** What a card-entry envelope is bound to. */
    binding: async (enrolmentId: string, requestorId: string) => ({
      enrolmentId,
      requestorId,
      elementId: toHex(elementId(await readCertificate(element.wired))),
      ...(state.confirm?.kind === 'passkey'
        ? { holderPublicKey: state.confirm.key.publicKey }
        : {}),
      rpIdHash: toHex(sha256(fromAscii(relyingPartyId()))),
      origin: location.origin,
    }),

    /** Look again now, as after an act whose result should show at once. */
    wake: () => wake.dispatchEvent(new Event('wake')),

    openPay: () => move({ kind: 'open' }),
    closePay: async () => {
      const wasAt = state.pay.step;
      move({ kind: 'close' });
      set({ picked: undefined });
      if (wasAt === 'armed' || wasAt === 'reading' || wasAt === 'moved') {
        await element.hold(false);
        await disarm(element.wired);
      }
    },
    pick: (tokenReference: string | undefined) => set({ picked: tokenReference }),

    /** Let the holder confirm, arm the card in the element, and hold the phone near the reader. */
    confirmPay: async (): Promise<void> => {
      const leaf = leafToPay(state);
      const { confirm, pay } = state;
      if (leaf?.instanceAid === undefined || confirm === undefined || !('mode' in pay)) return;
      move({ kind: 'confirm' });
      try {
        await element.hold(false);
        await setActivated(element.wired, leaf.instanceAid, true);
        await arm(element.wired, leaf.instanceAid, pay.mode, answerOf(confirm));
        move({ kind: 'armed', nowMs: Date.now() });
        await element.hold(true);
      } catch (error) {
        move({ kind: 'unconfirmed', why: whyNot(error) });
      }
    },
    /** Hold the phone near the reader without confirming: the reader will say "see phone". */
    holdUnconfirmed: async (): Promise<void> => {
      const leaf = leafToPay(state);
      if (leaf?.instanceAid === undefined) return;
      await setActivated(element.wired, leaf.instanceAid, true);
      await element.hold(true);
    },
    /** Hold the phone near again after it was moved too soon. */
    holdAgain: () => element.hold(true),
    takeAway: () => element.hold(false),
  };

  function answerOf(confirm: NonNullable<Kept['confirm']>) {
    if (confirm.kind === 'passkey') {
      return {
        kind: 'passkey',
        assert: (challenge: Uint8Array) => assertHolder(confirm.key, challenge),
      } as const;
    }
    return {
      kind: 'keypad',
      typed: async () => {
        const end = await element.passcode('arm');
        if (end !== 'done') throw new KeypadLeft(end);
      },
    } as const;
  }
}

/** The keypad was put away, or is closed for good. */
class KeypadLeft extends Error {
  override readonly name = 'KeypadLeft';
  readonly end: 'cancelled' | 'blocked';
  constructor(end: 'cancelled' | 'blocked') {
    super(end);
    this.end = end;
  }
}

function whyNot(error: unknown): Extract<PayEvent, { kind: 'unconfirmed' }>['why'] {
  if (error instanceof PasskeyFailed) return error.trouble === 'other' ? 'refused' : error.trouble;
  if (error instanceof KeypadLeft) return error.end;
  if (error instanceof ElementRefused) return 'refused';
  if (error instanceof ElementFailed || error instanceof ConnectionLost) return 'element';
  throw error;
}

/** The cards that can pay now, in the holder's order. */
export function payable({ device }: Pick<WalletState, 'device'>): readonly Leaf[] {
  if (device === undefined || device.state !== 'open') return [];
  return device.leaves.filter(
    ({ state, instanceAid }) => state === 'active' && instanceAid !== undefined,
  );
}

/** The card that pays: the picked one, else the default, else the first that can. */
export function leafToPay(state: Pick<WalletState, 'device' | 'picked'>): Leaf | undefined {
  const able = payable(state);
  return (
    able.find(({ tokenReference }) => tokenReference === state.picked) ??
    able.find(({ isDefault }) => isDefault) ??
    able[0]
  );
}

const wake = new EventTarget();

/** Wait, unless somebody wakes us or it is over. */
function pause(durationMs: number, signal: AbortSignal, waker: EventTarget): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      waker.removeEventListener('wake', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    waker.addEventListener('wake', done);
    signal.addEventListener('abort', done);
  });
}
