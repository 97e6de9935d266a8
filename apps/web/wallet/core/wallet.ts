/**
 * The wallet as the page holds it: one value that changes, and the acts that change it. The services and the element
 * are asked here and nowhere else; components draw and call acts.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { elementId } from '@octavo/lib/globalplatform/certificate.ts';
import { ElementRefused, readCertificate } from '@octavo/platform/element-commands.ts';
import type { Told } from '../../element/messages.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { type DeviceView, openApi, type WalletApi } from './api.ts';
import { ElementFailed, type ElementLink } from './element-link.ts';
import { openExpress } from './express.ts';
import { openGates } from './gates.ts';
import { type HolderKey, makeHolderKey, relyingPartyId } from './holder-key.ts';
import { type Kept, keep, kept, placeOfPhone } from './keep.ts';
import { openPaying } from './paying.ts';
import { provision } from './provision.ts';
import type { WalletState } from './state.ts';
import { openWaker } from './waker.ts';

export type { WalletState } from './state.ts';
export { expressLeaf, payable } from './state.ts';

/** How long between two looks at the services. */
const LOOK_MS = 4_000;
const LOOK_WHILE_ASKING_MS = 150;
const LOOK_OFFLINE_MS = 1_000;
const TICK_MS = 250;
/** An element that has said nothing for this long does not answer; it may still come. */
const SILENT_MS = 10_000;

/** The wallet of this page. */
export type Wallet = ReturnType<typeof openWallet>;

