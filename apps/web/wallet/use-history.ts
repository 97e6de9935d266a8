/** The history of any of the holder's phones: this one's is followed already, another's is fetched and followed here. */
import { useEffect, useState } from 'react';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { HistoryLine } from './core/api.ts';
import { useWallet, useWalletState } from './use-wallet.tsx';

const LOOK_MS = 3_000;

/** The lines so far, oldest first. */
export function useHistoryOf(deviceId: string): readonly HistoryLine[] {
  const wallet = useWallet();
  const { device, history } = useWalletState();
  const isOwn = device?.deviceId === deviceId;
  const [lines, setLines] = useState<readonly HistoryLine[]>([]);
  useEffect(() => {
    if (isOwn) return;
    let isOn = true;
    let after = 0;
    const look = async () => {
      const fresh = await wallet.api().history(deviceId, after);
      if (!isOn || fresh.lines.length === 0) return;
      after = fresh.lines.at(-1)?.sequence ?? after;
      setLines((before) => [...before, ...fresh.lines]);
    };
    const lookOn = () =>
      void look().catch((error: unknown) => {
        // A lost line heals at the next look; what is refused is not this holder's to see.
        if (!(error instanceof ConnectionLost || error instanceof Refused)) throw error;
      });
    lookOn();
    const timer = setInterval(lookOn, LOOK_MS);
    return () => {
      isOn = false;
      clearInterval(timer);
    };
  }, [wallet, deviceId, isOwn]);
  return isOwn ? history : lines;
}
