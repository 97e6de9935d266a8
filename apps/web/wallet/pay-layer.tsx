/** The moment of a payment, fetched before it is needed: it must come up at once, also without a connection. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { useWalletState } from './use-wallet.tsx';

const load = () => import('./pay/pay-moment.tsx');
const PayMoment = lazy(async () => ({ default: (await load()).PayMoment }));

/** The layer over the phone's column. */
export function PayLayer() {
  const { device, pay } = useWalletState();
  const [isWanted, setWanted] = useState(false);
  const isPhone = device !== undefined;
  useEffect(() => {
    if (isPhone) setWanted(true);
  }, [isPhone]);
  if (!isWanted && pay.step === 'idle') return null;
  return (
    <Suspense fallback={null}>
      <PayMoment />
    </Suspense>
  );
}