/** Open the wallet over an element. Call `run` once; it follows services and element until stopped. */
export function openWallet(element: ElementLink) {
  let state: WalletState = {
    session: kept('session'),
    mobile: kept('mobile'),
    isEnded: false,
    confirm: kept('confirm'),
    device: kept('device'),
    others: [],
    history: [],
    isOnline: true,
    isLoaded: false,
    element: 'opening',
    isFieldOn: false,
    isGateField: false,
    isAirUp: false,
    air: placeOfPhone(),
    pay: { step: 'idle' },
    atGate: { step: 'away' },
    isDark: false,
    picked: undefined,
    moving: new Map(),
    express: undefined,
    certifying: undefined,
  };
  const listeners = new Set<() => void>();
  const set = (change: Partial<WalletState>) => {
    state = { ...state, ...change };
    for (const hear of listeners) hear();
  };
  const waker = openWaker();
  const paying = openPaying({
    state: () => state,
    set,
    element,
    nowMs: () => Date.now(),
    wake: waker.wake,
  });
  const gates = openGates({
    state: () => state,
    set,
    element,
    nowMs: () => Date.now(),
    onSpent: paying.spent,
    onHolderWanted: paying.openPay,
    wake: waker.wake,
  });
  const api = (): WalletApi => {
    if (state.session === undefined) throw new Refused('session.unknown');
    return openApi(state.session.key);
  };

  const isNewsAwaited = () => state.pay.step === 'asking' || state.pay.step === 'unknown';

  /** Ask the services how things stand. A session that is over signs the page out; a lost line shows and heals. */
  const look = async (): Promise<void> => {
    if (state.session === undefined) return set({ isLoaded: true });
    try {
      // Nothing else is asked while the news of a payment is awaited.
      if (isNewsAwaited() && state.device !== undefined) {
        return await lookAtHistory(state.device.deviceId);
      }
      const { devices } = await api().devices();
      const own = await ownElementId();
      const deviceId = kept('deviceId');
      // Whoever signs in again finds this browser's phone by its element, though the page may have forgotten it.
      const device = devices.find((one) =>
        own === undefined ? one.deviceId === deviceId : one.elementId === own,
      );
      if (device !== undefined) keep('deviceId', device.deviceId);
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
      if (error instanceof Refused && error.code.startsWith('session.')) return signOut(true);
      if (error instanceof Refused) return set({ isLoaded: true });
      throw error;
    }
  };
  /** Which element this browser has; undefined while it cannot be asked. */
  const ownElementId = async (): Promise<string | undefined> => {
    if (state.element !== 'ready') return undefined;
    try {
      own ??= toHex(elementId(await readCertificate(element.wired)));
      return own;
    } catch (error) {
      if (error instanceof ElementFailed || error instanceof ElementRefused) return undefined;
      throw error;
    }
  };
  let own: string | undefined;
  /** Take a phone as the service answered it. */
  const take = (view: DeviceView) => {
    if (view.deviceId !== state.device?.deviceId) {
      const others = state.others.map((one) => (one.deviceId === view.deviceId ? view : one));
      return set({ others });
    }
    keep('device', view);
    set({ device: view });
  };
  const lookAtHistory = async (deviceId: string): Promise<void> => {
    const after = state.history.at(-1)?.sequence ?? 0;
    const { lines } = await api().history(deviceId, after);
    const fresh = lines.filter(({ sequence }) => sequence > (state.history.at(-1)?.sequence ?? 0));
    if (fresh.length === 0) return;
    const isFirstLook = after === 0;
    set({ history: [...state.history, ...fresh] });
    paying.tell(fresh, isFirstLook);
  };

  const express = openExpress({ state: () => state, set, element, api, look });

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
      // That it is done shows at once.
      waker.wake();
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
      // The express card may have gone with it.
      await express.read();
    }
  };

  const hear = (told: Told) => {
    switch (told.kind) {
      case 'ready':
        // A page without the element must not take the place of the one that has it; and a gate's field is heard of
        // once it is known whether a card travels alone.
        void express.read().then(() => element.place(state.air));
        // Only now can it be said whether this browser is one of the holder's phones.
        set({ element: 'ready', isLoaded: state.device !== undefined && state.isLoaded });
        return waker.wake();
      case 'trouble':
        return set({ element: told.trouble });
      case 'air':
        if (!told.up) gates.hearLineLost();
        return set({ isAirUp: told.up });
      case 'field':
        set({ isFieldOn: told.on, isGateField: told.on && told.announces === 'transit' });
        return gates.hearField(told) ? undefined : paying.hear(told);
      case 'shown':
        return state.isGateField ? gates.hearTap(told) : undefined;
      case 'lost':
      case 'tap':
        return state.isGateField ? gates.hearTap(told) : paying.hear(told);
    }
  };

  const signOut = (isEnded = false) => {
    keep('session', undefined);
    set({ session: undefined, others: [], history: [], isLoaded: true, isEnded });
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
      const tick = setInterval(() => {
        paying.tick();
        gates.tick();
      }, TICK_MS);
      const silent = setTimeout(() => {
        if (state.element === 'opening') set({ element: 'unavailable', isLoaded: true });
      }, SILENT_MS);
      signal.addEventListener('abort', () => {
        clearInterval(tick);
        clearTimeout(silent);
      });
      void (async () => {
        while (!signal.aborted) {
          if (document.visibilityState === 'visible') {
            await look();
            await settle();
          }
          // A line that is down is not asked as often as one that answers.
          const soonMs = state.isOnline ? LOOK_WHILE_ASKING_MS : LOOK_OFFLINE_MS;
          await waker.pause(isNewsAwaited() ? soonMs : LOOK_MS, signal);
        }
      })();
    },

    /** Take a session that was opened by mobile number and code. */
    takeSession: async (session: NonNullable<Kept['session']>): Promise<void> => {
      keep('session', session);
      keep('mobile', session.mobile);
      set({ session, mobile: session.mobile, isEnded: false, isLoaded: false });
      await look();
    },
    signOut: () => signOut(),
    /** Show the messages of a number that asks for a code. */
    showMessagesOf: (mobile: string) => set({ mobile }),

    /** Put the cards in order, or choose the default. */
    arrange: async (change: { defaultCard?: string; order?: string[] }): Promise<void> => {
      const { device } = state;
      if (device !== undefined) take(await api().arrange({ deviceId: device.deviceId, ...change }));
    },
    /** Suspend, resume or remove a card of this phone. */
    changeCard: async (
      tokenReference: string,
      event: 'suspend' | 'resume' | 'remove',
    ): Promise<void> => {
      const { device } = state;
      if (device === undefined) return;
      take(await api().changeCard({ deviceId: device.deviceId, tokenReference, event }));
      waker.wake();
    },
    /** Lock, unlock or wipe a phone of the holder, this one or another. */
    changeDevice: async (deviceId: string, event: 'lock' | 'unlock' | 'wipe'): Promise<void> => {
      take(await api().changeDevice({ deviceId, event }));
      waker.wake();
    },
    /** Lay this phone at another place. */
    lieAt: async (air: string): Promise<void> => {
      keep('air', air);
      set({ air });
      if (state.element === 'ready') await element.place(air);
    },

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
    /** Let the holder give the element a passcode. It takes a first one once; the one it has is changed with the old. */
    setPasscode: async () => {
      const end = await element.passcode(kept('hasPasscode') ? 'change' : 'set');
      if (end === 'done') keep('hasPasscode', true);
      return end;
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
    wake: waker.wake,

    turnExpressOn: express.turnOn,
    turnExpressOff: express.turnOff,

    holdToGate: gates.holdNear,
    /** Lock the screen, which leaves it dark, or wake it. */
    lockScreen: () => set({ isDark: true }),
    wakeScreen: () => {
      set({ isDark: false });
      gates.leave();
    },

    openPay: paying.openPay,
    closePay: paying.closePay,
    pick: paying.pick,
    confirmPay: paying.confirmPay,
    holdUnconfirmed: paying.holdUnconfirmed,
    holdAgain: paying.holdAgain,
    takeAway: paying.takeAway,
  };
}
