/** Which screen is shown: what the address asks for, as far as the holder has come. Later screens are fetched when idle. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../kit/parts.tsx';
import { goBack, goHome, type Route, useRoute } from './route.ts';
import { Home } from './screens/home.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { usePush } from './use-push.ts';
import { useWalletState } from './use-wallet.tsx';
import { Waiting } from './waiting.tsx';

const load = {
  confirm: () => import('./screens/confirm-by.tsx'),
  card: () => import('./screens/card-page.tsx'),
  history: () => import('./screens/history-page.tsx'),
  phones: () => import('./screens/phones.tsx'),
  phone: () => import('./screens/phone-page.tsx'),
  account: () => import('./screens/account.tsx'),
  add: () => import('./add/add-card.tsx'),
  transit: () => import('./trips/transit-page.tsx'),
};
const ConfirmBy = lazy(async () => ({ default: (await load.confirm()).ConfirmBy }));
const CardPage = lazy(async () => ({ default: (await load.card()).CardPage }));
const HistoryPage = lazy(async () => ({ default: (await load.history()).HistoryPage }));
const Phones = lazy(async () => ({ default: (await load.phones()).Phones }));
const PhonePage = lazy(async () => ({ default: (await load.phone()).PhonePage }));
const Account = lazy(async () => ({ default: (await load.account()).Account }));
const TransitPage = lazy(async () => ({ default: (await load.transit()).TransitPage }));
const AddCard = lazy(async () => ({ default: (await load.add()).AddCard }));

/** The screen in the phone's column. */
export function Screen() {
  const route = useRoute();
  const { session } = useWalletState();
  const main = useRef<HTMLElement>(null);
  const seen = useRef(route.screen);
  useEffect(() => {
    // A new screen is read from its top; the first one leaves the focus to the page.
    if (seen.current !== route.screen) main.current?.focus();
    seen.current = route.screen;
    main.current?.parentElement?.scrollTo(0, 0);
    window.scrollTo(0, 0);
  }, [route.screen]);
  useEffect(() => {
    if (session === undefined) return;
    const whenIdle = setTimeout(() => {
      for (const one of Object.values(load)) void one();
    }, 1_500);
    return () => clearTimeout(whenIdle);
  }, [session]);
  return (
    <main ref={main} tabIndex={-1} className="screen">
      <Suspense fallback={<Waiting />}>
        <Chosen route={route} />
      </Suspense>
    </main>
  );
}

function Chosen({ route }: { readonly route: Route }) {
  const { session, isLoaded, device, confirm, others, element } = useWalletState();
  const isPhone = device !== undefined && device.state !== 'wiped' && confirm !== undefined;
  const push = usePush(
    session !== undefined && isPhone && element === 'ready',
    element === 'in_use',
  );
  const endPush = () => {
    push.done();
    goHome();
  };
  if (session === undefined) return <SignIn />;
  if (!isLoaded && device === undefined) return <Waiting />;
  switch (route.screen) {
    case 'phones':
      return <Phones />;
    case 'phone':
      return <PhonePage deviceId={route.deviceId} />;
    case 'account':
      return <Account />;
    case 'register':
      return <ConfirmBy />;
  }
  if (!isPhone) {
    return device === undefined && others.length > 0 ? <Phones /> : <ConfirmBy />;
  }
  if (push.receipt !== undefined) {
    return <AddCard onBack={endPush} onDone={endPush} push={push.receipt} />;
  }
  switch (route.screen) {
    case 'home':
      return <Home />;
    case 'card':
      return <CardPage enrolmentId={route.enrolmentId} />;
    case 'history':
      return <HistoryPage />;
    case 'transit':
      return <TransitPage enrolmentId={route.enrolmentId} />;
    case 'add':
      return <Adding key={route.enrolmentId} enrolmentId={route.enrolmentId} />;
  }
}

/** Adding a card. Its leaf is looked up once: when it is freed meanwhile, the screen says why and stays. */
function Adding({ enrolmentId }: { readonly enrolmentId: string | undefined }) {
  const { device } = useWalletState();
  const [resume] = useState(() => device?.leaves.find((leaf) => leaf.enrolmentId === enrolmentId));
  if (enrolmentId !== undefined && resume === undefined) return <NotThere />;
  return <AddCard onBack={goBack} onDone={goHome} resume={resume} />;
}

function NotThere() {
  const { t } = useTranslation();
  return (
    <div className="page stack">
      <h1 className="title page-head">{t('page.notThere')}</h1>
      <Button onPress={goHome}>{t('page.toWallet')}</Button>
    </div>
  );
}
