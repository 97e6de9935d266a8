/** A card's trips as the back office tells them, followed while somebody looks. */
import { useEffect, useState } from 'react';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import type { RiderView } from '../core/api.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** What is known. `none`: nobody has travelled with the card yet. */
export type Trips =
  | { readonly kind: 'waiting' | 'none' | 'offline' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'known'; readonly view: RiderView };

const LOOK_MS = 3_000;

/** Follow the trips of a month, this one when none is named. `again` looks at once. */
export function useTrips(
  tokenReference: string | undefined,
  month: string | undefined,
): { readonly trips: Trips; readonly again: () => void } {
  const wallet = useWallet();
  const { device, atGate } = useWalletState();
  const deviceId = device?.deviceId;
  const [trips, setTrips] = useState<Trips>({ kind: 'waiting' });
  const [looks, setLooks] = useState(0);
  // What a gate did shows here as soon as the back office has heard of it.
  const asksAnew = `${atGate.step} ${looks}`;
  useEffect(() => {
    if (tokenReference === undefined || deviceId === undefined) return setTrips({ kind: 'none' });
    let isOn = asksAnew !== '';
    const look = async () => {
      const told = await lookOnce(() =>
        wallet.api().transit({ deviceId, tokenReference, ...(month && { month }) }),
      );
      if (!isOn) return;
      // What was known stays to be read while there is no line.
      setTrips((before) => (told.kind === 'offline' && before.kind === 'known' ? before : told));
    };
    void look();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void look();
    }, LOOK_MS);
    return () => {
      isOn = false;
      clearInterval(timer);
    };
  }, [wallet, deviceId, tokenReference, month, asksAnew]);
  return { trips, again: () => setLooks((before) => before + 1) };
}

async function lookOnce(ask: () => Promise<RiderView>): Promise<Trips> {
  try {
    return { kind: 'known', view: await ask() };
  } catch (error) {
    if (error instanceof ConnectionLost) return { kind: 'offline' };
    if (!(error instanceof Refused)) throw error;
    return error.code === 'transit.account_unknown'
      ? { kind: 'none' }
      : { kind: 'refused', code: error.code };
  }
}
